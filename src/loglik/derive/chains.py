"""Chains of named rules: what they may use, and whether the checker verifies them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loglik.derive.checker.derivations import VERIFIED, StepReport, check_step
from loglik.derive.checker.sampling import points_for
from loglik.derive.expressions import Equation, Expr, free_symbols
from loglik.derive.kernel.results import as_rule, unfounded
from loglik.derive.kernel.scope import Fact, Scope
from loglik.derive.model import Given, Step
from loglik.derive.rules import RULES
from loglik.derive.search.meanings import declared_in
from loglik.derive.search.moves import guesses
from loglik.derive.syntax.parser import parse
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loglik.derive.expressions import Domain
    from loglik.derive.rules import Rule

#: Terms with more parts are not looked at.
LARGEST = 400


@dataclass(frozen=True)
class Connection:
    """A chain that was found: the first term, and the steps with what the checker says of each."""

    start: Expr
    steps: tuple[Step, ...]
    reports: tuple[StepReport, ...]

    def __str__(self) -> str:
        lines = (f"  {step.relation} {step.term}    [{step.rule}]" for step in self.steps)
        return "\n".join([f"    {self.start}", *lines])


@dataclass(frozen=True)
class Context:
    """What a chain may use: rules by name, what is given, the relation, and how many steps."""

    rules: Mapping[str, Rule]
    facts: tuple[Fact, ...]
    relation: str
    max_steps: int

    @property
    def usable(self) -> list[Rule]:
        """The rules that lead from term to term, inequalities upwards."""
        found = [_upwards(rule) for rule in self.rules.values()]
        return [rule for rule in found if self.relation == "<=" or is_equality(rule)]

    def scope(self, *terms: Expr) -> Scope:
        """The names of terms with their sets, and what is given."""
        return Scope(declared_in((*terms, *(fact.relation for fact in self.facts))), self.facts)


def context_of(
    given: Mapping[str, str | Equation] | None = None,
    symbols: Mapping[str, Domain] | None = None,
    rules: Iterable[Rule] | None = None,
    relation: str = "=",
    max_steps: int = 4,
) -> Context:
    """The rules, and what is given as further ones."""
    facts = _facts(given or {}, symbols)
    cited = [as_rule(name, fact) for name, fact in facts.items()]
    known = {rule.id: rule for rule in (*cited, *(RULES.values() if rules is None else rules))}
    return Context(known, tuple(facts.values()), relation, max_steps)


def _facts(given: Mapping[str, str | Equation], symbols: Mapping[str, Domain] | None) -> dict[str, Fact]:
    found = {}
    for name, each in given.items():
        relation = parse(each, symbols) if isinstance(each, str) else each
        if not isinstance(relation, Equation):
            raise DataError("LL160.no_relation", text=each)
        found[f"given:{name}"] = Fact(relation)
    return found


def _upwards(rule: Rule) -> Rule:
    """A relation that is given the other way round, as the search walks it; the checker is told the rule itself."""
    if rule.kind != "pattern" or rule.tree is None:
        return rule
    e = rule.equation
    flipped = {">=": "<=", ">": "<="}.get(e.relation)
    if flipped:
        return replace(rule, tree=Equation(e.right, flipped, e.left))
    return replace(rule, tree=Equation(e.left, "<=", e.right)) if e.relation == "<" else rule


def is_equality(rule: Rule) -> bool:
    """Whether a rule leads from a term to an equal one."""
    return rule.kind != "pattern" or rule.equation.relation == "="


def merged(chain: list[tuple[Expr, str]], context: Context) -> list[tuple[Expr, str]]:
    """Neighbouring steps by the same rule as one, where the rule gives both at once."""
    joined = [chain[0]]
    for term, rule in chain[1:]:
        found, again = context.rules.get(rule), len(joined) > 1 and joined[-1][1] == rule
        if again and step_of(joined[-2][0], term, found, _relation(found, context), context) is not None:
            joined[-1] = (term, rule)
        else:
            joined.append((term, rule))
    return joined


def _relation(rule: Rule | None, context: Context) -> str:
    """The relation of a step: that of the rule, where it is one upwards."""
    if rule is None or is_equality(rule):
        return "="
    return "<" if rule.equation.relation in {"<", ">"} else context.relation


def step_of(
    before: Expr, after: Expr, rule: Rule | None, relation: str, context: Context
) -> tuple[Step, StepReport] | None:
    """The step with the report of the checker, if it is verified; what the terms do not show is guessed."""
    if rule is None:
        return None
    hidden = [] if rule.kind != "pattern" else sorted(rule.names - {s.name for s in free_symbols(rule.equation.left)})
    hidden = [name for name in hidden if name not in rule.applied]
    uses: list[dict[str, Expr]] = [{}, *({hidden[0]: guess} for guess in guesses(before) if len(hidden) == 1)]
    for each in uses:
        step = Step(relation, after, rule.id, each)
        report = check_step(before, step, rule, context.scope(before, after), None)
        if report.verdict == "verified":
            return step, report
    return None


def verified(chain: list[tuple[Expr, str]], context: Context) -> Connection | None:
    """The chain with the reports of the checker; None if it does not verify every step."""
    steps, reports = [], []
    for (before, _), (after, rule) in zip(chain, chain[1:], strict=False):
        known = context.rules.get(rule)
        found = step_of(before, after, known, _relation(known, context), context)
        if found is None:
            return None
        steps.append(found[0])
        reports.append(found[1])
    # The samples last: they cost most.
    given = [Given(fact.relation) for fact in context.facts]
    points = points_for([chain[0][0], chain[-1][0]], {}, given)
    for i, ((before, _), step) in enumerate(zip(chain, steps, strict=False)):
        scope = context.scope(before, step.term)
        reports[i] = check_step(before, step, context.rules.get(step.rule), scope, points)
        if reports[i].verdict not in VERIFIED:
            return None
    terms = [term for term, _ in chain]
    if unfounded(terms, context.scope(*terms)):  # equal where they have a value, but no more is known
        return None
    return Connection(chain[0][0], tuple(steps), tuple(reports))
