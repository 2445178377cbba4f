"""The parts of a derivation: what is given and proved in each, as facts, and what a part proves in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import Equation, Expr, Indexed, domain, walk
from loglik.derive.kernel.results import Result, as_rule, proved, usable
from loglik.derive.kernel.scope import Fact, Scope, names_in
from loglik.derive.rules.arrangement import arrangement_key
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.expressions import Domain
    from loglik.derive.model import Derivation, Given, Part
    from loglik.derive.rules.model import Rule


@dataclass(frozen=True)
class Place:
    """What may be used in a part: the scope with what is given and proved there, and the same as rules by name.

    Parameters
    ----------
    part : Part
        The part.
    scope : Scope
        The names with their sets, and the facts.
    cited : mapping of str to Rule
        ``given:NAME`` and ``part:NAME``.
    withheld : mapping of str to str
        Names of parts that cannot be used here, with the reason.
    """

    part: Part
    scope: Scope
    cited: Mapping[str, Rule]
    withheld: Mapping[str, str]

    @property
    def terms(self) -> tuple[Expr, ...]:
        """All terms of the chain."""
        return (self.part.start, *(step.term for step in self.part.steps))


def places(derivation: Derivation, results: dict[str, Result]) -> Iterator[Place]:
    """The parts in order, each with what may be used in it; what each proves is added to `results`."""
    domains = declared(derivation)
    for part in derivation.parts:
        given = {name: _fact(g, domains) for name, g in {**derivation.given, **part.given}.items()}
        facts, withheld = {}, {}
        for name, result in results.items():
            fact = usable(result, given.values(), domains)
            if fact is None:
                withheld[f"part:{name}"] = f"part {name} rests on what is not given here"
            else:
                facts[f"part:{name}"] = fact
        facts |= {f"given:{name}": fact for name, fact in given.items()}
        cited = {name: as_rule(name, fact) for name, fact in facts.items()}
        yield Place(part, Scope(domains, tuple(facts.values())), cited, withheld)
        found = proved_by(part)
        if found is not None:
            results[part.name] = Result(found, tuple(given.values()))


def declared(derivation: Derivation) -> dict[str, Domain]:
    """The names with their sets, those of ranges among them.

    Raises
    ------
    DataError
        LL161: a range ends at a name that is not declared as a size, or may be empty.
    """
    found = dict(derivation.symbols)
    for name, each in derivation.symbols.items():
        if each.range is None:
            continue
        size = each.range.size
        if found.setdefault(size, domain("size")).kind != "size" or each.range.lower - each.range.offset > 2:
            raise DataError("LL161.empty_range", name=name, size=size)
    return found


def _fact(given: Given, domains: Mapping[str, Domain]) -> Fact:
    families = {e.base.name for _, e in walk(given.relation) if isinstance(e, Indexed)}
    # A size that ends a range is the declared one: for another the indices would run over another range.
    names = names_in(given.relation) & domains.keys() - families - {d.range.size for d in domains.values() if d.range}
    return Fact(given.relation, {name: domains[name] for name in given.every if name in names})


def proved_by(part: Part) -> Equation | None:
    """What a part proves if its steps hold; None if its relations do not add up to one."""
    last = part.steps[-1].term if part.steps else part.start
    return proved(part.start, [step.relation for step in part.steps], last, reason=bool(part.begin))


def begins_with_reason(place: Place) -> bool:
    """Whether a first equation is what is given or proved under the name it begins with, or an identity."""
    start, reason = place.part.start, place.part.begin
    if not isinstance(start, Equation) or not reason:
        return True
    if reason == "identity":
        return start.relation == "=" and arrangement_key(start.left) == arrangement_key(start.right)
    source = place.cited.get(reason)
    return source is not None and arrangement_key(source.equation) == arrangement_key(start)
