"""A term is a claim that it has a value: what has to hold for it to have one, wherever it stands.

Nothing here simplifies: ``log(n) - log(n)`` has a value where ``log(n)`` has one, so that what has no value never cancels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ONE,
    ZERO,
    Add,
    At,
    Constant,
    Derivative,
    E,
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
    number,
)
from loglik.derive.expressions.sets import ends
from loglik.derive.kernel.bounds import interval
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.smooth import differentiable
from loglik.derive.kernel.whole import whole
from loglik.derive.rules.arrangement import written_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.derive.kernel.scope import Scope

FAMILIES = {"simplex", "distribution", "onehot"}
#: What no condition can repair: a family used as a number, an equation as a term, a name that means nothing.
NOTHING = "defined"


def lacking(e: Expr, scope: Scope, *, existence: bool = True) -> tuple[Expr, ...]:
    """The conditions for an expression to have a value that are not proved; none if it certainly has one.

    Parameters
    ----------
    e : Expr
        A term or an equation.
    scope : Scope
        Where it stands.
    existence : bool
        Whether it is asked that the limit or derivative that the term itself is exists.
    """
    if isinstance(e, Equation):
        inner = isinstance(e.left, Equation), isinstance(e.right, Equation)
        if inner != (e.relation == "<=>",) * 2:
            return (_nothing(e),)
        return tuple(dict.fromkeys(c for side in (e.left, e.right) for c in lacking(side, scope)))
    return tuple(dict.fromkeys(_conditions(e, scope, existence=existence)))


def _conditions(e: Expr, scope: Scope, *, existence: bool = True) -> Iterator[Expr]:
    match e:
        case Number() | Constant(name="e"):
            return
        case Symbol():
            declared = scope.domains.get(e.name)
            if not scope.knows(e.name) or (declared is not None and declared.kind in FAMILIES):
                yield _nothing(e)
        case Indexed():
            yield from _element(e, scope)
        case Add(terms=below) | Mul(factors=below):
            for part in below:
                yield from _conditions(part, scope)
        case Pow():
            yield from _conditions(e.base, scope)
            yield from _conditions(e.exponent, scope)
            yield from _power(e, scope)
        case Log():
            yield from _conditions(e.argument, scope)
            yield from _conditions(e.base, scope)
            said = Equation(e.argument, ">", ZERO), Equation(e.base, ">", ZERO), Equation(e.base, "!=", ONE)
            yield from _unproved(said, scope)
        case Sum() | Product():
            yield from _whole_numbers((e.lower, e.upper), scope)
            inner, body = scope.open(e)
            yield from _conditions(body, inner)
        case Limit() | At():
            yield from _conditions(e.point if isinstance(e, Limit) else e.value, scope)
            inner, body = scope.open(e)
            yield from _conditions(body, inner)
            if existence and isinstance(e, Limit):
                yield from _unproved((Function("exists", (e,)),), scope)
        case Derivative():
            yield from _conditions(e.variable, scope)
            # What is smooth and has a value at the point has one nearby.
            smooth = differentiable(e.body, e.variable, scope)
            yield from _conditions(e.body, scope if smooth else scope.moved(e.variable))
            if existence and not smooth:
                yield Function("differentiable", (e.body, e.variable))
        case Function():
            yield from _function(e, scope)
        case _:  # an equation is no term
            yield _nothing(e)


def _unproved(conditions: tuple[Expr, ...], scope: Scope) -> Iterator[Expr]:
    return (c for c in conditions if not holds(c, scope))


def _nothing(e: Expr) -> Expr:
    return Function(NOTHING, (e,))


def _whole_numbers(es: tuple[Expr, ...], scope: Scope) -> Iterator[Expr]:
    for e in es:
        yield from _conditions(e, scope)
        yield from _unproved((Function("whole", (e,)),), scope)


def _element(e: Indexed, scope: Scope) -> Iterator[Expr]:
    declared = scope.domains.get(e.base.name)
    yield from _whole_numbers(e.indices, scope)
    if declared is None or e.base.name in scope.bound:
        yield _nothing(e)
    elif declared.kind in FAMILIES:
        found = ends(declared)
        if len(e.indices) != 1 or found is None:
            yield _nothing(e)
        else:
            yield from _unproved((Function("in_range", (e.indices[0], *found)),), scope)


def _power(e: Pow, scope: Scope) -> Iterator[Expr]:
    """``a^x`` has a value for a > 0, for a != 0 and a whole x, and for 0 and x > 0."""
    n = written_number(e.exponent)
    base = interval(e.base, scope)
    if e.base == E or base.positive:
        return
    if (n is not None and n.denominator == 1) or whole(e.exponent, scope):
        if n is not None and n > 0:
            return
        if not base.without_zero and not holds(Equation(e.exponent, ">=", number(1)), scope):
            yield from _unproved((Equation(e.base, "!=", ZERO),), scope)
    elif not (holds(Equation(e.base, ">=", ZERO), scope) and holds(Equation(e.exponent, ">", ZERO), scope)):
        yield from _unproved((Equation(e.base, ">", ZERO),), scope)


def _function(e: Function, scope: Scope) -> Iterator[Expr]:
    match e:
        case Function("sigmoid" | "abs", (u,)):
            yield from _conditions(u, scope)
        case Function("delta", (i, j)):
            yield from _whole_numbers((i, j), scope)
        case Function("softmax", (Symbol() as z, k, size)) if z.name in scope.domains and z.name not in scope.bound:
            if scope.domains[z.name].kind in FAMILIES:
                yield _nothing(e)
            yield from _whole_numbers((k, size), scope)
            yield from _unproved((Function("in_range", (k, ONE, size)),), scope)
        case _:
            yield _nothing(e)
