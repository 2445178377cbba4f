"""The factor of a Hessian whose columns nearly hang together, to the digits that the rows hold.

Rounding of the Hessian's entries alone costs its inverse as many digits as its condition number has: all of them at
1e16. In columns that its factor makes orthogonal, ``Z = X S^-1 L^-T``, the Hessian is nearly the identity and keeps its
digits; with its factor M the first one becomes ``L M``. Only the square root of the condition number is lost then
(CholeskyQR2: Yamamoto, Nakatsukasa, Yanagisawa and Fukaya, Electronic Transactions on Numerical Analysis 44, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.loss import terms
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import MatrixSum, RowKernel, rows_per_block

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.fit.hessian.form import Factor
    from loglik.fit.loss import At
    from loglik.fit.objective import Objective

# With a smaller share of some column left by the columns before it, the Hessian's inverse has 10 digits at most.
_NEARLY_COLLINEAR = 1e-6
_MOST_FLOPS = 1e11


def refined(objective: Objective, theta: Vector, factor: Factor, *, always: bool = False) -> Factor | None:
    """Factor of the Hessian at theta, computed again in orthogonal columns where that makes a difference.

    Where it would, but is too dear, what is left of the digits decides: None if there are too few.

    Parameters
    ----------
    objective : Objective
        Without a penalty.
    theta : ndarray of shape (D,)
        Where.
    factor : Factor
        The factor that the Hessian's own entries give, here or one short step before.
    always : bool
        Compute it again in any case.
    """
    if factor.jitter or (factor.least_share >= _NEARLY_COLLINEAR and not always):
        return factor
    c, size, n = objective.n_classes_free, objective.size, objective.design.n_rows
    # Row d of `orthogonal` gives new column d in terms of the old ones, class by class.
    new = factor.n_orthogonal
    if float(n) * new * new * (c + 1) > _MOST_FLOPS:
        return factor if factor.has_digits else None
    orthogonal = factor.orthogonal()
    by_class = [_expanded(objective, orthogonal[:, k * (size // c) : (k + 1) * (size // c)]) for k in range(c)]
    with single_threaded_blas():
        total = objective.executor.sum(ORTHOGONAL, _Orthogonal(objective.at(theta), tuple(by_class)))
    objective.passes.count += 1
    gram = total.sums / objective.total_weight
    nearly_one = ScaledCholesky.of((gram + gram.T) / 2.0)
    if nearly_one.jitter:
        return factor if factor.has_digits else None
    return factor.times(nearly_one.scale[:, None] * nearly_one.lower)


def _expanded(objective: Objective, rows: Matrix) -> Matrix:
    full = np.zeros((rows.shape[0], objective.design.n_coefficients))
    full[:, objective.free] = rows
    return full


@dataclass(frozen=True, eq=False)
class _Orthogonal:
    """Where the Hessian is taken, and for each class the new columns in terms of the old ones, M x P."""

    at: At
    columns: tuple[Matrix, ...]


def _zeros(rows: Rows, new: _Orthogonal) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros((new.columns[0].shape[0],) * 2))


def _add(block: Rows, new: _Orthogonal, total: MatrixSum) -> None:
    found = terms(block, new.at)
    columns = [block.design.matvec(part) for part in new.columns]
    if len(columns) == 1:
        total.sums += (columns[0] * found.variance) @ columns[0].T
        return
    mean = np.zeros_like(columns[0])
    for p, z in zip(found.probability, columns, strict=True):
        mean += p * z
    for p, z in zip(found.probability, columns, strict=True):
        total.sums += (found.weight * p * (z - mean)) @ z.T


def _block(rows: Rows, new: _Orthogonal) -> int:  # noqa: ARG001
    return rows_per_block(8 * new.columns[0].shape[0] * (len(new.columns) + 2))


ORTHOGONAL = RowKernel(_zeros, _add, _block)
"""``sum_kl Z_k' D_kl Z_l`` with Z_k the new columns of class k."""
