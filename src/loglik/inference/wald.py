"""Wald statistics and intervals of each coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.inference.profile import Profiles


@dataclass(frozen=True)
class Term:
    """One row of the table of coefficients; the statistics are None where inference is refused.

    Parameters
    ----------
    class_ : str
        Class whose log-odds against the reference the coefficient changes.
    term : str
        ``(Intercept)``, ``column`` or ``column[level]``.
    estimate : float
        Coefficient, in log-odds.
    std_error, statistic, p_value, conf_low, conf_high : float or None
        Standard error, z, two-sided p-value, confidence interval.
    lr_statistic, lr_p_value : float or None
        Penalised likelihood-ratio test of the coefficient being 0, of Firth fits with profiles.
    """

    class_: str
    term: str
    estimate: float
    std_error: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    lr_statistic: float | None = None
    lr_p_value: float | None = None


def wald_terms(
    names: list[tuple[str, str]],
    estimate: Vector,
    std_error: Vector | None,
    conf_level: float,
    profiles: Profiles | None = None,
) -> list[Term]:
    """Make the table: ``z = b / se``, ``p = 2 Phi(-|z|)``, interval ``b +- z_(1+conf_level)/2 se``.

    Parameters
    ----------
    names : list of (class, term)
        Names of the coefficients.
    estimate, std_error : ndarray
        Coefficients and their standard errors (None where inference is refused).
    conf_level : float
        Coverage of the interval, between 0 and 1.
    profiles : Profiles or None
        Intervals and tests in the place of Wald's.
    """
    if std_error is None:
        return [Term(c, t, float(b)) for (c, t), b in zip(names, estimate, strict=True)]
    z = estimate / std_error
    p = 2.0 * ndtr(-np.abs(z))
    # -ndtri of the small tail keeps its digits for levels near 1.
    reach = -ndtri((1.0 - conf_level) / 2.0) * std_error
    low, high = (estimate - reach, estimate + reach) if profiles is None else (profiles.low, profiles.high)
    columns = [estimate, std_error, z, p, low, high]
    if profiles is not None and profiles.lr_statistic is not None and profiles.lr_p_value is not None:
        columns += [profiles.lr_statistic, profiles.lr_p_value]
    return [Term(c, t, *(float(v) for v in values)) for (c, t), *values in zip(names, *columns, strict=True)]
