"""Square roots and absolute values."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("square-of-root", "sqrt(X)^2 = X", "X", ("X >= 0",), basis="definition"),
    Rule("root-of-square", "sqrt(X^2) = abs(X)", "X"),
    Rule("root-of-product", "sqrt(X*Y) = sqrt(X)*sqrt(Y)", "X Y", ("X >= 0", "Y >= 0")),
    Rule("root-of-quotient", "sqrt(X/Y) = sqrt(X)/sqrt(Y)", "X Y", ("X >= 0", "Y > 0")),
    Rule("absolute-value-if-not-negative", "abs(X) = X", "X", ("X >= 0",), basis="definition"),
    Rule("absolute-value-if-not-positive", "abs(X) = -X", "X", ("X <= 0",), basis="definition"),
    Rule("absolute-value-of-product", "abs(X*Y) = abs(X)*abs(Y)", "X Y"),
    Rule("absolute-value-of-quotient", "abs(X/Y) = abs(X)/abs(Y)", "X Y", ("Y != 0",)),
    Rule("square-of-absolute-value", "abs(X)^2 = X^2", "X"),
    Rule("triangle-inequality", "abs(X + Y) <= abs(X) + abs(Y)", "X Y"),
    Rule("below-absolute-value", "X <= abs(X)", "X"),
)
