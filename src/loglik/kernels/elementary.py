"""exp and log for vectorised loops: no branches, no table look-ups, no library calls.

A plain loop over an array that calls these compiles to vector instructions, which calls of ``math.exp`` do not. The
coefficients come from ``tools/elementary_coefficients.py``, which prints the error of each polynomial; the error of
the whole function is measured against 50-digit arithmetic in the tests.

Only contraction (fused multiply-add) is allowed to the compiler. Anything further would hide NaN or undo the steps
below that hold the low parts of numbers.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import overload

from loglik.kernels.bits import bits_of, float_of
from loglik.kernels.jit import njit

_LOG2_E = 1.4426950408889634
# log 2 in two parts; the first has 32 zero bits at its end, so that k * _LN2_HIGH is exact for every exponent k.
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
# Adding 1.5 * 2^52 rounds to a whole number and leaves it in the low bits.
_ROUND = 6755399441055744.0
_ROUND_BITS = 4843621399236968448
_BIAS = 1023
# Below the first exp is 0, above the second infinite.
_EXP_LOW, _EXP_HIGH = -746.0, 710.0

_E0, _E1, _E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9 = (
    0.5000000000000011,
    0.16666666666666413,
    0.04166666666653014,
    0.008333333333494456,
    0.0013888888943634514,
    0.0001984126950659681,
    2.4801493094580977e-05,
    2.7557586353073136e-06,
    2.763024987740583e-07,
    2.5000069513238966e-08,
)
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8, _L9 = (
    0.6666666666666642,
    0.4000000000012445,
    0.2857142855133483,
    0.2222222378110151,
    0.18181749858192703,
    0.1538644519636312,
    0.13302357729730813,
    0.1209592796426017,
    0.08381599244982826,
    0.16946208257907872,
)
_TWO32, _HALF32 = np.float32(2.0), np.float32(0.5)
_M0, _M1, _M2, _M3 = (
    np.float32(0.6666642427444458),
    np.float32(0.40021100640296936),
    np.float32(0.2800755798816681),
    np.float32(0.2798765003681183),
)


@njit(fastmath={"contract"})
def exp64(x):
    """``e^x`` for float64, over the whole line, within 1 ulp.

    ``e^x = 2^k e^r`` with ``k`` the whole number nearest to ``x / log 2`` and ``e^r = 1 + r + r^2 q(r)``. NaN gives NaN,
    -inf 0, +inf inf; subnormal results come out of two factors ``2^(k/2)``.
    """
    c = _EXP_LOW if x < _EXP_LOW else (min(x, _EXP_HIGH))
    shifted = c * _LOG2_E + _ROUND
    k = bits_of(shifted) - _ROUND_BITS
    whole = shifted - _ROUND
    r = (c - whole * _LN2_HIGH) - whole * _LN2_LOW
    r2 = r * r
    # Estrin's scheme: short chains of dependent operations.
    q01, q23 = _E0 + _E1 * r, _E2 + _E3 * r
    q45, q67 = _E4 + _E5 * r, _E6 + _E7 * r
    q89 = _E8 + _E9 * r
    r4 = r2 * r2
    q = (q01 + q23 * r2) + r4 * ((q45 + q67 * r2) + r4 * q89)
    p = 1.0 + (r + r2 * q)
    half = k >> 1
    return (p * float_of((half + _BIAS) << 52)) * float_of((k - half + _BIAS) << 52)


@njit(fastmath={"contract"})
def _log_tail(w):
    """``R(w) = w (2/3 + 2/5 w + ...)``, so that ``2 atanh(s) = 2 s + s R(s^2)``."""
    w2 = w * w
    w4 = w2 * w2
    p01, p23 = _L0 + _L1 * w, _L2 + _L3 * w
    p45, p67 = _L4 + _L5 * w, _L6 + _L7 * w
    p89 = _L8 + _L9 * w
    return w * ((p01 + p23 * w2) + w4 * ((p45 + p67 * w2) + w4 * p89))


@njit(fastmath={"contract"})
def log1p_unit64(a):
    """``log(1 + a)`` for 0 <= a <= 1, to full relative accuracy also for tiny a, within 1 ulp.

    With ``s = a / (2 + a)``: ``log(1 + a) = 2 atanh(s) = a - (a^2/2 - s (a^2/2 + R(s^2)))``; the leading term is exact.
    """
    s = a / (2.0 + a)
    h = 0.5 * a * a
    return a - (h - s * (h + _log_tail(s * s)))


@njit(fastmath={"contract"})
def log1p_unit32(a):
    """As `log1p_unit64` in float32, within 1.5 ulp."""
    s = a / (_TWO32 + a)
    h = _HALF32 * a * a
    w = s * s
    return a - (h - s * (h + w * ((_M0 + _M1 * w) + (w * w) * (_M2 + _M3 * w))))


@njit(fastmath={"contract"})
def log1p64(a):
    """``log(1 + a)`` for 0 <= a < inf, to full relative accuracy also for tiny a, within 1 ulp.

    As `log64` of ``1 + a``, except that ``f = a`` exactly where no power of two is split off. Elsewhere the rounding error
    e of ``1 + a`` is put back: ``log(y + e) = log y + e/y``.
    """
    y = 1.0 + a
    large = a if a > 1.0 else 1.0
    small = 1.0 if a > 1.0 else a
    e = small - (y - large)
    n = bits_of(y) + (4607182418800017408 - 4604544271217802189)
    k = (n >> 52) - _BIAS
    reduced = float_of((n & 4503599627370495) + 4604544271217802189) - 1.0
    f = a if k == 0 else reduced
    e = 0.0 if k == 0 else e / y
    whole = float(k)
    s = f / (2.0 + f)
    h = 0.5 * f * f
    value = whole * _LN2_HIGH - ((h - (s * (h + _log_tail(s * s)) + (whole * _LN2_LOW + e))) - f)
    return value if a < float("inf") else a


@njit(fastmath={"contract"})
def log64(x):
    """Natural logarithm for float64, over the whole line, within 1 ulp.

    ``log x = k log 2 + log(1 + f)`` with ``sqrt(1/2) <= 1 + f < sqrt(2)`` and log(1 + f) as in `log1p_unit64`. Zero gives
    -inf, negative numbers NaN, +inf inf, NaN NaN.
    """
    tiny = x < 2.2250738585072014e-308
    y = x * 18014398509481984.0 if tiny else x  # 2^54 lifts subnormal numbers
    n = bits_of(y) + (4607182418800017408 - 4604544271217802189)
    k = (n >> 52) - _BIAS
    f = float_of((n & 4503599627370495) + 4604544271217802189) - 1.0
    whole = float(k - (54 if tiny else 0))
    s = f / (2.0 + f)
    h = 0.5 * f * f
    value = whole * _LN2_HIGH - ((h - (s * (h + _log_tail(s * s)) + whole * _LN2_LOW)) - f)
    value = x if x == float("inf") else value
    value = -float("inf") if x == 0.0 else value
    return value if x >= 0.0 else float("nan")


def log1p_unit(a):
    """``log(1 + a)`` for 0 <= a <= 1 in the type of a."""
    raise NotImplementedError  # called from kernels only


@overload(log1p_unit, inline="always")
def _log1p_unit(a):
    if a == types.float32:
        return lambda a: log1p_unit32(a)
    return lambda a: log1p_unit64(a)
