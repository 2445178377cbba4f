"""What a method of descent is, and what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import Callback, SolverResult
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.hessian.exact import HessianForm
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.planned import Plan

    Vector = npt.NDArray[np.float64]

Needs = Literal["exact", "products", "secants", "bound"]


@dataclass(frozen=True)
class Patience:
    """When a run that is still going is suspected of following separated classes.

    Parameters
    ----------
    columns_after : int or None
        Iteration at which the ranges of the columns are looked at.
    search_after : tuple of int
        Iterations at which all rows are searched for a separating direction.
    """

    columns_after: int | None
    search_after: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """What a method is given.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    criterion : ConvergenceCriterion
        When a point is near enough.
    plan : Plan
        What was decided of samples, preconditioner and last steps.
    form : HessianForm
        How its exact Hessians are held.
    callback : callable
        ``callback(iteration, here, recent)``, to be called at each point; True ends the run.
    max_iter : int or None
        Most iterations, if the user says so.
    learning_rate : float or None
        The user's, for gradient descent.
    to_rounding : bool
        Whether the last digits are wanted.
    first : (Evaluation, Factor) or None
        The objective at the start, and its factored Hessian, if these are known.
    """

    objective: Objective
    criterion: ConvergenceCriterion
    plan: Plan
    form: HessianForm
    callback: Callback
    max_iter: int | None = None
    learning_rate: float | None = None
    to_rounding: bool = True
    first: tuple[Evaluation, Factor] | None = None


class Method(Protocol):
    """A method of descent."""

    name: str
    """What ``solver`` calls it."""
    needs: Needs
    """What it has to know of the Hessian."""
    max_iter: int
    """Most iterations unless the user says otherwise."""
    patience: Patience
    """When its runs are suspect."""
    offered: bool
    """Whether users may ask for it; others are chosen by the plan alone."""

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Descend from the start, mostly by `loop.descend` with a `KnownHessian` of its own."""
