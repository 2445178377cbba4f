r"""Sison and Glaz's simultaneous intervals: shares plus and minus one common half-width.

The counts N_1, ..., N_K of n throws are independent Poisson variables given their sum. With T_k a Poisson variable of
mean lambda_k = n_k truncated to n_k - c .. n_k + c,

.. math:: \nu(c) = P(|N_k - n_k| \le c \text{ for all } k)
    = \prod_k P(|X_k - n_k| \le c) \cdot P\bigl(\textstyle\sum_k T_k = n\bigr) / P(\mathrm{Poisson}(n) = n)

at p = the estimate; the distribution of the sum is an Edgeworth series in the moments of T_k. The half-width is the c
with nu(c) <= level < nu(c + 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, pdtr, xlogy

if TYPE_CHECKING:
    from loglik.array_types import Vector

_SCAN = 64
_SUMMED = 512
_STIRLING = 1e3


def sison_glaz(counts: Vector, n: float, level: float) -> tuple[Vector, Vector]:
    r"""Sison and Glaz's simultaneous intervals of K faces.

    .. math:: \Bigl[\frac{n_k - c}{n},\; \frac{n_k + c + 2 g}{n}\Bigr],
        \qquad g = \frac{\mathrm{level} - \nu(c)}{\nu(c + 1) - \nu(c)}

    Parameters
    ----------
    counts : ndarray of shape (K,)
        Counts of all faces.
    n : float
        Throws.
    level : float
        About the share of experiments in which every true probability lies in its interval.

    Returns
    -------
    low, high : ndarray of shape (K,)
        Cut to [0, 1]; [0, 1] without throws, [1, 1] for a single face.

    Notes
    -----
    C. P. Sison, J. Glaz, Simultaneous confidence intervals and sample size determination for multinomial proportions,
    JASA 90, 1995; the end points as in W. L. May, W. D. Johnson, Journal of Statistical Software 5 (6), 2000. Made for
    seven faces or more with counts not too unequal; with few faces it may cover less than its level, and where one face
    takes nearly all throws the series may never reach the level: the intervals are then [0, 1].

    Examples
    --------
    >>> low, high = sison_glaz(np.array([56.0, 72.0, 73.0, 59.0, 62.0, 87.0, 58.0]), 467.0, 0.95)
    >>> low.round(4).tolist()
    [0.0792, 0.1135, 0.1156, 0.0857, 0.0921, 0.1456, 0.0835]
    """
    if counts.size == 1:
        return np.ones(1), np.ones(1)
    if n == 0:
        return np.zeros(counts.size), np.ones(counts.size)
    c, below, above = _half_width(counts, n, level)
    gain = (level - below) / (above - below)
    share = counts / n
    return np.maximum(share - c / n, 0.0), np.minimum(share + (c + 2.0 * gain) / n, 1.0)


def _half_width(counts: Vector, n: float, level: float) -> tuple[float, float, float]:
    """Find c with nu(c) <= level < nu(c + 1), and both values."""
    # Few steps are scanned: the Edgeworth series of a narrow box need not increase.
    c = np.arange(min(n, _SCAN) + 1.0)
    nu = _coverage(c, counts, n)
    crossed = np.flatnonzero((nu[:-1] <= level) & (nu[1:] > level))
    if crossed.size:
        i = int(crossed[0])
        return float(i), float(nu[i]), float(nu[i + 1])
    low, high, below, above = float(c[-1]), n, float(nu[-1]), 1.0
    while high - low > 1.0:
        middle = float(np.floor((low + high) / 2.0))
        value = float(_coverage(np.array([middle]), counts, n)[0])
        if value > level:
            high, above = middle, value
        else:
            low, below = middle, value
    return low, below, above


def _coverage(c: Vector, counts: Vector, n: float) -> Vector:
    """Compute nu(c): 0 at c = 0 by convention, 1 where the box holds every outcome."""
    # A face of mean 0 is 0 for certain; faces with equal counts have equal terms.
    x, times = np.unique(counts[counts > 0], return_counts=True)
    with np.errstate(all="ignore"):
        mass, m1, m2, m3, m4 = _summed_moments(x, c, n) if c[-1] <= _SUMMED else _truncated_moments(x, c, n)
        var = m2 - m1**2
        third = m3 - 3 * m1 * m2 + 2 * m1**3
        fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
        s = np.sqrt(var @ times)
        z = -(m1 @ times) / s
        g1 = third @ times / s**3
        g2 = (fourth - 3 * var**2) @ times / s**4
        series = (
            1 + g1 * (z**3 - 3 * z) / 6 + g2 * (z**4 - 6 * z**2 + 3) / 24
            + g1**2 * (z**6 - 15 * z**4 + 45 * z**2 - 15) / 72
        )  # fmt: skip
        log_sum = -(z**2) / 2 - np.log(s) - np.log(2 * np.pi) / 2
        log_n = _log_poisson(np.array([n]), np.array([n]))[0]
        nu = np.exp(np.log(mass) @ times + log_sum - log_n) * series
    return np.where(c == 0, 0.0, np.where(c >= n, 1.0, nu))


def _summed_moments(mean: Vector, c: Vector, n: float) -> tuple[Vector, ...]:
    """Mass of mean - c .. mean + c (within 0 .. n), and moments about the mean there: sums for every c at once."""
    y = np.arange(-c[-1], c[-1] + 1.0)
    x = mean[:, None] + y
    p = np.where((x >= 0) & (x <= n), np.exp(_log_poisson(np.clip(x, 0.0, n), mean[:, None])), 0.0)
    middle, which = int(c[-1]), c.astype(np.int64)

    def inside(terms: Vector) -> Vector:
        shells = terms[:, middle:].copy()
        shells[:, 1:] += terms[:, :middle][:, ::-1]
        return np.asarray(np.cumsum(shells, axis=1)[:, which].T)

    mass = inside(p)
    return mass, *(inside(p * y**k) / mass for k in (1, 2, 3, 4))


def _truncated_moments(mean: Vector, c: Vector, n: float) -> tuple[Vector, ...]:
    """Return the same for wide boxes.

    From ``x p(x) = mean p(x - 1)``: with y = x - mean,
    ``E y^(k+1) = mean (E[(y + 1)^k - y^k] + (p(a - 1) (a - mean)^k - p(b) (b + 1 - mean)^k) / mass)``. Factorial
    moments, the usual way, lose all digits for large means.
    """
    a, b = np.maximum(mean - c[:, None], 0.0), np.minimum(mean + c[:, None], n)
    before = np.maximum(a - 1.0, 0.0)
    mass = pdtr(b, mean) - np.where(a > 0, pdtr(before, mean), 0.0)
    left = np.where(a > 0, np.exp(_log_poisson(before, mean)), 0.0) / mass
    right = np.exp(_log_poisson(b, mean)) / mass
    u, v = a - mean, b + 1.0 - mean
    m1 = mean * (left - right)
    m2 = mean * (1.0 + left * u - right * v)
    m3 = mean * (1.0 + 2.0 * m1 + left * u**2 - right * v**2)
    m4 = mean * (1.0 + 3.0 * m1 + 3.0 * m2 + left * u**3 - right * v**3)
    return mass, m1, m2, m3, m4


def _log_poisson(x: Vector, mean: Vector) -> Vector:
    """Log-probability of x under a Poisson distribution, without cancellation for large means (Loader 2000)."""
    x, mean = np.broadcast_arrays(x, mean)
    large = np.maximum(x, _STIRLING)
    u = (x - mean) / mean
    deviance = mean * ((1.0 + u) * np.log1p(u) - u)
    series = -deviance - np.log(2 * np.pi * large) / 2 - 1 / (12 * large) + 1 / (360 * large**3)
    direct = xlogy(x, mean) - mean - gammaln(x + 1.0)
    return np.where(x > _STIRLING, series, direct)
