"""Words, numbers, texts and signs of a formula, with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["name", "number", "text", "sign", "end"]

MOST_CHARACTERS = 10_000

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<quoted>`[^`]*`)
      | (?P<name>\.?[^\W\d][\w.]*)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<sign>%in%|\*\*|<=|>=|==|!=|[-+*/^:()~|,=<>.])
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a formula.

    Parameters
    ----------
    kind : str
        ``"name"`` (of a column or function; backticks are taken off), ``"number"``, ``"text"`` (quotes are taken off),
        ``"sign"`` or ``"end"``.
    text : str
        What it says.
    at : int
        Where it begins.
    quoted : bool
        Whether a name stood in backticks, which makes it a column's.
    """

    kind: Kind
    text: str
    at: int
    quoted: bool = False


def tokens(formula: str) -> Iterator[Token]:
    """Read a formula from left to right; the last token is the end.

    Raises
    ------
    DataError
        LL250 a character that no formula has, LL251 a formula that is too long.
    """
    if len(formula) > MOST_CHARACTERS:
        raise DataError("LL251.characters", n=len(formula), most=MOST_CHARACTERS)
    at, end = 0, len(formula.rstrip())
    while at < end:
        found = _TOKEN.match(formula, at)
        if found is None:
            at += len(formula[at:]) - len(formula[at:].lstrip())
            raise DataError("LL250.character", character=at + 1, shown=around(formula, at), sign=formula[at])
        group = found.lastgroup or ""
        text, start = found[group], found.start(group)
        if group == "quoted":
            yield Token("name", text[1:-1], start, quoted=True)
        elif group == "text":
            yield Token("text", text[1:-1], start)
        else:
            yield Token(group, text, start)  # type: ignore[arg-type]
        at = found.end()
    yield Token("end", "", end)


def around(formula: str, at: int) -> str:
    """A formula around a place, which is marked."""
    lo, hi = max(0, at - 30), at + 30
    before, after = "…" if lo else "", "…" if len(formula) > hi else ""
    return f"{before}{formula[lo:at]}⟨{formula[at : at + 1]}⟩{formula[at + 1 : hi]}{after}"
