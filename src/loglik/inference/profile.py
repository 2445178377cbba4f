"""Profile-likelihood intervals: where the likelihood, maximised over all other coefficients, has fallen by ``z^2 / 2``.

The bounds of ``psi = a'b`` (formula 11.10) are the ends of ``{psi: 2 (l(b_hat) - max over a'b = psi of l(b)) <= z^2}``. There
``l = l(b_hat) - z^2 / 2`` and the score is a multiple of a; from a point with Hessian H and gradient g of the
objective the next one is, after D. J. Venzon and S. H. Moolgavkar (Applied Statistics 37, 1988)::

    b <- b + H^-1 (mu a - g),    mu = +-sqrt((2 (f* - f) + g'H^-1 g) / a'H^-1 a)

All bounds are sought at once, each read of the rows at a point for each: with the Hessian at the estimate, corrected by
the steps made. What does not arrive so is found by maximising over the other coefficients at ever closer values of psi.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtri

from loglik.errors import DataError
from loglik.fit.held import minimum_held, value_held
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.jeffreys import JeffreysObjective
from loglik.fit.points import at_points
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from loglik.array_types import Mask, Matrix, Vector
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Objective
    from loglik.fit.solution import Solution

    Flags = Mask

# Coefficients up to which there are profiles.
MOST_PROFILED = 500
# Reads of the rows for all bounds at once, and length of the last step in standard errors; a longer one than the last of
# these leads astray.
_READS, _SHORT, _ASTRAY = 9, 1e-8, 4.0
# Refits at values of a coefficient on the way to a bound, and how near twice the fall of the likelihood has to come.
_REFITS, _NEAR = 60, 1e-9
# Standard errors from the estimate where a likelihood that does not fall enough never will.
_FOR_EVER = 1e4
_TOL, _STEPS = 1e-10, 200
# Relative width of a bracket that is a number.
_CLOSED = 1e-12


@dataclass(frozen=True)
class Profiles:
    """What the profiles of coefficients say.

    Parameters
    ----------
    low, high : ndarray of shape (D,)
        Bounds; infinite where the likelihood never falls enough.
    lr_statistic, lr_p_value : ndarray of shape (D,) or None
        Test of each coefficient being 0 by the penalised likelihood; of Firth fits.
    """

    low: Vector
    high: Vector
    lr_statistic: Vector | None = None
    lr_p_value: Vector | None = None


@dataclass(frozen=True)
class _Estimate:
    """A fit, and the linear functions of theta that are profiled: the coefficients of the columns as they are."""

    objective: Objective
    theta: Vector
    value: float
    gradient: Vector
    functions: Matrix  # D x D, a row for each; row j has its largest entry, 1, at j
    inverse: Matrix  # of the Hessian, times `functions`: a column for each

    @property
    def weight(self) -> float:
        return self.objective.total_weight

    @property
    def error(self) -> Vector:
        """Standard errors of the functions."""
        return np.asarray(np.sqrt((self.functions * self.inverse.T).sum(axis=1) / self.weight))


def profiles(solution: Solution, conf_level: float) -> Profiles:
    """Profile every coefficient of a fit.

    Parameters
    ----------
    solution : Solution
        A fit with a factored Hessian.
    conf_level : float
        Coverage of the intervals.

    Raises
    ------
    DataError
        LL241 too many coefficients.
    """
    objective = solution.objective
    if objective.size > MOST_PROFILED or solution.factor is None:
        raise DataError("LL241.size", size=objective.size, most=MOST_PROFILED)
    with single_threaded_blas():
        jacobian = solution.recoding.jacobian(objective.free)
        functions = np.asarray(np.kron(np.eye(objective.n_classes_free), jacobian), dtype=np.float64)
        point = solution.point
        estimate = _Estimate(
            objective, point.theta, point.value, point.gradient, functions, solution.factor.solve(functions.T.copy())
        )  # fmt: skip
        z = float(-ndtri((1.0 - conf_level) / 2.0))
        d = objective.size
        bounds, found = _at_once(estimate, solution, z)
        for side, j in np.argwhere(~found):
            bounds[side, j] = _one_bound(estimate, int(j), 1.0 if side else -1.0, z)
        if not isinstance(objective, JeffreysObjective):
            return Profiles(bounds[0], bounds[1])
        statistic = np.array([_fall_at_zero(estimate, j) for j in range(d)])
        return Profiles(bounds[0], bounds[1], statistic, chdtrc(1, statistic))


def _at_once(estimate: _Estimate, solution: Solution, z: float) -> tuple[Matrix, Flags]:
    """All lower and upper bounds, and which of them have been found."""
    d, w, factor = estimate.theta.size, estimate.weight, solution.factor
    assert factor is not None  # noqa: S101
    a = np.concatenate([estimate.functions, estimate.functions])
    sign = np.repeat([-1.0, 1.0], d)
    error = np.tile(estimate.error, 2)
    h_a = np.concatenate([estimate.inverse.T, estimate.inverse.T])
    theta = estimate.theta + (sign * z / np.sqrt(w * (a * h_a).sum(axis=1)))[:, None] * h_a
    aim = estimate.value + z * z / (2.0 * w)
    before, slope_before = np.tile(estimate.theta, (2 * d, 1)), np.tile(estimate.gradient, (2 * d, 1))
    pairs: list[tuple[Matrix, Matrix]] = []
    bounds, found, active = np.full(2 * d, np.nan), np.zeros(2 * d, dtype=np.bool_), np.arange(2 * d)
    for _ in range(_READS):
        value, slope = _at(estimate.objective, theta[active])
        pairs.append((theta[active] - before[active], slope - slope_before[active]))
        before[active], slope_before[active] = theta[active], slope
        h_g = _corrected(pairs, slope, factor)
        h_a = _corrected(pairs, a[active], factor)
        aa, ag, gg = ((u * v).sum(axis=1) for u, v in ((a[active], h_a), (slope, h_a), (slope, h_g)))
        with np.errstate(invalid="ignore"):
            step = (sign[active] * np.sqrt((2.0 * (aim - value) + gg) / aa))[:, None] * h_a - h_g
        along = np.abs((a[active] * step).sum(axis=1)) / error[active]
        fine = np.isfinite(along) & (along < _ASTRAY) & np.isfinite(value)
        there = fine & (along <= _SHORT) & (w * (gg - ag * ag / aa) <= _SHORT)
        arrived = active[there]
        bounds[arrived] = (a[arrived] * (theta[arrived] + step[there])).sum(axis=1)
        found[arrived] = True
        going = fine & ~there
        theta[active[going]] += step[going]
        active = active[going]
        pairs = [(s[going], y[going]) for s, y in pairs]
        if not active.size:
            break
    return bounds.reshape(2, d), found.reshape(2, d)


def _at(objective: Objective, theta: Matrix) -> tuple[Vector, Matrix]:
    """Values and gradients; each point of a penalised likelihood has an information of its own, and reads of its own."""
    if not isinstance(objective, JeffreysObjective):
        return at_points(objective, theta)
    points = [objective.evaluate(point) for point in theta]
    return np.array([p.value for p in points]), np.array([p.gradient for p in points])


def _corrected(pairs: list[tuple[Matrix, Matrix]], v: Matrix, factor: Factor) -> Matrix:
    """``H^-1 v`` of each row v, with the secants of its own steps (formula 9.7)."""
    q, kept = v.copy(), []
    for s, y in reversed(pairs):
        curvature = (s * y).sum(axis=1)
        share = np.where(curvature > 0.0, 1.0 / np.where(curvature > 0.0, curvature, 1.0), 0.0)
        weight = share * (s * q).sum(axis=1)
        q -= weight[:, None] * y
        kept.append((s, y, share, weight))
    r = factor.solve(q.T.copy()).T
    for s, y, share, weight in reversed(kept):
        r = r + (weight - share * (y * r).sum(axis=1))[:, None] * s
    return r


def _one_bound(estimate: _Estimate, j: int, sign: float, z: float) -> float:
    """A bound, by refits with the coefficient held: Newton's method on the signed root of the fall, within a bracket."""
    psi_hat, error = float(estimate.functions[j] @ estimate.theta), float(estimate.error[j])
    distance, inner, outer = z * error, 0.0, np.inf
    theta = estimate.theta
    tangent = estimate.inverse[:, j] / (estimate.functions[j] @ estimate.inverse[:, j])
    last = 0.0
    for _ in range(_REFITS):
        start = theta + sign * (distance - last) * tangent
        theta, tangent, fall, slope = _refit(estimate, start, j)
        last, root, slope = distance, np.sqrt(max(fall, 0.0)), sign * slope
        if abs(fall - z * z) <= _NEAR * z * z and slope > 0.0:
            return psi_hat + sign * (distance - (fall - z * z) / slope)
        inner, outer = (distance, outer) if fall < z * z else (inner, distance)
        if outer == np.inf and distance > _FOR_EVER * error:
            return sign * np.inf
        ahead = distance - (root - z) * 2.0 * root / slope if slope > 0.0 else np.inf
        if not inner < ahead < outer:
            ahead = 2.0 * distance if outer == np.inf else (inner + outer) / 2.0
        distance = min(ahead, 4.0 * distance)
        if np.isfinite(outer) and outer - inner <= _CLOSED * outer:
            return psi_hat + sign * outer
    return float("nan")


