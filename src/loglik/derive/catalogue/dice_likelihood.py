"""C.20 and 4.1: the likelihood of many throws, counted by face, and its logarithm."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "dice-likelihood",
    formulas=("C.20", "C.4.1", "C.4.2"),
    symbols={
        "K": "size",
        "N": "size",
        "y": "simplex 1..K",
        "s": "index 1..K",
        "t": "nonnegative",
        "k": "index 1..K",
        "n": "index 1..N",
    },
    parts={
        "likelihood": {
            "given": {"counts": "t[k] = sum(delta(s[n], k), n, 1, N) for every k"},
            "solution": {"t[k]": "sum(delta(s[n], k), n, 1, N)"},
            "steps": (
                "product(y[s[n]], n, 1, N)",
                ("=", "product(product(y[k]^delta(s[n], k), k, 1, K), n, 1, N)", "select-factor"),
                ("=", "product(product(y[k]^delta(s[n], k), n, 1, N), k, 1, K)", "swap-products"),
                ("=", "product(y[k]^sum(delta(s[n], k), n, 1, N), k, 1, K)", "product-of-powers"),
                ("=", "product(y[k]^t[k], k, 1, K)", "given:counts"),
            ),
        },
        "logarithm": {
            "steps": (
                "log(product(y[k]^t[k], k, 1, K))",
                ("=", "sum(log(y[k]^t[k]), k, 1, K)", "log-of-range-product"),
                ("=", "sum(t[k]*log(y[k]), k, 1, K)", "log-power"),
            )
        },
    },
    proves=(
        "product(y[s[n]], n, 1, N) = product(y[k]^t[k], k, 1, K)",
        "log(product(y[k]^t[k], k, 1, K)) = sum(t[k]*log(y[k]), k, 1, K)",
    ),
    shows=1,
    example={
        "K": "6",
        "y": ("1/6", "1/6", "1/6", "1/6", "1/6", "1/6"),
        "t": ("3", "4", "2", "5", "1", "5"),
    },
)
