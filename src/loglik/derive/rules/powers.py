"""Laws of exponents, and arithmetic."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("power-zero", "X^0 = 1", "X", ("X != 0",), basis="definition"),
    Rule("power-one", "X^1 = X", "X", basis="definition"),
    Rule("exponent-sum", "a^X*a^Y = a^(X + Y)", "a X Y", ("a > 0",)),
    Rule("exponent-difference", "a^X/a^Y = a^(X - Y)", "a X Y", ("a > 0",)),
    Rule("power-of-power", "(a^X)^Y = a^(X*Y)", "a X Y", ("a > 0",)),
    Rule(
        "whole-exponent-sum",
        "a^m*a^n = a^(m + n)",
        "a m n",
        ("whole(m)", "whole(n)", "m > 0", "n > 0"),
        samples=({"a": "u", "m": "2", "n": "3"}, {"a": "u - 1", "m": "k", "n": "K"}),
    ),
    Rule(
        "whole-power-of-power",
        "(a^m)^n = a^(m*n)",
        "a m n",
        ("whole(m)", "whole(n)", "m > 0", "n > 0"),
        samples=({"a": "u", "m": "2", "n": "3"}, {"a": "u - 1", "m": "k", "n": "K"}),
    ),
    Rule("power-of-product", "(X*Y)^Z = X^Z*Y^Z", "X Y Z", ("X > 0", "Y > 0")),
    Rule("power-of-quotient", "(X/Y)^Z = X^Z/Y^Z", "X Y Z", ("X > 0", "Y > 0")),
    Rule(
        "whole-power-of-product",
        "(X*Y)^n = X^n*Y^n",
        "X Y n",
        ("whole(n)", "n > 0"),
        samples=({"X": "u", "Y": "u - 1", "n": "3"}, {"X": "u", "Y": "x", "n": "K"}),
    ),
    Rule("arithmetic", kind="field"),
    Rule("expand", kind="field"),
    Rule("factor-out", kind="field"),
    Rule("common-denominator", kind="field"),
    Rule("cancel", kind="field"),
    Rule("both-sides", kind="equation"),
    Rule("swap-sides", "A = B <=> B = A", "A B"),
)
