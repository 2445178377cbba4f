"""A start and an approximate inverse Hessian from a sample of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.convergence import Rule
from loglik.fit.factor import ScaledCholesky
from loglik.fit.newton import newton

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

# A Hessian that costs no more multiplications than this is worth its price at every step.
_NEWTON_FLOPS = 3e9
_NEWTON_SIZE = 2_000
_SAMPLE_FLOPS = 4e9
_MIN_SAMPLE = 10_000
_SAMPLES_PER_COEFFICIENT = 30
# A sample may be separable where the whole is not; a prior worth this many rows keeps its estimate finite.
_PRIOR_ROWS = 3.0
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
    """Whether Newton's method on all rows is the best way."""
    return objective.size <= _NEWTON_SIZE and hessian_flops(objective) <= _NEWTON_FLOPS


def warm_start(objective: Objective, theta: Vector, scale: Vector) -> Vector:
    """Fit a sample of the rows, if that is much cheaper than a step on all of them, and return its solution.

    Parameters
    ----------
    objective : Objective
        All rows.
    theta : ndarray of shape (D,)
        Start.
    scale : ndarray of shape (D,)
        Typical size of each coefficient's column where it is not zero.
    """
    size = _sample_size(objective)
    if not _sample_is_cheap(objective, size) or 4 * size > objective.design.n_rows:
        return theta
    c = objective.n_classes_free
    q = _class_weights(objective)[:c]
    per_row = np.repeat(q * (1.0 - q), objective.free.size) * scale**2
    ridge = np.where(np.tile(objective.free, c) != 0, _PRIOR_ROWS * per_row / size, 0.0)
    sample = _sample(objective, size, ridge)
    return newton(sample, theta, Rule(1e-4, np.ones(theta.size)), 12, _never).point.theta


def preconditioner(objective: Objective, theta: Vector) -> Callable[[Vector], Vector]:
    """Approximate inverse Hessian: of a sample at theta, or where that is dear its Kronecker form, or a diagonal.

    The Kronecker form is class shares times one P x P matrix.
    """
    size = _sample_size(objective)
    if _sample_is_cheap(objective, size):
        return _exact(_sample(objective, size), theta, _diagonal(objective))
    if objective.free.size <= _MAX_DENSE:
        return _kronecker(_sample(objective, size), objective.n_classes_free, _column_squares(objective))
    diagonal = _diagonal(objective)
    return lambda g: g / diagonal


def _sample_size(objective: Objective) -> int:
    return min(objective.design.n_rows, max(_MIN_SAMPLE, _SAMPLES_PER_COEFFICIENT * objective.free.size))


def _sample_is_cheap(objective: Objective, size: int) -> bool:
    return objective.size <= _MAX_DENSE and hessian_flops(objective, size) <= _SAMPLE_FLOPS


def _never(_iteration: int, _point: Evaluation) -> bool:
    return False


def _sample(objective: Objective, size: int, ridge: Vector | None = None) -> Objective:
    n = objective.design.n_rows
    if size >= n:
        return objective
    # Random, so that no pattern in the order of the rows matters; seeded, so that a fit can be repeated.
    index = np.sort(np.random.default_rng(20_240_229).choice(n, size, replace=False, shuffle=False))
    return objective.subsample(index, ridge)


def _exact(sample: Objective, theta: Vector, diagonal: Vector) -> Callable[[Vector], Vector]:
    hessian = sample.evaluate(theta, hessian=True).hessian
    if hessian is None:
        msg = "the Hessian was asked for"
        raise ValueError(msg)
    return ScaledCholesky.of(_filled_up(hessian, diagonal, 1e-6)).solve


def _filled_up(matrix: Matrix, diagonal: Vector, ridge: float) -> Matrix:
    """Let the diagonal of all rows stand in where the sample has few rows or none (of a rare level), and add a ridge."""
    sampled = np.diag(matrix)
    missing = np.where(sampled < 0.1 * diagonal, diagonal - sampled, 0.0)
    return np.asarray(matrix + np.diag(missing + ridge * sampled))


def _class_weights(objective: Objective) -> Vector:
    total = np.bincount(objective.label, objective.weight, minlength=objective.n_classes_free + 1) + 0.5
    return np.asarray(total / total.sum())


def _kronecker(sample: Objective, c: int, squares: Vector) -> Callable[[Vector], Vector]:
    """``((diag(q) - q q') kron X'WX / W)^-1`` with class shares q: one P x P factor serves all classes."""
    design, p = sample.design, sample.design.n_coefficients
    gram = np.zeros((p, p))
    for lo in range(0, design.n_rows, design.block_rows):
        hi = min(lo + design.block_rows, design.n_rows)
        design.add_gram(lo, hi, sample.weight[lo:hi], gram)
    full = design.symmetric_from_parts(gram)[np.ix_(sample.free, sample.free)] / sample.total_weight
    q = _class_weights(sample)
    classes = np.diag(q[:c]) - np.outer(q[:c], q[:c])
    if sample.alpha > 0.0:
        # (A kron G + alpha M kron I) is solved with A and M exchanged for one common class factor.
        typical = float(np.trace(classes)) / c
        penalised = np.where(sample.free != 0, sample.alpha / typical, 0.0)
        full = full + np.diag(penalised)
    columns = ScaledCholesky.of(_filled_up(full, squares, _KRONECKER_RIDGE))
    inverse = np.linalg.inv(classes)

    def solve(g: Vector) -> Vector:
        return np.asarray((inverse @ columns.solve(g.reshape(c, -1).T).T).ravel())

    return solve


def _diagonal(objective: Objective) -> Vector:
    """Diagonal of ``diag(q (1 - q)) kron X'WX / W``, plus the penalty."""
    q = _class_weights(objective)[: objective.n_classes_free]
    d = (q * (1.0 - q))[:, None] * _column_squares(objective)
    d += objective.alpha * (objective.free != 0)
    return np.asarray(d.ravel())


def _column_squares(objective: Objective) -> Vector:
    """``sum_i w_i x_ij^2 / W`` of each free column; a column of zeros counts as one of ones."""
    design = objective.design
    squares = np.zeros(design.n_coefficients)
    squares[0] = objective.total_weight
    dense = 1 + design.dense.shape[1]
    for lo in range(0, design.n_rows, design.block_rows):
        hi = min(lo + design.block_rows, design.n_rows)
        w = objective.weight[lo:hi]
        squares[1:dense] += np.einsum("i,ij,ij->j", w, design.dense[lo:hi], design.dense[lo:hi])
        for a in range(design.codes.shape[1]):
            squares += np.bincount(design.codes[lo:hi, a], w, minlength=squares.size)
    if design.sparse is not None:
        squares[design.n_coefficients - design.sparse.shape[1] :] = design.sparse.power(2).T @ objective.weight
    squares = squares[objective.free] / objective.total_weight
    return np.asarray(np.where(squares > 0.0, squares, 1.0))
