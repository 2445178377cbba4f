"""The numbers of an example: 2, -3/4, 0.25; lists of them in brackets, and lists of lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.derive.syntax.tokens import MAX_DIGITS
from loglik.derive.text.lines import refused

if TYPE_CHECKING:
    from loglik.derive.text.lines import Passage

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?")


def numbers(passage: Passage) -> str | tuple[str, ...] | tuple[tuple[str, ...], ...]:
    """A number, a list of numbers, or a list of rows, as they are written."""
    items = _items(passage)
    if items is None:
        return _number(passage)
    rows = [_items(each) for each in items]
    if any(row is None for row in rows):
        return tuple(_number(each) for each in items)
    return tuple(tuple(_number(each) for each in row) for row in rows if row is not None)


def _items(passage: Passage) -> list[Passage] | None:
    if not (passage.text.startswith("[") and passage.text.endswith("]")):
        return None
    return list(passage.piece(1, len(passage.text) - 1).split(","))


def _number(passage: Passage) -> str:
    if not _NUMBER.fullmatch(passage.text) or len(passage.text) > 2 * MAX_DIGITS:
        raise refused("LL185.no_number", passage.place(), text=passage.text[:40])
    return passage.text
