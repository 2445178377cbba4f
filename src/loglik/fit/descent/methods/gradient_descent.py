"""Plain gradient descent, as textbooks train: ``w <- w - a dL/dw`` (formula 9.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.hessian.bound import safe_learning_rate
from loglik.fit.hessian.known import Direction, KnownHessian

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.objective import Evaluation, Objective


@dataclass(frozen=True)
class Bound(KnownHessian):
    """``H <= I/a``: a step of a times the gradient goes down, if that is right."""

    objective: Objective
    learning_rate: float

    def direction(self, here: Evaluation) -> Direction:
        """``a g``: no line search, no memory, no decrement."""
        return Direction(self.learning_rate * here.gradient, None)


class GradientDescent:
    """Steps of a fixed learning rate from zero, with no line search and no memory.

    The gradient part of the criterion decides: the decrement is not known before the exact Hessian is, at the end.
    """

    name = "gd"
    needs = "bound"
    offered = True
    max_iter = 10_000
    patience = Patience(None, ())

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Take steps ``a g``, by default with ``a = 1/L``, L a bound of the curvature."""
        rate = task.learning_rate or safe_learning_rate(task.objective, task.criterion.scale)
        known = Bound(task.objective, rate)
        here = known.evaluate(np.zeros_like(start))
        return descend(known, here, task.criterion, max_iter=task.max_iter or self.max_iter, callback=task.callback)


METHOD = GradientDescent()
