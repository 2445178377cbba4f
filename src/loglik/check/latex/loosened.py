r"""Tokens of a formula that is compared by its look only, with less that has no reading.

``1\{y = k\}`` becomes ``I(y = k)``, ``\sum_{i : y_i = 1}`` loses its condition, ``\sum_{(i, j) \in D}`` is a sum over i and
one over j, ``\nabla^2`` a gradient of a gradient, ``\beta^{new}`` and ``V^\pi(s)`` have labels instead of powers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLOSED_BY = {"{": "}", "\\{": "\\}", "(": ")", "[": "]"}
_INDICATORS = frozenset({"1", "I"})
_RELATIONS = ("=", "ne", "le", "ge", "<", ">", "in", "neq", "leq", "geq")
_LABELS = frozenset({"new", "old", "next", "opt", "prev", "ols", "ml", "mle", "map", "train", "test", "true", "pred"})
_BRACKETED_T = 3
#: Functions of reinforcement learning, whose superscript is the policy.
_OF_POLICIES = frozenset("VQAJvqad")


def loosened(term: Sequence[Token]) -> list[Token]:
    """The tokens to be read."""
    return [*_loosened(list(term))]


def _loosened(term: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(term):
        found, after = _sign(term, at)
        yield from found
        at = after


def _sign(term: list[Token], at: int) -> tuple[Sequence[Token], int]:
    """What stands for the tokens from a place on, and where they end."""
    token = term[at]
    if (stop := _indicator(term, at)) is not None:
        opening = stop[0]
        end = _closing(term, opening)
        inner = _loosened(term[opening + 1 + stop[1] : end - stop[1]])
        return [
            replaced(token, "letter", "I"),
            replaced(term[opening], "sign", "("),
            *inner,
            replaced(term[end], "sign", ")"),
        ], end + 1
    if token.is_("sum", "prod") and _follows(term, at, "_", "{"):
        end = _closing(term, at + 2)
        return _below(token, term[at + 1 : at + 3], term[at + 3 : end], term[end]), end + 1
    if token.is_("nabla") and (square := _square(term, at)) is not None:
        lower = term[at + 1 : square]
        return [token, *lower, token, *lower], square + 2
    if token.is_("^"):
        return _above(term, at)
    if token.is_("_") and _follows(term, at, "{", "*", "*"):  # K_{**}
        return [token, replaced(term[at + 2], "word", "stars")], at + 5
    if token.is_("_") and _follows(term, at, "{", "<"):  # w_{<i}, the words before
        return [token, term[at + 1]], at + 3
    if token.is_("_") and _follows(term, at, "{", "("):  # PE_{(pos, 2 i)}
        end = _closing(term, at + 1)
        if _closing(term, at + 2) == end - 1:
            return [token, term[at + 1], *term[at + 3 : end - 1], term[end]], end + 1
    if token.is_("|") and token.kind == "sign" and at > 1 and _follows(term, at, "_") and term[at + 2].kind == "number":
        return [token], at + 3
    return [token], at + 1


def replaced(token: Token, kind: str, text: str) -> Token:
    """Another token in the same place."""
    return Token(kind, text, token.start, token.end, token.spaced)


def _follows(term: list[Token], at: int, *texts: str) -> bool:
    return len(term) > at + len(texts) and all(term[at + 1 + i].is_(text) for i, text in enumerate(texts))


def _closing(term: list[Token], at: int) -> int:
    """Where what opens at a place is closed; the end if nowhere."""
    opening, closing = term[at].text, _CLOSED_BY[term[at].text]
    depth = 0
    for place in range(at, len(term)):
        depth += term[place].is_(opening) - term[place].is_(closing)
        if not depth:
            return place
    return len(term) - 1


def _indicator(term: list[Token], at: int) -> tuple[int, int] | None:
    """Of an indicator with a condition: where its bracket opens, and how many brackets are inside that."""
    place = at
    set_otherwise = term[at].is_("mathbb", "boldsymbol")
    braced = set_otherwise and _follows(term, at, "{")
    place += set_otherwise + braced
    if place >= len(term) or term[place].text not in _INDICATORS or (at and term[at - 1].is_("^", "_")):
        return None
    place += 1 + braced
    if place >= len(term):
        return None
    below = term[place].is_("_")
    opening = place + below
    if opening >= len(term) or not term[opening].is_(
        *(("{",) if below else ("\\{", "[", "(") if set_otherwise else ("\\{", "["))
    ):
        return None
    end = _closing(term, opening)
    if end >= len(term) or not any(each.is_(*_RELATIONS) for each in term[opening:end]):
        return None
    return opening, int(below and (term[opening + 1].text, term[end - 1].text) in {("\\{", "\\}"), ("[", "]")})


def _below(token: Token, opening: Sequence[Token], inner: Sequence[Token], closing: Token) -> list[Token]:
    """A sum or product with its index alone below it, where a condition stands there; one for each of a pair."""
    if len(inner) > 2 and inner[1].is_(":", "|"):
        return [token, *opening, inner[0], closing]
    pair = (
        [inner[i] for i in (1, 3)]
        if len(inner) > 4 and inner[0].is_("(") and inner[4].is_(")") and inner[2].is_(",")
        else []
    )
    if pair:
        return [each for index in pair for each in (token, *opening, index, closing)]
    return [token, *opening, *inner, closing]


def _square(term: list[Token], at: int) -> int | None:
    """Where the 2 of a second gradient is raised."""
    place = at + 1
    if _follows(term, at, "_"):
        place = (_closing(term, at + 2) if term[at + 2].is_("{") else at + 2) + 1
    return place if len(term) > place + 1 and term[place].is_("^") and term[place + 1].text == "2" else None


def _above(term: list[Token], at: int) -> tuple[Sequence[Token], int]:
    """A superscript that is a label."""
    braced = _follows(term, at, "{")
    end = _closing(term, at + 1) if braced else min(at + 1, len(term) - 1)
    inner = term[at + 2 : end] if braced else term[at + 1 : end + 1]
    word = "".join(each.text for each in inner if each.kind == "letter")
    if len(word) == len(inner) and word in _LABELS:
        return [term[at], replaced(inner[0], "word", word)], end + 1
    if len(inner) == 1 and inner[0].is_("pi") and at and term[at - 1].text in _OF_POLICIES:
        return [replaced(term[at], "sign", "_"), inner[0]], end + 1
    if inner and at and inner[0].text in {"l", "L"} and _is_of_a_layer(term[at - 1], inner):
        return [term[at], *_wrapped(_wrapped(inner, "()"), "{}")], end + 1
    if len(inner) > _BRACKETED_T and inner[-1].text in {"T", "top"} and inner[0].text + inner[-2].text in {"[]", "()"}:
        return [*term[at : at + 2], *inner[:-1], term[end], term[at], inner[-1]], end + 1  # W^{[l] T}
    of_a_variable = any(each.is_("partial") for each in term[max(0, at - _BRACKETED_T) : at])
    if of_a_variable and len(inner) == 1 and inner[0].text in {"T", "top"}:
        return (), end + 1
    return [term[at]], at + 1


def _wrapped(inner: Sequence[Token], brackets: str) -> list[Token]:
    return [replaced(inner[0], "sign", brackets[0]), *inner, replaced(inner[-1], "sign", brackets[1])]


def _is_of_a_layer(base: Token, inner: Sequence[Token]) -> bool:
    """Whether a superscript counts layers: ``W^{l+1}``, ``w_{jk}^l``."""
    named = base.kind == "letter" or base.is_("delta", "}")
    shift = [each.kind for each in inner[1:]]
    return named and (not shift or (shift == ["sign", "number"] and inner[1].is_("+", "-")))
