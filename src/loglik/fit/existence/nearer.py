"""The search for a proof that the estimate exists, where the exact Hessian is not at hand: some rows, nearer, all rows."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import ConvergenceCriterion
from loglik.fit.descent.lbfgs import lbfgs
from loglik.fit.existence.decrement import (
    ENOUGH,
    MAX_BOUNDED,
    decrement_times_range,
    floor_from_rows,
    rows_worth_two_passes,
)
from loglik.fit.hessian.bordered import high_cardinality_of
from loglik.fit.hessian.preconditioner import preconditioner
from loglik.fit.options import USUAL_TOL
from loglik.fit.samples import rows_at_random, sample_size, some_rows_of_each_level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from loglik.fit.descent.lbfgs import Memory
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Way = tuple[Callable[[Vector], Vector], Memory]

# How much nearer, where it was not near enough: as much as the bound missed it by, and some more.
_LESS, _NEARER = 0.3, 0.01
_MOST_STEPS = 40


def proved_by_rows(
    objective: Objective, point: Evaluation, rule: ConvergenceCriterion, largest: Vector, way: Way | None
) -> bool:
    """Whether some rows, or all of them, there or nearer the minimum, prove that the estimate exists.

    Parameters
    ----------
    objective : Objective
        All rows.
    point : Evaluation
        Where the optimiser stands.
    rule : ConvergenceCriterion
        What it has reached.
    largest : ndarray of shape (q,)
        Largest size of each dense column.
    way : (callable, deque) or None
        Preconditioner and memory of the L-BFGS that led there.
    """

    def bound(at: Evaluation, rows: Objective) -> float:
        floor = floor_from_rows(objective, at, rows)
        return np.inf if floor is None else decrement_times_range(objective, floor, largest)

    if objective.size > MAX_BOUNDED and high_cardinality_of(objective) is None:
        return False
    missed, rows = np.inf, objective
    for some in _ever_more_rows(objective):
        missed, rows = bound(point, some), some
        if missed <= ENOUGH:
            return True
    nearer = _LESS * ENOUGH / missed if np.isfinite(missed) else _NEARER
    tight = ConvergenceCriterion(min(max(rule.tol * nearer, USUAL_TOL), rule.tol), rule.scale)
    precondition, memory = way or (preconditioner(objective, point.theta, rule.scale), deque())
    there = lbfgs(objective, point.theta, precondition, tight, _MOST_STEPS, lambda _i, _p: False, memory=memory).point
    return bound(there, rows) <= ENOUGH or (rows is not objective and bound(there, objective) <= ENOUGH)


def _ever_more_rows(objective: Objective) -> Iterator[Objective]:
    if high_cardinality_of(objective) is not None:
        yield some_rows_of_each_level(objective)
        return
    usual, affordable = sample_size(objective), rows_worth_two_passes(objective)
    yield rows_at_random(objective, min(usual, affordable))
    if affordable > 4 * usual:
        yield rows_at_random(objective, affordable)
