"""`model.compare`, `model.drop1` and their commands: refits by statsmodels, its score tests, and printed figures."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import chi2

import loglik
from loglik.cli import main
from loglik.model.nesting import nested


def rows(k: int, n: int = 400, seed: int = 11) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({c: rng.normal(size=n) for c in "xz"})
    frame["u"], frame["v"] = rng.choice(list("pqr"), n), rng.choice(list("st"), n)
    frame["w"] = rng.integers(1, 4, n)
    eta = np.c_[np.zeros(n), 0.5 * frame.x + 0.5 * (frame.u == "q"), 0.4 * frame.z - 0.6 * (frame.v == "s")][:, :k]
    p = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    frame["y"] = [f"c{np.searchsorted(np.cumsum(row), t)}" for row, t in zip(p, rng.random(n), strict=True)]
    return frame


def columns(frame: pd.DataFrame, *groups: str) -> np.ndarray:
    """The design that statsmodels is given: an intercept and treatment contrasts, products of columns for ``a:b``."""
    made = [np.ones((len(frame), 1))]
    for group in groups:
        product = np.ones((len(frame), 1))
        for name in group.split(":"):
            own = _dummies(frame[name]) if name in "uv" else frame[[name]].to_numpy(float)
            product = np.einsum("ij,ik->ijk", product, own).reshape(len(frame), -1)
        made.append(product)
    return np.hstack(made)


def _dummies(column: pd.Series) -> np.ndarray:
    return np.array([(column == level).to_numpy(float) for level in sorted(column.unique())[1:]]).T


def log_likelihood(frame: pd.DataFrame, *groups: str) -> float:
    label = frame.y.str[1:].astype(int).to_numpy()
    model = sm.MNLogit if label.max() > 1 else sm.Logit
    return float(model(label, columns(frame, *groups)).fit(method="newton", tol=1e-13, maxiter=100, disp=0).llf)


@pytest.mark.parametrize("k", [2, 3])
def test_each_column_left_out(k: int) -> None:
    frame = rows(k).drop(columns="w")
    found = loglik.fit_classifier(frame, "y").drop1(frame)
    whole = log_likelihood(frame, "x", "z", "u", "v")
    assert [r.term for r in found.rows] == [None, "x", "z", "u", "v"]
    assert found.rows[0].log_likelihood == pytest.approx(whole, rel=1e-10)
    for row in found.rows[1:]:
        without = log_likelihood(frame, *(c for c in "xzuv" if c != row.term))
        assert row.df == (k - 1) * (2 if row.term == "u" else 1)
        assert row.log_likelihood == pytest.approx(without, rel=1e-10)
        assert row.lr_statistic == pytest.approx(2 * (whole - without), rel=1e-7)
        assert row.lr_p_value == pytest.approx(chi2.sf(2 * (whole - without), row.df), rel=1e-6)
        assert row.aic == pytest.approx(-2 * without + 2 * ((k - 1) * 6 - row.df), rel=1e-10)


def test_score_tests_of_statsmodels() -> None:
    frame = rows(2).drop(columns="w")
    found = loglik.fit_classifier(frame, "y").drop1(frame)
    y = (frame.y == "c1").to_numpy(float)
    for row in found.rows[1:]:
        smaller = columns(frame, *(c for c in "xzuv" if c != row.term))
        fit = sm.GLM(y, smaller, family=sm.families.Binomial()).fit(tol=1e-14)
        theirs = fit.model.score_test(fit.params, exog_extra=columns(frame, str(row.term))[:, 1:])[0].item()
        assert row.score_statistic == pytest.approx(float(theirs), rel=1e-7)
        assert row.score_p_value == pytest.approx(chi2.sf(float(theirs), row.df), rel=1e-6)


def test_score_tests_of_three_classes_by_definition() -> None:
    """``U' I^-1 U`` with score and information of the larger model written out."""
    frame = rows(3).drop(columns="w")
    found = loglik.fit_classifier(frame, "y").drop1(frame)
    label = frame.y.str[1:].astype(int).to_numpy()
    for row in found.rows[1:]:
        kept = [c for c in "xzuv" if c != row.term]
        a, x = columns(frame, *kept), columns(frame, *"xzuv")
        fit = sm.MNLogit(label, a).fit(method="newton", tol=1e-13, maxiter=100, disp=0)
        p = fit.predict()
        u = np.concatenate([x.T @ ((label == k) - p[:, k]) for k in (1, 2)])
        i = np.block([[(x * (p[:, k] * ((k == m) - p[:, m]))[:, None]).T @ x for m in (1, 2)] for k in (1, 2)])
        assert row.score_statistic == pytest.approx(float(u @ np.linalg.solve(i, u)), rel=1e-6)


