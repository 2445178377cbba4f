"""The likelihood of a block of rows: loss, residual and margin of each row, from its linear predictors.

Every exponential has an argument <= 0, every loss is a sum of terms >= 0, and the residual of the class that came up
is computed from the probabilities of the *other* classes: nothing cancels, so confident rows keep all their digits.
Sums over the block are left to the caller.
"""

from __future__ import annotations

from loglik.kernels.elementary import exp64, log1p_unit64, log64
from loglik.kernels.jit import njit


@njit()
def bernoulli_rows(eta, sign, weight, loss, residual, curvature):
    """Binary logistic rows (formula 7.1): with ``s = 2 t - 1`` and ``m = s eta``.

    ``loss = w log(1 + exp(-m))``, ``residual = w (sigmoid(eta) - t) = -w s sigmoid(-m)``,
    ``curvature = w sigmoid(m) sigmoid(-m)``.
    """
    for i in range(eta.shape[0]):
        m = sign[i] * eta[i]
        a = exp64(-abs(m))
        inverse = 1.0 / (1.0 + a)
        wrong = a * inverse if m >= 0.0 else inverse
        below = 0.0 if m >= 0.0 else -m
        loss[i] = weight[i] * (below + log1p_unit64(a))
        residual[i] = -weight[i] * sign[i] * wrong
        curvature[i] = weight[i] * a * inverse * inverse


@njit()
def categorical_rows(eta, label, weight, loss, probability, residual, margin, largest, second, rest, top):
    """Softmax rows with the last class as the reference, whose linear predictor is 0.

    With ``m = max_k eta_k``: ``loss = w ((m - eta_y) + log1p(sum_{k != argmax} exp(eta_k - m)))`` and
    ``residual_k = w (p_k - t_k)``. `label` runs over 0..C, C being the reference class. `margin` is ``eta_y`` minus
    the largest other predictor. `largest`, `second`, `rest` and `top` are work space of length B.
    """
    n_free, n = eta.shape
    for i in range(n):
        largest[i] = 0.0
        second[i] = -float("inf")
        top[i] = n_free
    for k in range(n_free):
        for i in range(n):
            e = eta[k, i]
            higher = e > largest[i]
            loser = largest[i] if higher else e
            second[i] = loser if loser > second[i] else second[i]
            top[i] = k if higher else top[i]
            largest[i] = e if higher or e != e else largest[i]  # noqa: PLR0124 - NaN must go on
    for i in range(n):
        rest[i] = 0.0 if top[i] == n_free else exp64(-largest[i])
    for k in range(n_free):
        for i in range(n):
            e = exp64(eta[k, i] - largest[i])
            probability[k, i] = e
            rest[i] += 0.0 if top[i] == k else e
    for i in range(n):
        y = label[i]
        predictor = eta[y, i] if y < n_free else 0.0
        # log1p for sums that may be tiny, log for those that cannot.
        log_term = log1p_unit64(rest[i]) if rest[i] <= 1.0 else log64(1.0 + rest[i])
        loss[i] = weight[i] * ((largest[i] - predictor) + log_term)
        margin[i] = predictor - (second[i] if top[i] == y else largest[i])
    for k in range(n_free):
        for i in range(n):
            p = probability[k, i] / (1.0 + rest[i])
            probability[k, i] = p
            residual[k, i] = weight[i] * p
    for i in range(n):
        y = label[i]
        if y < n_free:
            total = 1.0 + rest[i]
            others = rest[i] / total if top[i] == y else 1.0 - probability[y, i]
            residual[y, i] = -weight[i] * others
