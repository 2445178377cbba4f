"""The model without any column: its estimate is known in closed form unless there is an offset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.methods.newton import newton
from loglik.fit.held import value_held
from loglik.fit.hessian.form import WHOLE
from loglik.parallel.executor import MatrixSum, RowKernel

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.design.rows import Rows
    from loglik.fit.jeffreys import JeffreysObjective
    from loglik.fit.objective import Evaluation, Objective


def null_coefficients(class_weights: Vector) -> Vector:
    """Intercepts of the model with the intercept alone: ``log(W_k / W_ref)`` (formula 9.9: the shares of the classes)."""
    return np.asarray(np.log(class_weights[:-1] / class_weights[-1]))


def null_start(objective: Objective, *, intercept: bool) -> Vector:
    """Coefficients of the model with the intercept alone: no column matters yet."""
    theta = np.zeros((objective.n_classes_free, objective.free.size))
    if intercept:
        null = null_coefficients(objective.class_weights)
        if objective.offset is not None:
            null = null - objective.executor.sum(OFFSETS, None).sums / objective.total_weight
        theta[:, objective.free == 0] = null[:, None]
    return theta.ravel()


def null_log_likelihood(objective: Objective, *, intercept: bool) -> float:
    """Log-likelihood of the model without any column, in nats.

    ``sum_k W_k log(W_k / W)`` with an intercept, ``W log(1/K)`` without; with an offset the intercept is fitted.
    """
    objective = objective.likelihood
    c = objective.n_classes_free
    total = objective.class_weights
    w = float(total.sum())
    if objective.offset is None:
        return float((total * np.log(total / w)).sum()) if intercept else -w * float(np.log(c + 1))
    alone = replace(
        objective, design=objective.design.without_columns(), free=np.zeros(1 if intercept else 0, dtype=np.int64)
    )
    if not intercept:
        return alone.evaluate(np.zeros(0)).log_likelihood
    start = null_coefficients(total)
    arrival = newton(alone, start, ConvergenceCriterion(1e-12, np.ones(c)), 100)
    return arrival.point.log_likelihood


def _no_offsets(rows: Rows, parameters: None) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros(0 if rows.offset is None else rows.offset.shape[0]))


def _add_offsets(block: Rows, parameters: None, total: MatrixSum) -> None:  # noqa: ARG001
    if block.offset is not None:
        total.sums += block.offset @ block.weight


OFFSETS = RowKernel(_no_offsets, _add_offsets)
"""Weighted sums of the offsets."""


def _at_null(objective: JeffreysObjective, *, intercept: bool) -> Evaluation:
    return objective.likelihood.evaluate(null_start(objective, intercept=intercept), hessian=True)


def null_penalised_log_likelihood(objective: JeffreysObjective, *, intercept: bool) -> float:
    """``l + log|I| / 2`` where all coefficients but the intercepts are held at 0, I being of all of them.

    Without an offset all rows have the same probabilities, ``I = (diag(p) - pp') (x) X'WX`` and its determinant is that of
    X'WX, which serves all p, times ``(p_1 ... p_K)^P``: the maximum is at the shares of the classes with P/2 rows more of
    each.
    """
    if objective.offset is None:
        k, p, total = objective.n_classes_free + 1, objective.free.size, objective.class_weights
        shares = (total + p / 2.0) / (total.sum() + k * p / 2.0) if intercept else np.full(k, 1.0 / k)
        known = total / total.sum() if intercept else shares
        factor = objective.null_factor or WHOLE.factor(objective, _at_null(objective, intercept=intercept))
        log_det = factor.log_det() + p * float(np.log(shares / known).sum())
        value = -float(total @ np.log(shares)) / objective.total_weight - log_det / (2.0 * objective.total_weight)
    else:
        start = null_start(objective, intercept=intercept)
        intercepts = np.eye(objective.size)[:, np.tile(objective.free == 0, objective.n_classes_free)]
        value = value_held(objective, start, intercepts, 100)
    return objective.penalised_log_likelihood(value)
