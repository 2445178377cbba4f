"""Statements with meanings put in, as the search needs them: it compares and guesses, and the kernel looks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import Expr, Function, Indexed, Symbol, free_symbols, parts, rebuild, substitute
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.instances import Meaning
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loglik.derive.expressions import Domain


def instantiate(pattern: Expr, meanings: Mapping[str, Meaning]) -> Expr:
    """Put meanings in the place of a rule's variables; bound variables are renamed where they would catch a name.

    Raises
    ------
    KeyError
        A variable has no meaning.
    DataError
        LL164: the instance would change the meaning of a derivative.
    """
    if isinstance(pattern, Symbol):
        found = meanings.get(pattern.name)
        return pattern if found is None else found.body
    if isinstance(pattern, Indexed):
        base = instantiate(pattern.base, meanings)
        if not isinstance(base, Symbol):
            raise KeyError(pattern.base.name)
        return Indexed(base, tuple(instantiate(each, meanings) for each in pattern.indices), pattern.upper)
    if isinstance(pattern, Function) and pattern.name in meanings:
        meaning = meanings[pattern.name]
        args = (instantiate(each, meanings) for each in pattern.args)
        return substitute(meaning.body, dict(zip(meaning.names, args, strict=True)))
    variable = binder(pattern)
    if variable is None:
        return rebuild(pattern, tuple(instantiate(each, meanings) for each in parts(pattern)))
    body, rest = body_and_rest(pattern)
    renamed = meanings.get(variable.name)
    new = renamed.body if renamed is not None and isinstance(renamed.body, Symbol) else variable
    taken = _names_below(body, {name: each for name, each in meanings.items() if name != variable.name})
    while new.name in taken:
        new = Symbol(f"{new.name}_1", new.domain)
    inner = instantiate(body, {**meanings, variable.name: Meaning(new)})
    return rebuild(pattern, (inner, new, *(instantiate(each, meanings) for each in rest)))


def _names_below(body: Expr, meanings: Mapping[str, Meaning]) -> set[str]:
    """Names that come in with the meanings of the variables that occur in a body."""
    used = {s.name for s in free_symbols(body)} | _functions(body)
    return {
        s.name
        for name, meaning in meanings.items()
        if name in used
        for s in free_symbols(meaning.body)
        if s.name not in meaning.names
    }


def _functions(e: Expr) -> set[str]:
    own = {e.name} if isinstance(e, Function) else set()
    return own.union(*(_functions(each) for each in parts(e)))


def declared_in(expressions: Iterable[Expr]) -> dict[str, Domain]:
    """The free names of expressions with their sets.

    Raises
    ------
    DataError
        LL161: one name with two sets.
    """
    found: dict[str, Domain] = {}
    for e in expressions:
        for symbol in free_symbols(e):
            if found.setdefault(symbol.name, symbol.domain) != symbol.domain:
                raise DataError("LL161.declared_twice", name=symbol.name)
    return found
