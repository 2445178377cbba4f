"""Goodness of fit, such as whether a die is fair: likelihood-ratio (G) and Pearson tests of p0, and effect sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import chdtrc

from loglik.special.information import kl_divergence

if TYPE_CHECKING:
    from loglik.array_types import Vector


@dataclass(frozen=True)
class ChiSquareTest:
    """A statistic with an approximate chi-square distribution.

    Parameters
    ----------
    statistic : float
        Its value, >= 0; inf where an impossible face came up.
    df : int
        Degrees of freedom: possible faces - 1.
    p_value : float
        Upper tail of the chi-square distribution; 1 for df = 0.
    """

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True)
class EffectSizes:
    """How far the shares are from p0, whatever the number of throws.

    Parameters
    ----------
    w : float
        Cohen's w = sqrt(sum_k (share_k - p0_k)^2 / p0_k); Pearson's statistic is n w^2.
    kl : float
        Divergence of p0 from the shares, sum_k share_k log(share_k / p0_k), in nats per throw; G is 2 n times it. So
        many nats does it cost per throw to describe the throws with p0 instead of their shares.
    """

    w: float
    kl: float


def lr_test(counts: Vector, p0: Vector) -> ChiSquareTest:
    r"""Likelihood-ratio test (G-test) of p0.

    .. math:: G = 2 (\log L(\hat p) - \log L(p_0)) = 2 \sum_k n_k \log \frac{n_k}{n p_{0k}} = 2 n D(\hat p \| p_0)

    Parameters
    ----------
    counts : ndarray of shape (K,)
        Counts.
    p0 : ndarray of shape (K,)
        Probabilities that sum to one; faces of probability 0 have no degree of freedom.

    Returns
    -------
    ChiSquareTest
        Without throws G is 0 and the p-value 1.

    Notes
    -----
    S. S. Wilks, The large-sample distribution of the likelihood ratio, 1938. Computed as a sum of terms >= 0, so that
    it keeps its digits for 10^15 throws. The chi-square distribution is an approximation: good when the expected counts
    n p0_k are 5 or more; `loglik.dice.exact_test.exact_test` needs none.
    """
    n = float(counts.sum())
    return _tested(2.0 * n * effect_sizes(counts, p0).kl if n else 0.0, p0)


def pearson_test(counts: Vector, p0: Vector) -> ChiSquareTest:
    r"""Pearson's chi-square test of p0.

    .. math:: X^2 = \sum_k \frac{(n_k - n p_{0k})^2}{n p_{0k}} = n w^2

    Parameters
    ----------
    counts, p0
        As in `lr_test`.

    Returns
    -------
    ChiSquareTest

    Notes
    -----
    K. Pearson, On the criterion ..., Philosophical Magazine 50, 1900. It is the quadratic part of G.
    """
    n = float(counts.sum())
    if not n:
        return _tested(0.0, p0)
    if counts[p0 == 0].any():
        return _tested(math.inf, p0)
    expected = n * p0[p0 > 0]
    return _tested(math.fsum((counts[p0 > 0] - expected) ** 2 / expected), p0)


def effect_sizes(counts: Vector, p0: Vector) -> EffectSizes:
    """Distance of the shares from p0; NaN without throws.

    Parameters
    ----------
    counts, p0
        As in `lr_test`.
    """
    n = float(counts.sum())
    if not n:
        return EffectSizes(math.nan, math.nan)
    return EffectSizes(math.sqrt(pearson_test(counts, p0).statistic / n), float(kl_divergence(counts / n, p0)))


def _tested(statistic: float, p0: Vector) -> ChiSquareTest:
    df = int((p0 > 0).sum()) - 1
    if statistic == math.inf:
        return ChiSquareTest(statistic, df, 0.0)
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)) if df else 1.0)
