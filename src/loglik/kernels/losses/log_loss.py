"""Log loss of a table of probabilities: range, row sums, look-up of the label and logarithm in one read of the table.

Rows are taken in blocks of `BLOCK`, counted from row 0 of the table, and each block has its own sum: whoever adds the
sums in order gets the same bits for any number of threads. A kernel stops at the first block with a row that it cannot
use and gives the block's first row, or -1; which row it is and why is for the caller to say.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.elementary import log64
from loglik.kernels.jit import njit

BLOCK = 1024
"""Rows whose losses are added up together."""


@njit()
def all_classes_occur(label, n_classes):
    """Whether each of 0 .. n_classes - 1 is among the labels; stops at the row that settles it."""
    seen = np.zeros(n_classes, np.bool_)
    missing = n_classes
    for i in range(label.shape[0]):
        y = label[i]
        if 0 <= y < n_classes and not seen[y]:
            seen[y] = True
            missing -= 1
            if missing == 0:
                return True
    return False


@njit()
def mark(label, low, seen):
    """Set ``seen[y - low]`` for every label y."""
    for i in range(label.shape[0]):
        seen[label[i] - low] = True


# The sums below may be reassociated, which is what vectorises them. Nothing else is allowed to the compiler: NaN and
# infinities decide here.
@njit(fastmath={"reassoc", "contract"})
def _sum_and_outside(row):
    total, outside = 0.0, 0
    for j in range(row.shape[0]):
        p = np.float64(row[j])
        total += p
        outside += 0 if 0.0 <= p <= 1.0 else 1
    return total, outside


@njit(fastmath={"reassoc", "contract"})
def _total(loss, count):
    total = 0.0
    for i in range(count):
        total += loss[i]
    return total


@njit()
def _counting(weight, lo, count, counts):
    """1 for the rows of a block that count, 0 for those of weight 0, whose probabilities may be anything."""
    for i in range(count):
        counts[i] = 1 if weight.shape[0] == 0 or weight[lo + i] > 0.0 else 0


@njit()
def _sum_of_block(loss, weight, lo, count):
    if weight.shape[0] != 0:
        for i in range(count):
            w = weight[lo + i]
            loss[i] = loss[i] * w if w > 0.0 else 0.0  # a row of weight 0 counts nothing even where its loss is inf
    return _total(loss, count)


@njit()
def table_sums(p, label, low, weight, tolerance, first, sums):
    """Sum of the losses ``-log p[i, label[i] - low]`` of each block of rows.

    `p` is a C-contiguous part of the table that begins at a block's edge, `weight` is empty or has an entry per row;
    the sum of the block b of `p` goes to ``sums[first + b]``.
    """
    n, k = p.shape
    loss, counts = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for lo in range(0, n, BLOCK):
        count = min(BLOCK, n - lo)
        _counting(weight, lo, count, counts)
        unusable = 0
        for i in range(count):
            y = label[lo + i] - low
            known = 0 <= y < k
            total, outside = _sum_and_outside(p[lo + i])
            right = outside == 0 and abs(total - 1.0) <= tolerance
            unusable += 0 if known and (right or counts[i] == 0) else 1
            loss[i] = p[lo + i, y if known else 0]
        if unusable != 0:
            return lo
        for i in range(count):
            loss[i] = -log64(loss[i])
        sums[first + lo // BLOCK] = _sum_of_block(loss, weight, lo, count)
    return -1


@njit()
def two_column_sums(p, label, low, weight, tolerance, first, sums):
    """`table_sums` for two classes, vectorised across rows; `p` is the table row after row."""
    n = label.shape[0]
    loss, counts = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for lo in range(0, n, BLOCK):
        count = min(BLOCK, n - lo)
        _counting(weight, lo, count, counts)
        pairs, labels = p[2 * lo : 2 * (lo + count)], label[lo : lo + count]
        unusable = 0
        for i in range(count):
            y = labels[i] - low
            a, b = np.float64(pairs[2 * i]), np.float64(pairs[2 * i + 1])
            # One question at a time, of slices from 0: chained conditions and computed positions would not vectorise.
            bad = 0 if a >= 0.0 else 1
            bad |= 0 if b >= 0.0 else 1
            bad |= 0 if a <= 1.0 else 1
            bad |= 0 if b <= 1.0 else 1
            bad |= 0 if abs(a + b - 1.0) <= tolerance else 1
            bad &= counts[i]
            bad |= 0 if (y & -2) == 0 else 1
            unusable |= bad
            loss[i] = b if y == 1 else a
        if unusable != 0:
            return lo
        for i in range(count):
            loss[i] = -log64(loss[i])
        sums[first + lo // BLOCK] = _sum_of_block(loss, weight, lo, count)
    return -1


@njit()
def one_column_sums(p, label, low, weight, tolerance, first, sums):  # noqa: ARG001 - called like the others
    """`table_sums` where only the probability p of the second class is given: ``-log p`` or ``-log(1 - p)``.

    With ``u = 1 - p`` rounded, ``log(1 - p) = log u + ((1 - u) - p) / u``, to full relative accuracy for tiny p.
    """
    n = label.shape[0]
    loss, counts = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for lo in range(0, n, BLOCK):
        count = min(BLOCK, n - lo)
        _counting(weight, lo, count, counts)
        given, labels = p[lo : lo + count], label[lo : lo + count]
        unusable = 0
        for i in range(count):
            y = labels[i] - low
            a = np.float64(given[i])
            bad = 0 if a >= 0.0 else 1
            bad |= 0 if a <= 1.0 else 1
            bad &= counts[i]
            bad |= 0 if (y & -2) == 0 else 1
            unusable |= bad
            u = 1.0 - a
            lost = ((1.0 - u) - a) / (u if u > 0.0 else 1.0)
            loss[i] = -(log64(a if y == 1 else u) + (0.0 if y == 1 else lost))
        if unusable != 0:
            return lo
        sums[first + lo // BLOCK] = _sum_of_block(loss, weight, lo, count)
    return -1
