"""Multinomial figures that Stata, R and textbooks print."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from small_tables import alligators, housing
from statsmodels.discrete.tests.results.results_discrete import Anes

import loglik

COLUMNS = ["logpopul", "selfLR", "age", "educ", "income"]
STATA = Anes().mnlogit_basezero


@pytest.fixture(scope="module")
def voters() -> pd.DataFrame:
    """944 voters of 1996; party identification from 0 to 6."""
    data = sm.datasets.anes96.load_pandas().data
    return data[["PID", *COLUMNS]].astype({"PID": int})


@pytest.fixture(scope="module")
def fitted(voters: pd.DataFrame) -> loglik.FittedClassifier:
    return loglik.fit_classifier(voters, "PID", reference="0", tol=1e-12)


def test_voters_as_stata_prints_them(fitted: loglik.FittedClassifier) -> None:
    """``mlogit``: 36 coefficients and errors to 7 digits and more, and the figures of the fit."""
    table = fitted.tidy(frame="pandas").set_index(["class", "term"])
    names = [*COLUMNS, "(Intercept)"]
    for name, there in (("estimate", STATA.params), ("std_error", STATA.bse), ("statistic", STATA.z)):
        found = np.array([[table.loc[(str(k), term), name] for k in range(1, 7)] for term in names])
        np.testing.assert_allclose(found, there, rtol=1e-6, atol=1e-8)
    figures = fitted.report.overall
    assert figures.log_likelihood == pytest.approx(STATA.llf, rel=1e-10)
    assert figures.null_log_likelihood == pytest.approx(STATA.llnull, rel=1e-11)
    assert figures.lr_statistic == pytest.approx(STATA.llr, rel=1e-9)
    assert figures.lr_p_value == pytest.approx(STATA.llr_pvalue, rel=1e-6)
    assert figures.r2_mcfadden == pytest.approx(STATA.prsquared, rel=1e-9)
    assert (figures.aic, figures.bic) == pytest.approx((STATA.aic, STATA.bic), rel=1e-9)


@pytest.mark.parametrize(
    ("at", "there", "errors"),
    [(None, STATA.margeff_dydx_overall, STATA.margeff_dydx_overall_se),
     ({}, STATA.margeff_dydx_mean, STATA.margeff_dydx_mean_se)],
)  # fmt: skip
def test_effects_on_voters_as_stata_prints_them(
    fitted: loglik.FittedClassifier, voters: pd.DataFrame, at: dict | None, there: np.ndarray, errors: np.ndarray
) -> None:
    """``margins, dydx(*) predict(outcome(k))``, whose numerical derivatives add up to 2e-7 over the classes, not to 0."""
    found = fitted.effects(voters, at=at, frame="pandas")
    found = found[found.contrast == "slope"].set_index(["term", "class"])
    for name, figures in (("estimate", there), ("std_error", errors)):
        ours = np.array([[found.loc[(term, str(k)), name] for k in range(7)] for term in COLUMNS])
        np.testing.assert_allclose(ours, figures, rtol=1e-6, atol=4e-7)
    assert np.abs(found.estimate.groupby("term").sum()).max() < 1e-15
    assert np.abs(there.sum(axis=1)).max() > 1e-8


def test_alligators_as_agresti_prints_them() -> None:
    """Food of 219 alligators by lake and size (Agresti, Categorical Data Analysis, table of the baseline-category logits)."""
    model = loglik.fit_classifier(
        alligators(), "food", weights="n", reference="fish", reference_levels={"lake": "George", "size": "large"}
    )
    found = {t.term: t for t in model.report.terms if t.class_ == "invertebrate"}
    names = ["(Intercept)", "size[small]", "lake[Hancock]", "lake[Oklawaha]", "lake[Trafford]"]
    assert [round(found[n].estimate, 2) for n in names] == [-1.55, 1.46, -1.66, 0.94, 1.12]
    assert [round(found[n].std_error, 2) for n in names] == [0.42, 0.40, 0.61, 0.47, 0.49]


HOUSING = {  # multinom(Sat ~ Infl + Type + Cont, weights = Freq), Venables and Ripley, section 7.3
    "Medium": [-0.4192316, 0.4464003, 0.6649367, -0.4356851, 0.1313663, -0.6665728, 0.3608513],
    "High": [-0.1387453, 0.7348626, 1.6126294, -0.7356261, -0.4079808, -1.4123333, 0.4818236],
}


def test_housing_as_venables_and_ripley_print_it() -> None:
    """R's ``multinom`` stops where its deviance, 3470.084, changes no more; the maximum is 1e-9 beyond, 6e-6 away."""
    data = housing()
    model = loglik.fit_classifier(
        data, "satisfaction", weights="n", reference="Low", tol=1e-12,
        reference_levels={"influence": "Low", "type": "Tower", "contact": "Low"},
    )  # fmt: skip
    names = ["(Intercept)", "influence[Medium]", "influence[High]", "type[Apartment]", "type[Atrium]", "type[Terrace]",
             "contact[High]"]  # fmt: skip
    found = {(t.class_, t.term): t.estimate for t in model.report.terms}
    there = {(class_, name): b for class_, row in HOUSING.items() for name, b in zip(names, row, strict=True)}
    for key, b in there.items():
        assert found[key] == pytest.approx(b, abs=7e-6)

    def deviance(b: dict) -> float:
        total = 0.0
        for row in data.itertuples():
            terms = ["(Intercept)", f"influence[{row.influence}]", f"type[{row.type}]", f"contact[{row.contact}]"]
            eta = {"Low": 0.0} | {c: sum(b.get((c, t), 0.0) for t in terms) for c in HOUSING}
            total += row.n * (eta[row.satisfaction] - np.log(sum(np.exp(v) for v in eta.values())))
        return -2.0 * total

    assert round(model.report.overall.deviance, 3) == round(deviance(there), 3) == 3470.084
    assert model.report.overall.deviance == pytest.approx(deviance(found), rel=1e-13)
    assert 0.0 < deviance(there) - model.report.overall.deviance < 1e-6
