"""Intervals with exact ends, open or closed: where a value may lie. Ends without bound are infinite and open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from typing import TypeAlias

_LONGEST = 4_000  # binary digits

End: TypeAlias = Fraction | float  # a float only if infinite


@dataclass(frozen=True)
class Interval:
    """All real numbers between two ends, without 0 if `nonzero`."""

    low: End = -inf
    high: End = inf
    low_closed: bool = False
    high_closed: bool = False
    nonzero: bool = False

    @property
    def positive(self) -> bool:
        """Every value is above 0."""
        return self.low > 0 or (self.low == 0 and (self.nonzero or not self.low_closed))

    @property
    def negative(self) -> bool:
        """Every value is below 0."""
        return self.high < 0 or (self.high == 0 and (self.nonzero or not self.high_closed))

    @property
    def without_zero(self) -> bool:
        """No value is 0."""
        return self.nonzero or self.positive or self.negative

    def both(self, other: Interval) -> Interval:
        """What is known from two sides."""
        low, low_open = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, high_closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        return Interval(low, high, not low_open, high_closed, self.nonzero or other.nonzero)

    def nearby(self) -> Interval:
        """Where a value may lie after a small move: a strict sign stays, a closed end does not."""
        low = self.low if not self.low_closed else Fraction(0) if self.low > 0 else -inf
        high = self.high if not self.high_closed else Fraction(0) if self.high < 0 else inf
        return Interval(low, high, nonzero=self.without_zero)


ANY = Interval()
POSITIVE = Interval(low=Fraction(0))
NEGATIVE = Interval(high=Fraction(0))
NONNEGATIVE = Interval(low=Fraction(0), low_closed=True)
NONPOSITIVE = Interval(high=Fraction(0), high_closed=True)
NONZERO = Interval(nonzero=True)


def sign(a: Interval) -> Interval:
    """What an interval says of the sign of its values."""
    if a.positive or a.negative:
        return POSITIVE if a.positive else NEGATIVE
    if a.low >= 0 or a.high <= 0:
        return NONNEGATIVE if a.low >= 0 else NONPOSITIVE
    return NONZERO if a.nonzero else ANY


def exactly(x: Fraction | int) -> Interval:
    """One number."""
    return Interval(Fraction(x), Fraction(x), low_closed=True, high_closed=True)


def between(low: int, high: int, *, closed: bool) -> Interval:
    """From one whole number to another."""
    return Interval(Fraction(low), Fraction(high), closed, closed)


def at_least(x: End, *, closed: bool = True) -> Interval:
    """From one number up."""
    return Interval(low=x, low_closed=closed)


def add(a: Interval, b: Interval) -> Interval:
    """Sums of a value of each."""
    low, high = _plus(a.low, b.low), _plus(a.high, b.high)
    return _rounded(Interval(low, high, a.low_closed and b.low_closed, a.high_closed and b.high_closed))


def multiply(a: Interval, b: Interval) -> Interval:
    """Products of a value of each."""
    corners = [
        _corner(x, y, x_closed=p, y_closed=q)
        for x, p in ((a.low, a.low_closed), (a.high, a.high_closed))
        for y, q in ((b.low, b.low_closed), (b.high, b.high_closed))
    ]
    low, high = min(x for x, _ in corners), max(x for x, _ in corners)
    low_closed, high_closed = ((x, True) in corners for x in (low, high))
    return _rounded(Interval(low, high, low_closed, high_closed, a.without_zero and b.without_zero))


def _plus(x: End, y: End) -> End:
    return x if isinstance(x, float) else y if isinstance(y, float) else x + y


def _corner(x: End, y: End, *, x_closed: bool, y_closed: bool) -> tuple[End, bool]:
    if x == 0 or y == 0:  # also beside an infinite end: the values in between are 0 or come from the other corners
        return Fraction(0), (x == 0 and x_closed) or (y == 0 and y_closed)
    if isinstance(x, float) or isinstance(y, float):
        return (inf if (x > 0) == (y > 0) else -inf), False
    return x * y, x_closed and y_closed


def _rounded(a: Interval, n: int = 1) -> Interval:
    """The interval, or a wider one if the n-th powers of its ends are numbers of thousands of digits."""
    low = a.low if _short(a.low, n) else Fraction(0) if a.low > 0 else -inf
    high = a.high if _short(a.high, n) else Fraction(0) if a.high < 0 else inf
    if (low, high) == (a.low, a.high):
        return a
    return Interval(low, high, a.low_closed and low == a.low, a.high_closed and high == a.high, a.without_zero)


def _short(x: End, n: int) -> bool:
    return isinstance(x, float) or n * max(x.numerator.bit_length(), x.denominator.bit_length()) < _LONGEST


def power(a: Interval, n: int) -> Interval:
    """Whole powers; a value 0 has no power of 0 or below."""
    if n <= 0:
        return exactly(1) if n == 0 else replace(sign(power(a, -n)), nonzero=True)
    a = _rounded(a, n)
    if a.low >= 0 or n % 2:
        return Interval(a.low**n, a.high**n, a.low_closed, a.high_closed, a.without_zero)
    if a.high <= 0:
        return Interval(a.high**n, a.low**n, a.high_closed, a.low_closed, a.without_zero)
    return Interval(Fraction(0), max(-a.low, a.high) ** n, low_closed=True, high_closed=True, nonzero=a.without_zero)
