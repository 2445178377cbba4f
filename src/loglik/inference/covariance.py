"""Covariance of the estimates: the inverse observed information, or a sandwich with it outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from loglik.design.pieces import pieces
from loglik.errors import DataError, Finding
from loglik.inference.sandwich import cluster_outer_product, score_outer_product
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Matrix, Vector
    from loglik.design.clusters import Clusters
    from loglik.design.model_spec import WeightKind
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Objective
    from loglik.fit.recoding import Recoding
    from loglik.fit.solution import Solution
    from loglik.inference.kinds import VcovKind

# A covariance that is not positive semi-definite has an eigenvalue below this, that of the largest being 1.
_NEGATIVE = -1e-8
# Share of the variance of kind "model" that is rounding: scores of clusters that are a factor of the model add up to 0.
_ROUNDING = 1e-16
# The outer product of the scores is formed whole.
_MAX_SANDWICH, _SANDWICH_FLOPS = 4_000, 1e13
# The bound is far from sharp: standard errors are good to 1e-6 or so where it says 5e-3.
_FEW_DIGITS_LEFT = 5e-3


def refuse_inference(
    solution: Solution, weight_kind: WeightKind, kind: VcovKind | None = None, *, wanted: bool = True
) -> Finding | None:
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
    if (kind or usual_kind(weight_kind)) != "model" and _is_too_large(solution.objective):
        return Finding("LL303.sandwich", size=solution.objective.size, n_rows=solution.objective.design.n_rows)
    return refuse_weights(solution.objective.weight, weight_kind)


def refuse_weights(weight: Vector, weight_kind: WeightKind) -> Finding | None:
    """Say that weights that are no numbers of rows give no standard errors."""
    whole = all((weight[lo:hi] == np.floor(weight[lo:hi])).all() for lo, hi in pieces(weight.size))
    if weight_kind == "frequency" and not whole:
        return Finding("LL304.not_whole")
    return None


def _is_too_large(objective: Objective) -> bool:
    """Whether the middle of a sandwich would take too long, or too much memory."""
    size = objective.size
    return size > _MAX_SANDWICH or float(objective.design.n_rows) * size * size > _SANDWICH_FLOPS


@dataclass(frozen=True)
class Estimate:
    """Where a likelihood is largest, and how it curves there: what covariances are computed from.

    Parameters
    ----------
    objective : Objective
        The fit's, of the columns as they are fitted.
    theta : ndarray of shape (D,)
        The estimate.
    factor : Factor
        Factor of the Hessian of the objective there.
    recoding : Recoding
        How the columns that are fitted come from those that are there.
    """

    objective: Objective
    theta: Vector
    factor: Factor
    recoding: Recoding

    @classmethod
    def of(cls, solution: Solution) -> Self:
        """The estimate of a fit for which `refuse_inference` has no objection."""
        if solution.factor is None:
            msg = "no Hessian was computed"
            raise ValueError(msg)
        return cls(solution.objective, solution.point.theta, solution.factor, solution.recoding)


def usual_kind(weight_kind: WeightKind) -> VcovKind:
    """The covariance that a fit has unless another is asked for."""
    return "sampling" if weight_kind == "sampling" else "model"


def standard_errors(estimate: Estimate) -> Vector:
    """Square roots of the diagonal of the `covariance` ``"model"``, without the rest of it."""
    objective, factor = estimate.objective, estimate.factor
    with single_threaded_blas():
        variance = factor.inverse_diagonal().reshape(objective.n_classes_free, -1)
        changed, rows = estimate.recoding.changed(objective.free)
        if changed.size:  # var(v'b') = v' H^-1 v for each row v of the Jacobian matrix
            v = np.asarray(np.kron(np.eye(objective.n_classes_free), rows), dtype=np.float64)
            variance[:, changed] = (v * factor.solve(v.T).T).sum(axis=1).reshape(variance.shape[0], -1)
    return np.asarray(np.sqrt(variance.ravel() / objective.total_weight))


def covariance(estimate: Estimate, weight_kind: WeightKind, kind: VcovKind, clusters: Clusters | None = None) -> Matrix:
    """Covariance of the free coefficients, class by class in list order, on the original scale of the columns.

    With ``V = (W H)^-1`` the inverse observed information, ``g_i`` the gradient of the loss of row i (weights in it), n rows
    and D coefficients in all, the kinds are

    - ``model``: V.
    - ``sampling``: ``n/(n-1) V M V`` with ``M = sum_i g_i g_i'`` (Huber 1967; Binder, International Statistical Review 51,
      1983), what rows that stand for others have.
    - ``HC0``: ``V M V``, without a factor (White, Econometrica 48, 1980).
    - ``HC1``: ``n/(n-D) V M V``.
    - ``HC3``: ``V M' V`` with ``g_i / (1 - h_i)`` for ``g_i``, h the leverage (MacKinnon and White, Journal of Econometrics
      29, 1985; two classes only).
    - ``cluster``: ``G/(G-1) V M V`` with ``M = sum_c G_c G_c'``, the sums of ``g_i`` over each of G clusters; with two ways
      of clustering those of each, less that of the clusters of both, each with its own G. There is no factor
      ``(n-1)/(n-D)``, as in R's ``vcovCL`` of a ``glm``; Stata has none either.

    They are those of ``vcovHC`` and ``vcovCL`` in R's sandwich. Where a weight w means w equal rows, it counts as w rows
    in M and in n, as if they stood there one by one; R and statsmodels take it for one row with the w-fold score. Where it
    says how many others the row stands for, it is one row, as in R.

    Parameters
    ----------
    estimate : Estimate
        Of a fit for which `refuse_inference` has no objection.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    kind : str
        One of these.
    clusters : Clusters, optional
        Which rows belong together.

    Raises
    ------
    DataError
        LL234 fewer than two clusters, or such as leave a coefficient no variance; LL236 a kind that cannot be
        computed here.
    """
    objective = estimate.objective
    if kind == "model" and weight_kind == "sampling":
        raise DataError("LL236.sampling")
    if kind != "model" and _is_too_large(objective):
        raise DataError("LL303.sandwich", size=objective.size, n_rows=objective.design.n_rows)
    with single_threaded_blas():
        model = v = estimate.factor.inverse() / objective.total_weight
        if kind != "model":
            v = v @ _middle(estimate, v, kind, clusters, repeated=weight_kind == "frequency") @ v
        changed, _ = estimate.recoding.changed(objective.free)
        if changed.size:
            jacobian = np.kron(np.eye(objective.n_classes_free), estimate.recoding.jacobian(objective.free))
            model, v = jacobian @ model @ jacobian.T, jacobian @ v @ jacobian.T
        v = np.asarray((v + v.T) / 2.0)
    if not (np.diag(v) > _ROUNDING * np.diag(model)).all():
        raise DataError("LL234.no_variance", names=[] if clusters is None else clusters.names)
    return v


def refuse_kind(kind: VcovKind, n_classes: int, clusters: Clusters | None) -> None:
    """Refuse what no estimate could give: HC3 of three classes or more (LL236), no clusters or one (LL234)."""
    if kind == "HC3" and n_classes > 2:
        raise DataError("LL236.two_classes")
    if kind != "cluster":
        return
    if clusters is None:
        raise DataError("LL234.not_named")
    for name, n in zip(clusters.names, clusters.counts, strict=True):
        if n < 2:
            raise DataError("LL234.few", name=name)


def indefinite(v: Matrix, clusters: Sequence[str]) -> Finding | None:
    """Say that the difference of sums over two ways of clustering is negative for some combination of coefficients."""
    if len(clusters) < 2:
        return None
    error = np.sqrt(np.diag(v))
    if np.linalg.eigvalsh(v / np.outer(error, error)).min() > _NEGATIVE * error.size:
        return None
    return Finding("LL308.indefinite", names=clusters)


def _middle(estimate: Estimate, v: Matrix, kind: VcovKind, clusters: Clusters | None, *, repeated: bool) -> Matrix:
    objective, theta = estimate.objective, estimate.theta
    n = objective.total_weight if repeated else float(objective.design.n_rows)
    refuse_kind(kind, objective.n_classes_free + 1, clusters)
    if clusters is not None and kind == "cluster":
        return _of_clusters(objective, theta, clusters)
    if kind == "HC3":
        middle = score_outer_product(objective, theta, repeated=repeated, shrink=v)
        if not np.isfinite(middle).all():
            raise DataError("LL236.leverage")
        return middle
    least = {"HC1": objective.size, "sampling": 1}.get(kind, 0)
    if n <= least:
        raise DataError("LL236.few_rows", kind=kind, n=int(n), least=least)
    middle = score_outer_product(objective, theta, repeated=repeated)
    return middle * (n / (n - least)) if least else middle


def _of_clusters(objective: Objective, theta: Vector, clusters: Clusters) -> Matrix:
    total = np.zeros((objective.size, objective.size))
    for sign, codes, n in clusters.parts():
        total += sign * n / (n - 1.0) * cluster_outer_product(objective, theta, codes, n)
    return total
