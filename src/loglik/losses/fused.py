"""Multiclass cross-entropy of labels by the fused kernels, on blocks of rows in a pool of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.losses import checks
from loglik.losses.pool import over_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Vector
    from loglik.losses.problem import Floats, Problem


def _kernel(v: int, itemsize: int) -> tuple[Callable[..., bool], int]:
    """Kernel for rows of v logits, and the rows whose losses it adds up."""
    from loglik.kernels.losses import narrow, two, wide

    if v == 2:
        return two.hard_two, two.rows_of_block(v, itemsize)
    if v <= narrow.NARROW:
        return narrow.hard_narrow, narrow.rows_of_block(v, itemsize)
    return wide.hard_wide, wide.rows_of_block(v, itemsize)


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
    kernel, rows = _kernel(v, x.itemsize)
    sums = np.empty(-(-n // rows))
    by_row = w is not None or p.reduction == "none" or p.infinite != "keep"
    loss = np.empty(n if by_row else 0)
    grad = (np.empty_like(x, order="C") if out is None else out) if gradient else np.empty((0, v), x.dtype)
    scale = np.array([1.0 / p.by]) if w is None else w / p.by

    def work(lo: int, hi: int) -> bool:
        return kernel(
            np.ascontiguousarray(x[lo:hi]),
            labels[lo:hi],
            scale if w is None else scale[lo:hi],
            loss[lo:hi],
            sums[lo // rows : -(-hi // rows)],
            grad[lo:hi],
        )

    if any(over_rows(work, n, v, rows, threads)):
        checks.class_labels(labels, n, v, None)
    result = loss if by_row else sums
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
