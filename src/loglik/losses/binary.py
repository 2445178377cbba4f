"""Binary cross-entropy (formula 6.6): ``-(1/N) sum_i [t_i log y_i + (1 - t_i) log(1 - y_i)]``.

By logits, with ``softplus(x) = log(1 + e^x)``: ``c t softplus(-x) + (1 - t) softplus(x)``, c the weight of class 1;
two terms >= 0. Its derivative is ``(1 - t) sigmoid(x) - c t sigmoid(-x)`` (``sigmoid(x) - t`` for c = 1), its second
derivative ``(c t + 1 - t) sigmoid(x) sigmoid(-x)``. By probabilities nothing is clipped: log 0 gives inf (the derivative
``(y - t) / (y (1 - y))``, D.ce').
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.losses import checks
from loglik.losses.pool import over_rows
from loglik.losses.reduction import (
    Denominator,
    Infinite,
    Reduction,
    averages_itself,
    divisor,
    finite_rows,
    reduced,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Mask, Vector

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
        LL140, LL142, LL144 to LL148, naming the first offending entry; LL114 and LL118 for weights.

    Notes
    -----
    Logits of -inf and +inf are the probabilities 0 and 1. Entries of weight 0 count nothing, whatever they hold, NaN
    included. Without entries, ``reduction="sum"`` gives 0.0 and ``"none"`` an empty array.

    Examples
    --------
    >>> from loglik.losses import binary_cross_entropy
    >>> binary_cross_entropy(logits=[40.0], targets=[1])
    4.248354255291589e-18
    >>> binary_cross_entropy(probs=[0.0], targets=[1])
    inf
    """
    p = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator, infinite)
    threads = checks.thread_count(threads)
    loss = _fused(p, threads)[0] if p.is_logits else _weighted(_loss_of_probabilities(p), p.weight)
    return _result(p, loss)


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
        C-contiguous array of the shape and type of the logits that takes the gradient. It may be the logits themselves,
        or overlap any input; then an array of that size is used on the way.

    Returns
    -------
    value, gradient
        The gradient has the shape and type of the logits.
    """
    p = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator, infinite)
    threads = checks.thread_count(threads)
    if out is not None:
        checks.result_array(out, p.x.shape, p.x.dtype)
    apart = out is None or checks.overlaps(out, p.x, logits, probs, targets, sample_weight)
    grad = np.empty(p.x.shape, p.x.dtype) if out is None or apart else out
    if p.is_logits:
        loss = _fused(p, threads, grad)[0]
    else:
        loss = _weighted(_loss_of_probabilities(p), p.weight)
        with np.errstate(over="ignore"):
            grad[...] = _weighted(_slope_of_probabilities(p), p.weight) / p.by
    value = _result(p, loss)
    if out is not None and apart:  # nothing is read that was written, and the logits outlive an error
        out[...] = grad
    return value, grad if out is None else out


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
    p = _problem(logits, None, targets, sample_weight, pos_weight, reduction, denominator, "keep")
    v = checks.floating(vector, "vector")
    checks.same_shape("vector", v, p.x.shape)
    checks.probabilities("targets", np.atleast_1d(p.t), p.counts, rows=False)
    checks.no_nan("logits", np.atleast_1d(p.x), p.counts)
    checks.finite("vector", np.atleast_1d(v), p.counts)
    t = p.t.astype(np.float64)
    a = np.exp(-np.abs(p.x.astype(np.float64)))
    curvature = (p.c * t + (1.0 - t)) * (a / (1.0 + a)) / (1.0 + a)  # sigmoid(x) sigmoid(-x)
    with np.errstate(over="ignore", invalid="ignore"):
        return _weighted(curvature * v, p.weight, p.by).astype(p.x.dtype)


@dataclass(frozen=True)
class _Problem:
    """Checked arguments: c is the weight of the class 1; `counts` are the entries that count for anything, None all."""

    x: Floats
    is_logits: bool
    t: Floats
    weight: Vector | None
    counts: Mask | None
    c: float
    reduction: Reduction
    by: float
    infinite: Infinite


def _problem(
    logits: Any, probs: Any, targets: Any, sample_weight: Any, pos_weight: float | None, reduction: Reduction,
    denominator: Denominator, infinite: Infinite,
) -> _Problem:  # fmt: skip
    checks.exactly_one(logits=logits, probs=probs)
    checks.one_of(infinite, "infinite", ("keep", "refuse"))
    name = "logits" if probs is None else "probs"
    x = checks.floating(logits if probs is None else probs, name)
    checks.not_empty(x.shape, None, average=averages_itself(reduction, denominator))
    t = checks.floating(targets, "targets")
    checks.same_shape("targets", t, x.shape)
    w = checks.weights(sample_weight, "sample_weight", x.shape)
    counts = None if w is None or w.all() else np.atleast_1d(w > 0.0)
    if probs is not None:
        checks.probabilities("targets", np.atleast_1d(t), counts, rows=False)
        checks.probabilities(name, np.atleast_1d(x), counts, rows=False)
    c = 1.0
    if pos_weight is not None:
        c = checks.number(pos_weight, "pos_weight", 0.0, 1e300, above=True)
    by = divisor(reduction, denominator, w, x.size)
    return _Problem(x, probs is None, t, w, counts, c, reduction, by, infinite)


def _fused(p: _Problem, threads: int | None, grad: Floats | None = None) -> tuple[Vector, Floats]:
    """Losses of entries where somebody asks for them, or sums of them; and the gradient into `grad`."""
    from loglik.kernels.losses.binary import ENTRIES, binary

    n = p.x.size
    flat, target = np.ascontiguousarray(p.x).reshape(n), np.ascontiguousarray(p.t).reshape(n)
    weight = np.empty(0) if p.weight is None else np.ascontiguousarray(p.weight).reshape(n)
    slope = np.empty(0, p.x.dtype) if grad is None else grad.reshape(n)  # logits may be read-only
    rows = p.reduction == "none" or p.infinite != "keep"
    loss, sums = np.empty(n if rows else 0), np.empty(-(-n // ENTRIES))

    def work(lo: int, hi: int) -> Any:
        return binary(
            flat[lo:hi], target[lo:hi], weight[lo:hi], p.c, p.by, loss[lo:hi],
            sums[lo // ENTRIES : -(-hi // ENTRIES)], slope[lo:hi],
        )  # fmt: skip

    if any(over_rows(work, n, 1, ENTRIES, threads)):
        checks.probabilities("targets", np.atleast_1d(p.t), p.counts, rows=False)
    if np.isnan(sums).any():
        checks.no_nan("logits", np.atleast_1d(p.x), p.counts)
    return loss if rows else sums, slope


def _result(p: _Problem, loss: Vector) -> Any:
    if p.infinite != "keep":
        finite_rows(loss.reshape(-1), p.infinite)
    if p.reduction == "none":
        return np.asarray(loss).reshape(p.x.shape)
    return reduced(loss.reshape(-1), p.reduction, p.by)


def _loss_of_probabilities(p: _Problem) -> Vector:
    x, t = p.x.astype(np.float64), p.t.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        positive = np.where(t > 0.0, p.c * t * -np.log(x), 0.0)
        return positive + np.where(t < 1.0, (1.0 - t) * -np.log1p(-x), 0.0)


def _slope_of_probabilities(p: _Problem) -> Vector:
    """``(1 - t) / (1 - y) - c t / y``, for c = 1 over one denominator, in which nothing but t and y cancels."""
    y, t = p.x.astype(np.float64), p.t.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = np.where(t < 1.0, (1.0 - t) / (1.0 - y), 0.0) - np.where(t > 0.0, p.c * t / y, 0.0)
        inside = (t > 0.0) & (t < 1.0) & (y > 0.0) & (y < 1.0)
        return np.where(inside, (y - t) / y / (1.0 - y), slope) if p.c == 1.0 else slope


def _weighted(values: Vector, weight: Vector | None, by: float = 1.0) -> Vector:
    """Values times weights, divided; 0 where the weight is 0, whatever the value."""
    if weight is None:
        return values / by
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(weight > 0.0, weight / by * values, 0.0)
