"""Cross-entropy of narrow rows, vectorised across rows on a transposed block; formulas in `kernels.cross_entropy`.

`magic` and `floor` are those of `kernels.exponentials.exp_scaled`, one for each row of the block. Blocks with a row
beyond what is moderate take `exp_difference` instead.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger, prefetch
from loglik.kernels.elementary import log1p64
from loglik.kernels.exponentials import exp_difference, exp_scaled, moderate, scale_of_row, slack
from loglik.kernels.jit import njit
from loglik.kernels.transpose import transpose
from loglik.kernels.whole_blocks import block_sum

NARROW = 128
"""Widest rows that are vectorised across rows."""


@njit()
def rows_of_block(columns, itemsize):
    """Rows that are worked on together; a block of them stays in the first cache."""
    if columns * itemsize <= 96:
        return 256 if itemsize == 4 else 128
    return 64 if columns * itemsize <= 512 else 32


@njit()
def _maxima(block, top):
    for i in range(top.shape[0]):
        top[i] = block[0, i]
    for j in range(1, block.shape[0]):
        for i in range(top.shape[0]):
            top[i] = block[j, i] if block[j, i] > top[i] else top[i]


@njit()
def _scaled(block, floor, magic, rest, peak, ahead, target, place):
    """Scaled exponentials in place, their maxima, and the sums of all others (ties but one among them)."""
    for i in range(rest.shape[0]):
        rest[i] = 0.0
        peak[i] = 0.0
    for j in range(block.shape[0]):
        for i in range(rest.shape[0]):
            e = exp_scaled(block[j, i], floor[i], magic[i])
            block[j, i] = e
            # The smaller of the two goes to the sum, the larger stays; a NaN goes to the sum.
            rest[i] += peak[i] if peak[i] < e else e
            peak[i] = e if e > peak[i] else peak[i]
        # The next block comes, and the place where this one goes, while the exponentials keep the processor busy.
        for i in range(0, rest.shape[0], 64 // block.itemsize):
            prefetch(ahead, place + rest.shape[0] * (block.shape[0] + j) + i)
        for i in range(0, rest.shape[0] if target.shape[0] else 0, 64 // block.itemsize):
            prefetch(target, place + rest.shape[0] * j + i)


@njit()
def _differences(block, top, rest, peak):
    """As `_scaled`, with ``e^(x - m)`` itself, whose maximum is 1; an infinite maximum counts as one too."""
    zero, one = block.dtype.type(0.0), block.dtype.type(1.0)
    for i in range(top.shape[0]):
        rest[i] = zero
        peak[i] = zero
    for j in range(block.shape[0]):
        for i in range(top.shape[0]):
            e = one if block[j, i] == top[i] else exp_difference(block[j, i], top[i])
            block[j, i] = e
            rest[i] += peak[i] if peak[i] < e else e
            peak[i] = e if e > peak[i] else peak[i]


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
# Each loop keeps to one width of numbers where it can, or it would run at the pace of the widest.
@njit()
def _losses(top, rest, peak, lost, own, others, value):
    for i in range(top.shape[0]):
        share = np.float64(rest[i]) / np.float64(peak[i])
        others[i] = share - share * lost[i]
        value[i] = np.float64(top[i]) - own[i]
    for i in range(value.shape[0]):
        value[i] += log1p64(others[i])


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
def hard_narrow(x, label, loss, sums):
    """Losses of rows, in `loss` unless that is empty, and their sums over blocks; whether a label is no class."""
    n, v = x.shape
    rows = rows_of_block(v, x.itemsize)
    flat = x.reshape(n * v)
    block_flat = np.zeros(v * rows, x.dtype)
    block = block_flat.reshape(v, rows)
    top, rest, peak = np.empty(rows, x.dtype), np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    floor, magic = np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    own, others, value, lost = np.zeros(rows), np.empty(rows), np.empty(rows), np.empty(rows)
    wrong = False
    for lo in range(0, n, rows):
        count = min(rows, n - lo)
        transpose(flat[lo * v :], count, v, v, block_flat, rows)
        _maxima(block, top)
        wrong |= _own_logits(block, label, lo, count, own)
        if _scales(top, floor, magic, lost):
            _scaled(block, floor, magic, rest, peak, flat, flat[:0], lo * v)
        else:
            _differences(block, top, rest, peak)
        _losses(top, rest, peak, lost, own, others, value)
        _keep(value, lo, count, rows, loss, sums)
    return wrong


@njit()
def hard_narrow_grad(x, label, scale, loss, sums, grad):
    """As `hard_narrow`, and the gradient times `scale`, of one entry or one for each row."""
    n, v = x.shape
    rows = rows_of_block(v, x.itemsize)
    flat, grad_flat = x.reshape(n * v), grad.reshape(n * v)
    block_flat = np.zeros(v * rows, x.dtype)
    block = block_flat.reshape(v, rows)
    top, rest, peak = np.empty(rows, x.dtype), np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    floor, magic = np.empty(rows, x.dtype), np.empty(rows, x.dtype)
    own, others, value, lost = np.zeros(rows), np.empty(rows), np.empty(rows), np.empty(rows)
    narrow = np.empty(rows, x.dtype)
    each = scale.shape[0] > 1
    for lo in range(0, n, rows):
        count = min(rows, n - lo)
        transpose(flat[lo * v :], count, v, v, block_flat, rows)
        _maxima(block, top)
        if _own_logits(block, label, lo, count, own):
            return True
        if _scales(top, floor, magic, lost):
            _scaled(block, floor, magic, rest, peak, flat, grad_flat, lo * v)
        else:
            _differences(block, top, rest, peak)
        _losses(top, rest, peak, lost, own, others, value)
        _keep(value, lo, count, rows, loss, sums)
        for i in range(rows):
            own[i] = 0.0 if own[i] == np.float64(top[i]) else 1.0  # whether the label's share is among the others
            value[i] = 1.0 / (1.0 + others[i])
            lost[i] = 1.0 / np.float64(peak[i])
        for i in range(count):
            value[i] *= scale[lo + i] if each else scale[0]
        for i in range(rows):
            narrow[i] = value[i] * lost[i]
        # The label's entry sums the other classes: all but the maximum; if the label is not the maximum, that less its own.
        for i in range(count):
            e = np.float64(block[label[lo + i], i]) * lost[i]
            value[i] = -value[i] * (others[i] + own[i] * (1.0 - e))
        _times(block, narrow)
        for i in range(count):
            block[label[lo + i], i] = value[i]
        transpose(block_flat, v, count, rows, grad_flat[lo * v :], v)
    return False
