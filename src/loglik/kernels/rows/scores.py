"""Scores ``r_i [1, x_i - center]`` of binary rows of dense columns, summed by groups whose rows are gathered."""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.rows.dense import rows_dot
from loglik.kernels.rows.likelihood import bernoulli_rows
from loglik.kernels.rows.panels import PANEL


@njit()
def _residuals(rows, label, weight, offset, beta, work):
    """Residuals of a panel, in the last row of `work` (5 x PANEL)."""
    m = rows.shape[0]
    eta, sign, loss, curvature, residual = work[0][:m], work[1][:m], work[2][:m], work[3][:m], work[4][:m]
    rows_dot(rows, beta[1:], beta[0], eta)
    if offset.size:
        for i in range(m):
            eta[i] += offset[i]
    for i in range(m):
        sign[i] = 1.0 - 2.0 * label[i]
    bernoulli_rows(eta, sign, weight, loss, residual, curvature)
    return residual


@njit()
def _add_score(r, x, sums):
    sums[0] += r
    into = sums[1:]
    for j in range(x.size):
        into[j] += r * x[j]


@njit()
def ordered_scores(x, center, label, weight, offset, beta, order, start, ends, sums):
    """Fill `sums` with the scores of groups of rows: of ``order[start:ends[0]]``, of those up to ``ends[1]`` and so on."""
    q = x.shape[1]
    moved, work = np.empty((PANEL, q)), np.empty((5, PANEL))
    labels, weights, offsets = np.empty(PANEL), np.empty(PANEL), np.empty(PANEL if offset.size else 0)
    sums[:] = 0.0
    group, last = 0, ends[-1]
    for lo in range(start, last, PANEL):
        m = min(PANEL, last - lo)
        chosen = order[lo : lo + m]
        for i in range(m):
            row = np.uint64(chosen[i])
            labels[i], weights[i] = label[row], weight[row]
            one, into = x[row], moved[i]
            for j in range(q):
                into[j] = one[j] - center[j]
        if offset.size:
            for i in range(m):
                offsets[i] = offset[np.uint64(chosen[i])]
        residual = _residuals(moved[:m], labels[:m], weights[:m], offsets[:m], beta, work)
        for i in range(m):
            while lo + i >= ends[group]:
                group += 1
            _add_score(residual[i], moved[i], sums[group])
