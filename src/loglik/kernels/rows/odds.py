"""Probabilities of binary rows: their derivatives, and what they become where odds are multiplied."""

from __future__ import annotations

from loglik.kernels.elementary import exp64
from loglik.kernels.jit import njit


@njit(fastmath={"contract", "reassoc"})
def multiplied_odds(odds, factors, weight, sums, responses):
    """With ``p = odds_i f_l / (1 + odds_i f_l)``: add ``sum_i w_i [p, 1 - p]`` to `sums`; `responses` are ``w_i p (1 - p)``.

    Products of odds and factors must be within the range of float64.
    """
    for l in range(factors.size):  # noqa: E741
        factor, into, total, others = factors[l], responses[l], 0.0, 0.0
        for i in range(odds.size):
            q = odds[i] * factor
            rest = weight[i] / (1.0 + q)
            other = 1.0 / (1.0 + q)
            p = q * other
            total += weight[i] * p
            others += rest
            into[i] = p * rest
        sums[l, 0] += total
        sums[l, 1] += others


@njit()
def derivatives(eta, weight, first, second):
    """``first = w p (1 - p)`` and ``second = w p (1 - p) (1 - 2 p)``, the derivatives of w p by the linear predictor."""
    for i in range(eta.size):
        a = exp64(-abs(eta[i]))
        inverse = 1.0 / (1.0 + a)
        first[i] = weight[i] * a * inverse * inverse
        apart = first[i] * (1.0 - a) * inverse
        second[i] = apart if eta[i] < 0.0 else -apart
