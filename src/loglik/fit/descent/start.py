"""A start from samples of the rows, and the curvature of the last one for that of all rows.

A fit of m rows is off by about D/m in twice the objective, so each sample starts where a smaller one left it, and is
left as soon as it is known better than that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.loop import descend
from loglik.fit.descent.newton import newton
from loglik.fit.hessian.preconditioner import class_weights, inverse_of, preconditioner
from loglik.fit.hessian.secants import Secants
from loglik.fit.samples import rows_at_random

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.objective import Objective
    from loglik.fit.planned import Plan

    Vector = npt.NDArray[np.float64]

# Rows that the prior of a sample is worth.
_PRIOR_ROWS = 3.0
# Decrement at which a sample is left, in units of D/m; and the most steps on one, of Newton's method and of L-BFGS.
_KNOWN_SHARE, _NEWTON_STEPS, _SECANT_STEPS = 0.005, 12, 30


def start_and_preconditioner(
    objective: Objective, theta: Vector, scale: Vector, plan: Plan
) -> tuple[Vector, Preconditioner]:
    """Fit the plan's samples one after another.

    Parameters
    ----------
    objective : Objective
        All rows.
    theta : ndarray of shape (D,)
        Start.
    scale : ndarray of shape (D,)
        Typical size of each coefficient's column where it is not zero.
    plan : Plan
        Sizes of the samples, and the kind of the preconditioner.

    Returns
    -------
    theta : ndarray of shape (D,)
        A better start, if there are samples.
    precondition : callable
        Applies the approximate inverse Hessian.
    """
    prior = _prior(objective, scale) if plan.samples else scale
    if plan.start == "growing-samples":
        hessian = None
        for rows in plan.samples:
            sample = replace(rows_at_random(objective, rows, prior / rows), single=True)
            point = newton(sample, theta, _known_enough(objective, rows), _NEWTON_STEPS, finish=False).point
            theta, hessian = point.theta, point.hessian
        return theta, inverse_of(hessian, objective, scale)
    for rows in plan.samples:
        sample = rows_at_random(objective, rows, prior / rows)
        known = Secants(sample, preconditioner(plan.preconditioner, objective, theta, scale))
        criterion = _known_enough(objective, rows)
        theta = descend(known, sample.evaluate(theta), criterion, max_iter=_SECANT_STEPS).point.theta
    return theta, preconditioner(plan.preconditioner, objective, theta, scale)


def _known_enough(objective: Objective, rows: int) -> ConvergenceCriterion:
    """When a fit of a sample is better known than it is right."""
    return ConvergenceCriterion(_KNOWN_SHARE * objective.size / rows, np.full(objective.size, np.inf))


def _prior(objective: Objective, scale: Vector) -> Vector:
    """A sample may be separable where the whole is not; a prior worth a few rows keeps its estimate finite."""
    c = objective.n_classes_free
    q = class_weights(objective)[:c]
    per_row = np.repeat(q * (1.0 - q), objective.free.size) * scale**2
    return np.where(np.tile(objective.free, c) != 0, _PRIOR_ROWS * per_row, 0.0)
