"""The one small edit that makes a wrong relation true, if there is one: tried until one holds."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from loglik.check.judge.edits import edits, turned
from loglik.check.judge.relation import outcome
from loglik.check.model import reread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.check.statement import Statement
    from loglik.derive.expressions import Domain

_SAMPLING = 0.25


def mended(statement: Statement, index: int, seconds: float, told: Mapping[str, Domain]) -> str:
    """The source of the relation with the edit; empty if none was found in time.

    An edit has to make the links on both sides of the edited term hold; where none does, one that mends this link alone
    is taken.
    """
    until = monotonic() + seconds
    second_best = ""
    for left, right, sign, touched in _candidates(statement, index):
        if monotonic() > until:
            break
        source = _source(statement, index, left, sign, right)
        new = reread(statement, source)
        if new is None or len(new.terms) != len(statement.terms) or not _holds(new, index, told):
            continue
        found = f"{left}{sign}{right}"
        neighbours = [i for i in (touched - 1, touched) if 0 <= i < len(new.relations) and i != index]
        if all(_holds(new, i, told) or _read_nothing(new, i) for i in neighbours):
            return found
        second_best = second_best or found
    return second_best


def _candidates(statement: Statement, index: int) -> Iterator[tuple[str, str, str, int]]:
    """Both sides and the sign with one edit, and which term it touches: the right side first, then the left."""
    left, right = (statement.terms[i].tex for i in (index, index + 1))
    sign = _between(statement, index)
    if other := turned(sign):
        yield left, right, f" {other} ", index
    for edited in edits(right, left):
        yield left, edited, sign, index + 1
    for edited in edits(left, right):
        yield edited, right, sign, index


def _between(statement: Statement, index: int) -> str:
    """The source between two terms: the relation with the spaces and the alignment around it."""
    first, second = statement.terms[index : index + 2]
    return statement.formula.tex[first.span.end : second.span.start]


def _source(statement: Statement, index: int, left: str, sign: str, right: str) -> str:
    """The source of the statement with the relation in its place."""
    tex, whole = statement.formula.tex, statement.span
    first, second = statement.terms[index : index + 2]
    return tex[whole.start : first.span.start] + left + sign + right + tex[second.span.end : whole.end]


def _holds(statement: Statement, index: int, told: Mapping[str, Domain]) -> bool:
    found = outcome(statement, index, monotonic() + _SAMPLING, told).holds
    return found is not None and found.rung is None and found.found.different > 0


def _read_nothing(statement: Statement, index: int) -> bool:
    """Whether a neighbouring link is not understood, and so says nothing against the edit."""
    return any(statement.terms[i].trouble is not None for i in (index, index + 1))