def _refit(estimate: _Estimate, start: Vector, j: int) -> tuple[Vector, Vector, float, float]:
    """Estimate with function j held: theta, its derivative by the function, twice the fall, and that one's derivative."""
    a = estimate.functions[j]
    at = minimum_held(estimate.objective, start, _plane(a, j), _TOL, _STEPS)
    assert at.hessian is not None  # noqa: S101
    h_a = ScaledCholesky.of(at.hessian).solve(a)
    twice = 2.0 * estimate.weight
    return at.theta, h_a / (a @ h_a), twice * (at.value - estimate.value), twice * float(at.gradient[j] / a[j])


def _fall_at_zero(estimate: _Estimate, j: int) -> float:
    """Twice the fall of the likelihood where function j is 0."""
    a, h_a = estimate.functions[j], estimate.inverse[:, j]
    start = estimate.theta - (a @ estimate.theta) / (a @ h_a) * h_a
    value = value_held(estimate.objective, start, _plane(a, j), _STEPS)
    return max(2.0 * estimate.weight * (value - estimate.value), 0.0)


def _plane(a: Vector, j: int) -> Matrix:
    """Directions along which ``a'theta`` stays as it is, each with one other entry."""
    basis = np.delete(np.eye(a.size), j, axis=1)
    basis[j] = -np.delete(a, j) / a[j]
    return basis
