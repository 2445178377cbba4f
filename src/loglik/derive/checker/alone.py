"""One step by itself, without samples: whether its rule gives it, and which conditions stay open. For searching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.checker.derivations import StepReport, check_step
from loglik.derive.checker.sampling import compare, points_for
from loglik.derive.checker.signs import Scope
from loglik.derive.rules.model import cited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation, Part, Step
    from loglik.derive.rules import Rule


def alone(derivation: Derivation, part: Part, before: Expr, step: Step, rules: Mapping[str, Rule]) -> StepReport:
    """What the rules say of a step in its place. A verdict from here counts for nothing: `check` has the last word."""
    given = {**derivation.given, **part.given}
    source, _, name = step.rule.partition(":")
    if not name:
        rule = rules.get(step.rule)
    elif source == "given":
        rule = cited(step.rule, given[name].relation, given[name].every)
    else:
        earlier = next(each for each in derivation.parts if each.name == name)
        rule = cited(step.rule, earlier.proves, ())
    scope = Scope(facts=tuple(g.relation for g in given.values()))
    return check_step(before, step, rule, scope, [], [])


def false_somewhere(part: Part, before: Expr, step: Step) -> bool:
    """Whether a step is false at some point, or cannot be looked at anywhere: then no chain of rules will be found."""
    given = part.given.values()
    samples = compare(before, step.relation, step.term, points_for([before, step.term], part.solution, given, 2))
    return bool(samples.refuted_at) or not samples.agreed
