"""Trees of what is written to expressions, with what is known of the names. Each part remembers where it stands."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node, UnreadError, written
from loglik.check.model import functions
from loglik.check.model.random import outcome
from loglik.check.model.shapes import (
    Shaped,
    Value,
    added,
    determinant,
    mapped,
    multiplied,
    power,
    times,
    transposed,
    written_out,
)
from loglik.derive.expressions import (
    MINUS_ONE,
    Constant,
    Derivative,
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
    exp,
    free_symbols,
    number,
    product_of,
    reciprocal,
)
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.check.model.naming import Naming
    from loglik.check.statement import Span

#: Parts of one term; vectors of vectors grow fast.
MAX_DIGITS = 400


class Converter:
    """One reading of a statement: its names, the sizes of its ranges, and where each part stands."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.places: dict[int, tuple[Expr, Span]] = {}

    def term(self, node: Node) -> Value:
        """The value of a term.

        Raises
        ------
        UnreadError
            Something in it has no meaning as a number, vector or matrix.
        """
        try:
            return self.value(node, {})
        except DataError as error:  # too deep, too large, an index that is no name
            raise UnreadError("limit" if error.code == "LL162" else "meaning", str(error), node.span) from None
        except (ValueError, ArithmeticError, LookupError, RecursionError):  # a "number" such as a lone full stop
            raise UnreadError("meaning", node.text, node.span) from None

    def value(self, node: Node, bound: Mapping[str, Symbol]) -> Value:
        """The value of a tree, with what is bound around it."""
        found = _CASES[node.kind](self, node, bound) if node.kind in _CASES else None
        if found is None:
            raise UnreadError(node.kind, node.text, node.span)
        if isinstance(found, Expr):
            self.places.setdefault(id(found), (found, node.span))
        return found

    def scalar(self, node: Node, bound: Mapping[str, Symbol]) -> Expr:
        """The value of a tree that has to be a number."""
        found = self.value(node, bound)
        if isinstance(found, Shaped):
            raise UnreadError("shapes", node.text or node.kind, node.span)
        return found


