r"""exp, expm1, log and log1p of pairs, to about 2^-68 of the result; exp and expm1 of triples, to 2^-112.

Both reduce with a table and end in a short Taylor polynomial (P. T. P. Tang, ACM TOMS 15 (1989) and 16 (1990)):

    x = N (ln 2)/64 + r,   exp x = 2^(N >> 6) T[N & 63] exp r,            |r| <= 0.0055
    x = 2^k m,             log x = k ln 2 - log c + log1p(c m - 1),       |c m - 1| <= 0.007

where c is 1/m to a few bits, so that the pair product ``c m`` is exact; c = 1 around m = 1, which keeps the relative error
where the logarithm is small. Only terms from the third power on are summed in float64. The tables come from the
correctly rounded functions of `decimal`.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import factorial, frexp, ldexp
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from loglik.special import double as dd

if TYPE_CHECKING:
    from loglik.array_types import Labels
    from loglik.special.double import Array, Pair, Triple

    Integers = Labels

_NEAR_ONE = 1 / 256
"""Up to here log1p is summed without reduction."""


class _Tables(NamedTuple):
    """Constants of the reductions: pieces with few bits, so that their products with integers are exact."""

    ln2: tuple[float, float, float]
    step: tuple[float, float, float, float]  # (ln 2)/64
    power: Triple  # 2^(j/64), j = 0..63
    reciprocal: Array  # c, to nine bits, by the nearest m in steps of 1/128
    minus_log: Pair  # -log c


def _parts(value: Decimal, n: int, bits: int = 53) -> list[float]:
    """Split into n float64 of at most ``bits`` bits each; the last one takes 53."""
    parts = []
    for i in range(n):
        part = float(value)
        if i < n - 1 and bits < 53:
            mantissa, exponent = frexp(part)
            part = ldexp(round(ldexp(mantissa, bits)), exponent - bits)
        parts.append(part)
        value -= Decimal(part)
    return parts


@cache
def _tables() -> _Tables:
    with localcontext(Context(prec=70)):
        ln2 = Decimal(2).ln()
        power = np.array([_parts((ln2 * j / 64).exp(), 3) for j in range(64)]).T
        nodes = [128 / j if j else 1.0 for j in range(192)]
        reciprocal = [round(c * 256) / 256 for c in nodes]
        minus_log = np.array([_parts(-Decimal(c).ln(), 2) for c in reciprocal]).T
        a, b, c = _parts(ln2, 3, 40)
        s, t, u, v = _parts(ln2 / 64, 4, 34)
    return _Tables(
        (a, b, c),
        (s, t, u, v),
        (power[0], power[1], power[2]),
        np.array(reciprocal),
        (minus_log[0], minus_log[1]),
    )


def _inverse_factorial(n: int) -> tuple[float, float, float]:
    exact, parts = Fraction(1, factorial(n)), []
    for _ in range(3):
        parts.append(float(exact))
        exact -= Fraction(parts[-1])
    return parts[0], parts[1], parts[2]


_FACTORIALS = [_inverse_factorial(n) for n in range(14)]


def _steps(x: Array) -> Array:
    """Return N, the multiple of (ln 2)/64 nearest to x; 0 for NaN, which the remainder carries on."""
    n = np.rint(x * (64 / np.log(2.0)))
    return np.where(np.isnan(n), 0.0, n)


def _clip(x: Pair) -> Pair:
    """Bring arguments, infinities included, to where exp has long overflowed or underflowed."""
    high = np.clip(x[0], -1e4, 1e4)
    return high, np.where(high == x[0], x[1], 0.0)


def _reduced(x: Pair) -> tuple[Pair, Array]:
    """Return exp(r) - 1 and N for x = N (ln 2)/64 + r."""
    x = _clip(x)
    n = _steps(x[0])
    c = _tables().step
    s, e = dd.two_sum(x[0], -n * c[0])
    s, f = dd.two_sum(s, -n * c[1])
    r, low = dd.two_sum(s, ((e + f) - n * c[2]) + x[1])
    square, square_low = dd.two_prod(r, r)
    tail = np.full_like(r, _FACTORIALS[8][0])
    for k in range(7, 2, -1):
        tail = tail * r + _FACTORIALS[k][0]
    tail = tail * r * square
    p, e = dd.quick_two_sum(r, 0.5 * square)
    return dd.quick_two_sum(p, e + (0.5 * square_low + low + r * low + tail)), n


def _power(n: Array, p: Pair) -> tuple[Pair, Integers]:
    """2^(n/64) (1 + p) as a pair in [1, 2] and an exponent."""
    i = n.astype(np.int32)
    high, low = (part[i & 63] for part in _tables().power[:2])
    a, b = dd.multiply((high, low), p)
    s, e = dd.quick_two_sum(high, a)
    return dd.quick_two_sum(s, e + (b + low)), i >> 6


def exp(x: Pair) -> tuple[Pair, Integers]:
    """Exponential as a pair of size about 1 and the power of two that it is to be multiplied by."""
    p, n = _reduced(x)
    return _power(n, p)


def expm1(x: Pair) -> Pair:
    """exp(x) - 1."""
    p, n = _reduced(x)
    e = dd.ldexp(*_power(n, p))
    minus_one = np.full_like(p[0], -1.0)
    return dd.where(n == 0, p, dd.add(e, (minus_one, np.zeros_like(minus_one))))


def _log1p_near(f: Pair) -> Pair:
    """Sum log(1 + f) for |f| < 0.007."""
    a, low = f
    square, square_low = dd.two_prod(a, a)
    tail = np.full_like(a, 1 / 11)
    for k in range(10, 2, -1):
        tail = (1 / k) - a * tail
    tail = tail * a * square
    p, e = dd.quick_two_sum(a, -0.5 * square)
    # 1/(1 + a) carries the low part over
    return dd.quick_two_sum(p, e + (low - a * low - 0.5 * square_low + tail))


def log(x: Pair, exponent: Integers | int = 0) -> Pair:
    """Natural logarithm of ``x * 2**exponent``; NaN, inf and -inf as `numpy.log` has them."""
    good = (x[0] > 0) & (x[0] < np.inf)
    high = np.where(good, x[0], 1.0)
    m, k = np.frexp(high)
    less = m < np.sqrt(0.5)
    m, k = np.where(less, 2 * m, m), k - less
    low = np.ldexp(np.where(good, x[1], 0.0), -k)
    tables = _tables()
    j = np.rint(128 * m).astype(np.intp)
    c = tables.reciprocal[j]
    p, e = dd.two_prod(c, m)
    f = dd.quick_two_sum(p - 1.0, e + c * low)
    # the sum of the two is exact in the leading part, but p - 1 may be smaller than the rest
    f = dd.two_sum(*f)
    k = (k + exponent).astype(np.float64)
    a, b, d = tables.ln2
    multiple = dd.two_sum(k * a, k * b)
    result = dd.add(
        dd.add((multiple[0], multiple[1] + k * d), (tables.minus_log[0][j], tables.minus_log[1][j])), _log1p_near(f)
    )
    with np.errstate(all="ignore"):
        return np.where(good, result[0], np.log(x[0])), np.where(good, result[1], 0.0)


def log1p(x: Pair) -> Pair:
    """log(1 + x)."""
    near = np.abs(x[0]) < _NEAR_ONE
    s, e = dd.two_diff(x[0], np.full_like(x[0], -1.0))
    small = dd.where(near, x, (np.zeros_like(s), np.zeros_like(s)))
    return dd.where(near, _log1p_near(small), log(dd.two_sum(s, np.where(np.isfinite(s), e + x[1], 0.0))))


def expm1_triple(x: Triple) -> tuple[Triple, Triple, Integers]:
    """exp(x) - 1 for moderate x; and exp(x) as a triple of size about 1 with its power of two."""
    high, low = _clip((x[0], x[1]))
    n = _steps(high)
    zero = np.zeros_like(n)
    c = _tables().step
    r = (high, low, np.where(high == x[0], x[2], 0.0))
    for piece in c:
        r = dd.add3(r, (-n * piece, zero, zero))
    tail = zero
    for k in range(13, 7, -1):
        tail = tail * r[0] + _FACTORIALS[k][0]
    pair: Pair = (tail, zero)
    for k in range(7, 2, -1):
        constant = np.full_like(n, _FACTORIALS[k][0]), np.full_like(n, _FACTORIALS[k][1])
        pair = dd.add(constant, dd.multiply((r[0], r[1]), pair))
    p: Triple = (*pair, zero)
    for value in (0.5, 1.0):
        p = dd.add3((np.full_like(n, value), zero, zero), dd.multiply3(r, p))
    p = dd.multiply3(r, p)
    i = n.astype(np.int32)
    t = _tables().power
    node: Triple = (t[0][i & 63], t[1][i & 63], t[2][i & 63])
    e = dd.add3(node, dd.multiply3(node, p))
    less_one = dd.add3((np.full_like(n, -1.0), zero, zero), dd.ldexp3(e, i >> 6))
    direct = n == 0
    chosen = tuple(np.where(direct, a, b) for a, b in zip(p, less_one, strict=True))
    return (chosen[0], chosen[1], chosen[2]), e, i >> 6
