"""Smoothness: derivatives and limits that are known to exist.

That sums, products, powers, logarithms and exponentials of functions with all derivatives have all derivatives, where
they are defined on an open set, is taken as known. What has to hold in a neighbourhood is asked at the point only: the
parts are continuous, since they have derivatives, so that a strict inequality between them holds nearby too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    MINUS_ONE,
    ONE,
    Add,
    At,
    Derivative,
    Expr,
    Function,
    Indexed,
    Limit,
    Log,
    Mul,
    Pow,
    Product,
    Sum,
    Symbol,
    parts,
    substitute,
)
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.bounds import interval, not_one, polynomial_in
from loglik.derive.kernel.scope import names_in, own_name
from loglik.derive.kernel.whole import whole
from loglik.derive.rules.arrangement import written_number
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.derive.kernel.scope import Scope


def differentiable(e: Expr, variable: Expr, scope: Scope) -> bool:
    """Whether an expression has all derivatives by a variable, at the value that the variable has."""
    name = own_name(variable)
    if not name or (name not in scope.bound and name not in scope.domains):
        return False
    return _smooth(e, variable, scope)


def _smooth(e: Expr, variable: Expr, scope: Scope) -> bool:
    name = own_name(variable)
    tied = scope.entangled(name)
    if not names_in(e) & tied:
        return True
    fine = all(_smooth(part, variable, scope) for part in parts(e)) if isinstance(e, (Add, Mul, Pow, Log)) else False
    match e:
        case Symbol():
            return isinstance(variable, Symbol) and e.name == name
        case Indexed():
            return isinstance(variable, Indexed) and e.base.name == name and not _names(e.indices) & tied
        case Add() | Mul():
            return fine
        case Pow():
            return fine and _power(e, scope, tied)
        case Log():
            return fine and all(interval(part, scope).positive for part in parts(e)) and not_one(e.base, scope)
        case Sum() | Product():
            inner, body = scope.open(e)
            return not _names((e.lower, e.upper)) & tied and _smooth(body, variable, inner)
        case At():
            inner, body = scope.open(e)
            place = Symbol(scope.fresh(e.variable.name))
            return _smooth(e.value, variable, scope) and _smooth(body, variable, inner) and _smooth(body, place, inner)
        case Function(name="sigmoid"):
            return _smooth(e.args[0], variable, scope)
        case Function(name="abs"):
            return _smooth(e.args[0], variable, scope) and interval(e.args[0], scope).without_zero
        case Function(name="softmax"):
            own = isinstance(variable, Indexed) and names_in(e.args[0]) == {name}
            return own and not _names(e.args[1:]) & tied
        case Derivative():
            # What has all derivatives by both variables has them in any order.
            return _smooth(e.body, variable, scope) and differentiable(e.body, e.variable, scope)
        case _:
            return False


def _names(es: tuple[Expr, ...]) -> frozenset[str]:
    return frozenset().union(*map(names_in, es))


def _power(e: Pow, scope: Scope, tied: frozenset[str]) -> bool:
    n = written_number(e.exponent)
    base = interval(e.base, scope)
    if base.positive:
        return True
    if n is not None and n.denominator == 1:
        return n > 0 or base.without_zero
    return base.without_zero and not names_in(e.exponent) & tied and whole(e.exponent, scope)


# -- limits


def exists(e: Expr, scope: Scope) -> bool:
    """Whether a limit is known to exist: by continuity, by the definition of e, or put together from limits that do."""
    if not isinstance(e, Limit):
        return False
    if _is_power_towards_e(e) or _continuous(e, scope):
        return True
    body, name = e.body, e.variable.name
    inner = [replace(e, body=part) for part in parts(body)]
    match body:
        case Pow() | Log() if name not in names_in(parts(body)[1]):
            return exists(inner[0], scope) and limit_is_positive(inner[0], scope)
        case Add() | Mul():
            return all(exists(each, scope) for each in inner)
        case _:
            return False


def limit_is_positive(e: Expr, scope: Scope) -> bool:
    """Whether a limit is known to be above 0."""
    if not isinstance(e, Limit):
        return False
    if _is_power_towards_e(e):
        return True
    if _continuous(e, scope):
        try:
            return interval(substitute(e.body, {e.variable.name: e.point}), scope).positive
        except DataError:
            return False
    body = e.body
    return (
        isinstance(body, Pow)
        and e.variable.name not in names_in(body.exponent)
        and exists(replace(e, body=body.base), scope)
        and limit_is_positive(replace(e, body=body.base), scope)
    )


def _is_power_towards_e(e: Limit) -> bool:
    """``(1 + c*t)^(d/t)`` goes to ``exp(c*d)`` as t goes to 0; e itself is defined by c = d = 1."""
    t, body = e.variable, e.body
    if not isinstance(body, Pow) or written_number(e.point) != 0:
        return False
    small = Add((body.base, MINUS_ONE))
    try:
        at_one = [substitute(each, {t.name: ONE}) for each in (small, body.exponent)]
    except DataError:
        return False
    return same_quotient(small, Mul((t, at_one[0]))) and same_quotient(Mul((t, body.exponent)), at_one[1])


def _continuous(e: Limit, scope: Scope) -> bool:
    """Whether the body has all derivatives at the point itself."""
    inner, body = scope.open(At(e.body, e.variable, e.point))
    place = Symbol(scope.fresh(e.variable.name))
    return polynomial_in(body, place.name) or differentiable(body, place, inner)
