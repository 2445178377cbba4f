"""The Hessian that is never formed: each row's curvature, kept, and what products with it are worth.

``H = X' D X / W`` with D the rows' curvature: ``w p (1 - p)`` with two classes, ``w (diag(p) - p p')`` with more
(formula 8.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.parallel.blocks import MatrixSum, sum_over_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]


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
    def _rows(self) -> Matrix:
        """``w p (1 - p)`` (1 x n) with two classes, p (C x n) with more; one read of the rows if they are not known."""
        if self.point.variance is not None:
            return self.point.variance[None]
        objective = self.objective
        design, c = objective.design, objective.n_classes_free
        beta = objective.expand(self.theta)
        rows = np.empty((c, design.n_rows))

        def fill(lo: int, hi: int, _total: MatrixSum) -> None:
            terms = objective.terms(lo, hi, beta)
            rows[:, lo:hi] = terms.variance if c == 1 else terms.probability

        sum_over_blocks(
            design.n_rows, objective.block_rows(), lambda: MatrixSum(np.zeros((c, 0))), fill, threads=objective.threads
        )
        objective.passes.count += 1
        return rows

    def product(self, v: Vector) -> Vector:
        """``H v``, with one read of the rows: ``X' (D (X v))``."""
        objective, kept = self.objective, self._rows
        design, c = objective.design, objective.n_classes_free
        direction = objective.expand(v)

        def add(lo: int, hi: int, total: MatrixSum) -> None:
            p = kept[:, lo:hi]
            if c == 1:
                design.add_curvature_product(lo, hi, p[0], direction[0], total.sums[0])
                return
            rows = design.linear_predictor(lo, hi, direction)
            rows *= p
            rows -= p * rows.sum(axis=0)
            rows *= objective.weight[lo:hi]
            design.add_gradient(lo, hi, rows, total.sums)

        image = objective.gather(self._sum(add)) / objective.total_weight
        return image + objective.penalty_product(v) if objective.alpha > 0.0 else image

    def diagonal(self) -> Vector:
        """Diagonal of H; 1 where it is 0."""
        objective, kept = self.objective, self._rows
        design, c, alpha = objective.design, objective.n_classes_free, objective.alpha

        def add(lo: int, hi: int, total: MatrixSum) -> None:
            w = objective.weight[lo:hi]
            for p, sums in zip(kept[:, lo:hi], total.sums, strict=True):
                design.add_squares(lo, hi, p if c == 1 else w * p * (1.0 - p), sums)

        diagonal = objective.gather(self._sum(add)) / objective.total_weight
        if alpha > 0.0:
            penalised = np.tile(objective.free != 0, c)
            diagonal[penalised] += alpha * (1.0 - (1.0 / (c + 1) if c > 1 else 0.0))
        return np.asarray(np.where(diagonal > 0.0, diagonal, 1.0))

    def _sum(self, add: Callable[[int, int, MatrixSum], None]) -> Matrix:
        objective = self.objective
        design, c = objective.design, objective.n_classes_free
        rows = objective.block_rows()
        if design.is_sparse_alone and c == 1:
            rows = design.run_rows
        total = sum_over_blocks(
            design.n_rows, rows, lambda: MatrixSum(np.zeros((c, design.n_coefficients))), add,
            threads=objective.threads, accumulator_bytes=8 * c * design.n_coefficients,
        )  # fmt: skip
        objective.passes.count += 1
        return total.sums
