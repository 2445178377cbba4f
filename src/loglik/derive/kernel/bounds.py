"""Where the value of an expression may lie, from the sets its names come from and from what is known of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import inf
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    Equation,
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
    negative,
    parts,
    substitute,
    walk,
)
from loglik.derive.expressions.sets import ends, said_of
from loglik.derive.kernel.algebra import TooLargeError, polynomial, same_quotient
from loglik.derive.kernel.intervals import (
    ANY,
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    NONZERO,
    POSITIVE,
    Interval,
    add,
    at_least,
    between,
    exactly,
    multiply,
    power,
    sign,
)
from loglik.derive.kernel.scope import names_in
from loglik.derive.kernel.whole import whole
from loglik.derive.rules.arrangement import arrangement_key, written_number
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.derive.expressions import Domain
    from loglik.derive.kernel.scope import Fact, Scope

_UNIT = between(0, 1, closed=True)
OF_KIND = {
    "positive": POSITIVE,
    "base": POSITIVE,
    "probability": between(0, 1, closed=False),
    "simplex": replace(_UNIT, low_closed=False),  # 1 if its range has one element
    "size": at_least(Fraction(2)),
    "nonnegative": NONNEGATIVE,
    "unit": _UNIT,
    "label": _UNIT,
    "onehot": _UNIT,
    "distribution": _UNIT,
    "nonzero": NONZERO,
}
_MOST_TRIES, _LARGEST = 64, 80


def interval(e: Expr, scope: Scope) -> Interval:
    """An interval that contains every value of the expression, where it has one."""
    key = "interval", arrangement_key(e)
    if key not in scope.kept:
        scope.kept[key] = _interval(e, scope)
    found: Interval = scope.kept[key]
    return found


def _interval(e: Expr, scope: Scope) -> Interval:
    found = _of_node(e, scope)
    for left, relation, right in _instances(e, scope, numbers=True):
        bound = written_number(right)
        if bound is not None and arrangement_key(left) == arrangement_key(e):
            found = found.both(_beside(relation, bound))
    if not found.without_zero:
        found = found.both(_near_a_limit(e, scope))
    return found


def _beside(relation: str, x: Fraction) -> Interval:
    """The values that stand in a relation to a number."""
    low = x if relation in {">", ">=", "="} else -inf
    high = x if relation in {"<", "<=", "="} else inf
    return Interval(low, high, relation in {">=", "="}, relation in {"<=", "="}, relation == "!=" and x == 0)


def _of_node(e: Expr, scope: Scope) -> Interval:
    match e:
        case Number():
            return exactly(e.value)
        case Constant(name="e"):
            return between(2, 3, closed=False)
        case Symbol():
            return _of_name(e.name, scope)
        case Indexed():
            return _of_element(e, scope)
        case Mul():
            found = exactly(1)
            same = {arrangement_key(factor): factor for factor in e.factors}
            keys = [arrangement_key(factor) for factor in e.factors]
            for key, factor in same.items():
                found = multiply(found, power(interval(factor, scope), keys.count(key)))
            return found
        case Add():
            found = exactly(0)
            for term in e.terms:
                found = add(found, interval(term, scope))
            return found.both(_expanded(e, scope))
        case Pow():
            return _of_power(e, scope)
        case Log():
            return _of_log(e, scope)
        case Sum() | Product():
            return _of_range(e, scope)
        case At():
            inner, body = scope.open(e)
            return interval(body, inner)
        case Function(name="sigmoid"):
            return between(0, 1, closed=False)
        case Function(name="abs"):
            inside = interval(e.args[0], scope)
            return inside if inside.low >= 0 else POSITIVE if inside.without_zero else NONNEGATIVE
        case Function(name="softmax"):
            return OF_KIND["simplex"]
        case Function(name="delta"):
            return _UNIT
        case _:
            return ANY


def _of_name(name: str, scope: Scope) -> Interval:
    match scope.bound.get(name):
        case Sum(lower=lower, upper=upper) | Product(lower=lower, upper=upper):
            first, last = interval(lower, scope), interval(upper, scope)
            found = Interval(first.low, last.high, first.low_closed, last.high_closed)
        case At(value=value):
            found = interval(value, scope)
        case Limit(point=point):
            near = interval(point, scope).nearby()
            found = replace(near, nonzero=near.without_zero or written_number(point) == 0)
        case _:
            declared = scope.domains.get(name)
            found = ANY if declared is None else _of_domain(declared)
    return found.nearby() if name in scope.moving else found


def _of_domain(declared: Domain) -> Interval:
    if declared.kind == "index" and declared.range is not None:
        return at_least(Fraction(declared.range.lower))
    if declared.kind == "simplex" and declared.range is not None and 2 + declared.range.offset > declared.range.lower:
        return between(0, 1, closed=False)
    return OF_KIND.get(declared.kind, ANY)


def _of_element(e: Indexed, scope: Scope) -> Interval:
    name = e.base.name
    if name in scope.bound or name not in scope.domains:
        return ANY
    found = _of_domain(scope.domains[name])
    return found.nearby() if name in scope.moving else found


def _of_power(e: Pow, scope: Scope) -> Interval:
    n = written_number(e.exponent)
    base = interval(e.base, scope)
    if n is not None and n.denominator == 1 and abs(n) <= 64:
        return power(base, int(n)).both(NONZERO if n <= 0 else ANY)
    if base.positive:
        return POSITIVE
    return NONNEGATIVE if base.low >= 0 else ANY


def _of_log(e: Log, scope: Scope) -> Interval:
    """A logarithm has the sign of ``argument - 1`` if its base is above 1, and the other one if it is below."""
    argument, base = (add(interval(part, scope), exactly(-1)) for part in (e.argument, e.base))
    return sign(multiply(argument, base)).both(NONZERO if not_one(e.argument, scope) else ANY)


def _of_range(e: Sum | Product, scope: Scope) -> Interval:
    inner, body = scope.open(e)
    each = interval(body, inner)
    found = sign(each)
    if isinstance(e, Product):
        return found if each.low >= 0 else NONZERO if each.without_zero else ANY
    if found in {POSITIVE, NEGATIVE} and at_least_zero(Add((e.upper, negative(e.lower))), scope):
        return found
    return NONNEGATIVE if each.low >= 0 else NONPOSITIVE if each.high <= 0 else ANY


def not_one(e: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly not 1."""
    if add(interval(e, scope), exactly(-1)).without_zero:
        return True
    if isinstance(e, Symbol):
        node, declared = scope.bound.get(e.name), scope.domains.get(e.name)
        if isinstance(node, At):
            return not_one(node.value, scope)
        if node is None and declared is not None and declared.kind == "base":
            return True
    wanted = arrangement_key(e)
    return any(
        relation == "!=" and written_number(right) == 1 and arrangement_key(left) == wanted
        for left, relation, right in _instances(e, scope, numbers=True)
    )


