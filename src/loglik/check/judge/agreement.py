"""A definition beside what the text says of the same name elsewhere: an equation that it solves, an earlier definition.

Letters are given new meanings all the time, so a difference alone says nothing; that one small edit removes it does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.claims import Claim, sampled
from loglik.check.judge.expansion import levels
from loglik.check.judge.mending import edited
from loglik.check.judge.opaque import KNOWN, Opaque
from loglik.check.result import Finding, said
from loglik.derive.expressions import Derivative, E, Function, Log, Pow, Sum, exp, free_symbols, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loglik.check.judge.slips import Allowance
    from loglik.check.judge.surroundings import Equated, Surroundings
    from loglik.check.statement import Definition, Statement
    from loglik.derive.expressions import Expr

_SECONDS = 0.2
#: Statements back to which an equation may be the one that is solved, and how many of them are tried.
_NEAR, _MOST = 4, 2
#: Names below which what is solved is rather a definition of its own: ``y = f(z)``, ``a = y_1/x_1``.
_SOLVED_NAMES = 3
#: Parts of a definition below which two of them may be alike by chance.
_LEAST = 9


@dataclass(frozen=True)
class Disagreement:
    """What a definition disagrees with, and its source with the edit that makes it agree."""

    finding: Finding
    suggestion: str


def disagreement(statement: Statement, around: Surroundings, allowance: Allowance) -> Disagreement | None:
    """Of the first relation of a statement, if it defines a name by what stands on its right; None if all agrees."""
    right = statement.readings[0].terms[1]
    if right is None:
        return None
    # ``log L = ...`` defines L through what its logarithm is.
    of_right = {right: lambda e: e, exp(right): exp}
    defined = next((each for each in statement.defines if each.body in of_right), None)
    if defined is None or statement.relations[0].sign not in {"=", ":="} or not free_symbols(defined.body):
        return None
    body_of = of_right[defined.body]
    for key, line, agrees in (*_solved(statement, defined, around), *_defined_before(statement, defined)):
        started = thread_time()
        if allowance.left <= 0 or agrees(defined.body) is not False:
            continue
        until = started + min(allowance.each, allowance.left)
        found = next(
            (tex for body, tex in edited(statement, 0, until) if body is not None and agrees(body_of(body))), ""
        )
        allowance.left -= thread_time() - started
        if found:
            return Disagreement(Finding("suspicious", said(key, line=str(line))), found)
    return None


Agrees = tuple[str, int, "Callable[[Expr], bool | None]"]


def _solved(statement: Statement, defined: Definition, around: Surroundings) -> Iterator[Agrees]:
    """Equations just before that hold for some values of the name only."""
    names = [each for each in free_symbols(defined.body) if each.domain.kind not in {"index", "size"}]
    if len(names) < _SOLVED_NAMES and defined.body.size < _LEAST:
        return
    near = (
        each
        for each in reversed(around.equations.get(defined.name, ()))
        if each.section == statement.context.section
        and 0 < statement.number - each.number <= _NEAR
        and not _in_unknown_call(defined.name, each)
        and _may_solve(defined, each)
    )
    for each in islice(near, _MOST):
        yield "unlike-equation", each.line, _satisfies(statement, defined, each)


def _may_solve(defined: Definition, equated: Equated) -> bool:
    """Whether a definition has just the other names of an equation, or the equation is of its derivative."""
    sides = (equated.left, equated.right)
    derived = any(isinstance(part, Derivative) for e in sides for _, part in walk(e))
    return derived or _names(defined.body) == set.union(*map(_names, sides)) - {defined.name}


def _in_unknown_call(name: str, equated: Equated) -> bool:
    """Whether a name is an argument of what nothing is known of: ``N(x | mu)`` is no equation for mu."""
    calls = [part for e in (equated.left, equated.right) for _, part in walk(e) if isinstance(part, Function)]
    return any(call.name not in KNOWN and name in {s.name for s in free_symbols(call)} for call in calls)


def _satisfies(statement: Statement, defined: Definition, equated: Equated) -> Callable[[Expr], bool | None]:
    def agrees(body: Expr) -> bool | None:
        found = [
            _equal(way.left, way.right)
            for each in ([], [d for d in statement.context.definitions if d.name != defined.name])
            for way in levels(equated.left, equated.right, [replace(defined, body=body), *each])[-1:]
        ]
        return True if True in found else False if False in found and None not in found else None

    return agrees if _equal(equated.left, equated.right) is False else lambda _: None


def _defined_before(statement: Statement, defined: Definition) -> Iterator[Agrees]:
    """The same name of the same arguments, defined in another formula of the section by much the same."""
    if defined.body.size < _LEAST or not _telling(defined.body):
        return
    earlier = next(
        (
            each
            for each in statement.context.definitions
            if (each.key, each.parameters) == (defined.key, defined.parameters)
            and each.formula is not defined.formula
            and each.number < defined.number
        ),
        None,
    )
    if earlier is None or _names(earlier.body) != _names(defined.body):
        return
    yield "unlike-definition", earlier.formula.area.start.line, lambda body: _equal(body, earlier.body)


def _telling(e: Expr) -> bool:
    """Whether there is more than products and sums of letters: those are given anew with every example."""
    return any(isinstance(part, (Log, Sum)) or (isinstance(part, Pow) and part.base == E) for _, part in walk(e))


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _equal(left: Expr, right: Expr) -> bool | None:
    """Whether two sides are equal wherever they were tried; None if nothing is known."""
    opaque = Opaque()
    found = sampled(Claim(opaque(left), "=", opaque(right)), thread_time() + _SECONDS)
    if opaque.generic or found.nowhere:
        return None
    return True if found.holds and found.different > 1 else False if found.fails else None
