"""The middle of the sandwich: how the rows' scores vary, whatever the model says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.parallel.blocks import MatrixSum, rows_per_block, sum_over_blocks

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.objective import Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

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
    design, c = objective.design, objective.n_classes_free
    beta, p = objective.expand(theta), objective.free.size
    # Row by row gradients of one predictor: the columns of X, read off with unit vectors.
    basis = np.eye(design.n_coefficients)

    def add(lo: int, hi: int, total: MatrixSum) -> None:
        terms = objective.terms(lo, hi, beta)
        columns = np.empty((design.n_coefficients, hi - lo))
        for start in range(0, design.n_coefficients, _COLUMNS_AT_A_TIME):
            some = slice(start, start + _COLUMNS_AT_A_TIME)
            columns[some] = design.linear_predictor(lo, hi, basis[some])
        scores = np.empty((hi - lo, c * p))
        for k in range(c):
            scores[:, k * p : (k + 1) * p] = (columns[objective.free] * terms.residual[k]).T
        total.sums += scores.T @ scores

    objective.passes.count += 1
    return sum_over_blocks(
        design.n_rows, min(design.block_rows, rows_per_block(8 * objective.size)),
        lambda: MatrixSum(np.zeros((c * p, c * p))), add,
        threads=objective.threads, accumulator_bytes=8 * (c * p) ** 2,
    ).sums  # fmt: skip
