"""What a fit found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import is_scarce
from loglik.fit.problem import largest_fitted

if TYPE_CHECKING:
    from loglik.array_types import Indices, Matrix
    from loglik.fit.collinearity import CollinearColumn
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.existence.separation import Separation
    from loglik.fit.existence.verdict import Existence
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.observe import Step
    from loglik.fit.planned import Plan
    from loglik.fit.problem import Problem
    from loglik.fit.recoding import Recoding


@dataclass(frozen=True)
class Solution:
    """What the fit found."""

    beta: Matrix  # C x P coefficients in storage order, on the original scale of the columns
    objective: Objective  # at the end, for the inference
    recoding: Recoding  # how its columns come from the columns as they are
    point: Evaluation  # objective, gradient and log-likelihood at the solution
    factor: Factor | None  # of the exact Hessian there, where it is affordable
    free: Indices  # storage positions of the estimated coefficients, in list order
    collinear: list[CollinearColumn]  # dropped columns
    iterations: int
    passes: int  # reads of the rows
    gradient_norm: float  # ``max_j |g_j| / s_j``
    decrement: float  # half the squared Newton decrement
    arrived: bool  # whether both are within the tolerance
    converged: bool  # whether they are, and the estimate is proved to exist
    singular: bool  # whether they are, but the Hessian is singular to working precision
    predictor_error: float  # rounding error that the linear predictor of a row may have, computed from `beta`
    step_error: float  # how far rounding of the gradient may have moved a row's, where few rows hold all curvature
    separation: Separation | None  # why there is no estimate
    undecided: bool  # neither proved that there is one, nor that there is none
    plan: Plan
    trajectory: list[Step]  # the way, if asked for


def solution(
    problem: Problem, plan: Plan, existence: Existence, result: SolverResult, trajectory: list[Step]
) -> Solution:
    """Put together what is known at the end; parameters as in `maximise`."""
    objective, criterion, penalised = problem.objective, problem.criterion, problem.options.alpha > 0.0
    undecided = problem.options.may_not_exist and not existence.settled
    beta = problem.original_scale(result.point.theta)
    singular = (
        not result.converged
        and result.factor is not None  # singular, or so flat that its step still moves rows
        and criterion.holds(result.point.gradient, result.half_squared_decrement)
    )
    return Solution(
        beta,
        objective,
        problem.recoding,
        result.point,
        result.factor,
        objective.free,
        problem.collinear,
        result.iterations,
        objective.passes.count,
        criterion.gradient_norm(result.point.gradient),
        result.half_squared_decrement,
        result.converged,
        result.converged and not undecided and existence.separation is None,
        singular,
        _predictor_error(problem, beta),
        0.0 if penalised else _step_error(problem, result),
        existence.separation,
        undecided,
        plan,
        trajectory,
    )


def _predictor_error(problem: Problem, beta: Matrix) -> float:
    """``u max_k sum_j |b_jk| max_i |x_ij|`` over the dense columns as they are, and slopes far away, u the unit roundoff."""
    dense = np.abs(beta[:, problem.objective.design.numeric.numbers]) @ problem.largest
    slopes = problem.recoding.slopes
    return float(np.finfo(float).eps / 2.0 * np.max(dense, initial=0.0)) + (slopes.rounding(beta) if slopes else 0.0)


def _step_error(problem: Problem, result: SolverResult) -> float:
    """``max_j u (H^-1)_jj s_j max_i |x_ij|`` where curvature is scarce: how far rounding of the gradient moves a row."""
    objective, criterion = problem.objective, problem.criterion
    if result.factor is None or not is_scarce(objective, result.point):
        return 0.0
    largest = largest_fitted(objective.design, problem.stats)[objective.free]
    reach = np.tile(largest, objective.n_classes_free) * criterion.scale
    return float(np.finfo(float).eps / 2.0 * np.max(result.factor.inverse_diagonal() * reach, initial=0.0))
