"""When a point is near enough the minimum, and how near it has to be for the last digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.objective import Evaluation, Objective

# Squared length, in standard errors times sqrt(W), and change of any predictor by a column that few rows carry, of steps
# after which the curvature is the same to eight digits or so: what standard errors have.
SHORT, _SHORT_FOR_FEW = 1e-13, 3e-8
_NATS_PER_COEFFICIENT = 5.0


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

    def holds(self, gradient: Vector, half_squared_decrement: float | None) -> bool:
        """Whether both parts hold; a decrement of None is not known, and not asked for."""
        near = half_squared_decrement is None or half_squared_decrement <= self.tol
        return near and self.gradient_norm(gradient) <= self.tol


def leaves_curvature(
    criterion: ConvergenceCriterion, step: Vector, squared_decrement: float, *, scarce: bool = False
) -> bool:
    """Whether the Hessian is the same at both ends of a step, which it mostly is long before rounding is reached.

    A column that few rows carry is a small part of the decrement, but all that those rows have: it is looked at itself.
    Where curvature is scarce, as `is_scarce` says, few rows carry every column.
    """
    if squared_decrement > SHORT:
        return False
    few = criterion.largest if scarce else criterion.carried_by_few
    return few is None or bool(np.max(np.abs(few * step), initial=0.0) <= _SHORT_FOR_FEW)


def is_scarce(objective: Objective, point: Evaluation) -> bool:
    """Whether all rows but a few are predicted with certainty, so that these hold all curvature.

    ``p (1 - p) <= -log p``, so the curvature is worth no more rows than the log-likelihood has nats.
    """
    nats = -point.log_likelihood / objective.total_weight * objective.design.n_rows
    return nats < _NATS_PER_COEFFICIENT * objective.size
