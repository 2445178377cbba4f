"""D.ce': the derivative of the cross-entropy of one sample by the probability."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "binary-cross-entropy-derivative",
    formulas=("D.ce'",),
    symbols={"yp": "probability", "yt": "unit"},
    parts={
        "main": {
            "steps": (
                "d/dyp (-(yt*log(yp) + (1 - yt)*log(1 - yp)))",
                ("=", "-d/dyp (yt*log(yp) + (1 - yt)*log(1 - yp))", "constant-factor"),
                ("=", "-(d/dyp (yt*log(yp)) + d/dyp ((1 - yt)*log(1 - yp)))", "derivative-of-sum"),
                ("=", "-(yt*d/dyp log(yp) + (1 - yt)*d/dyp log(1 - yp))", "constant-factor"),
                ("=", "-(yt*(1/yp) + (1 - yt)*d/dyp log(1 - yp))", "natural-log-derivative"),
                ("=", "-(yt*(1/yp) + (1 - yt)*(1/(1 - yp)*d/dyp (1 - yp)))", "chain-log"),
                ("=", "-(yt*(1/yp) + (1 - yt)*(1/(1 - yp)*(d/dyp (1) + d/dyp (-yp))))", "derivative-of-sum"),
                ("=", "-(yt*(1/yp) + (1 - yt)*(1/(1 - yp)*(0 + d/dyp (-yp))))", "derivative-of-constant"),
                ("=", "-(yt*(1/yp) + (1 - yt)*(1/(1 - yp)*(0 - d/dyp (yp))))", "constant-factor"),
                ("=", "-(yt*(1/yp) + (1 - yt)*(1/(1 - yp)*(0 - 1)))", "derivative-of-variable"),
                ("=", "-(yt/yp - (1 - yt)/(1 - yp))", "arithmetic"),
                ("=", "-(yt*(1 - yp) - (1 - yt)*yp)/(yp*(1 - yp))", "common-denominator"),
                ("=", "-(yt - yt*yp - yp + yt*yp)/(yp*(1 - yp))", "expand"),
                ("=", "(yp - yt)/(yp*(1 - yp))", "cancel"),
            )
        }
    },
    proves=("d/dyp (-(yt*log(yp) + (1 - yt)*log(1 - yp))) = (yp - yt)/(yp*(1 - yp))",),
    example={"yp": "4/5", "yt": "1"},
)
