"""Approximate inverse Hessians, from a sample of the rows or from the diagonal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.hot_columns import hot_block
from loglik.fit.samples import pieces, sample_size, some_rows
from loglik.parallel.blocks import MatrixSum, sum_over_blocks

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.hessian.operator import HessianOperator
    from loglik.fit.objective import Objective
    from loglik.fit.planned import Kind

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

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
        return inverse_of(_hessian_of_some(objective, sample_size(objective), theta), objective, scale)
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


def _hessian_of_some(objective: Objective, size: int, theta: Vector) -> Matrix | None:
    hessian, weight = np.zeros((objective.size, objective.size)), 0.0
    for piece in pieces(objective, size):
        part = replace(piece, single=True).evaluate(theta, hessian=True).hessian
        if part is None:
            return None
        hessian += piece.total_weight * part
        weight += piece.total_weight
    return np.asarray(hessian / weight)


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
    p, c = objective.design.n_coefficients, objective.n_classes_free
    gram, classes, weight = np.zeros((p, p)), np.zeros((c, c)), 0.0
    for piece in pieces(objective, sample_size(objective)):
        design = piece.design
        for lo in range(0, design.n_rows, design.block_rows):
            hi = min(lo + design.block_rows, design.n_rows)
            design.add_gram(lo, hi, piece.weight[lo:hi], gram)
            classes += piece.class_curvature(lo, hi, theta)
        weight += piece.total_weight
    full = objective.design.symmetric_from_parts(gram)[np.ix_(objective.free, objective.free)] / weight
    classes /= weight
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
    p, beta = design.n_coefficients, objective.expand(theta)
    shape = (c + 1, p, p)
    grams, weight = np.zeros(shape), 0.0
    for piece in pieces(objective, max(sample_size(objective), design.n_rows // _SHARE_OF_ROWS)):

        def add(lo: int, hi: int, total: MatrixSum, piece: Objective = piece) -> None:
            terms = piece.terms(lo, hi, beta)
            reference = np.maximum(1.0 - terms.probability.sum(axis=0), 0.0)
            for k, probability in enumerate((*terms.probability, reference)):
                piece.design.add_gram(lo, hi, terms.weight * probability, total.sums[k], single=True)

        grams += sum_over_blocks(
            piece.design.n_rows, piece.block_rows(), lambda: MatrixSum(np.zeros(shape)), add,
            threads=objective.threads, accumulator_bytes=grams.nbytes,
        ).sums  # fmt: skip
        weight += piece.total_weight
    share, squares = class_weights(objective), _column_squares(objective, scale)
    pull = objective.alpha * (free != 0)
    factors = [
        ScaledCholesky.of(
            _filled_up(design.symmetric_from_parts(gram)[np.ix_(free, free)] / weight, q * squares, _KRONECKER_JITTER)
            + np.diag(pull)
        )
        for gram, q in zip(grams, share, strict=True)
    ]

    def solve(g: Vector) -> Vector:
        by_class = g.reshape(c, -1)
        in_common = factors[c].solve(by_class.sum(axis=0))
        return np.concatenate(
            [factor.solve(part) + in_common for factor, part in zip(factors[:c], by_class, strict=True)]
        )

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
    levels = np.zeros(design.n_coefficients)
    for a in range(design.codes.shape[1]):
        levels += np.bincount(design.codes[:, a], objective.weight, minlength=levels.size)
    if design.sparse is not None:
        entries = design.sparse
        by_row = np.repeat(objective.weight, np.diff(entries.indptr))
        of_columns = np.bincount(entries.indices, by_row * entries.data**2, minlength=entries.shape[1])
        levels[design.n_coefficients - entries.shape[1] :] = of_columns
    dense = 1 + design.dense.shape[1]
    squares[dense:] = levels[dense:] / objective.total_weight
    squares = squares[objective.free]
    return np.asarray(np.where(squares > 0.0, squares, 1.0))
