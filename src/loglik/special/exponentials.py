"""Logarithms of sums and differences of exponentials: arithmetic on numbers that are known by their logarithms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.special import double as dd
from loglik.special import elementary as el
from loglik.special.arrays import elementwise

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.special.double import Array, Pair, Triple

CANCELLED = 2.0**-8
"""Below this share of its parts a logarithm is computed anew in triples; the pairs are good to 2^-68 of the parts."""


def _with_zero(x: Array) -> Pair:
    return x, np.zeros_like(x)


def _triple(x: Array) -> Triple:
    return x, np.zeros_like(x), np.zeros_like(x)


def _log1mexp(x: Pair) -> Pair:
    e = dd.ldexp(*el.exp(x))
    far = x[0] < -math.log(2)
    near = el.log(dd.negative(el.expm1(x)))
    distant = el.log1p(dd.negative(dd.where(far, e, _with_zero(np.zeros_like(e[0])))))
    return dd.where(far, distant, near)


def _plain_log1mexp(x: Array) -> Array:
    return np.where(x < -math.log(2), np.log1p(-np.exp(x)), np.log(-np.expm1(x)))


def log1mexp(x: npt.ArrayLike) -> Any:
    r"""Logarithm of 1 - e^x for x <= 0: from the logarithm of a probability to that of its complement.

    .. math:: \ln(1 - e^x)

    The sign is that of log-probabilities: x <= 0. Texts that write log(1 - exp(-a)) for a >= 0 mean ``log1mexp(-a)``.

    Parameters
    ----------
    x : array_like
        x <= 0, in nats. 0 gives -inf and signals ``divide``, x > 0 gives NaN and signals ``invalid``.

    Returns
    -------
    float or ndarray
        In nats; error below 1 ulp.

    Notes
    -----
    The form changes at x = -ln 2: ``log(-expm1(x))`` above, ``log1p(-exp(x))`` below. M. Maechler, Accurately
    Computing ``log(1 - exp(-abs(a)))``, 2012.

    Examples
    --------
    >>> float(log1mexp(-1e-20)) == math.log(1e-20), float(log1mexp(-50)) == -math.exp(-50)
    (True, True)
    """
    return elementwise(lambda x: _log1mexp(_with_zero(x))[0], x, quick=_plain_log1mexp)


def softplus(x: Array) -> Array:
    """ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)."""
    tail = el.log1p(dd.ldexp(*el.exp(_with_zero(-np.abs(x)))))
    return np.where(np.isfinite(x), dd.add(_with_zero(np.maximum(x, 0.0)), tail)[0], np.maximum(x, 0.0))


def plain_softplus(x: Array) -> Array:
    """`softplus` in float64, to 2 ulp."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def log1pexp(x: npt.ArrayLike) -> Any:
    r"""Softplus, the logarithm of 1 + e^x.

    .. math:: \ln(1 + e^x) = \max(x, 0) + \ln(1 + e^{-|x|})

    Parameters
    ----------
    x : array_like
        Any real number, in nats.

    Returns
    -------
    float or ndarray
        In nats, above max(x, 0); error below 1 ulp at both ends.

    Notes
    -----
    The loss of one row of the logistic regression, as a function of its margin -x: formula 6.6. Both terms of the
    formula are nonnegative, so nothing cancels.

    Examples
    --------
    >>> float(log1pexp(0)) == math.log(2), float(log1pexp(-50)) == math.exp(-50), float(log1pexp(800))
    (True, True, 800.0)
    """
    return elementwise(softplus, x, quick=plain_softplus)


