"""Differentiating, step by step: the rule that each derivative needs, from the outside in. A strategy, not a search.

Nothing here has to be trusted: every step names its rule, and the checker verifies it like any other.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Derivative,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Sum,
    Symbol,
    fraction,
    free_symbols,
    number,
    parts,
    product_of,
    rebuild,
    reciprocal,
    substitute,
    sum_of,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.syntax.notations import HALF
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_STEPS = 200


def derivatives_taken(e: Expr) -> Iterator[tuple[str, Expr]]:
    """The steps after which no derivative is left: id of the rule, and the term after.

    In every step one rule is used, in all places at once where it is the next one. It ends early at a function for which no
    rule is known.
    """
    for _ in range(_MAX_STEPS):
        rule = next(_rules(e), None)
        if rule is None:
            return
        try:
            after = _everywhere(e, rule)
        except DataError:  # too large, or a name would be caught
            return
        yield rule, after
        e = after
    return


def tidied(e: Expr) -> Expr:
    """Without terms 0 and factors 1, and 0 where a factor is 0; written numbers are added and multiplied."""
    below = tuple(part if binder(e) is not None and i else tidied(part) for i, part in enumerate(parts(e)))
    e = rebuild(e, below) if below else e
    match e:
        case Add(terms=terms):
            total = sum((t.value for t in terms if isinstance(t, Number)), start=ZERO.value)
            rest = [t for t in terms if not isinstance(t, Number)]
            return sum_of([*rest, Number(total)] if total or not rest else rest)
        case Mul(factors=factors):
            factor = ONE.value
            for each in factors:
                factor *= each.value if isinstance(each, Number) else 1
            rest = [f for f in factors if not isinstance(f, Number)]
            return ZERO if not factor else product_of([Number(factor), *rest] if factor != 1 or not rest else rest)
        case Pow(base=base, exponent=Number(value=n)) if n == 1:
            return base
        case Sum(body=Number(value=n)) if n == 0:
            return ZERO
    return e


def selected(e: Expr) -> Expr | None:
    """What remains of sums over an index with a Kronecker delta of that index for a factor; None if there are none."""
    changed = _selected(e)
    return None if arrangement_key(changed) == arrangement_key(e) else changed


def _selected(e: Expr) -> Expr:
    below = parts(e)
    e = (
        rebuild(e, tuple(part if binder(e) is not None and i else _selected(part) for i, part in enumerate(below)))
        if below
        else e
    )
    if not isinstance(e, Sum):
        return e
    factors = _flat(e.body)
    for i, each in enumerate(factors):
        match each:
            case Function("delta", (a, b)) if e.index in {a, b} and a != b:
                other = b if a == e.index else a
                if not _depends(other, e.index):
                    try:
                        return substitute(product_of(factors[:i] + factors[i + 1 :]), {e.index.name: other})
                    except DataError:
                        return e
    return e


def _flat(e: Expr) -> list[Expr]:
    return [each for part in e.factors for each in _flat(part)] if isinstance(e, Mul) else [e]


# -- where a rule is used


def _rules(e: Expr) -> Iterator[str]:
    """The rules that the derivatives of an expression need next, from left to right."""
    for place in _next(e):
        rule, _ = _applied(place)
        if rule:
            yield rule


def _next(e: Expr) -> Iterator[Derivative]:
    """The derivatives that can be taken now: outermost ones, but what is inside a derivative of a derivative first."""
    if isinstance(e, Derivative) and not any(isinstance(part, Derivative) for _, part in walk(e.body)):
        yield e
        return
    for i, part in enumerate(parts(e)):
        if not (i and (binder(e) is not None or isinstance(e, Derivative))):
            yield from _next(part)


def _everywhere(e: Expr, rule: str) -> Expr:
    if isinstance(e, Derivative) and not any(isinstance(part, Derivative) for _, part in walk(e.body)):
        found, after = _applied(e)
        return after if found == rule else e
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    changed = tuple(part if fixed and i else _everywhere(part, rule) for i, part in enumerate(below))
    return rebuild(e, changed) if changed != below else e


# -- which rule, and what it gives


def _applied(d: Derivative) -> tuple[str, Expr]:
    """The rule for the outermost operation under a derivative, and what it gives; no rule if none is known."""
    f, x = d.body, d.variable

    def by(e: Expr) -> Expr:
        return Derivative(e, x)

    if not _depends(f, x):
        return "derivative-of-constant", ZERO
    match f:
        case Symbol():
            return "derivative-of-variable", ONE
        case Indexed() if isinstance(x, Indexed):
            return _of_element(f, x)
        case Add(terms=(first, *rest)):
            return "derivative-of-sum", Add((by(first), by(sum_of(rest))))
        case Mul(factors=factors):
            return _of_product(factors, x)
        case Pow():
            return _of_power(f, x)
        case Log(argument=u, base=base):
            if base == E:
                known = u == x
                return (
                    ("natural-log-derivative", reciprocal(u)) if known else ("chain-log", Mul((reciprocal(u), by(u))))
                )
            if u == x and not _depends(base, x):
                return "log-derivative", reciprocal(Mul((u, Log(base, E))))
            return "change-of-base", by(fraction(Log(u, E), Log(base, E)))
        case Sum(body=body, index=index, lower=lower, upper=upper) if not _depends(Add((lower, upper)), x):
            index, body = _apart(index, body, x)
            return "derivative-of-range-sum", Sum(by(body), index, lower, upper)
        case Function("sigmoid", (u,)):
            slope = (f, Add((ONE, Mul((MINUS_ONE, f)))))
            return ("sigmoid-derivative", Mul(slope)) if u == x else ("chain-sigmoid", Mul((*slope, by(u))))
        case Function("abs", (u,)):
            return "derivative-of-absolute-value", Mul((u, reciprocal(f), by(u)))
        case Function("softmax", (Symbol() as z, k, size)) if (
            isinstance(x, Indexed) and z == x.base and len(x.indices) == 1
        ):
            other = Mul((MINUS_ONE, Function("softmax", (z, x.indices[0], size))))
            return "softmax-derivative", Mul((f, Add((Function("delta", (k, x.indices[0])), other))))
    return "", d


def _apart(index: Symbol, body: Expr, x: Symbol | Indexed) -> tuple[Symbol, Expr]:
    """The index of a sum and its body, renamed where the variable of the derivative has an index of this name."""
    if index.name not in _names(x):
        return index, body
    taken = _names(x) | _names(body)
    name = next(each for i in count(1) if (each := f"{index.name}_{i}") not in taken)
    new = Symbol(name, index.domain)
    return new, substitute(body, {index.name: new})


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _of_element(f: Indexed, x: Indexed) -> tuple[str, Expr]:
    deltas = [Function("delta", pair) for pair in zip(f.indices, x.indices, strict=False)]
    match len(f.indices), len(x.indices):
        case 1, 1:
            return "derivative-of-element", deltas[0]
        case 2, 2:
            return "derivative-of-matrix-element", Mul(tuple(deltas))
    return "", Derivative(f, x)


def _of_product(factors: tuple[Expr, ...], x: Symbol | Indexed) -> tuple[str, Expr]:
    fixed = [f for f in factors if not _depends(f, x)]
    moving = [f for f in factors if _depends(f, x)]
    if fixed:
        return "constant-factor", Mul((product_of(fixed), Derivative(product_of(moving), x)))
    below = [f for f in moving if isinstance(f, Pow) and f.exponent == MINUS_ONE]
    if len(below) == 1:
        above, under = product_of([f for f in moving if f is not below[0]]), below[0].base
        change = Add(
            (
                Mul((Derivative(above, x), under)),
                Mul((MINUS_ONE, above, Derivative(under, x))),
            )
        )
        return "quotient-rule", fraction(change, Pow(under, number(2)))
    first, rest = moving[0], product_of(moving[1:])
    return "product-rule", Add((Mul((Derivative(first, x), rest)), Mul((first, Derivative(rest, x)))))


def _of_power(f: Pow, x: Symbol | Indexed) -> tuple[str, Expr]:
    base, exponent = f.base, f.exponent
    if base == E:
        inner = Derivative(exponent, x)
        return ("exp-derivative", f) if exponent == x else ("chain-exp", Mul((f, inner)))
    if exponent == HALF:
        return "derivative-of-root", Mul((reciprocal(Mul((number(2), f))), Derivative(base, x)))
    if not _depends(exponent, x):
        less = Number(exponent.value - 1) if isinstance(exponent, Number) else Add((exponent, MINUS_ONE))
        slope = Mul((exponent, Pow(base, less), Derivative(base, x)))
        if not isinstance(exponent, Number) or exponent.value.denominator != 1:
            return "real-power-rule", slope
        return ("whole-power-rule" if exponent.value >= 2 else "power-rule"), slope
    if not _depends(base, x):
        return "chain-power", Mul((f, Log(base, E), Derivative(exponent, x)))
    return "", Derivative(f, x)


def _depends(e: Expr, x: Symbol | Indexed) -> bool:
    own = x.base.name if isinstance(x, Indexed) else x.name
    return own in _names(e)
