"""Whether a relation holds at a point: both sides as balls, decimals as far as they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, fmpq

from loglik.check.latex.numerals import NUMERAL, has_decimal_commas, plain_numeral
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import Point
from loglik.derive.expressions import (
    MINUS_ONE,
    Constant,
    Expr,
    Function,
    Log,
    Mul,
    Number,
    Pow,
    number,
    parts,
    rebuild,
    walk,
)
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Digits enough to tell most sides apart, and more where they cancel.
_PRECISIONS = (192, 1024)
# Two sides that are said to be nearly equal may differ by this part of the larger one.
_NEARLY = Fraction(1, 20)
#: Numbers further apart are not rounded from one another, also in percent or in millions.
_APART = Fraction(1, 5)
_PERCENT = Fraction(1, 100)
_LARGEST = arb(2) ** 20_000
_HALF = arb(0.5)

#: The relations whose two sides are compared; "≡" is read as an equality.
COMPARED = frozenset({"=", "<=", ">=", "<", ">", "!=", "≡", "≈"})


@dataclass(frozen=True)
class Sides:
    """Both sides at a point, and whether the relation holds there; `holds` is None if the balls do not tell."""

    left: arb
    right: arb
    holds: bool | None


def value(e: Expr, point: Point, precision: int = _PRECISIONS[0]) -> arb | None:
    """The value of an expression at a point; None if it has none, or none that can be told."""
    try:
        found = ball(e, point, precision).value
    except (UndefinedError, TooWideError, DataError, KeyError, TypeError, OverflowError):
        return None
    # A number of a million digits takes as much memory to print as to tell from another one.
    return None if abs(found) > _LARGEST or (abs(found) * _LARGEST < 1 and not found.contains(0)) else found


def sides(
    left: Expr, sign: str, right: Expr, point: Point, printed: Mapping[Fraction, Fraction], *, rounded: bool = False
) -> Sides | None:
    """Both sides at a point and whether the relation holds; None where a side has no value.

    Parameters
    ----------
    printed : mapping of Fraction to Fraction
        Decimals of the formula, each with one unit of its last printed digit.
    rounded : bool
        Whether decimals that are computed with may be rounded too: a result may be in any case.
    """
    found = None
    for precision in _PRECISIONS:
        a, b = value(left, point, precision), value(right, point, precision)
        if a is None or b is None:
            return None
        slack = arb(0)
        results = _of_result(left, b, printed) + _of_result(right, a, printed) if printed else arb(0)
        if printed and (rounded or sign not in {"=", "≡"}):
            slack = _slack(left, right, point, printed)
        elif printed:
            slack = results
        near = sign == "≈" and (rounded or results > 0 or not _has_result(left, right, printed))
        found = Sides(a, b, _holds(a, "=" if sign == "≈" and not near else sign, b, slack))
        if found.holds is not None and _fine(a) and _fine(b):
            break
    return found


def _fine(x: arb) -> bool:
    return bool(x.rad() <= abs(x.mid()) * arb(2) ** -40 + arb(2) ** -80)


def _holds(a: arb, sign: str, b: arb, slack: arb) -> bool | None:
    difference = a - b
    if sign in {"=", "≡"}:
        return bool((difference - _around(slack)).contains(0))
    if sign == "≈":
        scale = abs(a).max(abs(b)) * _nearly()
        return bool((difference - _around(slack.max(scale))).contains(0))
    if sign == "!=":
        exact = a.is_exact() and b.is_exact()
        return not difference.contains(0) or (None if not exact else False)
    if sign in {">", ">="}:
        difference = -difference
    if difference <= slack and (sign in {"<=", ">="} or difference < 0):
        return True
    if difference > slack or (difference >= 0 and sign in {"<", ">"}):
        return False
    return None


def _around(slack: arb) -> arb:
    """The ball from minus to plus a number."""
    return arb(0, slack.abs_upper())


_NUMERAL = re.compile(NUMERAL)
_DECIMAL = re.compile(r"(?<![\d.])(\d*)\.(\d+)(?![\d.])")


def printed_decimals(tex: str) -> dict[Fraction, Fraction]:
    r"""The decimals of a formula, each with a unit of its last digit.

    Examples
    --------
    >>> printed_decimals(r"-\log 0.01 = 4.6")
    {Fraction(1, 100): Fraction(1, 100), Fraction(23, 5): Fraction(1, 10)}
    """
    comma = has_decimal_commas(tex)
    plain = _NUMERAL.sub(lambda found: plain_numeral(found[0], comma=comma), tex)
    return {Fraction(each[0]): Fraction(1, 10 ** len(each[2])) for each in _DECIMAL.finditer(plain)}


def _of_result(side: Expr, exact: arb, printed: Mapping[Fraction, Fraction]) -> arb:
    """How far a decimal that is a whole side may be from the exact value: rounded, or cut off at its last digit."""
    found = _result(side)
    if found is None or (unit := printed.get(abs(found))) is None:
        return arb(0)
    beyond = abs(exact) - _ball(abs(found))
    return _ball(unit) if -beyond <= _ball(unit) * _HALF and beyond < _ball(unit) else arb(0)


def _has_result(left: Expr, right: Expr, printed: Mapping[Fraction, Fraction]) -> bool:
    """Whether a side is a decimal."""
    return any(found is not None and abs(found) in printed for found in (_result(left), _result(right)))


def _result(side: Expr) -> Fraction | None:
    """The number that a side is, with its minus; None if something is to be computed."""
    found = side.factors[-1] if isinstance(side, Mul) and side.factors[:-1] == (MINUS_ONE,) else side
    return found.value if isinstance(found, Number) else None


def _slack(left: Expr, right: Expr, point: Point, printed: Mapping[Fraction, Fraction], least: int = 10) -> arb:
    """How much the difference of the sides may change if each decimal is moved by half a unit of its last digit.

    A decimal that is computed with is exact if it has fewer digits than two: below `least` of its units.
    """
    total = arb(0)
    for side, other in ((left, right), (right, left)):
        base = value(side, point)
        for path, part in walk(side):
            if not isinstance(part, Number) or abs(part.value) not in printed:
                continue
            unit = printed[abs(part.value)]
            if _result(side) is None and abs(part.value) < least * unit:
                continue
            moved = value(_moved(side, path, part.value + unit / 2), point)
            if moved is not None and base is not None:
                total += abs(moved - base)
        # A whole number alone, beside decimals that are computed with, may be rounded as they are.
        if _result(other) is None:
            total += _unit_alone(side) * _HALF
    return total


def _ball(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def _unit_alone(side: Expr) -> arb:
    """One for a whole number, ``10^-6`` for ``3 * 10^-6``; 0 for anything else."""
    factors = [f for f in side.factors if f != MINUS_ONE] if isinstance(side, Mul) else [side]
    if not factors or not isinstance(factors[0], Number) or factors[0].value.denominator != 1 or len(factors) > 2:
        return arb(0)
    if len(factors) == 1:
        return arb(1)
    scale = factors[1]
    tens = isinstance(scale, Pow) and scale.base == number(10)
    return (value(scale, Point()) or arb(0)) if tens else arb(0)


def rounded(left: Expr, right: Expr, tex: str) -> bool:
    """Whether sides without names are near enough for one to be rounded, or computed from rounded numbers.

    ``2 * 512 * 10^9 = 10^12`` ends in a round number; ``(106 - 100)/3 / (100/42) = 2/2.38`` has a decimal on its way;
    ``10 log_10 2 = 3`` is so in dB.
    """
    a, b = value(left, Point()), value(right, Point())
    if a is None or b is None:
        return False
    inexact = printed_decimals(tex) or any(
        isinstance(part, (Log, Pow, Constant, Function)) and not _rational(part)
        for e in (left, right)
        for _, part in walk(e)
    )
    if inexact and abs(a - b) < abs(a).max(abs(b)) * _nearly():
        return True
    if (printed := printed_decimals(tex)) and abs(a - b) <= _slack(left, right, Point(), printed, 1) * 2:
        return True
    for exact, round_ in ((a, b), (b, a)):
        middle = round_.mid().fmpq()
        if int(middle.q) != 1:
            continue
        if abs(exact - round_) < 1 and not exact.contains_integer():  # 365/7 = 52 weeks, 17/3 = 5 in whole numbers
            return True
        if not int(middle.p):
            continue
        digits = str(abs(int(middle.p)))
        unit = 10 ** (len(digits) - len(digits.rstrip("0")))
        if unit > 1 and abs(exact - round_) * 2 <= unit:
            return True
    return False


def in_thousands(left: Expr, right: Expr) -> bool:
    """Whether one side is the other in thousands, millions ..., or powers of 1024: a unit that was not read makes it so."""
    a, b = value(left, Point()), value(right, Point())
    if a is None or b is None or not (abs(a) > 0 and abs(b) > 0):
        return False
    near = _ball(_PERCENT)
    scales = [arb(base) ** power for base in (1000, 1024) for power in range(-6, 7) if power]
    return any(abs(a / b / scale - 1) < near for scale in scales)


def is_far(left: Expr, right: Expr, tex: str) -> bool:
    r"""Whether a result is no rounded value at all: it has digits enough, and they are those of another number.

    Not ``2/9 \approx 0`` and ``90/223 \approx 40``, which may be rounded, or percent.
    """
    a, b = value(left, Point()), value(right, Point())
    told = re.search(r"[1-9]\d{2}|[1-9]\d*\.\d|\.0*[1-9]\d", tex)
    if a is None or b is None or told is None or not (abs(a) > 0 and abs(b) > 0):
        return False
    ratio = abs(a / b)
    return not any(abs(ratio / arb(10) ** power - 1) < _ball(_APART) for power in range(-18, 19))


def _rational(e: Expr) -> bool:
    """Whether it is a power with a whole exponent."""
    return isinstance(e, Pow) and isinstance(e.exponent, Number) and e.exponent.value.denominator == 1


def _nearly() -> arb:
    return _ball(_NEARLY)


def _moved(e: Expr, path: tuple[int, ...], new: Fraction) -> Expr:
    if not path:
        return Number(new)
    below = list(parts(e))
    below[path[0]] = _moved(below[path[0]], path[1:], new)
    return rebuild(e, tuple(below))


def written(x: arb, other: arb) -> str:
    """A number in as many digits as tell it from another one: at least four figures, without an error bound."""
    for digits in (4, 6, 9, 15, 30):
        text = _digits(x, digits)
        if text != _digits(other, digits):
            return text
    return _digits(x, 4)


def _digits(x: arb, digits: int) -> str:
    if x.is_exact() and x.is_integer() and abs(x) < 10**9:
        return str(int(float(x)))
    if x.contains(0):
        return "0"
    near = float(x.mid())
    if near == 0 or 1e-4 <= abs(near) < 1e7:
        return f"{near:.{digits}g}" if digits <= 15 else x.str(digits, radius=False)
    return x.str(digits, radius=False)
