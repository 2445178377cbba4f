"""A start and an approximate inverse Hessian from a sample of the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import ConvergenceCriterion
from loglik.fit.descent.lbfgs import lbfgs
from loglik.fit.descent.newton import newton
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.hot_columns import hot_block
from loglik.fit.samples import MIN_SAMPLE, pieces, rows_at_random, sample_size, some_rows
from loglik.parallel.blocks import MatrixSum, sum_over_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.hessian.operator import HessianOperator
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

# A Hessian that costs no more multiplications than this is worth its price at every step.
_NEWTON_FLOPS = 1e8
_NEWTON_FLOPS_ALONE = 1e9
_NEWTON_SIZE = 2_000
_SAMPLE_FLOPS = 4e9
_SHARE_OF_ROWS = 8
_MOST_BY_CLASS = 1 << 22
_MANY_SPARSE = 500
_PRODUCTS_PER_STEP = 60.0
_SMALLEST_SAMPLE = 500
_PRIOR_ROWS = 3.0
_EXACT_RIDGE = 1e-6
_KRONECKER_RIDGE = 1e-3
_MAX_DENSE = 6_000


def hessian_flops(objective: Objective, rows: int | None = None) -> float:
    """Multiplications that one exact Hessian takes: entries per row squared, for each pair of classes."""
    design, c = objective.design, objective.n_classes_free
    entries = 1.0 + design.dense.shape[1] + design.codes.shape[1]
    if design.sparse is not None:
        entries += design.sparse.nnz / max(design.n_rows, 1)
    return float((design.n_rows if rows is None else rows) * entries**2 * c * (c + 1) / 2.0)


def newton_is_cheap(objective: Objective) -> bool:
    """Whether Newton's method on all rows is the best way: a Hessian costs next to nothing, or no sample costs less."""
    flops = hessian_flops(objective)
    sample_is_all = sample_size(objective) == objective.design.n_rows
    return objective.size <= _NEWTON_SIZE and flops <= (_NEWTON_FLOPS_ALONE if sample_is_all else _NEWTON_FLOPS)


def products_are_cheaper(objective: Objective, *, wanted: bool) -> bool:
    """Whether conjugate gradients are the best way: many sparse columns, or a Hessian that is dear for so few rows.

    Parameters
    ----------
    objective : Objective
        All rows.
    wanted : bool
        Whether the exact Hessian will be formed anyway.
    """
    design = objective.design
    if design.sparse is not None and objective.free.size > _MANY_SPARSE:
        return True
    entries = 1 + design.dense.shape[1] + design.codes.shape[1]
    a_product = 2.0 * design.n_rows * entries * objective.n_classes_free
    a_step = hessian_flops(objective) + objective.size**3 / 3.0
    alone = sample_size(objective) == design.n_rows
    return not wanted and alone and objective.n_classes_free > 1 and a_step > _PRODUCTS_PER_STEP * a_product


def cheap_preconditioner(curvature: HessianOperator, scale: Vector) -> Callable[[Vector], Vector]:
    """Approximate inverse Hessian that is worth its price for one step: its diagonal, or the Kronecker form."""
    objective = curvature.objective
    if objective.design.sparse is not None:
        inverse = 1.0 / curvature.diagonal()
        return lambda g: inverse * g
    return _kronecker(objective, curvature.theta, scale)


def start_and_preconditioner(
    objective: Objective, theta: Vector, scale: Vector
) -> tuple[Vector, Callable[[Vector], Vector]]:
    """Fit samples of the rows, and take the curvature of the last one for that of all rows.

    A fit of m rows is off by about D/m in twice the objective, so each sample starts where a smaller one left it, and
    is left as soon as it is known better than that.

    Parameters
    ----------
    objective : Objective
        All rows.
    theta : ndarray of shape (D,)
        Start.
    scale : ndarray of shape (D,)
        Typical size of each coefficient's column where it is not zero.

    Returns
    -------
    theta : ndarray of shape (D,)
        A better start, if samples are much cheaper than all rows.
    precondition : callable
        Applies the approximate inverse Hessian.
    """
    n, size = objective.design.n_rows, sample_size(objective)
    if _sample_is_cheap(objective, size) and 4 * size <= n:
        ridge = _prior(objective, scale)
        for rows in _growing(size, objective.size):
            sample = replace(rows_at_random(objective, rows, ridge / rows), single=True)
            point = newton(sample, theta, _known(objective, rows), 12, _never, finish=False).point
            theta = point.theta
        return theta, _inverse_of(point.hessian, objective, scale)
    rows = n // _SHARE_OF_ROWS
    if objective.free.size <= _MAX_DENSE and rows >= max(2 * objective.size, MIN_SAMPLE):
        sample = rows_at_random(objective, rows, _prior(objective, scale) / rows)
        precondition = preconditioner(objective, theta, scale)
        theta = lbfgs(sample, theta, precondition, _known(objective, rows), 30, _never).point.theta
    return theta, preconditioner(objective, theta, scale)


