"""Words, numbers, texts and signs of a formula, with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn

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
        raise DataError(
            "LL251",
            f"the formula has {len(formula):,} characters; {MOST_CHARACTERS:,} are the most",
            "`.` stands for all other columns.",
        )
    at, end = 0, len(formula.rstrip())
    while at < end:
        found = _TOKEN.match(formula, at)
        if found is None:
            at += len(formula[at:]) - len(formula[at:].lstrip())
            refuse(formula, at, f"{formula[at]!r} is no part of a formula", "Names with such characters go in backticks: `a b`.")
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


def refuse(formula: str, at: int, what: str, hint: str) -> NoReturn:
    """Refuse a formula, and show where."""
    lo = max(0, at - 30)
    shown = f"{'…' if lo else ''}{formula[lo:at]} ⟨here⟩ {formula[at : at + 30]}{'…' if len(formula) > at + 30 else ''}"
    raise DataError("LL250", f"formula: {what} at character {at + 1}: {shown.strip()}", hint)
