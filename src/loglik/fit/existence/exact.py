"""Whether a direction separates the numbers as they are stored, not only numbers within their rounding.

The rows whose margin is near 0 have to be touched exactly. The direction is moved onto the null space of these rows,
found by elimination in rational numbers; what it does to the others is then beyond the reach of rounding.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.direction import RAISED

if TYPE_CHECKING:
    from loglik.array_types import Indices, Mask, Vector
    from loglik.fit.existence.ball import Ball

_MOST_TERMS, _MOST_ROWS, _MOST_WORK = 60, 4_000, 500_000


def holds_as_stored(ball: Ball, d: Vector) -> bool | None:
    """Whether d or a direction next to it separates the rows as they are stored; None if it is too dear to tell.

    Parameters
    ----------
    ball : Ball
        The rows.
    d : ndarray of shape (D,)
        A direction that separates them to rounding.
    """
    pairs, rounding = ball.pair_margins(d), ball.errors(d)[0]
    if (pairs > rounding).all():
        return True
    # A direction touches rows to its own digits, which may be fewer than those of the margins.
    answers = []
    for multiple in (1.0, RAISED, RAISED**3):
        answers.append(_holds_touching(ball, d, pairs <= multiple * rounding))
        if answers[-1]:
            return True
    return None if None in answers else False


def _holds_touching(ball: Ball, d: Vector, doubtful: Mask) -> bool | None:
    """Whether a direction near d touches the doubtful pairs exactly and raises all others."""
    support = np.flatnonzero(d)
    rows = np.flatnonzero(doubtful.any(axis=0))
    if support.size > _MOST_TERMS or not _moved_exactly(ball, rows):
        return None
    distinct = _distinct(ball, support, rows, doubtful[:, rows])
    if distinct is None:
        return None
    exact = _touching(distinct, d, support)
    if exact is None:
        return False
    after = ball.pair_margins(exact)
    return bool((after[~doubtful] > ball.errors(exact)[0]).all() and (~doubtful & np.isfinite(after)).any())


def _moved_exactly(ball: Ball, rows: Indices) -> bool:
    """Whether these rows' numbers less the datum are what is computed for them."""
    x, datum = np.asarray(ball.design.dense[rows], dtype=np.float64), ball.design.center
    difference = x - datum
    back = difference + datum  # Knuth's two-sum: what rounding took from the difference
    return not ((x - back) - (difference - (back - datum)) != 0.0).any() and bool((back == x).all())


def _distinct(ball: Ball, support: Indices, rows: Indices, doubtful: Mask) -> list[Vector] | None:
    """Doubtful pairs, each once, in the columns of the support; None if there are too many to eliminate them."""
    distinct: dict[bytes, Vector] = {}
    for lo in range(0, rows.size, 1024):
        part = rows[lo : lo + 1024]
        a, place, other = ball.pairs(part)
        for pair in a[doubtful[other, lo + place]][:, support]:
            if pair.any():
                distinct.setdefault(pair.tobytes(), pair)
        if len(distinct) > _MOST_ROWS:
            return None
    return None if len(distinct) * support.size**2 > _MOST_WORK else list(distinct.values())


def _touching(pairs: list[Vector], d: Vector, support: Indices) -> Vector | None:
    """Direction nearest to d that these pairs are orthogonal to, as floating-point numbers; None if they span all."""
    basis: list[tuple[int, list[Fraction]]] = []
    for pair in pairs:
        left = [Fraction(float(v)) for v in pair]
        for pivot, row in basis:
            if left[pivot]:
                factor = left[pivot]
                left = [a - factor * b for a, b in zip(left, row, strict=True)]
        # The coefficient that the direction has most of is the one that can best be moved.
        pivot = max((j for j in range(len(left)) if left[j]), key=lambda j: abs(left[j]), default=-1)
        if pivot < 0:
            continue
        row = [v / left[pivot] for v in left]
        basis = [(p, [a - r[pivot] * b for a, b in zip(r, row, strict=True)] if r[pivot] else r) for p, r in basis]
        basis.append((pivot, row))
        if len(basis) == support.size:
            return None
    value = [Fraction(float(v)) for v in d[support]]
    pivots = {p for p, _ in basis}
    for pivot, row in basis:
        value[pivot] = -sum((row[j] * value[j] for j in range(len(value)) if j not in pivots), Fraction(0))
    exact = np.zeros_like(d)
    exact[support] = [float(v) for v in value]
    return exact
