"""Effects beside statsmodels, and beside their definition in 40 digits."""

from __future__ import annotations

import json
import warnings
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loglik
from loglik.cli import main
from loglik.design.counterfactual import ColumnRows
from loglik.errors import InferenceWarning

FIGURES = ["estimate", "std_error"]


def made(n: int, seed: int = 5, classes: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    d = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": rng.uniform(1.0, 4.0, n),
            "u": rng.integers(0, 2, n),
            "g": rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]),
            "w": rng.integers(1, 4, n),
            "h": rng.choice(["p", "q"], n),
        }
    )
    eta = np.array([k * (0.7 * d.x - 0.3 * d.z + 0.5 * (d.g == "b")) for k in range(classes)])
    p = np.exp(eta) / np.exp(eta).sum(axis=0)
    d["y"] = (rng.random(n) > p.cumsum(axis=0)).sum(axis=0)
    return d


def fitted(d: pd.DataFrame, formula: str, **options: Any) -> loglik.FittedClassifier:
    return loglik.fit_classifier(d, formula=formula, tol=1e-12, **options)


@pytest.mark.parametrize("at", ["overall", "mean"])
def test_binary_slopes(at: str) -> None:
    d = made(300)
    other = sm.Logit(d.y, sm.add_constant(d[["x", "z", "u"]])).fit(disp=0, tol=1e-14).get_margeff(at=at)
    found = fitted(d, "y ~ x + z + u").effects(d, at=None if at == "overall" else {}, frame="pandas")
    found = found[found.contrast == "slope"]
    assert found.term.tolist() == ["x", "z", "u"]
    np.testing.assert_allclose(found.estimate, other.margeff, rtol=1e-7)
    np.testing.assert_allclose(found.std_error, other.margeff_se, rtol=1e-6)
    np.testing.assert_allclose(found.p_value, other.pvalues, rtol=1e-5)
    np.testing.assert_allclose(found[["conf_low", "conf_high"]], other.conf_int(), rtol=1e-5)


def test_binary_change() -> None:
    d = made(300)
    exog = sm.add_constant(d[["x", "z", "u"]])
    other = sm.Logit(d.y, exog).fit(disp=0, tol=1e-14).get_margeff(dummy=True)
    model = fitted(d, "y ~ x + z + u")
    row = model.effects(d, columns=["u"], change={"u": (0, 1)}, frame="pandas").iloc[0]
    assert row.contrast == "1 - 0"
    np.testing.assert_allclose([row.estimate, row.std_error], [other.margeff[2], other.margeff_se[2]], rtol=1e-6)
    levels = fitted(d, "y ~ x + z + C(u, ref=0)").effects(d, columns=["u"], frame="pandas").iloc[0]
    np.testing.assert_allclose([levels.estimate, levels.std_error], [row.estimate, row.std_error], rtol=1e-7)


@pytest.mark.parametrize("at", ["overall", "mean"])
def test_multinomial_slopes(at: str) -> None:
    d = made(400, classes=3)
    other = sm.MNLogit(d.y, sm.add_constant(d[["x", "z"]])).fit(disp=0, method="newton", tol=1e-14).get_margeff(at=at)
    found = fitted(d, "y ~ x + z").effects(d, at=None if at == "overall" else {}, frame="pandas")
    found = found[found.contrast == "slope"].sort_values(["term", "class"])
    np.testing.assert_allclose(found.estimate, other.margeff.ravel(), rtol=1e-6)
    np.testing.assert_allclose(found.std_error, other.margeff_se.ravel(), rtol=1e-5)
    assert found["class"].tolist() == ["0", "1", "2"] * 2


def test_sandwich() -> None:
    d = made(300)
    fit = sm.Logit(d.y, sm.add_constant(d[["x", "z"]])).fit(disp=0, tol=1e-14, cov_type="HC0")
    found = fitted(d, "y ~ x + z").effects(d, vcov="HC0", frame="pandas")
    np.testing.assert_allclose(found.std_error, fit.get_margeff().margeff_se, rtol=1e-6)


