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
from loglik.design.rows import Rows
from loglik.parallel.executor import RowKernel, executor_of

if TYPE_CHECKING:
    from typing import Self

    from scipy.sparse import csr_matrix

    from loglik.array_types import Array, Indices, Labels, Mask, Matrix
    from loglik.design.columns.block import ColumnBlock
    from loglik.design.matrix import Design

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

    positions: Indices
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


def column_ranges(design: Design, label: Labels, n_classes: int, threads: int = 1) -> ColumnRanges:
    """Read the numeric columns once; the design must not be centered."""
    found = executor_of(Rows(design, label), threads).sum(RANGES, n_classes)
    parts = [part.finished(found.of_class) for part in found.parts]
    low, high, has_zero, exact = (np.concatenate(of_blocks, axis=-1) for of_blocks in zip(*parts, strict=True))
    positions = [np.arange(block.stop)[block.span] for block in _numbers(design)]
    return ColumnRanges(np.concatenate(positions)[1:], low, high, has_zero, exact)


def _numbers(design: Design) -> list[ColumnBlock]:
    """Blocks of columns that have other values than the 0 and 1 of levels."""
    return [block for block in design.blocks if not isinstance(block, CategoricalBlock)]


@dataclass
class _Part:
    """Ranges of the columns of one block, over the numbers that are stored; `stored` of each class, if not all are."""

    low: Matrix
    high: Matrix
    has_zero: Mask
    exact: Mask
    stored: Indices | None

    @staticmethod
    def of(block: ColumnBlock, k: int) -> _Part:
        q = block.n_numbers if isinstance(block, DenseBlock) else block.width
        stored = np.zeros((k, q), dtype=np.int64) if isinstance(block, SparseBlock) else None
        return _Part(
            np.full((k, q), np.inf), np.full((k, q), -np.inf), np.zeros(q, dtype=bool), np.ones(q, dtype=bool), stored
        )

    def __iadd__(self, other: Self) -> Self:
        np.minimum(self.low, other.low, out=self.low)
        np.maximum(self.high, other.high, out=self.high)
        self.has_zero |= other.has_zero
        self.exact &= other.exact
        if self.stored is not None and other.stored is not None:
            self.stored += other.stored
        return self

    def finished(self, of_class: Indices) -> tuple[Matrix, Matrix, Mask, Mask]:
        """Count the zeros that are not stored, given the rows of each class."""
        if self.stored is None:
            return self.low, self.high, self.has_zero, self.exact
        absent = self.stored < of_class[:, None]
        self.low[absent] = np.minimum(self.low[absent], 0.0)
        self.high[absent] = np.maximum(self.high[absent], 0.0)
        return self.low, self.high, self.has_zero | absent.any(axis=0), self.exact


@dataclass
class _Ranges:
    """Ranges of each block's columns, and the rows of each class."""

    parts: list[_Part]
    of_class: Indices

    @property
    def nbytes(self) -> int:
        return int(sum(2 * part.low.nbytes for part in self.parts))

    def __iadd__(self, other: Self) -> Self:
        for part, more in zip(self.parts, other.parts, strict=True):
            part += more  # noqa: PLW2901
        self.of_class += other.of_class
        return self


def _no_ranges(rows: Rows, k: int) -> _Ranges:
    return _Ranges([_Part.of(block, k) for block in _numbers(rows.design)], np.zeros(k, dtype=np.int64))


def _add_ranges(rows: Rows, k: int, total: _Ranges) -> None:
    total.of_class += np.bincount(rows.label, minlength=k)
    for block, part in zip(_numbers(rows.design), total.parts, strict=True):
        if isinstance(block, SparseBlock):
            _add_stored(block.matrix, rows.label, part)
        elif part.exact.size:
            x = block.x if isinstance(block, DenseBlock) else block.columns(np.arange(block.width)).T
            _add_dense(np.asarray(x, dtype=np.float64), rows.label, part)


RANGES = RowKernel(_no_ranges, _add_ranges)
"""Smallest and largest number of each column in each of k classes, whether there is a 0, and whether all lie on a grid."""


def _add_dense(x: Matrix, label: Labels, part: _Part) -> None:
    for k in np.unique(label):
        own = x[label == k]
        np.minimum(part.low[k], own.min(axis=0), out=part.low[k])
        np.maximum(part.high[k], own.max(axis=0), out=part.high[k])
    part.has_zero |= (x == 0.0).any(axis=0)
    if part.exact.any():
        part.exact[part.exact] = on_grid(x[:, part.exact])


def _add_stored(s: csr_matrix, label: Labels, part: _Part) -> None:
    k, w = part.low.shape
    if part.stored is None or not s.nnz:
        return
    order = np.argsort(label, kind="stable")
    by_column = s[order].tocsc()  # its rows in the order of the classes
    place = label[order][by_column.indices].astype(np.int64)
    place += np.repeat(np.arange(w) * k, np.diff(by_column.indptr))
    part.stored += np.bincount(place, minlength=k * w).reshape(w, k).T
    values = np.asarray(by_column.data, dtype=np.float64)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    column, own = np.divmod(place[starts], k)
    part.low[own, column] = np.minimum(part.low[own, column], np.minimum.reduceat(values, starts))
    part.high[own, column] = np.maximum(part.high[own, column], np.maximum.reduceat(values, starts))
    part.exact[s.indices[~_on_grid_each(np.asarray(s.data, dtype=np.float64))]] = False
    part.has_zero[s.indices[s.data == 0.0]] = True


def on_grid(block: Matrix) -> Mask:
    """Which columns of a block have nothing but multiples of 1/1024 of a moderate size."""
    return np.asarray(_on_grid_each(block).all(axis=0))


def _on_grid_each(values: Array) -> Mask:
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
