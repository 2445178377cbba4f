"""The objective at coefficients that are given, without a fit: what inference needs of the rows of a fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.methods.newton import newton
from loglik.fit.hessian.refine import refined
from loglik.fit.maximise import maximise
from loglik.fit.plan import hessian_form, newton_is_cheap
from loglik.fit.problem import prepared
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from loglik.array_types import Mask, Matrix
    from loglik.design.model_frame import ModelFrame
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.options import Options
    from loglik.fit.problem import Problem

_MOST_STEPS_FROM_GIVEN = 50


def problem_of(frame: ModelFrame, options: Options) -> Problem:
    """What a fit of these rows would minimise."""
    with single_threaded_blas():
        return prepared(
            frame.design, frame.target.label, len(frame.target.classes), frame.weight, frame.offset, options
        )


def maximised_from(problem: Problem, frame: ModelFrame, beta: Matrix) -> tuple[Objective, Evaluation] | None:
    """Newton's method from coefficients that are nearly those of an estimate that is known to exist; else a whole fit.

    Returns
    -------
    objective, point : (Objective, Evaluation) or None
        What was minimised, and where it is least; None where that was not found.
    """
    objective = problem.objective
    with single_threaded_blas():
        if newton_is_cheap(problem.sizes):
            start = objective.gather(problem.recoding.fitted(beta))
            found = newton(objective, start, problem.criterion, _MOST_STEPS_FROM_GIVEN, form=hessian_form(objective))
            if found.converged:
                return objective, found.point
        cold = maximise(
            frame.design, frame.target.label, len(frame.target.classes), frame.weight, frame.offset, problem.options
        )
    return (cold.objective, cold.point) if cold.arrived else None


def restricted(problem: Problem, kept: Mask) -> Problem:
    """The same columns, some of whose coefficients are 0: what has been found out about them holds.

    Parameters
    ----------
    problem : Problem
        One whose columns are fitted as they are, but for constants subtracted.
    kept : ndarray of bool
        Which of its free coefficients of a class are free.
    """
    each = np.tile(kept, problem.objective.n_classes_free)
    old = problem.criterion
    criterion = replace(
        old,
        scale=old.scale[each],
        carried_by_few=None if old.carried_by_few is None else old.carried_by_few[each],
        largest=None if old.largest is None else old.largest[each],
    )
    objective = problem.objective.with_free(problem.objective.free[kept])
    return replace(problem, objective=objective, criterion=criterion, start=problem.start[each], first=None)


def at_coefficients(problem: Problem, beta: Matrix) -> tuple[Evaluation, Factor | None]:
    """Evaluate and factor the Hessian at coefficients (C x P) of the columns as they are."""
    objective = problem.objective
    with single_threaded_blas():
        theta = objective.gather(problem.recoding.fitted(beta))
        form = hessian_form(objective)
        point = form.evaluate(objective, theta)
        return point, refined(
            objective, theta, form.factor(objective, point), always=problem.recoding.replaced.size > 0
        )
