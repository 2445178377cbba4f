"""Products with dense rows that lie one after another in memory: ``X b``, ``X' r`` and ``X' D X``."""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.rows.panels import PANEL, total

FEW_COLUMNS = 64
"""Columns up to which `weighted_gram` is faster than a BLAS, which wants a scaled copy of the rows."""


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
def add_panel_gram(rows, c, square, line, gram):
    """Add ``[1, X]' diag(c) [1, X]`` of one panel to the lower triangle of `gram`.

    Sums of sums: added one after another, products of many rows would lose as many digits as a fit of nearly collinear
    columns has left. `square` and `line` are work space.
    """
    square[:] = 0.0
    line[:] = 0.0
    _rows_gram(rows, c, square, line)
    gram[0, 0] += total(c)
    for j in range(line.size):
        below, sums = gram[j + 1], square[j]
        below[0] += line[j]
        for k in range(j + 1):
            below[k + 1] += sums[k]


@njit()
def mirror(gram, p):
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
        add_panel_gram(block[lo:hi], c[lo:hi], square, line, gram)
    mirror(gram, p + 1)
