"""Side conditions: whether they follow from what is declared. True means proved; False means not proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.checker.signs import (
    NEGATIVE,
    NONNEGATIVE,
    POSITIVE,
    Scope,
    nonempty,
    not_one,
    polynomial_in,
    signs,
)
from loglik.derive.expressions import (
    ONE,
    ZERO,
    Add,
    At,
    Derivative,
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
    free_symbols,
    negative,
    number,
    parts,
    substitute,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from loglik.derive.expressions import Domain


def holds(condition: Expr, scope: Scope) -> bool:
    """Whether a condition is proved where it stands."""
    if isinstance(condition, Equation):
        return _relation(condition, scope)
    if isinstance(condition, Function):
        return _PREDICATES[condition.name](condition.args, scope)
    if isinstance(condition, At):
        return holds(condition.body, scope.under(condition))
    return False


def _relation(c: Equation, scope: Scope) -> bool:
    if any(f.relation == c.relation and arrangement_key(f) == arrangement_key(c) for f in scope.facts):
        return True
    if c.relation == "!=" and c.right == ONE:
        return not_one(c.left, scope)
    difference = c.left if c.right == ZERO else Add((c.left, negative(c.right)))
    if c.relation == ">" and isinstance(c.left, Limit) and c.right == ZERO:
        return _limit_is_positive(c.left, scope)
    found = signs(difference, scope)
    match c.relation:
        case ">":
            return found == POSITIVE
        case ">=":
            return found <= NONNEGATIVE
        case "<":
            return found == NEGATIVE
        case "<=":
            return found <= frozenset({-1, 0})
        case "!=":
            return 0 not in found
        case _:
            return arrangement_key(c.left) == arrangement_key(c.right)


def _free(args: tuple[Expr, ...], scope: Scope) -> bool:
    del scope
    e, variable = args
    name = variable.base.name if isinstance(variable, Indexed) else getattr(variable, "name", None)
    return name is not None and name not in {s.name for s in free_symbols(e)}


def _differentiable(args: tuple[Expr, ...], scope: Scope) -> bool:
    """Built from functions that have derivatives where they are used here; in a neighbourhood, since all is open."""
    e, variable = args
    if _free((e, variable), scope):
        return True
    below = parts(e)
    match e:
        case Symbol() | Indexed():
            return not any(variable.name in _names(i) for i in below[1:]) if isinstance(variable, Symbol) else True
        case Add() | Mul():
            fine = True
        case Pow():
            whole = isinstance(e.exponent, Number) and e.exponent.value.denominator == 1
            grows = whole and e.exponent.value > 0  # type: ignore[attr-defined]  # whole says it is a Number
            fine = grows or signs(e.base, scope) == POSITIVE or (whole and 0 not in signs(e.base, scope))
        case Log():
            fine = signs(e.argument, scope) == POSITIVE and holds(Equation(e.base, "!=", ONE), scope)
            fine = fine and signs(e.base, scope) == POSITIVE
        case Sum() | Product():
            own = variable.base.name if isinstance(variable, Indexed) else getattr(variable, "name", "")
            fixed = own not in _names(e.lower) | _names(e.upper) | {e.index.name}
            return fixed and _differentiable((e.body, variable), scope.under(e))
        case Function(name="sigmoid"):
            fine = True
        case Function(name="softmax"):
            return isinstance(variable, Indexed)
        case Derivative():
            # What these functions are built from has derivatives of every order.
            return _differentiable((e.body, variable), scope) and _differentiable((e.body, e.variable), scope)
        case _:
            fine = False
    return fine and all(_differentiable((each, variable), scope) for each in below)


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _exists(args: tuple[Expr, ...], scope: Scope) -> bool:
    """A limit is known to exist: by continuity, by the definition of e, or as a power or log of one that does."""
    (limit,) = args
    if not isinstance(limit, Limit):
        return False
    e, name = limit.body, limit.variable.name
    if polynomial_in(e, name) or _is_definition_of_e(limit):
        return True
    if isinstance(e, Pow) and name not in _names(e.exponent):
        inner = Limit(e.base, limit.variable, limit.point)
        return _exists((inner,), scope) and _limit_is_positive(inner, scope)
    if isinstance(e, Log) and name not in _names(e.base):
        inner = Limit(e.argument, limit.variable, limit.point)
        return _exists((inner,), scope) and _limit_is_positive(inner, scope)
    if isinstance(e, (Add, Mul)):
        return all(_exists((Limit(each, limit.variable, limit.point),), scope) for each in parts(e))
    return False


def _is_definition_of_e(limit: Limit) -> bool:
    t = limit.variable
    wanted = Limit(Pow(Add((ONE, t)), Pow(t, number(-1))), t, ZERO)
    return arrangement_key(limit) == arrangement_key(wanted)


def _limit_is_positive(limit: Limit, scope: Scope) -> bool:
    if _is_definition_of_e(limit):
        return True
    name, e = limit.variable.name, limit.body
    if polynomial_in(e, name):
        return signs(substitute(e, {name: limit.point}), scope) == POSITIVE
    if isinstance(e, Pow) and name not in _names(e.exponent):
        return _limit_is_positive(Limit(e.base, limit.variable, limit.point), scope)
    return False


def _in_range(args: tuple[Expr, ...], scope: Scope) -> bool:
    j, lower, upper = args
    wanted = arrangement_key(lower), arrangement_key(upper)
    if isinstance(j, Symbol):
        for node in reversed(scope.above):
            if binder(node) == j or getattr(binder(node), "name", None) == j.name:
                ranged = isinstance(node, (Sum, Product))
                return ranged and (arrangement_key(node.lower), arrangement_key(node.upper)) == wanted  # type: ignore[attr-defined]
    declared = j.domain if isinstance(j, Symbol) else j.base.domain if isinstance(j, Indexed) else None
    return declared is not None and declared.kind == "index" and _range_keys(declared) == wanted


def _range_keys(declared: Domain) -> tuple[str, str]:
    if declared.range is None:
        return "", ""
    last: Expr = Symbol(declared.range.size)
    if declared.range.offset:
        last = Add((last, number(declared.range.offset)))
    return str(declared.range.lower), arrangement_key(last)


def _simplex(args: tuple[Expr, ...], scope: Scope) -> bool:
    family, lower, upper = args
    del scope
    if not isinstance(family, Symbol) or family.domain.kind not in {"simplex", "distribution", "onehot"}:
        return False
    return _range_keys(family.domain) == (arrangement_key(lower), arrangement_key(upper))


def _whole(args: tuple[Expr, ...], scope: Scope) -> bool:
    del scope
    (n,) = args
    if isinstance(n, Number):
        return n.value.denominator == 1
    return isinstance(n, Symbol) and n.domain.kind in {"integer", "index", "size"}


def _concave(args: tuple[Expr, ...], scope: Scope) -> bool:
    """A fact among those known says that the second derivative is not positive."""
    f, x = args
    second = Derivative(Derivative(f, x), x) if isinstance(x, (Symbol, Indexed)) else None
    for fact in scope.facts:
        if second is not None and fact.relation == "=" and arrangement_key(fact.left) == arrangement_key(second):
            return signs(fact.right, scope) <= frozenset({-1, 0})
    return False


_PREDICATES = {
    "free": _free,
    "differentiable": _differentiable,
    "exists": _exists,
    "in_range": _in_range,
    "nonempty": lambda args, _: nonempty(*args),
    "simplex": _simplex,
    "whole": _whole,
    "concave": _concave,
}
