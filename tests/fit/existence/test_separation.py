"""Separation: found when it is there, with a certificate that is checked here in exact arithmetic; not found otherwise."""

from __future__ import annotations

import time
import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer

import loglik
from conftest import simulate
from loglik.errors import SeparationError, SeparationWarning, UndecidedWarning


def certificate(frame: pd.DataFrame, target: str, **options):
    with pytest.raises(SeparationError) as caught:
        loglik.fit_classifier(frame, target, **options)
    assert caught.value.code == "LL201"
    return caught.value


def test_setosa_versicolor_sepals_are_completely_separated(setosa_versicolor: pd.DataFrame) -> None:
    """6 length - 5 width is at most 15.5 for setosa and at least 17.4 for versicolor: proved in whole numbers."""
    tenths = (setosa_versicolor[["sepal_length", "sepal_width"]] * 10).round().astype(int)
    score = 6 * tenths.sepal_length - 5 * tenths.sepal_width
    assert score[setosa_versicolor.species == "setosa"].max() == 155
    assert score[setosa_versicolor.species == "versicolor"].min() == 174
    error = certificate(setosa_versicolor, "species", features=["sepal_length", "sepal_width"])
    assert error.separation.kind == "complete"
    assert error.separation.rows_separated == 100
    assert error.columns == ("sepal_length", "sepal_width")
    # The direction itself separates, in rational arithmetic.
    b0, b1, b2 = (Fraction(float(v)) for v in error.separation.direction[0])
    for length, width, species in zip(tenths.sepal_length, tenths.sepal_width, setosa_versicolor.species, strict=True):
        predictor = b0 + b1 * Fraction(length, 10) + b2 * Fraction(width, 10)
        assert (predictor > 0) == (species == "versicolor")


def test_quasi_complete_binary() -> None:
    frame = pd.DataFrame({"x": [1, 2, 3, 4, 4, 5, 6, 7.0], "y": list("aaaabbbb")})
    error = certificate(frame, "y")
    assert error.separation.kind == "quasi-complete"
    assert error.separation.rows_separated == 6
    assert error.columns == ("x",)
    # One more overlapping pair, and the estimate exists.
    both = pd.concat([frame, pd.DataFrame({"x": [4.5, 4.2], "y": ["a", "b"]})])
    assert loglik.fit_classifier(both, "y").report.converged


def test_a_level_with_one_class_only_is_named_with_its_rows() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=400), "g": rng.choice(list("abc"), 400)})
    frame["y"] = np.where(rng.random(400) < 0.5, "yes", "no")
    frame.loc[:4, "g"], frame.loc[:4, "y"] = "rare", "no"
    error = certificate(frame, "y")
    assert error.separation.kind == "quasi-complete"
    assert error.separation.rows_separated == 5
    assert error.columns == ("g",)
    assert 'g[rare] (5 rows) never has "yes"' in error.message
    assert loglik.fit_classifier(frame, "y", min_count=6).report.converged is True


def test_the_reference_level_can_separate_too() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"g": ["big"] * 60 + list(rng.choice(["u", "v"], 80))})
    frame["y"] = ["no"] * 60 + list(rng.choice(["yes", "no"], 80))
    error = certificate(frame, "y")
    assert error.separation.rows_separated == 60
    assert "g[big] (60 rows)" in error.message


def test_multinomial_class_split_off_from_the_others(iris: pd.DataFrame) -> None:
    error = certificate(iris, "species")
    assert error.separation.kind == "quasi-complete"
    assert error.separation.rows_separated == 150  # each row gains against setosa, or as setosa
    x = np.c_[np.ones(150), iris[["sepal_length", "sepal_width", "petal_length", "petal_width"]].to_numpy()]
    eta = np.c_[x @ error.separation.direction.T, np.zeros(150)]
    order = {"versicolor": 0, "virginica": 1, "setosa": 2}
    own = eta[np.arange(150), [order[s] for s in iris.species]]
    assert (own[:, None] - eta).min() > -1e-9


