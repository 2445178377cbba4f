"""The fit: from a design and labels to the maximum-likelihood coefficients, or the reason why there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.certainty import made_sure
from loglik.fit.descent.loop import SolverResult
from loglik.fit.descent.method import Task
from loglik.fit.descent.methods import method_named
from loglik.fit.descent.methods.newton import newton
from loglik.fit.existence.verdict import Existence
from loglik.fit.hessian.form import WHOLE
from loglik.fit.hessian.known import Direction
from loglik.fit.hessian.refine import refined
from loglik.fit.observe import observer
from loglik.fit.options import USUAL_TOL
from loglik.fit.plan import hessian_form, plan_for
from loglik.fit.problem import prepared
from loglik.fit.solution import solution
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from loglik.array_types import Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.hessian.form import HessianForm
    from loglik.fit.observe import Step
    from loglik.fit.options import Options
    from loglik.fit.planned import Plan
    from loglik.fit.problem import Problem
    from loglik.fit.solution import Solution


def maximise(
    design: Design, label: Labels, n_classes: int, weight: Vector, offset: Matrix | None, options: Options
) -> Solution:
    """Maximise the likelihood (or minimise the penalised cross-entropy).

    Parameters
    ----------
    design : Design
        Predictors.
    label : ndarray of int32, shape (n,)
        Class numbers, the reference class being ``n_classes - 1``.
    n_classes : int
        K.
    weight : ndarray of shape (n,)
        Weights, all > 0.
    offset : ndarray of shape (K - 1, n) or None
        Offset of each linear predictor.
    options : Options
        How to fit.
    """
    with single_threaded_blas():
        problem = prepared(design, label, n_classes, weight, offset, options)
        threads = problem.objective.threads
        existence = Existence(design, label, n_classes - 1, intercept=options.intercept, threads=threads)
        if options.may_not_exist:
            existence.at_once(problem.objective.free)
        form = hessian_form(problem.objective)
        plan = plan_for(
            problem.sizes, options, form, largest_scale=float(np.max(problem.criterion.scale, initial=0.0)),
            separated=existence.separation is not None, started=problem.first is not None,
            replaced=problem.recoding.replaced.size > 0, passes=problem.objective.passes.count,
        )  # fmt: skip
        if options.start is not None and plan.method is not None and not problem.objective.is_null(problem.start):
            plan = replace(plan, start="given-model", samples=())
        if options.planned is not None:
            options.planned(plan)
        trajectory: list[Step] = []
        result = _descended(problem, plan, form, existence, trajectory)
        result = _with_exact_hessian(problem, plan, form, result)
        if options.alpha == 0.0:
            result = _refined(problem, result)
        if options.may_not_exist:
            result = made_sure(problem, existence, result, form)
        return solution(problem, plan, existence, result, trajectory)


def _descended(
    problem: Problem, plan: Plan, form: HessianForm, existence: Existence, trajectory: list[Step]
) -> SolverResult:
    """Descend by the method of the plan."""
    options, objective = problem.options, problem.objective
    if plan.method is None:
        nowhere = Direction(np.zeros_like(problem.start), np.inf)
        return SolverResult(objective.evaluate(problem.start), 0, nowhere, converged=False, stopped=True)
    method = method_named(plan.method)
    task = Task(
        replace(objective, single=True) if plan.single else objective,
        problem.criterion,
        plan,
        form if plan.eliminates else WHOLE,
        observer(problem, existence, method.patience, trajectory),
        options.max_iter,
        options.learning_rate,
        options.tol <= USUAL_TOL,
        problem.first,
    )
    return method.minimise(task, problem.start)


def _with_exact_hessian(problem: Problem, plan: Plan, form: HessianForm, result: SolverResult) -> SolverResult:
    """Compute the exact Hessian at the end, where the plan says so, and take the Newton steps that it offers."""
    if not plan.exact_at_end or result.stopped or not np.isfinite(result.point.value):
        return result
    steps = plan.last_newton_steps if result.converged else 0
    exact = newton(problem.objective, result.point.theta, problem.criterion, steps, form=form)
    return replace(exact, iterations=result.iterations + exact.iterations, known=result.known, recent=result.recent)


def _refined(problem: Problem, result: SolverResult) -> SolverResult:
    """Factor the Hessian again where its entries have lost the digits of its inverse."""
    if not result.converged or result.factor is None:
        return result
    nearly = problem.recoding.replaced.size > 0
    return replace(result, factor=refined(problem.objective, result.point.theta, result.factor, always=nearly))
