"""D.next, K classes: the derivative of softmax, and that it sums to 1."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "softmax-derivative",
    formulas=("D.next",),
    symbols={"K": "size", "z": "real", "j": "index 1..K", "k": "index 1..K", "i": "index 1..K"},
    parts={
        "derivative": {
            "steps": (
                "d/dz[j] softmax(z, k, K)",
                ("=", "d/dz[j] (exp(z[k])/sum(exp(z[i]), i, 1, K))", "softmax-definition"),
                (
                    "=",
                    (
                        "(d/dz[j] exp(z[k])*sum(exp(z[i]), i, 1, K) - exp(z[k])*d/dz[j] sum(exp(z[i]), i, 1, K))"
                        "/sum(exp(z[i]), i, 1, K)^2"
                    ),
                    "quotient-rule",
                ),
                (
                    "=",
                    (
                        "(d/dz[j] exp(z[k])*sum(exp(z[i]), i, 1, K) - exp(z[k])*sum(d/dz[j] exp(z[i]), i, 1, K))"
                        "/sum(exp(z[i]), i, 1, K)^2"
                    ),
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    (
                        "(exp(z[k])*d/dz[j] (z[k])*sum(exp(z[i]), i, 1, K)"
                        " - exp(z[k])*sum(exp(z[i])*d/dz[j] (z[i]), i, 1, K))"
                        "/sum(exp(z[i]), i, 1, K)^2"
                    ),
                    "chain-exp",
                ),
                (
                    "=",
                    (
                        "(exp(z[k])*delta(k, j)*sum(exp(z[i]), i, 1, K)"
                        " - exp(z[k])*sum(exp(z[i])*delta(i, j), i, 1, K))"
                        "/sum(exp(z[i]), i, 1, K)^2"
                    ),
                    "derivative-of-element",
                ),
                (
                    "=",
                    "(exp(z[k])*delta(k, j)*sum(exp(z[i]), i, 1, K) - exp(z[k])*exp(z[j]))/sum(exp(z[i]), i, 1, K)^2",
                    "select-term",
                ),
                (
                    "=",
                    "exp(z[k])/sum(exp(z[i]), i, 1, K)*(delta(k, j) - exp(z[j])/sum(exp(z[i]), i, 1, K))",
                    "factor-out",
                ),
                ("=", "softmax(z, k, K)*(delta(k, j) - exp(z[j])/sum(exp(z[i]), i, 1, K))", "softmax-definition"),
                ("=", "softmax(z, k, K)*(delta(k, j) - softmax(z, j, K))", "softmax-definition"),
            )
        },
        "total": {
            "steps": (
                "sum(softmax(z, k, K), k, 1, K)",
                ("=", "sum(exp(z[k])/sum(exp(z[i]), i, 1, K), k, 1, K)", "softmax-definition"),
                ("=", "1/sum(exp(z[i]), i, 1, K)*sum(exp(z[k]), k, 1, K)", "sum-constant-factor"),
                ("=", "1", "cancel"),
            )
        },
    },
    proves=(
        "d/dz[j] softmax(z, k, K) = softmax(z, k, K)*(delta(k, j) - softmax(z, j, K))",
        "sum(softmax(z, k, K), k, 1, K) = 1",
    ),
    example={"K": "3", "j": "1", "k": "2", "z": ("1", "2", "-1")},
)
