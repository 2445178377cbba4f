"""Value and gradient of binary rows in compressed sparse form, in one read of them.

As `dense_rows`: ``S b``, the likelihood of the rows and ``S' r`` follow one another on panels of a few hundred rows.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.likelihood import bernoulli_rows


@njit()
def csr_bernoulli_pass(indptr, indices, data, lo, hi, label, weight, offset, beta, gradient, curvature, totals, work):
    """Rows lo..hi of a CSR matrix: value, gradient, and the curvature of each row.

    `beta` and `gradient` begin with the intercept; `offset` is empty where there is none; `curvature`, as long as the
    rows, is filled. `totals` gains the sums of losses and of the residuals' sizes, and its last entry falls to the
    smallest margin. `work` is 4 x the rows of a panel.
    """
    panel = work.shape[1]
    b, g = beta[1:], gradient[1:]
    for first in range(lo, hi, panel):
        m = min(panel, hi - first)
        w, t, d = weight[first : first + m], label[first : first + m], curvature[first : first + m]
        eta, sign, loss, residual = work[0][:m], work[1][:m], work[2][:m], work[3][:m]
        for i in range(m):
            start, end = indptr[first + i], indptr[first + i + 1]
            j, x = indices[start:end], data[start:end]
            s0, s1, s2, s3 = beta[0], 0.0, 0.0, 0.0
            fours = 4 * (j.size // 4)
            for k in range(0, fours, 4):
                s0 += b[np.uint64(j[k])] * x[k]
                s1 += b[np.uint64(j[k + 1])] * x[k + 1]
                s2 += b[np.uint64(j[k + 2])] * x[k + 2]
                s3 += b[np.uint64(j[k + 3])] * x[k + 3]
            for k in range(fours, j.size):
                s0 += b[np.uint64(j[k])] * x[k]
            eta[i] = (s0 + s1) + (s2 + s3)
        if offset.size:
            shift = offset[first : first + m]
            for i in range(m):
                eta[i] += shift[i]
        for i in range(m):
            sign[i] = 1.0 - 2.0 * t[i]
        bernoulli_rows(eta, sign, w, loss, residual, d)
        for i in range(m):
            totals[0] += loss[i]
            totals[1] += abs(residual[i])
            totals[2] = min(totals[2], sign[i] * eta[i])
            gradient[0] += residual[i]
        for i in range(m):
            start, end = indptr[first + i], indptr[first + i + 1]
            j, x = indices[start:end], data[start:end]
            r = residual[i]
            for k in range(j.size):
                g[np.uint64(j[k])] += r * x[k]
