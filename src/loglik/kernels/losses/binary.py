"""Binary cross-entropy of logits, entry by entry: value, and value with gradient.

With ``a = e^-|x|``, target t and weight c of the class 1::

    loss  = (1 - t + c t) log1p(a) + (1 - t) max(x, 0) + c t max(-x, 0)
    slope = (1 - t) sigmoid(x) - c t sigmoid(-x),     sigmoid(-|x|) = a / (1 + a)

All terms of the loss are >= 0, and for hard targets one term of the slope is left: nothing cancels.
"""

from __future__ import annotations

import numpy as np

from loglik.kernels.bits import larger
from loglik.kernels.elementary import exp64, log1p_unit
from loglik.kernels.exponentials import exp_difference
from loglik.kernels.jit import njit
from loglik.kernels.losses.whole_blocks import ask_for, block_copy, block_sum

ENTRIES = 512
_HALVED = 700.0
_FAINT = 87.0  # further from zero, shares in float32 lose digits and then all


@njit()
def _shares(x, zero, share):
    for i in range(x.shape[0]):
        share[i] = exp_difference(-abs(x[i]), zero)


@njit()
def _targets(target, t):
    """Targets in float64; whether one is no probability."""
    wrong = 0
    for i in range(target.shape[0]):
        t[i] = np.float64(target[i])
        wrong |= not (0.0 <= t[i] <= 1.0)
    return wrong != 0


@njit()
def _losses(x, t, share, tail, c, value):
    for i in range(x.shape[0]):
        z = np.float64(x[i])
        value[i] = (1.0 - t[i]) * z if z > 0.0 else -c * t[i] * z
        # An infinite logit and the share 0 of the other class: 0 times inf is 0 here.
        value[i] = value[i] if value[i] == value[i] or z != z else 0.0  # noqa: PLR0124
    for i in range(x.shape[0]):
        tail[i] = log1p_unit(share[i])
    for i in range(x.shape[0]):
        value[i] += ((1.0 - t[i]) + c * t[i]) * np.float64(tail[i])


@njit()
def _slopes(x, t, share, one, c, tail, slope):
    for i in range(x.shape[0]):
        tail[i] = one / (one + share[i])
        share[i] *= tail[i]
    for i in range(x.shape[0]):
        small, large = np.float64(share[i]), np.float64(tail[i])
        up = large if x[i] > 0.0 else small
        down = small if x[i] > 0.0 else large
        slope[i] = (1.0 - t[i]) * up - c * t[i] * down


@njit()
def _faint(x, t, c, value, slope):
    """Mend entries whose smaller share is below what its type holds: for targets at an end it is all that is left."""
    largest = x.dtype.type(0.0)
    for i in range(x.shape[0]):
        largest = larger(abs(x[i]), largest)
    if largest < _FAINT:
        return
    for i in range(x.shape[0]):
        z = np.float64(x[i])
        if abs(z) >= _FAINT:
            # Of two factors, the share goes on below the normal numbers where c lifts it up again.
            e = exp64(-abs(z)) if abs(z) < _HALVED else exp64(-0.5 * abs(z))
            rest = 1.0 if abs(z) < _HALVED else e
            far = (1.0 - t[i]) * z if z > 0.0 else -c * t[i] * z
            value[i] = (far if far == far else 0.0) + ((1.0 - t[i]) + c * t[i]) * e * rest  # noqa: PLR0124
            slope[i] = (1.0 - t[i]) - c * t[i] * e * rest if z > 0.0 else (1.0 - t[i]) * e * rest - c * t[i]


@njit()
def _times(value, weight):
    for i in range(weight.shape[0]):
        value[i] = value[i] * weight[i] if weight[i] > 0.0 else 0.0


@njit()
def _scaled(slope, by, grad):
    for i in range(grad.shape[0]):
        grad[i] = slope[i] * by


@njit()
def binary(x, target, weight, c, by, loss, sums, grad):
    """Weighted losses of entries and their sums over `ENTRIES`, and the gradient divided by `by`.

    `weight`, `loss` and `grad` may be empty: weights of one, and nothing kept. Returns whether a target is no probability.
    """
    zero, one = x.dtype.type(0.0), x.dtype.type(1.0)
    share, t, value = np.empty(ENTRIES, x.dtype), np.empty(ENTRIES), np.empty(ENTRIES)
    slope, tail = np.empty(ENTRIES), np.empty(ENTRIES, x.dtype)
    wrong = False
    for lo in range(0, x.shape[0], ENTRIES):
        hi = min(lo + ENTRIES, x.shape[0])
        part, made, goal, result = x[lo:hi], share[: hi - lo], t[: hi - lo], value[: hi - lo]
        # The next block, and the place where this one's gradient goes, come while this one is worked on.
        ask_for(x, hi, hi + ENTRIES)
        ask_for(target, hi, hi + ENTRIES)
        if grad.shape[0]:
            ask_for(grad, lo, hi)
        _shares(part, zero, made)
        wrong |= _targets(target[lo:hi], goal)
        _losses(part, goal, made, tail, c, result)
        if grad.shape[0]:
            _slopes(part, goal, made, one, c, tail, slope[: hi - lo])
        _faint(part, goal, c, result, slope)
        if weight.shape[0]:
            _times(result, weight[lo:hi])
        sums[lo // ENTRIES] = block_sum(result)
        if loss.shape[0]:
            block_copy(result, loss[lo:hi])
        if grad.shape[0]:
            if weight.shape[0]:
                _times(slope, weight[lo:hi])
            _scaled(slope, 1.0 / by, grad[lo:hi])
    return wrong
