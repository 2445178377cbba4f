"""Profile-likelihood intervals against print, and against the definition: the fall of a likelihood that is maximised anew."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from small_tables import endometrial, hepatitis, sex2

import loglik
from loglik.errors import DataError

CHI2_95 = 3.8414588206941245


def by_term(model: loglik.FittedClassifier) -> dict:
    return {t.term: t for t in model.report.terms}


def test_sex2_as_logistf_prints_it() -> None:
    """Two digits of the manual, and five of its example output."""
    model = loglik.fit_classifier(sex2(), "case", weights="n", firth=True, intervals="profile")
    dia = by_term(model)["dia"]
    assert (round(dia.conf_low, 2), round(dia.conf_high, 2)) == (0.77, 8.03)
    assert (round(dia.lr_statistic, 2), round(dia.lr_p_value, 3)) == (7.90, 0.005)


def fall(x: np.ndarray, y: np.ndarray, w: np.ndarray, offset: np.ndarray, k: int, j: int, at: float | None) -> float:
    """``-2 log L`` at its minimum with coefficient j at a value (None: free), by Newton's method from the definition."""
    p, c = x.shape[1], k - 1
    beta = np.zeros(c * p)
    moving = np.ones(c * p, dtype=bool)
    if at is not None:
        beta[j], moving[j] = at, False
    for _ in range(60):
        eta = np.c_[x @ beta.reshape(c, p).T + offset[:, None], np.zeros(len(y))]
        prob = np.exp(eta - eta.max(axis=1, keepdims=True))
        prob /= prob.sum(axis=1, keepdims=True)
        residual = (np.eye(k)[y] - prob)[:, :c] * w[:, None]
        score = (residual.T @ x).ravel()
        information = np.zeros((c * p, c * p))
        for a in range(c):
            for b in range(c):
                v = w * prob[:, a] * ((a == b) - prob[:, b])
                information[a * p : (a + 1) * p, b * p : (b + 1) * p] = (x * v[:, None]).T @ x
        step = np.linalg.solve(information[np.ix_(moving, moving)], score[moving])
        beta[moving] += step * min(1.0, 2.0 / np.abs(step).max())
    return float(-2.0 * (w * np.log(prob[np.arange(len(y)), y])).sum())


@pytest.mark.parametrize(("k", "intercept"), [(2, True), (2, False), (3, True), (4, False)])
def test_bounds_are_where_the_likelihood_has_fallen_by_the_quantile(k: int, intercept: bool) -> None:
    rng = np.random.default_rng(k)
    n = 40 * k
    x = rng.normal(3.0, 1.0, size=(n, 2))
    y = (x @ rng.normal(size=(2, k)) * 0.4 + rng.gumbel(size=(n, k))).argmax(axis=1)
    w, offset = rng.integers(1, 3, n).astype(float), rng.normal(size=n)
    frame = pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "w": w, "o": offset, "y": [chr(97 + v) for v in y]})
    formula = "y ~ x1 + x2" if intercept else "y ~ 0 + x1 + x2"
    model = loglik.fit_classifier(
        frame, formula=formula, reference=chr(96 + k), weights="w", offset="o", intervals="profile"
    )
    design = np.c_[np.ones(n), x] if intercept else x
    least = fall(design, y, w, offset, k, 0, None)
    for j, t in enumerate(model.report.terms):
        assert t.conf_low < t.estimate < t.conf_high
        for bound in (t.conf_low, t.conf_high):
            assert fall(design, y, w, offset, k, j, bound) - least == pytest.approx(CHI2_95, rel=1e-7)


def test_few_rows_where_the_parabola_is_far_off() -> None:
    """Bounds at 99.9 % of a nearly separated table, by a root of the fall itself."""
    data = endometrial().drop(columns="NV")
    model = loglik.fit_classifier(data, "HG", intervals="profile", conf_level=0.999)
    x = np.c_[np.ones(79), data[["PI", "EH"]]]
    y, one, none = 1 - data.HG.to_numpy(), np.ones(79), np.zeros(79)
    least = fall(x, y, one, none, 2, 2, None)
    t = by_term(model)["EH"]
    upper = brentq(lambda b: fall(x, y, one, none, 2, 2, b) - least - 10.827566170662733, t.estimate, 0.0, xtol=1e-12)
    assert t.conf_high == pytest.approx(upper, rel=1e-8)


def test_a_coefficient_of_a_level_and_a_column_far_from_zero() -> None:
    """The intercept of columns that are fitted less their means is a sum of several coefficients."""
    data = sex2().assign(age=lambda d: d.age + 1000.0)
    plain = by_term(loglik.fit_classifier(sex2(), "case", weights="n", intervals="profile", exclude="dia"))
    moved = by_term(loglik.fit_classifier(data, "case", weights="n", intervals="profile", exclude="dia"))
    for name in ("age", "oc", "vis"):
        assert moved[name].conf_low == pytest.approx(plain[name].conf_low, rel=1e-7)
        assert moved[name].conf_high == pytest.approx(plain[name].conf_high, rel=1e-7)


def test_multinomial_firth_profiles_do_not_depend_on_the_reference() -> None:
    made = {}
    for reference in ("none", "HCV"):
        model = loglik.fit_classifier(
            hepatitis(),
            formula="type ~ group + time",
            weights="n",
            reference=reference,
            firth=True,
            intervals="profile",
        )
        made[reference] = {(t.class_, t.term): t for t in model.report.terms}
    for term in ("(Intercept)", "group[withhold]", "time[pre]"):
        a, b = made["none"]["HCV", term], made["HCV"]["none", term]
        assert a.conf_low == pytest.approx(-b.conf_high, rel=1e-7)
        assert a.conf_high == pytest.approx(-b.conf_low, rel=1e-7)
        assert a.lr_statistic == pytest.approx(b.lr_statistic, rel=1e-7)


@pytest.mark.parametrize("options", [{"vcov": "HC0"}, {"weights": "n", "weight_kind": "sampling"}])
def test_robust_errors_have_no_profiles(options: dict) -> None:
    with pytest.raises(DataError, match="LL241"):
        loglik.fit_classifier(sex2(), "case", exclude="dia", intervals="profile", **options)


def test_the_model_file_keeps_them(tmp_path) -> None:
    model = loglik.fit_classifier(sex2(), "case", weights="n", firth=True, intervals="profile")
    model.save(tmp_path / "m.json")
    back = loglik.load_model(tmp_path / "m.json").report
    assert back.intervals == "profile"
    assert list(back.terms) == list(model.report.terms)