@pytest.mark.parametrize("k", [2, 3])
def test_marginality(k: int) -> None:
    """Of ``u*v + u:x + z`` only ``u:v``, ``u:x`` and z are part of no other term; x has the slopes of u alone."""
    frame = rows(k)
    found = loglik.fit_classifier(frame, formula="y ~ u*v + x + u:x + z").drop1(frame)
    whole = log_likelihood(frame, "u", "v", "u:v", "x", "u:x", "z")
    smaller = {
        "z": ("u", "v", "u:v", "x", "u:x"), "u:v": ("u", "v", "x", "u:x", "z"), "u:x": ("u", "v", "u:v", "x", "z"),
    }  # fmt: skip
    assert {r.term for r in found.rows[1:]} == set(smaller)
    for row in found.rows[1:]:
        expected = 2 * (whole - log_likelihood(frame, *smaller[str(row.term)]))
        assert row.lr_statistic == pytest.approx(expected, rel=1e-6)
        assert row.df == (k - 1) * {"z": 1, "u:v": 2, "u:x": 2}[str(row.term)]


def test_what_a_term_spanned_of_others_comes_back() -> None:
    """Without a term of ``y ~ u:v + v:x`` the other one has all the coefficients that it has by itself."""
    frame = rows(2)
    found = loglik.fit_classifier(frame, formula="y ~ u:v + v:x").drop1(frame)
    by_term = {r.term: r for r in found.rows}
    # v:x is a slope for each level of v, u:v a probability for each cell.
    cells = log_likelihood(frame, "u", "v", "u:v")
    assert by_term["v:x"].log_likelihood == pytest.approx(cells, rel=1e-10)
    assert by_term["v:x"].df == 2
    assert by_term["u:v"].log_likelihood == pytest.approx(log_likelihood(frame, "x", "v:x"), rel=1e-10)
    assert by_term["u:v"].df == 5


def test_weights_offsets_and_missing_values() -> None:
    frame = rows(2)
    frame["o"] = 0.3 * frame.z
    frame.loc[5, "x"] = np.nan
    found = loglik.fit_classifier(frame, "y", features=["x", "u"], weights="w", offset="o").drop1(frame)
    used = frame.dropna()
    y = (used.y == "c1").to_numpy(float)

    def refit(*groups: str) -> float:
        made = sm.GLM(
            y, columns(used, *groups), family=sm.families.Binomial(), freq_weights=used.w.to_numpy(), offset=used.o
        ).fit(tol=1e-14)
        return float(made.llf)

    # Row 5 is left out of all of them, though the model without x could use it.
    assert found.n_rows == len(used)
    assert found.rows[1].log_likelihood == pytest.approx(refit("u"), rel=1e-10)
    assert found.rows[2].log_likelihood == pytest.approx(refit("x"), rel=1e-10)


def test_the_only_term_without_an_intercept() -> None:
    frame = rows(3)
    found = loglik.fit_classifier(frame, formula="y ~ 0 + x").drop1(frame)
    assert found.rows[1].log_likelihood == pytest.approx(-len(frame) * np.log(3.0), rel=1e-12)
    assert found.rows[1].df == 2


def test_collinear_terms_lose_nothing() -> None:
    frame = rows(2).assign(x2=lambda f: 2 * f.x)
    with pytest.warns(UserWarning, match="LL202"):
        model = loglik.fit_classifier(frame, "y", features=["x", "z", "x2"])
    with_none = [r for r in model.drop1(frame).rows if r.df == 0 and r.term]
    assert {r.term for r in with_none} == {"x", "x2"}
    assert all((r.lr_p_value, r.lr_statistic, r.score_statistic) == (None, 0.0, 0.0) for r in with_none)


@pytest.mark.parametrize("k", [2, 3])
def test_nested_models(k: int) -> None:
    frame = rows(k)
    larger = loglik.fit_classifier(frame, "y", features=["x", "u", "z"])
    smaller = loglik.fit_classifier(frame, "y", features=["u", "x"], reference_levels={"u": "r"}, reference="c1")
    found = larger.compare(smaller, names=["larger", "smaller"])
    expected = 2 * (log_likelihood(frame, "x", "z", "u") - log_likelihood(frame, "x", "u"))
    (test,) = found.tests
    assert (test.smaller, test.larger, test.nested, test.df) == ("smaller", "larger", True, k - 1)
    assert test.statistic == pytest.approx(expected, rel=1e-7)
    assert test.p_value == pytest.approx(chi2.sf(expected, k - 1), rel=1e-6)
    assert [m.name for m in found.models] == ["smaller", "larger"]
    for m, groups in zip(found.models, (("x", "u"), ("x", "z", "u")), strict=True):
        ll = log_likelihood(frame, *groups)
        assert m.aic == pytest.approx(-2 * ll + 2 * m.n_coefficients, rel=1e-10)
        assert m.bic == pytest.approx(-2 * ll + np.log(len(frame)) * m.n_coefficients, rel=1e-10)
    assert found.models[0].n_coefficients == (k - 1) * 4


