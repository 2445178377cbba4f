"""Goodness of fit of counts: residual deviance and Pearson's statistic against the saturated model.

With s successes of n trials in a group, p the fitted probability, ``q = 1 - p`` and w the groups it stands for::

    D  = 2 sum w (s log(s/(n p)) + (n - s) log((n - s)/(n q)))        X2 = sum w (s - n p)^2 / (n p q)

Both are about chi-squared with (groups - coefficients) degrees of freedom where the expected counts n p and n q are large
enough: none below 1, and at most a fifth below 5 (Cochran, Biometrics 10, 1954).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, xlogy

if TYPE_CHECKING:
    from loglik.array_types import Vector

_LEAST, _FEW, _SHARE = 1.0, 5.0, 0.2


@dataclass(frozen=True)
class GroupedFit:
    """How well the fit describes counts.

    Parameters
    ----------
    groups : int
        Groups, those of frequency weights counted as often as they are.
    residual_deviance, pearson : float
        The statistics.
    df : int
        Degrees of freedom.
    small_counts : float
        Share of the expected counts that are below 5.
    deviance_p_value, pearson_p_value : float or None
        Probabilities of larger ones; None where the statistics are not about chi-squared.
    """

    groups: int
    residual_deviance: float
    pearson: float
    df: int
    small_counts: float
    deviance_p_value: float | None
    pearson_p_value: float | None


def grouped_fit(
    successes: Vector, trials: Vector, weight: Vector, p: Vector, q: Vector, *, coefficients: int, genuine: bool
) -> GroupedFit:
    """Compare a fit with the saturated model.

    Parameters
    ----------
    successes, trials, weight : ndarray of shape (G,)
        Counts of each group, and how many equal ones it stands for.
    p, q : ndarray of shape (G,)
        Fitted probabilities of success and failure.
    coefficients : int
        Coefficients of the model.
    genuine : bool
        Whether the fit is the maximum of a likelihood of such groups.
    """
    failures = trials - successes
    a, b = trials * p, trials * q
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2.0 * float(weight @ (xlogy(successes, successes / a) + xlogy(failures, failures / b)))
        pearson = float(weight @ ((successes - a) ** 2 / (a * q)))
    expected = np.concatenate([a, b])
    small = float(np.average(expected < _FEW, weights=np.tile(weight, 2)))
    groups = float(weight.sum())
    df = round(groups) - coefficients
    tested = genuine and df > 0 and expected.min() >= _LEAST and small <= _SHARE
    return GroupedFit(
        round(groups), max(deviance, 0.0), pearson, df, small,
        float(chdtrc(df, max(deviance, 0.0))) if tested else None, float(chdtrc(df, pearson)) if tested else None,
    )  # fmt: skip
