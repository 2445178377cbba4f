"""The Hessian that is never formed: each row's curvature, kept, and what products with it are worth.

``H = X' D X / W`` with D the rows' curvature: ``w p (1 - p)`` with two classes, ``w (diag(p) - p p')`` with more
(formula 8.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.fit.loss import block_at, block_rows, sparse_block, terms
from loglik.parallel.executor import MatrixSum, Nothing, RowKernel, nothing

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.fit.loss import At
    from loglik.fit.objective import Evaluation, Objective
    from loglik.parallel.executor import Executor


@dataclass(frozen=True)
class HessianOperator:
    """The Hessian at one point.

    Parameters
    ----------
    objective : Objective
        Whose Hessian it is.
    point : Evaluation
        Where.
    """

    objective: Objective
    point: Evaluation

    @property
    def theta(self) -> Vector:
        """The point's coefficients."""
        return self.point.theta

    @cached_property
    def _kept(self) -> Executor[Rows]:
        """Rows with ``w p (1 - p)`` (1 x n) beside them, or p (C x n) with more classes; one read if they are not known."""
        if self.point.curvature is not None:
            return self.point.curvature
        objective = self.objective
        _, kept = objective.executor.keep(CURVATURE, objective.at(self.theta), objective.n_classes_free)
        objective.passes.count += 1
        return kept

    def product(self, v: Vector) -> Vector:
        """``H v``, with one read of the rows: ``X' (D (X v))``."""
        objective = self.objective
        image = objective.gather(self._sum(PRODUCT, objective.expand(v))) / objective.total_weight
        return image + objective.penalty_product(v) if objective.alpha > 0.0 else image

    def diagonal(self) -> Vector:
        """Diagonal of H; 1 where it is 0."""
        objective = self.objective
        c, alpha = objective.n_classes_free, objective.alpha
        diagonal = objective.gather(self._sum(DIAGONAL, np.zeros((c, 0)))) / objective.total_weight
        if alpha > 0.0:
            penalised = np.tile(objective.free != 0, c)
            diagonal[penalised] += alpha * (1.0 - (1.0 / (c + 1) if c > 1 else 0.0))
        return np.asarray(np.where(diagonal > 0.0, diagonal, 1.0))

    def _sum(self, kernel: RowKernel[Rows, Matrix, MatrixSum], direction: Matrix) -> Matrix:
        sums = self._kept.sum(kernel, direction).sums
        self.objective.passes.count += 1
        return sums


def _fill(block: Rows, at: At, total: Nothing) -> None:  # noqa: ARG001
    found = terms(block, at)
    block.kept[:] = found.variance if at.family.n_predictors == 1 else found.probability


def _zeros(rows: Rows, direction: Matrix) -> MatrixSum:
    return MatrixSum(np.zeros((direction.shape[0], rows.design.n_coefficients)))


def _add_product(block: Rows, direction: Matrix, total: MatrixSum) -> None:
    p, design = block.kept, block.design
    if p.shape[0] == 1:
        design.curvature_product(p[0], direction[0], total.sums[0])
        return
    rows = design.matvec(direction)
    rows *= p
    rows -= p * rows.sum(axis=0)
    rows *= block.weight
    design.transpose_matvec(rows, total.sums)


def _add_diagonal(block: Rows, direction: Matrix, total: MatrixSum) -> None:
    kept = block.kept
    for p, sums in zip(kept, total.sums, strict=True):
        block.design.squares(p if direction.shape[0] == 1 else block.weight * p * (1.0 - p), sums)


def _block(rows: Rows, direction: Matrix) -> int:
    if rows.design.is_sparse_alone and direction.shape[0] == 1:
        return sparse_block(rows, direction)
    return block_rows(rows, direction.shape[0])


CURVATURE = RowKernel(nothing, _fill, block_at)
"""``w p (1 - p)`` of each row with two classes, or its p, beside it."""

PRODUCT = RowKernel(_zeros, _add_product, _block)
"""``X' (D (X v))``, the parameter being the C x P matrix of v."""

DIAGONAL = RowKernel(_zeros, _add_diagonal, _block)
"""Diagonal of ``X' D X``, C x P; the parameter has a row for each class."""
