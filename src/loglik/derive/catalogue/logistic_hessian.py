"""The second derivatives of the logistic loss."""

from __future__ import annotations

from loglik.derive.model import derivation

_U = "sum(w[i]*x[m, i], i, 0, p)"
_S = f"sigmoid({_U})*(1 - sigmoid({_U}))"

DERIVATION = derivation(
    "logistic-hessian",
    formulas=("D.next",),
    symbols={
        "M": "size",
        "p": "size",
        "w": "real",
        "x": "real",
        "yt": "unit",
        "m": "index 0..M-1",
        "i": "index 0..p",
        "j": "index 0..p",
        "l": "index 0..p",
    },
    parts={
        "main": {
            "steps": (
                f"d/dw[l] (1/M*sum((sigmoid({_U}) - yt[m])*x[m, j], m, 0, M - 1))",
                ("=", f"1/M*d/dw[l] sum((sigmoid({_U}) - yt[m])*x[m, j], m, 0, M - 1)", "constant-factor"),
                ("=", f"1/M*sum(d/dw[l] ((sigmoid({_U}) - yt[m])*x[m, j]), m, 0, M - 1)", "derivative-of-range-sum"),
                ("=", f"1/M*sum(x[m, j]*d/dw[l] (sigmoid({_U}) - yt[m]), m, 0, M - 1)", "constant-factor"),
                (
                    "=",
                    f"1/M*sum(x[m, j]*(d/dw[l] sigmoid({_U}) + d/dw[l] (-yt[m])), m, 0, M - 1)",
                    "derivative-of-sum",
                ),
                ("=", f"1/M*sum(x[m, j]*(d/dw[l] sigmoid({_U}) + 0), m, 0, M - 1)", "derivative-of-constant"),
                ("=", f"1/M*sum(x[m, j]*({_S}*d/dw[l] {_U} + 0), m, 0, M - 1)", "chain-sigmoid"),
                ("=", f"1/M*sum(x[m, j]*({_S}*d/dw[l] {_U}), m, 0, M - 1)", "arithmetic"),
                (
                    "=",
                    f"1/M*sum(x[m, j]*({_S}*sum(d/dw[l] (w[i]*x[m, i]), i, 0, p)), m, 0, M - 1)",
                    "derivative-of-range-sum",
                ),
                ("=", f"1/M*sum(x[m, j]*({_S}*sum(x[m, i]*d/dw[l] (w[i]), i, 0, p)), m, 0, M - 1)", "constant-factor"),
                (
                    "=",
                    f"1/M*sum(x[m, j]*({_S}*sum(x[m, i]*delta(i, l), i, 0, p)), m, 0, M - 1)",
                    "derivative-of-element",
                ),
                ("=", f"1/M*sum(x[m, j]*({_S}*x[m, l]), m, 0, M - 1)", "select-term"),
            )
        }
    },
    proves=(
        (
            f"d/dw[l] (1/M*sum((sigmoid({_U}) - yt[m])*x[m, j], m, 0, M - 1))"
            f" = 1/M*sum(x[m, j]*({_S}*x[m, l]), m, 0, M - 1)"
        ),
    ),
    example={
        "M": "2",
        "p": "2",
        "j": "1",
        "l": "2",
        "w": ("1/2", "-1", "2"),
        "x": (("1", "2", "1"), ("1", "-1", "3")),
        "yt": ("1", "0"),
    },
)
