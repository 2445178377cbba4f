"""Derivatives of formulas' factors beside differences of their values."""

from __future__ import annotations

import numpy as np
import pytest

from loglik.design.formula.derivatives import derivative
from loglik.design.formula.grammar import read
from loglik.design.formula.transforms import Rows, learn, matrix
from loglik.errors import DataError

RNG = np.random.default_rng(3)
ROWS = Rows({"x": np.sort(RNG.uniform(0.5, 4.0, 60)), "z": RNG.uniform(1.0, 2.0, 60)})
# Weights of the derivative at 0 of the polynomial through seven equidistant points.
STENCIL = np.array([-1.0, 9.0, -45.0, 0.0, 45.0, -9.0, 1.0]) / 60.0


@pytest.mark.parametrize(
    "factor",
    [
        "x", "I(x^2)", "I(3 - x)", "I(x*z)", "I(z/x)", "I(x/z)", "I(2^x)", "I(x^z)", "I(z^x)", "I(-x)", "I((x + z)*(x - z))",
        "log(x)", "log2(x)", "log10(x + z)", "log1p(x)", "exp(x)", "expm1(x/3)", "sqrt(x)", "abs(x - 9)", "I(x^-2)",
        "center(x)", "scale(x)", "scale(log(x))", "poly(x, 3)", "poly(sqrt(x), 2)", "bs(x, df=6)", "bs(x, degree=2, df=5)",
        "bs(x, df=5, intercept=TRUE)", "bs(log(x), knots=c(0.2, 0.9))", "ns(x, df=4)", "ns(x, df=3, intercept=TRUE)",
        "I(log(x)^2*exp(-z*x))", "bs(x, degree=5)", "I(center(x)^3)",
    ],
)  # fmt: skip
def test_beside_differences(factor: str) -> None:
    tree = learn(read(f"y ~ {factor}").right, ROWS)
    inner = slice(1, -1)  # splines end at the ends
    x = ROWS.columns["x"]
    h = 1e-3
    knots = np.concatenate([[0.0], _knots(tree)])
    origin = np.exp(knots) if "bs(log" in factor else knots
    keep = np.array([np.abs(origin - v).min() > 4 * h for v in x])[inner]
    steps = [matrix(tree, Rows({"x": x[inner] + k * h, "z": ROWS.columns["z"][inner]})) for k in range(-3, 4)]
    expected = sum(w * s for w, s in zip(STENCIL, steps, strict=True)) / h
    found = np.broadcast_to(derivative(tree, "x", ROWS), (60, expected.shape[1]))[inner]
    assert keep.sum() > 20
    np.testing.assert_allclose(found[keep], expected[keep], rtol=2e-8, atol=1e-8 * max(1.0, np.abs(expected).max()))


def _knots(tree: list) -> list[float]:
    state = tree[2].get("state", {}) if len(tree) > 2 and isinstance(tree[2], dict) else {}
    return state.get("knots", [])


def test_nothing_of_the_column() -> None:
    assert derivative(["log", ["col", "z"]], "x", ROWS) is None
    assert derivative(["I", ["+", ["num", 1.0], ["col", "z"]]], "x", ROWS) is None


@pytest.mark.parametrize("factor", ["I(x > 2)", "I((x == 1)*z)", "abs(x)", "sqrt(x)", "I(x^0.5)"])
def test_no_derivative(factor: str) -> None:
    rows = Rows({"x": np.array([1.0, 0.0, 3.0]), "z": np.ones(3)}, np.array([True, False, True, True]))
    with pytest.raises(DataError, match="LL246" if "x >" in factor or "==" in factor else r"LL246.* in row 3"):
        derivative(read(f"y ~ {factor}").right, "x", rows)
