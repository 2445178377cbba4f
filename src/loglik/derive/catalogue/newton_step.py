"""D.next: a Newton step goes to the stationary point of the second-order model of the loss."""

from __future__ import annotations

from loglik.derive.model import derivation

_LINEAR = "sum(g[j]*s[j], j, 0, p)"
_QUADRATIC = "sum(sum(s[j]*H[j, k]*s[k], k, 0, p), j, 0, p)"

DERIVATION = derivation(
    "newton-step",
    formulas=("D.next",),
    symbols={
        "p": "size",
        "L0": "real",
        "g": "real",
        "H": "real",
        "B": "real",
        "s": "real",
        "i": "index 0..p",
        "j": "index 0..p",
        "k": "index 0..p",
    },
    given={"symmetric": "H[j, i] = H[i, j] for every i, j"},
    parts={
        "slope": {
            "solution": {"H[j, k]": "B[j, k] + B[k, j]"},
            "steps": (
                f"d/ds[i] (L0 + {_LINEAR} + 1/2*{_QUADRATIC})",
                ("=", f"d/ds[i] (L0) + d/ds[i] ({_LINEAR} + 1/2*{_QUADRATIC})", "derivative-of-sum"),
                ("=", f"0 + d/ds[i] ({_LINEAR} + 1/2*{_QUADRATIC})", "derivative-of-constant"),
                ("=", f"d/ds[i] {_LINEAR} + d/ds[i] (1/2*{_QUADRATIC})", "derivative-of-sum"),
                ("=", f"d/ds[i] {_LINEAR} + 1/2*d/ds[i] {_QUADRATIC}", "constant-factor"),
                (
                    "=",
                    "sum(d/ds[i] (g[j]*s[j]), j, 0, p) + 1/2*sum(d/ds[i] sum(s[j]*H[j, k]*s[k], k, 0, p), j, 0, p)",
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    "sum(d/ds[i] (g[j]*s[j]), j, 0, p) + 1/2*sum(sum(d/ds[i] (s[j]*H[j, k]*s[k]), k, 0, p), j, 0, p)",
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    "sum(g[j]*d/ds[i] (s[j]), j, 0, p) + 1/2*sum(sum(H[j, k]*d/ds[i] (s[j]*s[k]), k, 0, p), j, 0, p)",
                    "constant-factor",
                ),
                (
                    "=",
                    (
                        "sum(g[j]*d/ds[i] (s[j]), j, 0, p)"
                        " + 1/2*sum(sum(H[j, k]*(d/ds[i] (s[j])*s[k] + s[j]*d/ds[i] (s[k])), k, 0, p), j, 0, p)"
                    ),
                    "product-rule",
                ),
                (
                    "=",
                    (
                        "sum(g[j]*delta(i, j), j, 0, p)"
                        " + 1/2*sum(sum(H[j, k]*(delta(i, j)*s[k] + s[j]*delta(i, k)), k, 0, p), j, 0, p)"
                    ),
                    "derivative-of-element",
                ),
                (
                    "=",
                    "g[i] + 1/2*sum(sum(H[j, k]*(delta(i, j)*s[k] + s[j]*delta(i, k)), k, 0, p), j, 0, p)",
                    "select-term",
                ),
                (
                    "=",
                    "g[i] + 1/2*sum(sum(delta(i, j)*(H[j, k]*s[k]) + delta(i, k)*(H[j, k]*s[j]), k, 0, p), j, 0, p)",
                    "expand",
                ),
                (
                    "=",
                    (
                        "g[i] + 1/2*sum(sum(delta(i, j)*(H[j, k]*s[k]), k, 0, p)"
                        " + sum(delta(i, k)*(H[j, k]*s[j]), k, 0, p), j, 0, p)"
                    ),
                    "sum-of-sums",
                ),
                (
                    "=",
                    (
                        "g[i] + 1/2*(sum(sum(delta(i, j)*(H[j, k]*s[k]), k, 0, p), j, 0, p)"
                        " + sum(sum(delta(i, k)*(H[j, k]*s[j]), k, 0, p), j, 0, p))"
                    ),
                    "sum-of-sums",
                ),
                (
                    "=",
                    (
                        "g[i] + 1/2*(sum(delta(i, j)*sum(H[j, k]*s[k], k, 0, p), j, 0, p)"
                        " + sum(sum(delta(i, k)*(H[j, k]*s[j]), k, 0, p), j, 0, p))"
                    ),
                    "sum-constant-factor",
                ),
                ("=", "g[i] + 1/2*(sum(H[i, k]*s[k], k, 0, p) + sum(H[j, i]*s[j], j, 0, p))", "select-term"),
                ("=", "g[i] + 1/2*(sum(H[i, k]*s[k], k, 0, p) + sum(H[i, j]*s[j], j, 0, p))", "given:symmetric"),
                ("=", "g[i] + sum(H[i, k]*s[k], k, 0, p)", "arithmetic"),
            ),
        },
        "zero": {
            "begin": "given:stationary",
            "given": {"stationary": "g[i] + sum(H[i, k]*s[k], k, 0, p) = 0 for every i"},
            "solution": {"H[j, k]": "B[j, k] + B[k, j]", "g[i]": "-sum(H[i, k]*s[k], k, 0, p)"},
            "steps": (
                "g[i] + sum(H[i, k]*s[k], k, 0, p) = 0",
                ("<=>", "sum(H[i, k]*s[k], k, 0, p) = -g[i]", "both-sides"),
            ),
        },
    },
    proves=("sum(H[i, k]*s[k], k, 0, p) = -g[i]",),
    example={
        "p": "1",
        "i": "0",
        "g": ("-1", "4"),
        "H": (("2", "1"), ("1", "3")),
        "s": ("7/5", "-9/5"),
    },
)
