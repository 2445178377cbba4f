"""What is known of the Hessian at a point: all that the methods of descent differ in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Vector
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation, Objective

    Preconditioner = Callable[[Vector], Vector]


@dataclass(frozen=True)
class Direction:
    """A step ``H^-1 g``, whose opposite is taken, and what it promises.

    The squared decrement is ``g' H^-1 g``; None where the Hessian is but bounded, and the step is taken as it is.
    """

    step: Vector
    squared_decrement: float | None

    @property
    def half_squared_decrement(self) -> float | None:
        """``g' H^-1 g / 2``, by which a quadratic would fall."""
        return None if self.squared_decrement is None else self.squared_decrement / 2.0


def newton_direction(gradient: Vector, step: Vector) -> Direction:
    """Step that solves, exactly or nearly, ``H s = g`` with a positive definite H."""
    return Direction(step, max(float(gradient @ step), 0.0))


class KnownHessian(ABC):
    """What is known of the Hessian at one point; a value, never changed."""

    objective: Objective
    factor: Factor | None = None  # of the exact Hessian, if that is known
    tries: int = 30  # lengths of a step that are tried
    resumable: bool = False  # whether it serves at other points too, with one read of the rows a step

    @abstractmethod
    def direction(self, here: Evaluation) -> Direction:
        """Step from a point with the gradient there."""

    def evaluate(self, theta: Vector) -> Evaluation:
        """Read the rows at another point, for all that `after` will want to know there."""
        return self.objective.evaluate(theta)

    def after(self, here: Evaluation, there: Evaluation) -> KnownHessian:  # noqa: ARG002
        """What is known at the end of a step."""
        return self

    def without_memory(self) -> KnownHessian | None:
        """What remains if what was learned on the way misleads; None if nothing was."""
        return None

    def shorter(self, length: float, direction: Direction, here: Evaluation, there: Evaluation) -> float:  # noqa: ARG002
        """Length to try where `length`, which leads there, is too long."""
        return length / 2.0
