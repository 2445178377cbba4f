"""`model.test` and ``loglik test``: the joint tests of statsmodels, of every kind of covariance."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from test_vcov import NAMES, fitted, rows

import loglik
from loglik.cli import main


def test_the_joint_test_of_statsmodels() -> None:
    frame = rows(2, 300)
    x = pd.DataFrame(sm.add_constant(frame[list(NAMES)].to_numpy()), columns=["const", *NAMES])
    logit = sm.Logit((frame.y == "c1").to_numpy(float), x)
    options = {"method": "newton", "tol": 1e-14, "disp": 0}
    model = fitted(frame)
    for kind in ("nonrobust", "HC0"):
        theirs = logit.fit(cov_type=kind, **options)
        joint = theirs.wald_test("a = b, 2*a + const = 0.3", scalar=True)
        each = theirs.t_test("a = b, 2*a + const = 0.3")
        ours = model.test("a = b, 2*a + (Intercept) = 0.3", vcov="model" if kind == "nonrobust" else kind, data=frame)
        assert ours.chi2 == pytest.approx(float(joint.statistic), rel=1e-7)
        assert ours.chi2_p_value == pytest.approx(float(joint.pvalue), rel=1e-6)
        np.testing.assert_allclose(ours.std_error, each.sd.ravel(), rtol=1e-7)
        np.testing.assert_allclose(np.c_[ours.conf_low, ours.conf_high], each.conf_int(0.05) - [[0], [0.3]], rtol=1e-6)


@pytest.mark.parametrize("kind", ["model", "cluster"])
def test_three_classes(kind: str) -> None:
    """One hypothesis for each class, and one between classes."""
    frame = rows(3, 400)
    model = fitted(frame)
    v = model.vcov() if kind == "model" else model.vcov(cluster="firm", data=frame)
    found = model.test("a = b, [c1] a = [c2] b", cluster=None if kind == "model" else "firm", data=frame)
    b = np.array([t.estimate for t in model.report.terms])
    r = np.array([[0, 1, -1, 0, 0, 0], [0, 0, 0, 0, 1, -1], [0, 1, 0, 0, 0, -1]])
    assert found.hypotheses == ("[c1] a = b", "[c2] a = b", "[c1] a = [c2] b")
    assert found.chi2 == pytest.approx(r @ b @ np.linalg.inv(r @ v @ r.T) @ r @ b, rel=1e-9)
    assert found.df == 3


def test_too_few_clusters_for_a_joint_test() -> None:
    frame = rows(3, 300).assign(firm=lambda f: f.index % 3)
    model = fitted(frame, cluster="firm")
    model.test("[c1] a = 0, [c1] b = 0")
    with pytest.raises(loglik.DataError, match="LL232"):
        model.test("a = 0, b = 0")
    with pytest.raises(loglik.DataError, match=r"LL232 .*follows"):
        fitted(frame).test("[c1] a = 0, [c1] b = 0, [c1] a = [c1] b")


@pytest.mark.usefixtures("in_tmp")
def test_the_command(capsys: pytest.CaptureFixture) -> None:
    frame = rows(2, 200)
    frame.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y --features a,b -o m.json -q")) == 0
    capsys.readouterr()
    assert main(["test", "m.json", "a = b, b = 0.5"]) == 0
    shown = capsys.readouterr().out
    model = loglik.load_model("m.json")
    expected = model.test("a = b, b = 0.5")
    assert f"chi2(2) = {expected.chi2:.5g}" in shown
    assert main(["test", "m.json", "a = b", "--cluster", "firm", "--data", "d.csv", "--json", "--level", "0.9"]) == 0
    document = json.loads(capsys.readouterr().out)
    ours = model.test("a = b", cluster="firm", data=frame, conf_level=0.9)
    assert document == json.loads(json.dumps(ours.as_json()))
    assert document["schema"] == "loglik.test/1"
    assert document["vcov"] == {"kind": "cluster", "clusters": ["firm"], "n_clusters": [17]}
    assert document["joint"]["df"] == 1
    assert main(["test", "m.json", "a = b", "--vcov", "HC1"]) == 2
    assert "LL233" in capsys.readouterr().err
    assert main(["test", "m.json", "a = b", "--lang", "ja"]) == 0
    assert "仮説" in capsys.readouterr().out
