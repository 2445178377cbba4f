"""Newton's method with the exact Hessian: ``theta <- theta - H^-1 g``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.convergence import Arrival, Rule, enough_descent
from loglik.fit.factor import ScaledCholesky

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from loglik.fit.factor import Factor
    from loglik.fit.objective import Evaluation, Objective

# Newton converges quadratically: one step past the rule reaches rounding error, and costs one read of the rows.
_FINISHED = 1e-22
_MAX_EXTRA = 2
SHORT = 1e-14
"""Squared length, in standard errors times sqrt(W), of steps that leave the Hessian as it is to 12 digits or so."""
# What the steps that come before should reach, so that one Hessian is enough.
NEARLY = 1e-16


def newton(
    objective: Objective,
    theta: npt.NDArray[np.float64],
    rule: Rule,
    max_iter: int,
    watch: Callable[[int, Evaluation], bool],
    *,
    finish: bool = True,
    first: Evaluation | None = None,
) -> Arrival:
    """Minimise by damped Newton steps, and take the last step to rounding error.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    rule : Rule
        Convergence rule.
    max_iter : int
        Most steps to take.
    watch : callable
        ``watch(iteration, evaluation)``; True ends the run.
    finish : bool
        Whether to go on past the rule, to rounding error.
    first : Evaluation or None
        The objective and its Hessian at `theta`, if they are known.
    """
    here = first or objective.evaluate(theta, hessian=True)
    extra = 0
    iteration = 0
    while True:
        factor = _factor(here)
        step = factor.solve(here.gradient)
        squared_decrement = max(float(here.gradient @ step), 0.0)
        converged = factor.ridge == 0.0 and rule.holds(here.gradient, squared_decrement / 2.0)
        extra += converged
        done = converged and (not finish or squared_decrement <= _FINISHED or extra > _MAX_EXTRA)
        stopped = watch(iteration, here)
        if done or stopped or iteration >= max_iter:
            return Arrival(here, iteration, squared_decrement / 2.0, converged, factor, stopped)
        if converged and squared_decrement <= SHORT:
            last = last_step(objective, here, step, squared_decrement, factor, rule, iteration)
            if last is None:
                return Arrival(here, iteration, squared_decrement / 2.0, converged, factor)
            watch(last.iterations, last.point)
            return last
        there = _line_search(objective, here, step, squared_decrement)
        if there is None:  # no digits left to gain
            return Arrival(here, iteration, squared_decrement / 2.0, converged, factor)
        here = there
        iteration += 1


def last_step(
    objective: Objective,
    here: Evaluation,
    step: npt.NDArray[np.float64],
    squared: float,
    factor: Factor,
    rule: Rule,
    iteration: int,
) -> Arrival | None:
    """Take a step so short that the Hessian is the same at its end; None if it leads no further down.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    here : Evaluation
        Where the step begins.
    step : ndarray of shape (D,)
        ``H^-1 g``.
    squared : float
        Squared decrement here.
    factor : Factor
        Of the Hessian.
    rule : Rule
        Convergence rule.
    iteration : int
        Steps taken before this one.
    """
    there = objective.evaluate(here.theta - step)
    if not enough_descent(there, here, squared, step):
        return None
    after = max(float(there.gradient @ factor.solve(there.gradient)), 0.0)
    if after > squared:
        return None
    return Arrival(there, iteration + 1, after / 2.0, rule.holds(there.gradient, after / 2.0), factor)


def _factor(point: Evaluation) -> ScaledCholesky:
    if point.hessian is None:
        msg = "Newton steps need the Hessian"
        raise ValueError(msg)
    return ScaledCholesky.of(point.hessian)


def _line_search(
    objective: Objective, here: Evaluation, step: npt.NDArray[np.float64], squared_decrement: float
) -> Evaluation | None:
    length = 1.0
    for _ in range(40):
        there = objective.evaluate(here.theta - length * step, hessian=True)
        if enough_descent(there, here, length * squared_decrement, step):
            return there
        length /= 2.0
    return None
