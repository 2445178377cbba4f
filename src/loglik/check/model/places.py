"""Terms of a relation brought to one kind: names alone beside vectors, and matrices that are written out, place by place."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from loglik.check.latex.tree import UnreadError
from loglik.check.model.shapes import PLACE, UNIT, Shaped, Value, most_known, times, transposed
from loglik.derive.expressions import Expr, Function, Indexed, Number, Symbol, sum_of
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Signs of relations between matrices that are written out.
EQUAL = frozenset({"=", ":=", "=:", "≡"})


def of_one_kind(values: Sequence[Value | None], bare: Sequence[bool]) -> list[Value | None]:
    """A name alone beside vectors is a vector, beside numbers a number, whatever it is elsewhere.

    Parameters
    ----------
    values : sequence of Value or None
        The terms of a chain.
    bare : sequence of bool
        Which of them are names alone, without indices or with them.
    """
    shaped = [(at, v) for at, v in enumerate(values) if isinstance(v, Shaped)]
    others = [(at, v) for at, v in enumerate(values) if isinstance(v, Expr) and not _is_zero(v)]
    found = list(values)
    if not shaped or not others:
        return found
    if all(bare[at] and isinstance(v.at(PLACE, PLACE), Indexed) for at, v in shaped):
        for at, v in shaped:
            element = v.at(PLACE, PLACE)
            if isinstance(element, Indexed):
                places = element.indices[: -v.directions]
                found[at] = Indexed(element.base, places) if places else element.base
        return found
    first = most_known([v for _, v in shaped])
    for at, other in others:
        if bare[at] and isinstance(other, (Symbol, Indexed)):
            found[at] = _family(other, first)
    return found


def _is_zero(e: Expr) -> bool:
    return isinstance(e, Number) and not e.value


def _family(name: Symbol | Indexed, like: Shaped) -> Shaped:
    """A vector or matrix by its name, of the shape of another one."""
    base, places = (name.base, name.indices) if isinstance(name, Indexed) else (name, ())
    if base.name == "I" and like.directions > 1:
        return Shaped(like.rows, like.columns, lambda i, j: Function("delta", (i, j)))

    def at(i: Expr, j: Expr) -> Expr:
        return Indexed(base, (*places, i, j) if like.directions > 1 else (*places, i))

    return Shaped(like.rows, like.columns, at)


def place_by_place(value: Value | None, first: Shaped) -> Expr | None:
    """The sum of the elements, each times a unit of its own; None if the term has not as many as the first one."""
    if isinstance(value, Number) and _is_zero(value):
        return value
    if not isinstance(value, Shaped):
        return None
    # A list, and a vector by its name, may be written as a row or as a column.
    either = value.loose or (value.directions == 1 and isinstance(value.at(PLACE, PLACE), Indexed))
    shape = transposed(value) if either and (value.rows is None) != (first.rows is None) else value
    if not isinstance(shape, Shaped) or not _fits(shape, first):
        return None
    high, wide = (int(s.value) if isinstance(s, Number) else 1 for s in (first.rows, first.columns))
    places = [(i, j) for i in range(1, high + 1) for j in range(1, wide + 1)]
    try:
        return sum_of(times(Symbol(f"{UNIT}{i}{j}"), _at(shape, i, j)) for i, j in places)
    except (DataError, UnreadError):
        return None


def _fits(shape: Shaped, first: Shaped) -> bool:
    """Whether two shapes have the same directions, and not different numbers of elements in one."""
    pairs = ((shape.rows, first.rows), (shape.columns, first.columns))
    return all(
        (a is None) == (b is None) and not (isinstance(a, Number) and isinstance(b, Number) and a != b)
        for a, b in pairs
    )


def _at(shape: Shaped, row: int, column: int) -> Expr:
    if shape.directions > 1:
        return shape.at(Number(Fraction(row)), Number(Fraction(column)))
    return shape.element(Number(Fraction(row if shape.rows is not None else column)))
