"""Multiclass cross-entropy (formulas 6.1 and 6.2): ``-(1/N) sum_i sum_k t_ik log y_ik``.

Logits go through a temperature and a soft cap if asked for, and then through softmax; with ``m = max_j x_j`` the loss of a
row is ``(m - x_y) + log1p(sum_{j != argmax} e^(x_j - m))``, two terms >= 0, so that the loss of a confident row keeps
all its digits (logits [40, 0], label 0: 4.248354255291589e-18). Probabilities are taken as they are: nothing is
clipped, and log 0 gives inf.

What the mean divides by, for weighted rows (w_i: sample weight times class weight of row i's label):

============  =======================================  ==========================================
here          ``denominator="weights"``: ``sum w_i``   also ``"rows"`` (rows that are not ignored), or a number
PyTorch       ``sum w_i`` (labels), N (soft targets)   ``CrossEntropyLoss``
Keras         N                                        ``sum_over_batch_size``
scikit-learn  ``sum w_i``                              ``log_loss``
============  =======================================  ==========================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.fused import fused
from loglik.losses.general import general, hessian_product
from loglik.losses.problem import problem
from loglik.losses.reduction import Denominator, Infinite, Reduction, finite_rows, reduced

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.losses.problem import Floats, Problem


def cross_entropy(
    *,
    logits: Any = None,
    probs: Any = None,
    labels: Any = None,
    targets: Any = None,
    weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    axis: int = -1,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    infinite: Infinite = "keep",
    threads: int | None = None,
) -> Any:
    """Cross-entropy of class probabilities, in nats.

    Parameters
    ----------
    logits, probs : array of shape (..., K)
        Exactly one: unnormalised log-probabilities, or probabilities whose rows sum to one (within 1e-5).
    labels, targets : array
        Exactly one: integer classes of shape (...), or distributions of the shape of the logits.
    weight : array of shape (K,), optional
        Weight of each class.
    sample_weight : array of shape (...), optional
        Weight of each row.
    label_smoothing : float
        e: the target becomes ``(1 - e) t + e / K``.
    ignore_index : int, optional
        Rows with this label are left out, of the mean too.
    reduction : {"mean", "sum", "none"}
        ``"none"`` gives the weighted loss of each row.
    denominator : {"weights", "rows"} or float
        What the mean divides by; see the module.
    axis : int
        Axis of the classes.
    temperature : float
        Logits are divided by it (after the soft cap).
    z_loss : float
        Adds ``z_loss (log sum exp x)^2`` to the loss of each row.
    softcap : float, optional
        c, finite: logits become ``c tanh(x / c)``; None caps nothing.
    infinite : {"keep", "refuse"}
        A loss is infinite where a probability is 0; ``"refuse"`` raises LL148 with the first such row instead.
    threads : int, optional
        Threads; the result does not depend on it.

    Returns
    -------
    float, or float64 array of shape (...) with ``reduction="none"``

    Raises
    ------
    DataError
        LL140 to LL148, naming the first offending row; LL114 and LL118 for weights and options.

    Notes
    -----
    A row without a distribution (NaN, a logit of +inf, nothing but -inf) is refused. -inf masks a class: its probability
    is 0. Rows of weight 0 and ignored rows count nothing, whatever they hold, NaN included; their gradient is 0. Without
    rows, ``reduction="sum"`` gives 0.0 and ``"none"`` an empty array.

    Half precision (float16, bfloat16) is computed in float32 or wider, and its probabilities may sum to one within
    eight of its own spacings instead of 1e-5; longer floats and integers are taken as float64.

    Examples
    --------
    >>> from loglik.losses import cross_entropy
    >>> cross_entropy(logits=[[40.0, 0.0]], labels=[0])
    4.248354255291589e-18
    >>> round(cross_entropy(probs=[[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], labels=[0, 1]), 12)
    0.289909247626
    """
    p = problem(
        logits=logits, probs=probs, labels=labels, targets=targets, weight=weight, sample_weight=sample_weight,
        label_smoothing=label_smoothing, ignore_index=ignore_index, reduction=reduction, denominator=denominator,
        axis=axis, temperature=temperature, z_loss=z_loss, softcap=softcap, infinite=infinite,
    )  # fmt: skip
    threads = checks.thread_count(threads)
    loss = fused(p, threads)[0] if p.plain else general(p, gradient=False)[0]
    return _result(p, loss)


def cross_entropy_value_and_grad(
    *,
    logits: Any = None,
    probs: Any = None,
    labels: Any = None,
    targets: Any = None,
    weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    axis: int = -1,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    infinite: Infinite = "keep",
    threads: int | None = None,
    out: Floats | None = None,
) -> tuple[Any, Floats]:
    """Cross-entropy and its gradient by the logits (or probabilities), ``(w_i / W) (p_i - t_i)`` in the plain case.

    Parameters are those of `cross_entropy`; with ``reduction="none"`` each row's gradient is that of its own loss.

    Parameters
    ----------
    logits, probs, labels, targets, weight, sample_weight, label_smoothing, ignore_index, reduction, denominator, axis, \
temperature, z_loss, softcap, infinite, threads
        See `cross_entropy`.
    out : array, optional
        C-contiguous array of the shape and type of the logits (last axis the classes) that takes the gradient. It may be
        the logits themselves, or overlap any input; then an array of that size is used on the way.

    Returns
    -------
    value, gradient
        The gradient has the shape and type of the logits.
    """
    p = problem(
        logits=logits, probs=probs, labels=labels, targets=targets, weight=weight, sample_weight=sample_weight,
        label_smoothing=label_smoothing, ignore_index=ignore_index, reduction=reduction, denominator=denominator,
        axis=axis, temperature=temperature, z_loss=z_loss, softcap=softcap, infinite=infinite,
    )  # fmt: skip
    threads = checks.thread_count(threads)
    if out is None:
        value, rows = value_and_rows(p, threads)
        return value, p.as_given(rows)
    checks.result_array(out, p.shape, p.x.dtype, classes_last=p.axis == len(p.shape) - 1)
    to = out.reshape(p.x.shape)
    if checks.overlaps(out, p.x, logits, probs, labels, targets, weight, sample_weight):
        # Apart, so that nothing is read that was written, and the logits outlive an error.
        value, rows = value_and_rows(p, threads)
        to[...] = rows
        return value, out
    return value_and_rows(p, threads, to)[0], out


def value_and_rows(p: Problem, threads: int | None, out: Floats | None = None) -> tuple[Any, Floats]:
    """Value and gradient, rows first, of checked arguments; `out` takes the gradient, over the logits too (`fused`)."""
    loss, rows = fused(p, threads, gradient=True, out=out) if p.plain else general(p, gradient=True, out=out)
    return _result(p, loss), rows


def cross_entropy_hvp(vector: Any, **arguments: Any) -> Floats:
    """Product of the Hessian of `cross_entropy` by the logits with a vector, exact.

    For plain softmax ``(w_i / W) (p o v - p (p'v))`` row by row; temperature, soft cap and z-loss included.

    Parameters
    ----------
    vector : array of the shape of the logits
        What the Hessian is applied to.
    **arguments
        Those of `cross_entropy` but for `threads`; logits only. With ``reduction="none"`` the Hessian is that of the sum.
    """
    p = problem(**arguments)
    if not p.is_logits:
        raise DataError("LL146.by_logits")
    v = checks.floating(vector, "vector")
    checks.same_shape("vector", v, p.shape)
    return p.as_given(hessian_product(p, p.rows_first(v)))


def _result(p: Problem, loss: Vector) -> Any:
    """Reduce losses of rows, or sums of them, and give rows the shape of the labels."""
    if p.infinite != "keep":
        finite_rows(loss, p.infinite)
    value = reduced(loss, p.reduction, p.by)
    return np.asarray(value).reshape(p.shape[: p.axis] + p.shape[p.axis + 1 :]) if p.reduction == "none" else value
