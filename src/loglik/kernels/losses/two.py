"""Cross-entropy of two logits, of which only the difference counts.

With d the other logit less the label's: ``loss = max(d, 0) + log1p(e^-|d|)``, and its derivative by the label's logit is
``-sigmoid(d)``, by the other's ``sigmoid(d)``.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger
from loglik.kernels.elementary import exp64, log1p_unit
from loglik.kernels.exponentials import exp_difference
from loglik.kernels.jit import njit
from loglik.kernels.losses.whole_blocks import ask_for, block_copy, block_sum

ROWS = 512


def rows_of_block(columns: int, itemsize: int) -> int:  # noqa: ARG001 - asked of every width alike
    """Rows whose losses are added up together."""
    return ROWS


# Each loop keeps to one width of numbers, or it would run at the pace of the widest.
@njit()
def _shares(flat, start, low, high, share):
    """The smaller and the larger logit of each row, and ``e^(smaller - larger)``."""
    part = flat[start : start + 2 * low.shape[0]]
    for i in range(part.shape[0] // 2):
        a, b = part[2 * i], part[2 * i + 1]
        low[i] = a if a < b else b
        high[i] = b if a < b else a
        # NaN fails every comparison, and would leave a number behind
        high[i] = a if a != a else high[i]  # noqa: PLR0124
    for i in range(low.shape[0]):
        share[i] = exp_difference(low[i], high[i])


@njit()
def _gaps(part, label, high, gap):
    """How far the label's logit is below the larger one; whether a label is no class."""
    wrong = 0
    for i in range(label.shape[0]):
        y = label[i]
        wrong |= y & -2
        gap[i] = np.float64(high[i]) - np.float64(part[2 * i + 1] if y & 1 else part[2 * i])
    return wrong != 0


@njit()
def _losses(gap, share, tail, value):
    for i in range(value.shape[0]):
        tail[i] = log1p_unit(share[i])
    for i in range(value.shape[0]):
        value[i] = gap[i] + np.float64(tail[i])


@njit()
def _faint(low, high, gap, value, slope):
    """Mend rows whose smaller share is below what its type holds; a loss and a slope hold more."""
    lowest = -87.0 if high.itemsize == 4 else -708.0
    widest = high.dtype.type(0.0)
    for i in range(low.shape[0]):
        widest = larger(high[i] - low[i], widest)
    if widest < -lowest:
        return
    for i in range(low.shape[0]):
        small, large = np.float64(low[i]), np.float64(high[i])
        d = small - large
        if gap[i] == 0.0 and lowest >= d > -800.0:
            back = small - d
            lost = (small - (d + back)) + (back - large)
            value[i] = slope[i] = exp64(d) * (1.0 + lost)


@njit()
def _slopes(gap, share, slope):
    """Probability of the class that is not the label."""
    for i in range(slope.shape[0]):
        a = np.float64(share[i])
        slope[i] = (a if gap[i] == 0.0 else 1.0) / (1.0 + a)


@njit()
def _scaled(slope, scale, count):
    if scale.shape[0] > 1:
        for i in range(count):
            slope[i] *= scale[i]
    else:
        for i in range(count):
            slope[i] *= scale[0]


@njit()
def _gradients(label, slope, grad):
    for i in range(label.shape[0]):
        g = slope[i] if label[i] & 1 else -slope[i]
        grad[2 * i] = g
        grad[2 * i + 1] = -g


@njit()
def hard_two(x, label, scale, loss, sums, grad):
    """Losses of rows of two logits; see `loglik.kernels.losses.careful` for what all kernels of labels are called with."""
    n = x.shape[0]
    flat, grad_flat = x.reshape(2 * n), grad.reshape(2 * grad.shape[0])
    low, high, share = np.zeros(ROWS, x.dtype), np.zeros(ROWS, x.dtype), np.zeros(ROWS, x.dtype)
    tail = np.empty(ROWS, x.dtype)
    gap, value, slope = np.zeros(ROWS), np.empty(ROWS), np.empty(ROWS)
    gradient, each = grad.shape[0] > 0, scale.shape[0] > 1
    wrong = False
    for lo in range(0, n, ROWS):
        count = min(ROWS, n - lo)
        part = label[lo : lo + count]
        ask_for(flat, 2 * (lo + count), 2 * (lo + count + ROWS))
        ask_for(label, lo + count, lo + count + ROWS)
        if gradient:
            ask_for(grad_flat, 2 * lo, 2 * (lo + count))
        _shares(flat, 2 * lo, low[:count], high[:count], share[:count])
        wrong |= _gaps(flat[2 * lo : 2 * (lo + count)], part, high, gap)
        _losses(gap, share, tail, value)
        if gradient:
            _slopes(gap, share, slope)
        _faint(low[:count], high, gap, value, slope)
        sums[lo // ROWS] = block_sum(value[:count])
        if loss.shape[0]:
            block_copy(value, loss[lo : lo + count])
        if gradient:
            _scaled(slope, scale[lo : lo + count] if each else scale, count)
            _gradients(part, slope, grad_flat[2 * lo : 2 * (lo + count)])
    return wrong
