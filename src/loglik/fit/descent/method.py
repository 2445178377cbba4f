"""What a method of descent is, and what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import Callback, SolverResult
    from loglik.fit.hessian.form import Factor, HessianForm
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.planned import Plan

Needs = Literal["exact", "products", "secants", "bound"]


@dataclass(frozen=True)
class Patience:
    """When a run that is still going is suspected of following separated classes."""

    columns_after: int | None  # iteration at which the ranges of the columns are looked at
    search_after: tuple[int, ...]  # iterations at which all rows are searched for a separating direction


@dataclass(frozen=True)
class Task:
    """What a method is given."""

    objective: Objective
    criterion: ConvergenceCriterion
    plan: Plan
    form: HessianForm  # of the exact Hessians on the way
    callback: Callback  # called at each point with (iteration, here, recent); True ends the run
    max_iter: int | None  # if the user says so
    learning_rate: float | None  # the user's, for gradient descent
    to_rounding: bool  # whether the last digits are wanted
    first: tuple[Evaluation, Factor] | None  # the objective at the start, and its factored Hessian, if known


class Method(Protocol):
    """A method of descent."""

    name: str  # what ``solver`` calls it
    needs: Needs  # what it has to know of the Hessian
    offered: bool  # whether users may ask for it; others are chosen by the plan alone
    max_iter: int  # most iterations unless the user says otherwise
    patience: Patience

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Descend from the start, mostly by `loop.descend` with a `KnownHessian` of its own."""
