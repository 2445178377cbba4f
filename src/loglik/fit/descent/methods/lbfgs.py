"""L-BFGS whose initial inverse Hessian is a good one, from a sample of the rows or a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.descent.finish import at_once, by_secants_alone, to_the_last_step
from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.descent.start import start_and_preconditioner
from loglik.fit.hessian.preconditioner import preconditioner
from loglik.fit.hessian.secants import Secants

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.descent.finish import Finish
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task

    Vector = npt.NDArray[np.float64]

# Steps after which the preconditioner is computed anew: where it is slow, the curvature has changed.
_REFRESH_AFTER = 40


class LBFGS:
    """One read of the rows a step; where it is slow, the curvature that it started from is taken anew."""

    name = "lbfgs"
    needs = "secants"
    offered = False
    max_iter = 500
    patience = Patience(15, (40,))

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Start from samples of the rows, and go on in legs, each with a preconditioner of its own."""
        objective, criterion = task.objective, task.criterion
        theta, precondition = start_and_preconditioner(objective, start, criterion.scale, task.plan)
        max_iter = task.max_iter or self.max_iter
        result: SolverResult | None = None
        while True:
            taken, recent = (result.iterations, result.recent) if result else (0, ())
            result = descend(
                Secants(objective, precondition), objective.evaluate(theta), criterion,
                max_iter=min(max_iter, taken + _REFRESH_AFTER), callback=task.callback, finish=_finish(task),
                taken=taken, recent=recent,
            )  # fmt: skip
            if result.converged or result.stopped or result.exhausted or result.iterations >= max_iter:
                return result
            theta = result.point.theta
            precondition = preconditioner(task.plan.preconditioner, objective, theta, criterion.scale)


METHOD = LBFGS()


def _finish(task: Task) -> Finish:
    if not task.to_rounding:
        return at_once
    if task.plan.last_newton_steps:
        return to_the_last_step(task.criterion)
    return by_secants_alone if task.objective.alpha > 0.0 else at_once
