"""When a fit has arrived, and the record of the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]


# Relative change of the objective that rounding may hide.
_UNRESOLVED = 1e-10
# Squared length, in standard errors times sqrt(W), and change of any predictor by a column that few rows carry, of steps
# after which the curvature is the same to eight digits or so: what standard errors have.
SHORT, _SHORT_FOR_FEW = 1e-13, 3e-8
_NATS_PER_COEFFICIENT = 5.0


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
    weights: npt.NDArray[np.float64]
    loss: float
    gradient_norm: float


@dataclass(frozen=True)
class ConvergenceCriterion:
    """Converged means ``max_j |g_j| / s_j <= tol`` and half the squared Newton decrement ``<= tol``.

    ``s_j`` is the root mean square of a dense column (1 for levels, sparse columns and the intercept), so that the
    rule does not depend on units.

    Parameters
    ----------
    tol : float
        Tolerance.
    scale : ndarray of shape (D,)
        ``s_j`` for each entry of theta.
    carried_by_few : ndarray of shape (D,) or None
        Largest size of the columns that few rows may carry, such as levels (1), and 0 for all others.
    largest : ndarray of shape (D,) or None
        Largest size of each column.
    """

    tol: float
    scale: Vector
    carried_by_few: Vector | None = None
    largest: Vector | None = None

    def gradient_norm(self, gradient: Vector) -> float:
        """``max_j |g_j| / s_j``."""
        return float(np.max(np.abs(gradient) / self.scale, initial=0.0))

    def holds(self, gradient: Vector, half_squared_decrement: float) -> bool:
        """Whether both parts hold."""
        return self.gradient_norm(gradient) <= self.tol and half_squared_decrement <= self.tol


@dataclass(frozen=True)
class SolverResult:
    """Where an optimiser stopped.

    Parameters
    ----------
    point : Evaluation
        The objective there.
    iterations : int
        Steps taken.
    half_squared_decrement : float
        ``g' H^-1 g / 2``, with the exact or (L-BFGS on large problems) the approximate inverse Hessian.
    converged : bool
        Whether the rule holds.
    factor : Factor or None
        Factor of the exact Hessian at the point, if it was computed.
    stopped : bool
        Whether the watch ended the run.
    exhausted : bool
        Whether no step leads further down: the objective has no digits left.
    """

    point: Evaluation
    iterations: int
    half_squared_decrement: float
    converged: bool
    factor: Factor | None = None
    stopped: bool = False
    exhausted: bool = False


Watch = "Callable[[int, Evaluation], bool]"
"""Called once per iteration; True ends the run (the classes turned out to be separable)."""


def sufficient_decrease(new: Evaluation, old: Evaluation, promised: float, step: Vector) -> bool:
    """Armijo's rule; and where what is promised is too little for the objective to show, what the slopes show.

    The linear predictors of nearly collinear columns are small differences of large products: their rounding moves
    the objective by more than the last steps do, but the slope along the step still falls (approximate Wolfe
    conditions: Hager and Zhang, SIAM Journal on Optimization 16, 2005).

    Parameters
    ----------
    new, old : Evaluation
        Before and after ``-length * step``.
    promised : float
        ``length`` times the slope at `old`.
    step : ndarray of shape (D,)
        The direction taken is its opposite.
    """
    if not np.isfinite(new.value):
        return False
    noise = 8.0 * np.finfo(float).eps * abs(old.value)
    if new.value <= old.value - 1e-4 * promised + noise:
        return True
    unresolved = promised <= _UNRESOLVED * abs(old.value) and new.value <= old.value + _UNRESOLVED * abs(old.value)
    return unresolved and bool(abs(new.gradient @ step) <= 0.9 * (old.gradient @ step))


def leaves_curvature(
    rule: ConvergenceCriterion, step: Vector, squared_decrement: float, *, scarce: bool = False
) -> bool:
    """Whether the Hessian is the same at both ends of a step, which it mostly is long before rounding is reached.

    A column that few rows carry is a small part of the decrement, but all that those rows have: it is looked at itself.
    Where curvature is scarce, few rows carry every column.

    Parameters
    ----------
    rule : ConvergenceCriterion
        Which columns these are.
    step : ndarray of shape (D,)
        The step.
    squared_decrement : float
        Its squared length in the norm of the Hessian.
    scarce : bool
        As `is_scarce` says.
    """
    if squared_decrement > SHORT:
        return False
    few = rule.largest if scarce else rule.carried_by_few
    return few is None or bool(np.max(np.abs(few * step), initial=0.0) <= _SHORT_FOR_FEW)


def is_scarce(objective: Objective, point: Evaluation) -> bool:
    """Whether all rows but a few are predicted with certainty, so that these hold all curvature.

    ``p (1 - p) <= -log p``, so the curvature is worth no more rows than the log-likelihood has nats.
    """
    nats = -point.log_likelihood / objective.total_weight * objective.design.n_rows
    return nats < _NATS_PER_COEFFICIENT * objective.size
