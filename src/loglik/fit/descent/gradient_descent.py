"""Plain gradient descent, as the texts train: ``w <- w - a dL/dw`` (Text D, D.next)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import ConvergenceCriterion, SolverResult

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.objective import Evaluation, Objective


def gradient_descent(
    objective: Objective,
    theta: npt.NDArray[np.float64],
    learning_rate: float,
    rule: ConvergenceCriterion,
    max_iter: int,
    watch: Callable[[int, Evaluation], bool],
) -> SolverResult:
    """Take steps of a fixed learning rate, with no line search and no memory.

    Without a Hessian the decrement is not known; the gradient part of the rule decides, and the exact decrement is
    computed once at the end by the caller.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    learning_rate : float
        The factor a.
    rule : ConvergenceCriterion
        Convergence rule.
    max_iter : int
        Most steps to take.
    watch : callable
        ``watch(iteration, evaluation)``; True ends the run.
    """
    here = objective.evaluate(theta)
    for iteration in range(max_iter + 1):
        converged = rule.gradient_norm(here.gradient) <= rule.tol
        stopped = watch(iteration, here)
        if converged or stopped or iteration == max_iter or not np.isfinite(here.value):
            return SolverResult(here, iteration, np.nan, converged, stopped=stopped)
        here = objective.evaluate(here.theta - learning_rate * here.gradient)
    raise AssertionError  # the loop always returns
