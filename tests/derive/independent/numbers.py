"""Numbers: a `Fraction` as long as a value is rational, an `mpf` of 160 digits after that."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isqrt

from mpmath import MPContext

DIGITS = 160
ctx = MPContext()
ctx.dps = DIGITS
_LARGEST_POWER = 200
_LARGEST_EXPONENT = 10**30
_FEW_BITS = 400


class Undefined(ArithmeticError):  # noqa: N818  # a state of a term, not a fault of the program
    """The term has no value here."""


class CannotTell(ArithmeticError):  # noqa: N818
    """The digits do not say whether it has one."""


def real(x):
    """As an mpf."""
    return _of_fraction(x, ctx.dps) if isinstance(x, Fraction) else x


@lru_cache(maxsize=4096)
def _of_fraction(x, digits):  # noqa: ARG001  # the digits are part of the key
    return ctx.mpf(x.numerator) / x.denominator


def sign(x) -> int:
    """Sign, if the digits say it."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if abs(x) < ctx.mpf(10) ** (-ctx.dps * 3 // 4):
        raise CannotTell
    return 1 if x > 0 else -1


def whole(x) -> int:
    """An exact whole number, as an index or the end of a range."""
    if isinstance(x, Fraction):
        if x.denominator == 1:
            return int(x)
        raise Undefined
    if abs(x - ctx.nint(x)) < ctx.mpf(10) ** (-ctx.dps * 3 // 4):
        raise CannotTell
    raise Undefined


def invert(x):
    """1/x."""
    if sign(x) == 0:
        raise Undefined
    return 1 / x


def log(x):
    """Natural logarithm."""
    if sign(x) <= 0:
        raise Undefined
    return Fraction(0) if x == 1 else ctx.log(real(x))


def exp(x):
    """Exponential function."""
    if x == 0:
        return Fraction(1)
    if abs(x) > _LARGEST_EXPONENT:
        raise CannotTell
    return ctx.exp(real(x))


def power(base, exponent):
    """``base^exponent``; 0^0 has no value, and a negative base needs a whole exponent."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        return _whole_power(base, int(exponent))
    s = sign(base)
    if s < 0:
        if not isinstance(exponent, Fraction):
            whole(exponent)  # undefined, or cannot tell
        raise Undefined
    if s == 0:
        if sign(exponent) > 0:
            return Fraction(0)
        raise Undefined
    root = _exact_root(base, exponent)
    if root is not None:
        return root
    if base == 1:
        return Fraction(1)
    return exp(real(exponent) * ctx.log(real(base)))


def _whole_power(base, n: int):
    if n <= 0 and sign(base) == 0:
        raise Undefined
    if isinstance(base, Fraction):
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if abs(n) > _LARGEST_POWER or bits * abs(n) > 20_000:
            if abs(n) > 10**9:
                raise CannotTell
            return ctx.power(real(base), n)
    elif abs(n) > _LARGEST_EXPONENT:
        raise CannotTell
    return base**n


def _exact_root(base, exponent) -> Fraction | None:
    """``4^(1/2) = 2``: rational powers that are rational, for square roots."""
    if not (isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 2):
        return None
    if base.numerator.bit_length() > _FEW_BITS or base.denominator.bit_length() > _FEW_BITS:
        return None
    above, below = isqrt(base.numerator), isqrt(base.denominator)
    if above * above != base.numerator or below * below != base.denominator:
        return None
    return _whole_power(Fraction(above, below), exponent.numerator)
