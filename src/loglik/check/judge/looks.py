"""Odd notation by its look alone, so that it is noticed in formulas too of which nothing can be computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.judge.odd_indices import odd_indices
from loglik.check.judge.odd_terms import odd_terms
from loglik.check.latex.tokens import tokens
from loglik.check.latex.tree import Node
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.latex.tokens import Token
    from loglik.check.statement import Statement

_DOTS = ("dots", "vdots", "ldots", "cdots")
_OPERATOR = re.compile(r"\\nabla\s*_\s*(\{[^{}]*\}|\\?\w+)\s*$")
_LOWER_INFINITY = re.compile(
    r"\\(int|sum)\s*(\\limits)?\s*_\s*(\\infty|\{\s*(\w\s*=\s*)?\+?\s*\\infty\s*\})\s*\^\s*(?!\{?\s*-\s*\\infty)"
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{[^{}]*\}")
_ENDS = 2
_SEPARATORS = frozenset({",", "+", "cdot", "\\\\", "&", "*", "times"})


def odd_looks(statement: Statement, index: int, *, unread: bool) -> list[Finding]:
    """What is odd about a relation, or about a term alone.

    Parameters
    ----------
    statement, index
        The relation.
    unread : bool
        Whether nothing is computed with it, so that its indices are looked at here.
    """
    terms = statement.terms[index : index + 2]
    sources = [term.tex for term in terms]
    trees = [each for each in statement.sketches[index : index + 2] if isinstance(each, Node)]
    found = [*_same_ends(sources), *_from_infinity(sources), *_nothing_to_differentiate(statement, index)]
    return [*found, *odd_terms(trees), *odd_indices(statement, trees, unread=unread)]


def _same_ends(sources: Sequence[str]) -> Iterator[Finding]:
    r"""``x_1, \dots, x_1``: what is enumerated ends as it begins."""
    for source in sources:
        if "dots" not in source:
            continue
        all_tokens = tokens(_ENVIRONMENT.sub("&", source))
        for at, token in enumerate(all_tokens):
            if not token.is_(*_DOTS):
                continue
            before, after = _cell(all_tokens, at, -1), _cell(all_tokens, at, 1)
            text = " ".join(before)
            whole = " ".join(each.text for each in all_tokens)
            if before and before == after and re.search(r"_ (\{ )?\d", text) and whole.count(text) == _ENDS:
                yield Finding("lint", said("lint-same-ends", what=text.replace(" ", "")))
                return


def _cell(all_tokens: Sequence[Token], at: int, step: int) -> list[str]:
    """What stands before (-1) or behind (1) dots, between separators."""
    found: list[str] = []
    level = 0
    at += step
    while 0 <= at < len(all_tokens) and (all_tokens[at].text in _SEPARATORS or all_tokens[at].kind == "gap"):
        at += step
    while 0 <= at < len(all_tokens):
        token = all_tokens[at]
        opens, closes = token.is_("(", "{", "["), token.is_(")", "}", "]")
        level += step * (opens - closes)
        ends = token.text in _SEPARATORS
        if level < 0 or (level == 0 and ends):
            break
        found.append(token.text)
        at += step
    return found[::step]


def _from_infinity(sources: Sequence[str]) -> Iterator[Finding]:
    """A sum or an integral from infinity to a number."""
    if any(_LOWER_INFINITY.search(each) for each in sources):
        yield Finding("lint", said("lint-from-infinity"))


def _nothing_to_differentiate(statement: Statement, index: int) -> Iterator[Finding]:
    r"""A derivative of nothing at the end of a side: ``\frac{\partial}{\partial w} = L``. An operator has a name."""
    terms = statement.terms[index : index + 2]
    bare = [each for each in terms if each.trouble is not None and each.trouble.code == "derivative"]
    if len(bare) != 1 or len(terms) != 2 or bare[0].trouble is None or bare[0].trouble.detail != "body":
        return
    term, (other,) = bare[0], [each for each in terms if each is not bare[0]]
    at = bare[0].trouble.span.start - term.span.start
    before, behind = term.tex[:at], term.tex[at:]
    operator = _OPERATOR.search(before)
    again = operator is not None and before.count(operator[0]) > 1
    listed = "," in re.sub(r"\{[^{}]*\}", "", re.sub(r"\{[^{}]*\}", "", term.tex))
    named = len(re.findall(r"[A-Za-z]+", other.tex)) == 1
    if not (re.search(r"[^\s)}\]&.,;]", behind) or listed) and (again or not named):
        yield Finding("lint", said("lint-nothing-derived"))
