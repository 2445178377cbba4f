"""The logistic loss is convex: along any direction its second derivative is not negative."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "logistic-convexity",
    formulas=("D.next",),
    symbols={
        "M": "size",
        "p": "size",
        "x": "real",
        "v": "real",
        "yp": "probability",
        "m": "index 0..M-1",
        "j": "index 0..p",
        "l": "index 0..p",
    },
    parts={
        "main": {
            "steps": (
                "sum(sum(v[j]*v[l]*(1/M*sum(yp[m]*(1 - yp[m])*x[m, j]*x[m, l], m, 0, M - 1)), l, 0, p), j, 0, p)",
                (
                    "=",
                    "sum(1/M*sum(v[j]*v[l]*sum(yp[m]*(1 - yp[m])*x[m, j]*x[m, l], m, 0, M - 1), l, 0, p), j, 0, p)",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "1/M*sum(sum(v[j]*v[l]*sum(yp[m]*(1 - yp[m])*x[m, j]*x[m, l], m, 0, M - 1), l, 0, p), j, 0, p)",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "1/M*sum(sum(sum(v[j]*v[l]*(yp[m]*(1 - yp[m])*x[m, j]*x[m, l]), m, 0, M - 1), l, 0, p), j, 0, p)",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "1/M*sum(sum(sum(v[j]*v[l]*(yp[m]*(1 - yp[m])*x[m, j]*x[m, l]), l, 0, p), m, 0, M - 1), j, 0, p)",
                    "swap-sums",
                ),
                (
                    "=",
                    "1/M*sum(sum(sum(v[j]*v[l]*(yp[m]*(1 - yp[m])*x[m, j]*x[m, l]), l, 0, p), j, 0, p), m, 0, M - 1)",
                    "swap-sums",
                ),
                (
                    "=",
                    "1/M*sum(sum(yp[m]*(1 - yp[m])*sum(v[j]*x[m, j]*(v[l]*x[m, l]), l, 0, p), j, 0, p), m, 0, M - 1)",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "1/M*sum(yp[m]*(1 - yp[m])*sum(sum(v[j]*x[m, j]*(v[l]*x[m, l]), l, 0, p), j, 0, p), m, 0, M - 1)",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "1/M*sum(yp[m]*(1 - yp[m])*sum(v[j]*x[m, j], j, 0, p)^2, m, 0, M - 1)",
                    "square-of-sum",
                ),
                (">=", "0", "not-negative"),
            )
        }
    },
    proves=("sum(sum(v[j]*v[l]*(1/M*sum(yp[m]*(1 - yp[m])*x[m, j]*x[m, l], m, 0, M - 1)), l, 0, p), j, 0, p) >= 0",),
    example={
        "M": "2",
        "p": "2",
        "v": ("1", "-2", "3"),
        "x": (("1", "2", "1"), ("1", "-1", "3")),
        "yp": ("3/5", "1/4"),
    },
)
