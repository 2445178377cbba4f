"""The question decided on all rows by way of some: pairs at hand as a matrix, and more of them where they are wanted.

What is proved to exist on some pairs of full column rank exists on all: further pairs are further conditions. A
direction found on some is tested on all, and the pairs that it lowers are added, until both agree (Konis, Linear
programming algorithms for detecting separated data in binary logistic regression models, Oxford, 2007, takes rows so).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.sample import drawn
from loglik.fit.existence.direction import RAISED
from loglik.fit.existence.pairs import EXISTS, OPEN, Answer, decide
from loglik.parallel.executor import RowKernel

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Mask, Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.fit.existence.ball import Ball

MOST_COEFFICIENTS = 1_500
"""Coefficients of all classes up to which pairs are taken as a matrix."""

MOST_DESCRIBED = 600
"""As many up to which it is worth as much again to say more of a separation than that there is one."""

# Numbers in a matrix of pairs at first, and at most.
_FIRST_ENTRIES, _MOST_ENTRIES = 500_000, 32_000_000
_MORE = 2_000
_MOST_OF_A_DRIFT = 200
_ROUNDS = 40


def verified_on_all(ball: Ball, d: Vector, most: int = 0) -> tuple[bool, Indices]:
    """Whether d lowers no row and raises some, beyond what rounding can do; and the rows that it lowers, the worst first."""
    error = ball.error(d)
    found = ball.extremes(d, most, -error)
    lowered = found.rows[np.argsort(found.values, kind="stable")]
    return bool(found.low >= -error and found.high > RAISED * error), lowered


def find(ball: Ball, near: Vector | None = None, starts: tuple[Vector, ...] = ()) -> Answer:
    """Decide whether some direction separates the rows of a ball.

    Parameters
    ----------
    ball : Ball
        The rows.
    near : ndarray of shape (D,) or None
        Where an optimiser stands: rows with small margins there are tried first.
    starts : tuple of ndarray
        Directions to try first, on all rows.
    """
    for d in starts:
        if verified_on_all(ball, d)[0]:
            return Answer(d)
    if ball.size > MOST_COEFFICIENTS:
        return _among_few_columns(ball, starts)
    if not ball.size:
        return OPEN
    working = _first_rows(ball, near)
    for _ in range(_ROUNDS):
        a, _, _ = ball.pairs(working)
        found = decide(a, ball.pair_slack, starts)
        if found.exists:
            return found
        if found.direction is None:
            more = _more_rows(ball, working)
            if more.size == working.size:
                return OPEN
            working = more
            continue
        fine, lowered = verified_on_all(ball, found.direction, _MORE + working.size)
        if fine:
            return found
        worst = lowered[~np.isin(lowered, working)][:_MORE]
        if not worst.size:
            return OPEN
        working = np.union1d(working, worst)
        if working.size * ball.c * ball.size > _MOST_ENTRIES:
            return OPEN
    return OPEN


def _among_few_columns(ball: Ball, starts: tuple[Vector, ...]) -> Answer:
    """Look for a direction in the columns that an optimiser's drift has most of; that there is none there proves nothing."""
    for d in starts:
        full = np.concatenate([d.reshape(ball.c, -1), np.zeros((1, ball.free.size))])
        share = full.max(axis=0) - full.min(axis=0)
        few = np.argsort(-share, kind="stable")[: max(_MOST_OF_A_DRIFT // ball.c, 1)]
        few = np.union1d(few[share[few] > 0.0], np.flatnonzero(ball.free == 0))
        part = ball.of_columns(ball.free[few])
        found = find(part)
        if found.direction is not None:
            whole = np.zeros((ball.c, ball.free.size))
            whole[:, few] = found.direction.reshape(ball.c, -1)
            return Answer(np.asarray(whole.ravel()))
    return OPEN


def _more_rows(ball: Ball, working: Indices) -> Indices:
    """Four times as many rows, as far as they go into a matrix."""
    n = ball.design.n_rows
    wanted = min(n, 4 * working.size, max(_MOST_ENTRIES // (4 * ball.size * ball.c), working.size))
    return np.union1d(working, drawn(n, wanted)) if wanted > working.size else working


def _first_rows(ball: Ball, near: Vector | None) -> Indices:
    n = ball.design.n_rows
    most = max(_FIRST_ENTRIES // (ball.size * ball.c), -(-4 * ball.size // ball.c), _MORE // ball.c)
    if n <= most:
        return np.arange(n)
    half = most // 2
    rows = drawn(n, half)
    if near is not None:
        rows = np.union1d(rows, ball.extremes(near, half).rows)
    return _of_full_rank(ball, np.union1d(rows, extreme_rows(ball)))


def extreme_rows(ball: Ball, among: Mask | None = None) -> Indices:
    """For each dense column and class a row with the smallest value and one with the largest.

    They show that no column separates by itself, which rows at random do not where few have anything but 0 in it.

    Parameters
    ----------
    ball : Ball
        The rows.
    among : ndarray of bool, shape (n,), or None
        Rows to choose from.
    """
    k = ball.c + 1
    columns = ball.free[ball.design.numeric.holds_number(ball.free)] - 1
    if not columns.size or 2 * k * columns.size * ball.c * ball.size > _MOST_ENTRIES // 4:
        return np.zeros(0, dtype=np.int64)
    numbered = ball.executor if among is None else ball.with_flags(among)
    ends = numbered.sum(ENDS, (columns, k))
    return np.unique(ends.rows[np.isfinite(ends.values)])


@dataclass(slots=True)
class _Best:
    """For each of some questions the largest value, and the row that has it: the first of those that do."""

    values: Matrix
    rows: Indices

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes + self.rows.nbytes)

    def __iadd__(self, other: Self) -> Self:
        better = other.values > self.values
        self.values[better], self.rows[better] = other.values[better], other.rows[better]
        return self


def _no_ends(rows: Rows, parameters: tuple[Indices, int]) -> _Best:  # noqa: ARG001
    shape = (2, parameters[1], parameters[0].size)
    return _Best(np.full(shape, -np.inf), np.zeros(shape, dtype=np.int64))


def _add_ends(block: Rows, parameters: tuple[Indices, int], total: _Best) -> None:
    columns, _ = parameters
    x, every = block.design.dense[:, columns], np.arange(columns.size)
    own = block.label if block.beside is None else np.where(block.kept[0] > 0.0, block.label, -1)
    for y in np.unique(own[own >= 0]).tolist():
        rows = np.flatnonzero(own == y)
        part = x[rows]
        for end, most in enumerate((part.argmin(axis=0), part.argmax(axis=0))):
            value = part[most, every] * (1.0 if end else -1.0)
            better = value > total.values[end, y]
            total.values[end, y, better] = value[better]
            total.rows[end, y, better] = block.first + rows[most[better]]


ENDS = RowKernel(_no_ends, _add_ends)
"""For some columns of numbers and each of k classes, rows at both ends; with flags beside the rows, of those with one."""


def _none_far(rows: Rows, directions: Matrix) -> _Best:  # noqa: ARG001
    return _Best(np.zeros(directions.shape[0]), np.zeros(directions.shape[0], dtype=np.int64))


def _add_farthest(block: Rows, directions: Matrix, total: _Best) -> None:
    seen = np.abs(block.design.matvec(directions))
    best = seen.argmax(axis=1)
    total += _Best(seen[np.arange(best.size), best], block.first + best)


FARTHEST = RowKernel(_none_far, _add_farthest)
"""For each of some directions (m x P) the row that it moves farthest."""


def _of_full_rank(ball: Ball, rows: Indices) -> Indices:
    """Add rows until these have full column rank, as all rows have: only then do they prove that an estimate exists."""
    free, design = ball.free, ball.design
    for _ in range(20):
        x = ball.columns_of(rows)
        small = np.linalg.qr(x, mode="r") if x.shape[0] > x.shape[1] else x
        _, sizes, right = np.linalg.svd(small, full_matrices=True)
        rank = int((sizes > 1e-10 * sizes[0]).sum())
        if rank == free.size:
            break
        blind = np.zeros((free.size - rank, design.n_coefficients))
        blind[:, free] = right[rank:] / ball.scale[free]
        where = ball.executor.sum(FARTHEST, blind).rows
        more = np.union1d(rows, where)
        if more.size == rows.size:
            break
        rows = more
    return rows


__all__ = ["EXISTS", "MOST_COEFFICIENTS", "OPEN", "Answer", "find", "verified_on_all"]
