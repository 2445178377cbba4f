"""``e^(x - m)`` for x <= m, in float32 and float64, with the rounding error of the difference put back.

Softmax and cross-entropy need exponentials of differences of logits. Rounding ``x - m`` alone costs ``|x - m| / 2`` units
in the last place of the result; the rounding error is known exactly (TwoDiff: Knuth, The Art of Computer Programming
2, 4.2.2) and is added to the reduced argument, where it counts. Results below the smallest normal number are 0.

Rows of moderate logits go a shorter way, `exp_scaled`: ``e^x 2^-s`` with one whole s for the row. Only the power of two
depends on m then, x itself is reduced, and no difference is rounded; dividing by the exponential of
the maximum, of the same scale, once for each row, takes it out again.

Only contraction is allowed here: reassociation would undo TwoDiff and the rounding by a large number.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import overload

from loglik.kernels.bits import power_of_two
from loglik.kernels.elementary import _E0, _E1, _E2, _E3, _E4, _E5, _E6, _E7, _E8, _E9
from loglik.kernels.jit import njit

_LOG2_E64, _LN2_HIGH64, _LN2_LOW64 = 1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10
_ROUND64, _LOW64 = 6755399441055744.0, -708.396

_f = np.float32
_LOG2_E32, _LN2_HIGH32, _LN2_LOW32 = _f(1.4426950408889634), _f(0.693145751953125), _f(1.42860676533018e-06)
_ROUND32, _LOW32 = _f(12582912.0), _f(-87.336)
_ONE32, _ZERO32 = _f(1.0), _f(0.0)
_F0, _F1, _F2, _F3, _F4 = (
    _f(0.4999999403953552),
    _f(0.1666652113199234),
    _f(0.04166838899254799),
    _f(0.00836871936917305),
    _f(0.001381461275741458),
)


@njit(fastmath={"contract"})
def _exp_difference64(x, m):
    d = x - m
    back = x - d
    error = (x - (d + back)) + (back - m)
    error = error if error == error else 0.0  # noqa: PLR0124 - x = -inf has no rounding error
    c = d if d > _LOW64 else _LOW64
    shifted = c * _LOG2_E64 + _ROUND64
    whole = shifted - _ROUND64
    r = ((c - whole * _LN2_HIGH64) - whole * _LN2_LOW64) + error
    r2 = r * r
    r4 = r2 * r2
    q = ((_E0 + _E1 * r) + (_E2 + _E3 * r) * r2) + r4 * (
        ((_E4 + _E5 * r) + (_E6 + _E7 * r) * r2) + r4 * (_E8 + _E9 * r)
    )
    p = (1.0 + (r + r2 * q)) * power_of_two(shifted)
    p = p if d >= _LOW64 else 0.0
    return p if d == d else d  # noqa: PLR0124 - NaN goes on


@njit(fastmath={"contract"})
def _exp_difference32(x, m):
    d = x - m
    back = x - d
    error = (x - (d + back)) + (back - m)
    error = error if error == error else _ZERO32  # noqa: PLR0124
    c = d if d > _LOW32 else _LOW32
    shifted = c * _LOG2_E32 + _ROUND32
    whole = shifted - _ROUND32
    r = ((c - whole * _LN2_HIGH32) - whole * _LN2_LOW32) + error
    r2 = r * r
    q = (_F0 + _F1 * r) + r2 * ((_F2 + _F3 * r) + r2 * _F4)
    p = (_ONE32 + (r + r2 * q)) * power_of_two(shifted)
    p = p if d >= _LOW32 else _ZERO32
    return p if d == d else d  # noqa: PLR0124


def exp_difference(x, m):
    """``e^(x - m)`` for x <= m in the type of x; see the module."""
    raise NotImplementedError  # called from kernels only


@overload(exp_difference, inline="always")
def _exp_difference(x, m):  # noqa: ARG001
    if x == types.float32:
        return lambda x, m: _exp_difference32(x, m)
    return lambda x, m: _exp_difference64(x, m)


@njit(fastmath={"contract"})
def _exp_scaled64(x, floor, magic):
    c = floor if x < floor else x
    shifted = c * _LOG2_E64 + magic
    whole = shifted - magic
    r = (c - whole * _LN2_HIGH64) - whole * _LN2_LOW64
    r2 = r * r
    r4 = r2 * r2
    q = ((_E0 + _E1 * r) + (_E2 + _E3 * r) * r2) + r4 * (
        ((_E4 + _E5 * r) + (_E6 + _E7 * r) * r2) + r4 * (_E8 + _E9 * r)
    )
    return (1.0 + (r + r2 * q)) * power_of_two(shifted)


@njit(fastmath={"contract"})
def _exp_scaled32(x, floor, magic):
    c = floor if x < floor else x
    shifted = c * _LOG2_E32 + magic
    whole = shifted - magic
    r = (c - whole * _LN2_HIGH32) - whole * _LN2_LOW32
    r2 = r * r
    q = (_F0 + _F1 * r) + r2 * ((_F2 + _F3 * r) + r2 * _F4)
    return (_ONE32 + (r + r2 * q)) * power_of_two(shifted)


def exp_scaled(x, floor, magic):
    """``e^x 2^-s`` in the type of x, 0 up to `floor`, NaN for NaN; for floor and magic see `scale_of_row`.

    At the floor the power of two is the one whose bits are those of 0; nothing needs to be compared afterwards.
    """
    raise NotImplementedError  # called from kernels only


@overload(exp_scaled, inline="always")
def _exp_scaled(x, floor, magic):  # noqa: ARG001
    if x == types.float32:
        return lambda x, floor, magic: _exp_scaled32(x, floor, magic)
    return lambda x, floor, magic: _exp_scaled64(x, floor, magic)


_LN2_32, _LN2_64 = _f(0.6931471805599453), 0.6931471805599453
HEADROOM = 40.0
"""How far an entry may lie above the reference of its row."""


@njit()
def _scale32(s):
    return (s - _f(127.0)) * _LN2_32, _ROUND32 - s


@njit()
def _scale64(s):
    return (s - 1023.0) * _LN2_64, _ROUND64 - s


def scale_of_row(reference):
    """Return floor and magic for `exp_scaled` near a reference, in its type.

    The scale is s = round(reference / log 2), and the magic number holds it: adding 1.5 * 2^52 - s (2^23 for float32)
    rounds to a whole number less s. Needed: |reference| <= `moderate`.
    """
    raise NotImplementedError


@overload(scale_of_row, inline="always")
def _scale_of_row(reference):
    if reference == types.float32:
        return lambda reference: _scale32(np.rint(reference * _LOG2_E32))
    return lambda reference: _scale64(np.rint(reference * _LOG2_E64))


@njit()
def _slack64(x, magic):
    shifted = x * _LOG2_E64 + magic
    whole = shifted - magic
    high = x - whole * _LN2_HIGH64
    r = high - whole * _LN2_LOW64
    lost = (high - r) - whole * _LN2_LOW64
    r2 = r * r
    r4 = r2 * r2
    q = ((_E0 + _E1 * r) + (_E2 + _E3 * r) * r2) + r4 * (
        ((_E4 + _E5 * r) + (_E6 + _E7 * r) * r2) + r4 * (_E8 + _E9 * r)
    )
    tail = r2 * q
    t = r + tail
    p = 1.0 + t
    return ((t - (p - 1.0)) + (tail - (t - r)) + lost * p) / p


def slack(x, magic):
    """Relative error that rounding leaves in `exp_scaled` of a float64, to be put back where it divides; 0 for float32.

    A row's exponentials are divided by that of its maximum: this error would be in every one of them.
    """
    raise NotImplementedError


@overload(slack, inline="always")
def _slack(x, magic):  # noqa: ARG001
    if x == types.float32:
        return lambda x, magic: 0.0  # noqa: ARG005
    return lambda x, magic: _slack64(x, magic)


def moderate(reference):
    """Whether `exp_scaled` is exact enough around a reference: multiples of log 2 are then exact in its type."""
    raise NotImplementedError


@overload(moderate, inline="always")
def _moderate(reference):
    if reference == types.float32:
        return lambda reference: abs(reference) <= _f(200.0)
    return lambda reference: abs(reference) <= 1e5
