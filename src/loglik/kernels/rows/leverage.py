"""The score of Jeffreys' prior for binary rows of dense columns: leverages, and what they add to the gradient."""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.rows.dense import rows_add, rows_dot
from loglik.kernels.rows.likelihood import bernoulli_rows
from loglik.kernels.rows.panels import total


@njit(fastmath={"contract", "reassoc"})
def _squared_norms(columns, root, a, b, h):
    """``h_i = |R x_i|^2``, R lower triangular: two rows of R times four columns at a time.

    `columns` holds x_i as columns, with noughts below; R has as many columns, a multiple of four. `a` and `b` are work
    space.
    """
    n = h.size
    for i in range(n):
        h[i] = 0.0
    for j in range(0, root.shape[0], 2):
        r, s = root[j], root[j + 1]
        for i in range(n):
            a[i] = 0.0
            b[i] = 0.0
        for k in range(0, min(j + 2, root.shape[1]), 4):  # noughts past the diagonal
            x0, x1, x2, x3 = columns[k], columns[k + 1], columns[k + 2], columns[k + 3]
            r0, r1, r2, r3 = r[k], r[k + 1], r[k + 2], r[k + 3]
            s0, s1, s2, s3 = s[k], s[k + 1], s[k + 2], s[k + 3]
            for i in range(n):
                y0, y1, y2, y3 = x0[i], x1[i], x2[i], x3[i]
                a[i] += (r0 * y0 + r1 * y1) + (r2 * y2 + r3 * y3)
                b[i] += (s0 * y0 + s1 * y1) + (s2 * y2 + s3 * y3)
        for i in range(n):
            h[i] += a[i] * a[i] + b[i] * b[i]


@njit()
def jeffreys_pass(x, center, label, weight, offset, beta, root, gradient, work):
    """Add ``sum_i h_i (1/2 - p_i) [1, x_i - center]``, ``h_i = w_i p_i (1 - p_i) |R [1, x_i - center]|^2`` (formula 11.9).

    `root` is R, lower triangular and padded with noughts as `_squared_norms` wants it; `offset` is empty where there is
    none. `work` is 8 x the rows of a panel.
    """
    q = x.shape[1]
    most = work.shape[1]
    moved, columns = np.empty((most, q)), np.zeros((root.shape[1], most))
    columns[0, :] = 1.0
    for lo in range(0, x.shape[0], most):
        hi = min(lo + most, x.shape[0])
        m, block, labels, weights = hi - lo, x[lo:hi], label[lo:hi], weight[lo:hi]
        eta, sign, loss, residual, curvature, h = (
            work[0][:m],
            work[1][:m],
            work[2][:m],
            work[3][:m],
            work[4][:m],
            work[5][:m],
        )
        for i in range(m):
            for j in range(q):
                moved[i, j] = block[i, j] - center[j]
                columns[1 + j, i] = moved[i, j]
        rows = moved[:m]
        rows_dot(rows, beta[1 : 1 + q], beta[0], eta)
        if offset.size:
            some = offset[lo:hi]
            for i in range(m):
                eta[i] += some[i]
        for i in range(m):
            sign[i] = 1.0 - 2.0 * labels[i]
        bernoulli_rows(eta, sign, weights, loss, residual, curvature)
        _squared_norms(columns, root, work[6], work[7], h)
        for i in range(m):
            p = residual[i] / weights[i] + (0.5 + 0.5 * sign[i])
            residual[i] = curvature[i] * h[i] * (0.5 - p)
        gradient[0] += total(residual)
        rows_add(rows, residual, gradient[1 : 1 + q])
