"""Laws of exponents, and arithmetic."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("power-zero", "X^0 = 1", "X", ("X != 0",), basis="definition"),
    Rule("power-one", "X^1 = X", "X", basis="definition"),
    Rule("exponent-sum", "a^X*a^Y = a^(X + Y)", "a X Y", ("a > 0",)),
    Rule("exponent-difference", "a^X/a^Y = a^(X - Y)", "a X Y", ("a > 0",)),
    Rule("power-of-power", "(a^X)^Y = a^(X*Y)", "a X Y", ("a > 0",)),
    Rule("arithmetic", kind="field"),
    Rule("expand", kind="field"),
    Rule("factor-out", kind="field"),
    Rule("common-denominator", kind="field"),
    Rule("cancel", kind="field"),
    Rule("both-sides", kind="equation"),
    Rule("swap-sides", "A = B <=> B = A", "A B"),
)