# -- differences


def above_zero(e: Expr, scope: Scope, depth: int = 2) -> bool:
    """Whether a difference is certainly above 0."""
    return _by_one_more_fact(e, scope, depth, strict=True)


def at_least_zero(e: Expr, scope: Scope, depth: int = 2) -> bool:
    """Whether a difference is certainly 0 or more."""
    return _by_one_more_fact(e, scope, depth, strict=False)


def _by_one_more_fact(e: Expr, scope: Scope, depth: int, *, strict: bool) -> bool:
    """``e > 0`` because it is so, or because ``f > 0`` is known and ``e - f >= 0``."""
    key = "above", arrangement_key(e), depth, strict
    if key not in scope.kept:
        scope.kept[key] = False  # of a question within itself
        scope.kept[key] = _above(e, scope, depth, strict=strict)
    found: bool = scope.kept[key]
    return found


def _above(e: Expr, scope: Scope, depth: int, *, strict: bool) -> bool:
    facts = [*_differences(e, scope)] if depth and e.size <= _LARGEST else []
    key = arrangement_key(e)
    if any(key == arrangement_key(fact) and (above or not strict) for fact, above in facts):
        return True
    found = interval(e, scope)
    if found.positive or (not strict and found.low >= 0):
        return True
    names = names_in(e)
    for fact, above in facts:
        if names & names_in(fact):
            rest = Add((e, negative(fact)))
            if _by_one_more_fact(rest, scope, depth - 1, strict=strict and not above):
                return True
    return False


def _differences(e: Expr, scope: Scope) -> Iterator[tuple[Expr, bool]]:
    """What is known to be 0 or more, or (True) above 0: indices within their ranges, inequalities that are given."""
    for part in {part for _, part in walk(e) if isinstance(part, (Symbol, Indexed))}:
        bounds = _range_of(part, scope)
        if bounds is not None:
            yield Add((part, negative(bounds[0]))), False
            yield Add((bounds[1], negative(part))), False
    for left, relation, right in _instances(e, scope, numbers=False):
        if relation in {">", ">="}:
            yield Add((left, negative(right))), relation == ">"
        elif relation in {"<", "<="}:
            yield Add((right, negative(left))), relation == "<"


def _range_of(e: Symbol | Indexed, scope: Scope) -> tuple[Expr, Expr] | None:
    """The ends of the range that a bound name, an index, or an element of a family of indices runs over."""
    name = e.name if isinstance(e, Symbol) else e.base.name
    if name in scope.moving:
        return None
    node = scope.bound.get(name)
    if node is not None:
        return (node.lower, node.upper) if isinstance(node, (Sum, Product)) and isinstance(e, Symbol) else None
    declared = scope.domains.get(name)
    return ends(declared) if declared is not None and declared.kind == "index" else None


def _expanded(e: Expr, scope: Scope) -> Interval:
    """The interval of a sum, multiplied out and like terms collected."""
    try:
        terms, atoms = polynomial(e)
    except TooLargeError:
        return ANY
    within = {key: interval(atom, scope) for key, atom in atoms.items()}
    found = exactly(0)
    for monomial, factor in terms.items():
        value = exactly(factor)
        for key, n in monomial:
            value = multiply(value, power(within[key], n))
        found = add(found, value)
    return found


