"""A proof that the maximum-likelihood estimate exists, from the point where the optimiser stands.

The logistic and softmax losses are generalised self-concordant: along any direction v the third derivative is at most
``max_i range_k(x_i' v_k)`` times the second. With ``nu`` the Newton decrement at a point and ``R`` the largest range
of any row over directions of unit length in the Hessian norm, ``nu R <= 1/2`` implies that the objective has a
minimiser, and only one, nearby (Bach, Self-concordant analysis for logistic regression, Electronic Journal of
Statistics 4, 2010, proposition 2). For separable classes the product stays at 1 or above however far the optimiser
runs: losses ``a exp(-t)`` have ``nu = sqrt(a exp(-t))`` and ``R = 1 / sqrt(a exp(-t))``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import CategoricalFeature
from loglik.fit.factor import ScaledCholesky
from loglik.fit.long_column import EliminatedLevels, bordered_hessian, long_column

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

MAX_BOUNDED = 6_000
"""Coefficients up to which curvature is bounded by a matrix."""

_MAX_EXACT = 1_000


def row_range_bound(design: Design, largest: Vector, free: npt.NDArray[np.int64], variance: Vector, c: int) -> float:
    """Upper bound of ``R``, from the columns' largest sizes: ``|x' v| <= sum_j |x_j| sqrt((H^-1)_jj)`` for ``|v|_H = 1``.

    Parameters
    ----------
    design : Design
        Predictors.
    largest : ndarray of shape (q,)
        Largest size of each dense column.
    free : ndarray of int
        Storage positions of the estimated coefficients.
    variance : ndarray of shape (c * free.size,)
        Diagonal of the inverse Hessian.
    c : int
        Number of linear predictors.
    """
    spread = np.zeros((c, design.n_coefficients))
    spread[:, free] = np.sqrt(np.maximum(variance, 0.0)).reshape(c, -1)
    bound = spread[:, 0].copy()
    q = design.dense.shape[1]
    bound += spread[:, 1 : 1 + q] @ largest
    for feature, positions in zip(design.features, design.positions, strict=True):
        if isinstance(feature, CategoricalFeature):  # a row has one level
            bound += spread[:, positions].max(axis=1)
    if design.sparse is not None and design.sparse.shape[1]:
        sizes = np.asarray(abs(design.sparse).max(axis=0).todense()).ravel()
        bound += spread[:, design.n_coefficients - sizes.size :] @ sizes
    # Two classes: the other class's predictor is 0. More: the range is at most twice the largest size.
    return float(bound.max()) * (1.0 if c == 1 else 2.0)


def bounds_from_rows(objective: Objective, point: Evaluation, rows: Objective) -> tuple[float, Vector] | None:
    """Upper bounds of the squared decrement and of ``diag(H^-1)``, from some of the rows: each only adds curvature.

    The matrix that H is nowhere below is the Hessian of these rows, or where D x D is large
    ``I kron sum_i w_i l_i x_i x_i' / W`` with l_i a bound of the smallest eigenvalue of ``diag(p_i) - p_i p_i'``, whose
    inverse is ``diag(1/p) + 11'/p_ref``.

    Parameters
    ----------
    objective : Objective
        All rows.
    point : Evaluation
        Where the optimiser stands.
    rows : Objective
        Some of the rows.

    Returns
    -------
    (squared decrement, variance) or None
        None if these rows leave some direction without curvature.
    """
    theta, g, c = point.theta, point.gradient, objective.n_classes_free
    share = rows.total_weight / objective.total_weight
    long = long_column(objective.design, objective.free) if c == 1 else None
    if long is not None:
        apart = EliminatedLevels.factor(bordered_hessian(rows, theta, long), objective.threads)
        return None if apart.ridge else (float(g @ apart.solve(g)) / share, apart.inverse_diagonal() / share)
    if objective.size > MAX_BOUNDED:
        return None
    if c == 1 or rows.size <= _MAX_EXACT:
        hessian = rows.evaluate(theta, hessian=True).hessian
        if hessian is None:
            return None
        floor = ScaledCholesky.of(hessian * share)
        return None if floor.ridge else (float(g @ floor.solve(g)), floor.inverse_diagonal())
    floor = ScaledCholesky.of(_least_curvature(rows, theta) / objective.total_weight)
    if floor.ridge:
        return None
    by_class = g.reshape(c, -1).T
    return float((by_class * floor.solve(by_class)).sum()), np.tile(floor.inverse_diagonal(), c)


def _least_curvature(objective: Objective, theta: Vector) -> Matrix:
    """``sum_i w_i l_i x_i x_i'`` over the free columns, l_i below the smallest eigenvalue of row i's class curvature.

    ``l = 1/(1/min_k p_k + C/p_ref)``.
    """
    design, beta = objective.design, objective.expand(theta)
    gram = np.zeros((design.n_coefficients, design.n_coefficients))
    for lo in range(0, design.n_rows, objective.block_rows()):
        hi = min(lo + objective.block_rows(), design.n_rows)
        terms = objective.terms(lo, hi, beta)
        reference = np.maximum(1.0 - terms.probability.sum(axis=0), np.finfo(float).tiny)
        smallest = np.maximum(terms.probability.min(axis=0), np.finfo(float).tiny)
        least = terms.weight / (1.0 / smallest + objective.n_classes_free / reference)
        design.add_gram(lo, hi, least, gram)
    return design.symmetric_from_parts(gram)[np.ix_(objective.free, objective.free)]


def estimate_exists(decrement: float, row_range: float) -> bool:
    """Whether ``nu R <= 1/2`` proves that the estimate exists."""
    return bool(decrement * row_range <= 0.5)
