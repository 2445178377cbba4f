"""D.next, K classes: the gradient of the cross-entropy by the logits is prediction minus truth."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "softmax-cross-entropy-gradient",
    formulas=("D.next",),
    symbols={"K": "size", "z": "real", "t": "distribution 1..K", "j": "index 1..K", "k": "index 1..K"},
    parts={
        "main": {
            "steps": (
                "d/dz[j] (-sum(t[k]*log(softmax(z, k, K)), k, 1, K))",
                ("=", "-d/dz[j] sum(t[k]*log(softmax(z, k, K)), k, 1, K)", "constant-factor"),
                ("=", "-sum(d/dz[j] (t[k]*log(softmax(z, k, K))), k, 1, K)", "derivative-of-range-sum"),
                ("=", "-sum(t[k]*d/dz[j] log(softmax(z, k, K)), k, 1, K)", "constant-factor"),
                ("=", "-sum(t[k]*(1/softmax(z, k, K)*d/dz[j] softmax(z, k, K)), k, 1, K)", "chain-log"),
                (
                    "=",
                    "-sum(t[k]*(1/softmax(z, k, K)*(softmax(z, k, K)*(delta(k, j) - softmax(z, j, K)))), k, 1, K)",
                    "softmax-derivative",
                ),
                ("=", "-sum(t[k]*(delta(k, j) - softmax(z, j, K)), k, 1, K)", "cancel"),
                ("=", "-sum(t[k]*delta(k, j) - softmax(z, j, K)*t[k], k, 1, K)", "expand"),
                (
                    "=",
                    "-(sum(t[k]*delta(k, j), k, 1, K) - sum(softmax(z, j, K)*t[k], k, 1, K))",
                    "sum-of-differences",
                ),
                ("=", "-(t[j] - sum(softmax(z, j, K)*t[k], k, 1, K))", "select-term"),
                ("=", "-(t[j] - softmax(z, j, K)*sum(t[k], k, 1, K))", "sum-constant-factor"),
                ("=", "-(t[j] - softmax(z, j, K)*1)", "probabilities-sum-to-one"),
                ("=", "softmax(z, j, K) - t[j]", "arithmetic"),
            )
        }
    },
    proves=("d/dz[j] (-sum(t[k]*log(softmax(z, k, K)), k, 1, K)) = softmax(z, j, K) - t[j]",),
    example={"K": "3", "j": "1", "z": ("1", "2", "-1"), "t": ("0", "1", "0")},
)
