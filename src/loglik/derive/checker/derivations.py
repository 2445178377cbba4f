"""A derivation: every step of every part, and whether the parts prove what is claimed.

The search proposes a certificate for each step, the kernel says whether it proves the step, and the samples may refute
it. "verified" comes from the kernel alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from loglik.derive.checker.sampling import Samples, compare, points_for, satisfiable
from loglik.derive.checker.shown import shown, spoken
from loglik.derive.expressions import Equation, Expr
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.parts import Place, begins_with_reason, places, proved_by
from loglik.derive.kernel.results import Result, unfounded
from loglik.derive.kernel.scope import RefusedError, Scope, names_in
from loglik.derive.kernel.step import Application, verify
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.certificates import certificate
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Derivation, Given, Step
    from loglik.derive.rules import Rule

Verdict = Literal["verified", "verified (no sample)", "supported", "refuted", "conditional", "not decided"]
VERIFIED: tuple[Verdict, Verdict] = ("verified", "verified (no sample)")


@dataclass(frozen=True)
class StepReport:
    """What is known of a step.

    Parameters
    ----------
    verdict : str
        ``verified``: the rule gives the term, its conditions are proved, no point says otherwise;
        ``verified (no sample)``: the same, and no point was found to try it at. ``conditional``: the same but for the
        conditions in `open`. ``supported``: an equation that the rule does not give, true at `points` points.
        ``refuted``: false at the point in `reason`. ``not decided``: none of these.
    points : int
        Points at which both sides agreed.
    estimated : bool
        Limits are in it, whose values at the points are estimates.
    applications : tuple of Application
        Where the rule was applied.
    reason : str
        Why it is not verified.
    open : tuple of Expr
        Conditions that were not proved.
    """

    verdict: Verdict
    points: int = 0
    estimated: bool = False
    applications: tuple[Application, ...] = ()
    reason: str = ""
    open: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Report:
    """What is known of a derivation: one report for each step, part by part, faults of the whole, and what is proved.

    Parameters
    ----------
    name : str
        Of the derivation.
    parts : tuple of tuple of StepReport
        The steps, part by part.
    faults : tuple of str
        What is wrong with the whole, each with its code.
    results : tuple of Result
        What each part proves if its steps are verified, with all that is given there.
    """

    name: str
    parts: tuple[tuple[StepReport, ...], ...]
    faults: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()

    @property
    def steps(self) -> tuple[StepReport, ...]:
        """All steps in a row."""
        return tuple(step for part in self.parts for step in part)

    def count(self, verdict: Verdict) -> int:
        """Number of steps with a verdict; those without a sample are among the verified ones."""
        wanted = VERIFIED if verdict == "verified" else (verdict,)
        return sum(step.verdict in wanted for step in self.steps)

    @property
    def verified(self) -> bool:
        """Every step verified, and the whole proves what it claims."""
        return not self.faults and all(step.verdict in VERIFIED for step in self.steps)


def check(derivation: Derivation, rules: Mapping[str, Rule] = RULES, *, samples: bool = True) -> Report:
    """Check every step of a derivation, and that its parts give what it claims.

    Parameters
    ----------
    derivation : Derivation
        What is checked.
    rules : mapping of str to Rule
        The rules that it may name: those of the library, with lemmas of one's own or without.
    samples : bool
        Whether steps are tried at points; without it nothing is refuted, and the kernel is left alone.

    Raises
    ------
    DataError
        LL163: a step names a rule that is none, or something given or proved that is not there.
    """
    _names_exist(derivation, rules)
    faults = [] if derivation.parts else ["LL189: there is nothing in the derivation"]
    reports = []
    results: dict[str, Result] = {}
    for place in places(derivation, results):
        reports.append(_part(place, derivation, rules, samples=samples))
        faults += _faults(place)
        if samples and (given := [*derivation.given.values(), *place.part.given.values()]):
            faults += _unsatisfied(place, given)
    proved = {arrangement_key(result.relation) for result in results.values()}
    faults += [f"LL189: no part proves {claim}" for claim in derivation.proves if arrangement_key(claim) not in proved]
    return Report(derivation.name, tuple(reports), tuple(dict.fromkeys(faults)), tuple(results.values()))


def _names_exist(derivation: Derivation, rules: Mapping[str, Rule]) -> None:
    earlier: list[str] = []
    for part in derivation.parts:
        given = {**derivation.given, **part.given}
        for step in part.steps:
            source, _, name = step.rule.partition(":")
            there = {"given": given, "part": earlier}.get(source) if name else rules
            key = name or step.rule
            if step.rule and (there is None or key not in there):
                missing = {"given": "LL163.given_in_part", "part": "LL163.earlier_part"}.get(source if name else "")
                near = nearest(key, there or rules)
                raise DataError(missing or "LL163.rule_in_part", part=part.name, name=key, near=near)
        earlier.append(part.name)


def _faults(place: Place) -> list[str]:
    """What is wrong with a part as a whole: its relations, and a first equation that has no reason."""
    part = place.part
    faults = []
    if proved_by(part) is None:
        said = " ".join(step.relation for step in part.steps)
        faults.append(f"LL189: the relations of part {part.name} do not add up to one: {said}")
    if not begins_with_reason(place):
        faults.append(f"LL189: part {part.name} begins with {part.start} for no reason")
    if not part.steps and (lacking := unfounded(place.terms, place.scope)):
        faults.append(f"LL189: part {part.name} has no step, and {spoken(lacking[0])} is not proved")
    return faults


def _unsatisfied(place: Place, given: list[Given]) -> list[str]:
    """What is given and is not known to be possible: said of numbers, or of all values of its names, it is a theorem."""
    known = replace(place.scope, facts=())
    closed = [g for g in given if names_in(g.relation) <= set(g.every)]
    fine = all(holds(g.relation, known) for g in closed) and satisfiable(given, place.part.solution)
    said = ", ".join(str(g.relation) for g in given)
    return [] if fine else [f"LL189: no values are known that satisfy what is given in part {place.part.name}: {said}"]


def _part(place: Place, derivation: Derivation, rules: Mapping[str, Rule], *, samples: bool) -> tuple[StepReport, ...]:
    part, terms = place.part, place.terms
    given = [*derivation.given.values(), *part.given.values()]
    points = points_for(terms, part.solution, given) if samples else None
    # What is given as an equation holds at solutions only; equivalences have to hold elsewhere too.
    free = points_for(terms, {}, ()) if samples and part.solution and isinstance(part.start, Equation) else []
    reports = []
    for before, step in zip(terms, part.steps, strict=False):
        rule = place.cited.get(step.rule) or rules.get(step.rule)
        elsewhere = free if rule is not None and rule.tree is None else []
        found = check_step(before, step, rule, place.scope, points, elsewhere)
        if rule is None and step.rule in place.withheld:
            found = replace(found, reason=f"{found.reason}; {place.withheld[step.rule]}")
        reports.append(found)
    lacking = unfounded(terms, place.scope) if reports else ()
    if lacking:
        reports[0] = _conditional(reports[0], tuple(spoken(c) for c in lacking))
    return tuple(reports)


def _conditional(found: StepReport, lacking: tuple[Expr, ...]) -> StepReport:
    """The step without the certainty that the terms have a value."""
    if found.verdict not in {*VERIFIED, "conditional"}:
        return found
    open_ = tuple(dict.fromkeys((*found.open, *lacking)))
    return replace(found, verdict="conditional", open=open_, reason=", ".join(map(str, open_)))


def check_step(
    before: Expr, step: Step, rule: Rule | None, scope: Scope, points: list[Point] | None, free: Sequence[Point] = ()
) -> StepReport:
    """One step: sample it (unless `points` is None), have the kernel check its certificate, and say what is known."""
    samples = compare(before, step.relation, step.term, points or ())
    if step.relation == "<=>" and free and not samples.refuted_at:
        elsewhere = compare(before, step.relation, step.term, free)
        samples = Samples(samples.agreed + elsewhere.agreed, elsewhere.refuted_at, samples.estimated)
    if samples.refuted_at:
        return StepReport("refuted", samples.agreed, samples.estimated, reason=samples.refuted_at)
    try:
        found = None if rule is None else applications(before, step, rule, scope)
        reason = f'the rule "{step.rule}" does not give this term'
    except RefusedError as error:
        found, reason = None, f'the rule "{step.rule}" does not give this term: {error}'
    if found is not None:
        open_ = tuple(dict.fromkeys(spoken(c) for each in found for c in each.open))
        # The laws of arithmetic have no conditions of their own, but terms without a value where they divide by 0.
        divided = rule is not None and rule.kind != "pattern"
        applied = tuple(shown(each, divided=divided) for each in found)
        if open_:
            reason = ", ".join(map(str, open_))
            return StepReport("conditional", samples.agreed, samples.estimated, applied, reason, open_)
        if samples.agreed or points is None:
            return StepReport("verified", samples.agreed, samples.estimated, applied)
        reason = "no point was found at which both sides have a value"
        return StepReport("verified (no sample)", 0, samples.estimated, applied, reason)
    # Agreement at generic points says much of an equation, and little of an inequality or an equivalence.
    if samples.agreed and step.relation == "=" and compare(before, "=", step.term, points or (), exact=True).agreed:
        return StepReport("supported", samples.agreed, samples.estimated, reason=reason)
    return StepReport("not decided", samples.agreed, samples.estimated, reason=reason)


def applications(before: Expr, step: Step, rule: Rule, scope: Scope) -> tuple[Application, ...] | None:
    """Where the rule makes the first term the second, as far as the kernel says so; None if no certificate is found.

    Raises
    ------
    RefusedError
        The kernel refuses the certificate.
    """
    if rule.kind == "field" and step.relation == "=" and arrangement_key(before) == arrangement_key(step.term):
        return ()  # one term in two arrangements: arithmetic with written numbers
    found = certificate(before, step.term, rule, step.relation, scope, step.uses)
    return None if found is None else verify(before, step.relation, step.term, found, scope, rule)
