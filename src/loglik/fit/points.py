"""The objective at many points in one read of the rows: their predictors are one product of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.parallel.executor import MatrixSums, RowKernel, rows_per_block

if TYPE_CHECKING:
    from loglik.array_types import Array, Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.families.canonical import RowLikelihood
    from loglik.fit.objective import Objective


def at_points(objective: Objective, theta: Matrix) -> tuple[Vector, Matrix]:
    """Values and gradients, without a penalty, at the points of theta (m x D)."""
    beta = np.array([objective.expand(point) for point in theta])
    sums, gradients = objective.executor.sum(POINTS, _Points(objective.family, beta)).sums
    objective.passes.count += 1
    w = objective.total_weight
    gathered = np.array([objective.gather(g) for g in gradients.reshape(beta.shape)])
    return sums / w, gathered / w


@dataclass(frozen=True, eq=False)
class _Points:
    """Coefficients of each point in storage order, m x C x P."""

    family: RowLikelihood
    beta: Array


def _zeros(rows: Rows, points: _Points) -> MatrixSums:  # noqa: ARG001
    m, c, p = points.beta.shape
    return MatrixSums((np.zeros(m), np.zeros((m * c, p))))


def _add(block: Rows, points: _Points, total: MatrixSums) -> None:
    m, c, p = points.beta.shape
    eta = block.design.matvec(points.beta.reshape(m * c, p)).reshape(m, c, -1)
    losses, gradients = total.sums
    for i in range(m):
        found = points.family.rows(eta[i] if block.offset is None else eta[i] + block.offset, block.label, block.weight)
        losses[i] += found.loss.sum()
        eta[i] = found.residual
    block.design.transpose_matvec(eta.reshape(m * c, -1), gradients)


def _block(rows: Rows, points: _Points) -> int:
    m, c, _ = points.beta.shape
    return min(rows.block_rows, rows_per_block(8 * m * c))


POINTS = RowKernel(_zeros, _add, _block)
"""Loss and gradient at many points."""
