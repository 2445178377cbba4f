"""The ROC curve and the area under it, with weights and equal predictions counted rightly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit, ndtri

from loglik.metrics.outcomes import Outcomes, WeightKind

if TYPE_CHECKING:
    from loglik.array_types import Vector


@dataclass(frozen=True, eq=False)
class Roc:
    """A ROC curve.

    Parameters
    ----------
    false_positive, true_positive : ndarray of shape (m,)
        Rates for each threshold, from 0 to 1: shares of the rows without and with the event that are predicted at least
        as high. Rows with equal predictions are one step, a slanting one.
    threshold : ndarray of shape (m,)
        The thresholds; infinite at the start.
    auc : float
        Area below it: probability that a row with the event is predicted higher than one without, ties counting half.
    std_error : float
        Of the area, by DeLong's method.
    """

    false_positive: Vector
    true_positive: Vector
    threshold: Vector
    auc: float
    std_error: float

    def interval(self, conf_level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of the area, symmetric in its log-odds; (NaN, NaN) for an area of 0 or 1, or one row a side.

        Parameters
        ----------
        conf_level : float
            Coverage.
        """
        if not 0.0 < self.auc < 1.0 or not np.isfinite(self.std_error):
            return float("nan"), float("nan")
        reach = float(-ndtri((1.0 - conf_level) / 2.0)) * self.std_error / (self.auc * (1.0 - self.auc))
        low, high = expit(logit(self.auc) + np.array([-reach, reach]))
        return float(low), float(high)


def roc(y_true: Any, y_score: Any, *, sample_weight: Any = None, weight_kind: WeightKind = "frequency") -> Roc | None:
    """ROC curve of predictions; None where only one outcome came, so that there is no curve.

    ``A = (1/(W_1 W_0)) sum_i sum_j w_i w_j ([s_i > s_j] + [s_i = s_j]/2)`` over rows i with the event and j without. Its
    variance is the sum of those of both samples' placements (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988).

    Parameters
    ----------
    y_true : array-like of shape (n,)
        Whether the event came: 0 and 1, or booleans.
    y_score : array-like of shape (n,)
        Prediction of each row.
    sample_weight : array-like of shape (n,), optional
        Weights, >= 0.
    weight_kind : {"frequency", "sampling"}
        A weight w means w equal rows, or that the row stands for w others; the curve is the same, its error not.

    Raises
    ------
    DataError
        LL432 arrays that cannot be used.

    Examples
    --------
    >>> roc([0, 0, 1, 1], [0.1, 0.4, 0.4, 0.8]).auc
    0.875
    """
    rows = Outcomes.of(y_true, y_score, sample_weight, weight_kind)
    starts = rows.ties
    ones = np.add.reduceat(rows.w * rows.y, starts) if starts.size else np.zeros(0)
    zeros = np.add.reduceat(rows.w * (1.0 - rows.y), starts) if starts.size else np.zeros(0)
    n1, n0 = float(ones.sum()), float(zeros.sum())
    if n1 == 0.0 or n0 == 0.0:
        return None
    below = np.cumsum(zeros) - zeros / 2.0  # weight of rows without the event below each tie, its own half
    above = n1 - (np.cumsum(ones) - ones / 2.0)
    auc = float(ones @ below) / (n1 * n0)
    lengths = np.diff(np.append(starts, rows.p.size))
    of_ones, of_zeros = np.repeat(below / n0, lengths), np.repeat(above / n1, lengths)
    variance = _variance(of_ones - auc, rows, rows.y, n1, weight_kind) + _variance(
        of_zeros - auc, rows, 1.0 - rows.y, n0, weight_kind
    )
    steps = np.stack([np.cumsum(zeros[::-1]) / n0, np.cumsum(ones[::-1]) / n1])
    steps[:, -1] = 1.0
    fpr, tpr = np.concatenate([np.zeros((2, 1)), steps], axis=1)
    return Roc(fpr, tpr, np.concatenate([[np.inf], rows.p[starts][::-1]]), auc, float(np.sqrt(variance)))


def _variance(off: Vector, rows: Outcomes, among: Vector, total: float, kind: WeightKind) -> float:
    """Variance of a weighted mean of the rows `among`."""
    n = total if kind == "frequency" else float(among.sum())
    if n <= 1.0:
        return float("nan")
    return float(rows.spread * among @ off**2) / total**2 * n / (n - 1.0)
