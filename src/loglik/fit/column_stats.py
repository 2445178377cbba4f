"""Mean, root mean square and largest size of the dense columns, in one read of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.blocks import sum_over_blocks
from loglik.kernels.products import column_sums

if TYPE_CHECKING:
    from typing import Self

    import numpy.typing as npt

    from loglik.design.matrix import Design

    Vector = npt.NDArray[np.float64]

# A mean this many standard deviations away from zero would cost digits in the Hessian: condition number 1e4.
_FAR = 100.0


@dataclass
class ColumnStats:
    """Sums over rows of the dense columns.

    Parameters
    ----------
    n : int
        Rows.
    total, squares, largest : ndarray of shape (q,)
        ``sum x``, ``sum x^2``, ``max |x|``.
    """

    n: int
    total: Vector
    squares: Vector
    largest: Vector

    def __iadd__(self, other: Self) -> Self:
        self.total += other.total
        self.squares += other.squares
        np.maximum(self.largest, other.largest, out=self.largest)
        return self

    @property
    def mean(self) -> Vector:
        """Column means."""
        return self.total / self.n

    @property
    def rms(self) -> Vector:
        """Root mean squares, 1 where a column is zero throughout."""
        return np.where(self.squares > 0.0, np.sqrt(self.squares / self.n), 1.0)

    @property
    def center(self) -> Vector:
        """Means of the columns whose mean is far from zero in standard deviations, 0 for the others."""
        mean = self.mean
        spread = np.sqrt(np.maximum(self.squares / self.n - mean**2, 0.0))
        return np.where(np.abs(mean) > _FAR * spread, mean, 0.0)


def column_stats(design: Design, threads: int) -> ColumnStats:
    """Read the dense columns once."""
    q = design.dense.shape[1]

    def zeros() -> ColumnStats:
        return ColumnStats(design.n_rows, np.zeros(q), np.zeros(q), np.zeros(q))

    def add(lo: int, hi: int, total: ColumnStats) -> None:
        column_sums(np.ascontiguousarray(design.dense[lo:hi]), total.total, total.squares, total.largest)

    if q == 0:
        return zeros()
    return sum_over_blocks(design.n_rows, design.block_rows, zeros, add, threads=threads)
