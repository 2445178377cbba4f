"""Rules of the logarithm. All but the definition and the order are derived in the catalogue."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

_BASE = ("a > 0", "a != 1")

RULES = (
    Rule("log-definition", "log(x, a) = y <=> a^y = x", "x a y", (*_BASE, "x > 0"), basis="definition"),
    Rule("log-of-power", "log(a^y, a) = y", "a y", _BASE, "derived", "log-inverse"),
    Rule("power-of-log", "a^log(x, a) = x", "a x", (*_BASE, "x > 0"), "derived", "log-inverse"),
    Rule("log-of-one", "log(1, a) = 0", "a", _BASE, "derived", "log-of-one"),
    Rule("log-of-base", "log(a, a) = 1", "a", _BASE, "derived", "log-of-base"),
    Rule(
        "log-product",
        "log(X*Y, a) = log(X, a) + log(Y, a)",
        "X Y a",
        (*_BASE, "X > 0", "Y > 0"),
        "derived",
        "log-product",
    ),
    Rule(
        "log-quotient",
        "log(Y/X, a) = log(Y, a) - log(X, a)",
        "X Y a",
        (*_BASE, "X > 0", "Y > 0"),
        "derived",
        "log-quotient",
    ),
    Rule("log-reciprocal", "log(1/X, a) = -log(X, a)", "X a", (*_BASE, "X > 0"), "derived", "log-reciprocal"),
    Rule("log-power", "log(X^Y, a) = Y*log(X, a)", "X Y a", (*_BASE, "X > 0"), "derived", "log-power"),
    Rule(
        "change-of-base",
        "log(b, a) = log(b, c)/log(a, c)",
        "a b c",
        (*_BASE, "b > 0", "c > 0", "c != 1"),
        "derived",
        "change-of-base",
    ),
    Rule("log-one-to-one", "x = y <=> log(x) = log(y)", "x y", ("x > 0", "y > 0")),
    Rule(
        "log-increasing",
        "x < y <=> log(x) < log(y)",
        "x y",
        ("x > 0", "y > 0"),
    ),
)
