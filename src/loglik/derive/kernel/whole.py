"""Whole numbers: what certainly is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import Add, At, Expr, Function, Indexed, Mul, Number, Pow, Product, Sum, Symbol
from loglik.derive.expressions.domains import WHOLE

if TYPE_CHECKING:
    from loglik.derive.kernel.scope import Scope


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
            return name in scope.domains and name not in scope.moving and scope.domains[name].kind in WHOLE
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
