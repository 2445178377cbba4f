"""The mode of the likelihood with Jeffreys' prior: steps of Fisher's scoring, corrected by the last secants.

The information is not the Hessian of the penalised likelihood; where separation is near, steps with it alone converge
slowly, and the secants see what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.finish import at_once, by_corrected_steps
from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.descent.methods.lbfgs import Secants
from loglik.fit.descent.methods.newton import newton
from loglik.fit.hessian.form import WHOLE

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation

# Steps on the likelihood alone, whose reads cost half; and nats from its maximum at which it is left: the prior matters.
_LIKELIHOOD_STEPS, _NEAR = 6, 0.1


@dataclass(frozen=True)
class CorrectedInformation(Secants):
    """The secants so far, with the inverse information of the last point in the place of the preconditioner."""

    factor: Factor | None = None
    tries = 40

    def evaluate(self, theta: Vector) -> Evaluation:
        """With the information."""
        return self.objective.evaluate(theta, hessian=True)

    def after(self, here: Evaluation, there: Evaluation) -> CorrectedInformation:
        """Add the step's secant, and factor the information at its end."""
        factor, pairs = WHOLE.factor(self.objective, there), super().after(here, there).pairs
        return replace(self, pairs=pairs, factor=factor, precondition=factor.solve)


class Jeffreys:
    """Two reads of the rows a step: the information, and the gradient of its logarithmic determinant."""

    name = "jeffreys"
    needs = "exact"
    offered = False
    max_iter = 500
    patience = Patience(None, ())

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Near the estimate of the likelihood alone each step costs half; where there is none, its way leads well."""
        objective = task.objective
        enough = ConvergenceCriterion(_NEAR / objective.total_weight, np.full(objective.size, np.inf))
        max_iter = task.max_iter or self.max_iter
        steps = min(_LIKELIHOOD_STEPS, max_iter)
        first = newton(objective.likelihood, start, enough, steps, finish=False, first=task.first)
        here = objective.evaluate(first.point.theta, hessian=True)
        factor = WHOLE.factor(objective, here)
        return descend(
            CorrectedInformation(objective, factor.solve, factor=factor), here, task.criterion,
            max_iter=task.max_iter or self.max_iter, callback=task.callback,
            finish=by_corrected_steps if task.to_rounding else at_once,
        )  # fmt: skip


METHOD = Jeffreys()
