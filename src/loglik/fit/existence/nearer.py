"""The search for a proof that the estimate exists, where the exact Hessian is not at hand: some rows, nearer, all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.loop import descend
from loglik.fit.descent.methods.lbfgs import Secants
from loglik.fit.existence.decrement import (
    ENOUGH,
    MAX_BOUNDED,
    decrement_times_range,
    floor_from_rows,
    rows_worth_two_passes,
)
from loglik.fit.hessian.preconditioner import preconditioner
from loglik.fit.options import USUAL_TOL
from loglik.fit.plan import Sizes, preconditioner_kind
from loglik.fit.samples import rows_at_random, sample_size, some_rows_of_each_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Vector
    from loglik.fit.hessian.form import HessianForm
    from loglik.fit.hessian.known import KnownHessian
    from loglik.fit.objective import Evaluation, Objective

# How much nearer, where it was not near enough: as much as the bound missed it by, and some more.
_LESS, _NEARER = 0.3, 0.01
_MOST_STEPS = 40


def proved_by_rows(
    objective: Objective,
    point: Evaluation,
    criterion: ConvergenceCriterion,
    largest: Vector,
    known: KnownHessian | None,
    form: HessianForm,
) -> bool:
    """Whether some rows, or all of them, there or nearer the minimum, prove that the estimate exists.

    Parameters
    ----------
    objective : Objective
        All rows.
    point : Evaluation
        Where the optimiser stands.
    criterion : ConvergenceCriterion
        What it has reached.
    largest : ndarray of shape (q,)
        Largest size of each dense column.
    known : KnownHessian or None
        What the descent that led there knew of the Hessian.
    form : HessianForm
        How exact Hessians are held.
    """

    def bound(at: Evaluation, rows: Objective) -> float:
        floor = floor_from_rows(objective, at, rows, form)
        return np.inf if floor is None else decrement_times_range(objective, floor, largest)

    if objective.size > MAX_BOUNDED and form.is_whole:
        return False
    missed, rows = np.inf, objective
    for some in _ever_more_rows(objective, form):
        missed, rows = bound(point, some), some
        if missed <= ENOUGH:
            return True
    nearer = _LESS * ENOUGH / missed if np.isfinite(missed) else _NEARER
    tight = ConvergenceCriterion(min(max(criterion.tol * nearer, USUAL_TOL), criterion.tol), criterion.scale)
    if known is None or not known.resumable:
        kind = preconditioner_kind(Sizes.of(objective))
        known = Secants(objective, preconditioner(kind, objective, point.theta, criterion.scale))
    there = descend(known, objective.evaluate(point.theta), tight, max_iter=_MOST_STEPS).point
    return bound(there, rows) <= ENOUGH or (rows is not objective and bound(there, objective) <= ENOUGH)


def _ever_more_rows(objective: Objective, form: HessianForm) -> Iterator[Objective]:
    if not form.is_whole:
        yield some_rows_of_each_level(objective)
        return
    usual, affordable = sample_size(objective), rows_worth_two_passes(objective)
    yield rows_at_random(objective, min(usual, affordable))
    if affordable > 4 * usual:
        yield rows_at_random(objective, affordable)
