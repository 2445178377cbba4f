"""Slips: what fails as it stands, and holds for all values of its names with one small edit.

Of an equation to be solved, an update or a model no edit makes an identity; where one does, a slip is likelier than an
equation that happens to lie beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.edits import edits, exchanges
from loglik.check.judge.kinds import composite, numbers_only
from loglik.check.judge.mending import holding_edit
from loglik.check.judge.unknowns import atoms, one_sided
from loglik.check.judge.values import printed_decimals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.check.judge.expansion import Expanded
    from loglik.check.judge.mending import Moves
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Domain, Expr

#: Parts of a relation below which an edit may make anything an identity, and names that may be on one side alone.
_LEAST, _MOST_ALONE = 9, 3
#: Seconds to exchange two indices.
_EXCHANGING = 0.3


@dataclass
class Allowance:
    """Seconds that are left for the search in a document, and how many one relation may take of them."""

    left: float
    each: float


def slip(
    statement: Statement,
    index: int,
    way: Expanded,
    told: Mapping[str, Domain],
    allowance: Allowance,
    moves: Moves = edits,
) -> str:
    """The source of the relation with the edit that makes it an identity; empty if there is none, or no time.

    Parameters
    ----------
    statement, index
        A relation that fails.
    way : Expanded
        Its sides with definitions put in.
    told : mapping of str to Domain
        Sets that the formulas around it restrict names to.
    allowance : Allowance
        Is used up.
    moves : function
        The edits that are tried.
    """
    written = statement.readings[0].terms[index : index + 2]
    if written[0] is None or written[1] is None or not _worth_it(statement, index, (written[0], written[1]), way):
        return ""
    started = thread_time()
    seconds = min(allowance.each, allowance.left)
    found = holding_edit(statement, index, seconds, told, moves) if seconds > 0 else ""
    allowance.left -= thread_time() - started
    return found


def exchanged(statement: Statement, index: int, way: Expanded, told: Mapping[str, Domain], allowance: Allowance) -> str:
    """The same with two indices exchanged, or a transpose less: these are a few edits alone, with time of their own."""
    few = Allowance(_EXCHANGING, _EXCHANGING) if allowance.each else allowance
    return slip(statement, index, way, told, few, exchanges)


def _worth_it(statement: Statement, index: int, written: tuple[Expr, Expr], way: Expanded) -> bool:
    context = statement.context
    if statement.relations[index].sign != "=" or context.wanted or context.denied or numbers_only(*written):
        return False
    if any(printed_decimals(statement.terms[i].tex) for i in (index, index + 1)):  # within rounding much is an identity
        return False
    if any("&" in statement.terms[i].tex.strip("& \\\n") for i in (index, index + 1)):  # cells of a table
        return False
    sides = (way.left, way.right)
    if not all(map(composite, (*written, *sides))) or sum(e.size for e in sides) < _LEAST:
        return False
    one, other = (set(atoms(e)) for e in sides)
    return bool(one & other) and len(one_sided(*sides)) <= _MOST_ALONE
