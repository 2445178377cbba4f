"""Signs: what is known of the sign of an expression, from the sets its symbols come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    MINUS_ONE,
    Add,
    At,
    Constant,
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
    free_symbols,
    parts,
    substitute,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from loglik.derive.expressions import Equation

Signs = frozenset[int]

POSITIVE, NEGATIVE, NONZERO = frozenset({1}), frozenset({-1}), frozenset({-1, 1})
NONNEGATIVE, ZERO_ONLY, ANY = frozenset({0, 1}), frozenset({0}), frozenset({-1, 0, 1})

_OF_DOMAIN = {
    "positive": POSITIVE,
    "base": POSITIVE,
    "probability": POSITIVE,
    "simplex": POSITIVE,
    "size": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "unit": NONNEGATIVE,
    "label": NONNEGATIVE,
    "onehot": NONNEGATIVE,
    "distribution": NONNEGATIVE,
    "nonzero": NONZERO,
}
_BELOW_ONE = frozenset({"probability", "simplex"})
_AT_MOST_ONE = frozenset({"unit", "label", "onehot", "distribution"})


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: the binding nodes and derivatives above it, from the outside in, and known relations."""

    above: tuple[Expr, ...] = ()
    facts: tuple[Equation, ...] = ()

    def under(self, e: Expr) -> Scope:
        """The scope one node further in."""
        return Scope((*self.above, e), self.facts)


def signs(e: Expr, scope: Scope) -> Signs:
    """The signs an expression may have, as far as can be told."""
    bound = {b.name for node in scope.above if (b := binder(node)) is not None}
    for fact in scope.facts:
        if _is_zero(fact.right) and not bound & {s.name for s in free_symbols(fact)}:
            known = {">": POSITIVE, ">=": NONNEGATIVE, "!=": NONZERO, "<": NEGATIVE}.get(fact.relation)
            if known is not None and arrangement_key(fact.left) == arrangement_key(e):
                return known
    found = _signs(e, scope)
    return _near_a_limit(e, scope, found) if len(found) == 3 else found


def _is_zero(e: Expr) -> bool:
    return isinstance(e, Number) and e.value == 0


def _signs(e: Expr, scope: Scope) -> Signs:
    match e:
        case Number():
            return frozenset({(e.value > 0) - (e.value < 0)})
        case Constant():
            return POSITIVE
        case Symbol():
            return _symbol(e, scope)
        case Indexed():
            return _OF_DOMAIN.get(e.base.domain.kind, ANY)
        case Mul():
            found = POSITIVE
            for each in e.factors:
                found = frozenset(a * b for a in found for b in signs(each, scope))
            return found
        case Add():
            return _sum(e, scope)
        case Pow():
            return _power(e, scope)
        case Log():
            return _log(e, scope)
        case Sum() | Product():
            body = signs(e.body, scope.under(e))
            if isinstance(e, Sum) and len(body) == 1:
                return body if nonempty(e.lower, e.upper) else body | ZERO_ONLY
            if isinstance(e, Sum):
                return body | ZERO_ONLY if body <= NONNEGATIVE or body <= frozenset({-1, 0}) else ANY
            return body | POSITIVE if body <= NONNEGATIVE else ANY  # an empty product is 1
        case At():
            return signs(e.body, scope.under(e))
        case Function(name="sigmoid" | "softmax"):
            return POSITIVE
        case Function(name="delta"):
            return NONNEGATIVE
        case _:
            return ANY


def _symbol(e: Symbol, scope: Scope) -> Signs:
    for node in reversed(scope.above):
        if isinstance(node, At) and node.variable.name == e.name:
            return signs(node.value, scope)
        if isinstance(node, Limit) and node.variable.name == e.name:
            return NONZERO if _is_zero(node.point) else ANY
        if isinstance(node, (Sum, Product)) and node.index.name == e.name:
            return signs(node.lower, scope) if signs(node.lower, scope) == POSITIVE else ANY
    return _OF_DOMAIN.get(e.domain.kind, ANY)


