"""The kernels of the objective: loss, gradient and curvature of blocks of rows, and what is summed of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from loglik.kernels.rows.binary import bernoulli_pass, moved_bernoulli_pass
from loglik.kernels.rows.dense import FEW_COLUMNS
from loglik.kernels.rows.panels import PANEL, panel_rows
from loglik.kernels.rows.sparse import csr_bernoulli_pass
from loglik.parallel.executor import MatrixSum, Nothing, RowKernel, nothing, rows_per_block

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Array, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.design.rows import Rows
    from loglik.families.canonical import RowLikelihood, RowTerms

_MOST_LABELS = 1 << 16  # `bincount` copies its argument
_MIN_SHARED_ROWS, _MOST_SHARED_ROWS = 256, 4_096
# Kernels with panels of their own may have long blocks, as long as there are blocks enough to share.
_LONG, _BLOCKS_TO_SHARE, _SPARSE_BLOCKS_TO_SHARE = 4, 12, 4


@dataclass(frozen=True, eq=False)
class At:
    """Where rows are evaluated.

    Parameters
    ----------
    family : RowLikelihood
        The likelihood.
    beta : ndarray of shape (C, P)
        Coefficients in storage order.
    hessian : bool
        Whether curvature is summed too.
    single : bool
        Sum curvature in float32, where it only shows the way.
    """

    family: RowLikelihood
    beta: Matrix
    hessian: bool = False
    single: bool = False


def terms(rows: Rows, at: At) -> RowTerms:
    """Likelihood of rows."""
    eta = rows.design.matvec(at.beta)
    if rows.offset is not None:
        eta += rows.offset
    return at.family.rows(eta, rows.label, rows.weight)


@dataclass(slots=True, eq=False)
class LossSums:
    """What is summed over rows: loss, gradient C x P, curvature blocks, residuals' sizes, and the smallest margin."""

    loss: float
    gradient: Matrix
    hessian: Array
    missed: float = 0.0
    margin: float = np.inf

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(self.gradient.nbytes + self.hessian.nbytes)

    def __iadd__(self, other: Self) -> Self:
        """Add the sums over the rows that follow."""
        self.loss += other.loss
        self.gradient += other.gradient
        if self.hessian.size:
            self.hessian += other.hessian
        self.missed += other.missed
        self.margin = min(self.margin, other.margin)
        return self

    def add_totals(self, totals: Vector) -> None:
        """Add what a kernel of binary rows says: losses, sizes of residuals, smallest margin."""
        self.loss += totals[0]
        self.missed += totals[1]
        self.margin = min(self.margin, totals[2])


def block_rows(rows: Rows, c: int, products: int = 1) -> int:
    """Rows of a block with C x B work arrays, of which so many products are summed."""
    # With many classes the work arrays, not the columns, fill the cache.
    most = rows_per_block(32 * c)
    if products == 1:
        return min(rows.block_rows, most)
    # So many matrices are better not fetched too often; but threads may have their part of few rows too.
    most = min(most, _MOST_SHARED_ROWS)
    while most > _MIN_SHARED_ROWS and 8 * most > rows.n_rows:
        most //= 2
    return most


def _fill_predictors(block: Rows, at: At, total: Nothing) -> None:  # noqa: ARG001
    eta = block.design.matvec(at.beta)
    block.kept[:] = eta if block.offset is None else eta + block.offset


def block_at(rows: Rows, at: At) -> int:
    """Rows of a block whose terms are computed."""
    return block_rows(rows, at.family.n_predictors)


def _long_block(rows: Rows, blocks: int) -> int:
    """As many rows as leave so many blocks, but no more than some multiple of a usual block."""
    block = rows.block_rows
    most = _LONG * block
    while block < most and 2 * block * blocks <= rows.n_rows:
        block *= 2
    return block


def _zeros(rows: Rows, at: At) -> LossSums:
    c, p = at.family.n_predictors, rows.design.n_coefficients
    pairs = c * (c + 1) // 2 if at.hessian else 0
    return LossSums(0.0, np.zeros((c, p)), np.zeros((pairs, p if pairs else 0, p)))


