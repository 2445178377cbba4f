"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from loglik.cached import cached_property
from loglik.derive.expressions import REAL, Equation, Expr, Function, Symbol, walk
from loglik.derive.expressions.sets import said_of
from loglik.derive.syntax.parser import FUNCTIONS, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.expressions import Domain

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
        Its name.
    statement : str
        ``pattern = replacement`` in plain syntax, or with ``<=`` or ``<=>`` between the two. Empty for kinds that need none.
    symbols : mapping of str to Domain
        Names in the statement that stand for any expression with values in these sets; ``F(k)`` for any expression in which
        ``k`` may occur.
    when : tuple of str
        Further conditions: relations such as ``X > Y``, and the predicates of the checker such as ``free(c, x)``.
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
    tree : Equation, optional
        The statement of a relation of a derivation, which is about its own names; see `kernel.results.as_rule`.
    words : mapping of str to (str, str)
        Its name and what is said of it, by language.
    """

    id: str
    statement: str = ""
    symbols: Mapping[str, Domain] = field(default_factory=dict)
    when: tuple[str, ...] = ()
    basis: Basis = "law"
    derivation: str = ""
    samples: tuple[Mapping[str, str], ...] = ()
    kind: Kind = "pattern"
    pointwise: bool = False
    tree: Equation | None = field(default=None, repr=False)
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables as a set."""
        return frozenset(self.symbols)

    @cached_property
    def equation(self) -> Equation:
        """The statement as a tree."""
        if self.tree is not None:
            return self.tree
        found = parse(self.statement, dict.fromkeys(self.names, REAL), self.names - set(FUNCTIONS))
        if not isinstance(found, Equation):
            raise TypeError(self.statement)
        return found

    @cached_property
    def conditions(self) -> tuple[Expr, ...]:
        """The conditions as trees: what the sets of the variables say, and then the others."""
        said = (c for name, declared in self.symbols.items() for c in said_of(Symbol(name), declared))
        return (*said, *(parse(each, functions=self.names | PREDICATES) for each in self.when))

    @cached_property
    def applied(self) -> frozenset[str]:
        """Variables that stand for an expression in others: the F of ``F(k)``."""
        return frozenset(e.name for _, e in walk(self.equation) if isinstance(e, Function) and e.name in self.names)
