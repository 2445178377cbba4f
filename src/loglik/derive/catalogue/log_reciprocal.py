"""2.5: the logarithm of a reciprocal, from 2.4 with Y = 1."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-reciprocal",
    formulas=("2.5",),
    symbols={"a": "base", "X": "positive"},
    parts={
        "main": {
            "steps": (
                "log(1/X, a)",
                ("=", "log(1, a) - log(X, a)", "log-quotient"),
                ("=", "0 - log(X, a)", "log-of-one"),
                ("=", "-log(X, a)", "arithmetic"),
            )
        }
    },
    proves=("log(1/X, a) = -log(X, a)",),
    example={"a": "2", "X": "8"},
)
