"""Plain syntax, first half: a text becomes tokens with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from loglik.derive.syntax.characters import GREEK, strange
from loglik.errors import DataError

MAX_LENGTH = 10_000
MAX_DIGITS = 60

# Digits are 0 to 9: other alphabets have digits of their own, which look like other ones.
_TOKEN = re.compile(
    rf"(?P<space>[ \t\r\n\u00a0\u3000]+)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z{GREEK}][A-Za-z0-9_{GREEK}]*)"
    r"|(?P<mark><=>|<=|>=|!=|->|[-+*/^()\[\],=<>|])"
)


class FormulaError(DataError):
    """A formula that is refused, with the place in its text.

    Parameters
    ----------
    code, what, hint : str
        As in `DataError`; the message is `what` with the place.
    place : int
        The character, from 0, at which it was noticed.
    """

    def __init__(self, code: str, what: str, hint: str = "", place: int = 0) -> None:
        self.what, self.place = what, place
        super().__init__(code, f"{what} (character {place + 1})", hint)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.what, self.hint, self.place)


@dataclass(frozen=True)
class Token:
    """A number, a name or a mark, and where it begins."""

    kind: Literal["number", "name", "mark", "end"]
    text: str
    place: int


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; the last one is the end."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            "LL162", f"the formula has {len(text)} characters; the limit is {MAX_LENGTH}", "Give parts of it names."
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            if said := strange(text[place]):
                raise FormulaError("LL187", said, "Formulas are typed in plain letters and signs.", place)
            raise not_parsed(text, place, f"{text[place]!r} has no meaning here")
        kind = match.lastgroup
        if kind == "number" and len(match[0]) > MAX_DIGITS:
            raise FormulaError(
                "LL162", f"a number has {len(match[0])} digits; the limit is {MAX_DIGITS}", "Give it a name.", place
            )
        if kind in {"number", "name", "mark"}:
            found.append(Token(kind, match[0], place))  # type: ignore[arg-type]  # narrowed by the line above
        place = match.end()
    return [*found, Token("end", "", len(text))]


def not_parsed(text: str, place: int, what: str) -> FormulaError:
    """LL160, with the place shown under a piece of the text."""
    start = max(0, place - 30)
    piece = text[start : place + 20].replace("\n", " ")
    return FormulaError("LL160", f"not a formula: {what}", f"{piece}\n  {' ' * (place - start)}^", place)
