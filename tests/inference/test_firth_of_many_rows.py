"""Firth's estimate where rows are many: most reads are without the information there, and the mode must be the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loglik


def penalised_score(x: np.ndarray, label: np.ndarray, w: np.ndarray, offset: np.ndarray, beta: np.ndarray) -> tuple:
    """``U + tr(I^-1 dI) / 2`` and I from the definition, by the derivatives of the weights p_k ([k = l] - p_l)."""
    c, p = beta.shape
    eta = np.c_[x @ beta.T + offset[:, None], np.zeros(len(x))]
    prob = np.exp(eta - eta.max(axis=1, keepdims=True))
    prob = (prob / prob.sum(axis=1, keepdims=True))[:, :c]
    e = np.eye(c)
    weights = prob[:, :, None] * (e - prob[:, None, :])
    information = np.einsum("i,ikl,ia,ib->kalb", w, weights, x, x).reshape(c * p, c * p)
    v = np.linalg.inv(information).reshape(c, p, c, p)
    q = np.einsum("kalb,ia,ib->ikl", v, x, x)
    slope = np.einsum("ikm,kl->iklm", weights, e) - weights[:, :, None, :] * prob[:, None, :, None]
    slope -= prob[:, :, None, None] * weights[:, None, :, :]
    prior = np.einsum("ikl,iklm->im", q, slope) / 2.0
    target = label[:, None] == np.arange(c)
    return np.einsum("i,im,ia->ma", w, target - prob + prior, x).ravel(), information


@pytest.mark.parametrize(
    "case", ["plain", "weights", "offset", "no intercept", "three classes", "rare", "levels", "wide"]
)
def test_the_score_vanishes(case: str) -> None:
    rng = np.random.default_rng(len(case))
    k = 3 if case == "three classes" else 2
    n, q = (30_000, 7) if k == 3 else (4_000, 70) if case == "wide" else (20_000, 9)
    x = rng.normal(size=(n, q))
    if case == "rare":
        x[:, 0] = rng.random(n) < 4e-4
    beta = rng.normal(size=(k - 1, q)) / q**0.5
    eta = np.c_[x @ beta.T - 1.0, np.zeros(n)]
    label = (eta + rng.gumbel(size=eta.shape)).argmax(axis=1)
    if case == "rare":
        label[x[:, 0] == 1] = 0  # this column separates
    w = rng.integers(1, 4, n).astype(float) if case == "weights" else np.ones(n)
    offset = rng.normal(size=n) if case == "offset" else np.zeros(n)
    data = pd.DataFrame(x, columns=[f"x{j}" for j in range(q)]).assign(
        w=w, o=offset, y=np.array(["a", "b", "z"])[label]
    )
    data["y"] = data.y.where(label < k - 1, "z")
    more = {"offset": "o"} if case == "offset" else {}
    terms = [f"x{j}" for j in range(q)]
    if case == "levels":
        data["g"] = np.array([f"g{i}" for i in rng.integers(0, 30, n)])
        terms.append("g")
    model = loglik.fit_classifier(
        data, formula=f"y ~ {'0 + ' if case == 'no intercept' else ''}{' + '.join(terms)}", reference="z", weights="w",
        firth=True, **more,
    )  # fmt: skip
    columns = [x]
    if case == "levels":
        columns.append(np.column_stack([data.g == t.term[2:-1] for t in model.report.terms if t.term.startswith("g[")]))
    if case != "no intercept":
        columns.insert(0, np.ones((n, 1)))
    estimate = np.array([t.estimate for t in model.report.terms]).reshape(k - 1, -1)
    score, information = penalised_score(np.hstack(columns).astype(float), label, w, offset, estimate)
    v = np.linalg.inv(information)
    assert model.report.converged
    assert float(score @ v @ score) ** 0.5 < 1e-6  # standard errors
    np.testing.assert_allclose([t.std_error for t in model.report.terms], np.sqrt(np.diag(v)), rtol=2e-7)


@pytest.mark.parametrize("formula", ["y ~ x + g", "y ~ 0 + x + g", "t ~ x + g"])
def test_the_null_model_of_the_closed_form_is_the_one_that_is_sought(formula: str) -> None:
    """An offset of noughts changes nothing, but then the maximum over the intercepts is sought."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame({"x": rng.normal(size=60) + 3.0, "g": rng.choice(list("abc"), 60), "o": 0.0})
    data["y"] = rng.choice(["n", "p"], 60, p=[0.8, 0.2])
    data["t"] = rng.choice(["k", "l", "m"], 60)
    data["w"] = rng.integers(1, 5, 60)
    found, sought = (
        loglik.fit_classifier(data, formula=formula, weights="w", firth=True, **more).report.overall
        for more in ({}, {"offset": "o"})
    )
    assert found.null_penalised_log_likelihood == pytest.approx(sought.null_penalised_log_likelihood, rel=1e-11)
    assert found.lr_statistic == pytest.approx(sought.lr_statistic, rel=1e-9)
