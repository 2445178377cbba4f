"""L-BFGS whose initial inverse Hessian is a good one, from a sample of the rows or a bound.

Two-loop recursion after Nocedal and Wright, Numerical Optimization, algorithm 7.4, with the scaled identity there
replaced by the preconditioner.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import ConvergenceCriterion, SolverResult, sufficient_decrease

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]
    Memory = deque[tuple[Vector, Vector, float]]

_MEMORY = 12
_MAX_EXTRA = 8


def lbfgs(
    objective: Objective,
    theta: Vector,
    precondition: Callable[[Vector], Vector],
    rule: ConvergenceCriterion,
    max_iter: int,
    watch: Callable[[int, Evaluation], bool],
    taken: int = 0,
    finish: Callable[[Vector, float], bool] | None = None,
    memory: Memory | None = None,
) -> SolverResult:
    """Minimise with one read of the rows per step.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    precondition : callable
        Applies an approximate inverse Hessian; must be symmetric and positive definite.
    rule : ConvergenceCriterion
        Convergence rule; the decrement is measured with the current inverse-Hessian approximation.
    max_iter : int
        Most steps to take.
    watch : callable
        ``watch(iteration, evaluation)``; True ends the run.
    taken : int
        Steps taken before this run; they are counted in what is reported.
    finish : callable or None
        ``finish(step, squared decrement)``: whether it is near enough past the rule, if that takes a few steps.
    memory : deque or None
        Steps and changes of the gradient that an earlier run left, and this one adds to.
    """
    pairs: Memory = deque() if memory is None else memory
    here = objective.evaluate(theta)
    iteration, extra = taken, 0
    while True:
        step = _apply_inverse(here.gradient, pairs, precondition)
        squared_decrement = max(float(here.gradient @ step), 0.0)
        converged = rule.holds(here.gradient, squared_decrement / 2.0)
        stopped = watch(iteration, here) if iteration == 0 or iteration > taken else False
        extra += converged
        done = converged and (finish is None or finish(step, squared_decrement) or extra > _MAX_EXTRA)
        if done or stopped or iteration >= taken + max_iter:
            return SolverResult(here, iteration, squared_decrement / 2.0, converged, stopped=stopped)
        there = _line_search(objective, here, step, squared_decrement)
        if there is None:
            if not pairs:
                return SolverResult(here, iteration, squared_decrement / 2.0, converged, exhausted=True)
            pairs.clear()  # the memory may mislead: once more with the preconditioner alone
            continue
        s, y = there.theta - here.theta, there.gradient - here.gradient
        curvature = float(s @ y)
        if curvature > 1e-16 * float(np.abs(s) @ np.abs(y)):
            pairs.append((s, y, curvature))
            if len(pairs) > _MEMORY:
                pairs.popleft()
        here = there
        iteration += 1


def _apply_inverse(gradient: Vector, pairs: Memory, precondition: Callable[[Vector], Vector]) -> Vector:
    q = gradient.copy()
    weights = []
    for s, y, curvature in reversed(pairs):
        a = float(s @ q) / curvature
        weights.append(a)
        q -= a * y
    r = precondition(q)
    for (s, y, curvature), a in zip(pairs, reversed(weights), strict=True):
        r = r + s * (a - float(y @ r) / curvature)
    return r


def _line_search(objective: Objective, here: Evaluation, step: Vector, squared_decrement: float) -> Evaluation | None:
    length = 1.0
    for _ in range(30):
        there = objective.evaluate(here.theta - length * step)
        if sufficient_decrease(there, here, length * squared_decrement, step):
            return there
        # Minimum of the parabola through both values and the slope, kept within a factor of ten.
        rise = there.value - here.value + length * squared_decrement
        best = length * length * squared_decrement / (2.0 * rise) if np.isfinite(rise) and rise > 0.0 else 0.0
        length = min(max(best, 0.1 * length), 0.5 * length)
    return None
