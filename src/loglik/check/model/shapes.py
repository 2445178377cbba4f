"""Vectors and matrices by their elements: a shape, and the element at each place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.latex.tree import UnreadError
from loglik.derive.expressions import (
    MINUS_ONE,
    Expr,
    Function,
    Mul,
    Number,
    Sum,
    Symbol,
    number,
    parts,
    product_of,
    rebuild,
    reciprocal,
    sum_of,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loglik.check.statement import Span


@dataclass(frozen=True)
class Shaped:
    """A column (rows alone), a row (columns alone) or a matrix; `at` gives the element at a row and a column.

    A list in brackets is `loose`: a column that may be a row as well.
    """

    rows: Expr | None
    columns: Expr | None
    at: Callable[[Expr, Expr], Expr]
    loose: bool = False

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


def written_out(cells: Sequence[Sequence[Expr]], span: Span, *, loose: bool = False) -> Shaped:
    """A matrix, column or row by its cells, row by row: each element has a place that is a number."""
    wide, high = len(cells[0]), len(cells)
    if any(len(row) != wide for row in cells):
        raise UnreadError("array", "rows of different lengths", span)

    def at(i: Expr, j: Expr) -> Expr:
        row = i if high > 1 or wide == 1 else number(1)
        column = j if wide > 1 else number(1)
        if PLACE in {row, column}:  # to see which names are in it
            return sum_of(e for each in cells for e in each)
        if not isinstance(row, Number) or not isinstance(column, Number) or row.value > high or column.value > wide:
            raise UnreadError("shapes", "array", span)
        return cells[int(row.value) - 1][int(column.value) - 1]

    return Shaped(number(high) if high > 1 or wide == 1 else None, number(wide) if wide > 1 else None, at, loose)


def determinant(cells: Sequence[Sequence[Expr]], span: Span) -> Expr:
    """By the first row; of at most four rows."""
    if len(cells) > 4 or any(len(row) != len(cells) for row in cells):
        raise UnreadError("array", "determinant", span)
    if len(cells) == 1:
        return cells[0][0]
    minors = ([[*row[:j], *row[j + 1 :]] for row in cells[1:]] for j in range(len(cells)))
    return sum_of(
        product_of((number(1 - 2 * (j % 2)), cells[0][j], determinant(minor, span))) for j, minor in enumerate(minors)
    )


def _inverse(base: Shaped, exponent: Expr, span: Span) -> Shaped:
    """Of a matrix that is written out: by its minors."""
    if base.rows != base.columns or not isinstance(base.rows, Number) or base.rows.value > 3 or exponent != MINUS_ONE:
        raise UnreadError("shapes", "^", span)
    cells = cells_of(base)
    n = len(cells)
    whole = reciprocal(determinant(cells, span))

    def cofactor(i: int, j: int) -> Expr:
        minor = [[e for b, e in enumerate(row) if b != i] for a, row in enumerate(cells) if a != j]
        return product_of((number(1 - 2 * ((i + j) % 2)), determinant(minor, span) if minor else number(1), whole))

    return written_out([[cofactor(i, j) for j in range(n)] for i in range(n)], span)


def cells_of(value: Shaped) -> list[list[Expr]]:
    """The elements of a matrix that is written out, row by row."""
    high, wide = (int(s.value) if isinstance(s, Number) else 1 for s in (value.rows, value.columns))
    return [[value.at(number(i), number(j)) for j in range(1, wide + 1)] for i in range(1, high + 1)]


def total(body: Callable[[Expr], Expr], index: Symbol, size: Expr) -> Expr:
    """The sum over all places: of so many that are written out, one by one."""
    if isinstance(size, Number):
        return sum_of(body(number(k)) for k in range(1, int(size.value) + 1))
    return Sum(body(index), index, number(1), size)


def transposed(value: Value) -> Value:
    """Rows for columns."""
    if isinstance(value, Shaped):
        inner = value.at
        return Shaped(value.columns, value.rows, lambda i, j: inner(j, i), value.loose)
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
    first = most_known(shapes)
    if any((v.rows is None) != (first.rows is None) or (v.columns is None) != (first.columns is None) for v in shapes):
        raise UnreadError("shapes", "+", span)
    return Shaped(
        first.rows,
        first.columns,
        lambda i, j: sum_of(v.at(i, j) if isinstance(v, Shaped) else v for v in values),
    )


def most_known(shapes: Sequence[Shaped]) -> Shaped:
    """The first of those of which it is known how many elements they have; the first, if there is none."""
    return next((s for s in shapes if isinstance(s.rows or s.columns, Number)), shapes[0])


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
        first, one, other = most_known((left, right)), left.at, right.at
        return Shaped(first.rows, first.columns, lambda i, j: times(one(i, j), other(i, j)))
    if left.loose and left.columns is None and right.columns is not None and right.rows is not None:
        return _contracted(_as_row(left), right)
    if sign == "times":
        raise UnreadError("shapes", sign, span)
    if sign == "cdot" and left.columns is None and right.columns is None:
        return _contracted(_as_row(left), right)
    if left.columns is None and right.rows is None:  # column times row
        return Shaped(left.rows, right.columns, lambda i, j: times(left.at(i, i), right.at(j, j)))
    if left.columns is None or right.rows is None:
        raise UnreadError("shapes", sign or "product", span)
    return _contracted(left, right)


def _as_row(value: Shaped) -> Shaped:
    inner = value.at
    return Shaped(None, value.rows, lambda i, j: inner(j, i))


def _contracted(left: Shaped, right: Shaped) -> Value:
    """The sum over the columns of one and the rows of the other."""
    size = _known(left.columns, right.rows)
    # The index is chosen once, apart from all names within: those that come from without are chosen later, apart from it.
    k = fresh_index(names_in(left.at(PLACE, PLACE), right.at(PLACE, PLACE), size))

    def element(i: Expr, j: Expr) -> Expr:
        return total(lambda at: times(left.at(i, at), right.at(at, j)), k, size)

    if left.rows is None and right.columns is None:
        return element(PLACE, PLACE)
    return Shaped(left.rows, right.columns, element)


PLACE = Symbol("#place")
#: What names of units begin with: a matrix that is written out is the sum of its elements, each times a unit of its own.
UNIT = "unit_"
#: Products are written out for powers up to this one.
_HIGHEST = 3
#: A power that is not computed: of the element, the exponent, the row and the column.
POWER = "matrix_power"


def power(base: Shaped, exponent: Expr, span: Span) -> Value:
    """A power of a matrix: a product for 2 and 3, else a matrix of which nothing is known but what it is a power of."""
    if base.rows is None or base.columns is None:
        raise UnreadError("shapes", "^", span)
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and 1 < exponent.value <= _HIGHEST:
        found: Value = base
        for _ in range(int(exponent.value) - 1):
            found = multiplied(found, base, "", span)
        return found
    if isinstance(base.rows, Number) or isinstance(base.columns, Number):
        return _inverse(base, exponent, span)
    inner = base.at
    return Shaped(base.columns, base.rows, lambda i, j: Function(POWER, (inner(i, j), exponent, i, j)))


def names_in(*expressions: Expr) -> set[str]:
    """All names, bound ones included."""
    return {part.name for e in expressions for _, part in walk(e) if isinstance(part, Symbol)}


def names_of(value: Value) -> set[str]:
    """All names in a value, or in an element of a vector or matrix."""
    return names_in(value.at(PLACE, PLACE) if isinstance(value, Shaped) else value)


def _known(a: Expr | None, b: Expr | None) -> Expr:
    """Of two sizes that are the same the one that the text names."""
    found = [e for e in (a, b) if e is not None]
    if numbers := [e for e in found if isinstance(e, Number)]:
        return numbers[0]
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
