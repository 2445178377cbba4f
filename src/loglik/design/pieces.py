"""Work on columns piece by piece: nothing of the size of all rows is made where a column is stored on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 1 << 16


def pieces(n: int) -> Iterator[tuple[int, int]]:
    """First and last row of each piece of n rows."""
    for lo in range(0, n, ROWS):
        yield lo, min(lo + ROWS, n)