FORMULAS = {
    "y ~ x*g + log(z)": lambda x, z, b, c: [1, b, c, x, mpmath.log(z), x * b, x * c],
    "y ~ I(x^2)*z + g": lambda x, z, b, c: [1, x * x, z, b, c, x * x * z],
    "y ~ x + z:g": lambda x, z, b, c: [1, x, z * (1 - b - c), z * b, z * c],
}


def exact(row: list, beta: mpmath.matrix, classes: int) -> list:
    """Probabilities of all classes, the first the reference."""
    free = [mpmath.fsum(x * beta[k * len(row) + j] for j, x in enumerate(row)) for k in range(classes - 1)]
    eta = [mpmath.mpf(0), *free]
    total = mpmath.fsum(mpmath.exp(e) for e in eta)
    return [mpmath.exp(e) / total for e in eta]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("classes", [2, 3])
def test_definition(formula: str, classes: int) -> None:
    d = made(80, seed=12, classes=classes)
    model = fitted(d, formula)
    terms = model.tidy(frame="pandas")
    row_of, width = FORMULAS[formula], len(terms) // (classes - 1)
    order = _order(formula, terms.term.tolist()[:width])
    place = np.concatenate([k * width + np.array(order) for k in range(classes - 1)])
    v = model.vcov()[np.ix_(place, place)]
    beta = [mpmath.mpf(float(b)) for b in terms.estimate.to_numpy()[place]]
    rows = [
        (float(x), float(z), int(g == "b"), int(g == "c"), int(w)) for x, z, g, w in d[["x", "z", "g", "w"]].to_numpy()
    ]
    total = sum(r[4] for r in rows)

    def slope(k: int, b: list) -> Any:
        return (
            mpmath.fsum(
                w * mpmath.diff(lambda t, z=z, p=p, q=q: exact(row_of(t, z, p, q), b, classes)[k], x)
                for x, z, p, q, w in rows
            )
            / total
        )

    def contrast(k: int, b: list) -> Any:
        return (
            mpmath.fsum(
                w * (exact(row_of(x, z, 0, 1), b, classes)[k] - exact(row_of(x, z, 0, 0), b, classes)[k])
                for x, z, _, _, w in rows
            )
            / total
        )

    found = model.effects(d, weights="w", frame="pandas").set_index(["class", "term", "contrast"])
    k = classes - 1
    with mpmath.workdps(40):
        for key, of in ((("x", "slope"), slope), (("g", "c - a"), contrast)):
            estimate = of(k, beta)
            h = mpmath.mpf(10) ** -12
            gradient = []
            for j in range(len(beta)):
                up, down = [*beta], [*beta]
                up[j] += h
                down[j] -= h
                gradient.append(float((of(k, up) - of(k, down)) / (2 * h)))
            error = float(np.sqrt(np.array(gradient) @ v @ np.array(gradient)))
            here = found.loc[(str(k), *key)]
            np.testing.assert_allclose([here.estimate, here.std_error], [float(estimate), error], rtol=1e-9)


def _order(formula: str, terms: list[str]) -> list[int]:
    wanted = {
        "y ~ x*g + log(z)": ["(Intercept)", "g[b]", "g[c]", "x", "log(z)", "x:g[b]", "x:g[c]"],
        "y ~ I(x^2)*z + g": ["(Intercept)", "I(x^2)", "z", "g[b]", "g[c]", "I(x^2):z"],
        "y ~ x + z:g": ["(Intercept)", "x", "z:g[a]", "z:g[b]", "z:g[c]"],
    }[formula]
    return [terms.index(name) for name in wanted]


def test_groups_weights_and_missing_rows() -> None:
    d = made(200, classes=3)
    model = fitted(d, "y ~ x*g + ns(z, df=3)", weights="w")
    grouped = model.effects(d, by="h", frame="pandas")
    alone = model.effects(d[d.h == "q"], frame="pandas")
    np.testing.assert_allclose(grouped[grouped.by == "q"][FIGURES], alone[FIGURES], rtol=1e-12)
    repeated = d.loc[d.index.repeat(d.w)]
    again = model.effects(repeated, weights=False, frame="pandas")
    np.testing.assert_allclose(model.effects(d, frame="pandas")[FIGURES], again[FIGURES], rtol=1e-10)
    lacking = pd.concat([d, d.iloc[:2].assign(x=np.nan), d.iloc[:2].assign(w=0)])
    np.testing.assert_allclose(
        model.effects(lacking, frame="pandas")[FIGURES], model.effects(d, frame="pandas")[FIGURES]
    )


