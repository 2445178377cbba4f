"""Value, gradient and Hessian of binary rows that lie one after another in memory, in one read of them.

``X b``, the likelihood of the rows, ``X' r`` and ``X' D X`` follow one another on panels of about a hundred rows,
which stay in the nearest cache; nothing of the size of n is made.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.likelihood import bernoulli_rows

PANEL = 128
"""Most rows of a panel."""
_PANEL_ENTRIES = 1 << 15
FEW_COLUMNS = 64
"""Columns up to which `weighted_gram` is faster than a BLAS, which wants a scaled copy of the rows."""


def panel_rows(columns: int) -> int:
    """Rows of a panel that fit into the cache next to the processor; at least a few, for what is done row by row."""
    return max(32, min(PANEL, _PANEL_ENTRIES // max(columns, 1)))


@njit(fastmath={"contract", "reassoc"})
def rows_dot(block, b, constant, eta):
    """``eta_i = constant + x_i' b``."""
    n, p = block.shape
    fours = 4 * (n // 4)
    for i in range(0, fours, 4):
        x0, x1, x2, x3 = block[i], block[i + 1], block[i + 2], block[i + 3]
        s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
        for j in range(p):
            s0 += x0[j] * b[j]
            s1 += x1[j] * b[j]
            s2 += x2[j] * b[j]
            s3 += x3[j] * b[j]
        eta[i] = constant + s0
        eta[i + 1] = constant + s1
        eta[i + 2] = constant + s2
        eta[i + 3] = constant + s3
    for i in range(fours, n):
        x0, s0 = block[i], 0.0
        for j in range(p):
            s0 += x0[j] * b[j]
        eta[i] = constant + s0


@njit(fastmath={"contract", "reassoc"})
def rows_add(block, r, g):
    """``g += sum_i r_i x_i``."""
    n, p = block.shape
    fours = 4 * (n // 4)
    for i in range(0, fours, 4):
        x0, x1, x2, x3 = block[i], block[i + 1], block[i + 2], block[i + 3]
        r0, r1, r2, r3 = r[i], r[i + 1], r[i + 2], r[i + 3]
        for j in range(p):
            g[j] += (r0 * x0[j] + r1 * x1[j]) + (r2 * x2[j] + r3 * x3[j])
    for i in range(fours, n):
        x0, r0 = block[i], r[i]
        for j in range(p):
            g[j] += r0 * x0[j]


@njit(fastmath={"contract", "reassoc"})
def _rows_gram(block, c, square, line):
    """Add the lower triangle of ``X' diag(c) X`` to `square`, and ``X' c`` to `line`; some of the upper one is filled.

    Four rows times two columns at a time: each sum is fetched and stored once for four products.
    """
    n, p = block.shape
    fours, twos = 4 * (n // 4), 2 * (p // 2)
    for i in range(0, fours, 4):
        x0, x1, x2, x3 = block[i], block[i + 1], block[i + 2], block[i + 3]
        c0, c1, c2, c3 = c[i], c[i + 1], c[i + 2], c[i + 3]
        for j in range(p):
            line[j] += (c0 * x0[j] + c1 * x1[j]) + (c2 * x2[j] + c3 * x3[j])
        for j in range(0, twos, 2):
            a0, a1, a2, a3 = c0 * x0[j], c1 * x1[j], c2 * x2[j], c3 * x3[j]
            b0, b1, b2, b3 = c0 * x0[j + 1], c1 * x1[j + 1], c2 * x2[j + 1], c3 * x3[j + 1]
            row, next_row = square[j], square[j + 1]
            for k in range(min(p, 4 * ((j + 1) // 4 + 1))):  # whole vectors, a little past the diagonal
                y0, y1, y2, y3 = x0[k], x1[k], x2[k], x3[k]
                row[k] += (a0 * y0 + a1 * y1) + (a2 * y2 + a3 * y3)
                next_row[k] += (b0 * y0 + b1 * y1) + (b2 * y2 + b3 * y3)
        for j in range(twos, p):
            a0, a1, a2, a3 = c0 * x0[j], c1 * x1[j], c2 * x2[j], c3 * x3[j]
            row = square[j]
            for k in range(p):
                row[k] += (a0 * x0[k] + a1 * x1[k]) + (a2 * x2[k] + a3 * x3[k])
    for i in range(fours, n):
        x0, c0 = block[i], c[i]
        for j in range(p):
            a0 = c0 * x0[j]
            line[j] += a0
            row = square[j]
            for k in range(j + 1):
                row[k] += a0 * x0[k]


@njit()
def _add_panel(rows, c, square, line, gram):
    """Add ``[1, X]' diag(c) [1, X]`` of one panel to the lower triangle of `gram`.

    Sums of sums: added one after another, products of many rows would lose as many digits as a fit of nearly collinear
    columns has left. `square` and `line` are work space.
    """
    square[:] = 0.0
    line[:] = 0.0
    _rows_gram(rows, c, square, line)
    gram[0, 0] += _total(c)
    for j in range(line.size):
        below, sums = gram[j + 1], square[j]
        below[0] += line[j]
        for k in range(j + 1):
            below[k + 1] += sums[k]


@njit()
def _mirror(gram, p):
    """Copy the lower triangle of the first p rows and columns to the upper one."""
    for j in range(p):
        for k in range(j):
            gram[k, j] = gram[j, k]


@njit()
def weighted_gram(block, c, gram):
    """Add ``[1, X]' diag(c) [1, X]`` to the first rows and columns of `gram`, which are symmetric."""
    p = block.shape[1]
    square, line = np.empty((p, p)), np.empty(p)
    for lo in range(0, block.shape[0], PANEL):
        hi = min(lo + PANEL, block.shape[0])
        _add_panel(block[lo:hi], c[lo:hi], square, line, gram)
    _mirror(gram, p + 1)


@njit(fastmath={"contract", "reassoc"})
def _total(a):
    s = 0.0
    for i in range(a.size):
        s += a[i]
    return s


@njit(fastmath={"contract", "reassoc"})
def _total_size(a):
    s = 0.0
    for i in range(a.size):
        s += abs(a[i])
    return s


@njit()
def bernoulli_pass(x, label, weight, offset, beta, gradient, hessian, totals, work):
    """Value, gradient and Hessian of binary logistic rows (Text D) in one read of them.

    `beta`, `gradient` and `hessian` begin with the intercept; `hessian` is empty where it is not asked for, and `offset`
    where there is none. `totals` gains the sums of losses and of the residuals' sizes, and its last entry falls to the
    smallest margin ``s eta``. `work` is 5 x the rows of a panel.
    """
    panel = work.shape[1]
    p = x.shape[1] if hessian.size else 0
    square, line = np.empty((p, p)), np.empty(p)
    b, g = beta[1:], gradient[1:]
    for lo in range(0, x.shape[0], panel):
        m = min(panel, x.shape[0] - lo)
        rows = x[lo : lo + m]
        w, t = weight[lo : lo + m], label[lo : lo + m]
        eta, sign, loss = work[0][:m], work[1][:m], work[2][:m]
        residual, curvature = work[3][:m], work[4][:m]
        rows_dot(rows, b, beta[0], eta)
        if offset.size:
            shift = offset[lo : lo + m]
            for i in range(m):
                eta[i] += shift[i]
        for i in range(m):
            sign[i] = 1.0 - 2.0 * t[i]
        bernoulli_rows(eta, sign, w, loss, residual, curvature)
        for i in range(m):
            eta[i] *= sign[i]
        for i in range(m):
            totals[2] = min(totals[2], eta[i])
        totals[0] += _total(loss)
        totals[1] += _total_size(residual)
        gradient[0] += _total(residual)
        rows_add(rows, residual, g)
        if hessian.size:
            _add_panel(rows, curvature, square, line, hessian)
    if hessian.size:
        _mirror(hessian, p + 1)