def test_printed_figures_of_nested_models(versicolor_virginica: pd.DataFrame) -> None:
    """R's glm: deviance 11.899 with four measurements of iris, 138.63 with none; what `anova` subtracts."""
    whole = loglik.fit_classifier(versicolor_virginica, "species")
    null = loglik.fit_classifier(versicolor_virginica, "species", features=[])
    (test,) = whole.compare(null).tests
    assert test.df == 4
    assert test.statistic == pytest.approx(138.629 - 11.899, abs=2e-3)


NESTED = [
    ("y ~ u", "y ~ u + x", True),
    ("y ~ u + v", "y ~ u*v", True),
    ("y ~ 1", "y ~ bs(x, df=4)", True),
    ("y ~ x + z", "y ~ x*z", True),
    ("y ~ u + x", "y ~ u*x", True),
    ("y ~ x", "y ~ log(w)", False),
    ("y ~ x", "y ~ bs(x, df=5)", False),  # it is, but no name says so
    ("y ~ 0 + x", "y ~ x", True),
    ("y ~ x", "y ~ 0 + x + z", False),
    ("y ~ x", "y ~ x + offset(z) + u", False),
]


@pytest.mark.parametrize(("smaller", "larger", "expected"), NESTED)
def test_what_names_say_of_nesting(smaller: str, larger: str, expected: bool) -> None:
    frame = rows(2)
    one, other = (loglik.fit_classifier(frame, formula=f) for f in (smaller, larger))
    assert nested(one, other) is expected
    (test,) = one.compare(other).tests
    if test.smaller == "model 1":
        assert test.nested is expected
        assert (test.statistic is None) is not expected


def test_a_column_and_a_function_of_the_same_name_are_two() -> None:
    frame = rows(2).assign(**{"log(w)": lambda f: f.x**2})
    column = loglik.fit_classifier(frame, "y", features=["log(w)"])
    function = loglik.fit_classifier(frame, formula="y ~ log(w) + x")
    assert not nested(column, function)


@pytest.mark.filterwarnings("ignore:LL302")
def test_models_that_cannot_be_compared() -> None:
    frame = rows(2)
    model = loglik.fit_classifier(frame, "y", features=["x"])
    missing = frame.assign(z=frame.z.where(frame.z < 2))
    other_rows = loglik.fit_classifier(missing, "y", features=["x", "z"])
    weighted = loglik.fit_classifier(frame, "y", features=["x"], weights="w")
    sampled = loglik.fit_classifier(frame, "y", features=["x"], weights="w", weight_kind="sampling")
    penalised = loglik.fit_classifier(frame, "y", features=["x", "z"], alpha=0.1)
    old = replace(model, report=replace(model.report, fingerprint=None))
    relabelled = loglik.fit_classifier(frame.assign(y=frame.y + "!"), "y", features=["x"])
    cases: list[tuple[str, list[Any]]] = [
        ("LL237", [other_rows]), ("LL237", [weighted]), ("LL238", [sampled]), ("LL238", [penalised]), ("LL237", [old]),
        ("LL237", [relabelled]), ("LL237", []), ("LL237", ["model.json"]),
    ]  # fmt: skip
    for code, others in cases:
        with pytest.raises(loglik.DataError, match=code):
            model.compare(*others)
    for code, refused, data in (("LL238", penalised, frame), ("LL238", sampled, frame), ("LL235", model, frame[1:])):
        with pytest.raises(loglik.DataError, match=code):
            refused.drop1(data)


