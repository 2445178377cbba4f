"""The closed form and the optimiser: the model with the intercept alone finds what can be counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik import Bernoulli, Categorical, CollinearityWarning, LogisticRegression

COUNTS = [[7, 13], [3, 5, 2, 4, 1, 5], [300, 500, 200], [1, 999], [40, 7, 3000, 5000], [1, 1, 1, 1, 1, 1, 1, 1]]


def throws(counts):
    return np.repeat([f"face {k}" for k in range(1, len(counts) + 1)], counts)


@pytest.mark.parametrize("counts", COUNTS)
def test_fit_without_features(counts):
    die = Categorical.from_counts(counts)
    report = loglik.fit_classifier(pd.DataFrame({"y": throws(counts)}), "y", features=[], reference="face 1").report
    estimates, errors = die.log_odds(0)
    assert [t.term for t in report.terms] == ["(Intercept)"] * (len(counts) - 1)
    np.testing.assert_allclose([t.estimate for t in report.terms], estimates, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([t.std_error for t in report.terms], errors, rtol=1e-12)
    assert report.overall.log_likelihood == pytest.approx(die.log_likelihood(), rel=1e-12)
    assert report.overall.cross_entropy == pytest.approx(die.cross_entropy(), rel=1e-12)
    # from log-odds to probabilities, by the delta method: J V J' with J = diag(p) - p p'
    p = die.mle()
    jacobian = (np.diag(p) - np.outer(p, p))[:, 1:]
    v = np.diag(1 / np.array(counts[1:], dtype=float)) + 1 / counts[0]
    np.testing.assert_allclose(np.sqrt(np.diag(jacobian @ v @ jacobian.T)), die.standard_errors(), rtol=1e-12)


@pytest.mark.parametrize("counts", COUNTS)
def test_logistic_regression_on_a_constant_column(counts):
    die = Categorical.from_counts(counts)
    y, x = throws(counts), np.ones((sum(counts), 1))
    with pytest.warns(CollinearityWarning, match="LL204"):
        model = LogisticRegression().fit(x, y)
    np.testing.assert_allclose(model.predict_proba(x[:1])[0], die.mle(), rtol=1e-12)
    table = model.tidy()
    np.testing.assert_allclose(table.estimate, die.log_odds(0)[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(table.std_error, die.log_odds(0)[1], rtol=1e-12)


def test_coin_and_counts_as_frequency_weights():
    coin = Bernoulli.from_counts(7, 3)
    table = pd.DataFrame({"side": ["heads", "tails"], "count": [7, 3]})
    report = loglik.fit_classifier(table, "side", features=[], positive="heads", weights="count").report
    estimate, error = coin.log_odds()
    assert report.terms[0].estimate == pytest.approx(estimate, rel=1e-12)
    assert report.terms[0].std_error == pytest.approx(error, rel=1e-12)
    assert report.overall.log_likelihood == pytest.approx(coin.log_likelihood(), rel=1e-12)
    p = coin.mle()
    assert p * (1 - p) * report.terms[0].std_error == pytest.approx(coin.standard_errors(), rel=1e-12)


def test_a_model_without_features_predicts_the_shares(in_tmp):
    model = loglik.fit_classifier(pd.DataFrame({"y": throws([2, 3])}), "y", features=[])
    model.save("m.json")
    again = loglik.load_model("m.json").predict_proba(pd.DataFrame({"anything": [1.0, 2.0]}))
    np.testing.assert_allclose(again, [[0.4, 0.6]] * 2, rtol=1e-12)
    assert in_tmp.joinpath("m.json").exists()


def test_columns_that_are_all_excluded_are_still_refused():
    table = pd.DataFrame({"y": [0, 1], "x": [1, 2]})
    with pytest.raises(loglik.DataError, match="LL119"):
        loglik.fit_classifier(table, "y", exclude=["x"])
    with pytest.raises(loglik.DataError, match="LL119"):
        loglik.fit_classifier(table, "y", features=["x"], exclude=["x"])
