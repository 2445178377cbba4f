"""The mode of the likelihood with Jeffreys' prior: steps of Fisher's scoring, corrected by the last secants.

The information is not the Hessian of the penalised likelihood; where separation is near, steps with it alone converge
slowly, and the secants see what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion, leaves_curvature
from loglik.fit.descent.finish import at_once, by_corrected_steps
from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.descent.methods.lbfgs import Secants
from loglik.fit.descent.methods.newton import newton
from loglik.fit.hessian.form import WHOLE
from loglik.fit.hessian.known import newton_direction
from loglik.fit.jeffreys import JeffreysObjective, Penalised

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.form import Factor
    from loglik.fit.hessian.known import Direction
    from loglik.fit.jeffreys import HeldPrior
    from loglik.fit.objective import Evaluation, Objective

# Steps on the likelihood alone, whose reads cost half; and nats from its maximum at which it is left: the prior matters.
_LIKELIHOOD_STEPS, _NEAR = 6, 0.1
# The same where reads without the information cost next to nothing beside it.
_CHEAP_STEPS, _NEARER = 12, 0.01
# Products of entries of the rows from which that is so; and rows for each coefficient, by which the prior changes little.
_PRODUCTS, _ROWS_EACH = 1e6, 20
# Nats of a step from which the prior is taken to change little on it, and what is little: its change beside the likelihood's.
_NEAR_ENOUGH, _LITTLE = 1.0, 0.1
# Steps with the prior's tangent, and the squared decrement they leave: beside that at their start, and at most.
_TANGENT_STEPS, _LEFT, _NOTHING = 6, 1e-9, 1e-21
# What a change of the prior's score may leave of the decrement, beside the tolerance.
_UNNOTICED = 0.05


@dataclass(frozen=True)
class CorrectedInformation(Secants):
    """The secants so far, with the inverse information of the last point in the place of the preconditioner."""

    factor: Factor | None = None
    tries = 40

    def evaluate(self, theta: Vector) -> Evaluation:
        """With the information."""
        return self.objective.evaluate(theta, hessian=True)

    def after(self, here: Evaluation, there: Evaluation) -> Self:
        """Add the step's secant, and factor the information at its end."""
        factor, pairs = _factor(self.objective, there), super().after(here, there).pairs
        return replace(self, pairs=pairs, factor=factor, precondition=factor.solve)


@dataclass(frozen=True)
class SlowPrior(CorrectedInformation):
    """As `CorrectedInformation` for many rows, beside which the prior's score hardly changes.

    Then the maximum with the prior's tangent is next to the mode, and each read on the way there is one without the
    information. What is left is the change of the prior's score, which has been seen along the step before.

    Parameters
    ----------
    criterion : ConvergenceCriterion
        Where to end.
    last : Penalised or None
        The last point with the information.
    drift : float
        Change of the prior's score along the last step, beside that of the likelihood's.
    """

    criterion: ConvergenceCriterion | None = None
    last: Penalised | None = None
    drift: float = np.inf

    def direction(self, here: Evaluation) -> Direction:
        """The way to the maximum with the prior's tangent, where that is near and the prior changes little."""
        corrected = super().direction(here)
        plain = newton_direction(here.gradient, self.precondition(here.gradient))
        squared = plain.squared_decrement or 0.0
        known = self.drift if np.isfinite(self.drift) else 0.0
        if self.last is None or squared * self.objective.total_weight > _NEAR_ENOUGH or known > _LITTLE:
            return corrected
        enough = ConvergenceCriterion(max(_LEFT * squared, _NOTHING) / 2.0, np.full(here.theta.size, np.inf))
        tangent = Secants(self._tangent(self.last), self.precondition)
        end = descend(tangent, here, enough, max_iter=_TANGENT_STEPS).point
        if end is here:
            return plain
        return newton_direction(here.gradient, here.theta - end.theta)

    def _tangent(self, last: Penalised) -> HeldPrior:
        assert isinstance(self.objective, JeffreysObjective)  # noqa: S101
        return self.objective.with_prior_of(last)

    def evaluate(self, theta: Vector) -> Evaluation:
        """With the information, unless neither it nor the prior's score changes on the way there."""
        last = self.last
        if last is not None and last.hessian is not None and self.criterion is not None:
            step = theta - last.theta
            squared = float(step @ last.hessian @ step)
            same = leaves_curvature(self.criterion, step, squared)
            if same and self.drift * np.sqrt(squared) <= _UNNOTICED * self.criterion.tol:
                return replace(self._tangent(last).evaluate(theta), hessian=last.hessian)
        return super().evaluate(theta)

    def after(self, here: Evaluation, there: Evaluation) -> Self:
        """See how the prior's score has changed."""
        if not isinstance(there, Penalised):
            return self
        step, drift = there.theta - here.theta, np.inf
        seen = float((there.gradient - here.gradient) @ step)
        if isinstance(here, Penalised) and seen > 0.0:
            change = there.prior - here.prior
            drift = float(np.sqrt(max(float(change @ _factor(self.objective, there).solve(change)), 0.0) / seen))
        return replace(super().after(here, there), last=there, drift=drift)


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
        n, entries = objective.design.n_rows, objective.design.entries_per_row
        many = n * entries**2 > _PRODUCTS and n > _ROWS_EACH * objective.size
        first = self._near_the_likelihood(task, start, many=many)
        here = objective.evaluate(first.point.theta, hessian=True)
        factor = _factor(objective, here)
        known = CorrectedInformation(objective, factor.solve, factor=factor)
        if many and isinstance(here, Penalised):
            known = SlowPrior(objective, factor.solve, factor=factor, criterion=task.criterion, last=here)
        return descend(
            known, here, task.criterion, max_iter=task.max_iter or self.max_iter, callback=task.callback,
            finish=by_corrected_steps if task.to_rounding else at_once,
        )  # fmt: skip

    def _near_the_likelihood(self, task: Task, start: Vector, *, many: bool) -> SolverResult:
        """Go near the maximum of the likelihood alone, if there is one."""
        objective = task.objective
        near = (_NEARER if many else _NEAR) / objective.total_weight
        enough = ConvergenceCriterion(near, np.full(objective.size, np.inf))
        steps = min(_CHEAP_STEPS if many else _LIKELIHOOD_STEPS, task.max_iter or self.max_iter)
        if not many or task.first is None:
            return newton(objective.likelihood, start, enough, steps, finish=False, first=task.first)
        here, factor = task.first
        return descend(Secants(objective.likelihood, factor.solve), here, enough, max_iter=steps)


def _factor(objective: Objective, here: Evaluation) -> Factor:
    """The factored information, which the prior mostly has been computed with."""
    known = here.factor if isinstance(here, Penalised) else None
    return WHOLE.factor(objective, here) if known is None else known


METHOD = Jeffreys()
