"""Cross-entropy of rows of logits against integer labels: value, and value with gradient, each row read once.

For a row x with label y and ``m = max_j x_j``::

    loss   = (m - x_y) + log1p(rest),          rest = sum_{x_j != m} e^(x_j - m) + (number of maxima - 1)
    grad_j = scale e^(x_j - m) / (1 + rest),   j != y
    grad_y = -scale (sum_{j != y} e^(x_j - m)) / (1 + rest)

Both terms of the loss are >= 0 and the gradient of the label sums the *other* classes, so confident rows keep their
digits. Sums run in lanes of the logits' type over at most 2,048 entries, then in float64.

Wide rows are vectorised along the row; narrow ones across rows, on a transposed block.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.elementary import log1p64
from loglik.kernels.exponentials import exp_difference
from loglik.kernels.jit import njit

LANES = 64
_PART = 2048


@njit()
def row_max(x, lanes):
    """Largest entry, in lanes that vectorise without assuming away NaN (a NaN is passed over here, and found later)."""
    n = x.shape[0]
    for i in range(LANES):
        lanes[i] = -np.inf
    if n < LANES:
        for j in range(n):
            lanes[j] = x[j] if x[j] > lanes[j] else lanes[j]
    else:
        for j in range(0, n // LANES * LANES, LANES):
            for i in range(LANES):
                lanes[i] = x[j + i] if x[j + i] > lanes[i] else lanes[i]
        last = n - LANES  # the end once more: a maximum may see an entry twice
        for i in range(LANES):
            lanes[i] = x[last + i] if x[last + i] > lanes[i] else lanes[i]
    half = LANES // 2
    while half > 0:
        for i in range(half):
            lanes[i] = lanes[i + half] if lanes[i + half] > lanes[i] else lanes[i]
        half //= 2
    return lanes[0]


# Only these two loops may be reassociated: the calls inside bring their own, stricter flags. Ties are counted in the
# type of the logits, because a wider counter would halve the width of the vectors.
@njit(fastmath={"reassoc", "contract"})
def _rest(x, first, last, m, zero, one):
    part, equal = zero, zero
    for j in range(first, last):
        part += zero if x[j] == m else exp_difference(x[j], m)
        equal += one if x[j] == m else zero
    return part, equal


@njit(fastmath={"reassoc", "contract"})
def _rest_and_exponentials(x, first, last, m, zero, one, out):
    part, equal = zero, zero
    for j in range(first, last):
        e = exp_difference(x[j], m)
        out[j] = e
        part += zero if x[j] == m else e
        equal += one if x[j] == m else zero
    return part, equal


@njit()
def _fill_tail(x, whole, tail):
    """Copy the end of a row that fills no lanes, with -inf behind it, whose exponential is 0."""
    for i in range(LANES):
        tail[i] = -np.inf
    for j in range(whole, x.shape[0]):
        tail[j - whole] = x[j]


@njit()
def _row_rest(x, m, zero, one, tail):
    total, ties = 0.0, -1.0
    whole = x.shape[0] // LANES * LANES
    for first in range(0, whole, _PART):
        part, equal = _rest(x, first, min(first + _PART, whole), m, zero, one)
        total += part
        ties += equal
    if whole < x.shape[0]:
        _fill_tail(x, whole, tail)
        part, equal = _rest(tail, 0, LANES, m, zero, one)
        total += part
        ties += equal
    return total + ties


@njit()
def _row_exponentials(x, m, zero, one, tail, made, out):
    total, ties = 0.0, -1.0
    whole = x.shape[0] // LANES * LANES
    for first in range(0, whole, _PART):
        part, equal = _rest_and_exponentials(x, first, min(first + _PART, whole), m, zero, one, out)
        total += part
        ties += equal
    if whole < x.shape[0]:
        _fill_tail(x, whole, tail)
        part, equal = _rest_and_exponentials(tail, 0, LANES, m, zero, one, made)
        for j in range(whole, x.shape[0]):
            out[j] = made[j - whole]
        total += part
        ties += equal
    return total + ties


@njit()
def careful_row(x, y):
    """Loss of a row, whatever its logits."""
    lanes, tail = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    zero, one = x.dtype.type(0.0), x.dtype.type(1.0)
    m = row_max(x, lanes)
    rest = _row_rest(x, m, zero, one, tail)
    return (np.float64(m) - np.float64(x[y])) + log1p64(rest)


@njit()
def careful_row_grad(x, y, scale, grad):
    """Loss of a row, whatever its logits, and its gradient times `scale`."""
    lanes, tail = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    zero, one = x.dtype.type(0.0), x.dtype.type(1.0)
    m = row_max(x, lanes)
    rest = _row_exponentials(x, m, zero, one, tail, lanes, grad)
    others = rest if x[y] == m else rest + (1.0 - np.float64(grad[y]))
    factor = scale / (1.0 + rest)
    narrow = grad.dtype.type(factor)
    for j in range(grad.shape[0]):
        grad[j] *= narrow
    grad[y] = -factor * others
    return (np.float64(m) - np.float64(x[y])) + log1p64(rest)
