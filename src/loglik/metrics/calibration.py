"""Calibration: whether what is given the probability p happens with the frequency p."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri, xlog1py, xlogy

from loglik.metrics.outcomes import Outcomes, WeightKind

if TYPE_CHECKING:
    from loglik.array_types import Vector


@dataclass(frozen=True, eq=False)
class Calibration:
    """Frequencies beside probabilities.

    Parameters
    ----------
    predicted, observed : ndarray of shape (B,)
        Mean prediction and frequency of the event of each bin; bins are of about the same weight.
    low, high : ndarray of shape (B,)
        Wilson intervals of the frequencies.
    number : ndarray of shape (B,)
        Weight of each bin.
    steps, recalibrated : ndarray of shape (m,)
        The monotone function of the prediction that is nearest to the outcomes (isotonic regression): predictions, and
        its values there. Perfectly calibrated predictions are on the diagonal.
    log_loss, miscalibration, discrimination, uncertainty : float
        In nats per row: ``log_loss = miscalibration - discrimination + uncertainty``, after recalibration and with one
        probability for all rows (Dimitriadis, Gneiting and Jordan, PNAS 118, 2021).
    brier : float
        Mean of ``(p - y)^2``.
    """

    predicted: Vector
    observed: Vector
    low: Vector
    high: Vector
    number: Vector
    steps: Vector
    recalibrated: Vector
    log_loss: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    brier: float


def calibration(
    y_true: Any, y_prob: Any, *, sample_weight: Any = None, weight_kind: WeightKind = "frequency", bins: int = 10,
    conf_level: float = 0.95,
) -> Calibration | None:  # fmt: skip
    """Compare probabilities with what came; None without rows.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Whether the event came: 0 and 1, or booleans.
    y_prob : array-like of shape (n,)
        Probability of it in each row.
    sample_weight : array-like of shape (n,), optional
        Weights, >= 0.
    weight_kind : {"frequency", "sampling"}
        A weight w means w equal rows, or that the row stands for w others.
    bins : int
        Most bins; equal predictions are never parted.
    conf_level : float
        Coverage of the intervals.

    Raises
    ------
    DataError
        LL432 arrays that cannot be used.

    Examples
    --------
    >>> made = calibration([0, 1, 0, 1, 1, 1], [0.2, 0.2, 0.2, 0.7, 0.7, 0.7])
    >>> made.observed.round(3).tolist(), made.recalibrated.round(3).tolist()
    ([0.333, 1.0], [0.333, 1.0])
    """
    from scipy.optimize import isotonic_regression

    rows = Outcomes.of(y_true, y_prob, sample_weight, weight_kind)
    if rows.p.size == 0:
        return None
    total, ties = float(rows.w.sum()), rows.ties
    weight = np.add.reduceat(rows.w, ties)
    came = np.add.reduceat(rows.w * rows.y, ties)
    fitted = np.clip(isotonic_regression(came / weight, weights=weight).x, 0.0, 1.0)
    p, share = rows.p[ties], float(came.sum()) / total

    def loss(q: Any) -> float:
        """Mean of ``-y log q - (1 - y) log(1 - q)``, q one for each tie."""
        return float(-(xlogy(came, q) + xlog1py(weight - came, -q)).sum()) / total

    starts = rows.bins(bins)
    number = np.add.reduceat(rows.w, starts)
    observed = np.add.reduceat(rows.w * rows.y, starts) / number
    effective = number**2 / np.add.reduceat(rows.spread, starts)
    low, high = _wilson(observed, effective, conf_level)
    of_rows, recalibrated, of_all = loss(p), loss(fitted), loss(np.full(p.size, share))
    return Calibration(
        np.add.reduceat(rows.w * rows.p, starts) / number, observed, low, high, number, p, fitted, of_rows,
        of_rows - recalibrated, of_all - recalibrated, of_all, float(rows.w @ (rows.p - rows.y) ** 2) / total,
    )  # fmt: skip


def _wilson(share: Vector, n: Vector, conf_level: float) -> tuple[Vector, Vector]:
    z = float(-ndtri((1.0 - conf_level) / 2.0))
    middle = (share + z**2 / (2.0 * n)) / (1.0 + z**2 / n)
    half = z / (1.0 + z**2 / n) * np.sqrt(share * (1.0 - share) / n + z**2 / (4.0 * n**2))
    return np.clip(middle - half, 0.0, share), np.clip(middle + half, share, 1.0)
