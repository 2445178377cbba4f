"""Tests and bounds of coefficients whose likelihood may have no maximum: its fall where one of them is held."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from loglik.fit.held import minimum_held

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Matrix, Vector
    from loglik.fit.objective import Objective

# Refits: tolerance, steps, doublings of the distance to a bound.
_TOL, _STEPS, _DOUBLINGS = 1e-10, 200, 60


def fall_along(objective: Objective, top: float, unit: Vector, space: Matrix) -> Callable[[float], float]:
    """Twice the fall from `top` to the supremum over ``theta = value unit + space t``, as a function of the value.

    Parameters
    ----------
    objective : Objective
        Likelihood.
    top : float
        Its supremum, in nats.
    unit : ndarray of shape (D,)
        Theta at the value 1.
    space : ndarray of shape (D, m)
        Where it may move.
    """

    @cache  # a bracket stays one
    def fall(value: float) -> float:
        # From near 0: where a likelihood without a maximum has drifted to, nothing is left to be seen of the rows.
        return 2.0 * (top - minimum_held(objective, value * unit, space, _TOL, _STEPS).log_likelihood)

    return fall


def held_at(a: Vector) -> tuple[Vector, Matrix]:
    """Theta with ``a' theta = 1``, and where it may move while that stays."""
    pivot = int(np.abs(a).argmax())
    space = np.delete(np.eye(a.size), pivot, axis=1)
    space[pivot] = -np.delete(a, pivot) / a[pivot]
    unit = np.zeros(a.size)
    unit[pivot] = 1.0 / a[pivot]
    return unit, space


def bound_of(fall: Callable[[float], float], start: float, step: float, z: float) -> float:
    """Where the fall is ``z^2`` on the way from `start` in steps of a sign, doubled; NaN if it is not within reach."""
    away = 1.0 if fall(start) < z * z else -1.0
    near, far = start, start + step
    for _ in range(_DOUBLINGS):
        if (fall(far) - z * z) * away >= 0.0:
            return float(brentq(lambda v: fall(v) - z * z, near, far, xtol=1e-10 * abs(step), rtol=1e-12))
        near, far = far, start + 2.0 * (far - start)
    return float("nan")


def scale_of(objective: Objective, a: Vector) -> float:
    """A standard deviation of ``a' theta`` at the null model, by the information along a: units drop out."""
    here = objective.evaluate(np.zeros(a.size), hessian=True)
    unit = a / float(a @ a)
    curvature = 1.0 if here.hessian is None else float(unit @ here.hessian @ unit)
    return 1.0 / float(np.sqrt(max(curvature, float(np.finfo(float).tiny))))
