"""D.next: the gradient of logistic regression."""

from __future__ import annotations

from loglik.derive.model import derivation

_U = "sum(w[i]*x[m, i], i, 0, p)"
_ONE = "yt[m]*log(sigmoid({u})) + (1 - yt[m])*log(1 - sigmoid({u}))"

DERIVATION = derivation(
    "logistic-gradient",
    formulas=("D.next",),
    symbols={
        "M": "size",
        "p": "size",
        "w": "real",
        "x": "real",
        "u": "real",
        "yt": "unit",
        "m": "index 0..M-1",
        "i": "index 0..p",
        "j": "index 0..p",
    },
    parts={
        "main": {
            "steps": (
                f"d/dw[j] (1/M*sum(-({_ONE.format(u=_U)}), m, 0, M - 1))",
                ("=", f"1/M*d/dw[j] sum(-({_ONE.format(u=_U)}), m, 0, M - 1)", "constant-factor"),
                ("=", f"1/M*sum(d/dw[j] (-({_ONE.format(u=_U)})), m, 0, M - 1)", "derivative-of-range-sum"),
                (
                    "=",
                    f"1/M*sum(at(d/du (-({_ONE.format(u='u')})), u, {_U})*d/dw[j] {_U}, m, 0, M - 1)",
                    "chain-rule",
                ),
                (
                    "=",
                    f"1/M*sum(at(sigmoid(u) - yt[m], u, {_U})*d/dw[j] {_U}, m, 0, M - 1)",
                    "cross-entropy-of-sigmoid",
                ),
                ("=", f"1/M*sum((sigmoid({_U}) - yt[m])*d/dw[j] {_U}, m, 0, M - 1)", "value-at"),
                (
                    "=",
                    f"1/M*sum((sigmoid({_U}) - yt[m])*sum(d/dw[j] (w[i]*x[m, i]), i, 0, p), m, 0, M - 1)",
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    f"1/M*sum((sigmoid({_U}) - yt[m])*sum(x[m, i]*d/dw[j] (w[i]), i, 0, p), m, 0, M - 1)",
                    "constant-factor",
                ),
                (
                    "=",
                    f"1/M*sum((sigmoid({_U}) - yt[m])*sum(x[m, i]*delta(i, j), i, 0, p), m, 0, M - 1)",
                    "derivative-of-element",
                ),
                ("=", f"1/M*sum((sigmoid({_U}) - yt[m])*x[m, j], m, 0, M - 1)", "select-term"),
            )
        }
    },
    proves=(
        (
            f"d/dw[j] (1/M*sum(-({_ONE.format(u=_U)}), m, 0, M - 1))"
            f" = 1/M*sum((sigmoid({_U}) - yt[m])*x[m, j], m, 0, M - 1)"
        ),
    ),
    example={
        "M": "2",
        "p": "2",
        "j": "1",
        "w": ("1/2", "-1", "2"),
        "x": (("1", "2", "1"), ("1", "-1", "3")),
        "yt": ("1", "0"),
    },
)
