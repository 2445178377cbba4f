"""Conditions: whether they follow, in the scope in which they stand, from what is declared and known there.

There is no search in it: each case is a sentence about one kind of expression. True means proved; False, not proved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ZERO,
    At,
    Derivative,
    Equation,
    Expr,
    Function,
    Symbol,
    negative,
    substitute,
)
from loglik.derive.expressions.sets import ends
from loglik.derive.expressions.walk import binder
from loglik.derive.kernel.bounds import at_least_zero, belongs, in_range, related
from loglik.derive.kernel.scope import names_in, own_name
from loglik.derive.kernel.smooth import differentiable, exists, limit_is_positive
from loglik.derive.kernel.whole import whole
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Callable

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


def _relation(c: Equation, scope: Scope) -> bool:
    """By where the values lie; and a limit is above 0 where it is known to be."""
    above, below = (c.left, c.right) if c.relation in {">", ">="} else (c.right, c.left)
    limit = c.relation in {"<", "<=", ">", ">="} and below == ZERO and limit_is_positive(above, scope)
    return limit or related(c, scope)


# -- predicates


def _free(args: tuple[Expr, ...], scope: Scope) -> bool:
    e, variable = args
    name = own_name(variable)
    return name != "" and not names_in(e) & scope.entangled(name)


def _independent(args: tuple[Expr, ...], scope: Scope) -> bool:
    """No equation that is given ties the elements of a family together, so that one moves and the others stay."""
    name = own_name(args[0])
    return name != "" and not any(name in fact.fixed for fact in scope.equations())


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
                if all(belongs(e, declared, scope) for e in (x, f.value)) and _never_above(second, v, scope):
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
    "in_range": (3, lambda args, scope: in_range(args[0], args[1], args[2], scope)),
    "nonempty": (2, lambda args, scope: whole(args[1], scope) and in_range(args[0], args[0], args[1], scope)),
    "simplex": (3, _simplex),
    "whole": (1, lambda args, scope: whole(args[0], scope)),
    "concave": (2, _concave),
    "independent": (1, _independent),
}
