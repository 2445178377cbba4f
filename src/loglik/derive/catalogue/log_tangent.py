"""The logarithm lies below its tangents: it is concave."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-tangent",
    symbols={"x": "positive", "c": "positive", "u": "positive"},
    parts={
        "second": {
            "steps": (
                "d/du d/du log(u)",
                ("=", "d/du (1/u)", "natural-log-derivative"),
                ("=", "-1*u^(-1 - 1)*d/du (u)", "power-rule"),
                ("=", "-1*u^(-1 - 1)*1", "derivative-of-variable"),
                ("=", "-u^(-2)", "arithmetic"),
            )
        },
        "tangent": {
            "steps": (
                "log(x)",
                ("<=", "log(c) + at(d/du log(u), u, c)*(x - c)", "tangent-of-concave"),
                ("=", "log(c) + at(1/u, u, c)*(x - c)", "natural-log-derivative"),
                ("=", "log(c) + 1/c*(x - c)", "value-at"),
                ("=", "log(c) + (x - c)/c", "arithmetic"),
            )
        },
    },
    proves=("log(x) <= log(c) + (x - c)/c",),
    example={"x": "2", "c": "3/2"},
)
