"""Newton's method with the exact Hessian: ``theta <- theta - H^-1 g``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.finish import at_once, to_rounding
from loglik.fit.descent.loop import descend, unobserved
from loglik.fit.descent.method import Patience
from loglik.fit.hessian.form import WHOLE
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import Callback, SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.form import Factor, HessianForm
    from loglik.fit.objective import Evaluation, Objective

# A step that changes no linear predictor by more is tried next where a whole one fails.
_FARTHEST = 20.0


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


METHOD = Newton()