# -- what is known of names


def _instances(e: Expr, scope: Scope, *, numbers: bool) -> Iterator[tuple[Expr, str, Expr]]:
    """Facts that hold here: relations to a number or inequalities, for every index with those in the expression."""
    for fact in scope.known():
        c = fact.relation
        if c.relation == "<=>" or (written_number(c.right) is None if numbers else c.relation in {"=", "!="}):
            continue
        if not fact.every:
            yield c.left, c.relation, c.right
            continue
        for values in _choices(fact, e):
            if all(belongs(values[name], declared, scope) for name, declared in fact.every.items()):
                try:
                    yield substitute(c.left, values), c.relation, substitute(c.right, values)
                except DataError:
                    continue


def _choices(fact: Fact, e: Expr) -> Iterator[dict[str, Expr]]:
    found = {part for _, part in walk(e) if isinstance(part, Indexed)}
    families = {part.base.name for _, part in walk(fact.relation) if isinstance(part, Indexed)}
    if not families & {part.base.name for part in found}:
        return
    indices = sorted({i for part in found for i in part.indices}, key=arrangement_key)
    for n, chosen in enumerate(product(indices, repeat=len(fact.every))):
        if n == _MOST_TRIES:
            return
        yield dict(zip(fact.every, chosen, strict=True))


def belongs(e: Expr, declared: Domain, scope: Scope) -> bool:
    """Whether a value is certainly in a declared set."""
    return all(related(c, scope) if isinstance(c, Equation) else _is_index(c, scope) for c in said_of(e, declared))


def _is_index(c: Expr, scope: Scope) -> bool:
    if not isinstance(c, Function) or c.name not in {"whole", "in_range"}:
        return False
    return whole(c.args[0], scope) if c.name == "whole" else in_range(c.args[0], c.args[1], c.args[2], scope)


# -- relations


def related(c: Equation, scope: Scope) -> bool:
    """Whether a relation is proved by where the values of both sides lie."""
    if c.relation == "!=":
        return _differ(c, scope)
    if c.relation == "=":
        given = {arrangement_key(fact.relation) for fact in scope.known() if not fact.every}
        return arrangement_key(c.left) == arrangement_key(c.right) or arrangement_key(c) in given
    if c.relation in {"<", "<="}:
        c = Equation(c.right, ">" if c.relation == "<" else ">=", c.left)
    return above_zero(_difference(c), scope) if c.relation == ">" else at_least_zero(_difference(c), scope)


def _difference(c: Equation) -> Expr:
    return c.left if written_number(c.right) == 0 else Add((c.left, negative(c.right)))


def _differ(c: Equation, scope: Scope) -> bool:
    if written_number(c.right) == 1 and not_one(c.left, scope):
        return True
    gap, other = _difference(c), negative(_difference(c))
    if interval(gap, scope).without_zero or above_zero(gap, scope) or above_zero(other, scope):
        return True
    known = [_difference(f.relation) for f in scope.known() if f.relation.relation == "!=" and not f.every]
    return any(same_quotient(each, gap) or same_quotient(each, other) for each in known)


def in_range(j: Expr, lower: Expr, upper: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly a whole number of a range."""
    return whole(j, scope) and all(at_least_zero(Add((a, negative(b))), scope) for a, b in ((j, lower), (upper, j)))


# -- near the point of a limit


def _near_a_limit(e: Expr, scope: Scope) -> Interval:
    """Near the point of a limit, what is continuous there has the strict sign that it has at the point.

    Only the innermost limit that the expression depends on is looked at: its variable may be chosen after all others
    above it. What an ``at`` below it binds is written out first, since it may depend on that variable.
    """
    for name in reversed([*scope.bound]):
        node = scope.bound[name]
        if name not in names_in(e):
            continue
        if isinstance(node, At):
            try:
                e = substitute(e, {name: node.value})
            except DataError:
                return ANY
        elif isinstance(node, Limit):
            if not polynomial_in(e, name):
                return ANY
            variable = Symbol(name)
            if arrangement_key(e) == arrangement_key(Add((variable, negative(node.point)))):
                return NONZERO  # h - p, since h is not p
            there = replace(scope, bound={**scope.bound, name: At(variable, variable, node.point)})
            found = interval(substitute(e, {name: node.point}), there)
            return sign(found) if found.without_zero else ANY
    return ANY


def polynomial_in(e: Expr, name: str) -> bool:
    """Whether an expression is a polynomial in a name, so that it is continuous in it everywhere."""
    if name not in names_in(e) or isinstance(e, Symbol):
        return True
    if isinstance(e, (Add, Mul)):
        return all(polynomial_in(each, name) for each in parts(e))
    if isinstance(e, Pow) and isinstance(e.exponent, Number):
        n = e.exponent.value
        return n.denominator == 1 and n > 0 and polynomial_in(e.base, name)
    return False
