"""Vectors and matrices by their elements: a shape, and the element at each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.latex.tree import UnreadError
from loglik.derive.expressions import Expr, Mul, Sum, Symbol, free_symbols, number, product_of, sum_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.check.statement import Span


@dataclass(frozen=True)
class Shaped:
    """A column (rows alone), a row (columns alone) or a matrix; `at` gives the element at a row and a column."""

    rows: Expr | None
    columns: Expr | None
    at: Callable[[Expr, Expr], Expr]

    def element(self, *places: Expr) -> Expr:
        """The element at as many places as there are directions."""
        if self.rows is None or self.columns is None:
            return self.at(places[0], places[0])
        return self.at(*places)

    @property
    def directions(self) -> int:
        """1 for columns and rows, 2 for matrices."""
        return (self.rows is not None) + (self.columns is not None)


Value = Expr | Shaped


def column(size: Expr, at: Callable[[Expr], Expr]) -> Shaped:
    """A column vector."""
    return Shaped(size, None, lambda i, _: at(i))


def transposed(value: Value) -> Value:
    """Rows for columns."""
    if isinstance(value, Shaped):
        inner = value.at
        return Shaped(value.columns, value.rows, lambda i, j: inner(j, i))
    return value


def mapped(value: Value, function: Callable[[Expr], Expr]) -> Value:
    """A function of one number, element by element."""
    if isinstance(value, Shaped):
        inner = value.at
        return Shaped(value.rows, value.columns, lambda i, j: function(inner(i, j)))
    return function(value)


def added(values: Sequence[Value], span: Span) -> Value:
    """A sum; a number beside vectors is added to every element."""
    shapes = [v for v in values if isinstance(v, Shaped)]
    if not shapes:
        return sum_of(v for v in values if isinstance(v, Expr))
    first = shapes[0]
    if any((v.rows is None) != (first.rows is None) or (v.columns is None) != (first.columns is None) for v in shapes):
        raise UnreadError("shapes", "+", span)
    return Shaped(
        first.rows,
        first.columns,
        lambda i, j: sum_of(v.at(i, j) if isinstance(v, Shaped) else v for v in values),
    )


def multiplied(left: Value, right: Value, sign: str, span: Span) -> Value:
    """A product: of numbers, of a number and a vector, of matrices by rows and columns, or element by element."""
    if isinstance(left, Expr):
        return mapped(right, lambda e: times(left, e))
    if isinstance(right, Expr):
        return mapped(left, lambda e: times(e, right))
    same = (left.rows is None) == (right.rows is None) and (left.columns is None) == (right.columns is None)
    if sign in {"odot", "circ", "*", "star"}:
        if not same:
            raise UnreadError("shapes", sign, span)
        return Shaped(left.rows, left.columns, lambda i, j: times(left.at(i, j), right.at(i, j)))
    if sign == "times":
        raise UnreadError("shapes", sign, span)
    if sign == "cdot" and left.columns is None and right.columns is None:
        return _contracted(Shaped(None, left.rows, lambda i, j: left.at(j, i)), right)
    if left.columns is None and right.rows is None:  # column times row
        return Shaped(left.rows, right.columns, lambda i, j: times(left.at(i, i), right.at(j, j)))
    if left.columns is None or right.rows is None:
        raise UnreadError("shapes", sign or "product", span)
    return _contracted(left, right)


def _contracted(left: Shaped, right: Shaped) -> Value:
    """The sum over the columns of one and the rows of the other."""
    size = _known(left.columns, right.rows)

    def element(i: Expr, j: Expr) -> Expr:
        probe = number(1)
        taken = {s.name for e in (left.at(i, probe), right.at(probe, j), size) for s in free_symbols(e)}
        k = fresh_index(taken | _bound_names(left.at(i, probe), right.at(probe, j)))
        return Sum(times(left.at(i, k), right.at(k, j)), k, number(1), size)

    if left.rows is None and right.columns is None:
        return element(number(1), number(1))
    return Shaped(left.rows, right.columns, element)


def _bound_names(*expressions: Expr) -> set[str]:
    from loglik.derive.expressions import walk
    from loglik.derive.expressions.walk import binder

    return {b.name for e in expressions for _, each in walk(e) if (b := binder(each)) is not None}


def _known(a: Expr | None, b: Expr | None) -> Expr:
    """Of two sizes that are the same the one that the text names."""
    found = [e for e in (a, b) if e is not None]
    named = [e for e in found if not (isinstance(e, Symbol) and e.name.startswith("#"))]
    return (named or found)[0]


def fresh_index(taken: set[str]) -> Symbol:
    """A letter for an index that nothing beside it has."""
    letters = ("i", "j", "k", "l", "m", "r", "s", *(f"i{n}" for n in range(1, 99)))
    return Symbol(next(letter for letter in letters if letter not in taken))


def times(left: Expr, right: Expr) -> Expr:
    """A product without nesting."""
    factors = [f for e in (left, right) for f in (e.factors if isinstance(e, Mul) else (e,))]
    return product_of(factors)
