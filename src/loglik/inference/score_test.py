"""Rao's score test: whether terms belong into a model, asked at the model without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.loss import PREDICTORS
from loglik.fit.plan import hessian_form
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.fit.objective import Objective


def predictors_at(objective: Objective, theta: Vector) -> Matrix:
    """Linear predictors of all rows, offset included: C x n."""
    with single_threaded_blas():
        return objective.executor.collect(PREDICTORS, objective.at(theta), objective.n_classes_free)


def score_statistic(larger: Objective, predictors: Matrix) -> float:
    """``U' I^-1 U`` with the score U and the information I of the larger model at the estimate of a smaller one.

    Both are taken as those of the larger model's coefficients at 0, the smaller model's predictors being the offset: it does
    not matter how its columns make up those of the smaller one. Chi-squared with as many degrees of freedom as the larger
    model has coefficients more, if the smaller one holds (Rao, Proceedings of the Cambridge Philosophical Society 44, 1948).

    Parameters
    ----------
    larger : Objective
        Of the larger model.
    predictors : ndarray of shape (C, n)
        Linear predictors of the smaller one, offset included.
    """
    with single_threaded_blas():
        here = replace(larger, offset=predictors)
        form = hessian_form(here)
        point = form.evaluate(here, np.zeros(here.size))
        step = form.factor(here, point).solve(point.gradient)
        return float(here.total_weight * point.gradient @ step)
