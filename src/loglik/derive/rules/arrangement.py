"""Equal up to arrangement: the order and grouping of terms and factors, and arithmetic with written numbers.

It is what a reader takes for the same expression: ``x*y`` and ``y*x``, ``a + (b + c)`` and ``a + b + c``, ``1*x`` and ``x``,
``1/(x*y)`` and ``1/x*1/y``, ``2 - 1`` and ``1``. Everything else is a step with a name.
"""

from __future__ import annotations

from fractions import Fraction

from loglik.derive.expressions import (
    MINUS_ONE,
    Add,
    Chain,
    Constant,
    Equation,
    Expr,
    Function,
    Indexed,
    Mul,
    Number,
    Pow,
    Symbol,
    parts,
    reciprocal,
)
from loglik.derive.expressions.walk import binder, body_and_rest


def arrangement_key(e: Expr, bound: tuple[str, ...] = ()) -> str:
    """A text that two expressions share if they differ in arrangement and names of bound variables only."""
    if bound:
        return _key(e, bound)
    kept: str | None = e.__dict__.get("_arrangement")
    if kept is None:
        e.__dict__["_arrangement"] = kept = _key(e, ())
    return kept


def _key(e: Expr, bound: tuple[str, ...]) -> str:
    match e:
        case Symbol():
            return f"#{bound.index(e.name)}" if e.name in bound else e.name
        case Number():
            return str(e.value)
        case Constant():
            return f"={e.name}"
        case Add() | Mul():
            return _collected_key(e, bound)
        case Pow():
            if e.exponent == MINUS_ONE and isinstance(e.base, Mul):
                return arrangement_key(Mul(tuple(reciprocal(each) for each in e.base.factors)), bound)
            if e.exponent == MINUS_ONE and isinstance(e.base, Number) and e.base.value:
                return str(1 / e.base.value)
    variable = binder(e)
    if variable is not None:
        body, rest = body_and_rest(e)
        inner = arrangement_key(body, (variable.name, *bound))
        return f"{type(e).__name__}({inner};{','.join(arrangement_key(each, bound) for each in rest)})"
    match e:
        case Equation():
            head = e.relation
        case Chain():
            head = " ".join(e.relations)
        case Function(name="delta"):
            return f"delta({','.join(sorted(arrangement_key(each, bound) for each in e.args))})"
        case Indexed():
            head = "Indexed^" if e.upper else "Indexed"
        case _:
            head = getattr(e, "name", type(e).__name__)
    return f"{head}({','.join(arrangement_key(each, bound) for each in parts(e))})"


def _collected_key(e: Add | Mul, bound: tuple[str, ...]) -> str:
    """Of a sum or product: its written numbers as one, and the keys of all else in an order of their own."""
    product = isinstance(e, Mul)
    total, keys, waiting = Fraction(product), [], [*parts(e)]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type(e)):
            waiting.extend(parts(each))
            continue
        if product and isinstance(each, Pow) and each.exponent == MINUS_ONE and isinstance(each.base, Mul):
            waiting.extend(map(reciprocal, each.base.factors))
            continue
        key = arrangement_key(each, bound)
        value = _number(key)
        if value is None:
            keys.append(key)
        else:
            total = total * value if product else total + value
    return _joined("*" if product else "+", str(total), keys, neutral=total == product)


def written_number(e: Expr) -> Fraction | None:
    """The number that an expression is by arithmetic with written numbers alone: -2 for ``-1 - 1``."""
    return _number(arrangement_key(e)) if isinstance(e, (Number, Add, Mul, Pow)) else None


def _number(key: str) -> Fraction | None:
    """The number that a key is, if it is one."""
    return Fraction(key) if key[-1].isdigit() and key.lstrip("-").replace("/", "", 1).isdigit() else None


def _joined(sign: str, number: str, keys: list[str], *, neutral: bool) -> str:
    if not keys:
        return number
    if neutral and len(keys) == 1:
        return keys[0]
    return f"{sign}({','.join(([] if neutral else [number]) + sorted(keys))})"
