"""Solving with a symmetric positive definite matrix whatever the units of the columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs, dtrtri

from loglik.cached import cached_property

if TYPE_CHECKING:
    from loglik.array_types import Array, Matrix, Vector


@dataclass(frozen=True)
class ScaledCholesky:
    """Cholesky factor of ``S^-1 A S^-1`` with ``S = sqrt(diag A)``: units of the columns drop out.

    Parameters
    ----------
    lower : ndarray of shape (D, D)
        The factor.
    scale : ndarray of shape (D,)
        ``sqrt(diag A)``.
    jitter : float
        What had to be added to the unit diagonal; 0 if the matrix is positive definite.
    """

    lower: Matrix
    scale: Vector
    jitter: float

    rounding = 0.0  # what A's entries over the roots of its diagonal may miss beside the rounding of sums over rows
    has_digits = True  # enough of them in the inverse for standard errors

    @staticmethod
    def of(matrix: Matrix) -> ScaledCholesky:
        """Factor a matrix; one that is not positive definite gets the smallest jitter that makes it so."""
        diagonal = matrix.diagonal()
        scale = np.sqrt(np.where(diagonal > 0.0, diagonal, 1.0))
        unit = matrix / scale / scale[:, None]
        jitter = 0.0
        while True:
            shifted = unit + jitter * np.eye(unit.shape[0]) if jitter else unit
            lower, failed = dpotrf(shifted.T, lower=True, clean=True)  # symmetric, so in the order that LAPACK takes
            if not failed:
                pivots = lower.diagonal()
                if np.isfinite(pivots).all() and (jitter > 1.0 or pivots.min(initial=1.0) > 1e-8):
                    return ScaledCholesky(lower, scale, jitter)
            if not np.isfinite(unit).all():
                return ScaledCholesky(np.eye(unit.shape[0]), scale, np.inf)
            jitter = max(1e-12, 100.0 * jitter)

    @property
    def least_share(self) -> float:
        """Smallest share of a diagonal entry that the rows before it leave unexplained; 0 where a jitter was needed."""
        return 0.0 if self.jitter else float(self.lower.diagonal().min(initial=1.0)) ** 2

    def solve(self, b: Array) -> Array:
        """``A^-1 b``."""
        scale = self.scale if b.ndim == 1 else self.scale[:, None]
        solution, _ = dpotrs(self.lower, b / scale, lower=True)
        return np.asarray(solution.reshape(b.shape) / scale)

    @property
    def n_orthogonal(self) -> int:
        """All columns."""
        return self.scale.size

    def log_det(self) -> float:
        """``2 sum_j log(L_jj s_j)``."""
        return 2.0 * float((np.log(self.lower.diagonal()) + np.log(self.scale)).sum())

    def orthogonal(self) -> Matrix:
        """``L^-1 S^-1``: row by row, the columns ``X S^-1 L^-T`` in terms of those of X."""
        return self.half_inverse

    def times(self, lower: Matrix) -> ScaledCholesky:
        """Factor ``L M`` of a matrix that is M M' in the orthogonal columns."""
        return replace(self, lower=self.lower @ lower)

    @cached_property
    def half_inverse(self) -> Matrix:
        """``L^-1 S^-1``: ``A^-1`` is its transpose times itself, at a third of the price of all that product."""
        inverse, _ = dtrtri(self.lower, lower=True)
        return np.asarray(np.tril(inverse) / self.scale)

    def inverse_diagonal(self) -> Vector:
        """Diagonal of ``A^-1``."""
        half = self.half_inverse
        return np.asarray(np.einsum("ij,ij->j", half, half))

    def inverse(self) -> Matrix:
        """``A^-1``, symmetric to the last bit."""
        half = self.half_inverse
        return np.asarray(half.T @ half)

    def diagonal(self) -> Vector:
        """Diagonal of A."""
        return np.asarray(self.scale**2)
