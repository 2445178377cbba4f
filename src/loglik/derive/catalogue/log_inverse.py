"""A.def, A.inv: the logarithm undoes the power, and the power undoes the logarithm."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-inverse",
    formulas=("A.def", "A.inv"),
    symbols={"a": "base", "x": "positive", "y": "real"},
    parts={
        "log-after-power": {
            "begin": "identity",
            "steps": (
                "a^y = a^y",
                ("<=>", "log(a^y, a) = y", "log-definition"),
            ),
        },
        "power-after-log": {
            "begin": "identity",
            "steps": (
                "log(x, a) = log(x, a)",
                ("<=>", "a^log(x, a) = x", "log-definition"),
            ),
        },
    },
    proves=("log(a^y, a) = y", "a^log(x, a) = x"),
    example={"a": "2", "x": "8", "y": "3"},
)