def test_breast_cancer_with_all_columns() -> None:
    data = load_breast_cancer(as_frame=True).frame
    error = certificate(data, "target")
    assert error.separation.kind == "complete"
    assert error.separation.rows_separated == 569
    x = np.c_[np.ones(569), data.drop(columns="target").to_numpy()]
    eta = x @ error.separation.direction[0]
    assert ((eta > 0) == (data.target.to_numpy() == 1)).all()


def test_separation_far_into_a_large_file() -> None:
    """One dense 0/1 column that only a few of 50,000 rows have, all of one class."""
    x, y = simulate(50_000, 5, 2, 7)
    frame = pd.DataFrame(x, columns=list("abcde"))
    frame["flag"] = 0.0
    frame.loc[[101, 20_000, 49_000], "flag"] = 1.0
    y[[101, 20_000, 49_000]] = 1
    frame["y"] = y
    error = certificate(frame, "y")
    assert error.separation.kind == "quasi-complete"
    assert error.columns == ("flag",)
    assert error.separation.rows_separated == 3


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_an_independent_programme_on_small_data(seed: int) -> None:
    """Random small tables of whole numbers, separable or not: compared with Konis's programme, written out here."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    n, p = 14, 3
    x = rng.integers(-2, 3, size=(n, p)).astype(float)
    y = rng.permutation([0] * 7 + [1] * 7)
    a = np.c_[np.ones(n), x] * np.where(y == 1, 1.0, -1.0)[:, None]
    best = linprog(-a.sum(axis=0), A_ub=-a, b_ub=np.zeros(n), bounds=[(-1, 1)] * (p + 1), method="highs")
    expected = -best.fun > 1e-7
    frame = pd.DataFrame(x, columns=list("abc")).assign(y=y)
    try:
        model = loglik.fit_classifier(frame, "y")
        assert model.report.converged
        found = False
    except SeparationError:
        found = True
    assert found == expected


def test_nearly_separated_data_have_an_estimate() -> None:
    """Overlap by one part in a thousand: large coefficients, but finite, and no false alarm."""
    x = np.r_[np.linspace(0, 1, 50), np.linspace(0.999, 2, 50)]
    frame = pd.DataFrame({"x": x, "y": [0] * 50 + [1] * 50})
    model = loglik.fit_classifier(frame, "y")
    assert model.report.converged
    assert max(abs(t.estimate) for t in model.report.terms) > 100


def test_a_penalty_makes_the_estimate_exist(setosa_versicolor: pd.DataFrame) -> None:
    assert loglik.fit_classifier(setosa_versicolor, "species", alpha=0.01).report.converged


def test_estimator_warns_or_raises(setosa_versicolor: pd.DataFrame) -> None:
    x, y = setosa_versicolor[["sepal_length", "sepal_width"]], setosa_versicolor.species
    with pytest.warns(SeparationWarning, match="LL201"):
        model = loglik.LogisticRegression().fit(x, y)
    assert model.score(x, y) == 1.0
    assert not model.converged_
    with pytest.raises(SeparationError):
        model.tidy()
    with pytest.raises(SeparationError):
        loglik.LogisticRegression(separation="raise").fit(x, y)


def test_without_separation_the_last_step_proves_existence(monkeypatch: pytest.MonkeyPatch) -> None:
    """On ordinary data neither the rows' ranges nor their pairs are looked at."""
    from loglik.fit.existence.verdict import Existence

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the rows were searched")

    monkeypatch.setattr(Existence, "look", never)
    for n, p, k in ((60, 3, 2), (5_000, 20, 2), (2_000, 5, 4), (40_000, 60, 2)):
        x, y = simulate(n, p, k, n)
        assert loglik.LogisticRegression().fit(x, y).converged_


def test_separated_data_end_quickly() -> None:
    x, y = simulate(20_000, 10, 2, 3)
    x[:, 0] = np.where(y == 1, 1.0, -1.0) + x[:, 0] * 1e-3
    start = time.perf_counter()
    with pytest.warns(SeparationWarning):
        loglik.LogisticRegression().fit(x, y)
    assert time.perf_counter() - start < 60  # seconds, not minutes, on any machine


