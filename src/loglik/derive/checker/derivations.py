"""A derivation: every step of every part, and whether the parts prove what is claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loglik.derive.checker.sampling import Samples, compare, points_for
from loglik.derive.checker.signs import Scope
from loglik.derive.checker.steps import Application, applications
from loglik.derive.expressions import Equation, Expr, free_symbols
from loglik.derive.model import Given, indices_of
from loglik.derive.rules import RULES, Rule
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.rules.model import cited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Derivation, Part, Step

Verdict = Literal["verified", "supported", "refuted", "conditional", "not decided"]


@dataclass(frozen=True)
class StepReport:
    """What is known of a step.

    Parameters
    ----------
    verdict : str
        ``verified``: the rule gives the term, its conditions are proved, no point says otherwise. ``conditional``: the same
        but for the conditions in `open`. ``supported``: an equation that the rule does not give, true at `points` points.
        ``refuted``: false at the point in `reason`. ``not decided``: none of these.
    points : int
        Points at which both sides agreed.
    estimated : bool
        Limits are in it, whose values at the points are estimates.
    applications : tuple of Application
        Where the rule was applied.
    reason : str
        Why it is not verified.
    """

    verdict: Verdict
    points: int = 0
    estimated: bool = False
    applications: tuple[Application, ...] = ()
    reason: str = ""

    @property
    def open(self) -> tuple[Expr, ...]:
        """Conditions that were not proved."""
        return tuple(c for each in self.applications for c in each.open)


@dataclass(frozen=True)
class Report:
    """What is known of a derivation: one report for each step, part by part, and faults of the whole."""

    name: str
    parts: tuple[tuple[StepReport, ...], ...]
    faults: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """All steps in a row."""
        return tuple(step for part in self.parts for step in part)

    def count(self, verdict: Verdict) -> int:
        """Number of steps with a verdict."""
        return sum(step.verdict == verdict for step in self.steps)

    @property
    def verified(self) -> bool:
        """Every step verified, and the whole proves what it claims."""
        return not self.faults and all(step.verdict == "verified" for step in self.steps)


def check(derivation: Derivation, rules: Mapping[str, Rule] = RULES) -> Report:
    """Check every step of a derivation, and that its parts give what it claims.

    Parameters
    ----------
    derivation : Derivation
        What is checked.
    rules : mapping of str to Rule
        The rules that it may name: those of the library, with lemmas of one's own or without.
    """
    results: dict[str, tuple[Given, frozenset[str]]] = {}
    reports, faults = [], []
    for part in derivation.parts:
        given = {**derivation.given, **part.given}
        # What an earlier part proved may be used where all that it rests on is given too.
        here = frozenset(arrangement_key(g.relation) for g in given.values())
        proved = {name: found for name, (found, rests_on) in results.items() if rests_on <= here}
        reports.append(_part(part, given, proved, rules))
        faults += _beginning(part, given, proved)
        if not isinstance(part.start, Equation) or part.begin:
            fixed = {s.name for g in given.values() for s in free_symbols(g.relation) if s.name not in g.every}
            every = tuple(n for n in indices_of(part.proves, derivation.symbols) if n not in fixed)
            results[part.name] = Given(part.proves, every), here
    keys = {arrangement_key(part.proves) for part in derivation.parts}
    faults += [f"no part proves {claim}" for claim in derivation.proves if arrangement_key(claim) not in keys]
    return Report(derivation.name, tuple(reports), tuple(faults))


def _beginning(part: Part, given: Mapping[str, Given], proved: Mapping[str, Given]) -> list[str]:
    """A first term that is an equation needs a reason."""
    if not isinstance(part.start, Equation):
        return []
    source, _, name = part.begin.partition(":")
    known = {"given": given, "part": proved}.get(source, {})
    fine = (
        arrangement_key(part.start.left) == arrangement_key(part.start.right)
        if source == "identity"
        else name in known and arrangement_key(known[name].relation) == arrangement_key(part.start)
    )
    return [] if fine or not part.begin else [f"part {part.name} begins with {part.start} for no reason"]


def _part(
    part: Part, given: Mapping[str, Given], proved: Mapping[str, Given], rules: Mapping[str, Rule] = RULES
) -> tuple[StepReport, ...]:
    relations = tuple(g.relation for g in (*given.values(), *proved.values()))
    scope = Scope(facts=relations)
    terms = [part.start, *(step.term for step in part.steps)]
    points = points_for(terms, part.solution, given.values())
    # What is given as an equation holds at solutions only; equivalences have to hold elsewhere too.
    free = points_for(terms, {}, ()) if part.solution and isinstance(part.start, Equation) else []
    reports = []
    for before, step in zip(terms, part.steps, strict=False):
        rule = _rule(step, given, proved, rules)
        reports.append(check_step(before, step, rule, scope, points, free if not _cites(step) else []))
    return tuple(reports)


def _cites(step: Step) -> bool:
    return step.rule.startswith(("given:", "part:"))


def _rule(
    step: Step, given: Mapping[str, Given], proved: Mapping[str, Given], rules: Mapping[str, Rule] = RULES
) -> Rule | None:
    source, _, name = step.rule.partition(":")
    if not name:
        return rules.get(step.rule)
    found = {"given": given, "part": proved}.get(source, {}).get(name)
    return None if found is None else cited(step.rule, found.relation, found.every)


def check_step(
    before: Expr, step: Step, rule: Rule | None, scope: Scope, points: list[Point], free: list[Point]
) -> StepReport:
    """One step: sample it, apply its rule again, and say what is known."""
    samples = compare(before, step.relation, step.term, points)
    if step.relation == "<=>" and free and not samples.refuted_at:
        elsewhere = compare(before, step.relation, step.term, free)
        samples = Samples(samples.agreed + elsewhere.agreed, elsewhere.refuted_at, samples.estimated)
    if samples.refuted_at:
        return StepReport("refuted", samples.agreed, samples.estimated, reason=samples.refuted_at)
    found = None if rule is None else applications(before, step.term, rule, step.relation, scope, step.uses)
    if found == [] and rule is not None and rule.kind != "field":
        found = None
    if found is not None:
        open_conditions = [c for each in found for c in each.open]
        reason = ", ".join(dict.fromkeys(map(str, open_conditions)))
        verdict: Verdict = "conditional" if open_conditions else "verified"
        return StepReport(verdict, samples.agreed, samples.estimated, tuple(found), reason)
    reason = f'the rule "{step.rule}" does not give this term'
    # Agreement at generic points says much of an equation, and little of an inequality or an equivalence.
    if samples.agreed and step.relation == "=":
        return StepReport("supported", samples.agreed, samples.estimated, reason=reason)
    return StepReport("not decided", samples.agreed, samples.estimated, reason=reason)
