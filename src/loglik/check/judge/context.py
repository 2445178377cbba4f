"""What claims nothing by itself, beside what the text around it lets one expect."""

from __future__ import annotations

from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.kin import unlike_kin
from loglik.check.judge.solutions import unsolved

if TYPE_CHECKING:
    from loglik.check.judge.slips import Allowance
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.result import Judgement


def beside_context(found: Judgement, around: Surroundings, allowance: Allowance) -> Judgement:
    """A judgement with what the formulas before it say against it."""
    if found.index or not found.statement.readings or allowance.left <= 0:
        return found
    started = thread_time()
    until = started + min(allowance.each, allowance.left)
    other = unlike_kin(found.statement, around, until) or unsolved(found.statement, around, until)
    if other is not None:
        allowance.left -= thread_time() - started
        return found.found(other[0], suggestion=other[1])
    return found
