"""Skipped steps filled in: a chain of named rules between two expressions, found by a bounded search from both ends.

Best first: of the expressions reached so far, the one that shares most with the other end is tried next. Two ends meet
in expressions that are equal up to arithmetic, which then is a step of its own. Whatever the search proposes counts only
once the checker has verified each of its steps.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

from loglik.derive.checker.derivations import StepReport, check_step
from loglik.derive.checker.sampling import points_for
from loglik.derive.expressions import Derivative, Expr, Symbol, free_symbols, parts, rebuild, substitute, walk
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.algebra import TooLargeError, canonical
from loglik.derive.kernel.scope import Scope, declared_in
from loglik.derive.model import Step
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.moves import guesses, moves
from loglik.derive.syntax.parser import parse
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.derive.expressions import Domain
    from loglik.derive.rules import Rule

_LARGEST = 400
# How much a step counts against one sub-expression that the two ends do not share.
_STEP_COST = 2.0


@dataclass(frozen=True)
class Connection:
    """A chain that was found: the first term, and the steps with what the checker says of each."""

    start: Expr
    steps: tuple[Step, ...]
    reports: tuple[StepReport, ...]

    def __str__(self) -> str:
        lines = (f"  {step.relation} {step.term}    [{step.rule}]" for step in self.steps)
        return "\n".join([f"    {self.start}", *lines])


@dataclass
class _Side:
    """What is reached from one end."""

    root: Expr
    queue: list[tuple[float, int, str]] = field(default_factory=list)
    found: dict[str, tuple[Expr, str, str, int]] = field(default_factory=dict)  # key: (term, rule, parent, depth)
    meeting: dict[str, str] = field(default_factory=dict)


def connect(
    start: Expr | str,
    end: Expr | str,
    symbols: Mapping[str, Domain] | None = None,
    *,
    rules: Sequence[Rule] | None = None,
    relation: str = "=",
    max_steps: int = 4,
    seconds: float = 2.0,
) -> Connection | None:
    """Find named rules that lead from one expression to another.

    Parameters
    ----------
    start, end : Expr or str
        The two ends; texts are read in plain syntax.
    symbols : mapping of str to Domain, optional
        The sets that names in the texts come from; without it names are real numbers.
    rules : sequence of Rule, optional
        What may be used; all rules by default.
    relation : {"=", "<="}
        Whether inequalities may be used.
    max_steps : int
        The longest chain; steps by the same rule in several places count once.
    seconds : float
        When to give up.

    Returns
    -------
    Connection or None
        A chain whose steps the checker has verified; None if none was found, which does not mean that there is none.

    Examples
    --------
    >>> from loglik.derive.expressions import domain
    >>> print(connect("log(x^2/y)", "2*log(x) - log(y)", {"x": domain("positive"), "y": domain("positive")}))
        log(x^2/y)
      = log(x^2) - log(y)    [log-quotient]
      = 2*log(x) - log(y)    [log-power]
    """
    first, last = (parse(e, symbols) if isinstance(e, str) else e for e in (start, end))
    usable = [r for r in (RULES.values() if rules is None else rules) if relation == "<=" or _is_equality(r)]
    limit = monotonic() + seconds
    numbers = count()
    sides = _Side(first), _Side(last)
    for side in sides:
        _reach(side, side.root, "", "", 0, next(numbers), sides[1 - sides.index(side)].root)
    tried: set[tuple[str, ...]] = set()
    direct = _joined(sides, tried, usable, relation, arrangement_key(first), arrangement_key(last), max_steps)
    if direct is not None:
        return direct
    while any(side.queue for side in sides) and monotonic() < limit:
        side = min((s for s in sides if s.queue), key=lambda s: len(s.found))
        other = sides[1] if side is sides[0] else sides[0]
        _, _, key = heapq.heappop(side.queue)
        term, _, _, depth = side.found[key]
        if depth >= 2 * max_steps:
            continue
        for new, rule in moves(term, usable, other.root, from_end=side is sides[1]):
            reached = _reach(side, new, rule, key, depth + 1, next(numbers), other.root)
            if reached is None:
                continue
            own, meeting = reached
            if meeting in other.meeting:
                ends = (own, other.meeting[meeting]) if side is sides[0] else (other.meeting[meeting], own)
                found = _joined(sides, tried, usable, relation, *ends, max_steps)
                if found is not None:
                    return found
            if monotonic() > limit:
                break
    return None


def _scope(*terms: Expr) -> Scope:
    return Scope(declared_in(terms))


def _is_equality(rule: Rule) -> bool:
    return rule.kind != "pattern" or rule.equation.relation == "="


def _reach(
    side: _Side, term: Expr, rule: str, parent: str, depth: int, number: int, goal: Expr
) -> tuple[str, str] | None:
    """Note a term as reached, unless it is too large or was reached before."""
    if term.size > _LARGEST:
        return None
    key = arrangement_key(term)
    if key in side.found:
        return None
    side.found[key] = (term, rule, parent, depth)
    try:
        meeting = canonical(_opaque(term))
    except (TooLargeError, ZeroDivisionError, DataError):
        meeting = key
    side.meeting.setdefault(meeting, key)
    heapq.heappush(side.queue, (_STEP_COST * depth + _distance(term, goal), number, key))
    return key, meeting


def _distance(a: Expr, b: Expr) -> float:
    """Number of sub-expressions that one has and the other has not."""
    mine, theirs = (Counter(arrangement_key(part) for _, part in walk(e) if part.size > 1) for e in (a, b))
    return float(((mine - theirs) + (theirs - mine)).total())


def _opaque(e: Expr, level: int = 0) -> Expr:
    """An expression whose sums over ranges, limits and derivatives are names: the same for bodies equal by arithmetic."""
    variable = binder(e)
    if variable is not None:
        body, rest = body_and_rest(e)
        named = substitute(body, {variable.name: Symbol(f"#{level}")})
        inner = canonical(_opaque(named, level + 1))
        return Symbol(f"{type(e).__name__}<{inner};{';'.join(canonical(_opaque(each, level)) for each in rest)}>")
    if isinstance(e, Derivative):
        return Symbol(f"d<{canonical(_opaque(e.body, level))};{arrangement_key(e.variable)}>")
    below = parts(e)
    return rebuild(e, tuple(_opaque(each, level) for each in below)) if below else e


def _joined(
    sides: tuple[_Side, _Side],
    tried: set[tuple[str, ...]],
    rules: Sequence[Rule],
    relation: str,
    left: str,
    right: str,
    max_steps: int,
) -> Connection | None:
    """The chain through two terms that are equal up to arithmetic, if the checker verifies it."""
    chain: list[tuple[Expr, str]] = []
    key = left
    while key:
        term, rule, key, _ = sides[0].found[key]
        chain.append((term, rule))
    chain.reverse()
    if arrangement_key(chain[-1][0]) != right or (left == right and sides[0].root != sides[1].root and len(chain) == 1):
        chain.append((sides[1].found[right][0], "arithmetic"))
    key = right
    while key:
        _, rule, key, _ = sides[1].found[key]
        if key:
            chain.append((sides[1].found[key][0], rule))
    known = {rule.id: rule for rule in rules}
    steps = _merged(chain, known, relation)
    mark = tuple(f"{rule}:{arrangement_key(term)}" for term, rule in steps)
    if mark in tried or not 1 <= len(steps) - 1 <= max_steps:
        return None
    tried.add(mark)
    # The last term as it was given, however it is arranged in the chain.
    steps[-1] = (sides[1].root, steps[-1][1])
    return _verified(steps, known, relation)


def _merged(chain: list[tuple[Expr, str]], known: Mapping[str, Rule], relation: str) -> list[tuple[Expr, str]]:
    """Neighbouring steps by the same rule as one, where the rule gives both at once."""
    merged = [chain[0]]
    for term, rule in chain[1:]:
        found, again = known.get(rule), len(merged) > 1 and merged[-1][1] == rule
        if again and _step(merged[-2][0], term, found, _relation(found, relation)) is not None:
            merged[-1] = (term, rule)
        else:
            merged.append((term, rule))
    return merged


def _relation(rule: Rule | None, relation: str) -> str:
    return relation if rule is not None and not _is_equality(rule) else "="


def _step(before: Expr, after: Expr, rule: Rule | None, relation: str) -> tuple[Step, StepReport] | None:
    """The step with the report of the checker, if it is verified; what the terms do not show is guessed."""
    if rule is None:
        return None
    hidden = [] if rule.kind != "pattern" else sorted(rule.names - {s.name for s in free_symbols(rule.equation.left)})
    hidden = [name for name in hidden if name not in rule.applied]
    uses: list[dict[str, Expr]] = [{}, *({hidden[0]: guess} for guess in guesses(before) if len(hidden) == 1)]
    for each in uses:
        step = Step(relation, after, rule.id, each)
        report = check_step(before, step, rule, _scope(before, after), None)
        if report.verdict == "verified":
            return step, report
    return None


def _verified(chain: list[tuple[Expr, str]], known: Mapping[str, Rule], relation: str) -> Connection | None:
    steps, reports = [], []
    for (before, _), (after, rule) in zip(chain, chain[1:], strict=False):
        found = _step(before, after, known.get(rule), _relation(known.get(rule), relation))
        if found is None:
            return None
        steps.append(found[0])
        reports.append(found[1])
    # The samples last: they cost most.
    points = points_for([chain[0][0], chain[-1][0]], {}, ())
    for i, ((before, _), step) in enumerate(zip(chain, steps, strict=False)):
        reports[i] = check_step(before, step, known.get(step.rule), _scope(before, step.term), points)
        if reports[i].verdict != "verified":
            return None
    return Connection(chain[0][0], tuple(steps), tuple(reports))
