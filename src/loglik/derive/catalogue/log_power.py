"""2.6: the logarithm of a power is the exponent times the logarithm."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-power",
    formulas=("2.6",),
    symbols={"a": "base", "X": "positive", "Y": "real"},
    parts={
        "main": {
            "steps": (
                "log(X^Y, a)",
                ("=", "log((a^log(X, a))^Y, a)", "power-of-log"),
                ("=", "log(a^(log(X, a)*Y), a)", "power-of-power"),
                ("=", "log(X, a)*Y", "log-of-power"),
                ("=", "Y*log(X, a)", "arithmetic"),
            )
        }
    },
    proves=("log(X^Y, a) = Y*log(X, a)",),
    example={"a": "2", "X": "8", "Y": "5/3"},
)
