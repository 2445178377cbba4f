"""C.open: the stationary point is a maximum, over all probabilities, by two proofs."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "dice-mle-is-maximum",
    formulas=("C.open",),
    symbols={"K": "size", "t": "simplex 1..K", "q": "simplex 1..K", "k": "index 1..K"},
    parts={
        # First proof: log x <= x - 1, for x = q_k / t_k.
        "line": {
            "steps": (
                "sum(t[k]*log(q[k]), k, 1, K) - sum(t[k]*log(t[k]), k, 1, K)",
                ("=", "sum(t[k]*log(q[k]) - t[k]*log(t[k]), k, 1, K)", "sum-of-differences"),
                ("=", "sum(t[k]*(log(q[k]) - log(t[k])), k, 1, K)", "factor-out"),
                ("=", "sum(t[k]*log(q[k]/t[k]), k, 1, K)", "log-quotient"),
                ("<=", "sum(t[k]*(q[k]/t[k] - 1), k, 1, K)", "log-below-line"),
                ("=", "sum(q[k] - t[k], k, 1, K)", "cancel"),
                ("=", "sum(q[k], k, 1, K) - sum(t[k], k, 1, K)", "sum-of-differences"),
                ("=", "1 - 1", "probabilities-sum-to-one"),
                ("=", "0", "arithmetic"),
            )
        },
        # Second proof: the logarithm is concave, so it lies below its tangent at t_k.
        "concave": {
            "steps": (
                "sum(t[k]*log(q[k]), k, 1, K)",
                ("<=", "sum(t[k]*(log(t[k]) + (q[k] - t[k])/t[k]), k, 1, K)", "log-tangent"),
                ("=", "sum(t[k]*log(t[k]) + (q[k] - t[k]), k, 1, K)", "cancel"),
                ("=", "sum(t[k]*log(t[k]), k, 1, K) + sum(q[k] - t[k], k, 1, K)", "sum-of-sums"),
                (
                    "=",
                    "sum(t[k]*log(t[k]), k, 1, K) + (sum(q[k], k, 1, K) - sum(t[k], k, 1, K))",
                    "sum-of-differences",
                ),
                ("=", "sum(t[k]*log(t[k]), k, 1, K) + (1 - 1)", "probabilities-sum-to-one"),
                ("=", "sum(t[k]*log(t[k]), k, 1, K)", "arithmetic"),
            )
        },
    },
    proves=(
        "sum(t[k]*log(q[k]), k, 1, K) <= sum(t[k]*log(t[k]), k, 1, K)",
        "sum(t[k]*log(q[k]), k, 1, K) - sum(t[k]*log(t[k]), k, 1, K) <= 0",
    ),
    example={
        "K": "6",
        "t": ("3/20", "1/5", "1/10", "1/4", "1/20", "1/4"),
        "q": ("1/6", "1/6", "1/6", "1/6", "1/6", "1/6"),
    },
)
