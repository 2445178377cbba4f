"""Multiclass cross-entropy of labels by the fused kernels, on blocks of rows in a pool of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.losses import checks
from loglik.losses.pool import over_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.losses.problem import Floats, Problem, Vector


def _kernels(v: int, itemsize: int) -> tuple[Callable[..., bool], Callable[..., bool], int]:
    """Forward, gradient, and the rows whose losses they add up; 1 where they give each."""
    from loglik.kernels import cross_entropy_narrow as narrow
    from loglik.kernels import cross_entropy_two as two
    from loglik.kernels import cross_entropy_wide as wide

    if v == 2:
        return two.hard_two, two.hard_two_grad, two.ROWS
    if v <= narrow.NARROW:
        return narrow.hard_narrow, narrow.hard_narrow_grad, narrow.rows_of_block(v, itemsize)
    return wide.hard_wide, wide.hard_wide_grad, 1


def fused(
    p: Problem, threads: int | None, *, gradient: bool = False, out: Floats | None = None
) -> tuple[Vector, Floats]:
    """Weighted losses of rows, or sums of them where nobody asks for more, and the gradient if asked for.

    The gradient may overwrite the logits: each kernel has read a row, or a block of rows, before it writes there. Then no
    row must be without a distribution, for it could not be named any more.
    """
    x, labels = p.x, p.labels
    if labels is None:
        msg = "the kernels take labels"
        raise ValueError(msg)
    n, v = x.shape
    w = p.row_weight
    if p.class_weight is not None:
        w = p.class_weight[labels] if w is None else w * p.class_weight[labels]
    forward, backward, rows = _kernels(v, x.itemsize)
    sums = np.empty(-(-n // rows))
    by_row = rows > 1 and (w is not None or p.reduction == "none" or p.infinite != "keep")
    loss = np.empty(n if by_row else 0)
    grad = (np.empty_like(x, order="C") if out is None else out) if gradient else x[:0]
    scale = np.array([1.0 / p.by]) if w is None else w / p.by
    whole = x.flags.c_contiguous
    shared = (gradient and np.may_share_memory(x, grad),) if rows == 1 else ()

    def work(lo: int, hi: int) -> bool:
        part = x[lo:hi] if whole else np.ascontiguousarray(x[lo:hi])
        to = (loss[lo:hi] if by_row else loss,) if rows > 1 else ()
        to = (*to, sums[lo // rows : -(-hi // rows)])
        if gradient:
            return backward(part, labels[lo:hi], scale if w is None else scale[lo:hi], *to, grad[lo:hi], *shared)
        return forward(part, labels[lo:hi], *to)

    if any(over_rows(work, n, v, rows, threads)):
        checks.class_labels(labels, n, v, None)
    result = sums if rows == 1 or not by_row else loss
    if w is not None:
        with np.errstate(invalid="ignore", over="ignore"):
            result *= w
        result[w == 0.0] = 0.0  # a row of weight 0 counts nothing, whatever its logits
        if gradient and p.counts is not None:
            grad[~p.counts] = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        remarkable = not np.isfinite(result.sum())
    # NaN and -inf in all places come through the kernels as NaN, +inf as an infinite loss.
    if remarkable:
        checks.softmax_rows("logits", x, p.counts)
    return result, grad
