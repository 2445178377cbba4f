r"""Cross-entropy of rows of logits against any targets, with soft cap, temperature and z-loss, in float64.

For a row with capped logits z, temperature T, targets t >= 0 (smoothed and weighted), ``S = sum_k t_k`` and a the place of
the maximum::

    gap_k  = (z_a - z_k) / T >= 0            as a pair: rounded, a gap of 700 would cost e^-gap 350 ulp
    rest   = sum_{k != a} e^(-gap_k),        p_k = e^(-gap_k) / (1 + rest)
    loss   = sum_k t_k gap_k + S log1p(rest) + zeta lse^2,            lse = z_a / T + log1p(rest)
    g_k    = p_k (S - t_k) - t_k (1 - p_k)  + 2 zeta lse p_k          the derivative by z_k / T

In g both factors in parentheses are sums of the *other* classes where they are small: ``1 - p_a = rest / (1 + rest)``, and
S less the largest target is the sum of the rest of them. So nothing of a confident row is lost, and ``S p - t`` never
formed. The Hessian takes a vector u to ``S s_k + 2 zeta (p_k p'u + lse s_k)``, with::

    s_k = p_k (u_k - p'u) = p_k ((u_k - u_a) + d),      d = sum_{k != a} p_k (u_a - u_k),     p'u = u_a - d

Tables have a line for each class and a column for each row of logits, so that loops run across rows and become vector
instructions however few classes there are. Sums over classes keep the errors of their additions.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.elementary import exp64, log1p64
from loglik.kernels.jit import njit
from loglik.kernels.losses.soft_cap import soft_cap, soft_cap_rounded
from loglik.kernels.sums import fused_multiply_add, two_difference, two_sum


@njit()
def _largest(table, top, at):
    """Largest entry of each column, and its line."""
    for i in range(top.shape[0]):
        top[i], at[i] = table[0, i], 0
    for k in range(1, table.shape[0]):
        for i in range(top.shape[0]):
            higher = table[k, i] > top[i]
            top[i] = table[k, i] if higher else top[i]
            at[i] = k if higher else at[i]


@njit()
def _rest(table, most, at, rest, lost):
    """Sum of each column but for its largest entry, which comes into `most`, and its line into `at`."""
    _largest(table, most, at)
    for i in range(rest.shape[0]):
        rest[i], lost[i] = 0.0, 0.0
    for k in range(table.shape[0]):
        for i in range(rest.shape[0]):
            s, error = two_sum(rest[i], 0.0 if at[i] == k else table[k, i])
            rest[i] = s
            lost[i] += error
    for i in range(rest.shape[0]):
        rest[i] += lost[i]


@njit()
def _shares(z, low, top, top_low, at, temperature, t, share, rest, far):
    """``e^-gap`` of the other classes, 0 for the largest; their sums `rest`, and the sums ``t gap`` in `far`."""
    inverse = 1.0 / temperature
    lost, far_lost = np.zeros(rest.shape[0]), np.zeros(rest.shape[0])
    for i in range(rest.shape[0]):
        rest[i], far[i] = 0.0, 0.0
    for k in range(z.shape[0]):
        for i in range(rest.shape[0]):
            d, error = two_difference(top[i], z[k, i])
            error += top_low[i] - low[k, i]
            q = d * inverse
            r = (fused_multiply_add(-q, temperature, d) + error) * inverse
            r = r if abs(r) < np.inf else 0.0  # beside an infinite gap
            q = q if q > 0.0 else 0.0
            e = exp64(-q)
            e -= e * r
            e = 0.0 if at[i] == k else e
            share[k, i] = e
            s, error = two_sum(rest[i], e)
            rest[i] = s
            lost[i] += error
            term = t[k, i] * (q + r)
            term = term if t[k, i] > 0.0 else 0.0  # 0 times an infinite gap is 0
            s, error = two_sum(far[i], term)
            far[i] = s
            far_lost[i] += error
    for i in range(rest.shape[0]):
        rest[i] += lost[i]
        far[i] += far_lost[i] if abs(far[i]) < np.inf else 0.0


@njit()
def _losses(top, inverse, rest, far, others, most, z_loss, log_rest, lse, loss):
    for i in range(rest.shape[0]):
        log_rest[i] = log1p64(rest[i])
        lse[i] = top[i] * inverse + log_rest[i]
    for i in range(rest.shape[0]):
        loss[i] = far[i] + (others[i] + most[i]) * log_rest[i]
        loss[i] += z_loss * lse[i] * lse[i] if z_loss != 0.0 else 0.0


@njit()
def _slopes(t, share, rest, at, others, most, chief, z_loss, lse, slope):
    """Fill in g, whose name is `slope` here: `chief` is the line of the largest target `most`, `others` the rest of S."""
    for k in range(t.shape[0]):
        for i in range(rest.shape[0]):
            inverse = 1.0 / (1.0 + rest[i])
            p = (1.0 if at[i] == k else share[k, i]) * inverse
            missed = rest[i] * inverse if at[i] == k else 1.0 - p
            elsewhere = others[i] if chief[i] == k else (others[i] + most[i]) - t[k, i]
            g = p * elsewhere - t[k, i] * missed
            slope[k, i] = g + (2.0 * z_loss * lse[i] * p if z_loss != 0.0 and p > 0.0 else 0.0)


@njit()
def _hessian(u, share, rest, at, total, z_loss, lse, product):
    """Product of the Hessian by ``z / T`` with the columns of u."""
    along, d, lost = np.empty(rest.shape[0]), np.zeros(rest.shape[0]), np.zeros(rest.shape[0])  # along: u_a
    for i in range(rest.shape[0]):
        along[i] = u[at[i], i]
    for k in range(u.shape[0]):
        for i in range(rest.shape[0]):
            s, error = two_sum(d[i], share[k, i] / (1.0 + rest[i]) * (along[i] - u[k, i]))
            d[i] = s
            lost[i] += error
    for i in range(rest.shape[0]):
        d[i] += lost[i]
    for k in range(u.shape[0]):
        for i in range(rest.shape[0]):
            p = (1.0 if at[i] == k else share[k, i]) / (1.0 + rest[i])
            s = p * ((u[k, i] - along[i]) + d[i])
            by_z = 2.0 * z_loss * (p * (along[i] - d[i]) + lse[i] * s) if z_loss != 0.0 and p > 0.0 else 0.0
            product[k, i] = total[i] * s + by_z


@njit()
def soft_rows(x, t, single, cap, temperature, z_loss, scale, loss, grad, vector, product):
    """Losses of rows; the gradient times `scale`, unless `grad` is empty; the Hessian product, unless `vector` is.

    All tables are float64, classes first; `single` tells that float32 holds the logits, and their digits are enough;
    ``cap = inf`` caps nothing. The largest logit of each row is finite once capped.
    """
    v, n = x.shape
    top, top_low, at = np.empty(n), np.zeros(n), np.empty(n, np.int64)
    rest, lost, far = np.empty(n), np.empty(n), np.empty(n)
    others, most, chief = np.empty(n), np.empty(n), np.empty(n, np.int64)
    log_rest, lse = np.empty(n), np.empty(n)
    share, low = np.empty((v, n)), np.zeros((v, n))
    capped = cap < np.inf
    z = np.empty((v, n)) if capped else x
    first, second = np.empty((v, n) if capped else (0, 0)), np.empty((v, n) if capped else (0, 0))
    _largest(x, top, at)
    if capped:
        cells = v * n
        flat, bend = z.reshape(cells), second.reshape(cells)
        if single:
            soft_cap_rounded(x.reshape(cells), cap, flat, first.reshape(cells), bend)
        else:
            soft_cap(x.reshape(cells), cap, flat, low.reshape(cells), first.reshape(cells), bend)
        for i in range(n):
            top[i], top_low[i] = z[at[i], i], low[at[i], i]
    _rest(t, most, chief, others, lost)
    _shares(z, low, top, top_low, at, temperature, t, share, rest, far)
    _losses(top, 1.0 / temperature, rest, far, others, most, z_loss, log_rest, lse, loss)
    if not (grad.shape[0] or vector.shape[0]):
        return
    slope = grad if grad.shape[0] else np.empty((v, n))
    _slopes(t, share, rest, at, others, most, chief, z_loss, lse, slope)
    if vector.shape[0]:
        for k in range(v):
            for i in range(n):
                low[k, i] = vector[k, i] * (first[k, i] if capped else 1.0)  # divided last: its differences count
        _hessian(low, share, rest, at, others + most, z_loss, lse, product)
        for k in range(v):
            for i in range(n):
                h = product[k, i] / temperature
                along = first[k, i] * h + second[k, i] * vector[k, i] * slope[k, i] if capped else h
                product[k, i] = scale[i] / temperature * along
    if grad.shape[0]:
        for k in range(v):
            for i in range(n):
                grad[k, i] *= scale[i] / temperature * (first[k, i] if capped else 1.0)
