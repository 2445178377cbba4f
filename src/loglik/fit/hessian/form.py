"""The exact Hessian of a fit is held whole, or bordered; its factor serves alike, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.hessian.bordered import HighCardinality, SchurFactor
from loglik.fit.hessian.cholesky import ScaledCholesky

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.objective import Evaluation, Objective

Factor = ScaledCholesky | SchurFactor


class Whole:
    """One matrix of all coefficients, formed in the same read of the rows as the gradient."""

    is_whole, n_eliminated = True, 0

    def evaluate(self, objective: Objective, theta: Vector) -> Evaluation:
        """Evaluate an objective, and what its Hessian can share of that read of the rows."""
        return objective.evaluate(theta, hessian=True)

    def factor(self, objective: Objective, point: Evaluation) -> ScaledCholesky:  # noqa: ARG002
        """Factor the Hessian that was formed with the gradient."""
        if point.hessian is None:
            msg = "the point was evaluated without its Hessian"
            raise ValueError(msg)
        return ScaledCholesky.of(point.hessian)


WHOLE = Whole()
HessianForm = Whole | HighCardinality
"""Chosen once for a fit (`plan.hessian_form`)."""
