"""Values of expressions at a point, written down from what each node means."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import count

from independent.numbers import CannotTell, Undefined, ctx, exp, invert, log, power, real, sign, whole
from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    Derivative,
    Equation,
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

# The increment of difference quotients; distances from the point of a limit.
STEP = ctx.mpf(10) ** -40
DISTANCES = tuple(ctx.mpf(10) ** -n for n in (12, 16, 20))
_KINK, _CLOSE = ctx.mpf(10) ** -6, ctx.mpf(10) ** -15
_MOST_TERMS = 60
_MOST_WORK = 6_000
_ONE, _ZERO = Fraction(1), Fraction(0)


class Place:
    """The point, and what is bound to something else where an expression stands."""

    __slots__ = ("bound", "elements", "notes", "point", "work")

    def __init__(self, point, bound=None, elements=None, notes=None, work=None):
        self.point, self.bound, self.elements = point, bound or {}, elements or {}
        self.notes = set() if notes is None else notes
        self.work = count() if work is None else work

    def bind(self, name, x):
        """The place under a node that binds a name."""
        return Place(self.point, {**self.bound, name: x}, self.elements, self.notes, self.work)


def value(e, at: Place):
    """The value; `Undefined` and `CannotTell` are raised."""
    if next(at.work) > _MOST_WORK:
        raise CannotTell
    return _OF[type(e)](e, at)


def _nothing(*_):
    """A relation is not a number."""
    raise Undefined


def _symbol(e, at):
    if e.name in at.bound:
        return at.bound[e.name]
    return at.point.number(e.name, at)


def _indexed(e, at):
    name = e.base.name
    if name in at.bound:  # a number has no elements
        raise Undefined
    indices = tuple(whole(value(i, at)) for i in e.indices)
    if (name, indices) in at.elements:
        return at.elements[name, indices]
    return at.point.element(name, indices, at)


def plus(a, b):
    """Sum, exact where both are."""
    return a + b if isinstance(a, Fraction) == isinstance(b, Fraction) else real(a) + real(b)


def times(a, b):
    """Product; an exact 0 stays exact."""
    if isinstance(a, Fraction) == isinstance(b, Fraction):
        return a * b
    return _ZERO if _ZERO in (a, b) else real(a) * real(b)


def _add(e, at):
    return reduce(plus, [value(t, at) for t in e.terms])


def _mul(e, at):
    return reduce(times, [value(f, at) for f in e.factors])


def _pow(e, at):
    if isinstance(e.base, Constant):
        return exp(value(e.exponent, at))
    return power(value(e.base, at), value(e.exponent, at))


def _log(e, at):
    base = value(e.base, at)
    below = _ONE if isinstance(e.base, Constant) else log(base)
    return times(log(value(e.argument, at)), invert(below))


def _ranged(e, at):
    lower, upper = whole(value(e.lower, at)), whole(value(e.upper, at))
    if upper - lower > _MOST_TERMS:
        raise CannotTell
    total = _ZERO if isinstance(e, Sum) else _ONE
    for i in range(lower, upper + 1):
        each = value(e.body, at.bind(e.index.name, Fraction(i)))
        total = plus(total, each) if isinstance(e, Sum) else times(total, each)
    return total


def _at(e, at):
    return value(e.body, at.bind(e.variable.name, value(e.value, at)))


def _derivative(e, at):
    notes = set()
    name, indices = e.variable.name if isinstance(e.variable, Symbol) else e.variable.base.name, ()
    if isinstance(e.variable, Indexed):
        indices = tuple(whole(value(i, at)) for i in e.variable.indices)

    def moved(x):
        bound = at.bound if indices else {**at.bound, name: x}
        elements = {**at.elements, (name, indices): x} if indices else at.elements
        return real(value(e.body, Place(at.point, bound, elements, notes, at.work)))

    middle = real(value(e.body, at))  # what has no value has no derivative
    here = real(value(e.variable, at))
    up, down = moved(here + STEP), moved(here - STEP)
    if "limit" in notes:  # too few digits for a difference
        raise CannotTell
    at.notes.add("derivative")
    right, left = (up - middle) / STEP, (middle - down) / STEP
    gap, size = abs(right - left), 1 + max(abs(right), abs(left))
    if gap > size * _KINK:
        raise Undefined
    if gap > size * _CLOSE or size > 10**25:
        raise CannotTell
    return (up - down) / (2 * STEP)


def _limit(e, at):
    at.notes.add("limit")
    point = real(value(e.point, at))
    right, left = (_side(e, at, point, s) for s in (1, -1))
    gap, size = abs(right - left), 1 + max(abs(right), abs(left))
    if gap > size * ctx.mpf(10) ** -3:
        raise Undefined
    if gap > size * ctx.mpf(10) ** -7:
        raise CannotTell
    return (right + left) / 2


def _side(e, at, point, s):
    first, second, third = (real(value(e.body, at.bind(e.variable.name, point + s * d))) for d in DISTANCES)
    before, after = abs(second - first), abs(third - second)
    if after < ctx.mpf(10) ** -8 * (1 + abs(third)):
        return third
    if after > before / 2 and after > ctx.mpf(10) ** -3:
        raise Undefined
    raise CannotTell


def _function(e, at):
    match e.name, e.args:
        case "sigmoid", (u,):
            return invert(plus(_ONE, exp(-value(u, at))))
        case "delta", (i, j):
            return Fraction(whole(value(i, at)) == whole(value(j, at)))
        case "softmax", (Symbol() as family, k, size):
            own, last = whole(value(k, at)), whole(value(size, at))
            if not 1 <= own <= last:
                raise Undefined
            if last > _MOST_TERMS:
                raise CannotTell
            powers = [exp(_indexed(Indexed(family, (Number(Fraction(i)),)), at)) for i in range(1, last + 1)]
            return times(powers[own - 1], invert(reduce(plus, powers)))
        case "sqrt", (x,):
            return power(_nonnegative(value(x, at)), Fraction(1, 2))
        case "abs", (x,):
            return abs(value(x, at))
        case "sign", (x,):
            return Fraction(sign(value(x, at)))
        case _:
            raise CannotTell


def _nonnegative(x):
    if isinstance(x, Fraction) and x < 0:
        raise Undefined
    return x


_OF = {
    Number: lambda e, _: e.value,
    Constant: lambda _, __: ctx.e + 0,
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Log: _log,
    Sum: _ranged,
    Product: _ranged,
    At: _at,
    Derivative: _derivative,
    Limit: _limit,
    Function: _function,
    Equation: _nothing,
}


def truth(relation, at: Place) -> bool | None:
    """Whether a relation holds at a point; None if the digits do not say it.

    An equation of equations is true where both are true or both are false.
    """
    if relation.relation == "<=>":
        if not (isinstance(relation.left, Equation) and isinstance(relation.right, Equation)):
            raise Undefined
        sides = [truth(side, at) for side in (relation.left, relation.right)]
        return None if None in sides else sides[0] == sides[1]
    here = Place(at.point, at.bound, at.elements, None, at.work)
    return compare(value(relation.left, here), relation.relation, value(relation.right, here), here.notes)


def compare(left, relation, right, notes) -> bool | None:
    """``left relation right``, with as many digits as difference quotients and limits leave."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        gap = (left > right) - (left < right)
    else:
        digits = -7 if "limit" in notes else -20 if "derivative" in notes else 20 - ctx.dps
        left, right = real(left), real(right)
        close = abs(left - right) <= ctx.mpf(10) ** digits * max(1, abs(left), abs(right))
        if close:
            return True if relation in {"=", "<=", ">="} else None
        gap = 1 if left > right else -1
    return {"=": gap == 0, "<=": gap <= 0, ">=": gap >= 0, "<": gap < 0, ">": gap > 0, "!=": gap != 0}[relation]
