"""log x <= x - 1: the tangent at 1."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-below-line",
    formulas=("C.open",),
    symbols={"x": "positive"},
    parts={
        "main": {
            "steps": (
                "log(x)",
                ("<=", "log(1) + (x - 1)/1", "log-tangent", "c = 1"),
                ("=", "0 + (x - 1)/1", "log-of-one"),
                ("=", "x - 1", "arithmetic"),
            )
        }
    },
    proves=("log(x) <= x - 1",),
    example={"x": "2"},
)
