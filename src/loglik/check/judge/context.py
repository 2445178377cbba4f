"""What claims nothing by itself, beside what the text around it lets one expect."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.arguments import unlike_order
from loglik.check.judge.kin import unlike_kin
from loglik.check.judge.solutions import unsolved
from loglik.check.judge.updates import wrong_way

if TYPE_CHECKING:
    from loglik.check.judge.slips import Allowance
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.result import Judgement


def beside_context(found: Judgement, around: Surroundings, allowance: Allowance) -> Judgement:
    """A judgement with what the formulas before it say against it."""
    if allowance.left <= 0:
        return found
    statement = found.statement
    started = thread_time()
    until = started + min(allowance.each, allowance.left)
    other = unlike_order(statement, found.index, around)
    if not found.index and statement.readings:
        other = other or unlike_kin(statement, around, until) or unsolved(statement, around, until)
        if other is None and (step := wrong_way(statement, around)) is not None:
            other = step, ""
    allowance.left -= thread_time() - started
    return found if other is None else found.found(other[0], suggestion=other[1])
