"""The objective at coefficients that are given, without a fit: what inference needs of the rows of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.hessian.refine import refined
from loglik.fit.plan import hessian_form
from loglik.fit.problem import prepared
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.design.model_frame import ModelFrame
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation
    from loglik.fit.options import Options
    from loglik.fit.problem import Problem

    Matrix = npt.NDArray[np.float64]


def problem_of(frame: ModelFrame, options: Options) -> Problem:
    """What a fit of these rows would minimise."""
    with single_threaded_blas():
        return prepared(
            frame.design, frame.target.label, len(frame.target.classes), frame.weight, frame.offset, options
        )


def at_coefficients(problem: Problem, beta: Matrix) -> tuple[Evaluation, Factor | None]:
    """Evaluate and factor the Hessian at coefficients (C x P) of the columns as they are."""
    objective = problem.objective
    with single_threaded_blas():
        theta = objective.gather(problem.recoding.fitted(beta))
        form = hessian_form(objective)
        point = objective.evaluate(theta, hessian=form.is_whole)
        return point, refined(
            objective, theta, form.factor(objective, point), always=problem.recoding.replaced.size > 0
        )
