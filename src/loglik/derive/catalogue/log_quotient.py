"""2.4: the logarithm of a quotient is the difference of the logarithms."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-quotient",
    formulas=("2.4",),
    symbols={"a": "base", "X": "positive", "Y": "positive"},
    parts={
        "main": {
            "steps": (
                "log(Y/X, a)",
                ("=", "log(a^log(Y, a)/a^log(X, a), a)", "power-of-log"),
                ("=", "log(a^(log(Y, a) - log(X, a)), a)", "exponent-difference"),
                ("=", "log(Y, a) - log(X, a)", "log-of-power"),
            )
        }
    },
    proves=("log(Y/X, a) = log(Y, a) - log(X, a)",),
    example={"a": "2", "X": "4", "Y": "32"},
)
