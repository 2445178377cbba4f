"""The derivative of the exponential function, from that of the logarithm."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "exp-derivative",
    symbols={"x": "real"},
    parts={
        "main": {
            "steps": (
                "d/dx exp(x)",
                ("=", "exp(x)*(1/exp(x)*d/dx exp(x))", "cancel"),
                ("=", "exp(x)*d/dx log(exp(x))", "chain-log"),
                ("=", "exp(x)*d/dx (x)", "log-of-power"),
                ("=", "exp(x)*1", "derivative-of-variable"),
                ("=", "exp(x)", "arithmetic"),
            )
        }
    },
    proves=("d/dx exp(x) = exp(x)",),
    example={"x": "2"},
)
