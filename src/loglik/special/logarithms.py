"""Logarithms to any base, their inverse and derivative, and products with a logarithm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.special import double as dd
from loglik.special import elementary as el
from loglik.special.arrays import elementwise

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.special.double import Array, Pair


def _with_zero(x: Array) -> Pair:
    return x, np.zeros_like(x)


def log_of_base(base: Array) -> Pair:
    """Natural logarithm of a base as a pair: 1 for e, NaN for what is no base."""
    good = (base > 0) & (base < np.inf) & (base != 1)
    high, low = el.log(_with_zero(np.where(good, base, np.nan)))
    natural = base == math.e
    return np.where(natural, 1.0, high), np.where(natural, 0.0, low)


def _plain_log_of_base(base: Array) -> Array:
    good = (base > 0) & (base < np.inf) & (base != 1)
    return np.where(base == math.e, 1.0, np.log(np.where(good, base, np.nan)))


def _log(x: Array, base: Array) -> Array:
    x_log, base_log = el.log(_with_zero(x)), log_of_base(base)
    # log 0 and log inf stay out of the division, whose correction would make NaN of them
    return np.where(np.isfinite(x_log[0]), dd.divide(x_log, base_log)[0], x_log[0] / base_log[0])


def log(x: npt.ArrayLike, base: npt.ArrayLike = math.e) -> Any:
    r"""Logarithm of x to a base.

    .. math:: \log_b x = y \iff b^y = x, \qquad \log_b x = \frac{\ln x}{\ln b}

    The right-hand side is formed in double-double arithmetic, so that the logarithm of an exact power is exact:
    ``log(1000, 10)`` is 3.

    Parameters
    ----------
    x : array_like
        Antilogarithm, x > 0. ``log(0)`` is -inf (inf for a base below 1) and signals ``divide``; x < 0 gives NaN and
        signals ``invalid``.
    base : array_like
        0 < base < inf, base != 1; anything else gives NaN and signals ``invalid``. The float64 nearest e stands for e.

    Returns
    -------
    float or ndarray
        To base e in nats, to base 2 in bits. Error below 1 ulp; with base e that of `numpy.log` in float64.

    Notes
    -----
    Formula 1.1, and formula 2.7 with c = e.

    Examples
    --------
    >>> float(log(8, 2)), float(log(1000, 10)), float(log(0.001, 10)), float(log(9, 1 / 3))
    (3.0, 3.0, -3.0, -2.0)
    """
    if not isinstance(base, np.ndarray | np.generic) and base == math.e:
        return elementwise(np.log, x)
    return elementwise(_log, x, base, quick=lambda x, base: np.log(x) / _plain_log_of_base(base))


def _exp_base(x: Array, base: Array) -> Array:
    base_log = log_of_base(np.where(base == 1, np.nan, base))
    # |log base| > 1e-16, so that beyond 1e20 the power is 0 or inf anyway
    power = dd.ldexp(*el.exp(dd.multiply(base_log, _with_zero(np.clip(x, -1e20, 1e20)))))[0]
    return np.where(base == 1, 1.0, power)


def exp_base(x: npt.ArrayLike, base: npt.ArrayLike) -> Any:
    r"""Power of a base, the inverse of `log`: ``exp_base(log(x, b), b)`` is x, up to the rounding of the logarithm.

    .. math:: b^x = e^{x \ln b}

    Parameters
    ----------
    x : array_like
        Exponent.
    base : array_like
        0 < base < inf, as in `log`; other bases give NaN and signal ``invalid``. The power of 1 is 1, though it has no
        inverse. The float64 nearest e stands for e.

    Returns
    -------
    float or ndarray
        Error below 1 ulp; exact where the power is a float64. Too large a power is inf and signals ``overflow``.

    Notes
    -----
    Formula 1.2.

    Examples
    --------
    >>> float(exp_base(3, 10)), float(exp_base(-1, 2)), float(exp_base(log(81, 3), 3))
    (1000.0, 0.5, 81.0)
    """

    def quick(x: Array, base: Array) -> Array:
        bad = ~((base > 0) & (base < np.inf))
        power = np.where(base == math.e, np.exp(x), np.power(base, x))
        return np.where(bad, np.nan, power)

    def never(x: Array, base: Array) -> npt.NDArray[np.bool_]:
        return np.zeros(np.broadcast(x, base).shape, dtype=bool)

    return elementwise(_exp_base, x, base, quick=quick, pole=never)


def _dlog(x: Array, base: Array) -> Array:
    base_log = log_of_base(base)
    positive = (x > 0) & (x < np.inf)
    mantissa, exponent = np.frexp(np.where(positive, x, 1.0))
    quotient = dd.divide(_with_zero(np.ones_like(x)), dd.multiply(_with_zero(mantissa), base_log))
    limit = np.where(x < 0, np.nan, 1 / np.abs(x)) / base_log[0]
    return np.where(positive, dd.ldexp(quotient, -exponent)[0], limit)


def _plain_dlog(x: Array, base: Array) -> Array:
    return np.where(x < 0, np.nan, 1 / np.abs(x)) / _plain_log_of_base(base)


def dlog(x: npt.ArrayLike, base: npt.ArrayLike = math.e) -> Any:
    r"""Derivative of the logarithm to a base.

    .. math:: \frac{d}{dx} \log_b x = \frac{1}{x \ln b}

    Parameters
    ----------
    x : array_like
        x > 0, where the logarithm is; x < 0 gives NaN and signals ``invalid``, 0 an infinity and ``divide``.
    base : array_like
        As in `log`.

    Returns
    -------
    float or ndarray
        Error below 1 ulp.

    Notes
    -----
    Formula 3.1, and formula 3.2 for base e.

    Examples
    --------
    >>> float(dlog(4)), round(float(dlog(1, 10)), 12)
    (0.25, 0.434294481903)
    """
    return elementwise(_dlog, x, base, quick=_plain_dlog, pole=lambda x, _base: x == 0)


def log1p(x: npt.ArrayLike) -> Any:
    """Natural logarithm of 1 + x, in nats, exact for small x too.

    Parameters
    ----------
    x : array_like
        x > -1; -1 gives -inf and signals ``divide``, less gives NaN and signals ``invalid``.

    Returns
    -------
    float or ndarray
        `numpy.log1p` of the float64; error below 2 ulp.

    Notes
    -----
    ln(1 + x) = x - x^2/2 + x^3/3 - ... for small x, where ``log(1 + x)`` would lose the digits of x.

    Examples
    --------
    >>> float(log1p(1e-20))
    1e-20
    """
    return elementwise(np.log1p, x)


def expm1(x: npt.ArrayLike) -> Any:
    """Exponential less one, e^x - 1, the inverse of `log1p`.

    Parameters
    ----------
    x : array_like
        Any real number, in nats; too large ones give inf and signal ``overflow``.

    Returns
    -------
    float or ndarray
        `numpy.expm1` of the float64; error below 2 ulp.

    Notes
    -----
    e^x - 1 = x + x^2/2! + x^3/3! + ... for small x, where ``exp(x) - 1`` would lose the digits of x.

    Examples
    --------
    >>> float(expm1(1e-20))
    1e-20
    """
    return elementwise(np.expm1, x, pole=lambda x: np.zeros(x.shape, dtype=bool))


def _times(x: Array, y_log: Pair) -> Array:
    # both factors near 1, so that neither the product nor its error is subnormal before the end
    mantissa, exponent = np.frexp(x)
    log_mantissa, log_exponent = np.frexp(y_log[0])
    finite = np.isfinite(y_log[0]) & np.isfinite(x)
    product = dd.multiply(_with_zero(mantissa), (log_mantissa, np.ldexp(y_log[1], -log_exponent)))
    return np.where(finite, dd.ldexp(product, exponent + log_exponent)[0], x * y_log[0])


def _xlogy(x: Array, y: Array) -> Array:
    return np.where((x == 0) & ~np.isnan(y), 0.0, _times(x, el.log(_with_zero(y))))


def xlogy(x: npt.ArrayLike, y: npt.ArrayLike) -> Any:
    r"""Product x ln y, in nats, with 0 ln y = 0 for every y, 0 included.

    .. math:: x \ln y, \qquad 0 \ln 0 = \lim_{t \to 0+} t \ln t = 0

    Parameters
    ----------
    x : array_like
        Any real number.
    y : array_like
        y >= 0; where x is not 0, y < 0 gives NaN and signals ``invalid``, and y = 0 an infinity and ``divide``.

    Returns
    -------
    float or ndarray
        Error below 1 ulp.

    Notes
    -----
    One term of the cross-entropy, formula 6.1. The convention is that of `scipy.special.xlogy`.

    Examples
    --------
    >>> float(xlogy(0, 0)), float(xlogy(2, 1))
    (0.0, 0.0)
    """
    return elementwise(
        _xlogy,
        x,
        y,
        quick=lambda x, y: np.where((x == 0) & ~np.isnan(y), 0.0, x * np.log(y)),
        pole=lambda _x, y: y == 0,
    )


def _xlog1py(x: Array, y: Array) -> Array:
    return np.where((x == 0) & ~np.isnan(y), 0.0, _times(x, el.log1p(_with_zero(y))))


def xlog1py(x: npt.ArrayLike, y: npt.ArrayLike) -> Any:
    r"""Product x ln(1 + y), in nats, with 0 ln(1 + y) = 0 for every y.

    Parameters
    ----------
    x : array_like
        Any real number.
    y : array_like
        y >= -1; where x is not 0, y < -1 gives NaN and signals ``invalid``, and y = -1 an infinity and ``divide``.

    Returns
    -------
    float or ndarray
        Error below 1 ulp.

    Notes
    -----
    The second term of the binary cross-entropy, (1 - t) ln(1 - y): formula 6.6.

    Examples
    --------
    >>> float(xlog1py(0, -1)), float(xlog1py(4, 1e-20))
    (0.0, 4e-20)
    """
    return elementwise(
        _xlog1py,
        x,
        y,
        quick=lambda x, y: np.where((x == 0) & ~np.isnan(y), 0.0, x * np.log1p(y)),
        pole=lambda _x, y: y == -1,
    )
