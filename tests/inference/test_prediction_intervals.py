"""Intervals of predicted probabilities beside statsmodels, and beside the delta method in 40 digits."""

from __future__ import annotations

import json
import warnings

import mpmath
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loglik
from loglik.cli import main


def made(classes: int, n: int = 120, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    d = pd.DataFrame({"x": rng.normal(size=n), "g": rng.choice(["a", "b", "c"], n)})
    score = np.array([k * (0.8 * d.x - 0.5 * (d.g == "b")) for k in range(classes)])
    p = np.exp(score) / np.exp(score).sum(axis=0)
    return d.assign(y=(rng.random(n) > p.cumsum(axis=0)).sum(axis=0), x=d.x + shift)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_two_classes(level: float) -> None:
    d = made(2)
    exog = pd.DataFrame({"c": 1.0, "b": d.g == "b", "d": d.g == "c", "x": d.x}).astype(float)
    other = sm.GLM(d.y, exog, family=sm.families.Binomial()).fit(tol=1e-14).get_prediction(exog)
    expected = other.conf_int(alpha=1 - level)
    low, high = loglik.fit_classifier(d, formula="y ~ x + C(g, ref=a)", tol=1e-12).predict_intervals(
        d, conf_level=level
    )
    np.testing.assert_allclose(np.c_[low[:, 1], high[:, 1]], expected, rtol=1e-7)
    np.testing.assert_allclose(np.c_[1 - high[:, 1], 1 - low[:, 1]], np.c_[low[:, 0], high[:, 0]], rtol=1e-12)


def test_several_classes() -> None:
    d = made(3)
    model = loglik.fit_classifier(d, formula="y ~ x", tol=1e-12)
    terms, v = model.tidy(frame="pandas"), model.vcov()
    assert terms.term.tolist() == ["(Intercept)", "x"] * 2
    low, high = model.predict_intervals(d.head(5))
    z = 1.959963984540054

    def log_odds(k: int, x: float, *b: mpmath.mpf) -> mpmath.mpf:
        e = [mpmath.mpf(1), mpmath.exp(b[0] + b[1] * x), mpmath.exp(b[2] + b[3] * x)]
        return mpmath.log(e[k] / (mpmath.fsum(e) - e[k]))

    with mpmath.workdps(40):
        for i, x in enumerate(d.x.head(5)):
            for k in range(3):
                b = tuple(mpmath.mpf(v) for v in terms.estimate)
                center = log_odds(k, x, *b)
                orders = [tuple(int(j == m) for j in range(4)) for m in range(4)]
                g = np.array([float(mpmath.diff(lambda *c, k=k, x=x: log_odds(k, x, *c), b, n)) for n in orders])
                error = np.sqrt(g @ v @ g)
                expected = [float(1 / (1 + mpmath.exp(-(center + s * z * error)))) for s in (-1, 1)]
                np.testing.assert_allclose([low[i, k], high[i, k]], expected, rtol=1e-9)


def test_far_from_zero() -> None:
    plain = loglik.fit_classifier(made(2), formula="y ~ x", tol=1e-12).predict_intervals(made(2))
    for shift in (1e3, 1e9):
        d = made(2, shift=shift)
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            found = loglik.fit_classifier(d, formula="y ~ x", tol=1e-12).predict_intervals(d)
        given = ~np.isnan(found[0])
        np.testing.assert_allclose(found[0][given], plain[0][given], rtol=1e-5)
        assert given.all() == (not any("LL247" in str(w.message) for w in noted))
        assert given.all() or shift > 1e4


def test_refused_without_errors() -> None:
    d = made(2)
    with pytest.raises(loglik.DataError, match="LL301"):
        loglik.fit_classifier(d, formula="y ~ x", alpha=0.1).predict_intervals(d)


@pytest.mark.usefixtures("in_tmp")
def test_command(capsys: pytest.CaptureFixture) -> None:
    d = made(3)
    d.loc[3, "x"] = np.nan
    d.to_csv("d.csv", index=False)
    assert main(["fit", "d.csv", "y ~ x*g", "-o", "m.json", "-q"]) == 0
    assert main(["predict", "m.json", "d.csv", "--intervals", "--level", "0.9", "-o", "p.csv"]) == 0
    capsys.readouterr()
    assert main(["predict", "m.json", "d.csv", "--intervals", "--level", "0.9", "--json"]) == 0
    document, table = json.loads(capsys.readouterr().out), pd.read_csv("p.csv")
    low, high = loglik.load_model("m.json").predict_intervals("d.csv", conf_level=0.9)
    assert document["conf_low"][3] is None
    assert document["conf_high"][4] == high[4].tolist()
    np.testing.assert_array_equal(table[[f"conf_low[{k}]" for k in range(3)]], low)
    assert ((table["conf_low[1]"] < table["p[1]"]) & (table["p[1]"] < table["conf_high[1]"]))[4:].all()
