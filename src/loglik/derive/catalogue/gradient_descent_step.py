"""D.next: a step of gradient descent, and that the loss falls along it."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "gradient-descent-step",
    formulas=("D.next",),
    symbols={
        "M": "size",
        "p": "size",
        "w": "real",
        "w_new": "real",
        "g": "real",
        "alpha": "positive",
        "x": "real",
        "yp": "probability",
        "yt": "unit",
        "m": "index 0..M-1",
        "j": "index 0..p",
    },
    given={
        "gradient": "g[j] = 1/M*sum((yp[m] - yt[m])*x[m, j], m, 0, M - 1) for every j",
        "step": "w_new[j] = w[j] - alpha*g[j] for every j",
    },
    parts={
        "step": {
            "solution": {
                "g[j]": "1/M*sum((yp[m] - yt[m])*x[m, j], m, 0, M - 1)",
                "w_new[j]": "w[j] - alpha*g[j]",
            },
            "steps": (
                "w_new[j]",
                ("=", "w[j] - alpha*g[j]", "given:step"),
                ("=", "w[j] - alpha*(1/M*sum((yp[m] - yt[m])*x[m, j], m, 0, M - 1))", "given:gradient"),
            ),
        },
        # The change of the loss to first order: gradient times step.
        "descent": {
            "solution": {
                "g[j]": "1/M*sum((yp[m] - yt[m])*x[m, j], m, 0, M - 1)",
                "w_new[j]": "w[j] - alpha*g[j]",
            },
            "steps": (
                "sum(g[j]*(w_new[j] - w[j]), j, 0, p)",
                ("=", "sum(g[j]*(w[j] - alpha*g[j] - w[j]), j, 0, p)", "given:step"),
                ("=", "sum(-alpha*g[j]^2, j, 0, p)", "arithmetic"),
                ("=", "-alpha*sum(g[j]^2, j, 0, p)", "sum-constant-factor"),
                ("<=", "0", "not-positive"),
            ),
        },
    },
    proves=(
        "w_new[j] = w[j] - alpha*(1/M*sum((yp[m] - yt[m])*x[m, j], m, 0, M - 1))",
        "sum(g[j]*(w_new[j] - w[j]), j, 0, p) <= 0",
    ),
    shows=1,
    example={
        "p": "2",
        "alpha": "1/10",
        "g": ("1/2", "-1", "2"),
        "w": ("1", "1", "1"),
        "w_new": ("19/20", "11/10", "4/5"),
    },
)
