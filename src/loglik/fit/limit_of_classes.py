"""Where the likelihood of three separated classes or more tends to.

With ``d_0 = 0`` for the reference, a direction d raises the pair of row i and class k if ``x_i' (d_y - d_k) > 0``: along it
the class loses its probability in this row. Such pairs are left out, in rounds, until no direction raises one of those
that remain without lowering another (they *touch*). What is left is the likelihood of the class of each row among those that
remain possible there, ``S_i = {y_i} + {k : (i, k) touches}``::

    log L* = sum_i w_i (eta_iy - log sum_{k in S_i} exp(eta_ik))

It has a maximum, which is the supremum on all pairs: coefficients that reach it, plus ever larger multiples of the
directions, tend to it. A coefficient is finite in the limit if it is the same for all that reach it, if ``n_j = 0`` for
every n that changes no pair that touches; otherwise it goes whither it goes for all n that raise all other pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space, qr

from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.existence.direction import RAISED, error_of
from loglik.fit.existence.pairs import decide
from loglik.fit.held import minimum_held
from loglik.fit.limit_profile import bound_of, fall_along, scale_of
from loglik.fit.limit_signs import Tends, tends
from loglik.fit.loss import PREDICTORS, At
from loglik.parallel.executor import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Indices, Labels, Mask, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.solution import Solution

# Pairs, and pairs times squared coefficients, up to which the limit is sought.
_MOST_PAIRS, _MOST_LIMIT_WORK = 1_000_000, 2e8
# Share of a null vector's largest entry, or of a pair's, that is rounding.
_NOUGHT, _TOUCHING_RANK = 1e-9, 1e-10
# A class that is not possible has this offset less: exp of it is 0 to the last bit.
_FAR_ALONG = 1e3
_LIMIT_TOL, _STEPS, _LIMIT_REACHED = 1e-12, 200, 1e-8


@dataclass(frozen=True)
class _Pairs:
    """Rows, each once, and the classes that they are not of.

    Parameters
    ----------
    difference : ndarray of shape (m, D)
        ``x_i`` at class y less ``x_i`` at class k; no number is larger than 1.
    row, other : ndarray of int, shape (m,)
        i and k of each.
    own : ndarray of int
        Class of each row.
    of : ndarray of int, shape (n,)
        Which of the rows each of the data is.
    back : ndarray of shape (D, D)
        Coefficients of the columns as they are, by those of these numbers.
    """

    difference: Matrix
    row: Indices
    other: Indices
    own: Indices
    of: Indices
    back: Matrix

    def possible(self, touches: Mask) -> Mask:
        """Which classes remain possible in the rows of the data, n x K."""
        found = np.zeros((self.own.size, int(self.other.max(initial=0)) + 1), dtype=np.bool_)
        found[np.arange(self.own.size), self.own] = True
        found[self.row[touches], self.other[touches]] = True
        return found[self.of]


@dataclass(frozen=True)
class _Face:
    """The likelihood of the pairs that touch, where some coefficient may be held.

    Parameters
    ----------
    objective : Objective
        That likelihood.
    space : ndarray of shape (D, m)
        Where theta may move, so that each likelihood occurs once.
    null : ndarray of shape (q, D)
        Directions that change no pair that touches, in the coefficients of the pairs.
    touches : ndarray of bool
        These pairs.
    """

    objective: Objective
    space: Matrix
    null: Matrix
    touches: Mask


@dataclass(frozen=True)
class ClassLimit:
    """The limit of three classes or more; coefficients of the classes one after the other.

    Parameters
    ----------
    log_likelihood : float
        Supremum, in nats.
    touching : ndarray of int
        Rows in which more than one class remains possible.
    free : ndarray of int
        Storage positions of the coefficients of each class, in list order.
    tends : tuple of str
        What becomes of each coefficient.
    estimate, std_error : ndarray of shape (D,)
        Of the finite coefficients; others have no meaning.
    whole : Objective
        The likelihood of all pairs.
    jacobian : ndarray of shape (D, D)
        The coefficients by those that it is a function of.
    centered, plain : _Pairs
        With and without what is subtracted from columns far from 0.
    """

    log_likelihood: float
    touching: Indices
    free: Indices
    tends: tuple[Tends, ...]
    estimate: Vector
    std_error: Vector
    whole: Objective
    jacobian: Matrix
    centered: _Pairs
    plain: _Pairs

    def _fall(self, place: int) -> Callable[[float], float]:
        """Fall of the supremum where a coefficient is held: along directions that leave it where it is."""
        intercept = place % self.free.size == 0
        face = _face(self.plain if intercept else self.centered, self.whole, self.jacobian, place)
        return fall_along(face.objective, self.log_likelihood, self._towards(place), face.space)

    def _towards(self, place: int) -> Vector:
        """Theta that brings a coefficient to 1, every column doing its share so that no row is moved far."""
        here = self.whole.evaluate(np.zeros(self.jacobian.shape[0]), hessian=True)
        a = self.jacobian[place]
        share: Vector = a if here.hessian is None else a / np.diag(here.hessian)
        return np.asarray(share / float(a @ share))

    def interval(self, place: int, z: float) -> tuple[float, float]:
        """Profile-likelihood interval of a finite coefficient."""
        b, error, fall = float(self.estimate[place]), float(self.std_error[place]), self._fall(place)
        return bound_of(fall, b, -error, z), bound_of(fall, b, error, z)

    def test(self, place: int, sign: float, z: float) -> tuple[float, float]:
        """Likelihood-ratio statistic of an infinite coefficient, and the finite bound of its profile interval."""
        fall = self._fall(place)
        statistic = max(fall(0.0), 0.0)
        step = scale_of(self.whole, self.jacobian[place]) * sign * (-1.0 if statistic < z * z else 1.0)
        return statistic, bound_of(fall, 0.0, step, z)


def limit_of_classes(design: Design, label: Labels, n_classes: int, first: Solution) -> ClassLimit:
    """Find the limit; `first` is the fit of all rows, whose classes are separated.

    Raises
    ------
    DataError
        LL243 there are too many pairs, or those that touch were not told from the others.
    """
    free, c, whole = first.objective.free, n_classes - 1, first.objective.likelihood
    x = _columns(design, free, whole.threads)
    shift = _shift(x) if free[0] == 0 else np.zeros(free.size)
    plain = _pairs(x, label, c, np.zeros(free.size))
    centered = _pairs(x, label, c, shift) if shift.any() else plain
    jacobian: Matrix = np.asarray(np.kron(np.eye(c), first.recoding.jacobian(free)))
    face = _face(centered, whole, jacobian)
    at = minimum_held(face.objective, np.zeros(jacobian.shape[0]), face.space, _LIMIT_TOL, _STEPS)
    v = _covariance(at, face)
    original = face.null @ centered.back.T
    original[np.abs(original) < _NOUGHT * np.abs(centered.back).max(axis=1)] = 0.0
    return ClassLimit(
        at.log_likelihood,
        np.flatnonzero(centered.possible(face.touches).sum(axis=1) > 1),
        free,
        tends(original, centered.difference[~face.touches] @ face.null.T),
        jacobian @ at.theta,
        np.sqrt(np.maximum(((jacobian @ v) * jacobian).sum(axis=1), 0.0)),
        whole,
        jacobian,
        centered,
        plain,
    )


def _face(pairs: _Pairs, whole: Objective, jacobian: Matrix, held: int | None = None) -> _Face:
    """What touches along all directions, or along those that leave a coefficient where it is."""
    moved = np.delete(np.arange(jacobian.shape[0]), [] if held is None else held)
    touches = _touching(pairs.difference[:, moved])
    some = pairs.difference[touches][:, moved]
    triangle = np.linalg.qr(some, mode="r") if some.shape[0] > moved.size else some
    null = null_space(triangle, rcond=_TOUCHING_RANK).T if touches.any() else np.eye(moved.size)
    across = null_space(null) if null.size else np.eye(moved.size)
    space: Matrix = np.asarray(np.linalg.solve(jacobian, pairs.back[:, moved] @ across))
    return _Face(_masked(whole, pairs.possible(touches).T), space, null, touches)


def _columns(design: Design, free: Indices, threads: int) -> Matrix:
    """The columns as n x D numbers."""
    units = np.zeros((free.size, design.n_coefficients))
    units[np.arange(free.size), free] = 1.0
    return Threads(Rows(design), threads).collect(PREDICTORS, At(family_for(2), units), free.size).T


def _shift(x: Matrix) -> Vector:
    """What to subtract of columns far from 0, where that is exact: the intercept takes it."""
    least, most = np.abs(x).min(axis=0), np.abs(x).max(axis=0)
    one_sign = (np.sign(x) == np.sign(x[0])).all(axis=0)
    found = np.where(one_sign & (most <= 2.0 * least), x[0], 0.0)
    found[0] = 0.0
    return found


def _pairs(x: Matrix, label: Labels, c: int, shift: Vector) -> _Pairs:
    """Pairs of rows and classes.

    Raises
    ------
    DataError
        LL243 there are too many.
    """
    x = x - shift
    size = np.abs(x).max(axis=0)
    power = np.exp2(np.ceil(np.log2(np.where(size > 0.0, size, 1.0))))
    rows, of = np.unique(np.column_stack([x / power, label]), axis=0, return_inverse=True)
    n, width = rows.shape[0], x.shape[1]
    if n * c > _MOST_PAIRS or float(n * c) * (c * width) ** 2 > _MOST_LIMIT_WORK:
        raise DataError("LL243.size", pairs=n * c, size=c * width)
    own = rows[:, -1].astype(np.int64)
    row = np.repeat(np.arange(n), c)
    other = (np.arange(c) + (np.arange(c) >= own[:, None])).ravel()
    blocks = np.zeros((n * c, c + 1, width))
    blocks[np.arange(n * c), own[row]] = rows[row, :-1]
    blocks[np.arange(n * c), other] -= rows[row, :-1]
    back = np.eye(width)
    back[0] -= shift
    return _Pairs(
        blocks[:, :c].reshape(n * c, -1), row, other, own, of.ravel(), np.asarray(np.kron(np.eye(c), back / power))
    )


def _touching(pairs: Matrix) -> Mask:
    """Which pairs no direction raises that lowers none of them, proved by the weights of a certificate."""
    touches = np.ones(pairs.shape[0], dtype=np.bool_)
    while touches.any():
        a = pairs[touches]
        triangle, order = qr(a, mode="r", pivoting=True)
        diagonal = np.abs(np.diag(triangle))
        if not diagonal.any():
            break  # nothing moves
        a = a[:, np.sort(order[: diagonal.size][diagonal > _TOUCHING_RANK * diagonal.max(initial=0.0)])]
        slack = np.zeros(a.shape[1])
        answer = decide(a, slack)
        if answer.exists:
            break
        if answer.direction is None:
            raise DataError("LL243.undecided")
        raised = a @ answer.direction > RAISED * error_of(a, answer.direction, slack)
        if not raised.any():
            raise DataError("LL243.undecided")
        touches[np.flatnonzero(touches)[raised]] = False
    return touches


def _masked(objective: Objective, possible: Mask) -> Objective:
    """The likelihood among the classes that are possible in each row, K x n."""
    c = objective.n_classes_free
    offset = np.zeros(possible[:c].shape) if objective.offset is None else objective.offset
    far = np.where(possible[c], np.where(possible[:c], 0.0, -_FAR_ALONG), np.where(possible[:c], _FAR_ALONG, 0.0))
    return replace(objective, offset=np.ascontiguousarray(offset + far))


def _covariance(at: Evaluation, face: _Face) -> Matrix:
    """Covariance of theta within its space.

    Raises
    ------
    DataError
        LL243 the maximum was not reached.
    """
    space = face.space
    if not space.shape[1]:
        return np.zeros((space.shape[0], space.shape[0]))
    if at.hessian is None:
        raise DataError("LL243.undecided")
    information = space.T @ at.hessian @ space
    scale = np.sqrt(np.diag(information))
    if not (scale > 0.0).all() or np.abs(space.T @ at.gradient / scale).max() > _LIMIT_REACHED:
        raise DataError("LL243.undecided")
    inverse = np.linalg.inv(information / np.outer(scale, scale)) / np.outer(scale, scale)
    return np.asarray(space @ inverse @ space.T) / face.objective.total_weight
