"""Firth's estimate against print (R's brglm2 and logistf, Bull 2002) and against the definition at 50 digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath as mp
import numpy as np
import pandas as pd
import pytest
from small_tables import endometrial, hepatitis, sex2

import loglik
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable


def by_term(model: loglik.FittedClassifier, class_: str | None = None) -> dict:
    return {t.term: t for t in model.report.terms if class_ in (None, t.class_)}


def test_endometrial_as_brglm2_prints_it() -> None:
    """Separated: the likelihood alone has no estimate."""
    model = loglik.fit_classifier(endometrial(), "HG", firth=True)
    printed = {
        "(Intercept)": (3.77456, 1.48869),
        "NV": (2.92927, 1.55076),
        "PI": (-0.03475, 0.03958),
        "EH": (-2.60416, 0.77602),
    }
    for name, (estimate, error) in printed.items():
        found = by_term(model)[name]
        assert (round(found.estimate, 5), round(found.std_error, 5)) == (estimate, error)


def test_sex2_as_logistf_prints_it() -> None:
    model = loglik.fit_classifier(sex2(), "case", weights="n", firth=True)
    printed = {"(Intercept)": 0.12, "age": -1.11, "oc": -0.07, "vic": 2.27, "vicl": -2.11, "vis": -0.79, "dia": 3.10}
    assert {name: round(t.estimate, 2) for name, t in by_term(model).items()} == printed
    assert round(by_term(model)["dia"].std_error, 3) == 1.675  # of V, not with weights (1 + h) p (1 - p): 1.505
    assert model.report.overall.lr_df == 6


def test_hepatitis_as_bull_prints_it() -> None:
    """Multinomial, counts as weights, an interaction (table 3)."""
    model = loglik.fit_classifier(
        hepatitis(),
        formula="type ~ group*time",
        weights="n",
        reference="none",
        reference_levels={"group": "no-withhold", "time": "pre"},
        firth=True,
    )
    slopes = ["group[withhold]", "time[post]", "group[withhold]:time[post]"]
    found = [[round(by_term(model, class_)[name].estimate, 2) for name in slopes] for class_ in ("HCV", "nonABC")]
    assert found == [[-2.43, -1.57, 1.96], [-0.36, -0.38, 0.26]]


def penalised(x: np.ndarray, y: np.ndarray, w: np.ndarray, offset: np.ndarray, k: int) -> Callable:
    """``l + log|I| / 2`` with the last class as the reference, from the definition."""

    def value(beta: list) -> mp.mpf:
        p, c = x.shape[1], k - 1
        total, information = mp.mpf(0), mp.zeros(c * p)
        for i in range(len(y)):
            eta = [mp.fsum(mp.mpf(x[i, j]) * beta[m * p + j] for j in range(p)) + mp.mpf(offset[i]) for m in range(c)]
            e = [mp.exp(v) for v in eta]
            z = 1 + mp.fsum(e)
            total += mp.mpf(w[i]) * ((eta[y[i]] if y[i] < c else 0) - mp.log(z))
            for a in range(c):
                for b in range(c):
                    v = mp.mpf(w[i]) * e[a] / z * ((a == b) - e[b] / z)
                    for j in range(p):
                        for l in range(p):  # noqa: E741
                            information[a * p + j, b * p + l] += v * mp.mpf(x[i, j]) * mp.mpf(x[i, l])
        return total + mp.log(mp.det(information)) / 2

    return value


@pytest.mark.parametrize(
    ("k", "intercept", "separated"), [(2, True, True), (2, False, False), (3, True, False), (3, False, True)]
)
def test_the_penalised_score_vanishes_at_50_digits(k: int, intercept: bool, separated: bool) -> None:
    rng = np.random.default_rng(k + intercept)
    n = 14
    x = rng.normal(size=(n, 2)).round(3)
    y = np.arange(n) % k
    if separated:
        x[y == 0, 0] = np.abs(x[y == 0, 0]) + 2.0
        x[y != 0, 0] = -np.abs(x[y != 0, 0])
    w, offset = rng.integers(1, 4, n).astype(float), rng.normal(size=n).round(2)
    names = {0: "a", 1: "b", 2: "c"}
    frame = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "w": w, "o": offset, "y": [names[v] for v in y]})
    last = names[k - 1]
    model = loglik.fit_classifier(
        frame,
        formula="y ~ x1 + x2" if intercept else "y ~ 0 + x1 + x2",
        reference=last,
        weights="w",
        offset="o",
        firth=True,
    )
    assert model.report.converged
    design = np.c_[np.ones(n), x] if intercept else x
    with mp.workdps(50):
        value = penalised(design, y, w, offset, k)
        beta = [mp.mpf(t.estimate) for t in model.report.terms]
        at = value(beta)
        h = mp.mpf(10) ** -15
        for j in range(len(beta)):
            up, down = ([b + s * h * (i == j) for i, b in enumerate(beta)] for s in (1, -1))
            slope = (value(up) - value(down)) / (2 * h)
            error = model.report.terms[j].std_error
            assert abs(float(slope)) * error < 1e-8  # in standard errors
        assert model.report.overall.penalised_log_likelihood == pytest.approx(float(at), rel=1e-12)


def test_weights_are_rows_and_levels_are_columns() -> None:
    short = sex2()
    long = short.loc[short.index.repeat(short.n)].drop(columns="n")
    a = loglik.fit_classifier(short, "case", weights="n", firth=True)
    b = loglik.fit_classifier(long, "case", firth=True, categorical=list(long.columns[1:]))
    assert [t.estimate for t in a.report.terms][1:] == pytest.approx(
        [t.estimate * (1 if t.term.endswith("[1]") else -1) for t in b.report.terms][1:], rel=1e-7
    )
    assert a.report.overall.lr_statistic == pytest.approx(b.report.overall.lr_statistic, rel=1e-9)


def test_the_choice_of_reference_makes_no_difference() -> None:
    fits = [
        loglik.fit_classifier(hepatitis(), formula="type ~ group + time", weights="n", reference=r, firth=True)
        for r in ("none", "HCV")
    ]
    p, q = (fit.predict_proba(hepatitis()) for fit in fits)
    np.testing.assert_allclose(p, q, rtol=1e-8)
    assert fits[0].report.overall.lr_statistic == pytest.approx(fits[1].report.overall.lr_statistic, rel=1e-9)


def test_collinear_columns_are_still_dropped() -> None:
    with pytest.warns(loglik.CollinearityWarning):
        model = loglik.fit_classifier(endometrial().assign(twice=lambda d: 2 * d.PI), "HG", firth=True)
    assert round(by_term(model)["NV"].estimate, 5) == 2.92927


def test_the_estimator_and_the_model_file(tmp_path) -> None:
    data = endometrial()
    estimator = loglik.LogisticRegression(firth=True).fit(data[["NV", "PI", "EH"]].to_numpy(), data.HG)
    assert estimator.coef_[0].round(5).tolist() == [2.92927, -0.03475, -2.60416]
    estimator.model_.save(tmp_path / "m.json")
    back = loglik.load_model(tmp_path / "m.json").report
    assert back.firth
    assert back.overall == estimator.model_.report.overall


@pytest.mark.parametrize(
    "options", [{"alpha": 0.1}, {"solver": "newton"}, {"vcov": "HC0"}, {"weights": "PI", "weight_kind": "sampling"}]
)
def test_what_does_not_go_together_is_refused(options: dict) -> None:
    data = endometrial().assign(PI=lambda d: d.PI + 1)
    with pytest.raises(DataError, match="LL240"):
        loglik.fit_classifier(data, "HG", firth=True, **options)
