"""The rows as they are judged: columns moved and scaled so that margins keep their digits, and how well each is known.

The numbers of a spline or of a sum are rounded: what should be 0 is 1e-16 of either sign, and whether such rows can be
separated as they are stored is the wrong question. So the data are taken as a ball: a number other than 0 is known to
``2^-48`` of the largest of its column; zeros, the intercept, levels, and columns of whole numbers are exact. That the
estimate *exists* has to hold throughout the ball; that the classes are *separated*, for some of its members, and it is
looked into whether for the numbers as they are stored. Both cannot be true.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.rows import Rows
from loglik.parallel.executor import Nothing, RowKernel, Threads, executor_of, nothing

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Labels, Mask, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.existence.column_ranges import ColumnRanges
    from loglik.parallel.executor import Executor

KNOWN_TO = 2.0**-48
"""Share of the largest number of a column to which its numbers are known."""

UNIT = 2.0**-53
"""Half the distance from 1 to the next number: the relative error of one operation."""


@dataclass(frozen=True)
class Ball:
    """Rows, labels, and the units of the columns.

    Parameters
    ----------
    design : Design
        The rows, each dense column less a number that it has (or 0): its datum.
    label : ndarray of int32, shape (n,)
        Classes, the reference being C.
    c : int
        Number of free classes.
    free : ndarray of int
        Storage positions of the estimated coefficients.
    scale : ndarray of shape (P,)
        Powers of two: no moved number is larger than that of its column.
    slack : ndarray of shape (P,)
        How far numbers other than 0 may be from what is stored, in these units.
    threads : int
        Threads that walk the rows.
    """

    design: Design
    label: Labels
    c: int
    free: Indices
    scale: Vector
    slack: Vector
    threads: int = 1

    @property
    def size(self) -> int:
        """D, coefficients of all free classes."""
        return self.c * self.free.size

    def of_rows(self, index: Indices) -> Ball:
        """Some of the rows."""
        return replace(self, design=self.design.rows(index), label=self.label[index])

    def of_columns(self, free: Indices) -> Ball:
        """Estimate fewer coefficients."""
        return replace(self, free=free)

    def to_columns(self, d: Vector) -> Matrix:
        """Coefficients C x P of the columns as they are, from a direction in the units here."""
        beta = self._moved(d)
        beta[:, 0] -= self.design.numeric.constant(beta)
        return beta

    def from_columns(self, beta: Matrix) -> Vector:
        """Opposite of `to_columns`; coefficients that are not free are left out."""
        beta = beta.copy()
        beta[:, 0] += self.design.numeric.constant(beta)
        return np.asarray((beta * self.scale)[:, self.free].ravel())

    def _moved(self, d: Vector) -> Matrix:
        beta = np.zeros((self.c, self.design.n_coefficients))
        beta[:, self.free] = d.reshape(self.c, -1) / self.scale[self.free]
        return beta

    @cached_property
    def executor(self) -> Executor[Rows]:
        """Who sums over the rows."""
        return executor_of(Rows(self.design, self.label), self.threads)

    def with_flags(self, flags: Mask) -> Executor[Rows]:
        """The same rows with a flag beside each: 1 or 0."""
        return Threads(self.executor.rows.keeping(flags[None].astype(np.float64)), self.threads)

    def extremes(self, d: Vector, most: int = 0, below: float = np.inf) -> Extremes:
        """Smallest and largest margin of all rows, and the rows with the `most` smallest ones, if they are so low."""
        return self.executor.sum(EXTREMES, (self._moved(d), most, below))

    def pair_margins(self, d: Vector) -> Matrix:
        """``x_i' (d_y - d_k)`` for each class k and row, infinite for k = y: K x n."""
        return self.executor.collect(PAIR_MARGINS, self._moved(d), self.c + 1)

    def error(self, d: Vector) -> float:
        """How far a margin may be from what is computed: rounding, and what is not known of the numbers."""
        rounding, unknown = self.errors(d)
        return rounding + unknown

    def errors(self, d: Vector) -> tuple[float, float]:
        """Bounds, over all rows and pairs of classes, of both parts of `error`."""
        full = np.zeros((self.c + 1, self.design.n_coefficients))
        full[: self.c, self.free] = d.reshape(self.c, -1)
        reach = full.max(axis=0) - full.min(axis=0)
        numbers = self.design.numeric.span
        size, unknown = float(reach[numbers].sum()), float(self.slack[numbers] @ reach[numbers])
        for block in self.design.blocks[1:]:
            size += float(block.reach((reach / self.scale)[None], self.scale)[0])
            unknown += block.indicated(self.slack * reach)
        entries = sum(block.most_entries for block in self.design.blocks)
        return 2.0 * (entries + 4) * UNIT * size, unknown

    def columns_of(self, rows: Indices) -> Matrix:
        """The free columns of some rows, in the units here."""
        unit = np.zeros((self.free.size, self.design.n_coefficients))
        unit[np.arange(self.free.size), self.free] = 1.0 / self.scale[self.free]
        return self.design.rows(rows).matvec(unit).T

    def pairs(self, rows: Indices) -> tuple[Matrix, Indices, Indices]:
        """``x_i (e_y - e_k)`` in the units here, a row for each of `rows` and class k other than its own.

        Returns
        -------
        a : ndarray of shape (C * rows, D)
            Separation is ``A d >= 0``, and not 0 throughout.
        row, other : ndarray of int
            Place in `rows`, and k.
        """
        x = self.columns_of(rows)
        y, f = self.label[rows], self.free.size
        if self.c == 1:
            return np.where(y == 0, 1.0, -1.0)[:, None] * x, np.arange(rows.size), 1 - y.astype(np.int64)
        row = np.repeat(np.arange(rows.size), self.c)
        other = np.tile(np.arange(self.c), rows.size)
        other += other >= y[row]  # all classes but y, in order
        a = np.zeros((row.size, self.c, f))
        own = np.flatnonzero(y[row] < self.c)
        a[own, y[row[own]]] += x[row[own]]
        against = np.flatnonzero(other < self.c)
        a[against, other[against]] -= x[row[against]]
        return a.reshape(row.size, -1), row, other

    @property
    def pair_slack(self) -> Vector:
        """`slack` for each entry of a direction."""
        return np.tile(self.slack[self.free], self.c)


