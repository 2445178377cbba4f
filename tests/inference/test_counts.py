"""Targets of counts beside R's published fits and statsmodels."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loglik
from loglik.cli import main

# Budworms (Collett 1991; Venables and Ripley, Modern Applied Statistics with S, section 7.2): 20 moths of each dose.
BUDWORM = pd.DataFrame(
    {
        "dead": [1, 4, 9, 13, 18, 20, 0, 2, 6, 10, 12, 16],
        "n": 20,
        "sex": ["M"] * 6 + ["F"] * 6,
        "ldose": [0, 1, 2, 3, 4, 5] * 2,
    }
)
# Age of menarche (Milicer and Szczotka 1966; data set menarche of R's MASS).
MENARCHE = pd.DataFrame(
    {
        "age": [9.21, *np.arange(10.21, 10.3, 1), *np.arange(10.58, 15.9, 0.25).round(2), 17.58],
        "n": [376, 200, 93, 120, 90, 88, 105, 111, 100, 93, 100, 108, 99, 106, 105, 117, 98, 97, 120, 102, 122, 111, 94, 114,
              1049],
        "yes": [0, 0, 0, 2, 2, 5, 10, 17, 16, 29, 39, 51, 47, 67, 81, 88, 79, 90, 113, 95, 117, 107, 92, 112, 1049],
    }
)  # fmt: skip


def counts(model: loglik.FittedClassifier) -> dict[str, Any]:
    return model.report.as_json()["counts"]


def test_budworm() -> None:
    model = loglik.fit_classifier(BUDWORM, formula="dead | n ~ C(sex, ref=F)*ldose", tol=1e-12)
    table = model.tidy(frame="pandas")
    np.testing.assert_allclose(table.estimate.round(4), [-2.9935, 0.1750, 0.9060, 0.3529])
    np.testing.assert_allclose(table.std_error.round(4), [0.5527, 0.7783, 0.1671, 0.2700])
    found = counts(model)
    assert (round(found["residual_deviance"], 4), found["df"], found["groups"]) == (4.9937, 8, 12)
    assert found["deviance_p_value"] is None  # dose 1 kills 20 p = 0.95 females
    assert set(table["class"]) == {"success"}


def test_menarche() -> None:
    model = loglik.fit_classifier(MENARCHE, formula="cbind(yes, n - yes) ~ age", tol=1e-12)
    np.testing.assert_allclose(model.tidy(frame="pandas").estimate.round(5), [-21.22639, 1.63197])
    found = counts(model)
    assert (round(found["residual_deviance"], 3), found["df"]) == (26.703, 23)


def test_beside_statsmodels() -> None:
    rng = np.random.default_rng(1)
    d = pd.DataFrame({"x": rng.normal(size=40), "n": rng.integers(20, 60, 40)})
    d["s"] = rng.binomial(d.n, 1.0 / (1.0 + np.exp(-0.4 * d.x)))
    d.loc[3, "s"] = d.n[3]
    d.loc[4, "s"] = 0
    exog = sm.add_constant(d[["x"]])
    other = sm.GLM(np.c_[d.s, d.n - d.s], exog, family=sm.families.Binomial()).fit(tol=1e-14)
    model = loglik.fit_classifier(d, formula="s | n ~ x", tol=1e-12)
    found = counts(model)
    np.testing.assert_allclose(found["residual_deviance"], other.deviance, rtol=1e-9)
    np.testing.assert_allclose(found["pearson"], other.pearson_chi2, rtol=1e-9)
    np.testing.assert_allclose(model.tidy(frame="pandas").std_error, other.bse, rtol=1e-7)
    assert found["df"] == other.df_resid == 38
    assert found["deviance_p_value"] is not None
    # Rows of one trial, with weights: the same likelihood.
    one = pd.concat([d.assign(y="b", w=d.s), d.assign(y="a", w=d.n - d.s)])
    again = loglik.fit_classifier(one, formula="y ~ x", weights="w", tol=1e-12)
    np.testing.assert_allclose(again.tidy(frame="pandas").estimate, other.params, rtol=1e-7)
    np.testing.assert_allclose(model.report.overall.log_likelihood, again.report.overall.log_likelihood, rtol=1e-12)


def test_weights_offsets_missing_values_and_clusters() -> None:
    d = MENARCHE.assign(w=[1, 2, 3, 1, 1] * 5, o=0.1, c=list("abcde") * 5)
    d = pd.concat(
        [d, d.iloc[:1].assign(n=0, yes=0), d.iloc[:1].assign(yes=np.nan), d.iloc[:1].assign(age=np.nan)],
        ignore_index=True,
    )
    options: dict[str, Any] = {"formula": "yes | n ~ age", "tol": 1e-12, "cluster": "c", "offset": "o"}
    weighted = loglik.fit_classifier(d, weights="w", **options)
    assert weighted.report.n_dropped == 3
    repeated = loglik.fit_classifier(d.loc[d.index.repeat(d.w)], **options)
    for name in ("estimate", "std_error"):
        np.testing.assert_allclose(weighted.tidy(frame="pandas")[name], repeated.tidy(frame="pandas")[name], rtol=1e-7)
    for name in ("residual_deviance", "pearson", "df", "groups"):
        np.testing.assert_allclose(counts(weighted)[name], counts(repeated)[name], rtol=1e-9)


@pytest.mark.usefixtures("in_tmp")
def test_model_file_and_predictions(capsys: pytest.CaptureFixture) -> None:
    MENARCHE.to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "yes | n ~ age", "-o", "m.json", "-q"]) == 0
    assert "residual deviance 26.703 on 23 degrees of freedom" in capsys.readouterr().out
    model = loglik.load_model("m.json")
    assert round(model.report.counts.residual_deviance, 3) == 26.703
    assert main(["predict", "m.json", "d.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == ["failure", "success"]
    assert main(["effects", "m.json", "d.csv"]) == 0
    assert main(["fit", "d.csv", "yes | n ~ .", "--positive", "failure", "--json"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text[text.index('{"schema"') :])["terms"][1]["term"] == "age"
    assert model.vcov("HC0", data="d.csv").shape == (2, 2)


def test_the_rows_of_counts_are_read_again_as_single_trials() -> None:
    """Covariances, terms left out and terms added are those of a row for each trial."""
    d = BUDWORM.rename(columns={"n": "all of them"}).assign(g=BUDWORM.ldose, w=[1, 2] * 6, o=0.1 * BUDWORM.ldose)
    d = d.assign(dead=d.dead.where(d.index != 3), ldose=d.ldose.where(d.index != 7))
    counted = loglik.fit_classifier(
        d, formula="dead | `all of them` ~ sex + ldose", weights="w", offset="o", tol=1e-12, positive="failure"
    )
    one = d.dropna()
    one = pd.concat(
        [one.assign(y=y, m=m) for y, m in (("success", one.dead), ("failure", one["all of them"] - one.dead))]
    )
    one = one.reset_index(drop=True)
    one = one.loc[one.index.repeat((one.m * one.w).astype(int))].reset_index(drop=True)
    single = loglik.fit_classifier(one, formula="y ~ sex + ldose", offset="o", tol=1e-12, positive="failure")
    for kind in ("HC0", "HC1", "HC3"):
        np.testing.assert_allclose(counted.vcov(kind, data=d), single.vcov(kind, data=one), rtol=1e-9)
    by_group = single.vcov(cluster="g", data=one)
    np.testing.assert_allclose(counted.vcov(cluster="g", data=d), by_group, rtol=1e-9)
    np.testing.assert_allclose(counted.vcov(cluster=d.g.to_numpy(), data=d), by_group, rtol=1e-9)
    for a, b in zip(counted.drop1(d).rows, single.drop1(one).rows, strict=True):
        assert a.term == b.term
        np.testing.assert_allclose(
            [a.deviance, a.lr_statistic or 0.0, a.score_statistic or 0.0],
            [b.deviance, b.lr_statistic or 0.0, b.score_statistic or 0.0], rtol=1e-8,
        )  # fmt: skip
    added = [m.score_test("sex:ldose", data).statistic for m, data in ((counted, d), (single, one))]
    np.testing.assert_allclose(added[0], added[1], rtol=1e-8)
    for wrong in ({"dead": [2.0, *d.dead[1:]]}, {"dead": [*d.dead[:-1], np.nan]}):
        with pytest.raises(loglik.DataError, match="LL235"):
            counted.vcov("HC0", data=d.assign(**wrong))
    with pytest.raises(loglik.DataError, match=r"LL103 .*all of them"):
        counted.drop1(d.drop(columns="all of them"))


def test_the_interaction_of_budworms_as_venables_and_ripley_print_it() -> None:
    """``anova(m3, test = "Chisq")``: 1.763 on 1, 0.184."""
    (_, row) = loglik.fit_classifier(BUDWORM, formula="dead | n ~ sex*ldose").drop1(BUDWORM).rows
    assert (row.term, row.df, round(row.lr_statistic, 3), round(row.lr_p_value, 3)) == ("sex:ldose", 1, 1.763, 0.184)


@pytest.mark.parametrize(
    ("change", "formula", "said"),
    [
        ({"yes": 0.5}, "yes | n ~ age", "LL259 yes is 0.5 in row 1"), ({"yes": -1}, "yes | n ~ age", "LL259"),
        ({"yes": 3 * 0.1 / 0.3 + 1e-15}, "yes | n ~ age", r"LL259 yes is 1\.0+\d+ in row 1"),
        ({"yes": 2000}, "yes | n ~ age", "LL259 row 1 of .* has 2,000 successes in 376 trials"),
        ({"yes": 0}, "yes | n ~ age", "LL110"), ({}, "yes | k ~ age", "LL103"), ({}, "cbind(yes, n) ~ n", "LL117"),
        ({"g": "a"}, "yes | g ~ age", "LL250"), ({"n": 0, "yes": 0}, "yes | n ~ age", "LL108"),
        ({"p": MENARCHE.yes / MENARCHE.n}, "p ~ age", r"LL111 .* proportions"),
    ],
)  # fmt: skip
def test_refused(change: dict[str, Any], formula: str, said: str) -> None:
    with pytest.raises(loglik.DataError, match=said):
        loglik.fit_classifier(MENARCHE.assign(**change), formula=formula)
