"""After the descent: a proof that the estimate exists, or a direction that separates; and that it is near."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.methods.newton import newton
from loglik.fit.existence.decrement import ENOUGH, decrement_times_range, floor_of, row_range_bound
from loglik.fit.existence.nearer import proved_by_rows
from loglik.fit.observe import search_rows
from loglik.fit.problem import largest_fitted

if TYPE_CHECKING:
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.existence.verdict import Existence
    from loglik.fit.hessian.form import HessianForm
    from loglik.fit.problem import Problem

# Tolerance at which no plateau is taken for a minimum, and Newton steps that may be needed to leave one.
_NO_PLATEAU, _STEPS_OFF = 1e-14, 60


def made_sure(problem: Problem, existence: Existence, result: SolverResult, form: HessianForm) -> SolverResult:
    """Prove that the estimate exists, or look for a separating direction; and that it is near, where it exists.

    What is found goes into `existence`; the result is the same, or nearer the estimate if that was far away.
    """
    if existence.separation is not None:
        return result
    objective, largest, near = problem.objective, problem.stats.largest, False
    if result.factor is None:
        if not existence.proved and result.converged:
            existence.proved = proved_by_rows(objective, result.point, problem.criterion, largest, result.known, form)
    elif result.factor.jitter == 0.0:
        floor = floor_of(result.factor, result.point.gradient)
        near = decrement_times_range(objective, floor, largest) <= ENOUGH
        existence.proved |= near
    if not existence.settled:
        search_rows(problem, existence, result.point.theta, result.recent)
    far = existence.proved and result.converged and result.factor is not None and not near
    if not far or _is_near(problem, result):
        return result
    # A gradient and a decrement that are small on a plateau say nothing of where the estimate is.
    criterion = replace(problem.criterion, tol=_NO_PLATEAU)
    there = newton(objective, result.point.theta, criterion, _STEPS_OFF, form=form)
    converged = there.converged and _is_near(problem, there)
    return replace(there, iterations=result.iterations + there.iterations, converged=converged)


def _is_near(problem: Problem, result: SolverResult) -> bool:
    """Whether the last step changes no row's predictors by 1: Newton's method then converges quadratically."""
    if result.factor is None or result.factor.jitter:
        return False
    objective = problem.objective
    variance, c = result.factor.inverse_diagonal(), objective.n_classes_free
    largest = largest_fitted(objective.design, problem.stats)
    reach = row_range_bound(objective.design, largest, objective.free, variance, c)
    return bool(np.sqrt(2.0 * max(result.half_squared_decrement, 0.0)) * reach <= ENOUGH)