@pytest.mark.usefixtures("in_tmp")
def test_the_commands(capsys: pytest.CaptureFixture) -> None:
    frame = rows(3)
    frame.to_csv("d.csv", index=False)
    for name, formula in (("a", "y ~ x"), ("b", "y ~ x + u"), ("c", "y ~ z")):
        assert main(["fit", "d.csv", formula, "-o", f"{name}.json", "-q"]) == 0
    capsys.readouterr()
    assert main(shlex.split("compare a.json b.json c.json --json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "loglik.compare/1"
    assert [m["name"] for m in document["models"]] == ["a.json", "c.json", "b.json"]
    assert [t["nested"] for t in document["tests"]] == [False, False]
    assert main(shlex.split("compare b.json a.json")) == 0
    shown = capsys.readouterr().out
    models = [loglik.load_model(f"{name}.json") for name in "ab"]
    (test,) = models[0].compare(models[1]).tests
    assert f"chi2(4) = {test.statistic:.5g}" in shown
    assert main(shlex.split("drop1 b.json d.csv --json")) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "loglik.drop1/1"
    assert [r["term"] for r in document["rows"]] == [None, "x", "u"]
    assert main(shlex.split("drop1 b.json d.csv --lang ja")) == 0
    shown = capsys.readouterr().out
    assert "尤度比" in shown
    next_command = shown.split("次の操作：loglik ")[1]
    assert main(shlex.split(next_command)) == 0
    assert main(shlex.split("compare a.json")) == 2
    assert "LL237" in capsys.readouterr().err


def test_the_estimate_of_firth_has_no_maximum_likelihood_to_compare() -> None:
    frame = rows(2)
    firth = loglik.fit_classifier(frame, "y", features=["x"], firth=True)
    with pytest.raises(loglik.DataError, match="LL238"):
        firth.compare(loglik.fit_classifier(frame, "y", features=["x", "z"]))
    kept = loglik.fit_classifier(frame, "y", features=["x"], firth=True, keep_covariance=False)
    np.testing.assert_allclose(kept.vcov(data=frame), firth.vcov(), rtol=1e-6)


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize(("own", "added", "larger"), [
    (("x",), "z", ("x", "z")), (("x",), "u", ("x", "u")), (("x", "u"), "x:u + v", ("x", "u", "v", "x:u")),
])  # fmt: skip
def test_terms_that_are_not_there(k: int, own: tuple[str, ...], added: str, larger: tuple[str, ...]) -> None:
    frame = rows(k)
    model = loglik.fit_classifier(frame, "y", features=list(own))
    found = model.score_test(added, frame)
    label = frame.y.str[1:].astype(int).to_numpy()
    a, x = columns(frame, *own), columns(frame, *larger)
    p = model.predict_proba(frame)
    u = np.concatenate([x.T @ ((label == j) - p[:, j]) for j in range(1, k)])
    i = np.block(
        [[(x * (p[:, j] * ((j == m) - p[:, m]))[:, None]).T @ x for m in range(1, k)] for j in range(1, k)]
    )  # fmt: skip
    exact = float(u @ np.linalg.solve(i, u))
    assert found.df == (k - 1) * (x.shape[1] - a.shape[1])
    assert found.statistic == pytest.approx(exact, rel=1e-7)
    assert found.p_value == pytest.approx(chi2.sf(exact, found.df), rel=1e-6)
    by_formula = loglik.fit_classifier(frame, formula="y ~ " + " + ".join(own)).score_test(added, frame)
    assert by_formula.statistic == pytest.approx(exact, rel=1e-7)


def test_the_score_test_of_a_dropped_term_is_that_of_adding_it() -> None:
    frame = rows(3)
    frame["o"] = 0.2 * frame.x
    dropped = loglik.fit_classifier(frame, "y", features=["z", "u"], weights="w", offset="o").drop1(frame).rows[1]
    model = loglik.fit_classifier(frame, "y", features=["u"], weights="w", offset="o")
    assert model.score_test("z", frame).statistic == pytest.approx(dropped.score_statistic, rel=1e-7)


def test_terms_that_cannot_be_added() -> None:
    frame = rows(2)
    frame["m"] = frame.z.where(frame.z < 2)
    model = loglik.fit_classifier(frame, "y", features=["x"])
    for code, terms in (
        ("LL239", "m"),
        ("LL239", "x"),
        ("LL239", "I(2*x + 1)"),
        ("LL103", "q"),
        ("LL250", "z +"),
    ):
        with pytest.raises(loglik.DataError, match=code):
            model.score_test(terms, frame)


@pytest.mark.usefixtures("in_tmp")
def test_the_command_of_added_terms(capsys: pytest.CaptureFixture) -> None:
    rows(2).to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "y ~ x", "-o", "m.json", "-q"]) == 0
    capsys.readouterr()
    assert main(["test", "m.json", "--add", "z:u", "--data", "d.csv", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads(json.dumps(loglik.load_model("m.json").score_test("z:u", rows(2)).as_json()))
    assert main(["test", "m.json", "--add", "z:u", "--data", "d.csv"]) == 0
    assert main(shlex.split(capsys.readouterr().out.split("Next: loglik ")[1])) == 0
    capsys.readouterr()
    for wrong in (["m.json"], ["m.json", "x = 0", "--add", "z"], ["m.json", "--add", "z"]):
        assert main(["test", *wrong]) == 2
        assert "LL230" in capsys.readouterr().err
