"""Cross-entropy of wide rows, each read once in chunks that stay in cache; formulas in `kernels.losses.careful`.

A chunk is read for its maximum and, now in cache, for its exponentials, relative to a reference that its row keeps: the
maximum of the first chunk. A later chunk far above it, or logits beyond what `exp_scaled` is exact for, send the row to
`careful_row`, which reads twice.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger
from loglik.kernels.elementary import log1p64
from loglik.kernels.exponentials import HEADROOM, exp_scaled, moderate, scale_of_row, slack
from loglik.kernels.jit import njit
from loglik.kernels.losses.careful import careful_row, faint_below, faint_row
from loglik.kernels.losses.whole_blocks import block_copy
from loglik.kernels.sums import two_sum

CHUNK = 1024
_BLOCK = 64


def rows_of_block(columns: int, itemsize: int) -> int:  # noqa: ARG001 - asked of every width alike
    """Rows whose losses are added up together: each stands for itself."""
    return 1


# These take whole arrays: Numba lets an index be negative, and only of a loop that begins at 0 does it know better.
@njit()
def _maximum(x, low):
    """Maximum of a chunk; a NaN may be passed over here, and is found in the sum."""
    top = low
    for j in range(x.shape[0]):
        top = larger(x[j], top)
    return top


@njit()
def _pair(a, b):
    """Their sum, which is not reassociated."""
    return a + b


# Only sums may be reassociated: what is called inside brings its own, stricter flags. Places are unsigned, which Numba
# knows to be no offsets from the end; slices would cost more than what they cut off.
@njit(fastmath={"reassoc", "contract"})
def _exponentials_of(x, first, count, floor, magic, zero, out):
    total = zero
    for j in range(count):
        k = first + np.uint64(j)
        e = exp_scaled(x[k], floor, magic)
        out[k] = e
        total += e
    return total


@njit(fastmath={"reassoc", "contract"})
def _exponentials_of_halves(x, first, half, floor, magic, zero, out):
    total, second = zero, first + np.uint64(half)
    for j in range(half):
        k, n = first + np.uint64(j), second + np.uint64(j)
        e, f = exp_scaled(x[k], floor, magic), exp_scaled(x[n], floor, magic)
        out[k] = e
        out[n] = f
        total += _pair(e, f)
    return total


@njit(fastmath={"reassoc"})
def _sum_of(x, first, count, zero):
    total = zero
    for j in range(count):
        total += x[first + np.uint64(j)]
    return total


@njit(fastmath={"reassoc"})
def _sum_of_halves(x, first, half, zero):
    total, second = zero, first + np.uint64(half)
    for j in range(half):
        total += _pair(x[first + np.uint64(j)], x[second + np.uint64(j)])
    return total


@njit()
def _pieces(n, itemsize):
    """Length of the pieces that are summed at a time, and the end of the last whole vectors.

    In each lane of a piece six float32 are added up, or two pairs of float64: eight equal ones would lose two in the last
    place. What is left over by vectors is summed apart: added to the sum of those, each entry would cost a rounding of it.
    """
    return 384 if itemsize == 4 else 128, n - n % 64


@njit()
def _exponentials(x, floor, magic, zero, out):
    """Exponentials and their sum."""
    n = x.shape[0]
    length, whole = _pieces(n, x.itemsize)
    total, lost = np.float64(_exponentials_of(x, np.uint64(whole), n - whole, floor, magic, zero, out)), 0.0
    for first in range(0, whole, length):
        count = min(length, whole - first)
        if x.itemsize == 4:
            part = _exponentials_of(x, np.uint64(first), count, floor, magic, zero, out)
        else:
            part = _exponentials_of_halves(x, np.uint64(first), count // 2, floor, magic, zero, out)
        total, error = two_sum(total, np.float64(part))
        lost += error
    return total + lost


@njit()
def _sum(x, zero):
    n = x.shape[0]
    length, whole = _pieces(n, x.itemsize)
    total, lost = np.float64(_sum_of(x, np.uint64(whole), n - whole, zero)), 0.0
    for first in range(0, whole, length):
        count = min(length, whole - first)
        if x.itemsize == 4:
            part = _sum_of(x, np.uint64(first), count, zero)
        else:
            part = _sum_of_halves(x, np.uint64(first), count // 2, zero)
        total, error = two_sum(total, np.float64(part))
        lost += error
    return total + lost


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
    """Maximum, its scaled exponential and the relative error of that, and the sum of all others divided by it.

    `out` holds the exponentials, if it is not of one chunk only.
    """
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
        part = _exponentials(chunk, floor, magic, zero, made)
        if top > m:
            # Summed again without the new maximum: taken off the sum, it would leave nothing of a confident row.
            at = _position(chunk, top)
            e = made[at]
            made[at] = zero
            part = _sum(made, zero)
            made[at] = e
            rest, error = two_sum(rest, own)
            lost += error
            own, m = np.float64(e), top
        rest, error = two_sum(rest, part)
        lost += error
    if own == 0.0:
        m, rest = careful_row(x, out)
        return m, 1.0, 0.0, rest
    slip, share = slack(m, magic), (rest + lost) / own
    return m, own, slip, share - share * slip


@njit()
def hard_wide(x, label, scale, loss, sums, grad):
    """Losses of wide rows; see `loglik.kernels.losses.careful` for what all kernels of labels are called with."""
    zero, v = x.dtype.type(0.0), x.shape[1]
    gradient, each, below = grad.shape[0] > 0, scale.shape[0] > 1, faint_below(v, x.itemsize)
    over = gradient and grad.ctypes.data == x.ctypes.data  # the logits are needed until their row is done
    scratch = np.empty(v if over else CHUNK, x.dtype)
    for i in range(x.shape[0]):
        y = label[i]
        if not 0 <= y < v:
            return True
        made = grad[i] if gradient and not over else scratch
        m, own, slip, rest = _row(x[i], made, zero)
        value, by = np.float64(m) - np.float64(x[i, y]), scale[i] if each else scale[0]
        if rest < below and m < np.inf:
            slope = np.empty(v if gradient else 0)
            faint = faint_row(x[i], y, by, slope)
            value = faint if x[i, y] == m else value
            if gradient:
                block_copy(slope, grad[i])
        else:
            value += log1p64(rest)
            if gradient:
                p = by / (1.0 + rest)
                others = rest if x[i, y] == m else rest + (1.0 - np.float64(made[y]) / own)
                by = p / own
                _times(made, x.dtype.type(by - by * slip))
                if over:
                    block_copy(made, grad[i])
                grad[i, y] = -p * others
        sums[i] = value
        if loss.shape[0]:
            loss[i] = value
    return False
