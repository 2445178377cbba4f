"""Value and gradient of binary rows that lie one after another in memory, in one read of them.

``X b``, the likelihood of the rows and ``X' r`` follow one another on panels of a few hundred rows, which stay in the
nearest cache; nothing of the size of n is made.
"""

from __future__ import annotations

from loglik.kernels.jit import njit
from loglik.kernels.likelihood import bernoulli_rows

PANEL = 512
"""Rows of a panel."""


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
def bernoulli_pass(x, label, weight, offset, beta, gradient, totals, work):
    """Value and gradient of binary logistic rows (Text D) in one read of them.

    `beta` and `gradient` begin with the intercept; `offset` is empty where there is none. `totals` gains the sums of
    losses and of the residuals' sizes, and its last entry falls to the smallest margin ``s eta``. `work` is 5 x PANEL.
    """
    panel = work.shape[1]
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
