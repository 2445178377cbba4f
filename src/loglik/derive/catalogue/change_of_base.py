"""2.7: from one base to another."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "change-of-base",
    formulas=("2.7",),
    symbols={"a": "base", "b": "positive", "c": "base"},
    parts={
        "product": {
            "steps": (
                "log(b, c)",
                ("=", "log(a^log(b, a), c)", "power-of-log"),
                ("=", "log(b, a)*log(a, c)", "log-power"),
            )
        },
        "quotient": {
            "begin": "part:product",
            "steps": (
                "log(b, c) = log(b, a)*log(a, c)",
                ("<=>", "log(b, c)/log(a, c) = log(b, a)", "both-sides", "by = 1/log(a, c)"),
                ("<=>", "log(b, a) = log(b, c)/log(a, c)", "swap-sides"),
            ),
        },
    },
    proves=("log(b, a) = log(b, c)/log(a, c)",),
    example={"a": "4", "b": "8", "c": "2"},
)
