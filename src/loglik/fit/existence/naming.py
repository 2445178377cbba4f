"""Which columns separate: few of them, so few that without any one of them the rest of them do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.sample import drawn
from loglik.fit.existence.direction import RAISED, error_of
from loglik.fit.existence.pairs import decide, newton_points
from loglik.fit.existence.search import MOST_COEFFICIENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Indices, Matrix, Vector
    from loglik.fit.existence.ball import Ball

_ENTRIES_TO_NAME = 200_000
_MOST_TRIALS = 80
_MOST_NAMING = 1e9
_SURELY_NEAR = 0.1
_MORE_TO_NAME = 1_000


def shares(ball: Ball, d: Vector) -> Vector:
    """How much each free column can change a difference of two classes' linear predictors, along d."""
    full = np.concatenate([d.reshape(ball.c, -1), np.zeros((1, ball.free.size))])
    return np.asarray(full.max(axis=0) - full.min(axis=0))


def simplest(ball: Ball, d: Vector, *, complete: bool) -> Vector:
    """Direction with as few columns as can be found, from one that may have too many.

    Columns are tried to be left out by halves, those with the smallest share of the linear predictor first.

    Parameters
    ----------
    ball : Ball
        The rows.
    d : ndarray of shape (D,)
        A direction that separates them.
    complete : bool
        Whether it raises all pairs: then so does the answer.
    """
    if not 0 < ball.size <= MOST_COEFFICIENTS:
        return d
    test: Callable[[Matrix, Vector], Vector | None] = _all if complete else _some
    intercept = np.flatnonzero(ball.free == 0)

    def by_share(direction: Vector) -> list[int]:
        share = shares(ball, direction)
        share[intercept] = 0.0
        some = np.flatnonzero(share > 0.0)
        return [int(j) for j in some[np.argsort(share[some], kind="stable")]]

    work = 0.0

    def tried(columns: list[int], near: Vector) -> Vector | None:
        nonlocal work
        some = np.union1d(columns, intercept).astype(np.int64)
        work += _work(ball, some.size * ball.c)
        return _on(ball, some, test, near) if some.size and work <= _MOST_NAMING else None

    best, share = d, by_share(d)
    few = 1
    while few < len(share):  # do those with the largest shares do?
        found = tried(share[-few:], d)
        if found is not None:
            best = found
            break
        few *= 2
    else:
        found = tried(share, d)
        if found is None and complete:  # d may be but a part of what separates
            found = tried(np.arange(ball.free.size).tolist(), d)
        best = d if found is None else found
    kept: set[int] = set()
    trying, chunk = by_share(best), max(len(by_share(best)) // 2, 1)
    for _ in range(_MOST_TRIALS):
        if not trying or work > _MOST_NAMING:
            break
        chunk = min(chunk, len(trying))
        without = tried([*trying[chunk:], *kept], best)
        if without is not None:
            best = without
            left = by_share(best)
            kept &= set(left)
            trying = [j for j in left if j not in kept]
            chunk *= 2
        elif chunk > 1:
            chunk = max(chunk // 4, 1)
        else:
            kept.add(trying.pop(0))
    return best


def _rows_for(ball: Ball) -> int:
    return max(_ENTRIES_TO_NAME // (ball.size * ball.c), -(-2 * ball.size // ball.c), 500)


def _work(ball: Ball, columns: int) -> float:
    """Multiplications of a trial with so many coefficients, roughly."""
    rows = max(_ENTRIES_TO_NAME // (columns * ball.c), -(-2 * columns // ball.c), 500) if columns else 0
    return 2.0 * min(rows, ball.design.n_rows) * ball.c * columns**2


def _on(ball: Ball, columns: Indices, test: Callable[[Matrix, Vector], Vector | None], near: Vector) -> Vector | None:
    """Direction that passes the test with these of the free columns alone, on all rows; None if none was found."""
    small = ball.of_columns(ball.free[columns])
    n, most = ball.design.n_rows, _rows_for(small)
    rows = np.arange(n)
    if n > most:
        closest = ball.extremes(near, most // 2).rows
        rows = np.union1d(closest, drawn(n, most // 2))
    for _ in range(8):
        a, _, _ = small.pairs(rows)
        d = test(a, small.pair_slack)
        if d is None:
            return None
        error = small.error(d)
        found = small.extremes(d, _MORE_TO_NAME, np.nextafter(error, np.inf) if test is _all else -error)
        if found.low >= -error and found.high > RAISED * error and not found.rows.size:
            full = np.zeros((ball.c, ball.free.size))
            full[:, columns] = d.reshape(ball.c, -1)
            return np.asarray(full.ravel())
        more = np.union1d(rows, found.rows)
        if more.size == rows.size:
            return None
        rows = more
    return None


def _some(a: Matrix, slack: Vector) -> Vector | None:
    return decide(a, slack).direction


def _all(a: Matrix, slack: Vector) -> Vector | None:
    """Direction that raises all pairs: the widest margin where it is wide, or else a point of Newton's way to infinity."""
    widest = _widest(a, slack)
    if widest is not None:
        return widest
    for point in newton_points(a):
        if float(np.abs(point.change).max(initial=0.0)) < _SURELY_NEAR:
            return None  # it converges
        d = point.direction
        if d.any() and bool((a @ d).min() > error_of(a, d, slack)):
            return np.asarray(d / np.abs(d).max())
    return None


def _widest(a: Matrix, slack: Vector) -> Vector | None:
    """Direction of least length with ``A d >= 1``, the widest margin; None if there is none, or it is too narrow.

    From the nonnegative u that brings ``A' u`` nearest to 0 and ``1'u`` to 1 (least distance programming: Lawson and
    Hanson, Solving Least Squares Problems, 1974, chapter 23).
    """
    from scipy.optimize import nnls

    m, d = a.shape
    target = np.zeros(d + 1)
    target[d] = 1.0
    try:
        u, _ = nnls(np.vstack([a.T, np.ones(m)]), target, maxiter=10 * d + 100)
    except RuntimeError:
        return None
    direction = a.T @ u
    size = float(np.abs(direction).max(initial=0.0))
    if size == 0.0:
        return None
    direction /= size
    direction[np.abs(direction) < 1e-14] = 0.0
    return direction if bool((a @ direction).min() > error_of(a, direction, slack)) else None
