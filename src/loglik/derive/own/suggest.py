"""Domains that are missing: what to add so that a step is verified. A suggestion is made after it was tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loglik.derive.checker.alone import alone
from loglik.derive.expressions import (
    ONE,
    ZERO,
    Add,
    Domain,
    Equation,
    Expr,
    Function,
    Indexed,
    Mul,
    Number,
    Product,
    Sum,
    Symbol,
    free_symbols,
)
from loglik.derive.model import Given
from loglik.derive.text.reader import read
from loglik.derive.text.writer import domain_text, write
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loglik.derive.checker import Report, StepReport
    from loglik.derive.model import Derivation
    from loglik.derive.rules import Rule

_PRINTED = {"!=": "≠", ">=": "≥", "<=": "≤"}

#: What is asked of a name, and the largest domain that says it.
_DOMAINS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"!= 0"}), "nonzero"),
    (frozenset({">= 0"}), "nonnegative"),
    (frozenset({"whole"}), "integer"),
    (frozenset({"> 0", "!= 0", ">= 0"}), "positive"),
    (frozenset({"> 0", "!= 0", ">= 0", "!= 1"}), "base"),
    (frozenset({">= 0", "<= 1"}), "unit"),
    (frozenset({"> 0", "!= 0", ">= 0", "!= 1", "< 1", "<= 1"}), "probability"),
)


@dataclass(frozen=True)
class Suggestion:
    """Something to add to a derivation.

    Parameters
    ----------
    add : str
        What it says, such as ``x ≠ 0``.
    write : str
        How it is written in the file, such as ``symbols x: nonzero``.
    verified : int
        How many more steps are verified with this one and all others of the derivation.
    """

    add: str
    write: str
    verified: int


def suggestions(
    derivation: Derivation, report: Report, rules: Mapping[str, Rule], check: Callable[[Derivation], Report]
) -> tuple[Suggestion, ...]:
    """What to add so that more steps are verified; nothing if no more would be."""
    wanted = _open(derivation, rules)
    asked: dict[str, set[str]] = {}
    relations: dict[str, Equation] = {}
    for condition in wanted:
        found = _of_a_name(condition)
        if found is not None and found[0] in derivation.symbols:
            asked.setdefault(found[0], set()).add(found[1])
        elif found is None and isinstance(condition, Equation) and _can_be_given(condition, derivation):
            relations.setdefault(str(condition), condition)
    for e in list(relations.values()):  # what is implied by a strict relation
        if e.relation == ">":
            relations.pop(str(Equation(e.left, ">=", e.right)), None)
            relations.pop(str(Equation(e.left, "!=", e.right)), None)
    domains = {name: d for name, said in asked.items() if (d := _domain(derivation.symbols[name], said)) is not None}
    # Relations that follow from the domains are not asked for.
    for added in (domains, {}), (domains, relations):
        gained = _verified_more(derivation, report, *added, rules, check)
        if gained > 0 and (gained == len(_steps_open(report)) or added[1] == relations):
            needed = dict(added[1])
            for said in reversed(added[1]):  # those that follow from the others are not needed
                fewer = {name: e for name, e in needed.items() if name != said}
                if _verified_more(derivation, report, domains, fewer, rules, check) == gained:
                    needed = fewer
            return tuple(_suggested(asked, domains, needed, gained))
    return ()


def _steps_open(report: Report) -> list[StepReport]:
    return [step for step in report.steps if not step.verdict.startswith("verified")]


def _verified_more(
    derivation: Derivation,
    report: Report,
    domains: Mapping[str, Domain],
    relations: Mapping[str, Equation],
    rules: Mapping[str, Rule],
    check: Callable[[Derivation], Report],
) -> int:
    """How many more steps are verified with the additions."""
    if not domains and not relations:
        return 0
    better = replace(
        derivation,
        symbols={**derivation.symbols, **domains},
        given={**derivation.given, **{f"needed-{i}": Given(e) for i, e in enumerate(relations.values(), start=1)}},
    )
    try:  # Written and read again: names carry their domains into every formula.
        after = check(read(write(better), rules=rules)[0].derivation)
    except DataError:
        return 0
    return len(_steps_open(report)) - len(_steps_open(after))


def _suggested(
    asked: Mapping[str, set[str]], domains: Mapping[str, Domain], relations: Mapping[str, Equation], gained: int
) -> Iterator[Suggestion]:
    for name, domain in domains.items():
        yield Suggestion(_said(name, asked[name]), f"symbols {name}: {domain_text(domain)}", gained)
    for e in relations.values():
        yield Suggestion(_printed(str(e)), f"given {e}", gained)


def _open(derivation: Derivation, rules: Mapping[str, Rule]) -> Iterable[Expr]:
    """The conditions that are not proved, of all steps: of refuted ones too, which may hold in a smaller domain."""
    for part in derivation.parts:
        terms = [part.start, *(step.term for step in part.steps)]
        for before, step in zip(terms, part.steps, strict=False):
            if step.rule:
                yield from map(for_every, alone(derivation, part, before, step, rules).open)


def for_every(condition: Expr) -> Expr:
    """A condition without the sum or product that says for which indices it is meant."""
    while isinstance(condition, (Sum, Product)) and isinstance(condition.body, (Equation, Function, Sum, Product)):
        condition = condition.body
    return condition


def _can_be_given(condition: Equation, derivation: Derivation) -> bool:
    """Whether a condition speaks of the names of the derivation alone: not of an index that is bound where it stands."""
    names = {s.name for s in free_symbols(condition)}
    return "@" not in str(condition) and names <= derivation.symbols.keys()


def _of_a_name(condition: Expr) -> tuple[str, str] | None:
    """A condition on a single name: the name, and what is asked of it."""
    match condition:
        case Function(name="whole", args=(Symbol(name=name),)):
            return name, "whole"
        case Equation(
            left=Symbol(name=name) | Indexed(base=Symbol(name=name)), relation=relation, right=Number(value=v)
        ):
            return (name, f"{relation} {v}") if v in {0, 1} else None
        case Equation(
            left=Add(terms=(first, Mul(factors=(Number(value=minus), Symbol(name=name))))),
            relation=">" | ">=" as relation,
        ) if first == ONE and minus == -1 and condition.right == ZERO:
            return name, "< 1" if relation == ">" else "<= 1"
    return None


def _domain(now: Domain, asked: set[str]) -> Domain | None:
    """The largest domain that says what is asked, where the present one says nothing."""
    if now.kind != "real" or now.range is not None:
        return None
    found = next((kind for says, kind in _DOMAINS if asked <= says), None)
    return None if found is None else Domain(found)  # type: ignore[arg-type]  # the kinds above


def _said(name: str, asked: set[str]) -> str:
    strongest = asked - ({"!= 0", ">= 0"} if "> 0" in asked else set())
    order = ("whole", "> 0", ">= 0", "!= 0", "!= 1", "< 1", "<= 1")
    return ", ".join(
        _printed(f"{name} ∈ ℤ" if said == "whole" else f"{name} {said}") for said in sorted(strongest, key=order.index)
    )


def _printed(said: str) -> str:
    for typed, sign in _PRINTED.items():
        said = said.replace(typed, sign)
    return said
