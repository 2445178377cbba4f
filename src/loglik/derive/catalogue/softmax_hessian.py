"""D.next, K classes: the second derivatives by the logits, and that they make the loss convex."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "softmax-hessian",
    formulas=("D.next",),
    symbols={
        "K": "size",
        "z": "real",
        "t": "distribution 1..K",
        "y": "simplex 1..K",
        "v": "real",
        "c": "real",
        "j": "index 1..K",
        "k": "index 1..K",
        "l": "index 1..K",
    },
    parts={
        "second": {
            "steps": (
                "d/dz[l] (softmax(z, j, K) - t[j])",
                ("=", "d/dz[l] softmax(z, j, K) + d/dz[l] (-t[j])", "derivative-of-sum"),
                ("=", "d/dz[l] softmax(z, j, K) + 0", "derivative-of-constant"),
                ("=", "softmax(z, j, K)*(delta(j, l) - softmax(z, l, K)) + 0", "softmax-derivative"),
                ("=", "softmax(z, j, K)*(delta(j, l) - softmax(z, l, K))", "arithmetic"),
            )
        },
        # Along any direction v the second derivative is a variance: y are the probabilities softmax(z).
        "variance": {
            "given": {"mean": "c = sum(y[k]*v[k], k, 1, K)"},
            "solution": {"c": "sum(y[k]*v[k], k, 1, K)"},
            "steps": (
                "sum(sum(v[j]*(y[j]*(delta(j, l) - y[l]))*v[l], l, 1, K), j, 1, K)",
                ("=", "sum(sum(delta(j, l)*(v[j]*y[j]*v[l]) - v[j]*y[j]*(y[l]*v[l]), l, 1, K), j, 1, K)", "expand"),
                (
                    "=",
                    "sum(sum(delta(j, l)*(v[j]*y[j]*v[l]), l, 1, K) - sum(v[j]*y[j]*(y[l]*v[l]), l, 1, K), j, 1, K)",
                    "sum-of-differences",
                ),
                (
                    "=",
                    "sum(v[j]*y[j]*v[j] - sum(v[j]*y[j]*(y[l]*v[l]), l, 1, K), j, 1, K)",
                    "select-term",
                ),
                (
                    "=",
                    "sum(v[j]*y[j]*v[j] - v[j]*y[j]*sum(y[l]*v[l], l, 1, K), j, 1, K)",
                    "sum-constant-factor",
                ),
                ("=", "sum(v[j]*y[j]*v[j] - v[j]*y[j]*c, j, 1, K)", "given:mean"),
                (
                    "=",
                    "sum(y[j]*(v[j] - c)^2 + (c*(y[j]*v[j]) - c^2*y[j]), j, 1, K)",
                    "arithmetic",
                ),
                (
                    "=",
                    "sum(y[j]*(v[j] - c)^2, j, 1, K) + sum(c*(y[j]*v[j]) - c^2*y[j], j, 1, K)",
                    "sum-of-sums",
                ),
                (
                    "=",
                    "sum(y[j]*(v[j] - c)^2, j, 1, K) + (sum(c*(y[j]*v[j]), j, 1, K) - sum(c^2*y[j], j, 1, K))",
                    "sum-of-differences",
                ),
                (
                    "=",
                    "sum(y[j]*(v[j] - c)^2, j, 1, K) + (c*sum(y[j]*v[j], j, 1, K) - c^2*sum(y[j], j, 1, K))",
                    "sum-constant-factor",
                ),
                (
                    "=",
                    "sum(y[j]*(v[j] - c)^2, j, 1, K) + (c*c - c^2*sum(y[j], j, 1, K))",
                    "given:mean",
                ),
                ("=", "sum(y[j]*(v[j] - c)^2, j, 1, K) + (c*c - c^2*1)", "probabilities-sum-to-one"),
                ("=", "sum(y[j]*(v[j] - c)^2, j, 1, K)", "arithmetic"),
                (">=", "0", "not-negative"),
            ),
        },
    },
    proves=(
        "d/dz[l] (softmax(z, j, K) - t[j]) = softmax(z, j, K)*(delta(j, l) - softmax(z, l, K))",
        "sum(sum(v[j]*(y[j]*(delta(j, l) - y[l]))*v[l], l, 1, K), j, 1, K) >= 0",
    ),
    example={"K": "3", "j": "1", "l": "2", "z": ("1", "2", "-1"), "t": ("0", "1", "0")},
)
