"""Panels: about a hundred rows at a time, which stay in the nearest cache while all that they are needed for is done."""

from __future__ import annotations

from loglik.kernels.jit import njit
from loglik.kernels.rows.likelihood import bernoulli_rows

PANEL = 128
"""Most rows of a panel."""
_PANEL_ENTRIES = 1 << 15


def panel_rows(columns: int) -> int:
    """Rows of a panel that fit into the cache next to the processor; at least a few, for what is done row by row."""
    return max(32, min(PANEL, _PANEL_ENTRIES // max(columns, 1)))


@njit(fastmath={"contract", "reassoc"})
def total(a):
    """Sum of the entries."""
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
def bernoulli_panel(eta, label, weight, offset, sign, loss, residual, curvature, totals):
    """Likelihood of a panel of binary rows, from their linear predictors without the offset (empty: there is none).

    `residual` and `curvature` are filled, `eta` becomes the margin ``s eta``; `sign` and `loss` are work space. `totals`
    gains the sums of losses and of the residuals' sizes, and its last entry falls to the smallest margin.
    """
    m = eta.size
    if offset.size:
        for i in range(m):
            eta[i] += offset[i]
    for i in range(m):
        sign[i] = 1.0 - 2.0 * label[i]
    bernoulli_rows(eta, sign, weight, loss, residual, curvature)
    for i in range(m):
        eta[i] *= sign[i]
    for i in range(m):
        totals[2] = min(totals[2], eta[i])
    totals[0] += total(loss)
    totals[1] += _total_size(residual)
