"""Smallest and largest value of each column in each class: the columns that separate by themselves.

A value t with every class wholly on one side of it, some class above and some below, and not every row at t is a
separating direction: ``x - t`` for the classes above, 0 for those below. Without an intercept t can only be 0. This
takes comparisons of the numbers as they are, no arithmetic, and so has no rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from loglik.design.columns.categorical import CategoricalBlock
from loglik.design.columns.dense import DenseBlock
from loglik.design.columns.sparse import SparseBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    from loglik.design.columns.block import ColumnBlock
    from loglik.design.matrix import Design

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Labels = npt.NDArray[np.int32]
    Mask = npt.NDArray[np.bool_]

_ROWS_AT_A_TIME = 4_096
# Numbers on this grid are taken as written: counts, whole seconds, halves. Others are known to rounding.
_GRID = 1024.0
_LARGEST_ON_GRID = 2.0**42


@dataclass(frozen=True)
class ColumnRanges:
    """What one read of the rows tells of the numeric columns, the dense ones first, then the sparse ones.

    Parameters
    ----------
    positions : ndarray of int
        Storage position of each column.
    low, high : ndarray of shape (K, columns)
        Smallest and largest value in each class, zeros that are not stored included.
    has_zero : ndarray of bool
        Whether some row has exactly 0.
    exact : ndarray of bool
        Whether all its numbers lie on a coarse grid, as whole numbers do: those are not known to rounding only.
    """

    positions: npt.NDArray[np.int64]
    low: Matrix
    high: Matrix
    has_zero: Mask
    exact: Mask


class Threshold(NamedTuple):
    """A column that separates by itself.

    Parameters
    ----------
    position : int
        Its storage position.
    at : float
        The value t; where t lies between two neighbouring numbers, the lower one.
    above : tuple of bool
        For each class, whether it lies at or above t.
    gap : bool
        Whether no row lies at t.
    """

    position: int
    at: float
    above: tuple[bool, ...]
    gap: bool


def column_ranges(design: Design, label: Labels, n_classes: int) -> ColumnRanges:
    """Read the numeric columns once; the design must not be centered."""
    parts = [_ranges(block, label, n_classes) for block in design.blocks if not isinstance(block, CategoricalBlock)]
    low, high, has_zero, exact = (np.concatenate(of_blocks, axis=-1) for of_blocks in zip(*parts, strict=True))
    positions = [
        np.arange(block.stop)[block.span] for block in design.blocks if not isinstance(block, CategoricalBlock)
    ]
    return ColumnRanges(np.concatenate(positions)[1:], low, high, has_zero, exact)


def _ranges(block: ColumnBlock, label: Labels, n_classes: int) -> tuple[Matrix, Matrix, Mask, Mask]:
    if isinstance(block, DenseBlock):
        return _dense_ranges(lambda rows: block.x[rows], block.width - 1, label, n_classes)
    if isinstance(block, SparseBlock):
        return _sparse_ranges(block.matrix, label, n_classes)
    every = np.arange(block.width)
    return _dense_ranges(
        lambda rows: block.block(rows.start, rows.stop).columns(every).T, block.width, label, n_classes
    )


def _dense_ranges(
    values: Callable[[slice], npt.NDArray[np.floating]], q: int, label: Labels, n_classes: int
) -> tuple[Matrix, Matrix, Mask, Mask]:
    low, high = np.full((n_classes, q), np.inf), np.full((n_classes, q), -np.inf)
    has_zero, exact = np.zeros(q, dtype=bool), np.ones(q, dtype=bool)
    for lo in range(0, label.size if q else 0, _ROWS_AT_A_TIME):
        rows = slice(lo, min(lo + _ROWS_AT_A_TIME, label.size))
        block, own = np.asarray(values(rows), dtype=np.float64), label[rows]
        for k in np.unique(own):
            part = block[own == k]
            np.minimum(low[k], part.min(axis=0), out=low[k])
            np.maximum(high[k], part.max(axis=0), out=high[k])
        has_zero |= (block == 0.0).any(axis=0)
        if exact.any():
            exact[exact] = on_grid(block[:, exact])
    return low, high, has_zero, exact


def _sparse_ranges(s: csr_matrix, label: Labels, n_classes: int) -> tuple[Matrix, Matrix, Mask, Mask]:
    if not s.shape[1]:
        nothing = np.zeros((n_classes, 0))
        return nothing, nothing, nothing[0].astype(bool), nothing[0].astype(bool)
    w = s.shape[1]
    low, high = np.zeros((n_classes, w)), np.zeros((n_classes, w))
    order = np.argsort(label, kind="stable")
    by_column = s[order].tocsc()  # its rows in the order of the classes
    place = label[order][by_column.indices].astype(np.int64)
    place += np.repeat(np.arange(w) * n_classes, np.diff(by_column.indptr))
    stored = np.bincount(place, minlength=n_classes * w).reshape(w, n_classes).T
    absent = stored < np.bincount(label, minlength=n_classes)[:, None]
    values = np.asarray(by_column.data, dtype=np.float64)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    if starts.size:
        column, own = np.divmod(place[starts], n_classes)
        low[own, column] = np.minimum.reduceat(values, starts)
        high[own, column] = np.maximum.reduceat(values, starts)
    low[absent] = np.minimum(low[absent], 0.0)
    high[absent] = np.maximum(high[absent], 0.0)
    exact = np.ones(w, dtype=bool)
    off = ~_on_grid_each(np.asarray(s.data, dtype=np.float64))
    exact[s.indices[off]] = False
    has_zero: Mask = np.asarray(absent.any(axis=0), dtype=bool)
    has_zero[s.indices[s.data == 0.0]] = True
    return low, high, has_zero, exact


def on_grid(block: Matrix) -> npt.NDArray[np.bool_]:
    """Which columns of a block have nothing but multiples of 1/1024 of a moderate size."""
    return np.asarray(_on_grid_each(block).all(axis=0))


def _on_grid_each(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    with np.errstate(over="ignore"):
        scaled = values * _GRID
    return np.asarray((np.abs(values) < _LARGEST_ON_GRID) & (scaled == np.rint(scaled)))


def thresholds(ranges: ColumnRanges, candidates: Mask, *, intercept: bool) -> list[Threshold]:
    """Find the columns that separate by themselves.

    Parameters
    ----------
    ranges : ColumnRanges
        Of all classes; every class has a row.
    candidates : ndarray of bool, shape (P,)
        Storage positions to look at.
    intercept : bool
        Whether the model has one.
    """
    low, high = ranges.low, ranges.high
    k = low.shape[0]
    varies = low.min(axis=0) < high.max(axis=0) if intercept else (low.min(axis=0) < 0.0) | (high.max(axis=0) > 0.0)
    look = np.flatnonzero(varies & candidates[ranges.positions])
    if not look.size:
        return []
    if intercept:
        # Sorted by their smallest value, classes above t follow those below it.
        order = np.lexsort((high[:, look], low[:, look]), axis=0)
        lows, highs = np.take_along_axis(low[:, look], order, 0), np.take_along_axis(high[:, look], order, 0)
        ceiling = np.maximum.accumulate(highs, axis=0)[:-1]
        fits = ceiling <= lows[1:]
        some = np.flatnonzero(fits.any(axis=0))
        # The widest gap of those that part the classes.
        gaps = np.where(fits, lows[1:] - ceiling, -1.0)[:, some]
        cuts = gaps.argmax(axis=0)
        below, over = ceiling[cuts, some], lows[cuts + 1, some]
        above = np.zeros((some.size, k), dtype=bool)
        for place in range(1, k):
            higher = cuts < place
            above[higher, order[place, some[higher]]] = True
        return [
            Threshold(position, at, tuple(sides), a < b)
            for position, at, sides, a, b in zip(
                ranges.positions[look[some]].tolist(), map(_between, below.tolist(), over.tolist()), above.tolist(),
                below.tolist(), over.tolist(), strict=True,
            )
        ]  # fmt: skip
    found = []
    negative: Mask = np.asarray((high <= 0.0).all(axis=0))
    one_side: Mask = np.asarray((low >= 0.0) | (high <= 0.0))
    for j in look[one_side[:, look].all(axis=0)].tolist():
        zero = (low[:, j] == 0.0) & (high[:, j] == 0.0)
        above = (low[:, j] >= 0.0) & ~zero
        if negative[j]:
            above |= zero
        if above.any() and not above.all():
            gap = bool(((low[:, j] > 0.0) | (high[:, j] < 0.0)).all())
            found.append(Threshold(int(ranges.positions[j]), 0.0, tuple(above.tolist()), gap))
    return found


def _between(below: float, over: float) -> float:
    """Middle of a gap; an end of it where no number lies between."""
    middle = below / 2.0 + over / 2.0
    return middle if below <= middle <= over else below
