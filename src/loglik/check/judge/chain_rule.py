"""Derivatives by names that are defined themselves: the chain rule, and derivatives at values that the text gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.judge.application import applied, is_of, of_member
from loglik.check.judge.expansion import Expanded, may_be_one, nearest, put_in, variables_of
from loglik.derive.expressions import At, Derivative, Expr, Indexed, Number, Symbol, parts, rebuild
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.statement import Definition, DefinitionKey


def along_chains(left: Expr, right: Expr, definitions: Sequence[Definition]) -> Expanded | None:
    """The sides with each derivative taken of what leads down to its own variable, and that variable then as it is defined.

    By the chain rule ``dL/dw = dL/da da/dw``, where ``a`` is defined by ``w``, or has a value. None where no variable is
    defined, or where it cannot be taken for a number.
    """
    known = nearest(definitions)
    variables = variables_of(left) | variables_of(right)
    values = {by: value for by in variables if (value := _value_of(by, known)) is not None}
    if not values:
        return None
    down = put_in(left, right, known)[-1]
    try:
        one, other = (_at_values(side, values) for side in (down.left, down.right))
    except DataError:
        return None
    found = put_in(one, other, known)[-1]
    return replace(found, used=tuple({each.key: each for each in (*down.used, *found.used)}.values()))


def _value_of(by: Symbol | Indexed, known: Mapping[DefinitionKey, Definition]) -> Expr | None:
    if isinstance(by, Symbol):
        found = known.get((by.name, False, 0))
        return None if found is None else found.body
    numbers = all(isinstance(i, Number) for i in by.indices)
    return applied(of_member(by.base.name, by.indices, known), by.indices, {}) if numbers else None


def _at_values(e: Expr, values: Mapping[Symbol | Indexed, Expr]) -> Expr:
    """Derivatives at the values of their variables."""
    if isinstance(e, Derivative):
        if variables_of(e.body) & values.keys():
            raise DataError("LL164.own_variable", value=e, name=e.variable)
        if e.variable not in values:
            return e
        own = Symbol("#by")
        return At(Derivative(_renamed(e.body, e.variable, own), own), own, values[e.variable])
    below = parts(e)
    return rebuild(e, tuple(_at_values(each, values) for each in below)) if below else e


def _renamed(e: Expr, old: Symbol | Indexed, new: Symbol) -> Expr:
    """The expression with a number for a name or member of a family.

    Raises
    ------
    DataError
        LL164: another member, by an index that is no number, may be the same.
    """
    if str(e) == str(old):  # whatever set its values are known to come from there
        return new
    if isinstance(e, Indexed) and is_of(e, old.base.name if isinstance(old, Indexed) else old.name):
        if isinstance(old, Symbol) or may_be_one(e.indices, old.indices):
            raise DataError("LL164.own_variable", value=e, name=old)
        return e
    below = parts(e)
    return rebuild(e, tuple(_renamed(each, old, new) for each in below)) if below else e
