"""The judgement: really false, or without a value, or true as far as the points say."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from alpha import alpha_key

from independent.certain import gap
from independent.given import points
from independent.numbers import CannotTell, Undefined, ctx
from independent.points import NotAPointError
from independent.values import Place, compare, truth, value
from loglik.derive.expressions import Equation, Symbol, walk

Kind = Literal["false", "undefined", "meaningless", "vacuous", "true", "cannot tell"]
#: What no checker may accept.
WRONG = frozenset({"false", "undefined", "meaningless", "vacuous"})
_MORE = 4


@dataclass(frozen=True)
class Judgement:
    """What is known of a statement.

    Parameters
    ----------
    kind : str
        ``false``: it does not hold at a point. ``undefined``: one side has a value there, the other has none
        (or, where judged strictly, neither has).
        ``meaningless``: neither side has a value anywhere. ``vacuous``: no point was found that satisfies what is given.
        ``true``: it holds at all points that were tried. ``cannot tell``: the digits do not say it.
    statement : str
        Which statement.
    where : str
        The point.
    points : int
        Points at which it holds.
    """

    kind: Kind
    statement: str = ""
    where: str = ""
    points: int = 0


def judge_statement(
    statement, domains, givens=(), solution=None, *, count=60, seed=0, digits=None, strict=False
) -> Judgement:
    """A relation, an equivalence of relations, or (in a chain that begins with something true) a true relation."""
    if digits is not None:
        with ctx.workdps(digits):
            return judge_statement(statement, domains, givens, solution, count=count, seed=seed, strict=strict)
    names = sorted(
        {s.name for e in (statement, *(g.relation for g in givens)) for _, s in walk(e) if isinstance(s, Symbol)}
    )
    rng = Random(seed)
    agreed = silent = unknown = seen = 0
    for point in points(domains, names, list(givens), solution or {}, rng, count):
        seen += 1
        try:
            found = _state(statement, Place(point))
        except NotAPointError:
            seen -= 1
            continue
        if found in {"false", "undefined"}:
            found = _confirmed(statement, Place(point), found)
        if strict and found == "silent":
            found = "undefined"
        if found in {"false", "undefined"}:
            return Judgement(found, str(statement), point.shown(), agreed)
        agreed += found == "true"
        silent += found == "silent"
        unknown += found == "unknown"
    if not seen:
        return Judgement("vacuous", str(statement))
    if agreed:
        return Judgement("true", str(statement), points=agreed)
    return Judgement("cannot tell" if unknown else "meaningless", str(statement))


def _state(statement, at):
    """true, false, undefined (on one side), silent (on both), unknown."""
    if not isinstance(statement, Equation):
        return "silent"
    relations = [isinstance(side, Equation) for side in (statement.left, statement.right)]
    if relations != [statement.relation == "<=>"] * 2:  # an equation is no number, and a number no equation
        return "silent"
    sides = [_side(side, at) for side in (statement.left, statement.right)]
    if "unknown" in sides:
        return "unknown"
    if sides == ["silent", "silent"]:
        return "silent"
    if "silent" in sides:
        return "undefined"
    (left, one), (right, other) = sides
    if isinstance(left, bool):
        return "true" if left == right else "false"
    found = compare(left, statement.relation, right, one | other)
    return "unknown" if found is None else "true" if found else "false"


def _confirmed(statement, at, found):
    """A verdict against a claim stands if more digits say the same, and balls where there are some.

    A large term may swallow a small one in any fixed number of digits: ``exp(exp(K)) + x - exp(exp(K)) = x`` is true.
    """
    if found == "false":
        apart = [statement] if statement.relation != "<=>" else [statement.left, statement.right]
        signs = [gap(e.left, e.right, at) for e in apart if e.relation != "<=>" and not truth(e, at)]
        if 0 in signs:
            return "unknown"
    with ctx.workdps(_MORE * ctx.dps):
        return found if _state(statement, at) == found else "unknown"


def _side(side, at):
    here = Place(at.point, at.bound, at.elements)
    try:
        found = truth(side, here) if isinstance(side, Equation) else value(side, here)
    except Undefined:
        return "silent"
    except CannotTell:
        return "unknown"
    return "unknown" if found is None else (found, here.notes)


def statements(derivation):
    """All that a derivation asserts: (statement, what is given there, solution)."""
    for part in derivation.parts:
        given = tuple({**derivation.given, **part.given}.values())
        before = part.start
        if isinstance(before, Equation) and part.begin:
            yield before, given, part.solution
        for step in part.steps:
            yield Equation(before, step.relation, step.term), given, part.solution
            if isinstance(step.term, Equation) and part.begin:
                yield step.term, given, part.solution
            before = step.term
    for claim in derivation.proves:
        owner = next((p for p in derivation.parts if _claims(p, claim)), None)
        given = {**derivation.given, **(owner.given if owner else {})}
        yield claim, tuple(given.values()), owner.solution if owner else {}


def _claims(part, claim):
    last = part.steps[-1].term if part.steps else part.start
    ends = {alpha_key(claim), alpha_key(claim.left)}
    return alpha_key(last) in ends or (
        alpha_key(part.start) == alpha_key(claim.left) and alpha_key(last) == alpha_key(claim.right)
    )


def judge(derivation, *, count=60, seed=0, digits=None, strict=False) -> Judgement:
    """The worst that can be said of what a derivation asserts."""
    worst = Judgement("true")
    order = ("true", "cannot tell", "vacuous", "meaningless", "undefined", "false")
    seen = set()
    for statement, given, solution in statements(derivation):
        key = (str(statement), given)
        if key in seen:
            continue
        seen.add(key)
        found = judge_statement(
            statement, derivation.symbols, given, solution, count=count, seed=seed, digits=digits, strict=strict
        )
        if order.index(found.kind) > order.index(worst.kind):
            worst = found
        if worst.kind == "false":
            break
    return worst
