"""The losses by their definitions in 60 digits: value, gradient, Hessian product, and the sizes of what is added up in them.

A gradient ``p_k sum_(j != k) t_j - t_k sum_(j != k) p_j + ...`` of soft targets is a difference, and nothing can tell it
apart from 0 where p is t; so its error is measured against the sum of the sizes of its terms, which for labels is the
gradient itself.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import mpmath

mp = mpmath.mp.clone()
mp.dps = 60
Number = mpmath.mpf


class Exact(NamedTuple):
    """Loss of a row, gradient and Hessian product by its logits, each with the sizes of their terms."""

    loss: Number
    gradient: list[Number]
    gradient_size: list[Number]
    product: list[Number]
    product_size: list[Number]


class _Softmax(NamedTuple):
    z: list[Number]
    first: list[Number]
    second: list[Number]
    gap: list[Number]
    p: list[Number]
    missed: list[Number]
    log_rest: Number
    lse: Number


@cache
def _softmax(x: tuple[float, ...], temperature: float, cap: float) -> _Softmax:
    z = [mp.mpf(v) for v in x]
    first, second = [mp.mpf(1) / mp.mpf(temperature)] * len(x), [mp.mpf(0)] * len(x)
    if cap != float("inf"):
        c = mp.mpf(cap)
        tanh = [mp.tanh(v / c) for v in z]
        slope = [1 / mp.cosh(v / c) ** 2 if not mp.isinf(v) else mp.mpf(0) for v in z]
        z, first = [c * t for t in tanh], [s * f for s, f in zip(slope, first, strict=True)]
        second = [-2 * t * f / c for t, f in zip(tanh, first, strict=True)]
    z = [v / mp.mpf(temperature) for v in z]
    top = max(z)
    at = z.index(top)
    e = [mp.exp(v - top) if not mp.isinf(v) else mp.mpf(0) for v in z]
    rest = mp.fsum(v for k, v in enumerate(e) if k != at)
    p = [v / (1 + rest) for v in e]
    missed = [(1 + rest - v) / (1 + rest) if k != at else rest / (1 + rest) for k, v in enumerate(e)]
    gap = [top - v for v in z]
    return _Softmax(z, first, second, gap, p, missed, mp.log1p(rest), top + mp.log1p(rest))


def softmax_row(x, t, v, *, temperature=1.0, cap=float("inf"), z_loss=0.0) -> Exact:
    """One row of logits x against targets t (numbers of 60 digits, smoothed and weighted), and the vector v."""
    s = _softmax(tuple(map(float, x)), float(temperature), float(cap))
    zeta, total, k_all = mp.mpf(z_loss), mp.fsum(t), range(len(t))
    loss = mp.fsum(t[k] * s.gap[k] for k in k_all if t[k]) + total * s.log_rest + zeta * s.lse**2
    g, g_size = [], []
    chief = max(k_all, key=lambda k: t[k])
    others = mp.fsum(t[k] for k in k_all if k != chief)
    for k in k_all:
        up, down = s.p[k] * (others if k == chief else total - t[k]), t[k] * s.missed[k]
        more = 2 * zeta * s.lse * s.p[k]
        g.append(up - down + more)
        g_size.append(up + down + abs(more))
    u = [mp.mpf(float(a)) * f for a, f in zip(v, s.first, strict=True)]
    product, size, at = [], [], s.gap.index(min(s.gap))
    below = mp.fsum(
        p * (u[at] - a) for p, a in zip(s.p, u, strict=True)
    )  # p'u = u_a - below, of which 60 digits keep little
    mean = u[at] - below
    spread = mp.fsum(p * abs(a - u[at]) for p, a in zip(s.p, u, strict=True))
    for k in k_all:
        weight = total + 2 * zeta * abs(s.lse)
        h = (total + 2 * zeta * s.lse) * s.p[k] * ((u[k] - u[at]) + below) + 2 * zeta * s.p[k] * mean
        bend = s.second[k] * mp.mpf(float(v[k]))
        product.append(s.first[k] * h + bend * g[k])
        # Capped, the entries of u are rounded themselves; else they are those of v, whose differences are exact.
        apart = abs(u[k] - u[at]) if cap == float("inf") else abs(u[k]) + abs(u[at])
        of_h = weight * s.p[k] * (apart + spread) + 2 * zeta * s.p[k] * (abs(u[at]) + spread)
        size.append(s.first[k] * of_h + abs(bend) * g_size[k])
    return Exact(
        loss, [a * f for a, f in zip(g, s.first, strict=True)], [a * f for a, f in zip(g_size, s.first, strict=True)],
        product, size,
    )  # fmt: skip


def probability_row(p, t) -> Exact:
    """One row of probabilities against targets."""
    p = [mp.mpf(float(a)) for a in p]
    loss = mp.fsum(-b * mp.log(a) if a else mp.inf for a, b in zip(p, t, strict=True) if b)
    gradient = [(-b / a if a else -mp.inf) if b else mp.mpf(0) for a, b in zip(p, t, strict=True)]
    return Exact(loss, gradient, [abs(g) for g in gradient], [], [])


def binary_entry(x, t, v, c) -> Exact:
    """One log-odds against the probability t of class 1, whose term has the weight c."""
    x, t, v, c = (mp.mpf(float(a)) for a in (x, t, v, c))
    up, down = (1 / (1 + mp.exp(-x)), 1 / (1 + mp.exp(x))) if not mp.isinf(x) else (mp.mpf(x > 0), mp.mpf(x < 0))

    def softplus(a):
        return (
            a
            if a == mp.inf
            else mp.mpf(0)
            if a == -mp.inf
            else mp.log1p(mp.exp(a))
            if a < 0
            else a + mp.log1p(mp.exp(-a))
        )

    loss = (c * t * softplus(-x) if t else 0) + ((1 - t) * softplus(x) if t < 1 else 0)
    product = (c * t + 1 - t) * up * down * v
    return Exact(mp.mpf(loss), [(1 - t) * up - c * t * down], [(1 - t) * up + c * t * down], [product], [abs(product)])


def binary_probability(y, t, c) -> Exact:
    """One probability of class 1 against the target t."""
    y, t, c = (mp.mpf(float(a)) for a in (y, t, c))
    loss = (-c * t * (mp.log(y) if y else -mp.inf) if t else 0) - (
        (1 - t) * (mp.log1p(-y) if y < 1 else -mp.inf) if t < 1 else 0
    )
    one, zero = (
        c * t / y if y else (mp.inf if t else mp.mpf(0)),
        (1 - t) / (1 - y) if y < 1 else (mp.inf if t < 1 else mp.mpf(0)),
    )
    return Exact(mp.mpf(loss), [zero - one], [zero + one], [], [])
