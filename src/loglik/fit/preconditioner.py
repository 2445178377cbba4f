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

# Floating-point operations that a Hessian may cost for Newton's method to be the cheapest way.
NEWTON_FLOPS = 4e8
_SAMPLE_FLOPS = 4e9
_MIN_SAMPLE = 5_000
_SAMPLES_PER_COEFFICIENT = 30
# A sample may be separable where the whole is not; this much penalty (in units of the curvature) keeps it finite.
_SAMPLE_RIDGE = 1e-3
_MAX_DENSE = 6_000


def hessian_flops(objective: Objective) -> float:
    """Multiplications that one exact Hessian takes."""
    return float(objective.design.n_rows) * objective.size**2


def warm_start(objective: Objective, theta: Vector) -> tuple[Vector, Callable[[Vector], Vector]]:
    """Fit a sample of the rows, and return its solution and a solver with its Hessian.

    With many coefficients the Hessian is replaced by its Kronecker form, class probabilities times one P x P matrix,
    or by its diagonal.
    """
    n, p, c = objective.design.n_rows, objective.free.size, objective.n_classes_free
    size = min(n, max(_MIN_SAMPLE, _SAMPLES_PER_COEFFICIENT * p))
    if objective.size <= _MAX_DENSE and size * float(objective.size) ** 2 <= _SAMPLE_FLOPS:
        sample = _sample(objective, size)
        arrival = newton(sample, theta, Rule(1e-4, np.ones(theta.size)), 12, _never)
        return arrival.point.theta, _exact(sample, arrival.point.theta)
    if p <= _MAX_DENSE:
        return theta, _kronecker(_sample(objective, size), c)
    return theta, _diagonal(objective)


def _never(_iteration: int, _point: Evaluation) -> bool:
    return False


def _sample(objective: Objective, size: int) -> Objective:
    n = objective.design.n_rows
    if size >= n:
        index = np.arange(n)
    else:
        # Random, so that no pattern in the order of the rows matters; seeded, so that a fit can be repeated.
        index = np.sort(np.random.default_rng(20_240_229).choice(n, size, replace=False, shuffle=False))
    sample = objective.subsample(index, objective.alpha)
    return sample


def _exact(sample: Objective, theta: Vector) -> Callable[[Vector], Vector]:
    hessian = sample.evaluate(theta, hessian=True).hessian
    factor = ScaledCholesky.of(_with_ridge(hessian) if hessian is not None else np.eye(theta.size))
    return factor.solve


def _with_ridge(hessian: Matrix) -> Matrix:
    diagonal = np.diag(hessian)
    floor = 1e-6 * max(float(diagonal.max(initial=0.0)), 1e-300)
    return np.asarray(hessian + np.diag(np.where(diagonal > floor, _SAMPLE_RIDGE * diagonal, floor)))


def _class_weights(objective: Objective) -> Vector:
    share = np.bincount(objective.label, objective.weight, minlength=objective.n_classes_free + 1)
    share = share + 0.5
    return np.asarray(share / share.sum())


def _kronecker(sample: Objective, c: int) -> Callable[[Vector], Vector]:
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
    columns = ScaledCholesky.of(_with_ridge(full))
    inverse = np.linalg.inv(classes)

    def solve(g: Vector) -> Vector:
        return np.asarray((inverse @ columns.solve(g.reshape(c, -1).T).T).ravel())

    return solve


def _diagonal(objective: Objective) -> Callable[[Vector], Vector]:
    """Diagonal of ``diag(q (1 - q)) kron X'WX / W``, plus the penalty."""
    design, c = objective.design, objective.n_classes_free
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
    q = _class_weights(objective)[:c]
    d = (q * (1.0 - q))[:, None] * squares[objective.free] / objective.total_weight
    d += objective.alpha * (objective.free != 0)
    d = np.maximum(d, 1e-12 * d.max()).ravel()
    return lambda g: g / d
