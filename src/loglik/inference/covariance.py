"""Covariance of the estimates: the inverse observed information, or the sandwich for sampling weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.errors import Finding
from loglik.inference.sandwich import score_outer_product
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.model_spec import WeightKind
    from loglik.fit.solution import Solution

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]

# The outer product of the scores is formed whole.
_MAX_SANDWICH, _SANDWICH_FLOPS = 4_000, 1e13
# The bound is far from sharp: standard errors are good to 1e-6 or so where it says 5e-3.
_FEW_DIGITS_LEFT = 5e-3


def refuse_inference(solution: Solution, weight_kind: WeightKind, *, wanted: bool = True) -> Finding | None:
    """Say why standard errors of this fit would be wrong, if they would; or that they are not `wanted`."""
    if solution.separation is not None:
        return Finding("LL201.no_errors")
    if solution.objective.alpha > 0.0:
        return Finding("LL301.penalised", alpha=solution.objective.alpha)
    if solution.singular:
        return Finding("LL211.no_inverse")
    if solution.arrived and solution.undecided:
        return Finding("LL206.no_errors")
    if not solution.converged:
        return Finding("LL203.no_errors")
    if solution.step_error > _FEW_DIGITS_LEFT:
        return Finding("LL214.two_rows")
    if solution.factor is None and not wanted:
        return Finding("LL305.not_asked")
    if solution.factor is None:
        return Finding("LL303.inverse", size=solution.objective.size)
    size, n_rows = solution.objective.size, solution.objective.design.n_rows
    if weight_kind == "sampling" and (size > _MAX_SANDWICH or float(n_rows) * size * size > _SANDWICH_FLOPS):
        return Finding("LL303.sandwich", size=size, n_rows=n_rows)
    weight = solution.objective.weight
    if weight_kind == "frequency" and not np.array_equal(weight, np.floor(weight)):
        return Finding("LL304.not_whole")
    return None


def standard_errors(solution: Solution, weight_kind: WeightKind) -> Vector:
    """Square roots of the diagonal of `covariance`, without the rest of it where that is not needed.

    Parameters
    ----------
    solution : Solution
        A fit for which `refuse_inference` has no objection.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    """
    objective = solution.objective
    if weight_kind == "sampling" or solution.factor is None:
        return np.asarray(np.sqrt(np.diag(covariance(solution, weight_kind))))
    with single_threaded_blas():
        variance = solution.factor.inverse_diagonal().reshape(objective.n_classes_free, -1)
        changed, rows = solution.recoding.changed(objective.free)
        if changed.size:  # var(v'b') = v' H^-1 v for each row v of the Jacobian matrix
            v = np.asarray(np.kron(np.eye(objective.n_classes_free), rows), dtype=np.float64)
            variance[:, changed] = (v * solution.factor.solve(v.T).T).sum(axis=1).reshape(variance.shape[0], -1)
    return np.asarray(np.sqrt(variance.ravel() / objective.total_weight))


def covariance(solution: Solution, weight_kind: WeightKind) -> Matrix:
    """Covariance of the free coefficients, class by class in list order, on the original scale of the columns.

    Frequency weights (a weight w means w equal rows): ``V = (W H)^-1``, the inverse observed information. Sampling
    weights (a weight w means that the row stands for w others): ``n/(n-1) V M V`` with ``M = sum_i g_i g_i'`` the
    outer product of the weighted scores (Huber 1967; Binder, International Statistical Review 51, 1983).

    Parameters
    ----------
    solution : Solution
        A fit for which `refuse_inference` has no objection.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    """
    objective = solution.objective
    if solution.factor is None:
        msg = "no Hessian was computed"
        raise ValueError(msg)
    with single_threaded_blas():
        v = solution.factor.inverse() / objective.total_weight
        if weight_kind == "sampling":
            n = objective.design.n_rows
            v = v @ score_outer_product(objective, solution.point.theta) @ v * (n / (n - 1.0))
        changed, _ = solution.recoding.changed(objective.free)
        if not changed.size:
            return v
        jacobian = np.kron(np.eye(objective.n_classes_free), solution.recoding.jacobian(objective.free))
        v = jacobian @ v @ jacobian.T
        return np.asarray((v + v.T) / 2.0)
