"""Derivatives: the definition, the rules of combination, and those of the functions that the fit uses."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule(
        # Not that the limit exists: that is what the steps after it show, so it is not assumed here.
        "derivative-definition",
        "d/dx F(x) = lim(h -> 0, 1/h*(F(x + h) - F(x)))",
        "F x",
        ("at(free(F(u), x), u, x)",),
        "definition",
        samples=({"F": "log(x, a)", "x": "x"}, {"F": "x^3", "x": "x"}, {"F": "exp(-x)", "x": "x"}),
    ),
    Rule("derivative-of-constant", "d/dx c = 0", "c x", ("free(c, x)",), samples=({"c": "a^2", "x": "x"},)),
    Rule("derivative-of-variable", "d/dx x = 1", "x", samples=({"x": "x"}, {"x": "u"})),
    Rule(
        "derivative-of-sum",
        "d/dx (F + G) = d/dx F + d/dx G",
        "F G x",
        ("differentiable(F, x)", "differentiable(G, x)"),
        samples=({"F": "log(x)", "G": "x^2*exp(x)", "x": "x"},),
    ),
    Rule(
        "constant-factor",
        "d/dx (c*F) = c*d/dx F",
        "c F x",
        ("free(c, x)", "differentiable(F, x)"),
        samples=({"c": "u", "F": "log(x)", "x": "x"},),
    ),
    Rule(
        "product-rule",
        "d/dx (F*G) = d/dx F*G + F*d/dx G",
        "F G x",
        ("differentiable(F, x)", "differentiable(G, x)"),
        samples=({"F": "log(x)", "G": "exp(-x^2)", "x": "x"},),
    ),
    Rule(
        "quotient-rule",
        "d/dx (F/G) = (d/dx F*G - F*d/dx G)/G^2",
        "F G x",
        ("differentiable(F, x)", "differentiable(G, x)", "G != 0"),
        samples=({"F": "log(x)", "G": "1 + exp(-x)", "x": "x"},),
    ),
    Rule(
        "power-rule",
        "d/dx F^n = n*F^(n - 1)*d/dx F",
        "F n x",
        ("differentiable(F, x)", "free(n, x)", "whole(n)", "F != 0"),
        samples=({"F": "1 + x^2", "n": "-3", "x": "x"}, {"F": "1 + exp(x)", "n": "5", "x": "x"}),
    ),
    Rule(
        "chain-rule",
        "d/dx G(F) = at(d/du G(u), u, F)*d/dx F",
        "F G x",
        ("differentiable(F, x)", "at(differentiable(G(u), u), u, F)", "at(free(G(u), x), u, F)"),
        samples=({"F": "1 + x^2", "G": "log(u)", "x": "x"},),
    ),
    Rule(
        "value-at",
        "at(F(u), u, c) = F(c)",
        "F c",
        samples=({"F": "log(u, a) + u", "c": "x"},),
    ),
    Rule(
        "derivative-of-range-sum",
        "d/dx sum(F(k), k, l, n) = sum(d/dx F(k), k, l, n)",
        "F x l n",
        ("differentiable(F(k), x)", "free(l, x)", "free(n, x)"),
        samples=(
            {"F": "x^k*log(x)", "x": "x", "l": "1", "n": "K"},
            {"F": "log(y[k])*k", "x": "y[j]", "l": "1", "n": "K"},
        ),
    ),
    Rule(
        "log-derivative",
        "d/dx log(x, a) = 1/(x*log(a))",
        "x a",
        ("x > 0", "a > 0", "a != 1", "free(a, x)"),
        "derived",
        "log-derivative",
        samples=({"x": "x", "a": "a"},),
    ),
    Rule(
        "natural-log-derivative",
        "d/dx log(x) = 1/x",
        "x",
        ("x > 0",),
        "derived",
        "natural-log-derivative",
        samples=({"x": "x"},),
    ),
    Rule(
        "chain-log",
        "d/dx log(F) = 1/F*d/dx F",
        "F x",
        ("F > 0", "differentiable(F, x)"),
        "law",
        "natural-log-derivative",
        samples=({"F": "1 + x^2", "x": "x"}, {"F": "y[k]^2", "x": "y[j]"}),
    ),
    Rule("exp-derivative", "d/dx exp(x) = exp(x)", "x", (), "derived", "exp-derivative", samples=({"x": "x"},)),
    Rule(
        "chain-exp",
        "d/dx exp(F) = exp(F)*d/dx F",
        "F x",
        ("differentiable(F, x)",),
        "law",
        "exp-derivative",
        samples=({"F": "x^2 - x", "x": "x"}, {"F": "-x*y[k]", "x": "y[j]"}),
    ),
    Rule(
        "derivative-of-element",
        "d/dY[j] Y[k] = delta(k, j)",
        "Y j k",
        ("independent(Y)",),
        samples=({"Y": "y", "j": "j", "k": "k"},),
    ),
    Rule(
        "derivative-of-matrix-element",
        "d/dY[j, l] Y[k, i] = delta(k, j)*delta(i, l)",
        "Y j l k i",
        ("independent(Y)",),
        samples=({"Y": "z", "j": "j", "l": "2", "k": "k", "i": "i"},),
    ),
)
