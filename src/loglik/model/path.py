"""How the optimiser got to the estimate: its steps, as they are kept with a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from loglik.model.document_fields import is_a, is_double, must

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.fit.solution import Solution

# Of long descents that many points in each doubling of the steps are kept.
_POINTS = 64


class PathStep(NamedTuple):
    """One point on the way.

    Parameters
    ----------
    iteration, passes : int
        Steps, and reads of the rows, until then.
    loss : float
        What is minimised, in nats.
    gradient_norm : float
        ``max_j |g_j| / s_j`` (formula 9.5).
    """

    iteration: int
    passes: int
    loss: float
    gradient_norm: float


@dataclass
class Recorder:
    """A callback of a fit that keeps its steps, and passes them on.

    Parameters
    ----------
    then : callable or None
        The user's callback.
    """

    then: Callable[[int, int, float, float], None] | None = None
    steps: list[PathStep] = field(default_factory=list)

    def __call__(self, iteration: int, passes: int, loss: float, gradient_norm: float) -> None:
        """Keep a step, of many as many as show the way."""
        if iteration % max(1, (1 << iteration.bit_length()) // (2 * _POINTS)) == 0:
            self.steps.append(PathStep(iteration, passes, float(loss), float(gradient_norm)))
        if self.then is not None:
            self.then(iteration, passes, loss, gradient_norm)

    def path(self, solution: Solution) -> tuple[PathStep, ...]:
        """The way to the end, which is the last point."""
        end = PathStep(solution.iterations, solution.passes, float(solution.point.value), float(solution.gradient_norm))
        return (*(step for step in self.steps if step.iteration < end.iteration), end)


def path_from(document: Any) -> tuple[PathStep, ...]:
    """The path that a model file has.

    Raises
    ------
    WrongDocumentError
        It is no list of steps.
    """
    steps = []
    for each in is_a(document, list, "fit.path"):
        fine = isinstance(each, list) and len(each) == 4 and all(is_double(v) for v in each)
        must(fine and all(isinstance(v, int) and v >= 0 for v in each[:2]), "fit.path is no list of steps")
        steps.append(PathStep(each[0], each[1], float(each[2]), float(each[3])))
    return tuple(steps)
