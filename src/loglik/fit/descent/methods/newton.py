"""Newton's method with the exact Hessian: ``theta <- theta - H^-1 g``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.finish import at_once, never, to_rounding
from loglik.fit.descent.loop import descend, unobserved
from loglik.fit.descent.method import Patience
from loglik.fit.descent.samples import samples
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.form import WHOLE
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import Callback, SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.form import Factor, HessianForm
    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.objective import Evaluation, Objective

# A step that changes no linear predictor by more is tried next where a whole one fails.
_FARTHEST = 20.0
# Most steps on a sample.
_SAMPLE_STEPS = 12
# Gradient and decrement from which one more step may be so short that it is the last.
_EARLY = 1e-6


@dataclass(frozen=True)
class Exact(KnownHessian):
    """The factored Hessian at a point, and the largest size of each coefficient's column."""

    objective: Objective
    form: HessianForm
    factor: Factor
    largest: Vector | None = None
    tries = 40

    def direction(self, here: Evaluation) -> Direction:
        """``H^-1 g``."""
        return newton_direction(here.gradient, self.factor.solve(here.gradient))

    def evaluate(self, theta: Vector) -> Evaluation:
        """Value and gradient, and in the same read the Hessian if it is held whole."""
        return self.form.evaluate(self.objective, theta)

    def after(self, here: Evaluation, there: Evaluation) -> Exact:  # noqa: ARG002
        """Factor the Hessian at the end of the step."""
        return replace(self, factor=self.form.factor(self.objective, there))

    def shorter(self, length: float, direction: Direction, here: Evaluation, there: Evaluation) -> float:  # noqa: ARG002
        """Half; where there is next to no curvature the whole step is far too long."""
        if length == 1.0 and self.largest is not None:
            length = min(1.0, _FARTHEST / float(np.abs(direction.step) @ self.largest))
        return length / 2.0


@dataclass(frozen=True)
class OfSample(KnownHessian):
    """The inverse of a sample's Hessian, for the first step."""

    objective: Objective
    form: HessianForm
    largest: Vector | None
    precondition: Preconditioner

    def direction(self, here: Evaluation) -> Direction:
        """``H^-1 g``, H off by chance."""
        return newton_direction(here.gradient, self.precondition(here.gradient))

    def evaluate(self, theta: Vector) -> Evaluation:
        """Value, gradient and Hessian."""
        return self.objective.evaluate(theta, hessian=self.form.is_whole)

    def after(self, here: Evaluation, there: Evaluation) -> Exact:  # noqa: ARG002
        """Factor the Hessian of all rows at the end of the step."""
        return Exact(self.objective, self.form, self.form.factor(self.objective, there), self.largest)


class Newton:
    """One read of the rows a step, with a Hessian in it, down to rounding error."""

    name = "newton"
    needs = "exact"
    offered = True
    max_iter = 100
    # It takes 5 to 8 steps where an estimate exists; a run that is still going is suspect.
    patience = Patience(8, (10, 25))

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Take Newton steps from the start, or from the estimate of a sample."""
        max_iter = task.max_iter or self.max_iter
        if task.plan.samples:
            return _from_samples(task, start, max_iter)
        return newton(
            task.objective, start, task.criterion, max_iter, task.callback,
            finish=task.to_rounding, form=task.form, first=task.first,
        )  # fmt: skip


def newton(
    objective: Objective,
    theta: Vector,
    criterion: ConvergenceCriterion,
    max_iter: int,
    callback: Callback = unobserved,
    *,
    finish: bool = True,
    form: HessianForm = WHOLE,
    first: tuple[Evaluation, Factor] | None = None,
) -> SolverResult:
    """Minimise by damped Newton steps; if `finish`, past the criterion to rounding error.

    ``first`` is the objective at `theta` and its factored Hessian, if they are known.
    """
    if first is None:
        here = form.evaluate(objective, theta)
        first = here, form.factor(objective, here)
    known = Exact(objective, form, first[1], criterion.largest)
    past = to_rounding(objective, criterion) if finish else at_once
    return descend(known, first[0], criterion, max_iter=max_iter, callback=callback, finish=past)


def fitted_samples(task: Task, theta: Vector) -> tuple[Vector, Matrix | None]:
    """Fit the plan's samples one after another; the estimate and the Hessian of the last one."""
    hessian = None
    for sample, enough in samples(task):
        point = newton(replace(sample, single=True), theta, enough, _SAMPLE_STEPS, finish=False).point
        theta, hessian = point.theta, point.hessian
    return theta, hessian


def _from_samples(task: Task, start: Vector, max_iter: int) -> SolverResult:
    """Step from a sample's estimate with its Hessian, for which a gradient is enough, and on with the exact ones."""
    objective, criterion, form = task.objective, task.criterion, task.form
    theta, hessian = fitted_samples(task, start)
    if hessian is None:
        msg = "the Hessian of a sample was asked for"
        raise ValueError(msg)
    guess = OfSample(objective, form, criterion.largest, ScaledCholesky.of(hessian).solve)
    near = descend(guess, objective.evaluate(theta), criterion, max_iter=1, callback=task.callback, finish=never)
    if near.stopped:
        return near
    if near.known is None or near.factor is None:  # the sample leads no further down
        return newton(objective, theta, criterion, max_iter, task.callback, finish=task.to_rounding, form=form)
    # A step that leaves the Hessian as it is may be the last before the gradient is within the tolerance.
    early = replace(criterion, tol=max(criterion.tol, _EARLY)) if task.to_rounding else criterion
    result = descend(
        near.known, near.point, early, max_iter=max_iter, callback=task.callback,
        finish=to_rounding(objective, criterion) if task.to_rounding else at_once, taken=near.iterations, recent=near.recent,
    )  # fmt: skip
    if result.stopped or not result.converged or criterion.holds(result.point.gradient, result.half_squared_decrement):
        return result
    left = max_iter - result.iterations
    more = newton(objective, result.point.theta, criterion, left, task.callback, finish=task.to_rounding, form=form)
    return replace(more, iterations=result.iterations + more.iterations)


METHOD = Newton()
