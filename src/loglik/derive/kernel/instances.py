"""Instances of a rule: its statement with meanings in the place of its variables, and nothing captured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import Expr, Function, Indexed, Symbol, free_symbols, parts, rebuild, substitute
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.scope import MARK, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.kernel.scope import Scope
    from loglik.derive.rules.model import Rule


@dataclass(frozen=True)
class Meaning:
    """What a variable of a rule stands for: an expression, in which `names` are open places."""

    body: Expr
    names: tuple[str, ...] = ()


def instance(e: Expr, rule: Rule, meanings: Mapping[str, Meaning]) -> Expr:
    """A side or a condition of a rule with the meanings put in.

    The variables of a law may stand for anything, also for what contains the variable of a derivative above them: the
    law says by its conditions where they may not. A relation of the derivation itself is about its own names: there a
    constant stays one, so nothing that contains x comes under its d/dx.
    """
    own = {name: meanings[name] for name in rule.names}
    return _put_in(e, own) if rule.tree is None else substitute(e, {name: each.body for name, each in own.items()})


def speaks_of_names_in_scope(meanings: Mapping[str, Meaning], scope: Scope) -> None:
    """Refuse meanings with names that mean nothing where the rule is used.

    Raises
    ------
    RefusedError
        There is such a name.
    """
    for name, meaning in meanings.items():
        for symbol in free_symbols(meaning.body):
            if symbol.name not in meaning.names and not scope.knows(symbol.name):
                raise RefusedError(f"what stands for {name} contains {symbol.name}, which means nothing here")


def _put_in(pattern: Expr, meanings: Mapping[str, Meaning]) -> Expr:
    if isinstance(pattern, Symbol):
        found = meanings.get(pattern.name)
        if found is None:
            return pattern
        if found.names:
            raise RefusedError(f"{pattern.name} stands for a function and is used as a term")
        return found.body
    if isinstance(pattern, Indexed):
        base = _put_in(pattern.base, meanings)
        if not isinstance(base, Symbol):
            raise RefusedError(f"{pattern.base.name} stands for a family, and {base} is none")
        return Indexed(base, tuple(_put_in(each, meanings) for each in pattern.indices), pattern.upper)
    if isinstance(pattern, Function) and pattern.name in meanings:
        meaning = meanings[pattern.name]
        if len(meaning.names) != len(pattern.args) or len(set(meaning.names)) != len(meaning.names):
            raise RefusedError(f"{pattern.name} stands for something with other open places")
        args = (_put_in(each, meanings) for each in pattern.args)
        return substitute(meaning.body, dict(zip(meaning.names, args, strict=True)))
    variable = binder(pattern)
    if variable is None:
        return rebuild(pattern, tuple(_put_in(each, meanings) for each in parts(pattern)))
    # Meanings contain names in scope only, and this is none: the pattern's own binding catches nothing of them.
    body, rest = body_and_rest(pattern)
    inner = {name: meaning for name, meaning in meanings.items() if name != variable.name}
    new = Symbol(f"{variable.name}{MARK}")
    renamed = substitute(body, {variable.name: new})
    return rebuild(pattern, (_put_in(renamed, inner), new, *(_put_in(each, meanings) for each in rest)))
