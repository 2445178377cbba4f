"""2.1: the logarithm of 1 is 0."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-of-one",
    formulas=("2.1",),
    symbols={"a": "base"},
    parts={
        "main": {
            "steps": (
                "log(1, a)",
                ("=", "log(a^0, a)", "power-zero"),
                ("=", "0", "log-of-power"),
            )
        }
    },
    proves=("log(1, a) = 0",),
    example={"a": "10"},
)
