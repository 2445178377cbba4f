"""3.2: the derivative of the natural logarithm, from 3.1 with a = e."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "natural-log-derivative",
    formulas=("3.2",),
    natural="log_e",
    symbols={"x": "positive"},
    parts={
        "main": {
            "steps": (
                "d/dx log(x)",
                ("=", "1/(x*log(e))", "log-derivative"),
                ("=", "1/(x*1)", "log-of-base"),
                ("=", "1/x", "arithmetic"),
            )
        }
    },
    proves=("d/dx log(x) = 1/x",),
    example={"x": "3"},
)
