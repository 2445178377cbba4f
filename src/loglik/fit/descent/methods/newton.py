"""Newton's method with the exact Hessian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.descent.method import Patience
from loglik.fit.descent.newton import newton

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task

    Vector = npt.NDArray[np.float64]


class Newton:
    """One read of the rows a step, with a Hessian in it, down to rounding error."""

    name = "newton"
    needs = "exact"
    offered = True
    max_iter = 100
    # It takes 5 to 8 steps where an estimate exists; a run that is still going is suspect.
    patience = Patience(8, (10, 25))

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Take Newton steps from the start."""
        return newton(
            task.objective, start, task.criterion, task.max_iter or self.max_iter, task.callback,
            finish=task.to_rounding, form=task.form, first=task.first,
        )  # fmt: skip


METHOD = Newton()
