"""Residuals of probabilities, where the residual of a row says next to nothing: of bins, and as quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.metrics.outcomes import Outcomes, WeightKind

if TYPE_CHECKING:
    from loglik.array_types import Vector


@dataclass(frozen=True, eq=False)
class BinnedResiduals:
    """Mean residuals of bins of rows.

    Parameters
    ----------
    predicted : ndarray of shape (B,)
        Mean prediction of each bin.
    residual : ndarray of shape (B,)
        Mean of ``y - p``.
    std_error : ndarray of shape (B,)
        Its standard deviation if the predictions are right: ``sqrt(sum_i w_i^2 p_i (1 - p_i)) / sum_i w_i`` (w_i in
        the place of its square for frequencies).
    """

    predicted: Vector
    residual: Vector
    std_error: Vector


def binned_residuals(
    y_true: Any,
    y_prob: Any,
    *,
    sample_weight: Any = None,
    weight_kind: WeightKind = "frequency",
    bins: int | None = None,
) -> BinnedResiduals:
    """Residuals of rows with about the same prediction, together (Gelman and Hill 2007, 5.8).

    Parameters
    ----------
    y_true, y_prob, sample_weight, weight_kind
        As of `loglik.metrics.calibration`.
    bins : int, optional
        Most bins; by default the square root of the number of rows, at most 40.

    Raises
    ------
    DataError
        LL432 arrays that cannot be used.
    """
    rows = Outcomes.of(y_true, y_prob, sample_weight, weight_kind)
    starts = rows.bins(min(40, int(np.sqrt(rows.p.size)) + 1) if bins is None else bins)
    if starts.size == 0:
        return BinnedResiduals(np.zeros(0), np.zeros(0), np.zeros(0))
    number = np.add.reduceat(rows.w, starts)
    return BinnedResiduals(
        np.add.reduceat(rows.w * rows.p, starts) / number,
        np.add.reduceat(rows.w * (rows.y - rows.p), starts) / number,
        np.sqrt(np.add.reduceat(rows.spread * rows.p * (1.0 - rows.p), starts)) / number,
    )


@dataclass(frozen=True, eq=False)
class QuantileResiduals:
    """Distribution of the quantile residuals, which is uniform if the predictions are right.

    Parameters
    ----------
    u : ndarray of shape (m,)
        Places between 0 and 1.
    share : ndarray of shape (m,)
        Expected share of residuals below each.
    std_error : ndarray of shape (m,)
        Standard deviation of that share if the predictions are right.
    """

    u: Vector
    share: Vector
    std_error: Vector


def quantile_residuals(
    y_true: Any, y_prob: Any, *, sample_weight: Any = None, weight_kind: WeightKind = "frequency", places: int = 99
) -> QuantileResiduals | None:
    """Quantile residuals averaged over their randomisation; None without rows.

    The randomised residual of a row is uniform between ``P(Y < y)`` and ``P(Y <= y)`` (Dunn and Smyth 1996), with
    ``Y = 1`` of probability p: between 0 and 1 - p without the event, between 1 - p and 1 with it. No number is drawn: the
    share of residuals below u is the mean of ``min(max((u - F(y - 1)) / (F(y) - F(y - 1)), 0), 1)`` over the rows, what a
    long repetition of the draws gives (Czado, Gneiting and Held, Biometrics 65, 2009).

    Parameters
    ----------
    y_true, y_prob, sample_weight, weight_kind
        As of `loglik.metrics.calibration`.
    places : int
        How many places u.

    Raises
    ------
    DataError
        LL432 arrays that cannot be used.
    """
    rows = Outcomes.of(y_true, y_prob, sample_weight, weight_kind)
    if rows.p.size == 0:
        return None
    total, q = float(rows.w.sum()), 1.0 - rows.p
    u = (np.arange(places) + 0.5) / places
    share, variance = np.empty(places), np.empty(places)
    with np.errstate(divide="ignore", invalid="ignore"):
        for i, at in enumerate(u.tolist()):
            without = np.where(q > 0.0, np.minimum(at / q, 1.0), 0.0)
            event = np.where(rows.p > 0.0, np.maximum((at - q) / rows.p, 0.0), 0.0)
            share[i] = float(rows.w @ np.where(rows.y == 1.0, event, without)) / total
            spread = q * without**2 + rows.p * event**2 - at**2
            variance[i] = float(rows.spread @ np.maximum(spread, 0.0)) / total**2
    return QuantileResiduals(u, share, np.sqrt(variance))
