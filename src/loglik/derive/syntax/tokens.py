"""Plain syntax, first half: a text becomes tokens with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from loglik.errors import DataError

MAX_LENGTH = 10_000
MAX_DIGITS = 60

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*)"
    r"|(?P<mark><=>|<=|>=|!=|->|[-+*/^()\[\],=<>])"
)


@dataclass(frozen=True)
class Token:
    """A number, a name or a mark, and where it begins."""

    kind: Literal["number", "name", "mark", "end"]
    text: str
    place: int


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; the last one is the end."""
    if len(text) > MAX_LENGTH:
        raise DataError(
            "LL162", f"the formula has {len(text)} characters; the limit is {MAX_LENGTH}", "Give parts of it names."
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise not_parsed(text, place, f"{text[place]!r} has no meaning here")
        kind = match.lastgroup
        if kind == "number" and len(match[0]) > MAX_DIGITS:
            raise DataError(
                "LL162",
                f"the number at character {place + 1} has {len(match[0])} digits; the limit is {MAX_DIGITS}",
                "Give it a name.",
            )
        if kind in {"number", "name", "mark"}:
            found.append(Token(kind, match[0], place))  # type: ignore[arg-type]  # narrowed by the line above
        place = match.end()
    return [*found, Token("end", "", len(text))]


def not_parsed(text: str, place: int, what: str) -> DataError:
    """LL160, with the place shown under a piece of the text."""
    start = max(0, place - 30)
    piece = text[start : place + 20].replace("\n", " ")
    return DataError(
        "LL160",
        f"not a formula: {what} (character {place + 1})",
        f"{piece}\n  {' ' * (place - start)}^",
    )
