"""Confidence intervals of predicted probabilities, by the delta method on their log-odds.

For class k the log-odds are ``L_k = eta_k - log sum_(j != k) exp(eta_j)``, eta of the reference being 0. Their derivatives
by the predictors are ``h_k = 1`` and ``h_m = -exp(eta_m) / sum_(j != k) exp(eta_j)``, so that with V_mm' the covariance of
the coefficients of classes m and m' ``var L_k = sum_mm' h_m h_m' x' V_mm' x``, and the interval is ``sigmoid(L_k -+ z sd)``.
With two classes L is the linear predictor: the interval of the mean of a logistic regression, transformed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logsumexp, ndtri

from loglik.parallel.executor import Nothing, RowKernel, nothing, rows_per_block

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.inference.effects import Predictor

# Share of a variance that rounding may have made.
_LOST = 1e-6


@dataclass(frozen=True, eq=False)
class Spread:
    """What intervals of rows are computed from.

    Parameters
    ----------
    predictor : Predictor
        Linear predictors.
    directions : ndarray of shape (C, D, P)
        Directions whose products with a row have independent variations, for each free class.
    sign : ndarray of shape (D,)
        Sign of each direction's share in the variance; -1 only in covariances that are no sum of squares.
    std_error : ndarray of shape (P,)
        Largest standard error of each coefficient over the classes, for what rounding leaves.
    reach : float
        Standard errors that the interval reaches.
    """

    predictor: Predictor
    directions: Array
    sign: Vector
    std_error: Vector
    reach: float


def spread_of(predictor: Predictor, v: Matrix, free: Indices, conf_level: float) -> Spread:
    """Directions of a covariance ``V = S R S``: its correlation R has the eigenvectors U, and ``V = F diag(sign) F'``.

    Parameters
    ----------
    predictor : Predictor
        Linear predictors.
    v : ndarray of shape (D, D)
        Covariance of the coefficients, class by class.
    free : ndarray of int
        Storage positions of the coefficients of a class.
    conf_level : float
        Coverage.
    """
    c, p = predictor.coefficients.shape
    error = np.sqrt(np.diag(v))
    values, vectors = np.linalg.eigh(v / np.outer(error, error))
    factor = (vectors * np.sqrt(np.abs(values))).T * error  # D x D, a direction in each row
    directions = np.zeros((c, error.size, p))
    sizes = np.zeros(p)
    for m in range(c):
        own = slice(m * free.size, (m + 1) * free.size)
        directions[m][:, free] = factor[:, own]
        sizes[free] = np.maximum(sizes[free], error[own])
    return Spread(predictor, directions, np.sign(values), sizes, float(-ndtri((1.0 - conf_level) / 2.0)))


def _fill(block: Rows, of: Spread, total: Nothing) -> None:  # noqa: ARG001
    design, kept = block.design, block.kept
    eta = of.predictor.of(design, block.offset)
    every = np.concatenate([eta, np.zeros((1, eta.shape[1]))])
    along = [design.matvec(some) for some in of.directions]
    numeric = design.numeric
    size = of.std_error[0] + np.abs(numeric.x) @ of.std_error[numeric.numbers]
    least = np.finfo(float).eps * of.sign.size * size**2 / _LOST
    for k in range(every.shape[0]):
        others = logsumexp(np.delete(every, k, axis=0), axis=0)
        moved = np.zeros_like(along[0])
        for m, part in enumerate(along):
            moved += part if m == k else -np.exp(eta[m] - others) * part
        variance = of.sign @ moved**2
        reach = of.reach * np.sqrt(np.where(variance > least, variance, np.nan))
        kept[2 * k] = expit(every[k] - others - reach)
        kept[2 * k + 1] = expit(every[k] - others + reach)


def _block(rows: Rows, of: Spread) -> int:
    c, d, _ = of.directions.shape
    return min(rows.block_rows, rows_per_block(8 * d * (c + 2)))


INTERVALS = RowKernel(nothing, _fill, _block)
"""Ends of each row's intervals, beside it: lower and upper, class by class, the reference last; NaN where they are lost."""
