"""The question decided on all rows by way of some: pairs at hand as a matrix, and more of them where they are wanted.

What is proved to exist on some pairs of full column rank exists on all: further pairs are further conditions. A
direction found on some is tested on all, and the pairs that it lowers are added, until both agree (Konis, Linear
programming algorithms for detecting separated data in binary logistic regression models, Oxford, 2007, takes rows so).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.direction import RAISED
from loglik.fit.existence.pairs import EXISTS, OPEN, Answer, decide

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.existence.ball import Ball

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]

MOST_COEFFICIENTS = 1_500
"""Coefficients of all classes up to which pairs are taken as a matrix."""

MOST_DESCRIBED = 600
"""As many up to which it is worth as much again to say more of a separation than that there is one."""

# Numbers in a matrix of pairs at first, and at most.
_FIRST_ENTRIES, _MOST_ENTRIES = 500_000, 32_000_000
_MORE = 2_000
_MOST_OF_A_DRIFT = 200
_ROUNDS = 40


def verified_on_all(ball: Ball, d: Vector) -> tuple[bool, Vector, Vector]:
    """Whether d lowers no row and raises some, beyond what rounding can do; and all rows' margins."""
    low, high = ball.margins(d)
    error = ball.error(d)
    return bool(low.min() >= -error and high.max() > RAISED * error), low, high


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
        fine, low, _ = verified_on_all(ball, found.direction)
        if fine:
            return found
        lowered = np.setdiff1d(np.flatnonzero(low < -ball.error(found.direction)), working)
        if not lowered.size:
            return OPEN
        worst = lowered[np.argsort(low[lowered], kind="stable")[:_MORE]]
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
    return np.union1d(working, np.linspace(0, n - 1, wanted).astype(np.int64)) if wanted > working.size else working


def _first_rows(ball: Ball, near: Vector | None) -> Indices:
    n = ball.design.n_rows
    most = max(_FIRST_ENTRIES // (ball.size * ball.c), -(-4 * ball.size // ball.c), _MORE // ball.c)
    if n <= most:
        return np.arange(n)
    half = most // 2
    rows = np.linspace(0, n - 1, half).astype(np.int64)
    if near is not None:
        rows = np.union1d(rows, np.argpartition(ball.margins(near)[0], half)[:half])
    return _of_full_rank(ball, np.union1d(rows, extreme_rows(ball)))


def extreme_rows(ball: Ball, among: npt.NDArray[np.bool_] | None = None) -> Indices:
    """For each dense column and class a row with the smallest value and one with the largest.

    They show that no column separates by itself, which rows at random do not where few have anything but 0 in it.

    Parameters
    ----------
    ball : Ball
        The rows.
    among : ndarray of bool, shape (n,), or None
        Rows to choose from.
    """
    design, k = ball.design, ball.c + 1
    columns = ball.free[design.numeric.holds_number(ball.free)] - 1
    if not columns.size or 2 * k * columns.size * ball.c * ball.size > _MOST_ENTRIES // 4:
        return np.zeros(0, dtype=np.int64)
    best, where = np.full((2, k, columns.size), -np.inf), np.zeros((2, k, columns.size), dtype=np.int64)
    every = np.arange(columns.size)
    for lo in range(0, design.n_rows, design.block_rows):
        block, own = design.dense[lo : lo + design.block_rows][:, columns], ball.label[lo : lo + design.block_rows]
        own = own if among is None else np.where(among[lo : lo + design.block_rows], own, -1)
        for y in np.unique(own[own >= 0]).tolist():
            rows = np.flatnonzero(own == y)
            part = block[rows]
            for end, most in enumerate((part.argmin(axis=0), part.argmax(axis=0))):
                value = part[most, every] * (1.0 if end else -1.0)
                better = value > best[end, y]
                best[end, y, better] = value[better]
                where[end, y, better] = lo + rows[most[better]]
    return np.unique(where[np.isfinite(best)])


def _of_full_rank(ball: Ball, rows: Indices) -> Indices:
    """Add rows until these have full column rank, as all rows have: only then do they prove that an estimate exists."""
    free, design = ball.free, ball.design
    for _ in range(20):
        part = design.rows(rows)
        unit = np.zeros((free.size, design.n_coefficients))
        unit[np.arange(free.size), free] = 1.0 / ball.scale[free]
        x = part.linear_predictor(0, part.n_rows, unit).T
        small = np.linalg.qr(x, mode="r") if x.shape[0] > x.shape[1] else x
        _, sizes, right = np.linalg.svd(small, full_matrices=True)
        rank = int((sizes > 1e-10 * sizes[0]).sum())
        if rank == free.size:
            break
        blind = np.zeros((free.size - rank, design.n_coefficients))
        blind[:, free] = right[rank:] / ball.scale[free]
        most, where = np.zeros(blind.shape[0]), np.zeros(blind.shape[0], dtype=np.int64)
        for lo in range(0, design.n_rows, design.block_rows):
            seen = np.abs(design.linear_predictor(lo, min(lo + design.block_rows, design.n_rows), blind))
            best = seen.argmax(axis=1)
            larger = seen[np.arange(best.size), best]
            where = np.where(larger > most, lo + best, where)
            most = np.maximum(most, larger)
        more = np.union1d(rows, where)
        if more.size == rows.size:
            break
        rows = more
    return rows


__all__ = ["EXISTS", "MOST_COEFFICIENTS", "OPEN", "Answer", "find", "verified_on_all"]
