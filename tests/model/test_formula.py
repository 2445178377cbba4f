"""Formulas from text to prediction: beside statsmodels, through the model file, with the same bits for single rows."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

import loglik.texts
from loglik import DataError, fit_classifier, load_model

# Ours, and statsmodels' where it writes the same space otherwise.
FORMULAS = {
    "x": "x",
    "g*h": "g*h",
    "x*g": "x*g",
    "x:g": "x:g",
    "g:h": "g:h",
    "g*h*k": "g*h*k",
    "0 + g": "0 + g",
    "g:x - 1": "g:x - 1",
    "g/x": "g/x",
    "log(u)*g": "np.log(u)*g",
    "C(w)*x": "C(w)*x",
    "w + C(w)": "C(w)",
    "bs(x, df=5)": "bs(x, df=5)",
    "g*z + bs(u, df=4):h": "g*z + bs(u, df=4):h",
    "poly(x, 2)": "x + I(x**2)",
    "I(x^2) + x + I(x > 0)": "x + I(x**2) + I(x > 0)",
    "(g + h + x)^2": "(g + h + x)**2",
    "scale(x) + center(z)": "x + z",
    "1": "1",
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 1_500
    data = pd.DataFrame({
        "x": rng.normal(size=n), "z": rng.normal(size=n), "u": rng.gamma(2.0, size=n) + 0.1, "w": rng.integers(1, 4, n),
        "g": rng.choice(list("abc"), n), "h": rng.choice(list("pq"), n), "k": rng.choice(list("rst"), n),
    })  # fmt: skip
    eta = 0.5 * data.x - 0.3 * data.z * (data.g == "a") + 0.4 * (data.h == "p") * (data.g == "b")
    data["y"] = np.where(rng.random(n) < 1 / (1 + np.exp(-eta)), "yes", "no")
    data["three"] = np.where(rng.random(n) < 0.3, "maybe", data.y)
    return data


@pytest.mark.parametrize("formula", FORMULAS)
def test_beside_statsmodels(formula: str, frame: pd.DataFrame) -> None:
    ours = fit_classifier(frame, formula=f"y ~ {formula}")
    binary = frame.assign(yes=(frame.y == "yes").astype(int))
    theirs = smf.glm(f"yes ~ {FORMULAS[formula]}", binary, family=sm.families.Binomial()).fit(tol=1e-12)
    assert ours.report.converged
    assert len(ours.report.terms) == theirs.df_model + 1
    np.testing.assert_allclose(ours.report.overall.log_likelihood, theirs.llf, rtol=1e-11)
    np.testing.assert_allclose(ours.predict_proba(frame)[:, 1], theirs.fittedvalues, atol=1e-8)


@pytest.mark.parametrize("target", ["y", "three"])
@pytest.mark.parametrize("formula", ["g*h + bs(x, df=6)*g", "x*g + ns(u, df=3) + poly(z, 3)", "C(w):g:log(u) - 1 + h"])
def test_the_file_predicts_the_same_bits(formula: str, target: str, frame: pd.DataFrame, tmp_path) -> None:
    fitted = fit_classifier(frame, formula=f"{target} ~ {formula}")
    fitted.save(tmp_path / "m.json")
    again = load_model(tmp_path / "m.json")
    whole = fitted.predict_proba(frame)
    np.testing.assert_array_equal(again.predict_proba(frame), whole)
    for i in (0, 7, 1_499):
        np.testing.assert_array_equal(again.predict_proba(frame.iloc[[i]]), whole[[i]])
    again.save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == json.loads((tmp_path / "m.json").read_text())


def test_offset(frame: pd.DataFrame, tmp_path) -> None:
    inside = fit_classifier(frame, formula="y ~ x + offset(0 - z/2)")
    column = fit_classifier(frame.assign(o=-frame.z / 2.0), formula="y ~ x", offset="o")
    np.testing.assert_allclose(inside.coefficients, column.coefficients, rtol=1e-12)
    inside.save(tmp_path / "m.json")
    kept = load_model(tmp_path / "m.json")
    assert "y ~ x + offset(0 - z/2)" in str(inside)
    assert kept.report.as_json()["formula"] == "y ~ x + offset(0 - z/2)"
    np.testing.assert_allclose(
        kept.predict_proba(frame),
        column.predict_proba(frame.assign(o=-frame.z / 2.0)),
        rtol=1e-12,
    )


def test_all_others_by_a_dot(frame: pd.DataFrame) -> None:
    dotted = fit_classifier(frame.drop(columns="three"), formula="y ~ . - k")
    named = fit_classifier(frame, "y", features=["x", "z", "u", "w", "g", "h"])
    assert {t.term for t in dotted.report.terms} == {t.term for t in named.report.terms}
    assert dotted.report.overall.log_likelihood == pytest.approx(named.report.overall.log_likelihood, rel=1e-13)


def test_levels_and_reference_of_choice(frame: pd.DataFrame) -> None:
    fitted = fit_classifier(frame, formula='y ~ C(g, ref="b")*x')
    assert [t.term for t in fitted.report.terms] == ["(Intercept)", "g[a]", "g[c]", "x", "x:g[a]", "x:g[c]"]
    with pytest.raises(DataError, match="LL112"):
        fit_classifier(frame, formula='y ~ C(g, ref="z")')


def test_missing_values_and_constant_columns(frame: pd.DataFrame) -> None:
    holes = frame.assign(x=frame.x.mask(frame.index % 7 == 0), one="only")
    some = fit_classifier(holes, formula="y ~ x*g")
    assert some.report.n_dropped == (frame.index % 7 == 0).sum()
    with pytest.warns(Warning, match="LL204"):
        left_out = fit_classifier(holes, formula="y ~ x*one")
    assert [t.term for t in left_out.report.terms] == ["(Intercept)", "x"]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("y ~ nothing", "LL103"), ("y ~ y + x", "LL117"), ("y ~ log(z)", "LL253"), ("y ~ sqrt(x)", "LL253"),
        ("y ~ log(g)", "LL250"),        ("y ~ C(log(u))", "LL250"),
        ("y ~ bs(w, df=9)", "LL254"), ("y ~ bs(x, df=2)", "LL254"), ("y ~ poly(w, 3)", "LL254"),
        ("y ~ bs(x, knots=c(-99))", "LL254"), ("~ x", "LL257"), ("log(u) ~ x", "LL257"), ("y ~ 0", "LL213"),
        ("x", "LL250"),        ("y ~ bs(poly(x, 2), df=4)", "LL250"),
    ],
)  # fmt: skip
def test_refused(formula: str, code: str, frame: pd.DataFrame) -> None:
    with pytest.raises(DataError) as caught:
        fit_classifier(frame, formula=formula)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("formula", "others", "part"),
    [
        ("y ~ y + x", {}, "目的変数"),
        ("y ~ log(w)", {"weights": "w"}, "重み"),
        ("y ~ x:z", {"offset": "z"}, "オフセット"),
    ],
)
def test_a_part_is_named_in_the_language_of_the_message(formula, others, part, frame: pd.DataFrame) -> None:
    with loglik.texts.use("ja"), pytest.raises(DataError, match="LL117") as caught:
        fit_classifier(frame, formula=formula, **others)
    with loglik.texts.use("ja"):
        assert part in caught.value.message


def test_target_and_features_are_given_once(frame: pd.DataFrame) -> None:
    assert fit_classifier(frame, "y", formula="~ x").report.target == "y"
    for wrong in ({"target": "y", "formula": "y ~ x"}, {"formula": "y ~ x", "features": ["x"]}, {"formula": 3}, {}):
        with pytest.raises(DataError, match=r"LL25[78]"):
            fit_classifier(frame, **wrong)


def test_beyond_the_fit(frame: pd.DataFrame) -> None:
    spline = fit_classifier(frame, formula="y ~ bs(x, df=5)")
    with pytest.raises(DataError, match=r"LL255.*row 2"):
        spline.predict_proba(frame.iloc[:3].assign(x=[0.0, 99.0, 0.0]))
    sparse = frame[~((frame.g == "a") & (frame.h == "p"))]
    crossed = fit_classifier(sparse, formula="y ~ g*h")
    reference = crossed.report.reference_levels
    unseen = frame[(frame.g == "a") & (frame.h == "p")]
    if reference["g"] != "a" and reference["h"] != "p":
        with pytest.raises(DataError, match=r"LL256.*g\[a\]:h\[p\] in row 1"):
            crossed.predict_proba(unseen)
    else:  # a cell that the main effects describe
        assert np.isfinite(crossed.predict_proba(unseen)).all()


def test_interactions_that_separate_are_named(frame: pd.DataFrame) -> None:
    data = frame.assign(y=np.where((frame.g == "b") & (frame.k == "s"), "yes", frame.y))
    from loglik import SeparationError

    with pytest.raises(SeparationError) as caught:
        fit_classifier(data, formula="y ~ g*k + x")
    assert "g[b]:k[s]" in str(caught.value) or "g:k" in caught.value.columns


@pytest.mark.parametrize("field", ["formula", "factors", "products", "cells", "knots", "operation", "width"])
def test_changed_files_are_refused(field: str, frame: pd.DataFrame, tmp_path) -> None:
    from loglik.model.model_file import _checksum

    fit_classifier(frame, formula="y ~ g*h + bs(x, df=5) + log(u)").save(tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    formula = document["formula"]
    match field:
        case "formula":
            document["formula"] = 7
        case "factors":
            formula["factors"] = {}
        case "products":
            formula["products"][0]["levels"] = ["nothing"]
        case "cells":
            formula["products"][-1]["cells"][0] = [99, 0]
        case "knots":
            formula["factors"]["bs(x, df=5)"][2]["state"]["knots"][3] = -1e9
        case "operation":
            formula["factors"]["log(u)"] = ["__import__", ["col", "u"]]
        case "width":
            formula["factors"]["bs(x, df=5)"][2]["state"]["width"] = 4
    document.pop("sha256")
    document["sha256"] = _checksum(document)
    (tmp_path / "m.json").write_text(json.dumps(document))
    with pytest.raises(DataError):
        load_model(tmp_path / "m.json")
