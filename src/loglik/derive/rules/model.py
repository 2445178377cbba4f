"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from loglik.cached import cached_property
from loglik.derive.expressions import Equation, Expr, Function, Symbol, free_symbols, walk
from loglik.derive.syntax.parser import FUNCTIONS, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Why a rule holds: a definition, a law taken from calculus or arithmetic, or a derivation of the catalogue.
Basis = Literal["definition", "law", "derived"]

#: How a rule is applied: by its pattern; by the field axioms; to both sides of an equation.
Kind = Literal["pattern", "field", "equation"]

PREDICATES = frozenset(
    {"free", "differentiable", "exists", "in_range", "nonempty", "simplex", "whole", "concave", "independent"}
)


@dataclass(frozen=True)
class Rule:
    """One rule.

    Parameters
    ----------
    id : str
        Its name; the texts in each language are found under it.
    statement : str
        ``pattern = replacement`` in plain syntax, or with ``<=`` or ``<=>`` between the two. Empty for kinds that need none.
    variables : str
        Names in the statement that stand for any expression; ``F(k)`` for any expression in which ``k`` may occur.
    when : tuple of str
        Conditions: relations such as ``X > 0``, and the predicates of the checker such as ``free(c, x)``.
    basis : {"definition", "law", "derived"}
        Why it holds.
    derivation : str
        The derivation that proves it if it is derived, or that a law rests on.
    samples : tuple of mappings
        For rules with ``F(k)`` or families: expressions that stand for the variables when the rule is tested.
    kind : {"pattern", "field", "equation"}
        How it is applied.
    pointwise : bool
        It holds at certain points only (a constraint), and so says nothing about derivatives at them.
    tree, said
        Of a relation of a derivation, see `kernel.results.as_rule`.
    """

    id: str
    statement: str = ""
    variables: str = ""
    when: tuple[str, ...] = ()
    basis: Basis = "law"
    derivation: str = ""
    samples: tuple[Mapping[str, str], ...] = ()
    kind: Kind = "pattern"
    pointwise: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables as a set."""
        return frozenset(self.variables.split())

    # Of a relation of a derivation, which is about its own names: the relation, and what its variables have to satisfy.
    tree: Equation | None = field(default=None, repr=False)
    said: tuple[Expr, ...] = field(default=(), repr=False)

    @cached_property
    def equation(self) -> Equation:
        """The statement as a tree."""
        if self.tree is not None:
            return self.tree
        found = parse(self.statement, functions=self.names - set(FUNCTIONS))
        if not isinstance(found, Equation):
            raise TypeError(self.statement)
        return found

    @cached_property
    def conditions(self) -> tuple[Expr, ...]:
        """The conditions as trees."""
        return (*self.said, *(parse(each, functions=self.names | PREDICATES) for each in self.when))

    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """The variables as they stand in the statement, with their sets."""
        return {s.name: s for s in free_symbols(self.equation) if s.name in self.names}

    @cached_property
    def applied(self) -> frozenset[str]:
        """Variables that stand for an expression in others: the F of ``F(k)``."""
        return frozenset(e.name for _, e in walk(self.equation) if isinstance(e, Function) and e.name in self.names)
