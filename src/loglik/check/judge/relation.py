"""One relation judged: its readings, with names free and with definitions put in, and under unstated assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.claims import Claim, Sampled, sampled
from loglik.check.judge.expansion import Expanded, depends_unknown
from loglik.check.judge.kinds import numbers_only
from loglik.check.judge.ladder import Rung, rungs
from loglik.check.judge.opaque import Opaque, differentiated
from loglik.check.judge.points import symbols_of
from loglik.check.judge.sums import as_sums
from loglik.check.judge.unknowns import one_sided
from loglik.check.judge.values import printed_decimals
from loglik.check.judge.ways import ways
from loglik.check.result import said
from loglik.derive.expressions import ZERO, Equation, Expr, Number, product_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.statement import Definition, Reading, Statement
    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Domain


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claim as it was tried: with some definitions put in and unknown calls as names.

    Parameters
    ----------
    claim : Claim
        What was sampled.
    expanded : Expanded
        The sides before calls became names.
    opaque : Opaque
        What the names stand for.
    found : Sampled
        What the points say.
    reading : Reading
        The reading.
    rung : Rung or None
        The assumption under which it holds, if it needs one.
    """

    claim: Claim
    expanded: Expanded
    opaque: Opaque
    found: Sampled
    reading: Reading
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all readings of a relation.

    Parameters
    ----------
    holds : Attempt or None
        The first way in which it holds.
    fails : Attempt or None
        With all definitions put in, the preferred reading, if every reading fails in every way.
    shown : Attempt or None
        Where it fails: the way with the fewest definitions that is false for itself, to be shown.
    why : str
        Why nothing is known: ``nowhere`` (no values), ``depends`` (a derivative of what does not show its variable),
        ``time``, ``size``.
    """

    holds: Attempt | None = None
    fails: Attempt | None = None
    shown: Attempt | None = None
    why: str = ""


@dataclass
class _Tried:
    failed: list[Outcome] = field(default_factory=list)
    whys: list[str] = field(default_factory=list)


def outcome(
    statement: Statement, index: int, until: float, told: Mapping[str, Domain] | None = None, *, plainly: bool = False
) -> Outcome:
    """Try a relation in all its readings.

    Parameters
    ----------
    statement, index
        The relation.
    until : float
        When to stop.
    told : mapping of str to Domain, optional
        Sets that the formulas around it restrict names to, by how they use them.
    plainly : bool
        Whether no assumptions are tried.
    """
    tried = _Tried()
    conditional: Attempt | None = None
    seen: set[tuple[Expr, Expr]] = set()
    for reading in statement.readings:
        left, right = reading.terms[index : index + 2]
        if left is None or right is None or (left, right) in seen:
            continue
        seen.add((left, right))
        found = _one_reading(_Question(statement, index, told or {}, until, plainly), reading, left, right)
        if found.holds is not None and found.holds.rung is None:
            return found
        conditional = conditional or found.holds
        if found.fails is not None:
            tried.failed.append(found)
        elif found.holds is None:
            tried.whys.append(found.why)
    if conditional is not None:
        return Outcome(holds=conditional)
    if tried.whys or not tried.failed:
        return Outcome(why=tried.whys[0] if tried.whys else "nowhere")
    return min(tried.failed, key=_alone)


def _alone(found: Outcome) -> int:
    """How many names are on one side alone: a reading in which none is says what is claimed."""
    return 0 if found.fails is None else len(one_sided(found.fails.expanded.left, found.fails.expanded.right))


@dataclass(frozen=True, slots=True)
class _Question:
    statement: Statement
    index: int
    told: Mapping[str, Domain]
    until: float
    plainly: bool


def _one_reading(asked: _Question, reading: Reading, left: Expr, right: Expr) -> Outcome:
    statement, until = asked.statement, asked.until
    tried: dict[tuple[Expr, Expr], Attempt] = {}
    found = ways(left, right, _usable(statement, left, right))
    for way in found.under_assumptions if asked.plainly else found.every:
        if thread_time() > until:
            return Outcome(why="time")
        if depends_unknown(way.left) or depends_unknown(way.right):
            continue
        attempt = _attempt(asked, reading, way)
        if attempt.found.holds and (not attempt.opaque.generic or _twin_holds(asked, attempt)):
            return Outcome(holds=_as_usual(attempt))
        tried[way.left, way.right] = attempt
    last = tried.get((found.deepest.left, found.deepest.right))
    if last is None:
        return Outcome(why="depends")
    for way in found.under_assumptions:
        attempted = tried.get((way.left, way.right))
        if attempted is None or not attempted.found.apart:
            continue
        assumed = _of_one_size(attempted, until)
        if assumed is None and not asked.plainly:
            assumed = _assumed(statement, attempted, until)
        if assumed is not None:
            return Outcome(holds=assumed)
    if thread_time() > until:
        return Outcome(why="time")
    return Outcome(fails=last, shown=_plainest(tried, last)) if last.found.fails else Outcome(why="nowhere")


def _plainest(tried: Mapping[tuple[Expr, Expr], Attempt], last: Attempt) -> Attempt:
    """The attempt with the fewest definitions that is false for a reason: no side has names of its own."""
    same = [each for each in tried.values() if each.found.fails and not each.expanded.usual and not each.opaque.any]
    fair = [each for each in same if not one_sided(each.expanded.left, each.expanded.right)]
    return min([*fair, last], key=lambda each: len(each.expanded.used))


#: Letters that count the members of a sum without bounds.
_COUNTS = frozenset("dDnNmMkKTC")


def _as_usual(attempt: Attempt) -> Attempt:
    """The attempt, with what was taken for its usual meaning as an assumption."""
    if not attempt.expanded.usual:
        return attempt
    return replace(attempt, rung=Rung((said("assume-sigmoid", name="sigma"),), attempt.claim))


def _of_one_size(attempt: Attempt, until: float) -> Attempt | None:
    """The attempt with one size for all, if it holds so: two names for the length of one vector are no error."""
    sizes = sorted(
        n for n, s in symbols_of([attempt.claim.left, attempt.claim.right]).items() if s.domain.kind == "size"
    )
    unnamed = [name for name in sizes if name.startswith("#")]
    numbers = [n for n in symbols_of([attempt.claim.left, attempt.claim.right]) if n.rstrip("_") in _COUNTS]
    sizes = sorted({*sizes, *numbers})
    if len(sizes) < 2 or not (unnamed or len({name.rstrip("_") for name in sizes}) < len(sizes)):
        return None
    first = unnamed[0] if unnamed else sizes[0]

    def shape(point: Point) -> None:
        for name in sizes:
            point.numbers[name] = point.numbers[first]

    claim = replace(attempt.claim, shaped=shape)
    found = sampled(claim, until)
    return replace(attempt, claim=claim, found=found) if found.holds and found.different > 1 else None


def _assumed(statement: Statement, attempt: Attempt, until: float) -> Attempt | None:
    """The attempt under the first assumption under which it holds."""
    numbers = numbers_only(attempt.claim.left, attempt.claim.right)
    usual = rungs(attempt.claim, common_logs=numbers and r"\ln" not in statement.formula.tex)
    rounded = Rung((said("assume-rounded"),), replace(attempt.claim, rounded=True))
    for rung in chain([rounded] if attempt.claim.printed else [], usual, as_sums(attempt.claim, statement.formula)):
        if thread_time() > until:
            return None
        under = sampled(rung.claim, until)
        # One point is no support: 0^0 leaves no other to two names that are 0 or 1.
        if under.holds and (under.different > 1 or numbers) and not _vanishes(rung.claim, until):
            return replace(attempt, claim=rung.claim, found=under, rung=rung)
    return None


def _vanishes(claim: Claim, until: float) -> bool:
    """Whether both sides are zero: a mean may solve any equation that is linear in it, also one with a wrong sign."""
    if claim.sign != "=" or ZERO in {claim.left, claim.right}:
        return False
    return sampled(replace(claim, right=product_of((Number(Fraction(2)), claim.right))), until).holds


def _usable(statement: Statement, left: Expr, right: Expr) -> Sequence[Definition]:
    """Definitions in scope, without those that this very relation makes."""
    return [
        each
        for each in statement.context.definitions
        if each.number != statement.number or each.body not in {left, right}
    ]


def _attempt(asked: _Question, reading: Reading, way: Expanded, twin: int = 0) -> Attempt:
    opaque = Opaque(twin=twin, differentiated=differentiated(way.left) | differentiated(way.right))
    statement, index = asked.statement, asked.index
    conditions = tuple(each.relation for each in statement.conditions if each.relation is not None)
    renamed = tuple(c for each in conditions if isinstance(c := opaque(each), Equation))
    tex = "".join(term.tex + " " for term in statement.terms[index : index + 2])
    sign = statement.relations[index].sign
    claim = Claim(opaque(way.left), sign, opaque(way.right), renamed, printed_decimals(tex))
    claim = claim.with_domains(_sets(claim, asked.told))
    return Attempt(claim, way, opaque, sampled(claim, asked.until), reading)


def _sets(claim: Claim, told: Mapping[str, Domain]) -> dict[str, Domain]:
    """One set for each name; what the formulas around say counts where a name is real or positive for all that is known."""
    known = {name: s.domain for name, s in symbols_of([claim.left, claim.right]).items()}
    return {name: told.get(name, d) if d.kind in {"real", "positive"} else d for name, d in known.items()}


def _twin_holds(asked: _Question, attempt: Attempt) -> bool:
    """Whether it holds for functions of another shape too."""
    return _attempt(asked, attempt.reading, attempt.expanded, twin=1).found.holds
