"""An objective of which some coefficients are held where they are: what profiles and tests of them minimise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.finish import at_once, by_corrected_steps
from loglik.fit.descent.loop import descend
from loglik.fit.descent.methods.jeffreys import CorrectedInformation
from loglik.fit.hessian.form import WHOLE
from loglik.fit.objective import Evaluation, Objective

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector
    from loglik.fit.descent.finish import Finish
    from loglik.fit.descent.loop import SolverResult

# Half the squared decrement, in nats of all rows, at which a value is near enough.
_NATS = 1e-10


@dataclass(frozen=True)
class HeldObjective(Objective):
    """An objective on a plane: a function of t with ``theta = held + basis t``.

    Jeffreys' prior stays that of all coefficients: the information of those held counts too.

    Parameters
    ----------
    whole : Objective
        The objective.
    held : ndarray of shape (D,)
        A point of the plane.
    basis : ndarray of shape (D, m)
        Its directions.
    """

    whole: Objective | None = None
    held: Vector = field(default_factory=lambda: np.zeros(0))
    basis: Matrix = field(default_factory=lambda: np.zeros((0, 0)))

    @staticmethod
    def of(whole: Objective, held: Vector, basis: Matrix) -> HeldObjective:
        """Restrict an objective to a plane."""
        fields = {name: getattr(whole, name) for name in Objective.__dataclass_fields__}
        return HeldObjective(**fields, whole=whole, held=held, basis=basis)

    def evaluate(self, theta: Vector, *, hessian: bool = False) -> Evaluation:
        """Value, and gradient and Hessian by t."""
        assert self.whole is not None  # noqa: S101
        here = self.whole.evaluate(self.held + self.basis @ theta, hessian=hessian)
        some = None if here.hessian is None else self.basis.T @ here.hessian @ self.basis
        return Evaluation(theta, here.value, self.basis.T @ here.gradient, some, here.log_likelihood, here.margin)


def value_held(whole: Objective, theta: Vector, basis: Matrix, max_iter: int) -> float:
    """Least value over ``theta + basis t``, in nats to `_NATS`: what is left of the way is its square in the value."""
    if not basis.shape[1]:
        return whole.evaluate(theta).value
    enough = ConvergenceCriterion(_NATS / whole.total_weight, np.full(basis.shape[1], np.inf))
    return _descended(whole, theta, basis, enough, max_iter, at_once).point.value


def _descended(
    whole: Objective,
    theta: Vector,
    basis: Matrix,
    criterion: ConvergenceCriterion | float,
    max_iter: int,
    finish: Finish,
) -> SolverResult:
    held = HeldObjective.of(whole, theta, basis)
    here = held.evaluate(np.zeros(basis.shape[1]), hessian=True)
    factor = WHOLE.factor(held, here)
    if isinstance(criterion, float):
        criterion = ConvergenceCriterion(criterion, np.sqrt(factor.diagonal()))
    known = CorrectedInformation(held, factor.solve, factor=factor)
    return descend(known, here, criterion, max_iter=max_iter, finish=finish)


def minimum_held(whole: Objective, theta: Vector, basis: Matrix, tol: float, max_iter: int) -> Evaluation:
    """Minimise over ``theta + basis t`` from t = 0; the answer is of all coefficients, with its Hessian.

    Parameters
    ----------
    whole : Objective
        The objective.
    theta : ndarray of shape (D,)
        Start.
    basis : ndarray of shape (D, m)
        Where it may move.
    tol : float
        Tolerance of the gradient, in standard deviations of the scores of a row, and of half the squared decrement.
    max_iter : int
        Most steps.
    """
    if basis.shape[1]:
        theta = theta + basis @ _descended(whole, theta, basis, tol, max_iter, by_corrected_steps).point.theta
    return whole.evaluate(theta, hessian=True)
