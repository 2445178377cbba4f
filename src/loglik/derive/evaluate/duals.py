"""Dual numbers over balls: values that carry a derivative, so that ``d/dx`` has a rigorous value too.

A dual of level n is ``value + slope * epsilon_n``; both parts may be duals of lower levels, which makes derivatives of
derivatives. Levels keep the epsilons of nested derivatives apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

from flint import arb


class UndefinedError(ArithmeticError):
    """The expression has no value at this point (log of a negative number, division by zero, 0^0)."""


class TooWideError(ArithmeticError):
    """The ball does not tell whether the expression has a value here: take more digits or another point."""


@dataclass(frozen=True)
class Dual:
    """``value + slope * epsilon`` of one level."""

    level: int
    value: Value
    slope: Value


Value: TypeAlias = Union[arb, Dual]  # noqa: UP007  # a runtime alias of two classes, one of them defined here


def value_part(x: Value, level: int) -> Value:
    """The part without the epsilon of a level."""
    return x.value if isinstance(x, Dual) and x.level == level else x


def slope_part(x: Value, level: int) -> Value:
    """The factor of the epsilon of a level: the derivative."""
    return x.slope if isinstance(x, Dual) and x.level == level else arb(0)


def _level(*xs: Value) -> int:
    return max(x.level if isinstance(x, Dual) else 0 for x in xs)


def plain_ball(x: Value) -> arb:
    """The ball under all levels."""
    while isinstance(x, Dual):
        x = x.value
    return x


def add(a: Value, b: Value) -> Value:
    """Sum."""
    if isinstance(a, arb) and isinstance(b, arb):
        return a + b
    n = _level(a, b)
    return Dual(n, add(value_part(a, n), value_part(b, n)), add(slope_part(a, n), slope_part(b, n)))


def multiply(a: Value, b: Value) -> Value:
    """Product."""
    if isinstance(a, arb) and isinstance(b, arb):
        return a * b
    n = _level(a, b)
    va, vb = value_part(a, n), value_part(b, n)
    return Dual(n, multiply(va, vb), add(multiply(slope_part(a, n), vb), multiply(va, slope_part(b, n))))


def invert(a: Value) -> Value:
    """1/a."""
    if isinstance(a, arb):
        if a.contains(0):
            raise (UndefinedError if a.is_zero() else TooWideError)
        return arb(1) / a
    n = a.level
    inverse = invert(value_part(a, n))
    return Dual(n, inverse, multiply(arb(-1), multiply(slope_part(a, n), multiply(inverse, inverse))))


def logarithm(a: Value) -> Value:
    """Natural logarithm."""
    if isinstance(a, arb):
        if a > 0:
            return a.log()
        raise (UndefinedError if a <= 0 else TooWideError)
    n = a.level
    value = value_part(a, n)
    return Dual(n, logarithm(value), multiply(slope_part(a, n), invert(value)))


def exponential(a: Value) -> Value:
    """Exponential function."""
    if isinstance(a, arb):
        return a.exp()
    n = a.level
    value = exponential(value_part(a, n))
    return Dual(n, value, multiply(slope_part(a, n), value))


def absolute(a: Value) -> Value:
    """``|a|``; at 0 it has no derivative."""
    if isinstance(a, arb):
        return abs(a)
    ball = plain_ball(a)
    if ball.contains(0):
        raise (UndefinedError if ball.is_zero() else TooWideError)
    return a if ball > 0 else multiply(arb(-1), a)


def whole_power(a: Value, n: int) -> Value:
    """``a^n`` for a whole n; 0^0 has no value."""
    if n < 0:
        return invert(whole_power(a, -n))
    if n == 0:
        ball = plain_ball(a)
        if ball.contains(0):
            raise (UndefinedError if ball.is_zero() else TooWideError)
        return arb(1)
    result = a
    for _ in range(n - 1):
        result = multiply(result, a)
    return result


def power(a: Value, b: Value) -> Value:
    """``a^b`` for a positive base."""
    ball = plain_ball(a)
    if ball.is_zero() and not isinstance(a, Dual) and plain_ball(b) > 0:
        return arb(0)
    return exponential(multiply(b, logarithm(a)))
