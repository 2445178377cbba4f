"""C.open: why one takes the logarithm before differentiating."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "why-take-the-log",
    formulas=("C.open",),
    symbols={
        "K": "size",
        "L1": "positive",
        "L2": "positive",
        "y": "positive",
        "t": "nonnegative",
        "j": "index 1..K",
        "k": "index 1..K",
    },
    parts={
        # What is larger stays larger.
        "order": {"steps": ("L1 < L2", ("<=>", "log(L1) < log(L2)", "log-increasing"))},
        # The derivative of the log is the derivative, divided by something positive.
        "slope": {
            "steps": (
                "d/dy[j] log(product(y[k]^t[k], k, 1, K))",
                ("=", "1/product(y[k]^t[k], k, 1, K)*d/dy[j] product(y[k]^t[k], k, 1, K)", "chain-log"),
            )
        },
        # So both are zero at the same place.
        "zero": {
            "steps": (
                "1/product(y[k]^t[k], k, 1, K)*d/dy[j] product(y[k]^t[k], k, 1, K) = 0",
                ("<=>", "d/dy[j] product(y[k]^t[k], k, 1, K) = 0", "both-sides", "by = product(y[k]^t[k], k, 1, K)"),
            )
        },
        # And the derivative of the log is a sum with one term that depends on y_j.
        "easy": {
            "steps": (
                "d/dy[j] log(product(y[k]^t[k], k, 1, K))",
                ("=", "d/dy[j] sum(log(y[k]^t[k]), k, 1, K)", "log-of-range-product"),
                ("=", "d/dy[j] sum(t[k]*log(y[k]), k, 1, K)", "log-power"),
                ("=", "sum(d/dy[j] (t[k]*log(y[k])), k, 1, K)", "derivative-of-range-sum"),
                ("=", "sum(t[k]*d/dy[j] log(y[k]), k, 1, K)", "constant-factor"),
                ("=", "sum(t[k]*(1/y[k]*d/dy[j] (y[k])), k, 1, K)", "chain-log"),
                ("=", "sum(t[k]*(1/y[k]*delta(j, k)), k, 1, K)", "derivative-of-element"),
                ("=", "t[j]/y[j]", "select-term"),
            )
        },
    },
    proves=(
        "L1 < L2 <=> log(L1) < log(L2)",
        "d/dy[j] log(product(y[k]^t[k], k, 1, K)) = 1/product(y[k]^t[k], k, 1, K)*d/dy[j] product(y[k]^t[k], k, 1, K)",
        (
            "1/product(y[k]^t[k], k, 1, K)*d/dy[j] product(y[k]^t[k], k, 1, K) = 0"
            " <=> d/dy[j] product(y[k]^t[k], k, 1, K) = 0"
        ),
        "d/dy[j] log(product(y[k]^t[k], k, 1, K)) = t[j]/y[j]",
    ),
    shows=3,
    example={"K": "3", "j": "2", "y": ("1/5", "1/2", "3/10"), "t": ("2", "5", "3")},
)
