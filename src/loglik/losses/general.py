"""Multiclass cross-entropy with every option, block by block in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.losses import checks

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.losses.problem import Floats, Problem, Vector

# Rows of a block: its temporaries stay in the cache.
_BLOCK_ENTRIES = 1 << 16


def _blocks(p: Problem) -> list[tuple[int, int]]:
    n, v = p.x.shape
    step = max(1, _BLOCK_ENTRIES // v)
    return [(lo, min(lo + step, n)) for lo in range(0, n, step)]


def _transformed(p: Problem, x: Vector) -> tuple[Vector, Any, Any]:
    """Logits after soft cap and temperature, with first and second derivative by the original ones."""
    first: Any = 1.0 / p.temperature
    second: Any = 0.0
    if p.softcap is not None:
        t = np.tanh(x / p.softcap)
        slope = 1.0 - t * t
        x, first, second = p.softcap * t, slope * first, -2.0 * t * slope / p.softcap * first
    return x / p.temperature, first, second


def _softmax(z: Vector) -> tuple[Vector, npt.NDArray[np.int64], Vector, Vector]:
    """Maximum, its position, probabilities, and the sum of all exponentials but the maximum's."""
    top = z.argmax(axis=1)
    rows = np.arange(z.shape[0])
    m = z[rows, top]
    e = np.exp(z - m[:, None])
    e[rows, top] = 0.0
    rest = e.sum(axis=1)
    e[rows, top] = 1.0
    return m, top, e / (1.0 + rest)[:, None], rest


def _weighted_targets(p: Problem, lo: int, hi: int, shape: tuple[int, ...]) -> tuple[Vector, Vector]:
    """Targets after smoothing, times the class weights, and their row sums."""
    n, v = shape
    if p.labels is not None:
        t = np.zeros(shape)
        t[np.arange(n), p.labels[lo:hi]] = 1.0
    elif p.targets is not None:
        t = p.targets[lo:hi].astype(np.float64)
    else:
        msg = "neither labels nor targets"
        raise ValueError(msg)
    if p.smoothing:
        t = (1.0 - p.smoothing) * t + p.smoothing / v
    if p.class_weight is not None:
        t = t * p.class_weight
    return t, t.sum(axis=1)


def general(p: Problem, *, gradient: bool) -> tuple[Vector, Floats]:
    """Weighted losses and gradient with every option, block by block in float64."""
    if p.is_logits:
        checks.no_nan("logits", p.x)
    n = p.x.shape[0]
    loss = np.empty(n)
    grad = np.empty_like(p.x) if gradient else p.x[:0]
    for lo, hi in _blocks(p):
        x = p.x[lo:hi].astype(np.float64)
        t, total = _weighted_targets(p, lo, hi, x.shape)
        scale = p.scale(lo, hi)
        if not p.is_logits:
            with np.errstate(divide="ignore", invalid="ignore"):
                loss[lo:hi] = np.where(t > 0.0, -t * np.log(x), 0.0).sum(axis=1)  # 0 log 0 = 0
                if gradient:
                    grad[lo:hi] = scale * np.where(t > 0.0, -t / x, 0.0)
            continue
        z, first, _ = _transformed(p, x)
        m, top, prob, rest = _softmax(z)
        log1p_rest = np.log1p(rest)
        # m - z_k >= 0 for every class, and 0 for the maximum: no term cancels another.
        with np.errstate(invalid="ignore"):
            gap = np.where(t > 0.0, t * (m[:, None] - z), 0.0)
        loss[lo:hi] = gap.sum(axis=1) + total * log1p_rest
        if p.z_loss:
            loss[lo:hi] += p.z_loss * (m + log1p_rest) ** 2
        if gradient:
            g = total[:, None] * prob - t
            if p.labels is not None and p.smoothing == 0.0:
                # The label's entry from the other classes: -(sum_{j != y} p_j), exact for confident rows.
                rows, y = np.arange(hi - lo), p.labels[lo:hi]
                others = np.where(y == top, rest / (1.0 + rest), 1.0 - prob[rows, y])
                g[rows, y] = -total * others
            if p.z_loss:
                g += 2.0 * p.z_loss * (m + log1p_rest)[:, None] * prob
            grad[lo:hi] = scale * first * g
    if p.row_weight is not None:
        with np.errstate(invalid="ignore"):
            loss *= p.row_weight
        loss[p.row_weight == 0.0] = 0.0  # an ignored row counts nothing even where its loss is infinite
    return loss, grad


def hessian_product(p: Problem, vector: Floats) -> Floats:
    """Product of the Hessian by the logits with a vector, rows first."""
    out = np.empty_like(p.x)
    for lo, hi in _blocks(p):
        z, first, second = _transformed(p, p.x[lo:hi].astype(np.float64))
        m, _, prob, rest = _softmax(z)
        lse = m + np.log1p(rest)
        t, total = _weighted_targets(p, lo, hi, z.shape)
        u = first * vector[lo:hi]
        spread = prob * (u - (prob * u).sum(axis=1, keepdims=True))
        product = total[:, None] * spread
        g = total[:, None] * prob - t
        if p.z_loss:
            g = g + 2.0 * p.z_loss * lse[:, None] * prob
            product += 2.0 * p.z_loss * (prob * (prob * u).sum(axis=1, keepdims=True) + lse[:, None] * spread)
        out[lo:hi] = p.scale(lo, hi) * (first * product + second * vector[lo:hi] * g)
    return out
