"""Coefficients, standard errors and log-likelihood against statsmodels, to 1e-8 relative."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loglik
from conftest import simulate
from references.make_statsmodels import CASES, FIGURES, figures, reference_fit, simulated, source_hash

RTOL = 1e-8
STORED = json.loads(FIGURES.read_text(encoding="utf-8"))


def dummies(frame: pd.DataFrame, base: dict[str, str]) -> pd.DataFrame:
    """One-hot columns without the reference level, in the order of our terms."""
    parts = []
    for column in frame.columns:
        if column in base:
            levels = sorted(frame[column].astype(str).unique())
            parts += [
                (frame[column].astype(str) == v).astype(float).rename(f"{column}[{v}]")
                for v in levels
                if v != base[column]
            ]
        else:
            parts.append(frame[column].astype(float))
    return pd.concat(parts, axis=1)


def ours(model: loglik.FittedClassifier):
    terms = model.report.terms
    classes = list(dict.fromkeys(t.class_ for t in terms))
    b = np.array([[t.estimate for t in terms if t.class_ == c] for c in classes])
    se = np.array([[t.std_error for t in terms if t.class_ == c] for c in classes])
    return b, se


def categorical() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 3000
    a, b = rng.choice(list("pqrs"), n, p=[0.1, 0.4, 0.3, 0.2]), rng.choice(["u", "v", "w"], n)
    x = rng.normal(size=n)
    eta = 0.5 * x + 0.7 * (a == "r") - 0.4 * (b == "w") - 0.2
    return pd.DataFrame({"a": a, "x": x, "b": b, "y": np.where(rng.random(n) < 1 / (1 + np.exp(-eta)), "yes", "no")})


def test_figures_belong_to_the_script() -> None:
    assert STORED["script"] == source_hash(), "run tests/references/make_statsmodels.py"
    assert list(STORED["cases"]) == list(CASES)


@pytest.mark.parametrize("name", ["wine, 3 classes", "K=2", "one column"])
def test_the_script_still_finds_the_figures(name: str) -> None:
    made, stored = figures(name), STORED["cases"][name]
    for key, value in made.items():
        np.testing.assert_allclose(value, stored[key], rtol=1e-9, err_msg=key)


@pytest.mark.parametrize("name", CASES)
def test_numeric(name: str) -> None:
    model = loglik.fit_classifier(CASES[name][0](), "y")
    found = STORED["cases"][name]
    b, se = np.array(found["params"]), np.array(found["std_errors"])
    got_b, got_se = ours(model)
    np.testing.assert_allclose(got_b, b, rtol=RTOL, atol=1e-8 * np.abs(b).min())
    np.testing.assert_allclose(got_se, se, rtol=RTOL)
    overall = model.report.overall
    assert overall.log_likelihood == pytest.approx(found["log_likelihood"], rel=1e-11)
    assert overall.null_log_likelihood == pytest.approx(found["null_log_likelihood"], rel=1e-9)
    assert overall.aic == pytest.approx(found["aic"], rel=1e-9)
    assert overall.bic == pytest.approx(found["bic"], rel=1e-9)
    assert overall.lr_statistic == pytest.approx(found["lr_statistic"], rel=1e-7)
    assert overall.lr_p_value == pytest.approx(found["lr_p_value"], rel=1e-6)
    assert model.report.converged
    assert model.report.gradient_norm < 1e-8


def test_categorical_columns_and_text_reference_levels() -> None:
    frame = categorical()
    model = loglik.fit_classifier(frame, "y")
    # The most frequent level is the reference unless one is chosen.
    base = {c: frame[c].value_counts().index[0] for c in "ab"}
    x = dummies(frame[["a", "x", "b"]], base)
    assert [t.term for t in model.report.terms] == ["(Intercept)", *x.columns]
    b, se, result = reference_fit(x.to_numpy(), (frame.y == "yes").to_numpy(float), 2, np.ones(x.shape[1]))
    got_b, got_se = ours(model)
    np.testing.assert_allclose(got_b, b, rtol=RTOL)
    np.testing.assert_allclose(got_se, se, rtol=RTOL)
    assert model.report.overall.log_likelihood == pytest.approx(result.llf, rel=1e-12)
    chosen = loglik.fit_classifier(frame, "y", reference_levels={"a": "s"})
    assert "a[s]" not in [t.term for t in chosen.report.terms]
    assert chosen.report.overall.log_likelihood == pytest.approx(result.llf, rel=1e-12)


def test_frequency_weights_and_offset() -> None:
    rng = np.random.default_rng(21)
    x, y = simulate(800, 3, 2, 20)
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    frame["w"] = rng.integers(0, 5, 800)
    frame["o"] = rng.normal(size=800)
    frame["y"] = np.where(y == 1, "yes", "no")
    model = loglik.fit_classifier(frame, "y", weights="w", offset="o")
    used = frame[frame.w > 0]
    glm = sm.GLM(
        (used.y == "yes").to_numpy(float),
        sm.add_constant(used[["a", "b", "c"]].to_numpy()),
        family=sm.families.Binomial(),
        freq_weights=used.w.to_numpy(float),
        offset=used.o.to_numpy(),
    ).fit(tol=1e-15, maxiter=50)
    got_b, got_se = ours(model)
    np.testing.assert_allclose(got_b[0], glm.params, rtol=RTOL)
    np.testing.assert_allclose(got_se[0], glm.bse, rtol=RTOL)
    assert model.report.overall.log_likelihood == pytest.approx(glm.llf, rel=1e-11)
    assert model.report.n_dropped == int((frame.w == 0).sum())
    # The null model with an offset has no closed form.
    alone = sm.GLM(
        (used.y == "yes").to_numpy(float),
        np.ones((len(used), 1)),
        family=sm.families.Binomial(),
        freq_weights=used.w.to_numpy(float),
        offset=used.o.to_numpy(),
    ).fit(tol=1e-15)
    assert model.report.overall.null_log_likelihood == pytest.approx(alone.llf, rel=1e-11)


def test_sampling_weights_give_the_sandwich() -> None:
    rng = np.random.default_rng(31)
    x, y = simulate(700, 3, 2, 30)
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    frame["w"] = rng.uniform(0.2, 4.0, 700)
    frame["y"] = np.where(y == 1, "yes", "no")
    with pytest.warns(UserWarning, match="LL302"):
        model = loglik.fit_classifier(frame, "y", weights="w", weight_kind="sampling")
    a = sm.add_constant(x)
    t = (frame.y == "yes").to_numpy(float)
    w = frame.w.to_numpy()
    glm = sm.GLM(t, a, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-15, maxiter=50)
    got_b, got_se = ours(model)
    np.testing.assert_allclose(got_b[0], glm.params, rtol=RTOL)
    p = 1 / (1 + np.exp(-a @ glm.params))
    bread = np.linalg.inv((a * (w * p * (1 - p))[:, None]).T @ a)
    scores = a * (w * (t - p))[:, None]
    v = bread @ (scores.T @ scores) @ bread * 700 / 699
    np.testing.assert_allclose(got_se[0], np.sqrt(np.diag(v)), rtol=RTOL)
    assert model.report.overall.aic is None
    assert model.report.overall.lr_statistic is None


def test_sampling_weights_multinomial_against_numerical_scores() -> None:
    rng = np.random.default_rng(41)
    x, y = simulate(600, 2, 3, 40)
    frame = pd.DataFrame(x, columns=["a", "b"])
    frame["g"] = rng.choice(["u", "v"], 600)
    frame["w"] = rng.uniform(0.5, 2.0, 600)
    frame["y"] = [f"c{t}" for t in y]
    with pytest.warns(UserWarning, match="LL302"):
        model = loglik.fit_classifier(frame, "y", weights="w", weight_kind="sampling")
    top = frame.g.value_counts().index[0]
    a = np.c_[np.ones(600), x, (frame.g != top).to_numpy(float)]
    b, se = ours(model)
    eta = np.c_[np.zeros(600), a @ b.T]
    prob = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    w = frame.w.to_numpy()
    onehot = np.eye(3)[y]
    scores = np.concatenate([a * (w * (onehot - prob)[:, k])[:, None] for k in (1, 2)], axis=1)
    h = np.block([[(a * (w * prob[:, k] * ((k == m) - prob[:, m]))[:, None]).T @ a for m in (1, 2)] for k in (1, 2)])
    v = np.linalg.inv(h) @ scores.T @ scores @ np.linalg.inv(h) * 600 / 599
    np.testing.assert_allclose(se.ravel(), np.sqrt(np.diag(v)), rtol=1e-7)


def test_columns_far_from_zero_keep_their_digits() -> None:
    # A calendar year with a spread of a few years, and a column around 1e6 with spread 1.
    frame = simulated(3000, 2, 2, 50)
    shifted = frame.assign(x0=frame.x0 * 4 + 2013.0, x1=frame.x1 + 1e6)
    plain, moved = loglik.fit_classifier(frame, "y"), loglik.fit_classifier(shifted, "y")
    b, se = ours(plain)
    got_b, got_se = ours(moved)
    np.testing.assert_allclose(got_b[0, 1:], b[0, 1:] / [4, 1], rtol=1e-8)
    np.testing.assert_allclose(got_se[0, 1:], se[0, 1:] / [4, 1], rtol=1e-8)
    assert moved.report.overall.log_likelihood == pytest.approx(plain.report.overall.log_likelihood, rel=1e-12)
    assert got_b[0, 0] == pytest.approx(b[0, 0] - b[0, 1] * 2013 / 4 - b[0, 2] * 1e6, rel=1e-7)
