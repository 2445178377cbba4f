"""Which rows of a fit are complete, and what is missing in the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from loglik.design.levels import Codes
from loglik.design.pieces import pieces
from loglik.design.stored.columns import StoredNumbers
from loglik.errors import DataError
from loglik.parallel.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.array_types import Mask, Vector
    from loglik.design.source import Source

    Column: TypeAlias = Vector | StoredNumbers | Codes


def all_finite(values: Vector | StoredNumbers) -> bool:
    """Whether no entry is missing or infinite: any that is makes the sum so (a sum that overflows says no for nothing)."""
    if isinstance(values, StoredNumbers):
        return not values.stats.missing and not values.stats.infinite
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.isfinite(values.sum()))


def refuse_infinite(label: str, column: str, values: Vector | StoredNumbers) -> None:
    """Refuse infinite numbers, naming the first one's row (LL109)."""
    if all_finite(values):
        return
    first, count = -1, 0
    for lo, hi in pieces(values.size):
        bad = np.flatnonzero(np.isinf(values[lo:hi]))
        first, count = (lo + int(bad[0]) if bad.size and not count else first), count + bad.size
    if count:
        raise DataError("LL109.column", column=column, source=label, row=first + 1, more=count - 1)


def absent(column: Column, lo: int, hi: int) -> Mask:
    """Which of the rows lo..hi have no value."""
    if isinstance(column, Codes):
        return column.absent(lo, hi)
    return np.asarray(np.isnan(column[lo:hi]))


def _count(column: Column) -> int:
    if isinstance(column, Codes):
        return column.n_missing
    if isinstance(column, StoredNumbers):
        return column.stats.missing
    return 0 if all_finite(column) else int(np.isnan(column).sum())


def complete_rows(source: Source, columns: Mapping[str, Column], policy: str) -> tuple[Mask, dict[str, int]]:
    """Find the rows without a missing value, and count these in each column that has some.

    Parameters
    ----------
    source : Source
        Where the columns are from.
    columns : mapping of str to column
        The columns.
    policy : str
        With ``"error"`` the first missing value is refused.

    Raises
    ------
    DataError
        LL107 a value is missing.
    """
    missing = {name: n for name, column in columns.items() if (n := _count(column))}
    kept = scratch((source.n_rows,), np.bool_)
    kept[:] = True
    for name, n in missing.items():
        for lo, hi in pieces(source.n_rows):
            gone = absent(columns[name], lo, hi)
            if policy == "error" and gone.any():
                row = lo + int(gone.argmax()) + 1
                raise DataError("LL107.column", column=name, source=source.label, row=row, more=n - 1)
            kept[lo:hi] &= ~gone
    return kept, missing


def rows_without_missing(source: Source, absent: Mapping[str, Mask], missing: Mapping[str, int], policy: str) -> Mask:
    """Find the rows to keep; with ``policy="error"`` refuse the first missing value instead."""
    if policy == "error" and missing:
        column = next(iter(missing))
        row = int(np.flatnonzero(absent[column])[0]) + 1
        raise DataError("LL107.column", column=column, source=source.label, row=row, more=missing[column] - 1)
    kept = np.ones(source.n_rows, dtype=bool)
    for column in missing:
        kept &= ~absent[column]
    return kept
