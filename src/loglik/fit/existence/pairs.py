"""The question decided on pairs that are at hand as a matrix: a certificate, a direction, or neither.

The pairs are the rows of a logistic regression of their own without an intercept, ``min sum_i log(1 + exp(-a_i' d))``:
it has a minimum if and only if the likelihood has a maximum. Newton's method either arrives, and then its last step
gives the weights of a certificate: with p = sigmoid(-a'd) and the step ``H s = A' p``,

    beta_i = p_i (1 - (1 - p_i) a_i' s)  has  A' beta = A' p - H s = 0,

or it drifts along a separating direction. What neither settles goes to a least-squares problem that always has an
answer: ``min |A' beta|`` over ``beta >= 1``. At its minimum the residual ``d = A' beta`` has ``A d >= 0`` (Karush, Kuhn
and Tucker): it is 0, and beta a certificate, or it separates (a Farkas alternative; solved by the method of Lawson and
Hanson, Solving Least Squares Problems, 1974, chapter 23).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.certificate import proves_existence
from loglik.fit.existence.direction import separating
from loglik.fit.hessian.cholesky import ScaledCholesky

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Matrix, Vector

_MAX_STEPS = 40
_LOOK_AT = (4, 8, 12, 16, 20, 24, 32, 40)
_GATE = 0.9
_ARRIVED = 1e-9


@dataclass(frozen=True)
class Answer:
    """What was found on some pairs.

    Parameters
    ----------
    direction : ndarray of shape (D,) or None
        Separates these pairs.
    exists : bool
        Whether it is proved that no direction does; with neither, the question is open.
    """

    direction: Vector | None = None
    exists: bool = False


OPEN = Answer()
EXISTS = Answer(exists=True)


def decide(a: Matrix, slack: Vector, starts: tuple[Vector, ...] = ()) -> Answer:
    """Decide whether some direction separates these pairs.

    Parameters
    ----------
    a : ndarray of shape (m, D)
        Pairs, no number larger than 1, with full column rank.
    slack : ndarray of shape (D,)
        How far each number other than 0 may be from what is stored.
    starts : tuple of ndarray
        Directions to try first.
    """
    for d in starts:
        near = separating(a, d, slack)
        if near is not None:
            return Answer(near)
    found = _by_newton(a, slack)
    if found is OPEN:
        found = _by_least_squares(a, slack)
    if found is OPEN and slack.any() and _proved_as_stored(a):
        return EXISTS
    return found


@dataclass(frozen=True)
class _Point:
    """A point on the way of Newton's method: its direction, what the next step would be, and what it does to the pairs."""

    z: Vector
    basis: Matrix
    margin: Vector
    step: Vector
    change: Vector

    @property
    def direction(self) -> Vector:
        return np.asarray(self.basis @ self.z)


def newton_points(a: Matrix) -> Iterator[_Point]:
    """Points on the way to the minimum of ``sum_i log(1 + exp(-a_i' d))``, or to infinity; none without full column rank.

    Parameters
    ----------
    a : ndarray of shape (m, D)
        Pairs.
    """
    from scipy.special import expit

    triangle: Matrix = np.asarray(np.linalg.qr(a, mode="r"))
    diagonal = np.abs(triangle.diagonal())
    if diagonal.size < a.shape[1] or diagonal.min(initial=np.inf) <= 1e-13 * diagonal.max(initial=0.0):
        return
    basis: Matrix = np.asarray(np.linalg.inv(triangle), dtype=np.float64)
    rows = a @ basis  # nearly orthonormal columns: no condition number stands between Newton and its minimum
    z = np.zeros(a.shape[1])
    for _ in range(_MAX_STEPS + 1):
        margin = rows @ z
        p, q = expit(-margin), expit(margin)
        gradient = rows.T @ p
        step = ScaledCholesky.of((rows * (p * q)[:, None]).T @ rows).solve(gradient)
        change = rows @ step
        yield _Point(z, basis, margin, step, change)
        largest = float(np.abs(change).max(initial=0.0))
        if largest < _ARRIVED or not np.isfinite(largest):
            return
        z = z + _length(margin, change, float(gradient @ step)) * step


def _by_newton(a: Matrix, slack: Vector) -> Answer:
    from scipy.special import expit

    past: list[Vector] = []
    for number, point in enumerate(newton_points(a)):
        p, q = expit(-point.margin), expit(point.margin)
        if float(np.abs(q * point.change).max(initial=0.0)) < _GATE:
            beta = p * (1.0 - q * point.change)
            if proves_existence(a, beta, slack):
                return EXISTS
        if number in _LOOK_AT:
            drifts = [point.z - past[-3]] if len(past) >= 3 else []
            for drift in (*drifts, point.step, point.z):
                found = separating(a, point.basis @ drift, slack)
                if found is not None:
                    return Answer(found)
        past.append(point.z)
    return OPEN


def _length(margin: Vector, change: Vector, slope: float) -> float:
    """Length of a step that lowers the sum of ``log(1 + exp(-margin))`` (Armijo's rule)."""
    here = float(np.logaddexp(0.0, -margin).sum())
    length = 1.0
    for _ in range(30):
        there = float(np.logaddexp(0.0, -(margin + length * change)).sum())
        if there <= here - 1e-4 * length * slope + 1e-14 * here:
            return length
        length /= 2.0
    return length


def _least_squares(a: Matrix) -> tuple[Vector, Vector] | None:
    """``beta >= 1`` that brings ``A' beta`` nearest to 0, and the residual; None if the method did not end."""
    from scipy.optimize import nnls

    total = a.sum(axis=0)
    try:
        beyond, _ = nnls(a.T, -total, maxiter=10 * a.shape[1] + 100)
    except RuntimeError:
        return None
    return 1.0 + beyond, total + a.T @ beyond


def _by_least_squares(a: Matrix, slack: Vector) -> Answer:
    longest = np.abs(a).max(axis=1)
    longest[longest == 0.0] = 1.0
    found = _least_squares(a / longest[:, None])
    if found is None:
        return OPEN
    beta, residual = found
    if proves_existence(a, beta / longest, slack):
        return EXISTS
    direction = separating(a, residual, slack)
    return Answer(direction) if direction is not None else OPEN


def _proved_as_stored(a: Matrix) -> bool:
    """Where no direction was found in the ball, a proof for the numbers as they are stored."""
    nothing = np.zeros(a.shape[1])
    return _by_newton(a, nothing).exists or _by_least_squares(a, nothing).exists
