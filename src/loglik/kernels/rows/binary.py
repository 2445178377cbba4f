"""Value, gradient and Hessian of binary rows of dense columns and category codes, in one read of them.

``X b``, the likelihood of the rows, ``X' r`` and ``X' D X`` follow one another on panels of rows, which stay in the
nearest cache; nothing of the size of n is made.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.jit import njit
from loglik.kernels.rows.dense import add_panel_gram, mirror, rows_add, rows_dot
from loglik.kernels.rows.panels import bernoulli_panel, total
from loglik.kernels.rows.products import gather_levels, scatter_levels


@njit()
def _add_levels_gram(codes, rows, c, gram):
    """Add to `gram` the products of the levels with the intercept, the dense columns and one another.

    Those of a level with itself are those with the intercept (`_level_diagonal`).
    """
    q = rows.shape[1]
    for i in range(codes.shape[0]):
        ci, x = c[i], rows[i]
        for a in range(codes.shape[1]):
            row = gram[np.uint32(codes[i, a])]
            row[0] += ci
            for j in range(q):
                row[1 + j] += ci * x[j]
            for b in range(a + 1, codes.shape[1]):
                row[np.uint32(codes[i, b])] += ci


@njit()
def _level_diagonal(gram, first):
    for j in range(first, gram.shape[0]):
        gram[j, j] = gram[j, 0]


@njit()
def _panel(rows, codes, label, weight, offset, beta, gradient, hessian, totals, work, sums):
    """One panel; `work` is 5 x its rows or more, `sums` (p + 1) x p with the Hessian."""
    m, q = rows.shape
    eta, sign, loss, residual, curvature = work[0][:m], work[1][:m], work[2][:m], work[3][:m], work[4][:m]
    rows_dot(rows, beta[1 : 1 + q], beta[0], eta)
    gather_levels(codes, beta, eta)
    bernoulli_panel(eta, label, weight, offset, sign, loss, residual, curvature, totals)
    gradient[0] += total(residual)
    rows_add(rows, residual, gradient[1 : 1 + q])
    scatter_levels(codes, residual, gradient)
    if hessian.size:
        add_panel_gram(rows, curvature, sums[:q], sums[q], hessian)
        _add_levels_gram(codes, rows, curvature, hessian)


@njit()
def bernoulli_pass(x, codes, label, weight, offset, beta, gradient, hessian, totals, work):
    """Value, gradient and Hessian of binary logistic rows (formulas 8.3 and 8.4) in one read of them.

    `beta`, `gradient` and `hessian` begin with the intercept and the dense columns; `codes` are positions among them.
    `hessian` is empty where it is not asked for, and gains what `Design.symmetric_from_parts` completes; `offset` is
    empty where there is none. `totals` is that of `bernoulli_panel`, `work` 5 x the rows of a panel.
    """
    q = x.shape[1]
    p = q if hessian.size else 0
    sums = np.empty((p + 1, p))
    for lo in range(0, x.shape[0], work.shape[1]):
        hi = min(lo + work.shape[1], x.shape[0])
        _panel(
            x[lo:hi], codes[lo:hi], label[lo:hi], weight[lo:hi], offset[lo:hi], beta, gradient, hessian, totals,
            work, sums,
        )  # fmt: skip
    if hessian.size:
        mirror(hessian, q + 1)
        _level_diagonal(hessian, q + 1)


@njit()
def moved_bernoulli_pass(x, center, codes, label, weight, offset, beta, gradient, hessian, totals, work):
    """As `bernoulli_pass` for rows in any layout, from which `center` is subtracted."""
    q = x.shape[1]
    p = q if hessian.size else 0
    sums = np.empty((p + 1, p))
    moved = np.empty((work.shape[1], q))
    for lo in range(0, x.shape[0], work.shape[1]):
        hi = min(lo + work.shape[1], x.shape[0])
        for j in range(q):
            for i in range(hi - lo):
                moved[i, j] = x[lo + i, j] - center[j]
        _panel(
            moved[: hi - lo], codes[lo:hi], label[lo:hi], weight[lo:hi], offset[lo:hi], beta, gradient, hessian, totals,
            work, sums,
        )  # fmt: skip
    if hessian.size:
        mirror(hessian, q + 1)
        _level_diagonal(hessian, q + 1)
