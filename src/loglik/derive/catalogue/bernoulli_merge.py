"""D.loss: two cases in one expression, and its logarithm."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "bernoulli-merge",
    formulas=("D.model", "D.loss"),
    symbols={"yp": "probability", "yt": "label"},
    parts={
        "case-one": {
            "given": {"label": "yt = 1"},
            "solution": {"yt": "1"},
            "steps": (
                "yp^yt*(1 - yp)^(1 - yt)",
                ("=", "yp^1*(1 - yp)^(1 - 1)", "given:label"),
                ("=", "yp^1*(1 - yp)^0", "arithmetic"),
                ("=", "yp^1*1", "power-zero"),
                ("=", "yp*1", "power-one"),
                ("=", "yp", "arithmetic"),
            ),
        },
        "case-zero": {
            "given": {"label": "yt = 0"},
            "solution": {"yt": "0"},
            "steps": (
                "yp^yt*(1 - yp)^(1 - yt)",
                ("=", "yp^0*(1 - yp)^(1 - 0)", "given:label"),
                ("=", "yp^0*(1 - yp)^1", "arithmetic"),
                ("=", "1*(1 - yp)^1", "power-zero"),
                ("=", "1*(1 - yp)", "power-one"),
                ("=", "1 - yp", "arithmetic"),
            ),
        },
        "logarithm": {
            "steps": (
                "log(yp^yt*(1 - yp)^(1 - yt))",
                ("=", "log(yp^yt) + log((1 - yp)^(1 - yt))", "log-product"),
                ("=", "yt*log(yp) + (1 - yt)*log(1 - yp)", "log-power"),
            )
        },
    },
    proves=(
        "yp^yt*(1 - yp)^(1 - yt) = yp",
        "yp^yt*(1 - yp)^(1 - yt) = 1 - yp",
        "log(yp^yt*(1 - yp)^(1 - yt)) = yt*log(yp) + (1 - yt)*log(1 - yp)",
    ),
    shows=2,
    example={"yp": "4/5", "yt": "1"},
)
