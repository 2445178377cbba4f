r"""The soft cap ``c tanh(x / c)`` to about 2^-65 of c, as a pair, with its first derivative.

The loss of a confident row is about e^-gap, whose relative error is the *absolute* error of the gap; a gap of capped
logits is as large as 2 c, so the last place of a float64 would cost as many ulp: of a float64, not of a float32, for whose
losses `soft_cap_rounded` is enough. With ``E = e^(-2 |x| / c)``::

    c tanh(|x| / c) = c (1 - E) / (1 + E),      its derivative  4 E / (1 + E)^2

E comes from ``e^-y = 2^(N/16) e^r``, ``|r| <= ln 2 / 32``: a table of 2^(j/16) and a short Taylor polynomial whose first
terms are pairs (P. T. P. Tang, ACM TOMS 15, 1989).
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import numpy as np

from loglik.kernels.bits import float_of
from loglik.kernels.elementary import exp64
from loglik.kernels.jit import njit
from loglik.kernels.sums import fused_multiply_add, quick_two_sum, two_product, two_sum

_LONGEST = 80.0  # e^-80 is below the last place of the pair
_SMALL = 2.0**-10  # below, the first terms of the series are exact enough, however large c is


def _pieces(value: Decimal, bits: int, n: int) -> list[float]:
    """Split into n float64; all but the last of them have at most `bits` bits."""
    pieces = []
    for _ in range(n - 1):
        exponent = bits - 1 - np.frexp(float(value))[1]
        piece = float(round(value * Decimal(2) ** int(exponent)) / Decimal(2) ** int(exponent))
        pieces.append(piece)
        value -= Decimal(piece)
    return [*pieces, float(value)]


with localcontext(Context(prec=50)):
    _STEP = Decimal(2).ln() / 16
    _INVERSE = float(1 / _STEP)
    _S0, _S1, _S2 = _pieces(_STEP, 36, 3)
    _POWER = np.array([_pieces((_STEP * j).exp(), 53, 2) for j in range(16)])


@njit()
def _exp_minus(y, low):
    """``e^-(y + low)`` as a pair, for 0 <= y <= `_LONGEST`."""
    n = np.rint(-y * _INVERSE)
    a, b = two_sum(-y, -n * _S0)
    r, e = two_sum(a, -n * _S1)
    low = (b + e) - n * _S2 - low
    square, square_low = two_product(r, r)
    tail = square * r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320))))))
    p, e = quick_two_sum(r, 0.5 * square)
    p_low = e + (0.5 * square_low + low + r * low + tail)
    whole = np.int64(n)
    j = whole & 15
    high, rounding = _POWER[j, 0], _POWER[j, 1]
    q, e = two_product(high, p)
    s, f = quick_two_sum(high, q)
    s, f = quick_two_sum(s, f + (e + high * p_low + rounding + rounding * p))
    scale = float_of((((whole - j) >> 4) + 1023) << 52)
    return s * scale, f * scale


@njit()
def _capped(x, c, inverse):
    """``c tanh(x / c)`` as a pair, its derivative, and ``tanh(x / c)``; without a branch, for vectors of it."""
    size = abs(x)
    a = size * inverse
    near, far = a < _SMALL, 2.0 * a > _LONGEST
    y = _LONGEST if far else 2.0 * a
    low = 2.0 * (fused_multiply_add(-a, c, size) * inverse)
    low = low if abs(low) < 1.0 else 0.0  # of an infinite logit
    e, e_low = _exp_minus(y, 0.0 if far else low)
    n, n_low = quick_two_sum(1.0, -e)
    n_low -= e_low
    d, d_low = quick_two_sum(1.0, e)
    d_low += e_low
    over = 1.0 / d
    t = n * over
    p, p_low = two_product(t, d)
    t_low = ((n - p) - p_low + (n_low - t * d_low)) * over
    z, z_low = two_product(c, t)
    z, z_low = quick_two_sum(z, z_low + c * t_low)
    a2 = a * a
    small, small_low = quick_two_sum(size, -size * a2 * (1 / 3 - a2 * (2 / 15 - a2 * (17 / 315))))
    z, z_low = small if near else z, small_low if near else z_low
    slope = (
        1.0 - a2 * (1.0 - a2 * (2 / 3)) if near else 4.0 * (exp64(-2.0 * a) * (1.0 - low) if far else e) * over * over
    )
    sign = -1.0 if x < 0.0 else 1.0
    return sign * z, sign * z_low, slope, sign * z * inverse


@njit()
def soft_cap(x, c, z, low, slope, bend):
    """Fill in the capped logits of a flat array as pairs, their derivative, and their second derivative."""
    inverse = 1.0 / c
    for k in range(x.shape[0]):
        z[k], low[k], slope[k], t = _capped(x[k], c, inverse)
        bend[k] = -2.0 * t * slope[k] * inverse


@njit()
def soft_cap_rounded(x, c, z, slope, bend):
    """As `soft_cap`, the capped logits rounded to float64: enough for losses to the last place of a float32."""
    inverse = 1.0 / c
    for k in range(x.shape[0]):
        size = abs(x[k])
        a = size * inverse
        near, a2, e = a < _SMALL, a * a, exp64(-2.0 * a)
        over = 1.0 / (1.0 + e)
        small = size - size * a2 * (1 / 3 - a2 * (2 / 15 - a2 * (17 / 315)))
        value = small if near else c * ((1.0 - e) * over)
        z[k] = -value if x[k] < 0.0 else value
        slope[k] = 1.0 - a2 * (1.0 - a2 * (2 / 3)) if near else 4.0 * e * over * over
        bend[k] = -2.0 * (z[k] * inverse) * slope[k] * inverse
