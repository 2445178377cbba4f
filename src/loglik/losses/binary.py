"""Binary cross-entropy (Text A, (2); Text D, D.loss): ``-(1/N) sum_i [t_i log y_i + (1 - t_i) log(1 - y_i)]``.

By logits, with ``softplus(x) = log(1 + e^x)``: ``c t softplus(-x) + (1 - t) softplus(x)``, c the weight of class 1;
two terms >= 0. Its derivative is ``(1 - t) sigmoid(x) - c t sigmoid(-x)`` (``sigmoid(x) - t`` for c = 1), its second
derivative ``(c t + 1 - t) sigmoid(x) sigmoid(-x)``. By probabilities nothing is clipped: log 0 gives inf (the derivative
``(y - t) / (y (1 - y))``, D.ce').
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.pool import over_rows
from loglik.losses.reduction import Denominator, Infinite, Reduction, divisor, finite_rows, reduced

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating[Any]]


def binary_cross_entropy(
    *,
    logits: Any = None,
    probs: Any = None,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    infinite: Infinite = "keep",
    threads: int | None = None,
) -> Any:
    """Binary cross-entropy, in nats.

    Parameters
    ----------
    logits, probs : array
        Exactly one: log-odds, or probabilities of the class 1.
    targets : array of the same shape
        Probabilities of the class 1, often 0 or 1.
    sample_weight : array of the same shape, optional
        Weight of each entry.
    pos_weight : float, optional
        c: factor of the term of the class 1.
    reduction : {"mean", "sum", "none"}
        ``"none"`` gives the weighted loss of each entry.
    denominator : {"weights", "rows"} or float
        What the mean divides by: the sum of sample weights, the number of entries, or a number.
    infinite : {"keep", "refuse"}
        A loss is infinite where a probability is 0; ``"refuse"`` raises LL148 with the first such entry instead.
    threads : int, optional
        Threads; the result does not depend on it.

    Returns
    -------
    float, or float64 array with ``reduction="none"``

    Raises
    ------
    DataError
        LL140, LL142, LL144 to LL148, naming the first offending entry.

    Examples
    --------
    >>> from loglik.losses import binary_cross_entropy
    >>> binary_cross_entropy(logits=[40.0], targets=[1])
    4.248354255291589e-18
    >>> binary_cross_entropy(probs=[0.0], targets=[1])
    inf
    """
    x, t, w, by, c = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator)
    if probs is None:
        return _result(
            _fused(x, t, w, by, c, threads, rows=reduction == "none" or infinite != "keep")[0],
            x,
            reduction,
            by,
            infinite,
        )
    return _result(_weighted(_loss_of_probabilities(x, t, c), w), x, reduction, by, infinite)


def binary_cross_entropy_value_and_grad(
    *,
    logits: Any = None,
    probs: Any = None,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    infinite: Infinite = "keep",
    threads: int | None = None,
    out: Floats | None = None,
) -> tuple[Any, Floats]:
    """Binary cross-entropy and its gradient by the logits (or probabilities).

    Parameters
    ----------
    logits, probs, targets, sample_weight, pos_weight, reduction, denominator, infinite, threads
        See `binary_cross_entropy`.
    out : array, optional
        C-contiguous array of the shape and type of the logits that takes the gradient.

    Returns
    -------
    value, gradient
        The gradient has the shape and type of the logits.
    """
    x, t, w, by, c = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator)
    if out is not None and (out.shape != x.shape or out.dtype != x.dtype or not out.flags.c_contiguous):
        raise DataError("LL147", f"out must be a C-contiguous {x.dtype} array of shape {x.shape}", "Or leave it out.")
    grad = np.empty(x.shape, x.dtype) if out is None else out
    if probs is None:
        loss = _fused(x, t, w, by, c, threads, rows=reduction == "none" or infinite != "keep", grad=grad)[0]
    else:
        loss = _weighted(_loss_of_probabilities(x, t, c), w)
        p, t = x.astype(np.float64), t.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(t < 1.0, (1.0 - t) / (1.0 - p), 0.0) - np.where(t > 0.0, c * t / p, 0.0)
        grad[...] = _weighted(slope, w) / by
    return _result(loss, x, reduction, by, infinite), grad


def binary_cross_entropy_hvp(
    vector: Any,
    *,
    logits: Any,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
) -> Floats:
    """Product of the Hessian of `binary_cross_entropy` by the logits, which is diagonal, with a vector.

    Parameters
    ----------
    vector : array of the shape of the logits
        What the Hessian is applied to.
    logits, targets, sample_weight, pos_weight, reduction, denominator
        See `binary_cross_entropy`.
    """
    x, t, w, by, c = _problem(logits, None, targets, sample_weight, pos_weight, reduction, denominator)
    v = checks.floating(vector, "vector")
    checks.same_shape("vector", v, x.shape)
    checks.no_nan("logits", np.atleast_1d(x))
    a = np.exp(-np.abs(x.astype(np.float64)))
    curvature = (c * t + (1.0 - t)) * (a / (1.0 + a)) / (1.0 + a)  # sigmoid(x) sigmoid(-x)
    return np.asarray(_weighted(curvature, w) / by * v, dtype=x.dtype)


def _problem(
    logits: Any, probs: Any, targets: Any, sample_weight: Any, pos_weight: float | None, reduction: Reduction,
    denominator: Denominator,
) -> tuple[Floats, Floats, Vector | None, float, float]:  # fmt: skip
    """Logits or probabilities, targets, weights, what the mean divides by, and the weight of the class 1."""
    checks.exactly_one(logits=logits, probs=probs)
    name = "logits" if probs is None else "probs"
    x = checks.floating(logits if probs is None else probs, name)
    checks.not_empty(x.shape)
    t = checks.floating(targets, "targets")
    checks.same_shape("targets", t, x.shape)
    if probs is not None:
        checks.probabilities("targets", np.atleast_1d(t), rows=False)
        checks.probabilities(name, np.atleast_1d(x), rows=False)
    if pos_weight is not None and not (np.isfinite(pos_weight) and pos_weight > 0.0):
        raise DataError("LL118", f"pos_weight = {pos_weight} is out of range", "It must be a positive number.")
    w = None
    if sample_weight is not None:
        w = np.asarray(sample_weight, dtype=np.float64)
        checks.same_shape("sample_weight", w, x.shape)
        if not np.isfinite(w).all() or (w < 0.0).any():
            raise DataError("LL114", "sample_weight must be finite and >= 0", "Mend the weights.")
    by = divisor(reduction, denominator, w, x.size)
    return x, t, w, by, 1.0 if pos_weight is None else float(pos_weight)


def _fused(
    x: Floats, t: Floats, w: Vector | None, by: float, c: float, threads: int | None, *, rows: bool,
    grad: Floats | None = None,
) -> tuple[Vector, Floats]:  # fmt: skip
    """Losses of entries if `rows`, or sums of them; and the gradient into `grad`."""
    from loglik.kernels.binary_cross_entropy import ENTRIES, binary

    n = x.size
    flat, target = np.ascontiguousarray(x).reshape(n), np.ascontiguousarray(t).reshape(n)
    weight = np.empty(0) if w is None else np.ascontiguousarray(w).reshape(n)
    slope = flat[:0] if grad is None else grad.reshape(n)
    loss, sums = np.empty(n if rows else 0), np.empty(-(-n // ENTRIES))

    def work(lo: int, hi: int) -> Any:
        return binary(
            flat[lo:hi], target[lo:hi], weight[lo:hi], c, by, loss[lo:hi], sums[lo // ENTRIES : -(-hi // ENTRIES)],
            slope[lo:hi],
        )  # fmt: skip

    if any(over_rows(work, n, 1, ENTRIES, threads)):
        checks.probabilities("targets", np.atleast_1d(t), rows=False)
    if np.isnan(sums.sum()):
        checks.no_nan("logits", np.atleast_1d(x))
    return loss if rows else sums, slope


def _result(loss: Vector, x: Floats, reduction: Reduction, by: float, infinite: Infinite) -> Any:
    if infinite != "keep":
        finite_rows(loss.reshape(-1), infinite)
    return np.asarray(loss).reshape(x.shape) if reduction == "none" else reduced(loss.reshape(-1), reduction, by)


def _loss_of_probabilities(x: Floats, t: Floats, c: float) -> Vector:
    x, t = x.astype(np.float64), t.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        positive = np.where(t > 0.0, c * t * -np.log(x), 0.0)
        return positive + np.where(t < 1.0, (1.0 - t) * -np.log1p(-x), 0.0)


def _weighted(values: Vector, weight: Vector | None) -> Vector:
    if weight is None:
        return values
    with np.errstate(invalid="ignore"):
        return np.where(weight > 0.0, weight * values, 0.0)
