"""Cross-entropy of rows of logits against integer labels: value, and value with gradient, each row read once.

For a row x with label y and ``m = max_j x_j``::

    loss   = (m - x_y) + log1p(rest),          rest = sum_{x_j != m} e^(x_j - m) + (number of maxima - 1)
    grad_j = scale e^(x_j - m) / (1 + rest),   j != y
    grad_y = -scale (sum_{j != y} e^(x_j - m)) / (1 + rest)

Both terms of the loss are >= 0 and the gradient of the label sums the *other* classes, so confident rows keep their
digits. Sums run in the logits' type over a few entries (four classes across rows, a few in each lane along one), then with
the rounding errors kept, so that their error does not grow with the number of classes.

Wide rows are vectorised along the row (`wide`), narrow ones across rows (`narrow`), rows of two logits by their difference
(`two`). Each of these modules has one kernel of labels, which all are called alike::

    hard_...(x, label, scale, loss, sums, grad) -> whether a label is no class

for C-contiguous logits x, with the losses of rows in `loss` and the gradients times `scale` (of one entry, or one for each
row) in `grad`, unless these are empty, and in `sums` the losses added up over as many rows as `rows_of_block` of the module
says. `grad` may be x itself.

Here are the rows that those leave: logits too far from zero, and rows so confident that the shares of the other classes
leave the range of their type (`faint_row`).
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.elementary import exp64
from loglik.kernels.exponentials import exp_difference
from loglik.kernels.jit import njit
from loglik.kernels.sums import exact_sum, two_difference, two_sum

# 512 log 2, whose first part has zero bits at its end, and its power.
_LIFT_HIGH, _LIFT_LOW, _DOWN = 354.89135644669204, -4.496989917391496e-14, 2.0**-512


@njit()
def careful_row(x, out):
    """Maximum and `rest` of a row, whatever its logits; `out` takes the ``e^(x_j - m)`` if it is as long as x."""
    m = x.dtype.type(-np.inf)
    for j in range(x.shape[0]):
        m = x[j] if x[j] > m else m
    rest, lost, ties = 0.0, 0.0, -1.0
    for j in range(x.shape[0]):
        e = exp_difference(x[j], m)
        if x[j] == m:
            e = x.dtype.type(1.0)  # infinity less infinity would be NaN
            ties += 1.0
        else:
            rest, error = two_sum(rest, np.float64(e))
            lost += error
        if out.shape[0] == x.shape[0]:
            out[j] = e
    return m, (rest + lost) + ties


@njit()
def faint_below(columns, itemsize):
    """`rest` of a row below which terms that its type has flushed to zero could matter; 0 for a single class."""
    if columns == 1:
        return 0.0
    return columns * (2.0**-100 if itemsize == 4 else 2.0**-969)


@njit()
def faint_row(x, label, scale, grad):
    """`rest` of a confident row in float64, down to the smallest subnormal; its gradient, unless `grad` is empty.

    The shares are formed 2^512 times as large and brought down last, so that subnormal sums and gradients are rounded once.
    """
    at = 0
    for j in range(x.shape[0]):
        at = j if x[j] > x[at] else at
    share, top = np.empty(x.shape[0]), np.float64(x[at])
    for j in range(x.shape[0]):
        d, error = two_difference(np.float64(x[j]), top)
        c, lost = two_sum(d, _LIFT_HIGH)
        e = exp64(c)
        share[j] = e + e * (error + (lost if lost == lost else 0.0) + _LIFT_LOW)  # noqa: PLR0124 - x may be -inf
    share[at] = 0.0
    rest = exact_sum(share)
    if grad.shape[0]:
        for j in range(x.shape[0]):
            grad[j] = (scale * share[j]) * _DOWN
        grad[at] = scale
        grad[label] = -(scale * rest) * _DOWN if label == at else -scale
    return rest * _DOWN