def preconditioner(objective: Objective, theta: Vector, scale: Vector) -> Callable[[Vector], Vector]:
    """Approximate inverse Hessian: of a sample at theta, or where that is dear its Kronecker form, or its hot block.

    The Kronecker form is class curvature times one P x P matrix, better where the columns have begun to count a matrix
    for each class; the hot block that of the most frequent columns.
    """
    size = sample_size(objective)
    if _sample_is_cheap(objective, size):
        return _inverse_of(_hessian_of_some(objective, size, theta), objective, scale)
    if objective.free.size <= _MAX_DENSE:
        c, p = objective.n_classes_free, objective.design.n_coefficients
        if objective.is_null(theta) or c == 1 or (c + 1) * p * p > _MOST_BY_CLASS:
            return _kronecker(objective, theta, scale)
        return _by_class(objective, theta, scale)
    return hot_block(
        objective, some_rows(objective), theta, _diagonal(objective, scale), lambda h, d: _filled_up(h, d, _EXACT_RIDGE)
    )


def _known(objective: Objective, rows: int) -> ConvergenceCriterion:
    """When a fit of a sample is better known than it is right."""
    return ConvergenceCriterion(0.005 * objective.size / rows, np.full(objective.size, np.inf))


def _inverse_of(hessian: Matrix | None, objective: Objective, scale: Vector) -> Callable[[Vector], Vector]:
    if hessian is None:
        msg = "the Hessian was asked for"
        raise ValueError(msg)
    return ScaledCholesky.of(_filled_up(hessian, _diagonal(objective, scale), _EXACT_RIDGE)).solve


def _hessian_of_some(objective: Objective, size: int, theta: Vector) -> Matrix | None:
    hessian, weight = np.zeros((objective.size, objective.size)), 0.0
    for piece in pieces(objective, size):
        part = replace(piece, single=True).evaluate(theta, hessian=True).hessian
        if part is None:
            return None
        hessian += piece.total_weight * part
        weight += piece.total_weight
    return np.asarray(hessian / weight)


def _prior(objective: Objective, scale: Vector) -> Vector:
    """A sample may be separable where the whole is not; a prior worth a few rows keeps its estimate finite."""
    c = objective.n_classes_free
    q = _class_weights(objective)[:c]
    per_row = np.repeat(q * (1.0 - q), objective.free.size) * scale**2
    return np.where(np.tile(objective.free, c) != 0, _PRIOR_ROWS * per_row, 0.0)


def _growing(size: int, coefficients: int) -> list[int]:
    """Sizes of the samples, the last of them `size`."""
    sizes = [size]
    while sizes[0] // 8 >= max(_SMALLEST_SAMPLE, 4 * coefficients):
        sizes.insert(0, sizes[0] // 8)
    return sizes


def _sample_is_cheap(objective: Objective, size: int) -> bool:
    return hessian_flops(objective, size) + objective.size**3 / 3.0 <= _SAMPLE_FLOPS


def _never(_iteration: int, _point: Evaluation) -> bool:
    return False


def _filled_up(matrix: Matrix, diagonal: Vector, ridge: float) -> Matrix:
    """Let the diagonal of all rows stand in where the sample has few rows or none (of a rare level), and add a ridge."""
    sampled = np.diag(matrix)
    missing = np.where(sampled < 0.1 * diagonal, diagonal - sampled, 0.0)
    return np.asarray(matrix + np.diag(missing + ridge * sampled))


def _class_weights(objective: Objective) -> Vector:
    total = objective.class_weights + 0.5
    return np.asarray(total / total.sum())


def _kronecker(objective: Objective, theta: Vector, scale: Vector) -> Callable[[Vector], Vector]:
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
    columns = ScaledCholesky.of(_filled_up(full, _column_squares(objective, scale), _KRONECKER_RIDGE))
    # A class that the sample does not have would have no curvature.
    q = _class_weights(objective)[:c]
    class_factor = ScaledCholesky.of(_filled_up(classes, q * (1.0 - q), _EXACT_RIDGE))

    def solve(g: Vector) -> Vector:
        return class_factor.solve(columns.solve(g.reshape(c, -1).T).T).ravel()

    return solve


def _by_class(objective: Objective, theta: Vector, scale: Vector) -> Callable[[Vector], Vector]:
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
    share, squares = _class_weights(objective), _column_squares(objective, scale)
    pull = objective.alpha * (free != 0)
    factors = [
        ScaledCholesky.of(
            _filled_up(design.symmetric_from_parts(gram)[np.ix_(free, free)] / weight, q * squares, _KRONECKER_RIDGE)
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
    q = _class_weights(objective)[: objective.n_classes_free]
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
