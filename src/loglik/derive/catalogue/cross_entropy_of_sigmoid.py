"""D.next: cross-entropy and sigmoid together: the derivative is prediction minus truth."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "cross-entropy-of-sigmoid",
    formulas=("D.next",),
    symbols={"u": "real", "yt": "unit", "yp": "probability"},
    parts={
        "main": {
            "steps": (
                "d/du (-(yt*log(sigmoid(u)) + (1 - yt)*log(1 - sigmoid(u))))",
                (
                    "=",
                    "at(d/dyp (-(yt*log(yp) + (1 - yt)*log(1 - yp))), yp, sigmoid(u))*d/du sigmoid(u)",
                    "chain-rule",
                ),
                (
                    "=",
                    "at((yp - yt)/(yp*(1 - yp)), yp, sigmoid(u))*d/du sigmoid(u)",
                    "binary-cross-entropy-derivative",
                ),
                ("=", "(sigmoid(u) - yt)/(sigmoid(u)*(1 - sigmoid(u)))*d/du sigmoid(u)", "value-at"),
                (
                    "=",
                    "(sigmoid(u) - yt)/(sigmoid(u)*(1 - sigmoid(u)))*(sigmoid(u)*(1 - sigmoid(u)))",
                    "sigmoid-derivative",
                ),
                ("=", "sigmoid(u) - yt", "cancel"),
            )
        }
    },
    proves=("d/du (-(yt*log(sigmoid(u)) + (1 - yt)*log(1 - sigmoid(u)))) = sigmoid(u) - yt",),
    example={"u": "2", "yt": "1"},
)
