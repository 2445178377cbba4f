"""What the cross-entropy consists of: the entropy of the truth, and the divergence from it."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "cross-entropy-is-entropy-plus-kl",
    symbols={"K": "size", "t": "simplex 1..K", "y": "simplex 1..K", "k": "index 1..K"},
    parts={
        "main": {
            "steps": (
                "-sum(t[k]*log(y[k]), k, 1, K)",
                (
                    "=",
                    "-sum(t[k]*log(t[k]), k, 1, K) + (sum(t[k]*log(t[k]), k, 1, K) - sum(t[k]*log(y[k]), k, 1, K))",
                    "arithmetic",
                ),
                (
                    "=",
                    "-sum(t[k]*log(t[k]), k, 1, K) + sum(t[k]*log(t[k]) - t[k]*log(y[k]), k, 1, K)",
                    "sum-of-differences",
                ),
                ("=", "-sum(t[k]*log(t[k]), k, 1, K) + sum(t[k]*(log(t[k]) - log(y[k])), k, 1, K)", "factor-out"),
                ("=", "-sum(t[k]*log(t[k]), k, 1, K) + sum(t[k]*log(t[k]/y[k]), k, 1, K)", "log-quotient"),
            )
        }
    },
    proves=("-sum(t[k]*log(y[k]), k, 1, K) = -sum(t[k]*log(t[k]), k, 1, K) + sum(t[k]*log(t[k]/y[k]), k, 1, K)",),
    example={"K": "3", "t": ("1/5", "1/2", "3/10"), "y": ("1/4", "1/4", "1/2")},
)
