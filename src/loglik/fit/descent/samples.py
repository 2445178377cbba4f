"""The samples that a plan fits first, each with what is enough of it.

A fit of m rows is off by about D/m in twice the objective, so each sample starts where a smaller one left it, and is left as
soon as it is known better than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.hessian.preconditioner import class_weights
from loglik.fit.samples import rows_at_random

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Vector
    from loglik.fit.descent.method import Task
    from loglik.fit.objective import Objective

# Rows that the prior of a sample is worth.
_PRIOR_ROWS = 3.0
# Decrement at which a sample is left, in units of D/m.
_KNOWN_SHARE = 0.005


def samples(task: Task) -> Iterator[tuple[Objective, ConvergenceCriterion]]:
    """The objective on each sample of the plan, and when a fit of it is better known than it is right."""
    objective, sizes = task.objective, task.plan.samples
    prior = _prior(objective, task.criterion.scale) if sizes else task.criterion.scale
    for rows in sizes:
        enough = ConvergenceCriterion(_KNOWN_SHARE * objective.size / rows, np.full(objective.size, np.inf))
        yield rows_at_random(objective, rows, prior / rows), enough


def _prior(objective: Objective, scale: Vector) -> Vector:
    """A sample may be separable where the whole is not; a prior worth a few rows keeps its estimate finite."""
    c = objective.n_classes_free
    q = class_weights(objective)[:c]
    per_row = np.repeat(q * (1.0 - q), objective.free.size) * scale**2
    return np.where(np.tile(objective.free, c) != 0, _PRIOR_ROWS * per_row, 0.0)
