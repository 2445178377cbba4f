"""The logistic function, its logarithm and its inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.special import double as dd
from loglik.special import elementary as el
from loglik.special.arrays import elementwise
from loglik.special.exponentials import plain_softplus, softplus

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.special.double import Array


def _sigmoid(x: Array) -> Array:
    e, k = el.exp((-np.abs(x), np.zeros_like(x)))
    one = np.ones_like(x), np.zeros_like(x)
    denominator = dd.add(one, dd.ldexp(e, k))
    # the power of two comes last, or a subnormal e^x would be rounded before the division
    below = x < 0
    return np.ldexp(dd.divide(dd.where(below, e, one), denominator)[0], np.where(below, k, 0))


def _plain_sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1.0) / (1.0 + e)


def sigmoid(x: npt.ArrayLike) -> Any:
    r"""Logistic function: the probability whose log-odds are x.

    .. math:: \sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}

    Parameters
    ----------
    x : array_like
        Log-odds in nats, any real number.

    Returns
    -------
    float or ndarray
        In [0, 1]; error below 1 ulp. 1 - sigmoid(x) is ``sigmoid(-x)``, with all its digits.

    Notes
    -----
    Formula 7.1.

    Examples
    --------
    >>> float(sigmoid(0)), float(sigmoid(-800)), float(sigmoid(40))
    (0.5, 0.0, 1.0)
    """
    return elementwise(_sigmoid, x, quick=_plain_sigmoid)


def log_sigmoid(x: npt.ArrayLike) -> Any:
    r"""Logarithm of the logistic function: the log-probability whose log-odds are x.

    .. math:: \ln \sigma(x) = -\ln(1 + e^{-x})

    Parameters
    ----------
    x : array_like
        Log-odds in nats, any real number.

    Returns
    -------
    float or ndarray
        In nats, at most 0; error below 1 ulp at both ends.

    Notes
    -----
    Log-likelihood of one row of the logistic regression: formula 6.5.

    Examples
    --------
    >>> float(log_sigmoid(-800)), float(log_sigmoid(50)) == -float(np.exp(-50))
    (-800.0, True)
    """
    return elementwise(lambda x: -softplus(-x), x, quick=lambda x: -plain_softplus(-x))


def _logit(p: Array) -> Array:
    one = np.ones_like(p)
    zero = np.zeros_like(p)
    middle = (p > 0.25) & (p < 0.75)
    # 2p - 1 is exact in the middle; the logarithm of a quotient near 1 would lose the digits of its distance from 1
    q = np.where(middle, p, 0.5)
    near = el.log1p(dd.divide((2 * q - 1, zero), dd.two_sum(one, -q)))
    far = dd.add(el.log((p, zero)), dd.negative(el.log1p((-p, zero))))
    edge = np.where(p == 0, -np.inf, np.where(p == 1, np.inf, np.nan))
    return np.where((p > 0) & (p < 1), np.where(middle, near[0], far[0]), edge)


def _plain_logit(p: Array) -> Array:
    middle = (p > 0.25) & (p < 0.75)
    return np.where(middle, np.log1p((2 * p - 1) / (1 - p)), np.log(p) - np.log1p(-p))


def logit(p: npt.ArrayLike) -> Any:
    r"""Log-odds of a probability, the inverse of `sigmoid`.

    .. math:: \ln \frac{p}{1 - p} = \ln p - \ln(1 - p)

    Parameters
    ----------
    p : array_like
        0 <= p <= 1. 0 and 1 give -inf and inf and signal ``divide``; what is no probability gives NaN and signals
        ``invalid``.

    Returns
    -------
    float or ndarray
        In nats; error below 1 ulp, near p = 1/2 too.

    Notes
    -----
    Formula 7.5. Around 1/2 it is computed as log1p((2p - 1)/(1 - p)), whose numerator is exact.

    Examples
    --------
    >>> float(logit(0.5)), float(logit(0.75)) == float(np.log(3))
    (0.0, True)
    """
    return elementwise(_logit, p, quick=_plain_logit)
