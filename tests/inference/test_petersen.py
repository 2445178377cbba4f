"""Petersen's panel, which statsmodels ships: clustered covariance of a logit, as Stata and R's sandwich print it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.stats.tests

import loglik


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    path = Path(statsmodels.stats.tests.__path__[0]) / "test_data.txt"
    frame = pd.read_csv(path, sep=r"\s+", header=None, names=["firm", "year", "x", "y"])
    return frame.assign(positive=frame.y > 0).drop(columns="y")


def test_the_printed_covariance(panel: pd.DataFrame) -> None:
    """``brl binary x, cluster(firm) logit`` of Stata, in the tests of R's sandwich (``vcovCL(b, cluster = ~ firm)``)."""
    model = loglik.fit_classifier(panel, "positive", cluster="firm", features=["x"])
    assert model.report.vcov.n_clusters == (500,)
    assert np.round(model.vcov(), 8).tolist() == [[0.00358954, 0.00001531], [0.00001531, 0.00275766]]


def test_the_clusters_of_other_factors_miss_it(panel: pd.DataFrame) -> None:
    """With (n-1)/(n-D) beside G/(G-1), as for linear models, the printed digits would not come out."""
    v = loglik.fit_classifier(panel, "positive", cluster="firm", features=["x"]).vcov()
    n = len(panel)
    assert round(v[0, 0] * (n - 1) / (n - 2), 8) != 0.00358954
    assert round(v[0, 0] * 499 / 500, 8) != 0.00358954


def test_two_ways_are_the_sum_less_both(panel: pd.DataFrame) -> None:
    """Each firm has one row a year, so both together are the single rows: HC0 with n/(n-1)."""
    model = loglik.fit_classifier(panel, "positive", features=["x"])
    firm, year = (model.vcov(cluster=way, data=panel) for way in ("firm", "year"))
    both = model.vcov("HC0", data=panel) * len(panel) / (len(panel) - 1)
    np.testing.assert_allclose(model.vcov(cluster=["firm", "year"], data=panel), firm + year - both, rtol=1e-9)
