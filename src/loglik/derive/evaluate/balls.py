"""Values of expressions in ball arithmetic: a number together with a bound of its error.

Two sides of a true equation have balls that overlap; balls apart prove that the sides differ at that point. Limits are
the exception: their value is an estimate from points near the limit, and is marked so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, ctx, fmpq

from loglik.derive.evaluate.duals import (
    Dual,
    TooWideError,
    UndefinedError,
    Value,
    absolute,
    add,
    exponential,
    invert,
    logarithm,
    multiply,
    power,
    slope_part,
    value_part,
    whole_power,
)
from loglik.derive.evaluate.elementary import elementary
from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    Derivative,
    E,
    Expr,
    Function,
    Indexed,
    Limit,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.derive.evaluate.points import Point

PRECISION = 500
# A limit is estimated at this distance from its point, and the estimate taken to be good to the second figure.
_NEAR, _LIMIT_ERROR = 2.0**-150, 2.0**-70
_MAX_TERMS = 10_000
_MAX_WORK = 60_000
_MAX_POWER = 64
_MAX_INDEX = 1_000_000
_MAX_MEANINGS = 20
_CONSTANTS = {"e": arb.const_e, "pi": arb.pi}


@dataclass(frozen=True)
class _Env:
    """What names mean where an expression is evaluated."""

    point: Point
    bound: dict[str, Value] = field(default_factory=dict)
    elements: dict[tuple[str, tuple[int, ...]], Value] = field(default_factory=dict)
    level: int = 0
    #: Names whose meanings are being worked out: one that comes back to itself has no value.
    expanding: frozenset[str] = frozenset()
    notes: set[str] = field(default_factory=set)
    work: Iterator[int] = field(default_factory=lambda: iter(range(_MAX_WORK)))


@dataclass(frozen=True)
class Ball:
    """A value with its error; an estimate if a limit is in it."""

    value: arb
    estimate: bool

    def overlaps(self, other: Ball) -> bool:
        """Whether the two may be equal."""
        return bool(self.value.overlaps(other.value))


def ball(e: Expr, point: Point, precision: int = PRECISION) -> Ball:
    """Value of an expression at a point, computed with so many bits.

    Raises
    ------
    UndefinedError
        The expression has no value there.
    TooWideError
        The ball does not tell whether it has one.
    """
    before = ctx.prec
    ctx.prec = precision
    try:
        env = _Env(point)
        found = _value(e, env)
        if isinstance(found, Dual):
            raise TypeError
        if not found.is_finite():  # too large, or nothing is known of it
            raise TooWideError
        return Ball(found, "limit" in env.notes)
    finally:
        ctx.prec = before


def rational(x: Fraction) -> arb:
    """An exact rational as a ball."""
    return arb(fmpq(x.numerator, x.denominator))


def _value(e: Expr, env: _Env) -> Value:
    if next(env.work, None) is None:  # sums within sums within sums
        raise TooWideError
    match e:
        case Number():
            return rational(e.value)
        case Constant():
            return _constant(e)
        case Symbol():
            return _symbol(e, env)
        case Indexed():
            return _element(e, env)
        case Add():
            total = _value(e.terms[0], env)
            for each in e.terms[1:]:
                total = add(total, _value(each, env))
            return total
        case Mul():
            total = _value(e.factors[0], env)
            for each in e.factors[1:]:
                total = multiply(total, _value(each, env))
            return total
        case Pow():
            return _power(e, env)
        case Log():
            natural = logarithm(_value(e.argument, env))
            return natural if e.base == E else multiply(natural, invert(logarithm(_value(e.base, env))))
        case Sum() | Product():
            return _ranged(e, env)
        case Derivative():
            return _derivative(e, env)
        case At():
            return _value(e.body, replace(env, bound={**env.bound, e.variable.name: _value(e.value, env)}))
        case Limit():
            return _limit(e, env)
        case Function():
            return _function(e, env)
        case _:
            raise UndefinedError(type(e).__name__)


def _constant(e: Constant) -> arb:
    if e.name not in _CONSTANTS:
        raise UndefinedError(e.name)
    return _CONSTANTS[e.name]()


def _symbol(e: Symbol, env: _Env) -> Value:
    if e.name in env.bound:
        return env.bound[e.name]
    if e.name in env.point.meanings:
        return _value(env.point.meanings[e.name][1], _expanding(e.name, env))
    return rational(env.point.numbers[e.name])


def _element(e: Indexed, env: _Env) -> Value:
    at = tuple(whole(each, env) for each in e.indices)
    name = e.base.name
    if (name, at) in env.elements:
        return env.elements[name, at]
    if name in env.point.meanings:
        names, meaning = env.point.meanings[name]
        inner = _expanding(f"{name}{at}", env)
        return _value(meaning, replace(inner, bound={n: arb(i) for n, i in zip(names, at, strict=True)}))
    family = env.point.families.get(name)
    if family is None:  # a size is no family
        raise UndefinedError
    if e.base.domain.kind in {"simplex", "distribution", "onehot"} and at not in family:
        raise UndefinedError
    return rational(family[at])


def _expanding(name: str, env: _Env) -> _Env:
    if name in env.expanding or len(env.expanding) >= _MAX_MEANINGS:
        raise UndefinedError
    return replace(env, expanding=env.expanding | {name})


def whole(e: Expr, env: _Env) -> int:
    """An index: exact, and whole."""
    found = _value(e, env)
    if isinstance(found, Dual) or not found.is_exact() or not found.is_integer() or abs(found) > _MAX_INDEX:
        raise UndefinedError
    return _int(found)


def _int(x: arb) -> int:
    return int(float(x))  # exact: the caller knows that it is whole, and it is small


def _power(e: Pow, env: _Env) -> Value:
    if e.base == E:
        return exponential(_value(e.exponent, env))
    base, exponent = _value(e.base, env), _value(e.exponent, env)
    if not isinstance(exponent, Dual) and exponent.is_exact() and exponent.is_integer() and abs(exponent) <= _MAX_POWER:
        return whole_power(base, _int(exponent))
    return power(base, exponent)


def _ranged(e: Sum | Product, env: _Env) -> Value:
    lower, upper = whole(e.lower, env), whole(e.upper, env)
    if upper - lower >= _MAX_TERMS:
        raise UndefinedError
    total: Value = arb(0) if isinstance(e, Sum) else arb(1)
    join = add if isinstance(e, Sum) else multiply
    for i in range(lower, upper + 1):
        total = join(total, _value(e.body, replace(env, bound={**env.bound, e.index.name: arb(i)})))
    return total


def _derivative(e: Derivative, env: _Env) -> Value:
    level = env.level + 1
    moved = Dual(level, _value(e.variable, env), arb(1))
    if isinstance(e.variable, Indexed):
        at = tuple(whole(each, env) for each in e.variable.indices)
        inner = replace(env, level=level, elements={**env.elements, (e.variable.base.name, at): moved})
    else:
        inner = replace(env, level=level, bound={**env.bound, e.variable.name: moved})
    return slope_part(_value(e.body, inner), level)


def _limit(e: Limit, env: _Env) -> Value:
    """The value beside the point, if it is nearly the same on both sides and at two distances: a pole has none."""
    env.notes.add("limit")
    point = _value(e.point, env)
    near = [
        _blurred(_value(e.body, replace(env, bound={**env.bound, e.variable.name: add(point, arb(distance))})))
        for distance in (_NEAR, -_NEAR, _NEAR * 2.0**-20, -_NEAR * 2.0**-20)
    ]
    if not all(_agree(near[0], other) for other in near[1:]):
        raise UndefinedError
    return near[0]


def _agree(a: Value, b: Value) -> bool:
    if isinstance(a, Dual) or isinstance(b, Dual):
        level = max(x.level for x in (a, b) if isinstance(x, Dual))
        return _agree(value_part(a, level), value_part(b, level)) and _agree(slope_part(a, level), slope_part(b, level))
    return bool(a.overlaps(b))


def _blurred(x: Value) -> Value:
    if isinstance(x, Dual):
        return Dual(x.level, _blurred(x.value), _blurred(x.slope))
    return x + arb(0, 1) * (1 + abs(x)) * _LIMIT_ERROR


def _function(e: Function, env: _Env) -> Value:
    if e.name == "delta":
        return arb(int(whole(e.args[0], env) == whole(e.args[1], env)))
    if e.name == "abs":
        return absolute(_value(e.args[0], env))
    if e.name == "sigmoid":
        return invert(add(arb(1), exponential(multiply(arb(-1), _value(e.args[0], env)))))
    if e.name == "softmax" and isinstance(e.args[0], Symbol):
        top = exponential(_element(Indexed(e.args[0], (e.args[1],)), env))
        total: Value = arb(0)
        for i in range(1, whole(e.args[2], env) + 1):
            total = add(total, exponential(_element(Indexed(e.args[0], (Number(Fraction(i)),)), env)))
        return multiply(top, invert(total))
    return elementary(e.name, [_value(each, env) for each in e.args])
