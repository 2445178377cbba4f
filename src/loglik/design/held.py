"""What asks of all rows together holds them in memory: refused where they do not fit, before they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.design.duckdb_source import FileSource
from loglik.design.stored import chunks
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.design.source import Source

# Columns as they are read, as they are kept, and in a design.
_COPIES = 3
_OBJECT = 64
"""Bytes of a value that Python holds."""


def refuse_too_large(source: Source, numbers: int, levels: int, objects: int = 0) -> None:
    """Refuse a file whose rows do not fit in memory.

    Parameters
    ----------
    source : Source
        Rows; those that are in memory already are not refused.
    numbers, levels, objects : int
        How many columns are going to be held as numbers, as codes, and as values of Python.

    Raises
    ------
    DataError
        LL506 they take more than 40 % of what is available.
    """
    if not isinstance(source, FileSource) or source.n_rows <= chunks.CHUNK_ROWS:
        return
    size = source.n_rows * (_COPIES * (8 * numbers + 4 * levels) + _OBJECT * objects)
    if not source.memory.holds(size):
        raise DataError(
            "LL506.held", source=source.label, n=source.n_rows, needed=size / 1e6, available=source.memory.bytes / 1e6
        )
