"""Odd notation, by hand-made statements: what is odd, and what looks so and is meant."""

from __future__ import annotations

import pytest

from check.statements import expression, statement
from loglik.check.judge.lints import lints

SYMBOLS = "n, K: size; i, j, k, l: index 1..n"


@pytest.mark.parametrize(
    ("text", "key", "name"),
    [
        ("a = exp(x[i])/sum(exp(x[i]), j, 1, n)", "lint-unused-index", "j"),
        ("a = product(p[i], j, 1, n)", "lint-unused-index", "j"),
        ("g[i, j] = a[i]*b[k]", "lint-one-sided", "j"),
        ("log(x + h, b) - log(x) = log((x + h)/x, b)", "lint-lost-base", "b"),
    ],
)
def test_what_is_odd_is_named(text, key, name):
    left, right = (expression(each, SYMBOLS) for each in text.split(" = "))
    found = lints(statement(text, SYMBOLS), 0, left, right)
    assert key in {each.reason.key for each in found}
    assert name in {value for each in found for _, value in each.reason.args}


@pytest.mark.parametrize(
    "text",
    [
        "a = sum(1, i, 1, n)",
        "a = sum(x, i, 1, n)",
        "L = sum(x[i], i, 1, n)",
        "y[i] = sum(w[j]*x[i, j], j, 1, n) + b",
        "y[i] = w*x + b",
        "log(x, b) = log(x)/log(b)",
        "x[i + 1] = x[i] + h",
    ],
)
def test_what_is_meant_is_not_odd(text):
    left, right = (expression(each, SYMBOLS + "; L: real") for each in text.split(" = "))
    assert lints(statement(text, SYMBOLS + "; L: real"), 0, left, right) == []
