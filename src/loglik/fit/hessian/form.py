"""The form in which the exact Hessian is held: whole, or bordered (`bordered.HighCardinality`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from loglik.fit.hessian.cholesky import ScaledCholesky

if TYPE_CHECKING:
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation, Objective


class HessianForm(Protocol):
    """How the Hessian of an objective is held and factored: chosen once for a fit (`plan.hessian_form`)."""

    @property
    def is_whole(self) -> bool:
        """Whether it is a matrix of all coefficients, and so formed in the same read of the rows as the gradient."""

    @property
    def n_eliminated(self) -> int:
        """Coefficients that are eliminated before the rest is factored."""

    def factor(self, objective: Objective, point: Evaluation) -> Factor:
        """Factor the Hessian at a point."""


class Whole:
    """One matrix of all coefficients."""

    is_whole, n_eliminated = True, 0

    def factor(self, objective: Objective, point: Evaluation) -> Factor:  # noqa: ARG002
        """Factor the Hessian that was formed with the gradient."""
        if point.hessian is None:
            msg = "the point was evaluated without its Hessian"
            raise ValueError(msg)
        return ScaledCholesky.of(point.hessian)


WHOLE = Whole()
