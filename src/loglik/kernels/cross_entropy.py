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

from loglik.kernels.elementary import log1p_unit64, log64
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
def _log1p(rest):
    return log1p_unit64(rest) if rest <= 1.0 else log64(1.0 + rest)


@njit()
def hard_wide(x, label, loss):
    """Loss of each row."""
    lanes, tail = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    zero, one = x.dtype.type(0.0), x.dtype.type(1.0)
    for i in range(x.shape[0]):
        m = row_max(x[i], lanes)
        rest = _row_rest(x[i], m, zero, one, tail)
        loss[i] = (np.float64(m) - np.float64(x[i, label[i]])) + _log1p(rest)


@njit()
def hard_wide_grad(x, label, scale, loss, grad):
    """Loss of each row, and its gradient times `scale`."""
    lanes, tail = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    zero, one = x.dtype.type(0.0), x.dtype.type(1.0)
    for i in range(x.shape[0]):
        y = label[i]
        row = grad[i]
        m = row_max(x[i], lanes)
        rest = _row_exponentials(x[i], m, zero, one, tail, lanes, row)
        loss[i] = (np.float64(m) - np.float64(x[i, y])) + _log1p(rest)
        own = np.float64(row[y])
        others = rest if x[i, y] == m else rest + (1.0 - own)
        factor = scale[i] / (1.0 + rest)
        narrow = row.dtype.type(factor)
        for j in range(row.shape[0]):
            row[j] *= narrow
        row[y] = -factor * others


@njit()
def hard_two(x, label, loss):
    """Loss of each row of two logits: ``max(d, 0) + log1p(e^-|d|)``, d the other logit minus the label's."""
    for i in range(x.shape[0]):
        first, second = x[i, 0], x[i, 1]
        low, high = (first, second) if first < second else (second, first)
        gap = np.float64(second) - np.float64(first)
        d = gap if label[i] == 0 else -gap
        above = d if d > 0.0 else 0.0
        value = above + log1p_unit64(np.float64(exp_difference(low, high)))
        loss[i] = value if d == d else d  # noqa: PLR0124 - NaN goes on


@njit()
def hard_two_grad(x, label, scale, loss, grad):
    """Loss of each row of two logits, and its gradient times `scale`: ``+- scale sigmoid(d)``."""
    for i in range(x.shape[0]):
        first, second = x[i, 0], x[i, 1]
        low, high = (first, second) if first < second else (second, first)
        gap = np.float64(second) - np.float64(first)
        d = gap if label[i] == 0 else -gap
        a = np.float64(exp_difference(low, high))
        above = d if d > 0.0 else 0.0
        value = above + log1p_unit64(a)
        loss[i] = value if d == d else d  # noqa: PLR0124
        g = scale[i] * ((1.0 if d >= 0.0 else a) / (1.0 + a))
        grad[i, 0] = -g if label[i] == 0 else g
        grad[i, 1] = g if label[i] == 0 else -g


NARROW = 48
"""Widest rows that are vectorised across rows."""
_ROWS = 256


@njit()
def _load_transposed(x, lo, hi, block):
    for i in range(lo, hi):
        for j in range(x.shape[1]):
            block[j, i - lo] = x[i, j]
    # Rows that fill up the last block: logits all equal, of which nothing is kept.
    for j in range(x.shape[1]):
        for i in range(hi - lo, _ROWS):
            block[j, i] = x.dtype.type(0.0)


@njit()
def _maxima(block, top):
    for i in range(_ROWS):
        top[i] = block[0, i]
    for j in range(1, block.shape[0]):
        for i in range(_ROWS):
            top[i] = block[j, i] if block[j, i] > top[i] else top[i]


@njit()
def _block_exponentials(block, top, rest, ties, out):
    """Exponentials of a transposed block, their sums without the maxima, and the number of maxima less one."""
    zero, one = block.dtype.type(0.0), block.dtype.type(1.0)
    for i in range(_ROWS):
        rest[i] = zero
        ties[i] = -one
    for j in range(block.shape[0]):
        for i in range(_ROWS):
            x = block[j, i]
            e = exp_difference(x, top[i])
            out[j, i] = e
            rest[i] += zero if x == top[i] else e
            ties[i] += one if x == top[i] else zero


@njit()
def _block_losses(block, label, lo, count, top, rest, ties, own, others, loss):
    # The look-up of the label's logit does not vectorise; on its own it does not keep the logarithms from doing so.
    for i in range(count):
        own[i] = block[label[lo + i], i]
    for i in range(count):
        others[i] = np.float64(rest[i]) + np.float64(ties[i])
        loss[lo + i] = (np.float64(top[i]) - own[i]) + _log1p(others[i])


@njit()
def hard_narrow(x, label, loss):
    """Loss of each row."""
    v = x.shape[1]
    block, out = np.empty((v, _ROWS), x.dtype), np.empty((v, _ROWS), x.dtype)
    top, rest, ties = np.empty(_ROWS, x.dtype), np.empty(_ROWS, x.dtype), np.empty(_ROWS, x.dtype)
    own, others = np.empty(_ROWS), np.empty(_ROWS)
    for lo in range(0, x.shape[0], _ROWS):
        hi = min(lo + _ROWS, x.shape[0])
        _load_transposed(x, lo, hi, block)
        _maxima(block, top)
        _block_exponentials(block, top, rest, ties, out)
        _block_losses(block, label, lo, hi - lo, top, rest, ties, own, others, loss)


@njit()
def hard_narrow_grad(x, label, scale, loss, grad):
    """Loss of each row, and its gradient times `scale`."""
    v = x.shape[1]
    block, out = np.empty((v, _ROWS), x.dtype), np.empty((v, _ROWS), x.dtype)
    top, rest, ties = np.empty(_ROWS, x.dtype), np.empty(_ROWS, x.dtype), np.empty(_ROWS, x.dtype)
    own, others = np.empty(_ROWS), np.empty(_ROWS)
    factor = np.zeros(_ROWS, x.dtype)
    for lo in range(0, x.shape[0], _ROWS):
        hi = min(lo + _ROWS, x.shape[0])
        _load_transposed(x, lo, hi, block)
        _maxima(block, top)
        _block_exponentials(block, top, rest, ties, out)
        _block_losses(block, label, lo, hi - lo, top, rest, ties, own, others, loss)
        for i in range(hi - lo):
            f = scale[lo + i] / (1.0 + others[i])
            factor[i] = f
            e = np.float64(out[label[lo + i], i])
            ties[i] = -f * (others[i] if own[i] == np.float64(top[i]) else others[i] + (1.0 - e))
        for j in range(v):
            for i in range(_ROWS):
                out[j, i] *= factor[i]
        for i in range(hi - lo):
            out[label[lo + i], i] = ties[i]
            for j in range(v):
                grad[lo + i, j] = out[j, i]
