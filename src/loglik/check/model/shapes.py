"""Vectors and matrices by their elements: a shape, and the element at each place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.latex.tree import UnreadError
from loglik.derive.expressions import Expr, Mul, Sum, Symbol, number, parts, product_of, rebuild, sum_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    # The index is chosen once, apart from all names within: those that come from without are chosen later, apart from it.
    k = fresh_index(names_in(left.at(_PLACE, _PLACE), right.at(_PLACE, _PLACE), size))

    def element(i: Expr, j: Expr) -> Expr:
        return Sum(times(left.at(i, k), right.at(k, j)), k, number(1), size)

    if left.rows is None and right.columns is None:
        return element(_PLACE, _PLACE)
    return Shaped(left.rows, right.columns, element)


_PLACE = Symbol("#place")


def names_in(*expressions: Expr) -> set[str]:
    """All names, bound ones included."""
    return {part.name for e in expressions for _, part in walk(e) if isinstance(part, Symbol)}


def names_of(value: Value) -> set[str]:
    """All names in a value, or in an element of a vector or matrix."""
    return names_in(value.at(_PLACE, _PLACE) if isinstance(value, Shaped) else value)


def _known(a: Expr | None, b: Expr | None) -> Expr:
    """Of two sizes that are the same the one that the text names."""
    found = [e for e in (a, b) if e is not None]
    named = [e for e in found if not (isinstance(e, Symbol) and e.name.startswith("#"))]
    return (named or found)[0]


def fresh_index(taken: set[str]) -> Symbol:
    """An index that no document has and nothing beside it; `named` gives it a letter at the end."""
    return Symbol(next(name for n in range(1, 1000) if (name := f"i{n}") not in taken))


_LETTERS = ("i", "j", "k", "l", "m", "r", "s", "t", "u", "v")


def named(terms: Sequence[Expr | None]) -> tuple[Expr | None, ...]:
    """The terms with letters that none of them has for the indices that were put in."""
    taken = names_in(*(e for e in terms if e is not None))
    new = sorted(name for name in taken if re.fullmatch(r"i\d+", name))
    free = [letter for letter in (*_LETTERS, *(f"i_{n}" for n in range(1, 1000))) if letter not in taken]
    letters = dict(zip(new, free, strict=False))
    return tuple(None if e is None else _renamed(e, letters) for e in terms)


def _renamed(e: Expr, letters: Mapping[str, str]) -> Expr:
    if isinstance(e, Symbol):
        return Symbol(letters[e.name], e.domain) if e.name in letters else e
    below = parts(e)
    return rebuild(e, tuple(_renamed(each, letters) for each in below)) if below else e


def times(left: Expr, right: Expr) -> Expr:
    """A product without nesting."""
    factors = [f for e in (left, right) for f in (e.factors if isinstance(e, Mul) else (e,))]
    return product_of(factors)
