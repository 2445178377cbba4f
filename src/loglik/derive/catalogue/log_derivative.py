"""4.1 to 4.3 and 3.1: the derivative of the logarithm, from the limit, with no step left out."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "log-derivative",
    formulas=("4.1", "4.2", "4.3", "3.1"),
    natural="log_e",
    symbols={"a": "base", "x": "positive", "h": "real", "t": "real"},
    parts={
        "main": {
            "steps": (
                "d/dx log(x, a)",
                ("=", "lim(h -> 0, 1/h*(log(x + h, a) - log(x, a)))", "derivative-definition"),
                ("=", "lim(h -> 0, 1/h*log((x + h)/x, a))", "log-quotient"),
                ("=", "lim(h -> 0, 1/h*log(1 + h/x, a))", "arithmetic"),
                ("=", "lim(h -> 0, log((1 + h/x)^(1/h), a))", "log-power"),
                ("=", "lim(t -> 0, log((1 + x*t/x)^(1/(x*t)), a))", "limit-substitution", "c = x"),
                ("=", "lim(t -> 0, log((1 + t)^(1/(x*t)), a))", "cancel"),
                ("=", "lim(t -> 0, log((1 + t)^(1/t*(1/x)), a))", "arithmetic"),
                ("=", "lim(t -> 0, log(((1 + t)^(1/t))^(1/x), a))", "power-of-power"),
                ("=", "log(lim(t -> 0, ((1 + t)^(1/t))^(1/x)), a)", "limit-of-log"),
                ("=", "log(lim(t -> 0, (1 + t)^(1/t))^(1/x), a)", "limit-of-power"),
                ("=", "log(exp(1/x), a)", "definition-of-e"),
                ("=", "1/x*log(e, a)", "log-power"),
                ("=", "1/x*(log(e)/log(a))", "change-of-base"),
                ("=", "1/x*(1/log(a))", "log-of-base"),
                ("=", "1/(x*log(a))", "arithmetic"),
            )
        }
    },
    proves=("d/dx log(x, a) = 1/(x*log(a))",),
    example={"a": "2", "x": "3"},
)
