"""The exact multinomial test: enumerated where that is feasible, by Monte Carlo with its standard error elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from loglik.dice.counts import options
from loglik.dice.enumeration import MOST_FACES, MOST_PARTIAL, RELATIVE_TOLERANCE, partial_outcomes, tail_probability

if TYPE_CHECKING:
    from loglik.array_types import Indices, Vector

DRAWS = 100_000
"""Experiments drawn by default; fewer with more than fifty faces, so that five million counts are drawn at most."""

SEED = 0

_MOST_THROWS = 1_000_000
_MOST_COUNTS = 5_000_000
_BLOCK_COUNTS = 100_000


@dataclass(frozen=True)
class ExactTest:
    """p-value of the exact test.

    Parameters
    ----------
    p_value : float
        Probability, under p0, of an outcome no more probable than the observed one.
    std_error : float
        Standard error of the p-value: 0 unless drawn at random.
    method : str
        ``"enumeration"`` or ``"monte carlo"``.
    draws : int
        Experiments drawn at random.
    """

    p_value: float
    std_error: float
    method: Literal["enumeration", "monte carlo"]
    draws: int = 0


def exact_test(
    counts: Vector, p0: Vector, draws: int | None = None, rng: int | np.random.Generator | None = SEED
) -> ExactTest:
    r"""Exact multinomial test of p0.

    .. math:: p = \sum_{x:\, P(x) \le P(\mathrm{obs}) (1 + 10^{-7})} P(x), \qquad P(x) = n! \prod_k p_{0k}^{x_k} / x_k!

    Parameters
    ----------
    counts : ndarray of shape (K,)
        Counts.
    p0 : ndarray of shape (K,)
        Probabilities that sum to one. A face of probability 0 that came up refutes p0 for certain.
    draws : int, optional
        Experiments drawn at random (by default 100,000, or five million over K if that is less) when enumeration would
        take too long: with three possible faces or more, when `loglik.dice.enumeration.partial_outcomes` exceeds
        two million (a fair die of six faces: from 182 throws), n exceeds a million, or K exceeds 200.
    rng : int or Generator
        Seed of the draws; the same seed gives the same p-value.

    Returns
    -------
    ExactTest
        Enumerated to about nine digits. By Monte Carlo p = (1 + m)/(1 + draws), m being the experiments no more
        probable than the observed one: the level of the test is kept for any number of draws. The standard error is
        sqrt(p (1 - p) / draws).

    Notes
    -----
    With two faces it is the two-sided binomial test of R's ``binom.test``, for any n (above a million throws by
    `scipy.stats.binomtest`). A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application, 1997, 4.2.5, for the 1
    in the Monte Carlo p-value.
    """
    if draws is None:
        draws = min(DRAWS, max(1, _MOST_COUNTS // p0.size))
    options(draws=draws)
    possible = p0 > 0
    if counts[~possible].any():
        return ExactTest(0.0, 0.0, "enumeration")
    x, p = counts[possible].astype(np.int64), p0[possible]
    n = int(x.sum())
    if n == 0 or x.size == 1:
        return ExactTest(1.0, 0.0, "enumeration")
    if x.size == 2 and n > _MOST_THROWS:
        from scipy.stats import binomtest

        return ExactTest(float(binomtest(int(x[0]), n, float(p[0])).pvalue), 0.0, "enumeration")
    if n <= _MOST_THROWS and x.size <= MOST_FACES and partial_outcomes(n, p) <= MOST_PARTIAL:
        return ExactTest(tail_probability(x, p), 0.0, "enumeration")
    return monte_carlo(x, p, draws, rng)


def monte_carlo(counts: Indices, p: Vector, draws: int, rng: int | np.random.Generator | None) -> ExactTest:
    """Estimate the p-value of the exact test from experiments drawn under p.

    Parameters
    ----------
    counts, p
        As in `exact_test`, without impossible faces.
    draws, rng
        As in `exact_test`.
    """
    generator = np.random.default_rng(rng)
    n = int(counts.sum())
    limit = _log_probability(counts[None, :], p, n)[0] + RELATIVE_TOLERANCE
    extreme = 0
    block = max(1, _BLOCK_COUNTS // p.size)
    for start in range(0, draws, block):
        drawn = generator.multinomial(n, p, size=min(block, draws - start))
        extreme += int((_log_probability(drawn, p, n) <= limit).sum())
    value = (1 + extreme) / (1 + draws)
    return ExactTest(value, float(np.sqrt(value * (1 - value) / max(draws, 1))), "monte carlo", draws)


def _log_probability(x: Indices, p: Vector, n: int) -> Vector:
    """Log-probability of outcomes relative to the likeliest one, without cancellation for large n.

    log x! cancels with x log p for large n; its distance from Stirling's formula does not.
    """
    expected = n * p
    u = (x - expected) / expected
    deviance = expected * (xlog1py(1.0 + u, u) - u)
    return np.asarray(-(deviance + _beyond_stirling(x)).sum(axis=1))


def _beyond_stirling(x: Indices) -> Vector:
    """Compute log x! - (x log x - x); the Stirling series where the difference would cancel."""
    y = np.maximum(x, 1.0)
    series = np.log(2 * np.pi * y) / 2 + 1 / (12 * y) - 1 / (360 * y**3)
    return np.asarray(np.where(x > 1000, series, gammaln(x + 1.0) - xlogy(x, x) + x))
