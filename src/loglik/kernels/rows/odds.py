"""Probabilities of binary rows whose odds are multiplied by one factor after the other."""

from __future__ import annotations

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
