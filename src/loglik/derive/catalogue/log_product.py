"""2.3: the logarithm of a product is the sum of the logarithms."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-product",
    formulas=("2.3",),
    symbols={"a": "base", "X": "positive", "Y": "positive"},
    parts={
        "main": {
            "steps": (
                "log(X*Y, a)",
                ("=", "log(a^log(X, a)*a^log(Y, a), a)", "power-of-log"),
                ("=", "log(a^(log(X, a) + log(Y, a)), a)", "exponent-sum"),
                ("=", "log(X, a) + log(Y, a)", "log-of-power"),
            )
        }
    },
    proves=("log(X*Y, a) = log(X, a) + log(Y, a)",),
    example={"a": "2", "X": "4", "Y": "8"},
)
