"""Sums and products over ranges."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

_Y = {"l": "1", "n": "K"}

RULES = (
    Rule(
        "sum-constant-factor",
        "sum(c*F(k), k, l, n) = c*sum(F(k), k, l, n)",
        "c F l n",
        samples=({"c": "x", "F": "log(y[k])", **_Y},),
    ),
    Rule(
        "sum-of-sums",
        "sum(F(k) + G(k), k, l, n) = sum(F(k), k, l, n) + sum(G(k), k, l, n)",
        "F G l n",
        samples=({"F": "log(y[k])", "G": "z[k]*x", **_Y},),
    ),
    Rule(
        "sum-of-differences",
        "sum(F(k) - G(k), k, l, n) = sum(F(k), k, l, n) - sum(G(k), k, l, n)",
        "F G l n",
        samples=({"F": "log(y[k])", "G": "z[k]*x", **_Y},),
    ),
    Rule(
        "swap-sums",
        "sum(sum(F(i, k), k, l, n), i, p, q) = sum(sum(F(i, k), i, p, q), k, l, n)",
        "F l n p q",
        samples=({"F": "y[k]*z[i]^k", "l": "1", "n": "K", "p": "1", "q": "3"},),
    ),
    Rule(
        "swap-products",
        "product(product(F(i, k), k, l, n), i, p, q) = product(product(F(i, k), i, p, q), k, l, n)",
        "F l n p q",
        samples=({"F": "y[k] + z[i]^k", "l": "1", "n": "K", "p": "1", "q": "3"},),
    ),
    Rule(
        "square-of-sum",
        "sum(sum(F(i)*F(k), k, l, n), i, l, n) = sum(F(i), i, l, n)^2",
        "F l n",
        samples=({"F": "z[i]", **_Y},),
    ),
    Rule(
        "log-of-range-product",
        "log(product(F(k), k, l, n), a) = sum(log(F(k), a), k, l, n)",
        "F l n a",
        ("a > 0", "a != 1", "F(k) > 0"),
        "law",
        "log-of-range-product",
        samples=({"F": "y[k]^2", "a": "a", **_Y},),
    ),
    Rule(
        "product-of-powers",
        "product(X^F(k), k, l, n) = X^sum(F(k), k, l, n)",
        "X F l n",
        ("X > 0",),
        samples=({"X": "x", "F": "z[k]", **_Y},),
    ),
    Rule(
        "select-term",
        "sum(delta(j, k)*F(k), k, l, n) = F(j)",
        "F j l n",
        ("in_range(j, l, n)",),
        samples=({"F": "log(y[k])", "j": "j", **_Y},),
    ),
    Rule(
        "select-factor",
        "product(F(k)^delta(j, k), k, l, n) = F(j)",
        "F j l n",
        ("in_range(j, l, n)", "F(k) != 0"),
        samples=({"F": "y[k]", "j": "j", **_Y},),
    ),
    Rule(
        "product-of-one",
        "product(F(k), k, n, n) = F(n)",
        "F n",
        ("whole(n)",),
        "definition",
        samples=({"F": "y[k]", "n": "1"},),
    ),
    Rule(
        "sum-of-one",
        "sum(F(k), k, n, n) = F(n)",
        "F n",
        ("whole(n)",),
        "definition",
        samples=({"F": "y[k]", "n": "1"},),
    ),
    Rule(
        "last-factor",
        "product(F(k), k, 1, n + 1) = product(F(k), k, 1, n)*F(n + 1)",
        "F n",
        ("n >= 0", "whole(n)"),
        "definition",
        samples=({"F": "z[k]", "n": "1"}, {"F": "x + k", "n": "3"}),
    ),
    Rule(
        "last-term",
        "sum(F(k), k, 1, n + 1) = sum(F(k), k, 1, n) + F(n + 1)",
        "F n",
        ("n >= 0", "whole(n)"),
        "definition",
        samples=({"F": "z[k]", "n": "1"}, {"F": "x + k", "n": "3"}),
    ),
)
