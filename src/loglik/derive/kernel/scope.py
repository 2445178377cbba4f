"""What a name means where it stands.

A name is free, with the set it is declared to come from, or bound by a sum, a product, a limit or an ``at`` above it. A
bound name is renamed as its node is opened, to one that no text can contain (``k@2``: opened as the third): so nothing
said of a free name is ever taken to be said of a bound one, and no two bound names meet.

Under ``d/dx`` the value of x moves a little. What is known of x only at points (a given equation, that it is whole, that
it is 0 or more) is not known there, and is not used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from loglik.cached import cached_property
from loglik.derive.expressions import (
    At,
    Derivative,
    Domain,
    Equation,
    Expr,
    Indexed,
    Limit,
    Product,
    Sum,
    Symbol,
    free_symbols,
    parts,
    substitute,
)
from loglik.derive.expressions.domains import WHOLE
from loglik.derive.expressions.walk import binder, body_and_rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARK = "@"


class RefusedError(Exception):
    """The certificate does not prove the step; the message says why."""


@dataclass(frozen=True)
class Fact:
    """A relation that holds here, for all values of the names in `every` in their sets.

    Parameters
    ----------
    relation : Equation
        What holds.
    every : mapping of str to Domain
        Names that it holds for all values of.
    identity : bool
        Nothing is assumed in it but domains: it is proved, not given, and rests on nothing given.
    """

    relation: Equation
    every: Mapping[str, Domain] = field(default_factory=dict)
    identity: bool = False

    @cached_property
    def fixed(self) -> frozenset[str]:
        """The free names that stand for themselves only."""
        return names_in(self.relation) - self.every.keys()

    @cached_property
    def outside(self) -> frozenset[str]:
        """The fixed names that stand outside of derivatives too."""
        return _outside_derivatives(self.relation) & self.fixed


@dataclass(frozen=True)
class Scope:
    """The free names with their sets, what is known of them, the bound names (outermost first), the names that move."""

    domains: Mapping[str, Domain] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    bound: Mapping[str, Sum | Product | Limit | At] = field(default_factory=dict)
    moving: frozenset[str] = frozenset()
    # What was worked out here before: the kernel asks the same of the same expressions again and again.
    kept: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def knows(self, name: str) -> bool:
        """Whether a name means something here."""
        return name in self.bound or name in self.domains

    def fresh(self, name: str) -> str:
        """What the name becomes if it is bound here."""
        return f"{name.split(MARK, 1)[0]}{MARK}{len(self.bound)}"

    def open(self, e: Expr) -> tuple[Scope, Expr]:
        """The scope inside a binding node, and its body there."""
        variable = binder(e)
        if variable is None or not isinstance(e, (Sum, Product, Limit, At)):
            raise TypeError
        if ("open", id(e)) not in self.kept:
            new = Symbol(self.fresh(variable.name))
            inner = replace(self, bound={**self.bound, new.name: e})  # which keeps e, so that its id stays its own
            self.kept["open", id(e)] = inner, substitute(body_and_rest(e)[0], {variable.name: new})
        found: tuple[Scope, Expr] = self.kept["open", id(e)]
        return found

    def enter(self, e: Expr) -> Scope:
        """The scope inside a binding node of a certificate, which has to name its variable as `open` would."""
        variable = binder(e)
        if variable is None or variable.name != self.fresh(variable.name):
            raise RefusedError("a bound name in the certificate is not new")
        return self.open(e)[0]

    def moved(self, variable: Expr) -> Scope:
        """The scope under a derivative: the name moves, and what is tied to it; numbers of classes and samples do not."""
        name = own_name(variable)
        if ("moved", name) not in self.kept:
            tied = self.entangled(name)
            sizes = {each for each in tied if each in self.domains and self.domains[each].kind == "size"}
            self.kept["moved", name] = replace(self, moving=self.moving | (tied - sizes) | {name})
        found: Scope = self.kept["moved", name]
        return found

    def known(self) -> Iterable[Fact]:
        """Facts that hold here: where a name moves, what is said of its value does not."""
        return (fact for fact in self.facts if not fact.fixed & self.moving)

    def entangled(self, name: str, *, outside: bool = False) -> frozenset[str]:
        """The name, and those that equations given here tie to it: where it moves, they are not constants.

        With `outside`, an equation between derivatives ties nothing: it says at which points it holds, and in it the other
        names are constants by what it means to differentiate by one.
        """
        groups = [fact.outside if outside else fact.fixed for fact in self.equations()]
        tied = {name}
        while any(group & tied and not group <= tied for group in groups):
            tied |= frozenset().union(*(group for group in groups if group & tied))
        return frozenset(tied)

    def equations(self) -> Iterable[Fact]:
        """What holds here because it is given, or rests on that, and may tie one value to another.

        ``<``, ``>`` and ``!=`` leave room to move, but not where they hold for all members of an infinite set
        (``x - y < p`` for every positive p), nor between whole numbers.
        """
        return (fact for fact in self.facts if not fact.identity and self._ties(fact))

    def _ties(self, fact: Fact) -> bool:
        strict = fact.relation.relation in {"<", ">", "!="} and all(each.range for each in fact.every.values())
        return not strict or all(name in self.domains and self.domains[name].kind in WHOLE for name in fact.fixed)


def own_name(variable: Expr) -> str:
    """The name that a derivative is taken by; of an element the name of its family."""
    if isinstance(variable, Indexed):
        return variable.base.name
    return variable.name if isinstance(variable, Symbol) else ""


def names_in(e: Expr) -> frozenset[str]:
    """The free names of an expression."""
    kept: frozenset[str] | None = e.__dict__.get("_names")
    if kept is None:
        e.__dict__["_names"] = kept = frozenset(s.name for s in free_symbols(e))
    return kept


def _outside_derivatives(e: Expr) -> frozenset[str]:
    if isinstance(e, Derivative):
        return frozenset()
    if isinstance(e, Symbol):
        return frozenset({e.name})
    return frozenset().union(*map(_outside_derivatives, parts(e)))