def _logaddexp(x: Array, y: Array) -> Array:
    larger, smaller = np.maximum(x, y), np.minimum(x, y)
    d = dd.two_diff(smaller, larger)
    d = np.where(np.isinf(larger), 0.0, d[0]), d[1]
    result = dd.add(_with_zero(larger), el.log1p(dd.ldexp(*el.exp(d))))[0]
    again = (larger < 0) & (np.abs(result) < CANCELLED * -larger) & np.isfinite(larger)
    if again.any():
        # e^x + e^y = 1 + s with small s: what is left of the cancelled sum comes out of 1 + s in triples
        less_one, _, _ = el.expm1_triple(_triple(larger[again]))
        _, e, k = el.expm1_triple(_triple(smaller[again]))
        s = dd.add3(less_one, dd.ldexp3(e, k))
        result[again] = el.log1p((s[0], s[1]))[0]
    return np.where(np.isinf(larger), larger, result)


def logaddexp(x: npt.ArrayLike, y: npt.ArrayLike) -> Any:
    r"""Logarithm of the sum of two exponentials: adds numbers that are given by their logarithms.

    .. math:: \ln(e^x + e^y) = m + \ln(1 + e^{-|x - y|}), \qquad m = \max(x, y)

    Parameters
    ----------
    x, y : array_like
        Any real numbers, in nats; -inf stands for the number 0.

    Returns
    -------
    float or ndarray
        In nats; error below 1 ulp, also where the two terms cancel because e^x + e^y is near 1.

    Notes
    -----
    Formula 2.9: e^x (1 + e^(y - x)). Where the terms cancel, the sum less one is formed in
    triple-double arithmetic.

    Examples
    --------
    >>> float(logaddexp(-math.inf, 3)), float(logaddexp(1000, 1000)) == 1000 + math.log(2)
    (3.0, True)
    """
    return elementwise(_logaddexp, x, y)


def _logsubexp(x: Array, y: Array) -> Array:
    d = dd.two_diff(y, x)
    result = dd.add(_with_zero(x), _log1mexp(d))[0]
    again = (x > 0) & (x > y) & (np.abs(result) < CANCELLED * x) & np.isfinite(x) & np.isfinite(y)
    if again.any():
        x_again, y_again = x[again], y[again]
        less_one, e, k = el.expm1_triple(_triple(x_again))
        _, f, j = el.expm1_triple(_triple(y_again))
        f = dd.ldexp3(f, j)
        small = dd.add3(less_one, (-f[0], -f[1], -f[2]))
        gap = dd.two_diff(y_again, x_again)
        fraction, _, _ = el.expm1_triple((*gap, np.zeros_like(y_again)))
        product = dd.ldexp3(dd.multiply3(e, fraction), k)
        large = dd.add3(_triple(np.full_like(y_again, -1.0)), (-product[0], -product[1], -product[2]))
        # (e^x - 1) - e^y keeps its digits for small x, -e^x (e^(y - x) - 1) - 1 for nearly equal x and y
        s = dd.where(x_again < 0.5, (small[0], small[1]), (large[0], large[1]))
        result[again] = el.log1p(s)[0]
    result = np.where(y == -np.inf, x, np.where((x == np.inf) & (y < np.inf), np.inf, result))
    return np.where(x < y, np.nan, np.where((x == y) & (x < np.inf), -np.inf, result))


def logsubexp(x: npt.ArrayLike, y: npt.ArrayLike) -> Any:
    r"""Logarithm of the difference of two exponentials: subtracts numbers that are given by their logarithms.

    .. math:: \ln(e^x - e^y) = x + \ln(1 - e^{y - x})

    Parameters
    ----------
    x, y : array_like
        x >= y, in nats; -inf stands for the number 0. x < y gives NaN and signals ``invalid``; x = y gives -inf and
        signals ``divide`` where it is finite; inf - inf is NaN.

    Returns
    -------
    float or ndarray
        In nats; error below 1 ulp, for nearly equal arguments too, and where e^x - e^y is near 1.

    Notes
    -----
    Formula 2.10: `log1mexp` of the exact difference y - x.

    Examples
    --------
    >>> float(logsubexp(3, -math.inf)), float(logsubexp(math.log(5), math.log(4))) < 1e-15
    (3.0, True)
    """
    return elementwise(_logsubexp, x, y)
