"""Whether two values certainly differ, in balls of more and more bits: 160 digits lose x in ``exp(exp(8)) + x``."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul

from flint import arb, fmpq
from flint import ctx as bits

from independent.numbers import CannotTell, Undefined, ctx, whole
from independent.values import value
from loglik.derive.expressions import Add, At, Constant, Function, Indexed, Log, Mul, Number, Pow, Product, Sum, Symbol

_BITS = (700, 5_000, 40_000)
_MOST_TERMS = 60


class NoBall(ArithmeticError):  # noqa: N818
    """A derivative or a limit: what difference quotients say of it has no bound of its error."""


def gap(left, right, at) -> int | None:
    """The sign of ``left - right`` where it is certain, and 0 where it is not; None for what is exact or has no balls."""
    if all(isinstance(value(e, at), Fraction) for e in (left, right)):
        return None
    before = bits.prec
    try:
        for bits.prec in _BITS:
            found = ball(left, at) - ball(right, at)
            if found > 0 or found < 0:
                return 1 if found > 0 else -1
    except NoBall:
        return None
    except (CannotTell, Undefined):
        return 0
    finally:
        bits.prec = before
    return 0


def ball(e, at):
    """A ball around the value."""
    match e:
        case Number():
            return _of(e.value)
        case Constant():
            return arb(1).exp()
        case Symbol() | Indexed():
            return _of(value(e, at))
        case Add():
            return reduce(add, [ball(term, at) for term in e.terms])
        case Mul():
            return reduce(mul, [ball(factor, at) for factor in e.factors])
        case Pow(base=Constant()):
            return ball(e.exponent, at).exp()
        case Pow():
            return _power(ball(e.base, at), e.exponent, at)
        case Log():
            return ball(e.argument, at).log() / ball(e.base, at).log()
        case Sum() | Product():
            lower, upper = (whole(value(end, at)) for end in (e.lower, e.upper))
            if upper - lower > _MOST_TERMS:
                raise CannotTell
            found = [ball(e.body, at.bind(e.index.name, Fraction(i))) for i in range(lower, upper + 1)]
            return reduce(add, found, arb(0)) if isinstance(e, Sum) else reduce(mul, found, arb(1))
        case At():
            exactly = value(e.value, at)
            return ball(
                e.body, at.bind(e.variable.name, exactly if isinstance(exactly, Fraction) else ball(e.value, at))
            )
        case Function("sigmoid", (u,)):
            return 1 / (1 + (-ball(u, at)).exp())
        case Function("abs", (u,)):
            return abs(ball(u, at))
        case _:
            raise NoBall


def _of(x):
    if isinstance(x, Fraction):
        return arb(fmpq(x.numerator, x.denominator))
    if isinstance(x, arb):
        return x
    return arb(ctx.nstr(x, ctx.dps), f"{ctx.nstr(abs(x) * ctx.mpf(10) ** (10 - ctx.dps), 5)}")


def _power(base, exponent, at):
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return base ** int(exponent.value)
    if isinstance(exponent, Number) and exponent.value == Fraction(1, 2):
        return base.sqrt()
    n = value(exponent, at)
    if isinstance(n, Fraction) and n.denominator == 1:
        return base ** int(n)
    return (ball(exponent, at) * base.log()).exp()
