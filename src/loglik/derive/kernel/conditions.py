"""Conditions: whether they follow, in the scope in which they stand, from what is declared and known there.

There is no search in it: each case is a sentence about one kind of expression. True means proved; False, not proved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ZERO,
    Add,
    At,
    Derivative,
    Equation,
    Expr,
    Function,
    Indexed,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    negative,
    substitute,
)
from loglik.derive.expressions.domains import WHOLE
from loglik.derive.expressions.sets import ends, said_of
from loglik.derive.expressions.walk import binder
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.bounds import above_zero, at_least_zero, interval, not_one
from loglik.derive.kernel.scope import names_in, own_name
from loglik.derive.kernel.smooth import differentiable, exists, limit_is_positive
from loglik.derive.rules.arrangement import arrangement_key, written_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loglik.derive.kernel.scope import Scope

_CONVEX = {"real", "positive", "probability"}


def holds(condition: Expr, scope: Scope) -> bool:
    """Whether a condition is proved where it stands; under a sum it is meant for every index, under ``lim`` nearby."""
    if isinstance(condition, Equation):
        return _relation(condition, scope)
    if binder(condition) is not None:
        inner, body = scope.open(condition)
        return holds(body, inner)
    if not isinstance(condition, Function) or condition.name not in _PREDICATES:
        return False
    number_of, predicate = _PREDICATES[condition.name]
    return len(condition.args) == number_of and predicate(condition.args, scope)


def all_hold(conditions: Iterable[Expr], scope: Scope) -> bool:
    """Whether each is proved."""
    return all(holds(c, scope) for c in conditions)


def _relation(c: Equation, scope: Scope) -> bool:
    if c.relation == "!=":
        return _differ(c, scope)
    if c.relation == "=":
        given = {arrangement_key(fact.relation) for fact in scope.known() if not fact.every}
        return arrangement_key(c.left) == arrangement_key(c.right) or arrangement_key(c) in given
    if c.relation in {"<", "<="}:
        c = Equation(c.right, ">" if c.relation == "<" else ">=", c.left)
    if c.right == ZERO and binder(c.left) is not None and limit_is_positive(c.left, scope):
        return True
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


# -- predicates


def _free(args: tuple[Expr, ...], scope: Scope) -> bool:
    e, variable = args
    name = own_name(variable)
    return name != "" and not names_in(e) & scope.entangled(name)


def _independent(args: tuple[Expr, ...], scope: Scope) -> bool:
    """No equation that is given ties the elements of a family together, so that one moves and the others stay."""
    name = own_name(args[0])
    return name != "" and not any(name in fact.fixed for fact in scope.equations())


def whole(e: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly a whole number."""
    match e:
        case Number():
            return e.value.denominator == 1
        case Symbol():
            node = scope.bound.get(e.name)
            if e.name in scope.moving:
                return False
            if isinstance(node, (Sum, Product)):
                return True
            if node is not None:
                return isinstance(node, At) and whole(node.value, scope)
            return e.name in scope.domains and scope.domains[e.name].kind in WHOLE - {"onehot"}
        case Indexed():
            name = e.base.name
            known = name in scope.domains and name not in scope.moving
            return known and scope.domains[name].kind in WHOLE
        case Add():
            return all(whole(term, scope) for term in e.terms)
        case Mul():
            return all(whole(factor, scope) for factor in e.factors)
        case Pow(exponent=Number(value=n)):
            return n.denominator == 1 and n > 0 and whole(e.base, scope)
        case Sum():
            inner, body = scope.open(e)
            return whole(body, inner)
        case Function(name="delta"):
            return True
        case _:
            return False


def _in_range(args: tuple[Expr, ...], scope: Scope) -> bool:
    j, lower, upper = args
    gaps = Add((j, negative(lower))), Add((upper, negative(j)))
    return whole(j, scope) and all(at_least_zero(gap, scope) for gap in gaps)


def _simplex(args: tuple[Expr, ...], scope: Scope) -> bool:
    """The elements of a family sum to 1 over a range, at the point: not where one of them moves."""
    family, lower, upper = args
    if not isinstance(family, Symbol) or family.name in scope.moving or family.name in scope.bound:
        return False
    declared = scope.domains.get(family.name)
    if declared is None or declared.kind not in {"simplex", "distribution", "onehot"}:
        return False
    first, last = ends(declared) or (None, None)
    if first is None or last is None or names_in(last) & scope.moving:
        return False
    return [arrangement_key(e) for e in (first, last)] == [arrangement_key(e) for e in (lower, upper)]


def _concave(args: tuple[Expr, ...], scope: Scope) -> bool:
    """``concave(at(F(u), u, c), x)``: F is concave on an interval that contains c and x.

    It was proved, from nothing but the domain of a variable v, that the second derivative by v is a term that is not
    above 0 anywhere on that domain; the domain is an interval, and c and x are in it.
    """
    f, x = args
    if not isinstance(f, At):
        return False
    place = Symbol("@concave")
    wanted = arrangement_key(substitute(f.body, {f.variable.name: place}))
    for fact in scope.known():
        match fact.relation:
            case Equation(Derivative(Derivative(body, Symbol() as v), w), "=", second) if fact.identity and v == w:
                declared = fact.every.get(v.name)
                if declared is None or declared.kind not in _CONVEX:
                    continue
                if arrangement_key(substitute(body, {v.name: place})) != wanted or v.name in names_in(f.body):
                    continue
                if all_hold((*said_of(x, declared), *said_of(f.value, declared)), scope) and _never_above(
                    second, v, scope
                ):
                    return True
    return False


def _never_above(second: Expr, v: Symbol, scope: Scope) -> bool:
    """Whether a term is 0 or less for every value of v in its declared set, wherever v stands here."""
    return at_least_zero(negative(second), replace(scope, facts=(), moving=scope.moving - {v.name}))


#: Number of arguments, and what proves it.
_PREDICATES: dict[str, tuple[int, Callable[[tuple[Expr, ...], Scope], bool]]] = {
    "free": (2, _free),
    "differentiable": (2, lambda args, scope: differentiable(args[0], args[1], scope)),
    "exists": (1, lambda args, scope: exists(args[0], scope)),
    "in_range": (3, _in_range),
    "nonempty": (2, lambda args, scope: whole(args[1], scope) and _in_range((args[0], *args), scope)),
    "simplex": (3, _simplex),
    "whole": (1, lambda args, scope: whole(args[0], scope)),
    "concave": (2, _concave),
    "independent": (1, _independent),
}
