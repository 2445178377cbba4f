"""The harness's own objective: every contender's coefficients are judged by it, not by what the contender says.

Weighted mean of the negative log-likelihood in nats, plus ``alpha / 2`` times the sum of squared coefficients, the
intercepts spared; in float64 NumPy, chunk by chunk, chunk sums added exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset

_CHUNK = 65_536


@dataclass
class Estimate:
    """Coefficients in the columns of the case.

    Parameters
    ----------
    intercept : ndarray of shape (C,)
        One for two classes, else one per class.
    coef : ndarray of shape (C, P)
        Numbers first, then the levels but the reference ones.
    """

    intercept: np.ndarray
    coef: np.ndarray


def linear_predictors(data: Dataset, estimate: Estimate, rows: slice) -> np.ndarray:
    """Of shape (rows, C), without the offset."""
    m = data.x.shape[1]
    eta = np.asarray(data.x[rows] @ estimate.coef[:, :m].T) + estimate.intercept
    at = m
    for codes, levels in zip(data.codes, data.levels, strict=True):
        effects = np.zeros((len(levels), len(estimate.intercept)))
        effects[1:] = estimate.coef[:, at : at + len(levels) - 1].T
        eta += effects[codes[rows]]
        at += len(levels) - 1
    return eta


def objective(data: Dataset, estimate: Estimate, alpha: float) -> float:
    """Value at these coefficients; infinite if they are not finite."""
    if not (np.isfinite(estimate.coef).all() and np.isfinite(estimate.intercept).all()):
        return math.inf
    sums = []
    for at in range(0, data.n_rows, _CHUNK):
        rows = slice(at, min(at + _CHUNK, data.n_rows))
        eta, y = linear_predictors(data, estimate, rows), data.y[rows]
        if eta.shape[1] == 1:
            eta = eta[:, 0] + (0.0 if data.offset is None else data.offset[rows])
            loss = np.logaddexp(0.0, np.where(y == 1, -eta, eta))
        else:
            loss = logsumexp(eta, axis=1) - eta[np.arange(len(y)), y]
        sums.append(float(np.sum(loss if data.weight is None else loss * data.weight[rows])))
    return math.fsum(sums) / data.total_weight + alpha / 2 * float(np.sum(estimate.coef**2))