def ball_of(
    design: Design, label: Labels, c: int, free: Indices, ranges: ColumnRanges, *, intercept: bool, threads: int = 1
) -> Ball:
    """Choose a datum and a unit for each column.

    Parameters
    ----------
    design : Design
        The rows, not centered.
    label : ndarray of int32, shape (n,)
        Classes.
    c : int
        Number of free classes.
    free : ndarray of int
        Storage positions of the estimated coefficients.
    ranges : ColumnRanges
        Of these rows.
    intercept : bool
        Whether the model has one: only then may columns be moved.
    threads : int
        Threads that walk the rows.
    """
    q = design.numeric.n_numbers
    low, high = ranges.low.min(axis=0), ranges.high.max(axis=0)
    largest = np.maximum(np.abs(low), np.abs(high))
    datum = np.zeros(q)
    if intercept:  # the end nearer to 0, where 0 is not among the numbers between
        datum = np.where(low[:q] > 0.0, low[:q], np.where(high[:q] < 0.0, high[:q], 0.0))
        datum[ranges.has_zero[:q]] = 0.0
    moved = largest.copy()
    moved[:q] = np.where(datum != 0.0, high[:q] - low[:q], largest[:q])
    scale, slack = np.ones(design.n_coefficients), np.zeros(design.n_coefficients)
    with np.errstate(divide="ignore"):
        power = np.where(moved > 0.0, np.exp2(np.clip(np.ceil(np.log2(moved)), -1000, 1000)), 1.0)
    scale[ranges.positions] = power
    slack[ranges.positions] = np.where(ranges.exact, 0.0, KNOWN_TO * largest / power)
    return Ball(design.centered(datum), label, c, free, scale, slack, threads)


def _predictors(block: Rows, direction: Matrix) -> tuple[Matrix, tuple[Labels, Indices]]:
    """Linear predictors of all classes, the reference class last, and where those of the rows' own classes are."""
    eta = np.concatenate([block.design.matvec(direction), np.zeros((1, block.n_rows))])
    return eta, (block.label, np.arange(block.n_rows))


def _margins(block: Rows, direction: Matrix) -> tuple[Vector, Vector]:
    eta, at = _predictors(block, direction)
    own = eta[at]
    eta[at] = -np.inf
    low = own - eta.max(axis=0)
    eta[at] = np.inf
    return low, own - eta.min(axis=0)


def _fill_pair_margins(block: Rows, direction: Matrix, total: Nothing) -> None:  # noqa: ARG001
    eta, at = _predictors(block, direction)
    np.subtract(eta[at], eta, out=block.kept)
    block.kept[at] = np.inf


PAIR_MARGINS = RowKernel(nothing, _fill_pair_margins)
"""The margin of each row against each class, beside it; the parameter is the direction, C x P."""


@dataclass(slots=True)
class Extremes:
    """Ends of the rows' margins.

    Parameters
    ----------
    low, high : float
        Smallest of the smallest margins, and largest of the largest.
    values : ndarray
        Smallest margins of the rows that have the smallest ones.
    rows : ndarray of int
        Which rows, in their order; of equal margins, those that come first.
    most : int
        How many at most.
    """

    low: float
    high: float
    values: Vector
    rows: Indices
    most: int

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return 32 * self.most

    def __iadd__(self, other: Self) -> Self:
        """Add those of the rows that follow."""
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        values, rows = np.concatenate([self.values, other.values]), np.concatenate([self.rows, other.rows])
        kept = _smallest(values, self.most)
        self.values, self.rows = values[kept], rows[kept]
        return self


def _smallest(values: Vector, most: int) -> Indices:
    """Places of the smallest values, in order; of those equal to the last of them the first."""
    if values.size <= most:
        return np.arange(values.size)
    last = np.partition(values, most - 1)[most - 1] if most else -np.inf
    chosen = values < last
    chosen[np.flatnonzero(values == last)[: most - np.count_nonzero(chosen)]] = True
    return np.flatnonzero(chosen)


def _no_extremes(rows: Rows, parameters: tuple[Matrix, int, float]) -> Extremes:  # noqa: ARG001
    return Extremes(np.inf, -np.inf, np.zeros(0), np.zeros(0, dtype=np.int64), parameters[1])


def _add_extremes(block: Rows, parameters: tuple[Matrix, int, float], total: Extremes) -> None:
    direction, most, below = parameters
    low, high = _margins(block, direction)
    some = np.flatnonzero(low < below) if most else np.zeros(0, dtype=np.int64)
    some = some[_smallest(low[some], most)]
    total += Extremes(float(low.min()), float(high.max()), low[some], block.first + some, most)


EXTREMES = RowKernel(_no_extremes, _add_extremes)
"""Ends of the margins along a direction (C x P), and the rows with so many of the smallest ones."""
