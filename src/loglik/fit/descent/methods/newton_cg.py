"""Newton's method whose steps come from conjugate gradients: the Hessian is never formed, only applied.

Each product reads the rows once, without an exponential. Steps are found as exactly as they are worth (Dembo, Eisenstat
and Steihaug, SIAM Journal on Numerical Analysis 19, 1982): roughly at first, and to the square root of the distance
left near the end, which makes the method superlinear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction
from loglik.fit.hessian.operator import HessianOperator
from loglik.fit.hessian.preconditioner import preconditioner_of_operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Vector
    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.objective import Evaluation, Objective

MAX_PRODUCTS = 300
"""Most products for one step."""
# Forcing term, the share of the gradient that a step may leave: at most this, and no less than a tenth of the tolerance.
_ROUGHLY, _OF_TOLERANCE = 0.3, 0.1


@dataclass(frozen=True)
class Products(KnownHessian):
    """The Hessian as an operator at a point, and an approximate inverse, symmetric and positive definite."""

    objective: Objective
    operator: HessianOperator
    precondition: Preconditioner
    preconditioner_at: Callable[[HessianOperator], Preconditioner]
    criterion: ConvergenceCriterion
    first: float  # ``g' M^-1 g`` at the start, M the preconditioner

    @staticmethod
    def at(
        here: Evaluation,
        objective: Objective,
        preconditioner_at: Callable[[HessianOperator], Preconditioner],
        criterion: ConvergenceCriterion,
    ) -> Products:
        """Start from a point."""
        operator = HessianOperator(objective, here)
        precondition = preconditioner_at(operator)
        first = float(here.gradient @ precondition(here.gradient))
        return Products(objective, operator, precondition, preconditioner_at, criterion, first)

    def direction(self, here: Evaluation) -> Direction:
        """``H s = g``, solved as exactly as the distance left is worth; where next to none is, by the preconditioner."""
        g, tol = here.gradient, self.criterion.tol
        norm = self.criterion.gradient_norm(g)
        rough = self.precondition(g)
        if norm <= tol:
            return newton_direction(g, rough)
        left = float(g @ rough) / self.first if self.first > 0.0 else 0.0
        forcing = min(_ROUGHLY, float(np.sqrt(np.sqrt(left))))
        forcing = max(forcing, min(_ROUGHLY, _OF_TOLERANCE * tol / norm)) if norm > 0.0 else forcing
        return newton_direction(g, conjugate_gradients(self.operator.product, g, self.precondition, forcing))

    def after(self, here: Evaluation, there: Evaluation) -> Products:  # noqa: ARG002
        """Take the operator at the end of the step, unless the gradient is within the tolerance there."""
        if self.criterion.gradient_norm(there.gradient) <= self.criterion.tol:
            return self
        operator = HessianOperator(self.objective, there)
        return replace(self, operator=operator, precondition=self.preconditioner_at(operator))


def conjugate_gradients(
    product: Callable[[Vector], Vector], g: Vector, precondition: Preconditioner, forcing: float
) -> Vector:
    """``H s = g`` until the residual, in the preconditioner's norm, is the forcing term's share of that of g.

    ``product(v)`` is ``H v``, and `precondition` applies an approximate inverse of H.
    """
    s, r = np.zeros_like(g), g.copy()
    z = precondition(r)
    d, rz = z, float(r @ z)
    enough = forcing * forcing * rz
    for _ in range(MAX_PRODUCTS):
        hd = product(d)
        curvature = float(d @ hd)
        if curvature <= 0.0:
            break
        s += (rz / curvature) * d
        r -= (rz / curvature) * hd
        z = precondition(r)
        before, rz = rz, float(r @ z)
        if rz <= enough:
            break
        d = z + (rz / before) * d
    return s


class NewtonCG:
    """One read of the rows for the gradient, and one for each product with the Hessian."""

    name = "newton-cg"
    needs = "products"
    offered = False
    max_iter = 100
    patience = Patience(8, (10, 25))

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Take steps found by conjugate gradients."""

        def preconditioner_at(operator: HessianOperator) -> Preconditioner:
            return preconditioner_of_operator(task.plan.preconditioner, operator, task.criterion.scale)

        here = task.objective.evaluate(start)
        known = Products.at(here, task.objective, preconditioner_at, task.criterion)
        return descend(known, here, task.criterion, max_iter=task.max_iter or self.max_iter, callback=task.callback)


METHOD = NewtonCG()
