"""Plain syntax, first half: a text becomes tokens with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from loglik.derive.syntax.characters import GREEK, strange
from loglik.errors import DataError
from loglik.texts import Message

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
    key : str
        As in `DataError`.
    place : int
        The character, from 0, at which it was noticed; the message names it.
    **values
        What the templates name.
    """

    def __init__(self, key: str, place: int = 0, **values: Any) -> None:
        self.place = place
        super().__init__(Message(key, values).at(character=place + 1))


@dataclass(frozen=True)
class Token:
    """A number, a name or a mark, and where it begins."""

    kind: Literal["number", "name", "mark", "end"]
    text: str
    place: int


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; the last one is the end."""
    if len(text) > MAX_LENGTH:
        raise FormulaError("LL162.formula_length", n=len(text), most=MAX_LENGTH)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            if said := strange(text[place]):
                raise FormulaError("LL187.character", place, said=said)
            raise not_parsed("LL160.no_meaning", text, place, sign=text[place])
        kind = match.lastgroup
        if kind == "number" and len(match[0]) > MAX_DIGITS:
            raise FormulaError("LL162.digits", place, n=len(match[0]), most=MAX_DIGITS)
        if kind in {"number", "name", "mark"}:
            found.append(Token(kind, match[0], place))  # type: ignore[arg-type]  # narrowed by the line above
        place = match.end()
    return [*found, Token("end", "", len(text))]


def not_parsed(key: str, text: str, place: int, **values: Any) -> FormulaError:
    """LL160, with the place shown under a piece of the text."""
    start = max(0, place - 30)
    piece = text[start : place + 20].replace("\n", " ")
    return FormulaError(key, place, shown=f"{piece}\n  {' ' * (place - start)}^", **values)
