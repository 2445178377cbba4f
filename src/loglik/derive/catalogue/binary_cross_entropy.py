"""A (2), D.like, D.loss: the mean negative log-likelihood of M samples with two classes."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "binary-cross-entropy",
    formulas=("A.2", "D.like", "D.loss"),
    symbols={
        "M": "size",
        "P": "positive",
        "yp": "probability",
        "yt": "label",
        "m": "index 0..M-1",
    },
    given={"sample": "P^[m] = yp[m]^yt[m]*(1 - yp[m])^(1 - yt[m]) for every m"},
    parts={
        "likelihood": {
            "solution": {"P[m]": "yp[m]^yt[m]*(1 - yp[m])^(1 - yt[m])"},
            "steps": (
                "-1/M*log(product(P^[m], m, 0, M - 1))",
                ("=", "-1/M*sum(log(P^[m]), m, 0, M - 1)", "log-of-range-product"),
                ("=", "-1/M*sum(log(yp[m]^yt[m]*(1 - yp[m])^(1 - yt[m])), m, 0, M - 1)", "given:sample"),
                (
                    "=",
                    "-1/M*sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m, 0, M - 1)",
                    "log-likelihood-of-one",
                ),
            ),
        }
    },
    proves=(
        "-1/M*log(product(P^[m], m, 0, M - 1)) = -1/M*sum(yt[m]*log(yp[m]) + (1 - yt[m])*log(1 - yp[m]), m, 0, M - 1)",
    ),
    example={
        "M": "4",
        "yt": ("1", "0", "1", "1"),
        "yp": ("4/5", "1/4", "3/5", "9/10"),
        "P": ("4/5", "3/4", "3/5", "9/10"),
    },
)
