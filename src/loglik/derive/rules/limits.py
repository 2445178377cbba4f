"""Laws of limits. Each says when it may be used: an exchange of lim and log needs continuity."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("definition-of-e", "lim(t -> 0, (1 + t)^(1/t)) = e", "", basis="definition"),
    Rule(
        "limit-substitution",
        "lim(h -> 0, F(h)) = lim(t -> 0, F(c*t))",
        "F c",
        ("c != 0",),
        samples=({"F": "(1 + h/x)^(1/h)", "c": "x"}, {"F": "(exp(h) - 1)/h", "c": "-2"}),
    ),
    Rule(
        "limit-constant-factor",
        "lim(h -> p, c*F(h)) = c*lim(h -> p, F(h))",
        "F c p",
        ("exists(lim(h -> p, F(h)))",),
        samples=({"F": "x + h", "c": "log(x)", "p": "0"},),
    ),
    Rule(
        "limit-of-log",
        "lim(h -> p, log(F(h), a)) = log(lim(h -> p, F(h)), a)",
        "F a p",
        ("a > 0", "a != 1", "exists(lim(h -> p, F(h)))", "lim(h -> p, F(h)) > 0"),
        samples=({"F": "x + h", "a": "a", "p": "0"}, {"F": "(1 + h)^(1/h)", "a": "a", "p": "0"}),
    ),
    Rule(
        "limit-of-power",
        "lim(h -> p, F(h)^c) = lim(h -> p, F(h))^c",
        "F c p",
        ("exists(lim(h -> p, F(h)))", "lim(h -> p, F(h)) > 0"),
        samples=({"F": "x + h", "c": "-2/3", "p": "0"}, {"F": "(1 + h)^(1/h)", "c": "1/x", "p": "0"}),
    ),
)
