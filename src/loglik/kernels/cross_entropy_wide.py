"""Cross-entropy of wide rows, each read once in chunks that stay in cache; formulas in `kernels.cross_entropy`.

A chunk is read for its maximum and, now in cache, for its exponentials, relative to a reference that its row keeps: the
maximum of the first chunk. A later chunk far above it, or logits beyond what `exp_scaled` is exact for, send the row to
`careful_row`, which reads twice.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger
from loglik.kernels.cross_entropy import careful_row
from loglik.kernels.elementary import log1p64
from loglik.kernels.exponentials import HEADROOM, exp_scaled, moderate, scale_of_row, slack
from loglik.kernels.jit import njit
from loglik.kernels.whole_blocks import block_copy

CHUNK = 1024
_BLOCK = 64


# These take whole arrays: Numba lets an index be negative, and only of a loop that begins at 0 does it know better.
@njit()
def _maximum(x, low):
    """Maximum of a chunk; a NaN may be passed over here, and is found in the sum."""
    top = low
    for j in range(x.shape[0]):
        top = larger(x[j], top)
    return top


# Only sums may be reassociated: what is called inside brings its own, stricter flags.
@njit(fastmath={"reassoc", "contract"})
def _exponentials(x, floor, magic, zero, out):
    total = zero
    for j in range(x.shape[0]):
        e = exp_scaled(x[j], floor, magic)
        out[j] = e
        total += e
    return total


@njit(fastmath={"reassoc"})
def _sum(x, zero):
    total = zero
    for j in range(x.shape[0]):
        total += x[j]
    return total


@njit()
def _times(x, factor):
    for j in range(x.shape[0]):
        x[j] *= factor


@njit()
def _position(x, value):
    """First place of a value: blocks are compared whole, and the one that has it entry by entry."""
    first = 0
    for start in range(0, x.shape[0] - _BLOCK + 1, _BLOCK):
        block = x[start : start + _BLOCK]
        found = 0
        for j in range(_BLOCK):
            found |= block[j] == value
        if found:
            break
        first = start + _BLOCK
    for j in range(first, x.shape[0]):
        if x[j] == value:
            return j
    return 0


@njit()
def _row(x, out, zero):
    """Maximum, its scaled exponential, and the sum of all others; `out` holds them, if it is not of one chunk only."""
    n = x.shape[0]
    low = x.dtype.type(-np.inf)
    m, reference, floor, magic = low, low, low, zero
    rest, lost, own = 0.0, 0.0, 0.0
    for first in range(0, n, CHUNK):
        chunk = x[first : min(first + CHUNK, n)]
        made = out[first : min(first + CHUNK, n)] if out.shape[0] == n else out[: chunk.shape[0]]
        top = _maximum(chunk, low)
        if first == 0:
            if not moderate(top):
                break
            reference = top
            floor, magic = scale_of_row(reference)
        elif top > reference + HEADROOM:
            own = 0.0
            break
        part = np.float64(_exponentials(chunk, floor, magic, zero, made))
        if top > m:
            # Summed again without the new maximum: taken off the sum, it would leave nothing of a confident row.
            at = _position(chunk, top)
            e = made[at]
            made[at] = zero
            part = np.float64(_sum(made, zero))
            made[at] = e
            part += own
            own, m = np.float64(e), top
        # A long row has a hundred chunks; what rounding takes off their sum is added up too.
        longer = rest + part
        back = longer - rest
        lost += (rest - (longer - back)) + (part - back)
        rest = longer
    if own == 0.0:
        m, rest = careful_row(x, out)
        return m, 1.0, rest
    return m, own * (1.0 + slack(m, magic)), rest + lost


@njit()
def hard_wide(x, label, loss):
    """Loss of each row; whether a label is no class."""
    zero = x.dtype.type(0.0)
    made = np.empty(CHUNK, x.dtype)
    for i in range(x.shape[0]):
        y = label[i]
        if not 0 <= y < x.shape[1]:
            return True
        m, own, rest = _row(x[i], made, zero)
        loss[i] = (np.float64(m) - np.float64(x[i, y])) + log1p64(rest / own)
    return False


@njit()
def hard_wide_grad(x, label, scale, loss, grad, shared):
    """As `hard_wide`, and the gradient times `scale`, of one entry or one for each row; `shared` if it overwrites x."""
    zero = x.dtype.type(0.0)
    each = scale.shape[0] > 1
    scratch = np.empty(x.shape[1] if shared else 0, x.dtype)
    for i in range(x.shape[0]):
        y = label[i]
        if not 0 <= y < x.shape[1]:
            return True
        by = scale[i] if each else scale[0]
        made = scratch if shared else grad[i]
        m, own, rest = _row(x[i], made, zero)
        rest /= own
        loss[i] = (np.float64(m) - np.float64(x[i, y])) + log1p64(rest)
        p = by / (1.0 + rest)
        others = rest if x[i, y] == m else rest + (1.0 - np.float64(made[y]) / own)
        _times(made, x.dtype.type(p / own))
        if shared:
            block_copy(made, grad[i])
        grad[i, y] = -p * others
    return False
