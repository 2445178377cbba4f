"""Newton's method with the exact Hessian: ``theta <- theta - H^-1 g``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import (
    ConvergenceCriterion,
    SolverResult,
    is_scarce,
    leaves_curvature,
    sufficient_decrease,
)
from loglik.fit.hessian.bordered import SchurFactor, bordered_hessian
from loglik.fit.hessian.cholesky import ScaledCholesky

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.hessian.bordered import HighCardinality
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation, Objective

# Newton converges quadratically: one step past the rule reaches rounding error, and costs one read of the rows.
_FINISHED = 1e-22
_MAX_EXTRA = 2
# Where few rows hold the curvature, the rule may hold while their predictors still change by 1.
_MAX_EXTRA_SCARCE = 40
# A step that changes no linear predictor by more is tried next where a whole one fails.
_FAR = 20.0


def newton(
    objective: Objective,
    theta: npt.NDArray[np.float64],
    rule: ConvergenceCriterion,
    max_iter: int,
    watch: Callable[[int, Evaluation], bool],
    *,
    finish: bool = True,
    first: tuple[Evaluation, Factor] | None = None,
    long: HighCardinality | None = None,
) -> SolverResult:
    """Minimise by damped Newton steps, and take the last step to rounding error.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    rule : ConvergenceCriterion
        Convergence rule.
    max_iter : int
        Most steps to take.
    watch : callable
        ``watch(iteration, evaluation)``; True ends the run.
    finish : bool
        Whether to go on past the rule, to rounding error.
    first : (Evaluation, Factor) or None
        The objective at `theta` and its factored Hessian, if they are known.
    long : HighCardinality or None
        Column whose levels are eliminated instead of forming the Hessian whole.
    """
    here, factor = first or _start(objective, theta, long)
    extra = 0
    iteration = 0
    while True:
        step = factor.solve(here.gradient)
        squared_decrement = max(float(here.gradient @ step), 0.0)
        arrived = rule.holds(here.gradient, squared_decrement / 2.0)
        converged = arrived and factor.jitter == 0.0
        extra += arrived
        scarce = converged and is_scarce(objective, here)
        most = _MAX_EXTRA_SCARCE if scarce else _MAX_EXTRA
        settled = converged and leaves_curvature(rule, step, squared_decrement, scarce=scarce)
        finished = squared_decrement <= _FINISHED and (settled or not scarce)
        done = converged and (not finish or finished or extra > most)
        stopped = watch(iteration, here)
        # A Hessian that stays singular where the gradient vanishes leads nowhere.
        astray = arrived and not converged and extra > _MAX_EXTRA
        if done or stopped or astray or iteration >= max_iter:
            # A penalty of next to nothing on separable classes: all is flat, and the estimate far away.
            near = converged and not (finish and scarce and objective.alpha > 0.0 and not settled)
            return SolverResult(here, iteration, squared_decrement / 2.0, near, factor, stopped)
        if settled:
            last = _last_step(objective, here, step, squared_decrement, factor, rule, iteration)
            if last is None:
                return SolverResult(here, iteration, squared_decrement / 2.0, converged, factor)
            watch(last.iterations, last.point)
            return last
        there = _line_search(objective, here, step, squared_decrement, rule, long)
        if there is None:  # no digits left to gain
            return SolverResult(here, iteration, squared_decrement / 2.0, converged, factor)
        here, factor = there, _factor(objective, there, long)
        iteration += 1


def _last_step(
    objective: Objective,
    here: Evaluation,
    step: npt.NDArray[np.float64],
    squared: float,
    factor: Factor,
    rule: ConvergenceCriterion,
    iteration: int,
) -> SolverResult | None:
    """Take a step so short that the Hessian is the same at its end; None if it leads no further down."""
    there = objective.evaluate(here.theta - step)
    if not sufficient_decrease(there, here, squared, step):
        return None
    after = max(float(there.gradient @ factor.solve(there.gradient)), 0.0)
    if after > squared:
        return None
    return SolverResult(there, iteration + 1, after / 2.0, rule.holds(there.gradient, after / 2.0), factor)


def _start(
    objective: Objective, theta: npt.NDArray[np.float64], long: HighCardinality | None
) -> tuple[Evaluation, Factor]:
    here = objective.evaluate(theta, hessian=long is None)
    return here, _factor(objective, here, long)


def _factor(objective: Objective, point: Evaluation, long: HighCardinality | None) -> Factor:
    if long is not None:
        return SchurFactor.factor(bordered_hessian(objective, point.theta, long), objective.threads)
    if point.hessian is None:
        msg = "Newton steps need the Hessian"
        raise ValueError(msg)
    return ScaledCholesky.of(point.hessian)


def _line_search(
    objective: Objective,
    here: Evaluation,
    step: npt.NDArray[np.float64],
    squared_decrement: float,
    rule: ConvergenceCriterion,
    long: HighCardinality | None,
) -> Evaluation | None:
    length = 1.0
    for attempt in range(40):
        there = objective.evaluate(here.theta - length * step, hessian=long is None)
        if sufficient_decrease(there, here, length * squared_decrement, step):
            return there
        if attempt == 0 and rule.largest is not None:  # where there is next to no curvature, the step is far too long
            length = min(1.0, _FAR / float(np.abs(step) @ rule.largest))
        length /= 2.0
    return None
