"""L-BFGS whose initial inverse Hessian is a good one, from a sample of the rows or a bound; and its start from samples.

Two-loop recursion after Nocedal and Wright, Numerical Optimization, algorithm 7.4, with the scaled identity there
replaced by the preconditioner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from loglik.fit.descent.finish import at_once, by_secants_alone, to_the_last_step
from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.descent.methods.newton import fitted_samples
from loglik.fit.descent.samples import samples
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction
from loglik.fit.hessian.preconditioner import inverse_of, preconditioner

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.descent.finish import Finish
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.objective import Evaluation, Objective

_MEMORY = 12
# Share of |s| |y| below which the curvature along a step is rounding.
_NO_CURVATURE = 1e-16
# Steps after which the preconditioner is computed anew: where it is slow, the curvature has changed.
_REFRESH_AFTER = 40
# Most steps on a sample.
_SECANT_STEPS = 30


@dataclass(frozen=True)
class Secants(KnownHessian):
    """The last steps s with the changes y of the gradient, and an approximate inverse Hessian, positive definite."""

    objective: Objective
    precondition: Preconditioner
    pairs: tuple[tuple[Vector, Vector, float], ...] = ()  # (s, y, s'y), the latest last
    resumable = True

    def direction(self, here: Evaluation) -> Direction:
        """The preconditioner's step, corrected by the secants."""
        q = here.gradient.copy()
        weights = []
        for s, y, curvature in reversed(self.pairs):
            a = float(s @ q) / curvature
            weights.append(a)
            q -= a * y
        r = self.precondition(q)
        for (s, y, curvature), a in zip(self.pairs, reversed(weights), strict=True):
            r = r + s * (a - float(y @ r) / curvature)
        return newton_direction(here.gradient, r)

    def after(self, here: Evaluation, there: Evaluation) -> Self:
        """Add the step's secant, if there is curvature along it."""
        s, y = there.theta - here.theta, there.gradient - here.gradient
        curvature = float(s @ y)
        if curvature <= _NO_CURVATURE * float(np.abs(s) @ np.abs(y)):
            return self
        return replace(self, pairs=(*self.pairs, (s, y, curvature))[-_MEMORY:])

    def without_memory(self) -> Secants | None:
        """The preconditioner alone."""
        return replace(self, pairs=()) if self.pairs else None

    def shorter(self, length: float, direction: Direction, here: Evaluation, there: Evaluation) -> float:
        """Minimum of the parabola through both values and the slope, kept within a factor of ten."""
        squared_decrement = direction.squared_decrement or 0.0
        rise = there.value - here.value + length * squared_decrement
        best = length * length * squared_decrement / (2.0 * rise) if np.isfinite(rise) and rise > 0.0 else 0.0
        return min(max(best, 0.1 * length), 0.5 * length)


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
        theta, precondition = _start(task, start)
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


def _finish(task: Task) -> Finish:
    if not task.to_rounding:
        return at_once
    if task.plan.last_newton_steps:
        return to_the_last_step(task.criterion)
    return by_secants_alone if task.objective.alpha > 0.0 else at_once


def _start(task: Task, theta: Vector) -> tuple[Vector, Preconditioner]:
    """Fit the plan's samples one after another; the curvature of the last one stands for that of all rows."""
    objective, scale, plan = task.objective, task.criterion.scale, task.plan
    if plan.start == "growing-samples":
        theta, hessian = fitted_samples(task, theta)
        return theta, inverse_of(hessian, objective, scale)
    for sample, enough in samples(task):
        known = Secants(sample, preconditioner(plan.preconditioner, objective, theta, scale))
        theta = descend(known, sample.evaluate(theta), enough, max_iter=_SECANT_STEPS).point.theta
    return theta, preconditioner(plan.preconditioner, objective, theta, scale)


METHOD = LBFGS()
