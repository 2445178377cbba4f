"""Approximate inverse Hessians, from a sample of the rows or from the diagonal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.gram import Weighting, by_class, weighted_gram
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.hot_columns import hot_block
from loglik.fit.loss import terms
from loglik.fit.samples import gathered, sample_size, some_rows
from loglik.parallel.executor import MatrixSum, MatrixSums, RowKernel

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.hessian.operator import HessianOperator
    from loglik.fit.loss import At
    from loglik.fit.objective import Objective
    from loglik.fit.planned import Kind

# Of the rows, for a matrix for each class.
_SHARE_OF_ROWS = 8
# Added to a matrix in units of its diagonal: a sample's Hessian is off by chance, the Kronecker form by more.
_SAMPLE_JITTER, _KRONECKER_JITTER = 1e-6, 1e-3


def preconditioner(kind: Kind, objective: Objective, theta: Vector, scale: Vector) -> Preconditioner:
    """Approximate inverse Hessian at theta.

    Parameters
    ----------
    kind : str
        Which one (`plan.preconditioner_kind` chooses).
    objective : Objective
        All rows.
    theta : ndarray of shape (D,)
        Where.
    scale : ndarray of shape (D,)
        Typical size of each coefficient's column where it is not zero.
    """
    if kind == "none":
        return lambda g: g
    if kind == "sample":
        sample = replace(gathered(objective, sample_size(objective)), single=True)
        return inverse_of(sample.evaluate(theta, hessian=True).hessian, objective, scale)
    if kind == "kronecker" or (kind == "by-class" and objective.is_null(theta)):  # no column counts yet
        return _kronecker(objective, theta, scale)
    if kind == "by-class":
        return _by_class(objective, theta, scale)
    return hot_block(
        objective,
        some_rows(objective),
        theta,
        _diagonal(objective, scale),
        lambda h, d: _filled_up(h, d, _SAMPLE_JITTER),
    )


def preconditioner_of_operator(kind: Kind, operator: HessianOperator, scale: Vector) -> Preconditioner:
    """Approximate inverse Hessian that is worth its price for one step: its diagonal, or the Kronecker form."""
    if kind != "diagonal":
        return preconditioner(kind, operator.objective, operator.theta, scale)
    inverse = 1.0 / operator.diagonal()
    return lambda g: inverse * g


def inverse_of(hessian: Matrix | None, objective: Objective, scale: Vector) -> Preconditioner:
    """Inverse of the Hessian of a sample, mended where that does not know it."""
    if hessian is None:
        msg = "the Hessian was asked for"
        raise ValueError(msg)
    return ScaledCholesky.of(_filled_up(hessian, _diagonal(objective, scale), _SAMPLE_JITTER)).solve


def _filled_up(matrix: Matrix, diagonal: Vector, jitter: float) -> Matrix:
    """Let the diagonal of all rows stand in where the sample has few rows or none (of a rare level), and add a jitter."""
    sampled = np.diag(matrix)
    missing = np.where(sampled < 0.1 * diagonal, diagonal - sampled, 0.0)
    return np.asarray(matrix + np.diag(missing + jitter * sampled))


def class_weights(objective: Objective) -> Vector:
    """Share of each class in the weights, half a row added to each: a class may be missing from a sample."""
    total = objective.class_weights + 0.5
    return np.asarray(total / total.sum())


def _kronecker(objective: Objective, theta: Vector, scale: Vector) -> Preconditioner:
    """``(Q kron X'WX / W)^-1`` with Q the mean of ``diag(p) - p p'`` at theta: one P x P factor serves all classes."""
    c, free = objective.n_classes_free, objective.free
    sample = gathered(objective, sample_size(objective))
    gram, classes = sample.executor.sum(KRONECKER, sample.at(theta)).sums
    full = sample.design.symmetric_from_parts(gram)[np.ix_(free, free)] / sample.total_weight
    classes /= sample.total_weight
    if objective.alpha > 0.0:
        # (Q kron G + alpha M kron I) is solved with Q and M exchanged for one common class factor.
        typical = float(np.trace(classes)) / c
        penalised = np.where(objective.free != 0, objective.alpha / typical, 0.0)
        full = full + np.diag(penalised)
    columns = ScaledCholesky.of(_filled_up(full, _column_squares(objective, scale), _KRONECKER_JITTER))
    # A class that the sample does not have would have no curvature.
    q = class_weights(objective)[:c]
    class_factor = ScaledCholesky.of(_filled_up(classes, q * (1.0 - q), _SAMPLE_JITTER))

    def solve(g: Vector) -> Vector:
        return class_factor.solve(columns.solve(g.reshape(c, -1).T).T).ravel()

    return solve


def _by_class(objective: Objective, theta: Vector, scale: Vector) -> Preconditioner:
    """``z_k = D_k^-1 g_k + D_ref^-1 sum_l g_l`` with ``D_k = X' diag(w p_k) X / W`` at theta.

    With one row pattern the Hessian is ``diag(p) - p p'`` and its inverse ``diag(1/p) + 11'/p_ref``; this is the same
    with matrices for the p, the inverse of ``D_k (k = l) - D_k G^-1 D_l`` with G their sum over all classes. It knows
    where each class has its rows; with p the same in all of them it is the Kronecker form.
    """
    design, c, free = objective.design, objective.n_classes_free, objective.free
    sample = gathered(objective, max(sample_size(objective), design.n_rows // _SHARE_OF_ROWS))
    grams = weighted_gram(sample.executor, Weighting(by_class, sample.at(theta), c + 1, single=True))
    share, squares = class_weights(objective), _column_squares(objective, scale)
    pull = objective.alpha * (free != 0)
    factors = [
        ScaledCholesky.of(
            _filled_up(gram[np.ix_(free, free)] / sample.total_weight, q * squares, _KRONECKER_JITTER) + np.diag(pull)
        )
        for gram, q in zip(grams, share, strict=True)
    ]

    def solve(g: Vector) -> Vector:
        parts = g.reshape(c, -1)
        in_common = factors[c].solve(parts.sum(axis=0))
        return np.concatenate([factor.solve(part) + in_common for factor, part in zip(factors[:c], parts, strict=True)])

    return solve


def _diagonal(objective: Objective, scale: Vector) -> Vector:
    """Diagonal of ``diag(q (1 - q)) kron X'WX / W``, plus the penalty."""
    q = class_weights(objective)[: objective.n_classes_free]
    d = (q * (1.0 - q))[:, None] * _column_squares(objective, scale)
    d += objective.alpha * (objective.free != 0)
    return np.asarray(d.ravel())


def _column_squares(objective: Objective, scale: Vector) -> Vector:
    """``sum_i w_i x_ij^2 / W`` of each free column (dense ones: their known mean square); zero counts as one."""
    design, p = objective.design, objective.free.size
    squares = np.ones(design.n_coefficients)
    squares[objective.free] = scale[:p] ** 2
    if len(design.blocks) > 1:
        others = slice(design.numeric.stop, None)
        squares[others] = objective.executor.sum(OTHER_SQUARES, None).sums[others] / objective.total_weight
    squares = squares[objective.free]
    return np.asarray(np.where(squares > 0.0, squares, 1.0))


def _no_factors(rows: Rows, at: At) -> MatrixSums:
    p, c = rows.design.n_coefficients, at.family.n_predictors
    return MatrixSums((np.zeros((p, p)), np.zeros((c, c))))


def _add_factors(block: Rows, at: At, total: MatrixSums) -> None:
    gram, classes = total.sums
    block.design.sandwich(block.weight, gram)
    found = terms(block, at)
    if at.family.n_predictors == 1:
        classes += found.variance.sum()
        return
    weighted = found.probability * found.weight
    classes += np.diag(weighted.sum(axis=1)) - weighted @ found.probability.T


KRONECKER = RowKernel(_no_factors, _add_factors)
"""Parts of ``X' W X``, and ``sum_i w_i (diag(p_i) - p_i p_i')``: how the classes hang together, C x C."""


def _no_squares(rows: Rows, parameters: None) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros(rows.design.n_coefficients))


def _add_squares(block: Rows, parameters: None, total: MatrixSum) -> None:  # noqa: ARG001
    for columns in block.design.blocks[1:]:
        columns.squares(block.weight, total.sums)


OTHER_SQUARES = RowKernel(_no_squares, _add_squares)
"""``sum_i w_i x_ij^2`` of all columns but the numbers."""
