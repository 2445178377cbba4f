"""2.3 for n factors: by induction, the logarithm turns a product over an index into a sum."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-of-range-product",
    symbols={"a": "base", "y": "positive", "n": "size"},
    parts={
        # One factor.
        "first": {
            "steps": (
                "log(product(y[k], k, 1, 1), a)",
                ("=", "log(y[1], a)", "product-of-one"),
                ("=", "sum(log(y[k], a), k, 1, 1)", "sum-of-one"),
            )
        },
        # One factor more than the n for which it is known.
        "next": {
            "given": {"known": "log(product(y[k], k, 1, n), a) = sum(log(y[k], a), k, 1, n)"},
            "steps": (
                "log(product(y[k], k, 1, n + 1), a)",
                ("=", "log(product(y[k], k, 1, n)*y[n + 1], a)", "last-factor"),
                ("=", "log(product(y[k], k, 1, n), a) + log(y[n + 1], a)", "log-product"),
                ("=", "sum(log(y[k], a), k, 1, n) + log(y[n + 1], a)", "given:known"),
                ("=", "sum(log(y[k], a), k, 1, n + 1)", "last-term"),
            ),
        },
    },
    proves=(
        "log(product(y[k], k, 1, 1), a) = sum(log(y[k], a), k, 1, 1)",
        "log(product(y[k], k, 1, n + 1), a) = sum(log(y[k], a), k, 1, n + 1)",
    ),
    shows=1,
    example={"a": "2", "n": "2", "y": ("2", "4", "8")},
)
