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
from time import thread_time
from typing import TYPE_CHECKING

from loglik.derive.chains import LARGEST, Connection, Context, context_of, merged, step_of, verified
from loglik.derive.differentiation import without_derivatives
from loglik.derive.expressions import Derivative, Expr, Symbol, parts, rebuild, substitute, walk
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.algebra import TooLargeError, canonical
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.moves import moves
from loglik.derive.syntax.parser import parse
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.derive.expressions import Domain, Equation
    from loglik.derive.rules import Rule

# How much a step counts against one sub-expression that the two ends do not share.
_STEP_COST = 2.0


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
    given: Mapping[str, str | Equation] | None = None,
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
    given : mapping of str to str or Equation, optional
        Relations that may be used beside the rules, as ``given:NAME``, and from which conditions may follow.
    rules : sequence of Rule, optional
        What may be used; all rules by default.
    relation : {"=", "<="}
        Whether inequalities may be used.
    max_steps : int
        The longest chain; steps by the same rule in several places count once. Derivatives are taken step by step, however
        many that needs.
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
    >>> print(connect("x^2", "y", {"x": domain("positive"), "y": domain("real")}, given={"h": "y = x^2"}))
        x^2
      = y    [given:h]
    """
    first, last = (parse(e, symbols) if isinstance(e, str) else e for e in (start, end))
    limit = thread_time() + seconds
    context = context_of(given, symbols, rules, relation, max_steps)
    if max(first.size, last.size) > LARGEST:
        return None
    return _by_derivatives(first, last, context, limit) or _searched(first, last, context, limit)


def _by_derivatives(first: Expr, last: Expr, context: Context, limit: float) -> Connection | None:
    """Take the derivatives of the first term by the rules that they need, then go on to the last one."""
    chain = without_derivatives(first, context)
    if chain is None:
        return None
    if chain[-1][0] != last:
        chain += _to_the_end(chain[-1][0], last, context, limit)
    try:
        return verified(merged(chain, context), context) if chain[-1][0] == last else None
    except DataError:
        return None


def _to_the_end(term: Expr, last: Expr, context: Context, limit: float) -> list[tuple[Expr, str]]:
    """From the term without derivatives to the last one: by arithmetic, or by a search."""
    if step_of(term, last, context.rules.get("arithmetic"), "=", context) is not None:
        return [(last, "arithmetic")]
    found = _searched(term, last, context, limit)
    return [] if found is None else [(step.term, step.rule) for step in found.steps]


def _searched(first: Expr, last: Expr, context: Context, limit: float) -> Connection | None:
    """Search from both ends."""
    numbers = count()
    sides = _Side(first), _Side(last)
    for side in sides:
        _reach(side, side.root, "", "", 0, next(numbers), sides[1 - sides.index(side)].root)
    tried: set[tuple[str, ...]] = set()
    usable = context.usable
    direct = _joined(sides, tried, context, arrangement_key(first), arrangement_key(last))
    if direct is not None:
        return direct
    while any(side.queue for side in sides) and thread_time() < limit:
        side = min((s for s in sides if s.queue), key=lambda s: len(s.found))
        other = sides[1] if side is sides[0] else sides[0]
        _, _, key = heapq.heappop(side.queue)
        term, _, _, depth = side.found[key]
        if depth >= 2 * context.max_steps:
            continue
        for new, rule in moves(term, usable, other.root, from_end=side is sides[1]):
            reached = _reach(side, new, rule, key, depth + 1, next(numbers), other.root)
            if reached is None:
                continue
            own, meeting = reached
            if meeting in other.meeting:
                ends = (own, other.meeting[meeting]) if side is sides[0] else (other.meeting[meeting], own)
                found = _joined(sides, tried, context, *ends)
                if found is not None:
                    return found
            if thread_time() > limit:
                break
    return None


def _reach(
    side: _Side, term: Expr, rule: str, parent: str, depth: int, number: int, goal: Expr
) -> tuple[str, str] | None:
    """Note a term as reached, unless it is too large or was reached before."""
    if term.size > LARGEST:
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
    context: Context,
    left: str,
    right: str,
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
    steps = merged(chain, context)
    mark = tuple(f"{rule}:{arrangement_key(term)}" for term, rule in steps)
    if mark in tried or not 1 <= len(steps) - 1 <= context.max_steps:
        return None
    tried.add(mark)
    # The last term as it was given, however it is arranged in the chain.
    steps[-1] = (sides[1].root, steps[-1][1])
    return verified(steps, context)