def _add_any(block: Rows, at: At, total: LossSums) -> None:
    found, design = terms(block, at), block.design
    total.loss += float(found.loss.sum())
    total.margin = min(total.margin, float(found.margin.min()))
    if at.family.n_predictors == 1:
        total.missed += float(np.abs(found.residual).sum())
    design.transpose_matvec(found.residual, total.gradient)
    if at.hessian:
        for gram, (k, m) in zip(
            total.hessian, combinations_with_replacement(range(at.family.n_predictors), 2), strict=True
        ):
            design.sandwich(at.family.curvature(found, k, m), gram, single=at.single)


def _any_block(rows: Rows, at: At) -> int:
    c = at.family.n_predictors
    return block_rows(rows, c, c * (c + 1) // 2 if at.hessian else 0)


ANY = RowKernel(_zeros, _add_any, _any_block)
"""Loss, gradient and on request curvature, of any columns and classes."""

_NONE = np.zeros(0)


def _binary_zeros(rows: Rows, at: At) -> LossSums:  # noqa: ARG001
    p = at.beta.shape[1]
    q = p if at.hessian else 0
    return LossSums(0.0, np.zeros((1, p)), np.zeros((1, q, q)))


def _add_binary(block: Rows, at: At, total: LossSums) -> None:
    design, totals = block.design, np.array([0.0, 0.0, np.inf])
    numeric = design.numeric
    rows = (
        design.codes, block.label, block.weight, _NONE if block.offset is None else block.offset[0], at.beta[0],
        total.gradient[0], total.hessian[0], totals, np.empty((5, panel_rows(numeric.n_numbers))),
    )  # fmt: skip
    if numeric.is_plain:
        bernoulli_pass(numeric.x, *rows)
    else:
        moved_bernoulli_pass(numeric.x, numeric.center, *rows)
    total.add_totals(totals)


def _binary_block(rows: Rows, at: At) -> int:  # noqa: ARG001
    return _long_block(rows, _BLOCKS_TO_SHARE)


BINARY = RowKernel(_binary_zeros, _add_binary, _binary_block)
"""The same for two classes, numbers and levels: one kernel for long blocks of rows."""


def _add_sparse(block: Rows, at: At, total: LossSums) -> None:
    words, totals = block.design.words, np.array([0.0, 0.0, np.inf])
    if words is None:
        msg = "there are no sparse columns"
        raise ValueError(msg)
    csr_bernoulli_pass(
        words.indptr, words.indices, words.data, block.label, block.weight,
        _NONE if block.offset is None else block.offset[0], at.beta[0], total.gradient[0], block.kept[0], totals,
        np.empty((4, PANEL)),
    )  # fmt: skip
    total.add_totals(totals)


def sparse_block(rows: Rows, parameters: object) -> int:  # noqa: ARG001
    """Rows of a block for kernels of sparse columns that make nothing of its size."""
    return _long_block(rows, _SPARSE_BLOCKS_TO_SHARE)


SPARSE = RowKernel(_binary_zeros, _add_sparse, sparse_block)
"""The same for two classes and sparse columns alone; each row's curvature ``w p (1 - p)`` is filled in beside it."""


def kernel_for(design: Design, c: int, *, hessian: bool) -> RowKernel[Rows, At, LossSums]:
    """Choose the kernel that reads such rows fastest."""
    few = design.numeric.n_numbers <= FEW_COLUMNS
    return BINARY if c == 1 and design.is_usual and (few or not hessian) else ANY


def _class_zeros(rows: Rows, k: int) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros(k))


def _add_class_weights(block: Rows, k: int, total: MatrixSum) -> None:
    total.sums += np.bincount(block.label, block.weight, minlength=k)


def _class_block(rows: Rows, k: int) -> int:  # noqa: ARG001
    return _MOST_LABELS


CLASS_WEIGHTS = RowKernel(_class_zeros, _add_class_weights, _class_block)
"""Sum of the weights of each of K classes."""

PREDICTORS = RowKernel(nothing, _fill_predictors)
"""Linear predictors, offset included, beside the rows."""


def _matrix(rows: Rows, v: Matrix) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros_like(v))


def _add_weighted_product(block: Rows, v: Matrix, total: MatrixSum) -> None:
    block.design.transpose_matvec(block.design.matvec(v) * block.weight, total.sums)


WEIGHTED_PRODUCT = RowKernel(_matrix, _add_weighted_product)
"""``X' W X v`` for the rows of v, C x P."""
