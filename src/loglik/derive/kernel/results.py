"""Chains and results: what the steps of a part prove together, and where that may be used.

A chain says of its first and its last term what its relations give by transitivity. A result is kept with all that is
given where it is proved, and is used only where all of that is given too; its names may take other values of their sets
unless something given speaks of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import Equation, Expr, Function, Indexed, walk
from loglik.derive.kernel.defined import FAMILIES, lacking
from loglik.derive.kernel.scope import Fact, Scope, names_in
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.rules.model import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loglik.derive.expressions import Domain


@dataclass(frozen=True)
class Result:
    """What a part proves, with all that is given there."""

    relation: Equation
    hypotheses: tuple[Fact, ...] = ()


def composed(relations: Sequence[str]) -> str | None:
    """The relation between the ends of a chain; None if its relations do not add up to one.

    Examples
    --------
    >>> composed(["=", "<", "<="]), composed(["<", ">"]), composed(["!=", "!="])
    ('<', None, None)
    """
    others = [each for each in relations if each != "="]
    if not others:
        return "="
    for strict, weak in (("<", "<="), (">", ">=")):
        if set(others) <= {strict, weak}:
            return strict if strict in others else weak
    if set(others) == {"<=>"} and len(others) == len(relations):
        return "<=>"
    return "!=" if others == ["!="] else None


def proved(first: Expr, relations: Sequence[str], last: Expr, *, reason: bool) -> Equation | None:
    """What a chain says of its ends: of a chain of equations that begins with a known one, the last; None if nothing."""
    relation = composed(relations)
    of_equations = isinstance(first, Equation), isinstance(last, Equation)
    if all(of_equations) and (relation == "<=>" or not relations):
        return last if reason and isinstance(last, Equation) else Equation(first, "<=>", last)
    if any(of_equations) or relation in {None, "<=>"}:
        return None
    return Equation(first, relation or "=", last)


def unfounded(terms: Sequence[Expr], scope: Scope) -> tuple[Expr, ...]:
    """Conditions without which it is not proved that the terms of a chain have a value; none if one of them has.

    The steps say that the terms have a value at the same points, so it is enough to know it of one.
    """
    fewest: tuple[Expr, ...] | None = None
    for term in (*terms[-1:], *terms[:-1]):
        found = lacking(term, scope)
        if not found:
            return ()
        fewest = found if fewest is None or len(found) < len(fewest) else fewest
    return fewest or ()


def usable(result: Result, given: Iterable[Fact], domains: Mapping[str, Domain]) -> Fact | None:
    """The result as a fact where other things are given; None if it rests on more than that.

    Names that nothing given speaks of stand for every value of their sets, unless they name a family or end a range.
    """
    here = {_identity(fact) for fact in given}
    if not {_identity(each) for each in result.hypotheses} <= here:
        return None
    fixed = frozenset().union(*(fact.fixed for fact in result.hypotheses))
    sizes = {declared.range.size for declared in domains.values() if declared.range}
    families = {e.base.name for _, e in walk(result.relation) if isinstance(e, Indexed)}
    for _, e in walk(result.relation):
        if isinstance(e, Function) and e.name == "softmax":
            families |= names_in(e.args[0])
    names = names_in(result.relation) & domains.keys() - fixed - sizes - families
    every = {name: domains[name] for name in sorted(names) if domains[name].kind not in FAMILIES}
    return Fact(result.relation, every, identity=not result.hypotheses)


def _identity(fact: Fact) -> tuple[str, tuple[str, ...]]:
    """Two givens are the same if they say the same for all values of the same names."""
    return arrangement_key(fact.relation), tuple(sorted(f"{name} {d}" for name, d in fact.every.items()))


def as_rule(name: str, fact: Fact) -> Rule:
    """A relation of a derivation as a rule, for the values of its names that are in their sets."""
    return Rule(name, symbols=fact.every, tree=fact.relation)
