"""Value and gradient of binary rows in compressed sparse form, in one read of them.

As `binary_rows`: ``S b``, the likelihood of the rows and ``S' r`` follow one another on panels of rows.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.rows.panels import bernoulli_panel, total


@njit()
def csr_bernoulli_pass(indptr, indices, data, label, weight, offset, beta, gradient, curvature, totals, work):
    """Rows of a CSR matrix: value, gradient, and the curvature of each row.

    `beta` and `gradient` begin with the intercept; `offset` is empty where there is none; `curvature`, as long as the
    rows, is filled. `totals` is that of `bernoulli_panel`. `work` is 4 x the rows of a panel.
    """
    panel = work.shape[1]
    b, g = beta[1:], gradient[1:]
    for first in range(0, label.size, panel):
        m = min(panel, label.size - first)
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
        bernoulli_panel(eta, t, w, offset[first : first + m], sign, loss, residual, d, totals)
        gradient[0] += total(residual)
        for i in range(m):
            start, end = indptr[first + i], indptr[first + i + 1]
            j, x = indices[start:end], data[start:end]
            r = residual[i]
            for k in range(j.size):
                g[np.uint64(j[k])] += r * x[k]