@pytest.mark.parametrize("separated", [True, False])
def test_many_coefficients(separated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pairs would be too large a matrix, complete separation is still found, and doubt is said."""
    for module in ("search", "naming"):
        monkeypatch.setattr(f"loglik.fit.existence.{module}.MOST_COEFFICIENTS", 3)
    monkeypatch.setattr("loglik.fit.existence.extent.MOST_DESCRIBED", 3)
    monkeypatch.setattr("loglik.fit.plan.HESSIAN_SIZE", 3)
    monkeypatch.setattr("loglik.fit.plan.NEWTON_SIZE", 0)
    x, y = simulate(3000, 6, 2, 3)
    frame = pd.DataFrame(x, columns=list("abcdef")).assign(y=y)
    if separated:
        frame["a"] += np.where(y == 1, 20.0, -20.0)
        error = certificate(frame, "y")
        assert error.separation.kind == "complete"
    else:
        assert loglik.fit_classifier(frame, "y").report.converged  # some of the rows prove that it exists
        monkeypatch.setattr("loglik.fit.existence.nearer.floor_from_rows", lambda *_: None)
        with pytest.warns(UndecidedWarning, match="LL206"):
            model = loglik.fit_classifier(frame, "y")
        assert not model.report.converged
        assert model.report.terms[0].std_error is None
        assert "UNDECIDED" in model.summary()
        with pytest.warns(UndecidedWarning, match="LL206"):
            estimator = loglik.LogisticRegression().fit(x, y)
        assert not estimator.converged_
        assert np.isnan([t.std_error or np.nan for t in estimator.model_.report.terms]).all()


def test_the_model_of_a_pickled_estimator_holds_no_rows() -> None:
    import pickle

    x, y = simulate(50_000, 3, 2, 3)
    model = loglik.LogisticRegression().fit(x, y)
    assert len(pickle.dumps(model)) < 20_000
    before = model.summary()
    x[:] = 0.0
    assert model.summary() == before


def separable(x: np.ndarray, y: np.ndarray, k: int) -> bool:
    """Konis's programme over all pairs of a row and another class, written out without any of our code."""
    from scipy.optimize import linprog

    n, p = x.shape
    rows = []
    for i in range(n):
        for other in range(k):
            if other != y[i]:
                row = np.zeros((k, p))
                row[y[i]] += x[i]
                row[other] -= x[i]
                rows.append(row[1:].ravel())  # class 0 is held at zero
    a = np.array(rows)
    best = linprog(-a.sum(axis=0), A_ub=-a, b_ub=np.zeros(len(a)), bounds=[(-1, 1)] * a.shape[1], method="highs")
    return -best.fun > 1e-7


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("with_offset", [False, True])
@pytest.mark.parametrize("k", [2, 3])
def test_agrees_with_the_programme_whatever_the_model(k: int, with_offset: bool, intercept: bool) -> None:
    found, expected = [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        n = 9 * k
        x = rng.integers(-2, 3, size=(n, 3)).astype(float)
        x[:, 2] = x[:, 0] - x[:, 1] if seed % 5 == 0 else x[:, 2]  # sometimes collinear
        y = np.r_[np.arange(k), rng.integers(0, k, n - k)]
        if seed % 3 == 0:  # sometimes pulled apart, so that both answers occur
            x[:, 0] += (2.0 + seed % 2) * y
        options = {"offset": rng.normal(size=n) * 3} if with_offset else {}
        weight = rng.integers(1, 4, n)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = loglik.LogisticRegression(fit_intercept=intercept).fit(x, y, sample_weight=weight, **options)
        found.append(model.separation_ is not None)
        assert found[-1] or model.converged_
        expected.append(separable(np.c_[np.ones(n), x] if intercept else x, y, k))
    assert found == expected
    assert 0 < sum(expected) < 25
