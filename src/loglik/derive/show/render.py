"""From a tree to a line: what every notation has in common (signs, fractions, brackets, order).

A style says how each piece looks; this module says which pieces there are and where brackets are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from loglik.derive.expressions import (
    MINUS_ONE,
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
from loglik.derive.show.marks import Marked, bare
from loglik.derive.syntax.notations import HALF

# How tightly the outermost operation of a piece binds. An open piece (a sum over a range) reaches as far right as it can.
STATEMENT, SUM, OPEN, PRODUCT, POWER, OPERAND = range(6)


@dataclass(frozen=True)
class Piece:
    """A printed sub-expression, and how tightly its outermost operation binds."""

    text: str
    level: int = OPERAND


class Style(Protocol):
    """How the pieces look. Arguments are printed pieces."""

    #: Fractions are written on one line, so that what is above and below needs brackets.
    @property
    def linear(self) -> bool: ...  # noqa: D102

    #: How the natural logarithm is written: ``log`` or ``log_e``.
    @property
    def natural(self) -> str: ...  # noqa: D102

    def name(self, name: str) -> str: ...  # noqa: D102
    def number(self, digits: str) -> str: ...  # noqa: D102
    def subscript(self, base: str, below: list[str]) -> str: ...  # noqa: D102
    def superscript(self, base: str, above: str) -> str: ...  # noqa: D102
    def upper_index(self, base: str, above: str) -> str: ...  # noqa: D102
    def fraction(self, above: str, below: str) -> str: ...  # noqa: D102
    def logarithm(self, base: str, argument: str, *, bracketed: bool) -> str: ...  # noqa: D102
    def ranged(self, kind: str, index: str, lower: str, upper: str, body: str) -> str: ...  # noqa: D102
    def limit(self, variable: str, point: str, body: str) -> str: ...  # noqa: D102
    def derivative(self, variable: str, body: str, *, partial: bool) -> str: ...  # noqa: D102
    def at(self, body: str, variable: str, value: str) -> str: ...  # noqa: D102
    def root(self, inner: str, *, bracketed: bool) -> str: ...  # noqa: D102
    def absolute(self, inner: str) -> str: ...  # noqa: D102
    def call(self, name: str, args: list[str]) -> str: ...  # noqa: D102
    def marked(self, inner: str) -> str: ...  # noqa: D102
    def brackets(self, inner: str) -> str: ...  # noqa: D102
    def product(self, factors: list[str], *, dotted: list[bool]) -> str: ...  # noqa: D102
    def total(self, terms: list[tuple[bool, str]]) -> str: ...  # noqa: D102
    def related(self, left: str, relation: str, right: str) -> str: ...  # noqa: D102


def render(e: Expr, style: Style) -> str:
    """An expression in a style."""
    return _piece(e, style).text


def at_least(e: Expr, level: int, style: Style) -> str:
    """An expression, in brackets if its outermost operation binds less tightly than it has to."""
    piece = _piece(e, style)
    return piece.text if piece.level >= level else style.brackets(piece.text)


def _piece(e: Expr, style: Style) -> Piece:
    match e:
        case Marked():
            inner = _piece(e.inner, style)
            return Piece(style.marked(inner.text), inner.level)
        case Symbol() | Constant():
            return Piece(style.name(e.name))
        case Number():
            return _number(e, style)
        case Indexed():
            below = [render(each, style) for each in e.indices]
            base = style.name(e.base.name)
            return Piece(style.upper_index(base, below[0]) if e.upper else style.subscript(base, below))
        case Add():
            return Piece(style.total([signed(term, style) for term in e.terms]), SUM)
        case Mul():
            negative, text, level = _product(e, style)
            return Piece(style.total([(True, text)]), SUM) if negative else Piece(text, level)
        case Pow():
            return _power(e, style)
        case Log():
            return _log(e, style)
        case Sum() | Product():
            body = at_least(e.body, OPEN, style)
            kind = "sum" if isinstance(e, Sum) else "product"
            bounds = (style.name(e.index.name), render(e.lower, style), render(e.upper, style))
            return Piece(style.ranged(kind, *bounds, body), OPEN)
        case Limit():
            body = at_least(e.body, OPEN, style)
            return Piece(style.limit(style.name(e.variable.name), render(e.point, style), body), OPEN)
        case Derivative():
            body = at_least(e.body, POWER if not isinstance(bare(e.body), (Derivative, Sum, Product)) else OPEN, style)
            partial = isinstance(e.variable, Indexed)
            return Piece(style.derivative(render(e.variable, style), body, partial=partial), OPEN)
        case At():
            value = render(e.value, style)
            body = at_least(e.body, STATEMENT if style.linear else OPEN, style)
            return Piece(style.at(body, style.name(e.variable.name), value), OPERAND)
        case Function():
            return _function(e, style)
        case Equation():
            sides = [at_least(side, STATEMENT if e.relation == "<=>" else SUM, style) for side in (e.left, e.right)]
            return Piece(style.related(sides[0], e.relation, sides[1]), STATEMENT)
        case Chain():
            text = at_least(e.terms[0], SUM, style)
            for relation, term in zip(e.relations, e.terms[1:], strict=True):
                text = style.related(text, relation, at_least(term, SUM, style))
            return Piece(text, STATEMENT)
        case _:
            raise TypeError(type(e).__name__)


def _number(e: Number, style: Style) -> Piece:
    above, below = abs(e.value.numerator), e.value.denominator
    text = style.number(str(above))
    if below > 1:
        text = style.fraction(text, style.number(str(below)))
    if e.value < 0:
        return Piece(style.total([(True, text)]), SUM)
    return Piece(text, PRODUCT if below > 1 else OPERAND)


def signed(term: Expr, style: Style) -> tuple[bool, str]:
    """A term of a sum without its sign, and whether the sign is a minus."""
    if isinstance(term, Number) and term.value < 0:
        return True, _number(Number(-term.value), style).text
    if isinstance(term, Mul):
        negative, text, _ = _product(term, style)
        return negative, text
    return False, at_least(term, OPEN, style)


def _product(e: Mul, style: Style) -> tuple[bool, str, int]:
    """Sign, text and level of a product; what is divided by goes under what stands before it."""
    factors = list(e.factors)
    negative = False
    first = factors[0]
    if isinstance(first, Number) and first.value < 0:
        negative = True
        factors = factors[1:] if first == MINUS_ONE and len(factors) > 1 else [Number(-first.value), *factors[1:]]
    groups: list[tuple[list[Expr], list[Expr]]] = []
    for factor in factors:
        below = _denominator(factor)
        if below is not None and groups and groups[-1][0]:
            groups[-1][1].append(below)
        elif below is not None:
            groups.append(([], [below]))
        elif groups and not groups[-1][1]:
            groups[-1][0].append(factor)
        else:
            groups.append(([factor], []))
    texts: list[str] = []
    dotted: list[bool] = []
    for i, (above, under) in enumerate(groups):
        if under:
            texts.append(_fraction(above, under, style))
            dotted.append(i > 0 and bool(groups[i - 1][1]))  # two fractions beside each other need a dot
        else:
            for factor, after in zip(above, [*above[1:], None], strict=True):
                level = OPEN if after is None else PRODUCT
                texts.append(_factor(factor, level, style, closed=_taken_along(after)))
                dotted.append(isinstance(factor, Number))
    level = PRODUCT if not is_open(factors[-1]) else OPEN
    return negative, style.product(texts, dotted=dotted) if len(texts) > 1 else texts[0], level


def is_open(e: Expr) -> bool:
    """Whether a piece reaches as far right as it can."""
    return isinstance(bare(e), (Sum, Product, Limit, Derivative))


def _denominator(e: Expr) -> Expr | None:
    if isinstance(e, Pow) and e.exponent == MINUS_ONE and e.base != E:
        return e.base
    if isinstance(e, Number) and e.value.numerator == 1 and e.value.denominator > 1:
        return Number(Fraction(e.value.denominator))
    return None


def _fraction(above: list[Expr], below: list[Expr], style: Style) -> str:
    return style.fraction(_line(above, style), _line(below, style, under=True))


def _line(factors: list[Expr], style: Style, *, under: bool = False) -> str:
    """What stands above or below a fraction's bar."""
    if not factors:
        return style.number("1")
    bar = style.linear and not under  # on one line the bar follows
    if len(factors) == 1:
        return _factor(factors[0], POWER if style.linear else SUM, style, closed=bar)
    if under and style.linear:
        return style.brackets(_line(factors, style))
    texts = [
        _factor(each, PRODUCT, style, closed=bar if after is None else _taken_along(after))
        for each, after in zip(factors, [*factors[1:], None], strict=True)
    ]
    return style.product(texts, dotted=[isinstance(each, Number) for each in factors])