def _number(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:  # noqa: ARG001
    if len(node.text) > MAX_DIGITS:
        raise UnreadError("limit", "digits", node.span)
    return Number(Fraction(node.text))


def _name(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if (key := written(node)) in bound:
        return bound[key]
    if node.text in c.naming.random:
        name = Symbol(c.naming.symbol_name(node.text), c.naming.domain(node, family=True, places=2))
        return Indexed(name, (*(c.scalar(part, bound) for part in node.parts), outcome(bound)))
    if not node.parts:
        return c.naming.plain(node)
    if any(c.naming.labels(part) for part in node.parts):
        return _labelled(c, node, bound)
    places = tuple(c.scalar(part, bound) for part in node.parts)
    return c.naming.indexed(node, places)


def _labelled(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """``l_{x, y}`` where x is a vector: not an index, but part of the name; of ``l_{x_i, y_i}`` the index counts."""
    key, places = node.text, list[Node]()
    for part in node.parts:
        if part.kind == "name" and not c.naming.hints_index(part):
            key += f"_{part.text.replace('_', '')}"
            places += [inner for inner in part.parts if inner.text not in {p.text for p in places}]
        else:
            places.append(part)
    return _name(c, Node("name", node.span, tuple(places), key), bound)


def _add(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if any(part.kind == "dots" for part in node.parts):
        return functions.continued(c, node, bound)
    return added([c.value(part, bound) for part in node.parts], node.span)


def _mul(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if any(part.kind == "dots" for part in node.parts):
        return functions.continued(c, node, bound)
    found = c.value(node.parts[0], bound)
    for part in node.parts[1:]:
        found = multiplied(found, c.value(part, bound), node.text, node.span)
    return found


def _neg(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    return mapped(c.value(node.parts[0], bound), negated)


def negated(e: Expr) -> Expr:
    """``-e``, the sign before a number being the number's."""
    if isinstance(e, Number) and e.value:
        return Number(-e.value)
    if isinstance(e, Mul) and isinstance(e.factors[0], Number) and e.factors[0].value > 0:
        first = e.factors[0].value
        return Mul((Number(-first), *e.factors[1:]))
    return product_of([MINUS_ONE, *(e.factors if isinstance(e, Mul) else (e,))])


def _div(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    above, below = c.value(node.parts[0], bound), c.value(node.parts[1], bound)
    if isinstance(below, Expr):
        return mapped(above, lambda e: divided(e, below))
    # By a vector: element by element, as the activations of layers are written.
    return multiplied(above, mapped(below, reciprocal), "odot", node.span)


def divided(above: Expr, below: Expr) -> Expr:
    """A quotient; of two whole numbers, a number. Decimals stay as they are printed: they are rounded, or exact."""
    whole = isinstance(below, Number) and below.value.denominator == 1 and bool(below.value)
    if isinstance(above, Number) and isinstance(below, Number) and whole and above.value.denominator == 1:
        return Number(above.value / below.value)
    if isinstance(above, Number) and above.value == 1:
        return reciprocal(below)
    if isinstance(below, Number) and whole:
        return times(above, Number(1 / below.value))
    return times(above, reciprocal(below))


def _power(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    base, exponent = node.parts
    if base.kind == "name" and base.text == "e" and not base.parts and c.naming.is_e():
        above = c.value(exponent, bound)
        if isinstance(above, Shaped) and above.directions > 1:  # the exponential of a matrix, not of its elements
            raise UnreadError("shapes", "e^", node.span)
        return mapped(above, exp)
    if base.kind == "norm" and exponent.kind == "number" and exponent.text == "2":
        return functions.norm(c, base, bound, squared=True)
    found = c.value(base, bound)
    if isinstance(found, Shaped):
        return power(found, c.scalar(exponent, bound), node.span)
    return Pow(found, c.scalar(exponent, bound))


def _root(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    index = c.scalar(node.parts[1], bound) if len(node.parts) > 1 else number(2)
    return Pow(c.scalar(node.parts[0], bound), divided(number(1), index))


def _abs(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    return Function("abs", (c.scalar(node.parts[0], bound),))


def _group(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    return c.value(node.parts[0], bound)


def _transpose(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    found = c.value(node.parts[0], bound)
    if isinstance(found, Expr):  # what is transposed is no number: something in it is a matrix that is not known as one
        raise UnreadError("shapes", "transpose", node.span)
    return transposed(found)


def _array(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """A matrix that is written out, its determinant, or a list."""
    if any(part.kind == "dots" for part in node.parts):
        raise UnreadError("array" if node.text != "list" else "list", "…", node.span)
    elements = [c.scalar(part, bound) for part in node.parts]
    cells = [elements[at : at + node.count] for at in range(0, len(elements), node.count)]
    if node.text == "vmatrix":
        return determinant(cells, node.span)
    return written_out(cells, node.span, loose=node.text == "list")


def _inner(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    left, right = (c.value(part, bound) for part in node.parts)
    if not isinstance(left, Shaped) or not isinstance(right, Shaped) or (left.directions, right.directions) != (1, 1):
        raise UnreadError("shapes", "\\langle", node.span)
    return multiplied(left, right, "cdot", node.span)


def _log(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    base: Expr = E if len(node.parts) == 1 else c.scalar(node.parts[1], bound)
    return mapped(c.value(node.parts[0], bound), lambda e: Log(e, base))


def _function(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if len(node.parts) > 1:
        return Function(node.text, tuple(c.scalar(part, bound) for part in node.parts))
    argument = c.value(node.parts[0], bound)
    if isinstance(argument, Shaped) and isinstance(argument.rows, Number) and argument.directions > 1:
        raise UnreadError("shapes", node.text, node.span)
    return mapped(argument, lambda e: functions.known(node.text, e))


def _factorial(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    return Function("factorial", (c.scalar(node.parts[0], bound),))


def _big(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if node.count < 2:
        raise UnreadError("bounds", f"\\{node.text}", node.span)
    key = written(node.parts[1])
    index = Symbol(c.naming.symbol_name(key))
    lower, upper = c.naming.sizes.bounds(node.parts[1])
    if node.count == 4:
        lower, upper = c.scalar(node.parts[2], bound), c.scalar(node.parts[3], bound)
    elif node.count == 3 and node.parts[2].kind == "last":
        upper = c.scalar(node.parts[2].parts[0], bound)
    elif node.count == 3:
        lower = c.scalar(node.parts[2], bound)
    body = c.value(node.parts[0], {**bound, key: index})
    kind = Sum if node.text == "sum" else Product
    if isinstance(body, Shaped):
        if kind is Product:
            raise UnreadError("shapes", "\\prod", node.span)
        inner = body.at
        return Shaped(body.rows, body.columns, lambda i, j: _summed(inner(i, j), index, lower, upper, (i, j)))
    return kind(body, index, lower, upper)


def _summed(body: Expr, index: Symbol, lower: Expr, upper: Expr, places: tuple[Expr, ...]) -> Expr:
    if any(index.name == s.name for place in places for s in free_symbols(place)):
        raise DataError("LL160.index_twice", name=index.name)
    return Sum(body, index, lower, upper)


def _limit(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    key = written(node.parts[1])
    variable = Symbol(c.naming.symbol_name(key))
    body = c.scalar(node.parts[0], {**bound, key: variable})
    return Limit(body, variable, c.scalar(node.parts[2], bound))


def _infinity(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:  # noqa: ARG001
    return Constant("inf")


def _derivative(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    body, by = c.value(node.parts[0], bound), c.value(node.parts[1], bound)
    if isinstance(by, Shaped):
        if isinstance(body, Shaped):
            raise UnreadError("shapes", "derivative of a vector by a vector", node.span)
        return Shaped(by.rows, by.columns, lambda i, j: _derived(body, by.at(i, j), node))
    return mapped(body, lambda e: _derived(e, by, node))


def _derived(body: Expr, by: Expr, node: Node) -> Expr:
    if not isinstance(by, (Symbol, Indexed)):
        raise UnreadError("derivative", "variable", node.span)
    return Derivative(body, by)


def _nabla(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    if len(node.parts) < 2:
        body = node.parts[0]
        if body.kind != "call" or len(body.parts) != 2 or body.parts[1].kind != "name":
            raise UnreadError("derivative", "\\nabla", node.span)
        return _derivative(c, Node("nabla", node.span, (body, body.parts[1])), bound)
    return _derivative(c, node, bound)


_CASES = {
    "number": _number,
    "name": _name,
    "add": _add,
    "mul": _mul,
    "neg": _neg,
    "div": _div,
    "power": _power,
    "root": _root,
    "abs": _abs,
    "norm": functions.norm,
    "group": _group,
    "transpose": _transpose,
    "array": _array,
    "inner": _inner,
    "log": _log,
    "function": _function,
    "factorial": _factorial,
    "big": _big,
    "limit": _limit,
    "infinity": _infinity,
    "derivative": _derivative,
    "nabla": _nabla,
    "call": functions.call,
    "prime": functions.prime,
    "element": functions.element,
    "expectation": functions.expectation,
}
