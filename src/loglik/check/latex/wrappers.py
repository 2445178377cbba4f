r"""What only stands around relations: ``\boxed{a = b}``, braces, a brace before or behind a system of rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.latex.relations import CLOSE, OPEN, is_relation
from loglik.check.latex.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUIET = frozenset({"end", "tag", "gap", "row"})
_FRAMES = ("boxed", "boldsymbol", "underline", "eqalign", "displaylines", "lefteqn")
#: Environments of rows, and the columns that a system may have instead.
_ROWS = frozenset({"array", "aligned", "alignedat", "gathered", "split", "matrix", "cases", "dcases", "rcases"})
_CASES = frozenset({"cases", "dcases", "rcases"})


def unwrapped(tokens: Sequence[Token]) -> list[Token]:
    """Relations without what is around all of them; the full stop behind stays."""
    found = list(tokens)
    while (edges := _wrapped(found)) is not None:
        first, last = edges
        found = [t for i, t in enumerate(found) if first[0] < i < last or i > last or i < first[1]]
    return found


def _wrapped(tokens: Sequence[Token]) -> tuple[tuple[int, int], int] | None:
    """The places of an opening bracket and of the frame before it, and of the closing one, around all relations."""
    inner = [i for i, t in enumerate(tokens) if t.kind not in _QUIET and not t.is_(".", ",")]
    if len(inner) < len("{=}"):
        return None
    start = inner[0]
    frame = start
    if tokens[start].is_(*_FRAMES):
        start = inner[1]
    elif tokens[start].is_("textcolor"):
        start = next((i for i in inner if tokens[i].is_("}")), start) + 1
    if start >= len(tokens) or not tokens[start].is_("{", "("):
        return None
    level, related, stop = 0, False, -1
    for i in range(start, len(tokens)):
        level += tokens[i].is_(*OPEN) - tokens[i].is_(*CLOSE)
        level += (tokens[i].kind == "nothing") * (1 if tokens[i].text == "left" else -1)
        related = related or (level == 1 and (is_relation(tokens[i]) or tokens[i].is_("begin")))
        if level == 0:
            stop = i
            break
    if stop != inner[-1] or not related or (tokens[start].is_("(") and frame != start):
        return None
    return (start, frame), stop


def systems_as_rows(tokens: Sequence[Token]) -> list[Token]:
    r"""Without the braces before or behind rows that stand by themselves: ``\left\{ \begin{array}...\end{array} \right.``."""
    out = list(tokens)
    for begin in [i for i, t in enumerate(out) if t.is_("begin") and _is_system(out, i)]:
        for place in (_end(out, begin), begin):
            first = place if out[place].is_("begin") else max(i for i in range(place) if out[i].is_("end"))
            out[first + 2] = replace(out[first + 2], kind="word", text="aligned")
            for i in range(first + 3, len(out)):
                if out[i].is_("}"):
                    break
                out[i] = replace(out[i], text="")
    at = len(out) - 1
    while at >= 0:
        one_sided = out[at].is_("\\{") or (out[at].kind == "nothing" and out[at].text == "left")
        begin = _next(out, at)
        if (
            one_sided
            and _stands_alone(out, at)
            and begin < len(out)
            and out[begin].is_("begin")
            and _name(out, begin) in _ROWS
        ):
            stop = _next(out, _end(out, begin))
            if stop < len(out) and (out[at].kind == "nothing") != (out[stop].kind == "nothing"):
                closes = out[stop].is_("\\}") or out[stop].kind == "nothing"
                if closes:
                    closing = out[stop]
                    out[stop] = Token("row", "", closing.start, closing.end)
                    del out[at]
        at -= 1
    return out


def _is_system(tokens: Sequence[Token], begin: int) -> bool:
    """Whether ``cases`` that begins at a place lists relations rather than the values of a function."""
    if _name(tokens, begin) not in _CASES:
        return False
    if not _stands_alone(tokens, begin):
        return False
    level, at = 0, begin
    first: list[Token] = []
    while at < len(tokens) and not tokens[at].is_("}"):  # {cases}
        at += 1
    for token in tokens[at + 1 : _end(tokens, begin)]:
        level += token.is_(*OPEN) - token.is_(*CLOSE)
        if level == 0 and (token.kind == "row" or token.is_("end")):
            break
        if not level:
            first.append(token)
    column = next((i for i, t in enumerate(first) if t.is_("&")), len(first))
    beside = [t for t in first[column + 1 :] if t.kind != "gap"]
    return any(map(is_relation, first[:column])) or (bool(beside) and is_relation(beside[0]))


def _stands_alone(tokens: Sequence[Token], at: int) -> bool:
    """Whether nothing stands before a place that what follows is the value of: ``f(x) =``."""
    before = at - 1
    while before >= 0 and tokens[before].kind in {"gap", "row", "text", "nothing"}:
        if tokens[before].kind == "nothing" and tokens[before].text == "right":  # of the system before
            return True
        before -= 1
    return before < 0 or tokens[before].is_("Rightarrow", "Leftrightarrow", "therefore", "Leftarrow", "\\}", ",", ";")


def _next(tokens: Sequence[Token], at: int) -> int:
    at += 1
    while at < len(tokens) and tokens[at].kind == "gap":
        at += 1
    return at


def _name(tokens: Sequence[Token], begin: int) -> str:
    name = ""
    for token in tokens[begin + 2 : begin + 2 + len("IEEEeqnarraybox*")]:
        if token.is_("}"):
            break
        name += token.text
    return name.rstrip("*")


def _end(tokens: Sequence[Token], begin: int) -> int:
    """The last token of an environment: the brace behind its name."""
    level = 0
    for at in range(begin, len(tokens)):
        level += tokens[at].is_("begin") - tokens[at].is_("end")
        if level == 0:
            return next((i for i in range(at, len(tokens)) if tokens[i].is_("}")), at)
    return len(tokens) - 1
