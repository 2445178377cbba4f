"""Mean, spread and range of the dense columns, in one read of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.rows import Rows
from loglik.kernels.rows.products import column_sums
from loglik.parallel.executor import RowKernel, executor_of

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Vector
    from loglik.design.matrix import Design

# A mean this many standard deviations away from zero would cost digits in the Hessian: condition number 1e4.
_FAR = 100.0


@dataclass
class ColumnStats:
    """Sums over rows of the dense columns, less a value of each column.

    Since `datum` is a value that the column has, ``(mean - d)^2 <= n var``: the variance loses no more than a factor n
    of its digits however far the column is from zero, where ``sum x^2`` would lose all of them (Chan, Golub and
    LeVeque, The American Statistician 37, 1983).

    Parameters
    ----------
    n : int
        Rows.
    datum : ndarray of shape (q,)
        Value d of each column in the first row.
    total, squares : ndarray of shape (q,)
        ``sum (x - d)``, ``sum (x - d)^2``.
    low, high : ndarray of shape (q,)
        ``min x``, ``max x``.
    """

    n: int
    datum: Vector
    total: Vector
    squares: Vector
    low: Vector
    high: Vector

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(4 * self.total.nbytes)

    def __iadd__(self, other: Self) -> Self:
        self.total += other.total
        self.squares += other.squares
        np.minimum(self.low, other.low, out=self.low)
        np.maximum(self.high, other.high, out=self.high)
        return self

    @property
    def mean(self) -> Vector:
        """Column means."""
        return self.datum + self.total / self.n

    @property
    def spread(self) -> Vector:
        """Standard deviations, with n in the denominator; 0 where all values are the same."""
        return np.asarray(np.sqrt(np.maximum(self.squares / self.n - (self.total / self.n) ** 2, 0.0)))

    @property
    def largest(self) -> Vector:
        """``max |x|``."""
        return np.asarray(np.maximum(np.abs(self.low), np.abs(self.high)))

    @property
    def center(self) -> Vector:
        """Means of the columns whose mean is far from zero in standard deviations, 0 for the others."""
        mean = self.mean
        return np.where(np.abs(mean) > _FAR * self.spread, mean, 0.0)

    def largest_from(self, center: Vector) -> Vector:
        """``max |x - c|``."""
        return np.asarray(np.maximum(self.high - center, center - self.low))

    def root_mean_square_from(self, center: Vector) -> Vector:
        """Root mean square of ``x - c``, 1 where that is zero throughout."""
        size = np.hypot(self.spread, self.mean - center)
        return np.where(size > 0.0, size, 1.0)


def column_stats(design: Design, threads: int) -> ColumnStats:
    """Read the dense columns once."""
    q = design.numeric.n_numbers
    datum = design.dense[0].astype(np.float64) if design.n_rows else np.zeros(q)
    datum[~np.isfinite(datum)] = 0.0

    executor = executor_of(Rows(design), threads)
    return executor.sum(COLUMN_STATS, datum) if q else _zeros(executor.rows, datum)


def _zeros(rows: Rows, datum: Vector) -> ColumnStats:
    q = datum.size
    return ColumnStats(rows.n_rows, datum, np.zeros(q), np.zeros(q), np.full(q, np.inf), np.full(q, -np.inf))


def _add(block: Rows, datum: Vector, total: ColumnStats) -> None:
    column_sums(np.ascontiguousarray(block.design.dense), datum, total.total, total.squares, total.low, total.high)


COLUMN_STATS = RowKernel(_zeros, _add)
"""Sums of the columns of numbers less a value of each, their squares, and their ends."""
