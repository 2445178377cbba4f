"""Cross-entropy of narrow rows, vectorised across rows on a transposed block; formulas in `kernels.losses.careful`.

`magic` and `floor` are those of `kernels.exponentials.exp_scaled`, one for each row of the block. Blocks with a row
beyond what is moderate take `exp_difference` instead.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger, prefetch
from loglik.kernels.elementary import log1p64
from loglik.kernels.exponentials import exp_difference, exp_scaled, moderate, scale_of_row, slack
from loglik.kernels.jit import njit
from loglik.kernels.losses.careful import faint_below, faint_row
from loglik.kernels.losses.transpose import transpose
from loglik.kernels.losses.whole_blocks import block_sum
from loglik.kernels.sums import two_sum

NARROW = 128
"""Widest rows that are vectorised across rows."""


@njit()
def rows_of_block(columns, itemsize):
    """Rows that are worked on together: few enough for the caches, and enough that a loop is longer than its beginning."""
    return 256 if columns * itemsize <= 96 else 1024 // itemsize


@njit()
def _maxima(block, top):
    for i in range(top.shape[0]):
        top[i] = block[0, i]
    for j in range(1, block.shape[0]):
        for i in range(top.shape[0]):
            top[i] = block[j, i] if block[j, i] > top[i] else top[i]


# The smaller of an exponential and the largest so far goes to the sum, the larger stays; a NaN goes to the sum.
@njit()
def _one(x, floor, magic, peak, total):
    """Scaled exponentials of a class in place."""
    for i in range(peak.shape[0]):
        e = exp_scaled(x[i], floor[i], magic[i])
        x[i] = e
        total[i] += peak[i] if peak[i] < e else e
        peak[i] = e if e > peak[i] else peak[i]


@njit()
def _four(a, b, c, d, floor, magic, peak, total, lost):
    """Scaled exponentials of four classes, added to each other first, then to the total with the error kept.

    All in one loop: the maxima, scales and totals are read once for the four. An array for each class, not a table of
    them, because only of arrays does the compiler know that they do not overlap.
    """
    for i in range(peak.shape[0]):
        low, add, p = floor[i], magic[i], peak[i]
        e, f = exp_scaled(a[i], low, add), exp_scaled(b[i], low, add)
        g, h = exp_scaled(c[i], low, add), exp_scaled(d[i], low, add)
        a[i], b[i], c[i], d[i] = e, f, g, h
        from_e = p if p < e else e
        p = e if e > p else p
        from_f = p if p < f else f
        p = f if f > p else p
        from_g = p if p < g else g
        p = g if g > p else p
        from_h = p if p < h else h
        peak[i] = h if h > p else p
        total[i], error = two_sum(total[i], (from_e + from_f) + (from_g + from_h))
        lost[i] += error


@njit()
def _scaled(block, floor, magic, total, lost, peak, rest, ahead, target, place):
    """Scaled exponentials in place, their maxima, and the sums of all others (ties but one among them)."""
    v, count = block.shape
    for i in range(count):
        peak[i], total[i], lost[i] = 0.0, 0.0, 0.0
    odd = v % 4
    for j in range(odd):
        _one(block[j], floor, magic, peak, total)
    for j in range(odd, v, 4):
        _four(block[j], block[j + 1], block[j + 2], block[j + 3], floor, magic, peak, total, lost)
        # The next block comes, and the place where this one goes, while the exponentials keep the processor busy.
        for i in range(0, 4 * count, 64 // block.itemsize):
            prefetch(ahead, place + count * (v + j) + i)
        for i in range(0, 4 * count if target.shape[0] else 0, 64 // block.itemsize):
            prefetch(target, place + count * j + i)
    for i in range(count):
        rest[i] = np.float64(total[i]) + np.float64(lost[i])


@njit()
def _differences(block, top, total, lost, peak, rest):
    """As `_scaled`, with ``e^(x - m)`` itself, whose maximum is 1; an infinite maximum counts as one too."""
    one = block.dtype.type(1.0)
    for i in range(peak.shape[0]):
        peak[i], total[i], lost[i] = 0.0, 0.0, 0.0
    for j in range(block.shape[0]):
        for i in range(peak.shape[0]):
            e = one if block[j, i] == top[i] else exp_difference(block[j, i], top[i])
            block[j, i] = e
            total[i], error = two_sum(total[i], peak[i] if peak[i] < e else e)
            lost[i] += error
            peak[i] = e if e > peak[i] else peak[i]
    for i in range(peak.shape[0]):
        rest[i] = np.float64(total[i]) + np.float64(lost[i])


@njit()
def _scales(top, floor, magic, lost):
    """Fill in the scales of a block; whether all its rows are moderate."""
    extreme = abs(top[0])
    for i in range(top.shape[0]):
        extreme = larger(abs(top[i]), extreme)
    for i in range(top.shape[0]):
        floor[i], magic[i] = scale_of_row(top[i])
    calm = moderate(extreme)
    for i in range(top.shape[0]):
        lost[i] = slack(top[i], magic[i]) if calm else 0.0
    return calm


@njit()
def _own_logits(block, label, lo, count, own):
    """Logits of the labels; whether a label is no class."""
    v = block.shape[0]
    wrong = False
    for i in range(count):
        y = label[lo + i]
        inside = 0 <= y < v
        wrong |= not inside
        own[i] = block[y if inside else 0, i]
    return wrong


# Each loop keeps to one width of numbers where it can, or it would run at the pace of the widest.
@njit()
def _losses(top, rest, peak, slip, own, others, value):
    for i in range(top.shape[0]):
        share = rest[i] / np.float64(peak[i])
        others[i] = share - share * slip[i]
        value[i] = np.float64(top[i]) - own[i]
    for i in range(value.shape[0]):
        value[i] += log1p64(others[i])


@njit()
def _any_below(values, least):
    found = 0
    for i in range(values.shape[0]):
        found |= values[i] < least
    return found != 0


@njit()
def _faint_losses(x, label, others, value):
    """Mend the losses of rows whose other classes are beyond the range of the type of x."""
    below = faint_below(x.shape[1], x.itemsize)
    for i in range(x.shape[0]):
        if others[i] < below and value[i] < 1.0:
            value[i] = faint_row(x[i], label[i], 0.0, others[:0])


@njit()
def _faint_gradients(x, label, others, scale, lo, block):
    """As `_faint_losses` for the gradients, which the block holds class by class."""
    below, row = faint_below(x.shape[1], x.itemsize), np.empty(x.shape[1])
    for i in range(x.shape[0]):
        if others[i] < below:
            faint_row(x[i], label[i], scale[lo + i] if scale.shape[0] > 1 else scale[0], row)
            for j in range(row.shape[0]):
                block[j, i] = row[j]


@njit()
def _keep(value, lo, count, rows, loss, sums):
    sums[lo // rows] = block_sum(value[:count])
    if loss.shape[0]:
        for i in range(count):
            loss[lo + i] = value[i]


@njit()
def _times(block, by):
    for j in range(block.shape[0]):
        row = block[j]
        for i in range(by.shape[0]):
            row[i] *= by[i]


@njit()
def _slopes(block, label, scale, top, peak, slip, others, own, rest, value, narrow):
    """Gradients in the block, from the exponentials in it; `own`, `rest`, `value` and `narrow` are work space."""
    rows, count = top.shape[0], label.shape[0]
    each = scale.shape[0] == count
    for i in range(rows):
        own[i] = 0.0 if own[i] == np.float64(top[i]) else 1.0  # whether the label's share is among the others
        value[i] = 1.0 / (1.0 + others[i])
        rest[i] = 1.0 / np.float64(peak[i])
    for i in range(count):
        value[i] *= scale[i] if each else scale[0]
    for i in range(rows):
        narrow[i] = value[i] * (rest[i] - rest[i] * slip[i])
    # The label's entry sums the other classes: all but the maximum; if the label is not the maximum, that less its own.
    for i in range(count):
        e = np.float64(block[label[i], i]) * rest[i]
        value[i] = -value[i] * (others[i] + own[i] * (1.0 - e))
    _times(block, narrow)
    for i in range(count):
        block[label[i], i] = value[i]


@njit()
def hard_narrow(x, label, scale, loss, sums, grad):
    """Losses of narrow rows; see `loglik.kernels.losses.careful` for what all kernels of labels are called with."""
    n, v = x.shape
    rows = rows_of_block(v, x.itemsize)
    flat, grad_flat = x.reshape(n * v), grad.reshape(grad.shape[0] * v)
    block_flat = np.zeros(v * rows, x.dtype)
    block = block_flat.reshape(v, rows)
    top, peak = np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    total, lost = np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    floor, magic = np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    rest, slip = np.empty(rows), np.empty(rows)
    own, others, value = np.zeros(rows), np.empty(rows), np.empty(rows)
    narrow = np.empty(rows, x.dtype)
    for lo in range(0, n, rows):
        count = min(rows, n - lo)
        transpose(flat[lo * v :], count, v, v, block_flat, rows)
        _maxima(block, top)
        if _own_logits(block, label, lo, count, own):
            return True
        if _scales(top, floor, magic, slip):
            _scaled(block, floor, magic, total, lost, peak, rest, flat, grad_flat, lo * v)
        else:
            _differences(block, top, total, lost, peak, rest)
        _losses(top, rest, peak, slip, own, others, value)
        faint = _any_below(others[:count], faint_below(v, x.itemsize))
        if faint:
            _faint_losses(x[lo : lo + count], label[lo : lo + count], others, value)
        _keep(value, lo, count, rows, loss, sums)
        if grad.shape[0]:
            by = scale[lo : lo + count] if scale.shape[0] > 1 else scale
            _slopes(block, label[lo : lo + count], by, top, peak, slip, others, own, rest, value, narrow)
            if faint:
                _faint_gradients(x[lo : lo + count], label[lo : lo + count], others, scale, lo, block)
            transpose(block_flat, v, count, rows, grad_flat[lo * v :], v)
    return False
