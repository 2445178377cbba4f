"""A definition applied: to the indices of a member of a family, or to the arguments of a function, vectors among them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from loglik.check.latex.tree import UnreadError
from loglik.check.model.shapes import POWER, Shaped, determinant, power, written_out
from loglik.check.statement import Span, what_is_squared
from loglik.derive.expressions import (
    Expr,
    Function,
    Indexed,
    Number,
    Pow,
    Sum,
    Symbol,
    number,
    parts,
    rebuild,
    substitute,
    sum_of,
    walk,
)
from loglik.derive.syntax.notations import HALF
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.statement import Definition, DefinitionKey


def of_member(name: str, indices: Sequence[Expr], nearest: Mapping[DefinitionKey, Definition]) -> Definition | None:
    """The definition of a member of a family; if there is none, that of the family."""
    choices = product(*((i, None) if isinstance(i, Number) else (None,) for i in indices))
    found = (nearest.get((name, False, places)) for places in choices)
    return next((each for each in found if each is not None), None) or nearest.get((name, False, len(indices)))


def applied(definition: Definition | None, args: Sequence[Expr], used: dict[DefinitionKey, Definition]) -> Expr | None:
    """The body of a definition for given indices or arguments; None if there is none, or they cannot be put there."""
    if definition is None:
        return None
    if definition.cells:
        return _cell(definition, args, used)
    if any(definition.squared):
        pairs = zip(args, definition.squared, strict=True)
        args = [what_is_squared(a) or Pow(a, HALF) if square else a for a, square in pairs]
    if definition.places:
        args = [arg for arg, place in zip(args, definition.places, strict=True) if place is None]
    values = {p.name: arg for p, arg in zip(definition.parameters, args, strict=True) if p != arg}
    try:
        found = _with_arguments(definition.body, values)
    except DataError:  # a name that cannot be put where it is wanted
        return None
    used[definition.key] = definition
    return found


def _cell(definition: Definition, places: Sequence[Expr], used: dict[DefinitionKey, Definition]) -> Expr | None:
    row, column = (int(i.value) if isinstance(i, Number) else 0 for i in (*places, number(1))[:2])
    if not 0 < row <= len(definition.cells) or not 0 < column <= len(definition.cells[0]):
        return None
    used[definition.key] = definition
    return definition.cells[row - 1][column - 1]


def spelled_out(e: Sum, nearest: Mapping[DefinitionKey, Definition]) -> Expr | None:
    """A sum over the places of a matrix or list that is written out, term by term; None if it is over something else."""
    if e.lower != number(1) or not isinstance(e.upper, Symbol) or not e.upper.name.startswith("#"):
        return None
    for _, part in walk(e.body):
        if not isinstance(part, Indexed) or e.index.name not in {i.name for i in part.indices if isinstance(i, Symbol)}:
            continue
        defined = nearest.get((part.base.name, False, (None,) * len(part.indices)))
        if defined is None or not defined.cells:
            continue
        along = next(at for at, i in enumerate(part.indices) if isinstance(i, Symbol) and i.name == e.index.name)
        count = len(defined.cells[0]) if along else len(defined.cells)
        return sum_of(substitute(e.body, {e.index.name: number(k)}) for k in range(1, count + 1))
    return None


def of_written_out(
    e: Function, nearest: Mapping[DefinitionKey, Definition], used: dict[DefinitionKey, Definition]
) -> Expr | None:
    """The determinant of a matrix that is written out, or a place of its inverse; None if it is neither."""
    if e.name not in {POWER, "det"} or not isinstance(e.args[0], Indexed):
        return None
    defined = nearest.get((e.args[0].base.name, False, (None, None)))
    if defined is None or not defined.cells or len(defined.cells) != len(defined.cells[0]):
        return None
    cells, nowhere = [list(row) for row in defined.cells], Span(0, 0)
    try:
        if e.name == "det":
            found = determinant(cells, nowhere)
        else:
            inverse = power(written_out(cells, nowhere), e.args[1], nowhere)
            found = inverse.at(*e.args[2:]) if isinstance(inverse, Shaped) else inverse
    except UnreadError:
        return None
    used[defined.key] = defined
    return found


def _with_arguments(body: Expr, values: Mapping[str, Expr]) -> Expr:
    """Arguments put into a body: in the place of a vector also one of a family of vectors, ``f(x)`` at ``x_i``."""
    rows = {name: value for name, value in values.items() if isinstance(value, Indexed)}
    rows = {name: value for name, value in rows.items() if any(is_of(part, name) for _, part in walk(body))}
    if not rows:
        return substitute(body, values)
    # The family and its indices are put in last: what the body binds gets other letters there.
    late: dict[str, Expr] = {}
    marked: dict[str, Indexed] = {}
    for name, row in rows.items():
        base, *indices = (Symbol(f"#{name}{at}") for at in range(len(row.indices) + 1))
        marked[name] = Indexed(base, tuple(indices), row.upper)
        late |= {mark.name: e for mark, e in zip((base, *indices), (row.base, *row.indices), strict=True)}
    return substitute(_with_rows(body, marked), {**values, **late})


def is_of(e: Expr, family: str) -> bool:
    """Whether it is an element of a family."""
    return isinstance(e, Indexed) and e.base.name == family


def _with_rows(e: Expr, rows: Mapping[str, Indexed]) -> Expr:
    """The elements of a vector as those of one that has indices of its own."""
    below = tuple(_with_rows(each, rows) for each in parts(e))
    if isinstance(e, Indexed) and e.base.name in rows:
        row = rows[e.base.name]
        return Indexed(row.base, (*row.indices, *(_with_rows(i, rows) for i in e.indices)), row.upper)
    return rebuild(e, below) if below else e
