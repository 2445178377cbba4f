"""Separation as an answer: against R's figures on the rows that touch, and against refits at ever larger coefficients."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest
from small_tables import endometrial

import loglik
from loglik.cli import main
from loglik.errors import DataError


def reported(data: pd.DataFrame, target: str, **options):
    with pytest.warns(loglik.SeparationWarning, match="LL243"):
        model = loglik.fit_classifier(data, target, separation="report", **options)
    return model, {t.term: t for t in model.report.terms}


def test_endometrial_is_what_r_prints_but_for_nv() -> None:
    """Coefficients, errors and deviance as `glm` prints them beside an NV of 18.19 (1715.75)."""
    model, terms = reported(endometrial(), "HG")
    assert model.report.rows_touching == 66
    printed = {"(Intercept)": (4.30452, 1.63730), "PI": (-0.04218, 0.04433), "EH": (-2.90261, 0.84555)}
    for name, figures in printed.items():
        assert (round(terms[name].estimate, 5), round(terms[name].std_error, 5)) == figures
    assert terms["NV"].estimate == math.inf
    assert terms["NV"].std_error is None
    assert round(model.report.overall.deviance, 3) == 55.393


def test_the_test_and_the_bound_are_those_of_refits() -> None:
    """With NV held at a value by an offset the estimate exists, and its likelihood has fallen as it should."""
    data = endometrial()
    model, terms = reported(data, "HG")
    top = model.report.overall.log_likelihood

    def fall(value: float) -> float:
        held = data.assign(o=value * data.NV).drop(columns="NV")
        return 2.0 * (top - loglik.fit_classifier(held, "HG", offset="o").report.overall.log_likelihood)

    assert terms["NV"].lr_statistic == pytest.approx(fall(0.0), rel=1e-9)
    assert fall(terms["NV"].conf_low) == pytest.approx(3.8414588206941245, rel=1e-7)
    assert terms["NV"].conf_high == math.inf
    assert fall(40.0) == pytest.approx(0.0, abs=1e-12)


def table(cells: dict) -> pd.DataFrame:
    """Rows of (columns..., class): count."""
    rows = [key for key, n in cells.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["g", "x", "y"])


CELLS = {
    ("a", 0.0, "n"): 4, ("a", 0.0, "p"): 3, ("a", 1.0, "n"): 2, ("a", 1.0, "p"): 5,
    ("b", 0.0, "p"): 2, ("b", 1.0, "p"): 1, ("c", 1.0, "n"): 1,
}  # fmt: skip


def test_levels_of_one_class_each_run_their_own_way() -> None:
    model, terms = reported(table(CELLS), "y")
    assert (terms["g[b]"].estimate, terms["g[c]"].estimate) == (math.inf, -math.inf)
    alone = loglik.fit_classifier(table({k: n for k, n in CELLS.items() if k[0] == "a"}).drop(columns="g"), "y")
    for t in alone.report.terms:
        assert terms[t.term].estimate == pytest.approx(t.estimate, rel=1e-9)
        assert terms[t.term].std_error == pytest.approx(t.std_error, rel=1e-7)
    assert model.report.overall.log_likelihood == pytest.approx(alone.report.overall.log_likelihood, rel=1e-12)
    without = table(CELLS).assign(g=lambda d: d.g.replace("b", "a"))
    less, _ = reported(without, "y")  # without g[b]; g[c] is still separated
    expected = 2.0 * (model.report.overall.log_likelihood - less.report.overall.log_likelihood)
    assert terms["g[b]"].lr_statistic == pytest.approx(expected, rel=1e-7)


def test_a_reference_level_of_one_class_takes_the_intercept_with_it() -> None:
    """Against it the other levels run the other way, but their differences stay."""
    cells = {("r", 0.0, "p"): 4, ("s", 0.0, "p"): 2, ("s", 0.0, "n"): 3, ("t", 0.0, "p"): 3, ("t", 0.0, "n"): 1}
    _, terms = reported(table(cells), "y", features=["g"], reference_levels={"g": "r"})
    assert terms["(Intercept)"].estimate == math.inf
    assert terms["g[s]"].estimate == terms["g[t]"].estimate == -math.inf


def test_what_two_ways_to_the_limit_disagree_about_is_not_given_a_sign() -> None:
    """Complete separation by x alone leaves z free to help or not."""
    data = pd.DataFrame({"x": [-3.0, -2.0, 2.0, 3.0], "z": [0.1, -0.2, 0.2, -0.1], "y": list("nnpp")})
    model, terms = reported(data, "y")
    assert model.report.rows_touching == 0
    assert model.report.overall.log_likelihood == 0.0
    assert terms["x"].estimate == math.inf
    assert math.isnan(terms["z"].estimate)
    (said,) = model.report.findings
    assert 'infinite are "x"' in said.message
    assert '"z", "(Intercept)" may have any' in said.message or '"(Intercept)", "z" may have any' in said.message
    page = model.summary()
    assert "cross-entropy 0 nats per row; deviance 0\n" in page
    assert "gradient" not in page  # of no estimate


def test_columns_far_from_zero_and_weights() -> None:
    data = endometrial().assign(w=lambda d: 1.0 + d.PI % 3, EH=lambda d: d.EH + 1000.0)
    model, terms = reported(data, "HG", weights="w")
    touch = data[data.NV == 0]
    alone = loglik.fit_classifier(touch, "HG", weights="w", features=["PI", "EH"])
    assert model.report.overall.log_likelihood == pytest.approx(alone.report.overall.log_likelihood, rel=1e-10)
    expected = {t.term: t for t in alone.report.terms}
    assert terms["EH"].estimate == pytest.approx(expected["EH"].estimate, rel=1e-7)
    assert terms["EH"].std_error == pytest.approx(expected["EH"].std_error, rel=1e-6)
    assert terms["NV"].estimate == math.inf


def test_an_estimate_that_exists_is_given_as_ever() -> None:
    data = endometrial().drop(columns="NV")
    a, b = (loglik.fit_classifier(data, "HG", separation=s) for s in ("raise", "report"))
    assert list(a.report.terms) == list(b.report.terms)
    assert b.report.rows_touching is None


def test_robust_errors_are_refused() -> None:
    with pytest.raises(DataError, match="LL243"):
        loglik.fit_classifier(endometrial(), "HG", separation="report", vcov="HC0")


def test_infinite_coefficients_neither_predict_nor_are_kept(tmp_path) -> None:
    data = endometrial()
    model, _ = reported(data, "HG")
    with pytest.raises(DataError, match="LL243"):
        model.predict_proba(data)
    with pytest.raises(DataError, match="LL243"):
        model.save(tmp_path / "m.json")
    estimator = loglik.LogisticRegression(separation="report")
    with pytest.warns(loglik.SeparationWarning):
        estimator.fit(data[["NV", "PI", "EH"]].to_numpy(), data.HG)
    assert estimator.coef_[0, 0] == math.inf
    assert round(estimator.coef_[0, 1], 5) == -0.04218
    with pytest.raises(DataError, match="LL243"):
        estimator.predict(data[["NV", "PI", "EH"]].to_numpy())


def test_the_command_says_so_in_json_and_on_the_page(tmp_path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "d.csv"
    endometrial().to_csv(path, index=False)
    assert main(["fit", str(path), "-t", "HG", "--separation", "report", "--json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    (nv,) = [t for t in document["terms"] if t["term"] == "NV"]
    assert (nv["estimate"], nv["limit"], nv["conf_high"], nv["std_error"]) == (None, "+inf", None, None)
    assert document["rows_touching"] == 66
    assert main(["fit", str(path), "-t", "HG", "--separation", "report", "-q"]) == 0
    page = capsys.readouterr().out
    assert "+inf" in page
    assert "loglik explain LL243" in page
    assert main(["fit", str(path), "-t", "HG", "-q"]) == 1
    told = capsys.readouterr().err
    assert "--firth" in told
    assert "--separation report" in told


def test_two_columns_of_which_either_would_do_have_no_sign() -> None:
    """Two of three levels' indicators in numbers, one a half of the other where it counts: each may stay where it is."""
    cells = table(CELLS).drop(columns="g")
    more = pd.DataFrame({"x": [0.0, 1.0, 1.0], "y": ["p", "p", "p"]})
    data = pd.concat([cells.assign(a=0.0, b=0.0), more.assign(a=[1.0, 2.0, 1.0], b=[1.0, 1.0, 2.0])])
    _, terms = reported(data, "y")
    assert math.isnan(terms["a"].estimate)
    assert math.isnan(terms["b"].estimate)
    assert math.isfinite(terms["x"].estimate)
