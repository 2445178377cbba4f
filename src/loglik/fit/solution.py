"""What a fit found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.collinearity import CollinearColumn
    from loglik.fit.descent.criterion import Step
    from loglik.fit.existence.separation import Separation
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.recoding import Recoding

    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Solution:
    """What the fit found.

    Parameters
    ----------
    beta : ndarray of shape (C, P)
        Coefficients in storage order, on the original scale of the columns.
    objective : Objective
        The objective at the end, for the inference.
    recoding : Recoding
        How its columns come from the columns as they are.
    point : Evaluation
        Objective, gradient and log-likelihood at the solution.
    factor : Factor or None
        Factor of the exact Hessian there, where it is affordable.
    free : ndarray of int
        Storage positions of the estimated coefficients, in list order.
    collinear : list of CollinearColumn
        Dropped columns.
    iterations, passes : int
        Steps, and reads of the rows.
    gradient_norm, decrement : float
        ``max_j |g_j| / s_j`` and half the squared Newton decrement.
    arrived : bool
        Whether both are within the tolerance.
    converged : bool
        Whether they are, and the estimate is proved to exist.
    singular : bool
        Whether they are, but the Hessian is singular to working precision.
    predictor_error : float
        Rounding error that the linear predictor of a row may have, computed from `beta`.
    step_error : float
        How far rounding of the gradient may have moved a row's linear predictor, where few rows hold all curvature.
    separation : Separation or None
        Why there is no estimate.
    undecided : bool
        Whether it is neither proved that there is one, nor that there is none.
    trajectory : list of Step
        The way, if asked for.
    """

    beta: Matrix
    objective: Objective
    recoding: Recoding
    point: Evaluation
    factor: Factor | None
    free: Indices
    collinear: list[CollinearColumn]
    iterations: int
    passes: int
    gradient_norm: float
    decrement: float
    arrived: bool
    converged: bool
    singular: bool
    predictor_error: float
    step_error: float
    separation: Separation | None
    undecided: bool
    trajectory: list[Step] = field(default_factory=list)
