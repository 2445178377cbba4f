"""The exact Hessian (Newton's method), and the form in which it is held: whole, or bordered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]

# A step that changes no linear predictor by more is tried next where a whole one fails.
_FAR = 20.0


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


@dataclass(frozen=True)
class Exact(KnownHessian):
    """The factored Hessian at a point.

    Parameters
    ----------
    objective : Objective
        What is minimised.
    form : HessianForm
        How its Hessian is held.
    factor : Factor
        The Hessian's factor.
    largest : ndarray of shape (D,) or None
        Largest size of each coefficient's column.
    """

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
        return self.objective.evaluate(theta, hessian=self.form.is_whole)

    def after(self, here: Evaluation, there: Evaluation) -> Exact:  # noqa: ARG002
        """Factor the Hessian at the end of the step."""
        return replace(self, factor=self.form.factor(self.objective, there))

    def shorter(self, length: float, direction: Direction, here: Evaluation, there: Evaluation) -> float:  # noqa: ARG002
        """Half; where there is next to no curvature the whole step is far too long."""
        if length == 1.0 and self.largest is not None:
            length = min(1.0, _FAR / float(np.abs(direction.step) @ self.largest))
        return length / 2.0
