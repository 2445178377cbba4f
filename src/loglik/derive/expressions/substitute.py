"""Substitution without capture."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, cast

from loglik.derive.expressions.nodes import Derivative, Expr, Indexed, Symbol
from loglik.derive.expressions.walk import binder, body_and_rest, free_symbols, parts, rebuild
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping


def substitute(e: Expr, values: Mapping[str, Expr]) -> Expr:
    """Put expressions in the place of free symbols.

    A bound variable that would catch a name of what is put in is renamed first. A derivative is taken at the value of
    its variable, so the variable can be renamed but not replaced, and nothing that contains it may be put under it.

    Parameters
    ----------
    e : Expr
        Where to substitute.
    values : mapping of str to Expr
        Name of a symbol to what takes its place.

    Raises
    ------
    DataError
        LL164: the substitution would change the meaning of a derivative, or of an indexed name.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> str(substitute(parse("sum(x*k, k, 1, 3)"), {"x": parse("k")}))
    'sum(k*k_1, k_1, 1, 3)'
    """
    names = {s.name for s in free_symbols(e)}
    values = {name: value for name, value in values.items() if name in names}
    if not values:
        return e
    if isinstance(e, Symbol):
        return values.get(e.name, e)
    if isinstance(e, Indexed):
        base = values.get(e.base.name, e.base)
        if not isinstance(base, Symbol):
            raise DataError("LL164.family", name=e.base.name, value=base)
        return Indexed(base, tuple(substitute(each, values) for each in e.indices), e.upper)
    if isinstance(e, Derivative):
        return _under_derivative(e, values)
    variable = binder(e)
    if variable is None:
        return rebuild(e, tuple(substitute(each, values) for each in parts(e)))
    body, rest = body_and_rest(e)
    inner = {name: value for name, value in values.items() if name != variable.name}
    caught = {s.name for name, value in inner.items() if name in names for s in free_symbols(value)}
    if variable.name in caught:
        fresh = _fresh(variable, caught | {s.name for s in free_symbols(body)})
        body = substitute(body, {variable.name: fresh})
        variable = fresh
    return rebuild(e, (substitute(body, inner), variable, *(substitute(each, values) for each in rest)))


def _under_derivative(e: Derivative, values: Mapping[str, Expr]) -> Expr:
    own = e.variable.base if isinstance(e.variable, Indexed) else e.variable
    for name, value in values.items():
        if name == own.name:
            others = {s.name for s in free_symbols(e)} - {own.name}
            if not isinstance(value, Symbol) or value.name in others:
                raise DataError("LL164.own_variable", value=value, name=own.name)
        elif own.name in {s.name for s in free_symbols(value)}:
            raise DataError("LL164.captured", value=value, name=own.name)
    return Derivative(substitute(e.body, values), cast("Symbol | Indexed", substitute(e.variable, values)))


def _fresh(variable: Symbol, taken: set[str]) -> Symbol:
    return next(Symbol(name, variable.domain) for i in count(1) if (name := f"{variable.name}_{i}") not in taken)