def test_predictions_at_values() -> None:
    d = made(200)
    model = fitted(d, "y ~ x*g + log(z)")
    found = model.effects(d, at={"x": [1, 2], "g": "b"}, frame="pandas")
    assert found["at"].unique().tolist() == ["x=1, g=b", "x=2, g=b"]
    point = pd.DataFrame({"x": [1.0, 2.0], "g": ["b", "b"], "z": [d.z.mean()] * 2})
    shown = found[found.contrast.isna()]
    np.testing.assert_allclose(shown.estimate, model.predict_proba(point)[:, 1], rtol=1e-12)
    x = np.array([[1, b, c, x, np.log(d.z.mean()), x * b, x * c] for x, b, c in [(1, 1, 0), (2, 1, 0)]])
    v = model.vcov()
    terms = model.tidy(frame="pandas")
    order = _order("y ~ x*g + log(z)", terms.term.tolist())
    v, b = v[np.ix_(order, order)], terms.estimate.to_numpy()[order]
    error = np.sqrt(np.einsum("ij,jk,ik->i", x, v, x))
    low = 1.0 / (1.0 + np.exp(-(x @ b - 1.959963984540054 * error)))
    np.testing.assert_allclose(shown.conf_low, low, rtol=1e-9)


def test_large_centers() -> None:
    d = made(300)
    plain = fitted(d, "y ~ x + z").effects(d, frame="pandas")
    for shift in (1e3, 1e6, 1e9):
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            moved = d.assign(x=d.x + shift)
            far = fitted(moved, "y ~ x + z").effects(moved, frame="pandas")
        np.testing.assert_allclose(far.estimate, plain.estimate, rtol=1e-5)
        given = far.std_error.notna()
        np.testing.assert_allclose(far.std_error[given].astype(float), plain.std_error[given], rtol=1e-5)
        assert given.all() == (not any("LL247" in str(w.message) for w in noted))
        assert given.all() or shift > 1e4


def test_dropped_columns() -> None:
    d = made(200)
    with pytest.warns(loglik.CollinearityWarning):
        model = fitted(d.assign(t=2.0 * d.x), "y ~ x + t + z")
    with pytest.warns(InferenceWarning, match="LL248"):
        found = model.effects(d.assign(t=2.0 * d.x), frame="pandas")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"at": {"q": 1}}, 'LL245 the model reads no column "q"'), ({"at": {"g": "d"}}, 'LL245 column "g" has no level "d"'),
        ({"at": {"x": "a"}}, "LL245"), ({"at": {"x": []}}, "LL245"), ({"at": "x=1"}, "LL245 at is a mapping"),
        ({"change": {"g": 1}}, "LL245"), ({"change": {"x": None}}, "LL245"), ({"columns": ["k"]}, "LL245"),
        ({"by": "no"}, "LL103"), ({"weights": "no"}, "LL103"), ({"at": {"x": range(10_001)}}, "LL245"),
        ({"vcov": "HC9"}, "LL118"), ({"conf_level": 1.0}, "LL118"), ({"by": ["g"]}, "LL245 by = "),
        ({"weights": np.ones(100)}, "LL245 weights = "),
    ],
)  # fmt: skip
def test_refused(arguments: dict[str, Any], said: str) -> None:
    d = made(100)
    with pytest.raises(loglik.DataError, match=said):
        fitted(d, "y ~ x + g").effects(d, **arguments)


def test_no_derivative() -> None:
    d = made(200)
    model = fitted(d, "y ~ I(x > 0) + z")
    with pytest.raises(loglik.DataError, match="LL246"):
        model.effects(d)
    found = model.effects(d, change={"x": (-1, 1)}, frame="pandas")
    assert found.contrast.tolist() == ["1 - -1", "slope"]