def _factor(e: Expr, level: int, style: Style, *, closed: bool) -> str:
    """A factor, the argument of a logarithm in brackets if it has to be closed: ``log(x) y``, ``log(x)/y``."""
    inner = bare(e)
    if not (closed and isinstance(inner, Log)):
        return at_least(e, level, style)
    text = _log(inner, style, closed=True).text
    return style.marked(text) if isinstance(e, Marked) else text


def _taken_along(after: Expr | None) -> bool:
    """Whether what follows could be read as a part of a logarithm's argument, as in ``log x y`` but not ``log x log y``."""
    return after is not None and not isinstance(bare(after), Log)


def _power(e: Pow, style: Style) -> Piece:
    if e.exponent == MINUS_ONE and e.base != E:
        return Piece(_fraction([], [e.base], style), PRODUCT)
    if e.exponent == HALF and e.base != E:
        simple = isinstance(e.base, (Symbol, Indexed)) or (isinstance(e.base, Number) and _whole(e.base))
        return Piece(style.root(render(e.base, style), bracketed=not simple), POWER if style.linear else OPERAND)
    base = at_least(e.base, OPERAND, style)
    return Piece(style.superscript(base, render(e.exponent, style)), POWER)


def _log(e: Log, style: Style, *, closed: bool = False) -> Piece:
    base = "" if e.base == E and style.natural == "log" else render(e.base, style)
    inside = bare(e.argument)
    simple = isinstance(inside, (Symbol, Constant, Indexed)) or (isinstance(inside, Number) and _whole(inside))
    argument = render(e.argument, style)
    return Piece(style.logarithm(base, argument, bracketed=closed or not simple), POWER)


def _whole(e: Number) -> bool:
    return e.value >= 0 and e.value.denominator == 1


def _function(e: Function, style: Style) -> Piece:
    if e.name == "delta":
        return Piece(style.subscript(style.name("delta"), [render(each, style) for each in e.args]))
    if e.name == "abs":
        return Piece(style.absolute(render(e.args[0], style)))
    if e.name == "softmax":
        family, k, _ = e.args
        return Piece(style.subscript(style.call("softmax", [render(family, style)]), [render(k, style)]))
    return Piece(style.call(e.name, [render(each, style) for each in e.args]))
