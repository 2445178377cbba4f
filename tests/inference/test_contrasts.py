"""Hypotheses read from text, and their Wald tests beside statsmodels'."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from loglik.errors import DataError
from loglik.inference.contrasts import hypotheses, wald_test

NAMES = [("b", t) for t in ("(Intercept)", "x", "x2", "g[a b]", "g[c]", "log(x)", "g[c]:h[1]", "bs(x, df=4)[1]")]
TWO = [(c, t) for c in ("p", "q r") for t in ("(Intercept)", "x")]


@pytest.mark.parametrize(
    ("text", "row", "right"),
    [
        ("x = 0", {1: 1}, 0),
        ("x", {1: 1}, 0),
        ("x == x2", {1: 1, 2: -1}, 0),
        ("2*x - x2/4 + 1 = 3", {1: 2, 2: -0.25}, 2),
        ("g[a b] = g[c]", {3: 1, 4: -1}, 0),
        ("- -x = -1e-3", {1: 1}, -1e-3),
        ("log(x)*3 = x*2", {5: 3, 1: -2}, 0),
        ("g[c]:h[1] = g[c]", {6: 1, 4: -1}, 0),
        ("bs(x, df=4)[1] = 0", {7: 1}, 0),
        ("(Intercept) = 1", {0: 1}, 1),
        ("`x` = 2 * 3", {1: 1}, 6),
        ("x + x + x2 = x", {1: 1, 2: 1}, 0),
    ],
)
def test_read(text: str, row: dict[int, float], right: float) -> None:
    found = hypotheses(text, NAMES)
    expected = np.zeros(len(NAMES))
    expected[list(row)] = list(row.values())
    np.testing.assert_allclose(found.r, [expected])
    np.testing.assert_allclose(found.q, [right])


def test_one_for_each_class() -> None:
    found = hypotheses("x = 0, [q r]x = [p] x", TWO)
    np.testing.assert_array_equal(found.r, [[0, 1, 0, 0], [0, 0, 0, 1], [0, -1, 0, 1]])
    assert found.texts == ("[p] x = 0", "[q r] x = 0", "[q r]x = [p] x")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "LL230"), (",,", "LL230"), ("x =", "LL230"), ("x = 0 x2", "LL230"), ("3 = 3", "LL230"), ("x = 1e999", "LL230"),
        ("xx = 0", "LL231"), ("g[z] = 0", "LL231"), ("x3", "LL231"), ("(x = 0", "LL230"), ("x = y(", "LL231"),
        ("x ~ 0", "LL230"), ("x;" * 60_000, "LL230"), ("`nothing`", "LL231"), ("x[0]", "LL231"),
    ],
)  # fmt: skip
def test_refused(text: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        hypotheses(text, NAMES)
    assert caught.value.code == code


def test_some_classes_are_refused() -> None:
    with pytest.raises(DataError, match="LL230"):
        hypotheses("[p] x = x", TWO)
    with pytest.raises(DataError, match="LL231"):
        hypotheses("[z] x = 0", TWO)


@pytest.fixture(scope="module")
def logit():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 3))
    y = (rng.random(300) < 1 / (1 + np.exp(-x @ [0.5, -1.0, 0.2]))).astype(int)
    return sm.Logit(y, sm.add_constant(x)).fit(disp=0)


def test_beside_statsmodels(logit) -> None:
    names = [("1", t) for t in ("(Intercept)", "x1", "x2", "x3")]
    ours = wald_test(hypotheses("x1 = x2, x3 = 0.1, x1 + 2*x2 = -1", names), logit.params, logit.cov_params(), 0.95)
    theirs = logit.wald_test("x1 = x2, x3 = 0.1, x1 + 2*x2 = -1", scalar=True, use_f=False)
    assert ours.df == 3
    np.testing.assert_allclose([ours.chi2, ours.chi2_p_value], [theirs.statistic, theirs.pvalue], rtol=1e-9)
    each = logit.t_test("x1 = x2, x3 = 0.1, x1 + 2*x2 = -1")
    np.testing.assert_allclose(ours.std_error, each.sd.ravel(), rtol=1e-12)
    np.testing.assert_allclose(ours.statistic, each.tvalue.ravel(), rtol=1e-12)
    np.testing.assert_allclose(ours.p_value, each.pvalue.ravel(), rtol=1e-9)


@pytest.mark.parametrize("text", ["x1 = x2, x2 = x1", "x1 = 0, x2 = 0, x1 = x2", "x1 = 0, x1 = 1", "x1 - x1 = 0"])
def test_dependent_hypotheses_are_refused(logit, text: str) -> None:
    names = [("1", t) for t in ("(Intercept)", "x1", "x2", "x3")]
    with pytest.raises(DataError, match="LL232"):
        wald_test(hypotheses(text, names), logit.params, logit.cov_params(), 0.95)