def _sum(e: Add, scope: Scope) -> Signs:
    if len(e.terms) == 2 and isinstance(e.terms[0], Number):
        bound, rest = e.terms[0].value, e.terms[1]
        if isinstance(rest, Mul) and len(rest.factors) == 2 and rest.factors[0] == MINUS_ONE:
            part = rest.factors[1]
            if bound >= 1 and below_one(part, scope):  # 1 - p
                return POSITIVE
            if bound >= 1 and at_most_one(part, scope):
                return NONNEGATIVE
    found = signs(e.terms[0], scope)
    for each in e.terms[1:]:
        found = frozenset(s for a in found for b in signs(each, scope) for s in _added(a, b))
    return found


def _added(a: int, b: int) -> Signs:
    if a * b < 0:
        return ANY
    return frozenset({a or b})


def below_one(e: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly less than 1."""
    match e:
        case Number():
            return e.value < 1
        case Function(name="sigmoid"):
            return True
        case Symbol():
            for node in reversed(scope.above):
                if isinstance(node, At) and node.variable.name == e.name:
                    return below_one(node.value, scope)
            return e.domain.kind in _BELOW_ONE
        case Indexed():
            return e.base.domain.kind in _BELOW_ONE
        case _:
            return False


def at_most_one(e: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly 1 or less."""
    kind = e.domain.kind if isinstance(e, Symbol) else e.base.domain.kind if isinstance(e, Indexed) else ""
    return kind in _AT_MOST_ONE or (isinstance(e, Function) and e.name == "delta") or below_one(e, scope)


def _power(e: Pow, scope: Scope) -> Signs:
    base = signs(e.base, scope)
    if base == POSITIVE:
        return POSITIVE
    if not isinstance(e.exponent, Number) or e.exponent.value.denominator != 1:
        return NONNEGATIVE if base <= NONNEGATIVE else ANY
    if e.exponent.value <= 0 and 0 in base:
        base -= ZERO_ONLY  # where the power exists, the base is not 0
    return frozenset(s ** abs(int(e.exponent.value)) if e.exponent.value else 1 for s in base)


def _log(e: Log, scope: Scope) -> Signs:
    if _is_base(e.argument, scope) and _is_base(e.base, scope):
        return NONZERO
    if e.base == E and below_one(e.argument, scope):
        return NEGATIVE
    return ANY


def _is_base(e: Expr, scope: Scope) -> bool:
    if isinstance(e, Symbol) and any(isinstance(n, At) and n.variable.name == e.name for n in scope.above):
        return False
    return e == E or (isinstance(e, Symbol) and e.domain.kind in {"base", "probability"})


def not_one(e: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly not 1."""
    if isinstance(e, Number):
        return e.value != 1
    return _is_base(e, scope) or below_one(e, scope)


def nonempty(lower: Expr, upper: Expr) -> bool:
    """Whether a range certainly has an element: 1..K and 0..K-1 have, for a size K."""
    if not isinstance(lower, Number):
        return False
    if isinstance(upper, Number):
        return upper.value >= lower.value
    offset = 0
    if isinstance(upper, Add) and len(upper.terms) == 2 and isinstance(upper.terms[1], Number):
        offset = int(upper.terms[1].value)
        upper = upper.terms[0]
    return isinstance(upper, Symbol) and upper.domain.kind == "size" and 2 + offset >= lower.value


def _near_a_limit(e: Expr, scope: Scope, found: Signs) -> Signs:
    """Near the point of a limit, what is continuous has the sign that it has at the point, unless that is 0."""
    for i, node in enumerate(scope.above):
        if isinstance(node, Limit) and polynomial_in(e, node.variable.name):
            there = signs(
                substitute(e, {node.variable.name: node.point}),
                Scope(scope.above[:i] + scope.above[i + 1 :], scope.facts),
            )
            if there in {POSITIVE, NEGATIVE, NONZERO}:
                return there
    return found


def polynomial_in(e: Expr, name: str) -> bool:
    """Whether an expression is a polynomial in a symbol, so that it is continuous in it everywhere."""
    if name not in {s.name for s in free_symbols(e)} or isinstance(e, Symbol):
        return True
    if isinstance(e, (Add, Mul)):
        return all(polynomial_in(each, name) for each in parts(e))
    if isinstance(e, Pow) and isinstance(e.exponent, Number):
        n = e.exponent.value
        return n.denominator == 1 and n > 0 and polynomial_in(e.base, name)
    return False
