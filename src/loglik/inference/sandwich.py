"""The middle of the sandwich: how the rows' scores vary, whatever the model says about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.loss import terms
from loglik.parallel.executor import MatrixSum, RowKernel, rows_per_block

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.rows import Rows
    from loglik.fit.loss import At
    from loglik.fit.objective import Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]

_COLUMNS_AT_A_TIME = 64


def score_outer_product(objective: Objective, theta: Vector) -> Matrix:
    """``sum_i g_i g_i'`` with ``g_i`` the gradient of row i's weighted loss.

    Parameters
    ----------
    objective : Objective
        The fit's.
    theta : ndarray of shape (D,)
        The estimate.
    """
    objective.passes.count += 1
    return objective.executor.sum(SCORES, _Scores(objective.at(theta), objective.free)).sums


@dataclass(frozen=True, eq=False)
class _Scores:
    """Where the scores are taken, and the positions of the coefficients that they belong to."""

    at: At
    free: Indices

    @property
    def size(self) -> int:
        return self.at.family.n_predictors * self.free.size


def _zeros(rows: Rows, of: _Scores) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros((of.size, of.size)))


def _add(block: Rows, of: _Scores, total: MatrixSum) -> None:
    residual, p, design = terms(block, of.at).residual, of.free.size, block.design
    # Row by row gradients of one predictor: the columns of X, read off with unit vectors.
    columns = np.empty((p, block.n_rows))
    for start in range(0, p, _COLUMNS_AT_A_TIME):
        some = of.free[start : start + _COLUMNS_AT_A_TIME]
        unit = np.zeros((some.size, design.n_coefficients))
        unit[np.arange(some.size), some] = 1.0
        columns[start : start + some.size] = design.matvec(unit)
    scores = np.empty((block.n_rows, of.size))
    for k, r in enumerate(residual):
        scores[:, k * p : (k + 1) * p] = (columns * r).T
    total.sums += scores.T @ scores


def _block(rows: Rows, of: _Scores) -> int:
    return min(rows.block_rows, rows_per_block(8 * of.size))


SCORES = RowKernel(_zeros, _add, _block)
"""Outer product of the rows' scores."""
