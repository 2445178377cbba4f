"""Chains of tokens to chains of trees, in all their readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.latex.choices import Choices, alternatives
from loglik.check.latex.loosened import loosened
from loglik.check.latex.parser import Parser
from loglik.check.latex.relations import RELATIONS
from loglik.check.latex.tokens import Token
from loglik.check.latex.tree import Node, UnreadError
from loglik.check.statement import Misread, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.latex.chains import Chain
    from loglik.check.latex.hints import Hints


#: Why a term is not read to its end, by the kind of what is left of it.
_LEFT = {"command": "operator", "outside": "outside"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One reading of a chain: a tree for each term, or why there is none; and what was decided."""

    trees: tuple[Node | Misread, ...]
    choices: tuple[tuple[str, str], ...] = ()


def parse_term(tokens: Sequence[Token], hints: Hints, choices: Choices, *, sketched: bool = False) -> Node | Misread:
    """The tree of one term."""
    if not tokens:
        return Misread("ends", "", Span(0, 0))
    end = tokens[-1].end
    parser = Parser([*tokens, Token("end", "", end, end)], hints, choices, sketched=sketched)
    try:
        found = parser.total()
        if parser.at < parser.stop:
            token = parser.next
            code = "brackets" if token.is_(")", "]", "}", "\\}") else _LEFT.get(token.kind, "sign")
            raise parser.unread(code)
    except UnreadError as error:
        if unbalanced(tokens):
            # The rest stands in another formula: p($rain$) = 0.5.
            apart = tokens[0].is_(")", "]", "\\}") or tokens[-1].is_("(", "[")
            apart = apart or (tokens[0].is_("(", "[", "\\{") and not any(t.is_(*RELATIONS) for t in tokens))
            return Misread("split" if apart else "brackets", error.misread.detail, error.misread.span)
        why = error.misread
        return Misread("interval", why.detail, why.span) if why.code == "brackets" else why
    except RecursionError:
        return Misread("limit", "nesting", Span(tokens[0].start, end))
    return found


def unbalanced(tokens: Sequence[Token]) -> bool:
    """Whether more brackets are opened than closed, or the other way round; half-open intervals are fine."""
    if any(t.kind == "nothing" for t in tokens):
        return False
    return sum(t.is_("(", "[", "{", "\\{") - t.is_(")", "]", "}", "\\}") for t in tokens) != 0


def parse_chain(chain: Chain, hints: Hints) -> Parsed:
    """The likeliest reading."""
    return next(readings(chain, hints))


def sketched(term: Sequence[Token], hints: Hints) -> Node | Misread:
    """The likeliest tree of a term, also of what has no meaning for the check: to be compared by its look."""
    return parse_term(loosened(term), hints, Choices(), sketched=True)


def readings(chain: Chain, hints: Hints) -> Iterator[Parsed]:
    """All readings, the likeliest first."""
    first = Choices()
    trees = tuple(parse_term(term, hints, first) for term in chain.terms)
    yield Parsed(trees, tuple((key, options[0]) for key, options in first.met.items()))
    for decided in alternatives(first.met):
        choices = Choices(decided)
        trees = tuple(parse_term(term, hints, choices) for term in chain.terms)
        if not any(isinstance(tree, Misread) for tree in trees if tree) or any(isinstance(t, Node) for t in trees):
            yield Parsed(
                trees, tuple((key, choices.decided.get(key, options[0])) for key, options in choices.met.items())
            )
