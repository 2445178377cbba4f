"""Multiclass cross-entropy with every option, block by block in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.losses import checks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Vector
    from loglik.losses.checks import Counts
    from loglik.losses.problem import Floats, Problem

# Rows of a block: its temporaries stay in the cache. At least so many that loops across rows fill vectors.
_BLOCK_ENTRIES, _FEWEST = 1 << 13, 16


def _blocks(p: Problem) -> Iterator[tuple[int, int]]:
    n, v = p.x.shape
    step = max(_FEWEST, _BLOCK_ENTRIES // v)
    return ((lo, min(lo + step, n)) for lo in range(0, n, step))


def _classes_first(rows: Floats) -> Vector:
    """Transposed in float64; always a copy, since it is worked on."""
    return np.array(rows.T, dtype=np.float64, order="C", copy=True)


def _inputs(p: Problem, lo: int, hi: int) -> tuple[Vector, Vector]:
    """Rows lo to hi of the logits or probabilities, and of the targets after smoothing, times the class weights.

    Classes first, as the kernel takes them; rows that do not count are put out of harm's way.
    """
    x = _classes_first(p.x[lo:hi])
    if p.labels is not None:
        t = np.zeros(x.shape)
        t[p.labels[lo:hi], np.arange(hi - lo)] = 1.0
    elif p.targets is not None:
        t = _classes_first(p.targets[lo:hi])
    else:
        msg = "neither labels nor targets"
        raise ValueError(msg)
    if p.options.smoothing:
        t *= 1.0 - p.options.smoothing
        t += p.options.smoothing / x.shape[0]
    if p.class_weight is not None:
        t *= p.class_weight[:, None]
    if p.counts is not None:
        idle = ~p.counts[lo:hi]
        x[:, idle], t[:, idle] = 1.0, 0.0
    return x, t


def _refuse_rows(p: Problem) -> None:
    if p.options.softcap < np.inf:  # which makes infinite logits finite
        checks.no_nan("logits", p.x, p.counts)
    else:
        checks.softmax_rows("logits", p.x, p.counts)


def general(p: Problem, *, gradient: bool, out: Floats | None = None) -> tuple[Vector, Floats]:
    """Weighted losses and gradient with every option, block by block in float64."""
    from loglik.kernels.losses.soft import soft_rows
    from loglik.kernels.sums import exact_column_sums

    if p.is_logits:
        _refuse_rows(p)
    n = p.x.shape[0]
    loss, nothing = np.empty(n), np.empty((0, 0))
    grad = (np.empty_like(p.x, order="C") if out is None else out) if gradient else p.x[:0]
    o, single = p.options, p.x.dtype.itemsize < 8
    for lo, hi in _blocks(p):
        x, t = _inputs(p, lo, hi)
        scale = p.scale(lo, hi)
        slope = np.empty(x.shape) if gradient else nothing
        if p.is_logits:
            soft_rows(x, t, single, o.softcap, o.temperature, o.z_loss, scale, loss[lo:hi], slope, nothing, nothing)
        else:
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                exact_column_sums(np.where(t > 0.0, -t * np.log(x), 0.0), loss[lo:hi])  # 0 log 0 = 0
                if gradient:
                    slope = np.where(t > 0.0, -scale * t / x, 0.0)
        if gradient:
            _narrowed(slope, p.counts, lo, hi, grad)
    if p.row_weight is not None:
        with np.errstate(invalid="ignore", over="ignore"):
            loss *= p.row_weight
    if p.counts is not None:
        loss[~p.counts] = 0.0  # a row that does not count has no loss, even where z-loss would add one
    return loss, grad


def hessian_product(p: Problem, vector: Floats) -> Floats:
    """Product of the Hessian by the logits with a vector, rows first."""
    from loglik.kernels.losses.soft import soft_rows

    _refuse_rows(p)
    checks.finite("vector", vector, p.counts)
    nothing, out = np.empty((0, 0)), np.empty_like(p.x, order="C")
    o, single = p.options, p.x.dtype.itemsize < 8
    for lo, hi in _blocks(p):
        x, t = _inputs(p, lo, hi)
        along = _classes_first(vector[lo:hi])
        loss, product = np.empty(hi - lo), np.empty(x.shape)
        soft_rows(x, t, single, o.softcap, o.temperature, o.z_loss, p.scale(lo, hi), loss, nothing, along, product)
        _narrowed(product, p.counts, lo, hi, out)
    return out


def _narrowed(values: Vector, counts: Counts, lo: int, hi: int, out: Floats) -> None:
    """Write rows from a table with classes first in the type of the result, 0 where they do not count."""
    if counts is not None:
        values[:, ~counts[lo:hi]] = 0.0
    with np.errstate(over="ignore"):
        out[lo:hi] = values.T
