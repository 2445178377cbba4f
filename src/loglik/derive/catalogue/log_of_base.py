"""2.2: the logarithm of the base is 1."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-of-base",
    formulas=("2.2",),
    symbols={"a": "base"},
    parts={
        "main": {
            "steps": (
                "log(a, a)",
                ("=", "log(a^1, a)", "power-one"),
                ("=", "1", "log-of-power"),
            )
        }
    },
    proves=("log(a, a) = 1",),
    example={"a": "10"},
)
