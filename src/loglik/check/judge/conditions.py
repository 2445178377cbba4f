"""Bare relations behind others in one formula are their conditions: ``da_j/dz_i = -a_i a_j, i != j``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.statement import Condition
from loglik.derive.expressions import Equation, Expr, Number, Symbol
from loglik.derive.expressions.nodes import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.statement import Statement


def conditioned(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with the conditions that stand behind them in their formulas."""
    found = list(statements)
    for at in range(len(found) - 1, 0, -1):
        relation = _bare_relation(found[at])
        if relation is None:
            continue
        condition = Condition(_source(found[at]), found[at].span, relation)
        for earlier in range(at - 1, -1, -1):
            if found[earlier].formula is not found[at].formula:
                break
            if _bare_relation(found[earlier]) is None:
                found[earlier] = replace(found[earlier], conditions=(*found[earlier].conditions, condition))
    return found


def behind_another(statements: Sequence[Statement], at: int) -> bool:
    """Whether a statement is a bare relation behind another one of its formula."""
    return (
        at > 0 and statements[at - 1].formula is statements[at].formula and _bare_relation(statements[at]) is not None
    )


def _bare_relation(statement: Statement) -> Equation | None:
    """The relation of a statement between a name and a name or number, if it is one."""
    if len(statement.relations) != 1 or not statement.readings or statement.relations[0].sign not in RELATIONS:
        return None
    left, right = statement.readings[0].terms
    if left is None or right is None or not (_bare(left) and _bare(right)) or not isinstance(left, Symbol):
        return None
    return Equation(left, statement.relations[0].sign, right)


def _bare(e: Expr) -> bool:
    return isinstance(e, (Symbol, Number))


def _source(statement: Statement) -> str:
    return statement.formula.tex[statement.span.start : statement.span.end]
