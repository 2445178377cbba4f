"""What goes on at each point of a descent: it is recorded, reported, and suspected of following separated classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.verdict import Existence

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.fit.descent.loop import Callback, Recent
    from loglik.fit.descent.method import Patience
    from loglik.fit.objective import Evaluation
    from loglik.fit.problem import Problem


@dataclass(frozen=True)
class Step:
    """One point of a trajectory.

    Parameters
    ----------
    iteration : int
        0 is the start.
    weights : ndarray of shape (C, P)
        Coefficients in storage order.
    loss : float
        The objective, in nats.
    gradient_norm : float
        Largest absolute entry of the gradient.
    """

    iteration: int
    weights: Matrix
    loss: float
    gradient_norm: float


def observer(problem: Problem, existence: Existence, patience: Patience, trajectory: list[Step]) -> Callback:
    """Make the callback of a descent; it ends the run once the classes turn out to be separable.

    Steps go into the trajectory if the options say so, and what is seen of separation into `existence`.
    """
    options, objective = problem.options, problem.objective
    may_be_separable = options.may_not_exist

    def callback(iteration: int, here: Evaluation, recent: Recent) -> bool:
        if options.trajectory:
            size = float(np.max(np.abs(here.gradient), initial=0.0))
            trajectory.append(Step(iteration, problem.original_scale(here.theta), here.value, size))
        if options.callback is not None:
            norm = problem.criterion.gradient_norm(here.gradient)
            options.callback(iteration, objective.passes.count, here.value, norm)
        if not may_be_separable:
            return False
        if not existence.settled and patience.columns_after is not None:
            _suspect(problem, existence, patience, iteration, here, recent)
        return existence.separation is not None

    return callback


def _suspect(
    problem: Problem, existence: Existence, patience: Patience, iteration: int, here: Evaluation, recent: Recent
) -> None:
    free = problem.objective.free
    if here.margin > 0.0 and problem.objective.offset is None:
        existence.try_point(free, problem.original_scale(here.theta))
    elif iteration == patience.columns_after:
        existence.look_at_columns(free)
    elif iteration in patience.search_after:
        search_rows(problem, existence, here.theta, recent)


def search_rows(problem: Problem, existence: Existence, theta: Vector, recent: Recent) -> None:
    """Search the rows as they are; where that settles nothing, those of the columns that are fitted in their place."""
    objective, recoding = problem.objective, problem.recoding
    points = [objective.expand(point) for point in (theta, *recent[:1])]
    existence.look(objective.free, *(recoding.coefficients(beta) for beta in points))
    if existence.settled or not (recoding.replaced.size or recoding.slopes):
        return
    design = objective.design
    recoded = Existence(
        design.centered(np.zeros_like(design.center)), objective.label, objective.n_classes_free,
        intercept=problem.options.intercept, threads=objective.threads,
    )  # fmt: skip
    recoded.look(objective.free, *(recoding.uncentered(beta) for beta in points))
    existence.proved = recoded.proved
    if recoded.separation is not None:
        direction = recoding.unreplaced(recoded.separation.direction)
        existence.separation = replace(recoded.separation, direction=direction, exact=False)
