"""Expressions in plain syntax, such that the parser gives the same tree back."""

from __future__ import annotations

from loglik.derive.expressions.nodes import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    At,
    Chain,
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
)
from loglik.derive.syntax.notations import HALF

# How tightly the outermost operation of a text binds.
_STATEMENT, _RELATION, _SUM, _PRODUCT, _PREFIX, _POWER, _OPERAND = range(7)


def plain(e: Expr) -> str:
    """Plain syntax of an expression.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> plain(parse("- 1/N * sum( t[k] * log(y[k]),k,1,K)"))
    '-1/N*sum(t[k]*log(y[k]), k, 1, K)'
    """
    return _text(e)[0]


def _at_least(e: Expr, level: int) -> str:
    text, own = _text(e)
    return text if own >= level else f"({text})"


def _text(e: Expr) -> tuple[str, int]:
    match e:
        case Symbol() | Constant():
            return e.name, _OPERAND
        case Number():
            whole = e.value.denominator == 1
            return str(e.value), _SUM if e.value < 0 else _OPERAND if whole else _PRODUCT
        case Indexed():
            mark = "^" if e.upper else ""
            return f"{e.base.name}{mark}[{', '.join(_at_least(each, _SUM) for each in e.indices)}]", _OPERAND
        case Add():
            return _sum(e), _SUM
        case Mul():
            text = _product(e.factors)
            return text, _SUM if text.startswith("-") else _PRODUCT
        case Pow():
            return _power(e)
        case Equation():
            if e.relation == "<=>":
                return f"{_at_least(e.left, _RELATION)} <=> {_at_least(e.right, _RELATION)}", _STATEMENT
            return f"{_at_least(e.left, _SUM)} {e.relation} {_at_least(e.right, _SUM)}", _RELATION
        case Chain():
            links = zip(e.relations, e.terms[1:], strict=True)
            rest = "".join(f" {relation} {_at_least(term, _SUM)}" for relation, term in links)
            return _at_least(e.terms[0], _SUM) + rest, _RELATION
        case Derivative():
            body, own = _text(e.body)
            # A power would take the derivative's place as its base: d/dx log(x)^2 is the derivative of the square.
            simple = (own == _OPERAND and body.endswith(")")) or own == _PREFIX
            return f"d/d{plain(e.variable)} {body if simple else f'({body})'}", _PREFIX
        case _:
            return _call(e), _OPERAND


def _call(e: Expr) -> str:
    match e:
        case Log():
            name, args = "log", [e.argument] if e.base == E else [e.argument, e.base]
        case Sum() | Product():
            name, args = type(e).__name__.lower(), [e.body, e.index, e.lower, e.upper]
        case At():
            name, args = "at", [e.body, e.variable, e.value]
        case Function():
            name, args = e.name, list(e.args)
        case Limit():
            return f"lim({e.variable.name} -> {_at_least(e.point, _SUM)}, {_at_least(e.body, _SUM)})"
        case _:
            raise TypeError(type(e).__name__)
    return f"{name}({', '.join(_at_least(each, _SUM) for each in args)})"


def _sum(e: Add) -> str:
    text = ""
    for i, term in enumerate(e.terms):
        piece = f"({_text(term)[0]})" if isinstance(term, Add) else _at_least(term, _SUM)
        if i == 0:
            text = piece
        elif piece.startswith("-"):
            text += f" - {piece[1:]}"
        else:
            text += f" + {piece}"
    return text


def _product(factors: tuple[Expr, ...]) -> str:
    first, rest = factors[0], factors[1:]
    if first == MINUS_ONE and rest == (ZERO,):
        return "-0"
    if first == MINUS_ONE and not isinstance(rest[0], Number):
        inner = (
            _product(rest) if len(rest) > 1 else _at_least(rest[0], _PRODUCT if isinstance(rest[0], Pow) else _PREFIX)
        )
        return f"-{inner}"
    if isinstance(first, Number):
        text = str(first.value)
    elif _is_reciprocal(first):
        text = f"1/{_at_least(first.base, _POWER)}"  # type: ignore[attr-defined]
    else:
        text = _at_least(first, _PREFIX)
    for i, each in enumerate(rest):
        after_one = i == 0 and first == ONE
        after_whole = i == 0 and isinstance(first, Number) and first.value.denominator == 1
        if _is_reciprocal(each):
            below = _at_least(each.base, _POWER)  # type: ignore[attr-defined]
            text += f"*{below}^(-1)" if after_one else f"/{below}"
            if after_one:
                text = f"{first.value}*{_at_least(each.base, _OPERAND)}^(-1)"  # type: ignore[attr-defined]
        elif isinstance(each, Number):
            unit = each.value.numerator == 1 and each.value.denominator > 1 and not after_whole
            whole = each.value.denominator == 1 and each.value >= 0
            text += f"/{each.value.denominator}" if unit else f"*{each.value}" if whole else f"*({each.value})"
        else:
            text += f"*{_at_least(each, _PREFIX)}"
    return text


def _is_reciprocal(e: Expr) -> bool:
    return isinstance(e, Pow) and e.exponent == MINUS_ONE and not isinstance(e.base, Number) and e.base != E


def _power(e: Pow) -> tuple[str, int]:
    if e.base == E:
        return f"exp({_at_least(e.exponent, _SUM)})", _OPERAND
    if _is_reciprocal(e):
        return f"1/{_at_least(e.base, _POWER)}", _PRODUCT
    if e.exponent == HALF:
        return f"sqrt({_at_least(e.base, _SUM)})", _OPERAND
    return f"{_at_least(e.base, _OPERAND)}^{_at_least(e.exponent, _POWER)}", _POWER


# The printer knows the nodes and the nodes not the printer: `loglik.derive` loads it before anything else.
Expr.__str__ = plain  # type: ignore[method-assign, assignment]
