"""One step by itself, without samples: whether its rule gives it, and which conditions stay open. For searching."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.derive.checker.derivations import StepReport, check_step
from loglik.derive.checker.sampling import compare, points_for
from loglik.derive.kernel.parts import places
from loglik.derive.kernel.results import unfounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation, Part, Step
    from loglik.derive.rules import Rule


def alone(derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule]) -> StepReport:
    """What the rules say of a step in its place. A verdict from here counts for nothing: `check` has the last word."""
    place = next(each for each in places(derivation, {}) if each.part.name == part.name)
    rule = place.cited.get(step.rule) or rules.get(step.rule)
    found = check_step(before, step, rule, place.scope, None)
    if found.verdict in {"verified", "conditional"} and (lacking := unfounded((before, step.term), place.scope)):
        return replace(found, verdict="conditional", open=tuple(dict.fromkeys((*found.open, *lacking))))
    return found


def false_somewhere(part: Part, before: Expr, step: Step) -> bool:
    """Whether a step is false at some point, or cannot be looked at anywhere: then no chain of rules will be found."""
    given = part.given.values()
    samples = compare(before, step.relation, step.term, points_for([before, step.term], part.solution, given, 4))
    return bool(samples.refuted_at) or not samples.agreed
