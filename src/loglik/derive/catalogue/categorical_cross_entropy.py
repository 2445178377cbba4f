"""C.4.3 with its sign, and A (1): the negative log-likelihood of one sample, and its mean over N samples."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "categorical-cross-entropy",
    formulas=("C.4.3", "A.1"),
    symbols={
        "K": "size",
        "N": "size",
        "y": "probability",
        "t": "nonnegative",
        "k": "index 1..K",
        "i": "index 1..N",
    },
    parts={
        "one": {
            "steps": (
                "-log(product(y[k]^t[k], k, 1, K))",
                ("=", "-sum(log(y[k]^t[k]), k, 1, K)", "log-of-range-product"),
                ("=", "-sum(t[k]*log(y[k]), k, 1, K)", "log-power"),
            )
        },
        "mean": {
            "steps": (
                "-1/N*log(product(product(y[i, k]^t[i, k], k, 1, K), i, 1, N))",
                ("=", "-1/N*sum(log(product(y[i, k]^t[i, k], k, 1, K)), i, 1, N)", "log-of-range-product"),
                ("=", "-1/N*sum(sum(log(y[i, k]^t[i, k]), k, 1, K), i, 1, N)", "log-of-range-product"),
                ("=", "-1/N*sum(sum(t[i, k]*log(y[i, k]), k, 1, K), i, 1, N)", "log-power"),
            )
        },
    },
    proves=(
        "-log(product(y[k]^t[k], k, 1, K)) = -sum(t[k]*log(y[k]), k, 1, K)",
        (
            "-1/N*log(product(product(y[i, k]^t[i, k], k, 1, K), i, 1, N))"
            " = -1/N*sum(sum(t[i, k]*log(y[i, k]), k, 1, K), i, 1, N)"
        ),
    ),
    example={"K": "3", "y": ("1/5", "1/2", "3/10"), "t": ("0", "1", "0")},
)
