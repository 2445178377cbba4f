"""Arithmetic with sums of two and of three float64: 106 and 159 bits out of error-free transformations.

A pair ``(a, b)`` stands for the sum ``a + b`` with ``|b| <= ulp(a)/2``, a triple likewise. Fused multiply-add is not
assumed, since NumPy does not offer it: products are split after Veltkamp and Dekker (1971). Factors must stay below
2^996 and products above 2^-969, or the parts would overflow or lose bits; callers scale by powers of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Labels, Mask

Array: TypeAlias = "npt.NDArray[np.float64]"
Pair: TypeAlias = "tuple[Array, Array]"
Triple: TypeAlias = "tuple[Array, Array, Array]"

_SPLITTER = 134217729.0  # 2^27 + 1


def two_sum(a: Array, b: Array) -> Pair:
    """``a + b`` as the rounded sum and its error, exactly (Knuth); the error is NaN where the sum is not finite."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def quick_two_sum(a: Array, b: Array) -> Pair:
    """``a + b`` exactly, for ``|a| >= |b|`` or ``a = 0`` (Dekker)."""
    s = a + b
    return s, b - (s - a)


def two_diff(a: Array, b: Array) -> Pair:
    """``a - b`` exactly; the error is 0 where the difference is infinite, instead of NaN."""
    s, e = two_sum(a, -b)
    return s, np.where(np.isfinite(e), e, 0.0)


def split(a: Array) -> Pair:
    """Two halves of 26 bits."""
    t = _SPLITTER * a
    high = t - (t - a)
    return high, a - high


def two_prod(a: Array, b: Array) -> Pair:
    """``a * b`` as the rounded product and its error, exactly (Dekker)."""
    p = a * b
    ah, al = split(a)
    bh, bl = split(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def add(x: Pair, y: Pair) -> Pair:
    """Sum of two pairs; the error is below 2^-104 of the sum even where the leading parts cancel."""
    s, e = two_sum(x[0], y[0])
    t, f = two_sum(x[1], y[1])
    s, e = quick_two_sum(s, e + t)
    return quick_two_sum(s, e + f)


def multiply(x: Pair, y: Pair) -> Pair:
    """Product of two pairs, to 2^-102."""
    p, e = two_prod(x[0], y[0])
    return quick_two_sum(p, e + (x[0] * y[1] + x[1] * y[0]))


def divide(x: Pair, y: Pair) -> Pair:
    """Quotient of two pairs, to 2^-100."""
    q = x[0] / y[0]
    p, e = two_prod(q, y[0])
    remainder = ((x[0] - p) - e) + (x[1] - q * y[1])
    return quick_two_sum(q, remainder / y[0])


def negative(x: Pair) -> Pair:
    """``-x``."""
    return -x[0], -x[1]


def where(condition: Mask, x: Pair, y: Pair) -> Pair:
    """Choose pairs."""
    return np.where(condition, x[0], y[0]), np.where(condition, x[1], y[1])


def ldexp(x: Pair, exponent: Labels) -> Pair:
    """``x * 2**exponent``."""
    return np.ldexp(x[0], exponent), np.ldexp(x[1], exponent)


def sum_last(x: Pair) -> Pair:
    """Sum over the last axis, by halves."""
    high, low = x
    while (n := high.shape[-1]) > 1:
        half = n // 2
        s, e = two_sum(high[..., :half], high[..., half : 2 * half])
        e += low[..., :half] + low[..., half : 2 * half]
        if n % 2:
            s = np.concatenate([s, high[..., -1:]], axis=-1)
            e = np.concatenate([e, low[..., -1:]], axis=-1)
        high, low = s, e
    return two_sum(high[..., 0], low[..., 0])


def renormalise(a: Array, b: Array, c: Array) -> Triple:
    """Make three parts of about falling size not overlap."""
    b, c = two_sum(b, c)
    a, b = two_sum(a, b)
    b, c = two_sum(b, c)
    return a, b, c


def add3(x: Triple, y: Triple) -> Triple:
    """Sum of two triples, to 2^-154 of the larger."""
    a, e = two_sum(x[0], y[0])
    b, f = two_sum(x[1], y[1])
    b, g = two_sum(b, e)
    return renormalise(a, b, (x[2] + y[2]) + (f + g))


def multiply3(x: Triple, y: Triple) -> Triple:
    """Product of two triples, to 2^-152."""
    a, e = two_prod(x[0], y[0])
    p, f = two_prod(x[0], y[1])
    q, g = two_prod(x[1], y[0])
    b, h = two_sum(p, q)
    b, i = two_sum(b, e)
    return renormalise(a, b, x[0] * y[2] + x[1] * y[1] + x[2] * y[0] + ((f + g) + (h + i)))


def ldexp3(x: Triple, exponent: Labels) -> Triple:
    """``x * 2**exponent``."""
    return np.ldexp(x[0], exponent), np.ldexp(x[1], exponent), np.ldexp(x[2], exponent)


def sum_last3(x: Triple) -> Triple:
    """Sum over the last axis, by halves."""
    while (n := x[0].shape[-1]) > 1:
        if n % 2:
            x = tuple(np.concatenate([part, np.zeros_like(part[..., :1])], axis=-1) for part in x)  # type: ignore[assignment]
        half = (n + 1) // 2
        first, second = [part[..., :half] for part in x], [part[..., half:] for part in x]
        x = add3((first[0], first[1], first[2]), (second[0], second[1], second[2]))
    return x[0][..., 0], x[1][..., 0], x[2][..., 0]
