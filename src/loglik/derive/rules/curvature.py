"""Inequalities: squares, tangents of concave functions, and what follows for a maximum."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule("not-negative", "X >= 0", "X", ("X >= 0",), samples=({"X": "x*y[1]"},)),
    Rule("not-positive", "X <= 0", "X", ("X <= 0",), samples=({"X": "-x*y[1]"},)),
    Rule("less-than", "X < Y", "X Y", ("X < Y",), samples=({"X": "x", "Y": "x + exp(u)"},)),
    Rule("less-or-equal", "X <= Y", "X Y", ("X <= Y",), samples=({"X": "x", "Y": "x + u^2"},)),
    Rule(
        "tangent-of-concave",
        "F(x) <= F(c) + at(d/du F(u), u, c)*(x - c)",
        "F x c",
        ("concave(at(F(u), u, c), x)", "at(differentiable(F(u), u), u, c)"),
        samples=({"F": "log(u)", "x": "x", "c": "b"},),
    ),
    Rule(
        "log-tangent",
        "log(x) <= log(c) + (x - c)/c",
        "x c",
        ("x > 0", "c > 0"),
        "derived",
        "log-tangent",
    ),
    Rule("log-below-line", "log(x) <= x - 1", "x", ("x > 0",), "derived", "log-below-line"),
    Rule(
        "gibbs-inequality",
        "sum(t[k]*log(q[k]), k, 1, K) <= sum(t[k]*log(t[k]), k, 1, K)",
        "t q K",
        ("simplex(t, 1, K)", "simplex(q, 1, K)"),
        "derived",
        "dice-mle-is-maximum",
        samples=({"t": "y", "q": "yy", "K": "K"},),
    ),
)
