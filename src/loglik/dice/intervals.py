"""Intervals of probabilities from counts: one face (Wilson, Clopper-Pearson, Jeffreys), all at once (Goodman).

An interval of level 1 - a covers the true probability in at least (Clopper-Pearson) or about (the others) a share 1 - a
of all experiments. ``estimate +- z s.e.``, the Wald interval, is not offered: at 0 counts its width is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from loglik.dice.beta_quantiles import lower_quantile, upper_quantile
from loglik.dice.sison_glaz import sison_glaz

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Vector

    Bounds = tuple[Vector, Vector]


def wilson(counts: Vector, n: float, level: float) -> Bounds:
    r"""Wilson's score interval: all p that a z-test does not reject.

    .. math:: \frac{x + z^2/2 \pm z \sqrt{x (n - x)/n + z^2/4}}{n + z^2}

    Parameters
    ----------
    counts : ndarray
        Counts x of a face, or of each face.
    n : float
        Throws.
    level : float
        Coverage.

    Returns
    -------
    low, high : ndarray
        Exactly 0 at x = 0, exactly 1 at x = n; [0, 1] without throws.

    Notes
    -----
    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927.

    Examples
    --------
    >>> low, high = wilson(np.array([5.0]), 20.0, 0.95)
    >>> float(low[0].round(6)), float(high[0].round(6))
    (0.111862, 0.468701)
    """
    return _score(counts, n, -float(ndtri((1.0 - level) / 2.0)))


def _score(x: Vector, n: float, z: float) -> Bounds:
    def upper(x: Vector) -> Vector:
        root = np.sqrt(x * ((n - x) / n) + z * z / 4.0) if n else np.full_like(x, z / 2.0)
        return np.asarray((x + z * z / 2.0 + z * root) / (n + z * z))

    high = np.where(x == n, 1.0, upper(x))
    # The product of both ends is x^2 / (n (n + z^2)); their difference would cancel for small x.
    low = np.where(x == 0, 0.0, x * (x / max(n, 1.0)) / (n + z * z) / upper(x))
    return np.asarray(low), np.asarray(high)


def clopper_pearson(counts: Vector, n: float, level: float) -> Bounds:
    r"""Clopper and Pearson's interval: all p under which neither tail of the binomial test is below a/2.

    .. math:: \bigl[B_{a/2}(x, n - x + 1),\; B_{1 - a/2}(x + 1, n - x)\bigr]

    with B_q(r, s) the q quantile of the beta distribution.

    Parameters
    ----------
    counts, n, level
        As in `wilson`. The coverage is never below the level, and often well above it.

    Returns
    -------
    low, high : ndarray
        0 at x = 0, 1 at x = n.

    Notes
    -----
    C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial,
    Biometrika 26, 1934.
    """
    a = (1.0 - level) / 2.0
    x = np.asarray(counts, dtype=np.float64)
    low = np.where(x == 0, 0.0, lower_quantile(np.maximum(x, 1.0), n - x + 1.0, a))
    high = np.where(x == n, 1.0, upper_quantile(x + 1.0, np.maximum(n - x, 1.0), a))
    return low, high


def jeffreys(counts: Vector, n: float, level: float) -> Bounds:
    """Jeffreys' interval: the middle part of the posterior Beta(x + 1/2, n - x + 1/2).

    Parameters
    ----------
    counts, n, level
        As in `wilson`.

    Returns
    -------
    low, high : ndarray
        The lower end is 0 at x = 0 and the upper 1 at x = n, without which the coverage would fall to 0 near 0 and 1.

    Notes
    -----
    L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial proportion, Statistical Science 16, 2001,
    4.1.2.
    """
    a = (1.0 - level) / 2.0
    x = np.asarray(counts, dtype=np.float64)
    low = np.where(x == 0, 0.0, lower_quantile(x + 0.5, n - x + 0.5, a))
    high = np.where(x == n, 1.0, upper_quantile(x + 0.5, n - x + 0.5, a))
    return low, high


def goodman(counts: Vector, n: float, level: float) -> Bounds:
    """Goodman's simultaneous intervals of K faces: Wilson's, each at level 1 - a/K (Bonferroni).

    Parameters
    ----------
    counts, n, level
        As in `wilson`, with the counts of all faces; about the share ``level`` of all experiments has every true
        probability in its interval.

    Returns
    -------
    low, high : ndarray of shape (K,)
        [1, 1] for a single face, whose probability is known.

    Notes
    -----
    L. A. Goodman, On simultaneous confidence intervals for multinomial proportions, Technometrics 7, 1965.
    """
    if counts.size == 1:
        return np.ones(1), np.ones(1)
    return _score(counts, n, -float(ndtri((1.0 - level) / (2.0 * counts.size))))


SINGLE: dict[str, Callable[[Vector, float, float], Bounds]] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
    "jeffreys": jeffreys,
}
"""Intervals of one face against the rest."""

SIMULTANEOUS: dict[str, Callable[[Vector, float, float], Bounds]] = {"goodman": goodman, "sison-glaz": sison_glaz}
"""Intervals of all faces at once."""
