"""Columns that are linear combinations of others: found, named, and dropped from the end of the list.

Full column rank of some of the rows proves full column rank of all of them, so a sample of rows usually settles the
question. Only when it does not, the columns are taken apart by all rows (`residual_columns`): the columns that depend
on others to the rounding of the stored numbers are the same in any order of the list; the order only decides which of
them are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.sample import drawn
from loglik.fit.plan import high_cardinality
from loglik.fit.residual_columns import INDEPENDENT, cross_products, independent, take_apart

if TYPE_CHECKING:
    from loglik.array_types import Indices, Matrix
    from loglik.design.matrix import Design
    from loglik.fit.column_stats import ColumnStats
    from loglik.fit.hessian.bordered import HighCardinality
    from loglik.fit.residual_columns import Parts

_FEW_ROWS, _SAMPLE_ROWS = 1_000, 5_000
_INDEPENDENT_IN_SINGLE = 1e-3  # float32 sums are good to about 1e-5
# Part of a combination, by the sizes of the columns, that rounding could have left.
_PART = 1e-8
# Of combinations, while they are written out.
_ROWS_AT_A_TIME = 128
# Above this many coefficients the Gram matrix would not fit; such designs are fitted with a penalty.
MAX_COLUMNS = 5_000


@dataclass(frozen=True)
class CollinearColumn:
    """A dropped column and what it equals.

    Parameters
    ----------
    position : int
        Storage position.
    combination : dict of int to float
        Storage positions and factors of the kept columns it is the sum of.
    """

    position: int
    combination: dict[int, float]


@dataclass(frozen=True)
class Columns:
    """What is known of the columns' dependences.

    Parameters
    ----------
    dropped : list of CollinearColumn
        What to drop.
    replaced : ndarray of int, shape (m,)
        Storage positions of dense columns that others nearly add up to, each before those whose residual needs it.
    residuals : ndarray of shape (m, P)
        What is left of them, in terms of the design's columns.
    passes : int
        How often all rows were read.
    """

    dropped: list[CollinearColumn]
    replaced: Indices
    residuals: Matrix
    passes: int


def dependent_columns(design: Design, free: Indices, stats: ColumnStats, threads: int) -> Columns:
    """Find the columns to drop among `free` (storage positions in list order), and those to replace.

    Parameters
    ----------
    design : Design
        Predictors; dense columns whose mean is far from zero should be centered.
    free : ndarray of int
        Storage positions of the coefficients to be estimated, in list order.
    stats : ColumnStats
        Of the dense columns as they are.
    threads : int
        Threads that walk the blocks.
    """
    none = Columns([], np.zeros(0, dtype=np.int64), np.zeros((0, design.n_coefficients)), 0)
    if free.size == 0:
        return none
    long = high_cardinality(design, free)
    if (long is None and free.size > MAX_COLUMNS) or _sample_is_independent(design, free, long, threads):
        return none
    parts = take_apart(design, free, stats, long, threads)
    # An eliminated level stays: what it repeats is a property of its many rows, and names one of thousands.
    is_level = np.zeros(free.size, dtype=bool) if long is None else (free >= long.first) & (free < long.stop)
    dropped = _last_of_each(design, np.concatenate([free[is_level], free[~is_level]]), parts)
    passes = parts.passes
    if not np.isin([column.position for column in dropped], parts.dependent).all():
        # What is left holds columns that were not told apart from each other.
        kept = free[~np.isin(free, [column.position for column in dropped])]
        parts = take_apart(design, kept, stats, high_cardinality(design, kept), threads)
        passes += parts.passes
    return Columns(dropped, parts.replaced, parts.residuals, passes)


def _sample_is_independent(design: Design, free: Indices, long: HighCardinality | None, threads: int) -> bool:
    # A few rows that settle it roughly, then more of them.
    for rows, threshold, single in (
        (max(_FEW_ROWS, 2 * free.size), _INDEPENDENT_IN_SINGLE, True),
        (max(_SAMPLE_ROWS, 4 * free.size), INDEPENDENT, False),
    ):
        if design.n_rows > 2 * rows:
            sample = design.rows(drawn(design.n_rows, rows))
            some = cross_products(sample, free, long, threads, single=single)
            if independent(some.left, some.squares, threshold):
                return True
    return False


def _last_of_each(design: Design, order: Indices, parts: Parts) -> list[CollinearColumn]:
    """Combinations that drop the last column of each dependence, in the order given: reduced echelon form from its end.

    Each dependence holds one dependent column alone. Where that is its last, nothing has to be eliminated.
    """
    rows = parts.dependences * parts.sizes  # by what each column contributes, whatever its units
    largest = np.abs(rows).max(axis=1, initial=0.0, keepdims=True)
    # What contributes less than rounding may be rounding.
    rows[np.abs(rows) <= np.maximum(_PART * largest, np.minimum(parts.rounding[:, None], largest / 2.0))] = 0.0
    rows /= largest
    rank = np.full(design.n_coefficients, -1)
    rank[order] = np.arange(order.size)
    last = np.where(rows != 0.0, rank, -1).max(axis=1, initial=-1)
    early = np.flatnonzero(last > rank[parts.dependent])
    pivots = parts.dependent.copy()
    rows[early], pivots[early] = _echelon(rows[early], order)
    if early.size:
        others = np.setdiff1d(np.arange(pivots.size), early)
        rows[others] -= (rows[np.ix_(others, pivots[early])] / rows[early, pivots[early]]) @ rows[early]
    combinations: list[dict[int, float]] = []
    for lo in range(0, pivots.size, _ROWS_AT_A_TIME):
        own = pivots[lo : lo + _ROWS_AT_A_TIME]
        some, place = -rows[lo : lo + own.size], np.arange(own.size)
        some /= -some[place, own][:, None]
        some[np.abs(some) <= _PART * np.abs(some).max(axis=1, initial=0.0, keepdims=True)] = 0.0
        some[place, own] = 0.0
        some *= parts.sizes[own][:, None] / parts.sizes
        combinations += _as_they_are(design, own, some)
    return [CollinearColumn(int(pivots[i]), combinations[i]) for i in np.argsort(rank[pivots])]


def _echelon(rows: Matrix, order: Indices) -> tuple[Matrix, Indices]:
    """Gauss-Jordan elimination from the end of the order: the rows, and the last column that each holds alone."""
    rows, left = rows.copy(), list(range(rows.shape[0]))
    pivots = np.zeros(rows.shape[0], dtype=np.int64)
    for j in order[::-1].tolist():
        if not left:
            break
        pivot = left[int(np.argmax(np.abs(rows[left, j])))]
        if abs(rows[pivot, j]) <= _PART * np.abs(rows[pivot]).max():
            continue
        others = np.arange(rows.shape[0]) != pivot
        rows[others] -= np.outer(rows[others, j] / rows[pivot, j], rows[pivot])
        rows[others, j] = 0.0
        left.remove(pivot)
        pivots[pivot] = j
    return rows, pivots


def _as_they_are(design: Design, pivots: Indices, combinations: Matrix) -> list[dict[int, float]]:
    """Factors of the columns as they are: the fit subtracts a constant from each."""
    center = np.zeros(design.n_coefficients)
    center[design.numeric.numbers] = design.center
    own, first = center[pivots], combinations[:, 0]
    constant = first + own - combinations @ center
    size = np.maximum(np.abs(own), np.abs(combinations * center).max(axis=1, initial=0.0))
    constants = np.where(np.abs(constant) > 1e-12 * np.maximum(size, np.abs(first)), constant, 0.0)
    found = []
    for row, added in zip(combinations, constants.tolist(), strict=True):
        used = np.flatnonzero(row[1:]) + 1
        found.append(({0: added} if added else {}) | dict(zip(used.tolist(), row[used].tolist(), strict=True)))
    return found