def test_unseen_combination() -> None:
    d = made(300)
    model = fitted(d[~((d.g == "c") & (d.h == "q"))], "y ~ x + g*h")
    with pytest.raises(loglik.DataError, match=r"LL245 an effect needs g\[c\]:h\[q\]"):
        model.effects(d[d.g != "c"])
    assert len(model.effects(d[d.g != "c"], columns="x", frame="pandas")) == 1


def test_limit_of_separation_has_no_effects() -> None:
    d = made(200)
    d.loc[d.g == "c", "y"] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = loglik.fit_classifier(d, formula="y ~ x + g", separation="report")
    for compute in (model.effects, model.predict_intervals):
        with pytest.raises(loglik.DataError, match="LL243"):
            compute(d)


def test_penalised_has_no_errors() -> None:
    d = made(200)
    found = fitted(d, "y ~ x + g", alpha=0.1).effects(d, frame="pandas")
    assert found.std_error.isna().all()
    assert found.estimate.notna().all()


@pytest.mark.usefixtures("in_tmp")
def test_command(capsys: pytest.CaptureFixture) -> None:
    d = made(200)
    d.to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "y ~ x*g", "-o", "m.json", "-q"]) == 0
    capsys.readouterr()
    assert main(["effects", "m.json", "d.csv", "--at", "x=1;g=a,b", "--change", "x=0:1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    model = loglik.load_model("m.json")
    expected = model.effects(d, at={"x": 1, "g": ["a", "b"]}, change={"x": (0, 1)}, frame="pandas")
    assert document["schema"] == "loglik.effects/1"
    assert [r["estimate"] for r in document["rows"]] == expected.estimate.tolist()
    assert document["rows"][0]["at"] == {"x": 1.0, "g": "a"}
    assert main(["effects", "m.json", "d.csv", "--by", "h", "--lang", "ja"]) == 0
    assert "クラス「1」の確率に対する効果" in capsys.readouterr().out
    for bad in ("x", "x=1;x=2", "=1", ";"):
        assert main(["effects", "m.json", "d.csv", "--at", bad]) == 2
        assert "LL245" in capsys.readouterr().err


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("formula", [None, "y ~ x + g + h*x", "y ~ log(x) + g*h", "y ~ 0 + g + h + x"])
def test_levels_by_offsets_are_those_of_a_design_made_anew(
    monkeypatch: pytest.MonkeyPatch, formula: str | None, classes: int
) -> None:
    """A column of levels without another part in the formula changes predictors by differences of coefficients."""
    rng = np.random.default_rng(classes)
    n = 6_000
    data = pd.DataFrame(
        {"x": rng.exponential(size=n) + 5.0, "g": rng.choice([*"abcde"], n), "h": rng.choice([*"uv"], n)}
    )
    data["y"] = rng.choice([*"pqr"][:classes], n)
    data["w"] = rng.integers(0, 4, n).astype(float)
    columns = {"features": ["x", "g", "h"]} if formula is None else {"formula": formula}
    target = {"target": "y"} if formula is None else {}
    model = loglik.fit_classifier(data, **target, **columns, weights="w")
    fast = [model.effects(data, by=by) for by in (None, "h")]
    monkeypatch.setattr(ColumnRows, "level_alone", lambda self, setting: None)  # noqa: ARG005
    slow = [model.effects(data, by=by) for by in (None, "h")]
    for one, other in zip(fast, slow, strict=True):
        for name in ("estimate", "std_error"):
            np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-15)


def test_levels_of_certain_rows_stay_probabilities() -> None:
    """Odds beyond the range of float64."""
    data = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0] * 5, "g": ["a", "b"] * 10, "y": ["n", "p", "p", "n", "p"] * 4})
    model = loglik.fit_classifier(data, "y")
    found = model.effects(data.assign(x=[1e6, -1e6] * 10))
    assert np.isfinite(found.estimate).all()
