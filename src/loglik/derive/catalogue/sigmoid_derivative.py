"""D.next: the derivative of the sigmoid function."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "sigmoid-derivative",
    formulas=("D.next",),
    symbols={"u": "real"},
    parts={
        "complement": {
            "steps": (
                "1 - sigmoid(u)",
                ("=", "1 - 1/(1 + exp(-u))", "sigmoid-definition"),
                ("=", "(1 + exp(-u) - 1)/(1 + exp(-u))", "common-denominator"),
                ("=", "exp(-u)/(1 + exp(-u))", "arithmetic"),
            )
        },
        "derivative": {
            "steps": (
                "d/du sigmoid(u)",
                ("=", "d/du (1/(1 + exp(-u)))", "sigmoid-definition"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*d/du (1 + exp(-u))", "power-rule"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*(d/du (1) + d/du exp(-u))", "derivative-of-sum"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*(0 + d/du exp(-u))", "derivative-of-constant"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*(0 + exp(-u)*d/du (-u))", "chain-exp"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*(0 + exp(-u)*(-1*d/du (u)))", "constant-factor"),
                ("=", "-1*(1 + exp(-u))^(-1 - 1)*(0 + exp(-u)*(-1*1))", "derivative-of-variable"),
                ("=", "1/(1 + exp(-u))*(exp(-u)/(1 + exp(-u)))", "arithmetic"),
                ("=", "sigmoid(u)*(exp(-u)/(1 + exp(-u)))", "sigmoid-definition"),
                ("=", "sigmoid(u)*(1 - sigmoid(u))", "part:complement"),
            )
        },
    },
    proves=("d/du sigmoid(u) = sigmoid(u)*(1 - sigmoid(u))", "1 - sigmoid(u) = exp(-u)/(1 + exp(-u))"),
    example={"u": "2"},
)
