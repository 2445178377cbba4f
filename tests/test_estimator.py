"""The scikit-learn estimator."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression as Peer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import loglik
from conftest import simulate
from loglik import LogisticRegression
from loglik.errors import DataError

ALL_CHECKS = parametrize_with_checks(
    [LogisticRegression(), LogisticRegression(alpha=0.1), LogisticRegression(solver="newton", fit_intercept=False)]
)


@pytest.mark.filterwarnings("ignore")  # the checks' own data are often separated or collinear
@ALL_CHECKS
def test_scikit_learn_checks(estimator, check) -> None:
    check(estimator)


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("intercept", [True, False])
def test_penalised_fits_equal_those_of_scikit_learn(k: int, intercept: bool) -> None:
    x, y = simulate(800, 4, k, 3)
    alpha = 0.02
    # scikit-learn minimises sum loss + |b|^2 / (2 C): C = 1 / (n alpha).
    peer = Peer(C=1 / (800 * alpha), fit_intercept=intercept, tol=1e-12, max_iter=10_000).fit(x, y)
    mine = LogisticRegression(alpha=alpha, fit_intercept=intercept).fit(x, y)
    np.testing.assert_allclose(mine.coef_, peer.coef_, atol=2e-6)
    if k == 2:
        np.testing.assert_allclose(mine.intercept_, peer.intercept_, atol=2e-6)
    np.testing.assert_allclose(mine.predict_proba(x), peer.predict_proba(x), atol=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.05])
def test_large_penalised_and_plain_fits_reach_newtons_answer(alpha: float) -> None:
    """The subsampled L-BFGS path against plain Newton from zero."""
    x, y = simulate(60_000, 40, 3, 5)
    a = LogisticRegression(alpha=alpha).fit(x, y)
    b = LogisticRegression(alpha=alpha, solver="newton").fit(x, y)
    np.testing.assert_allclose(a.coef_, b.coef_, atol=1e-9)


def test_sparse_equals_dense() -> None:
    x = sparse.random_array((3000, 12), density=0.2, rng=np.random.default_rng(0), format="csc")
    y = (np.random.default_rng(1).random(3000) < 0.3 + 0.4 * (x[:, [0]].toarray().ravel() > 0)).astype(int)
    a, b = LogisticRegression().fit(x, y), LogisticRegression().fit(x.toarray(), y)
    np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-9)
    np.testing.assert_allclose(a.predict_proba(x), b.predict_proba(x.toarray()), rtol=1e-12)
    np.testing.assert_allclose(
        a.tidy()["std_error"].to_numpy(dtype=float), b.tidy()["std_error"].to_numpy(dtype=float), rtol=1e-9
    )


def test_float32_is_read_as_it_is() -> None:
    x, y = simulate(2000, 5, 2, 8)
    x = x.astype(np.float32)
    a, b = LogisticRegression().fit(x, y), LogisticRegression().fit(x.astype(np.float64), y)
    np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-9)


@pytest.mark.parametrize("library", [pd, pl])
def test_data_frames_with_levels(library) -> None:
    rng = np.random.default_rng(2)
    n = 900
    columns = {
        "x": rng.normal(size=n),
        "g": rng.choice(["a", "b", "c"], n, p=[0.2, 0.5, 0.3]).tolist(),
        "flag": rng.random(n) < 0.4,
    }
    y = rng.random(n) < 0.3 + 0.3 * columns["flag"]
    frame = library.DataFrame(columns)
    model = LogisticRegression().fit(frame, y)
    assert list(model.term_names_) == ["x", "g[a]", "g[b]", "g[c]", "flag[False]", "flag[True]"]
    assert model.coef_[0, 2] == 0.0  # g[b], the most frequent
    onehot = np.c_[columns["x"], [[v == "a", v == "c"] for v in columns["g"]], columns["flag"]].astype(float)
    plain = LogisticRegression().fit(onehot, y)
    np.testing.assert_allclose(model.predict_proba(frame), plain.predict_proba(onehot), rtol=1e-10)
    with pytest.raises(loglik.DataError, match="LL124"):
        model.predict(library.DataFrame({"x": [0.0], "g": ["new"], "flag": [True]}))


def test_weights_equal_repeated_rows() -> None:
    x, y = simulate(300, 3, 3, 4)
    w = np.random.default_rng(1).integers(0, 4, 300)
    a = LogisticRegression().fit(x, y, sample_weight=w)
    b = LogisticRegression().fit(np.repeat(x, w, axis=0), np.repeat(y, w))
    np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-9)
    ta, tb = a.tidy(), b.tidy()
    np.testing.assert_allclose(ta["std_error"].to_numpy(float), tb["std_error"].to_numpy(float), rtol=1e-9)
    assert float(a.glance()["bic"][0]) == pytest.approx(float(b.glance()["bic"][0]), rel=1e-12)


def test_fractional_weights_have_no_frequency_inference() -> None:
    x, y = simulate(300, 2, 2, 4)
    model = LogisticRegression().fit(x, y, sample_weight=np.full(300, 0.5))
    assert model.tidy()["std_error"].isna().all()
    assert "LL304" in model.summary()
    kind = LogisticRegression(weight_kind="sampling").fit(x, y, sample_weight=np.full(300, 0.5))
    assert kind.tidy()["std_error"].notna().all()


def test_penalised_fits_refuse_inference() -> None:
    x, y = simulate(300, 2, 2, 4)
    model = LogisticRegression(alpha=0.1).fit(x, y)
    assert model.tidy()["std_error"].isna().all()
    assert "LL301" in model.summary()
    assert np.isnan(float(model.glance()["aic"][0] or np.nan))


def test_offset_matters_and_is_asked_for_again() -> None:
    x, y = simulate(500, 2, 3, 9)
    shift = np.random.default_rng(3).normal(size=(500, 2))
    model = LogisticRegression().fit(x, y, offset=shift)
    p = model.predict_proba(x, offset=shift)
    onehot = np.eye(3)[y]
    # At the maximum the residuals are orthogonal to every column, offset included in p.
    np.testing.assert_allclose(np.c_[np.ones(500), x].T @ (p - onehot), 0.0, atol=1e-8)
    assert not np.allclose(p, model.predict_proba(x, offset=0.0))
    for ask in (model.predict, model.predict_proba, model.predict_log_proba, model.decision_function):
        with pytest.raises(loglik.DataError, match="LL167"):
            ask(x)
    assert model.model_.report.offset == "offset"


@pytest.mark.parametrize("k", [2, 3])
def test_reference_class_changes_coefficients_not_probabilities(k: int) -> None:
    x, y = simulate(400, 2, k, 12)
    fits = [LogisticRegression(reference=r).fit(x, y) for r in range(k)]
    for r, model in enumerate(fits):
        np.testing.assert_allclose(model.predict_proba(x), fits[0].predict_proba(x), rtol=1e-9)
        if k > 2:
            assert not model.coef_[r].any()
    names = set(fits[1].tidy()["class"])
    assert names == {str(c) for c in range(k) if c != 1}


def test_gradient_descent_walks_as_written() -> None:
    """w <- w - a dL/dw from zero, with the whole way kept."""
    x, y = simulate(50, 2, 2, 13)
    model = LogisticRegression(solver="gd", learning_rate=0.3, max_iter=25, keep_trajectory=True)
    with pytest.warns(UserWarning, match="LL203"):
        model.fit(x, y)
    a = np.c_[np.ones(50), x]
    w = np.zeros(3)
    for step in model.trajectory_:
        np.testing.assert_allclose(step.weights[0], w, atol=1e-12)
        p = 1 / (1 + np.exp(-a @ w))
        assert step.loss == pytest.approx(-np.mean(np.log(np.where(y == 1, p, 1 - p))), rel=1e-12)
        gradient = a.T @ (p - y) / 50
        assert step.gradient_norm == pytest.approx(np.abs(gradient).max(), rel=1e-10)
        w = w - 0.3 * gradient
    assert [s.iteration for s in model.trajectory_] == list(range(26))
    assert not model.converged_


@pytest.mark.parametrize("k", [2, 4])
def test_the_three_solvers_agree(k: int) -> None:
    x, y = simulate(400, 3, k, 14)
    fits = [
        LogisticRegression(solver=s, max_iter=m).fit(x, y) for s, m in (("auto", None), ("newton", 50), ("gd", 200_000))
    ]
    np.testing.assert_allclose(fits[1].coef_, fits[0].coef_, rtol=1e-10)
    np.testing.assert_allclose(fits[2].coef_, fits[0].coef_, atol=1e-6)
    newton = LogisticRegression(solver="newton", keep_trajectory=True).fit(x, y)
    losses = [s.loss for s in newton.trajectory_]
    assert losses == sorted(losses, reverse=True)
    assert len(losses) == newton.n_iter_[0] + 1


def test_log_probabilities_do_not_underflow() -> None:
    x, y = simulate(500, 1, 2, 15)
    model = LogisticRegression().fit(x, y)
    far = np.array([[1e4], [-1e4]])
    log_p = model.predict_log_proba(far)
    assert np.isfinite(log_p).all()
    assert log_p.min() < -800


def test_works_in_scikit_learns_machinery() -> None:
    x, y = simulate(400, 4, 3, 16)
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    assert cross_val_score(pipe, x, y, scoring="neg_log_loss").mean() > -np.log(3)
    model = LogisticRegression().fit(x, y)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    assert np.array_equal(model.predict_proba(x), again.predict_proba(x))


@pytest.mark.parametrize("case", ["ten classes", "scaled", "sparse", "rare levels", "penalised"])
def test_preconditioned_lbfgs_reaches_newtons_answer(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path for large problems, on small ones that are awkward for it, in few passes."""
    rng = np.random.default_rng(0)
    n, alpha = 20_000, 0.0
    x = rng.normal(size=(n, 20)) @ rng.normal(size=(20, 20))
    y = (x[:, 0] + 3 * rng.logistic(size=n) > 0).astype(int)
    data: object = x
    if case == "ten classes":
        y = (x[:, :10] * 0.2 + rng.gumbel(size=(n, 10))).argmax(axis=1)
    elif case == "scaled":
        data = x * 10.0 ** rng.integers(-5, 6, 20)
    elif case == "sparse":
        data = sparse.random_array((n, 200), density=0.02, rng=rng, format="csr")
    elif case in {"rare levels", "penalised"}:
        share = 1.0 / np.arange(1, 151) ** 1.1
        data = pd.DataFrame({"g": rng.choice([f"l{i}" for i in range(150)], n, p=share / share.sum()), "x": x[:, 0]})
        alpha = 1e-3 if case == "penalised" else 0.0
    exact = LogisticRegression(alpha=alpha).fit(data, y)
    monkeypatch.setattr("loglik.fit.plan.NEWTON_SIZE", 0)
    other = LogisticRegression(alpha=alpha).fit(data, y)
    assert other.converged_
    assert other.n_iter_[0] < 45
    np.testing.assert_allclose(other.coef_, exact.coef_, atol=1e-7 * np.abs(exact.coef_).max())


@pytest.mark.parametrize(("value", "code", "word"), [(np.nan, "LL107", "NaN"), (-np.inf, "LL109", "infinite")])
@pytest.mark.parametrize("solver", ["auto", "gd"])
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_the_place_of_a_number_that_is_none_is_named(
    value: float, code: str, word: str, solver: str, kind: str
) -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(300, 4)).astype(kind)
    x[[201, 250], 2] = value
    with pytest.raises(DataError, match=rf'"x2" is {word} in row 202, and 1 more') as caught:
        loglik.LogisticRegression(solver=solver).fit(x, rng.integers(2, size=300))
    assert caught.value.code == code


def test_a_refit_on_an_array_forgets_the_names_of_a_frame() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(80, 2)), rng.integers(2, size=80)
    model = loglik.LogisticRegression().fit(pd.DataFrame(x, columns=["a", "b"]), y)
    assert list(model.term_names_) == ["a", "b"]
    model.fit(x, y)
    assert not hasattr(model, "feature_names_in_")
    assert list(model.term_names_) == ["x0", "x1"]


def test_columns_that_few_rows_carry_have_the_standard_errors_of_their_counts() -> None:
    """Dummies in an array, some of a handful of rows: each log-odds stands alone, with variance ``1/k + 1/(n - k)``."""
    n, sizes, ones = 40_000, (5, 8, 11, 4), (4, 5, 1, 3)
    x, y = np.zeros((n, 4)), np.zeros(n, dtype=int)
    row = 0
    for j, (size, k) in enumerate(zip(sizes, ones, strict=True)):
        x[row : row + size, j] = 1.0
        y[row : row + k] = 1
        row += size
    y[row::3] = 1
    rest = np.arange(n) >= row
    k0, n0 = y[rest].sum(), rest.sum()
    table = LogisticRegression().fit(x, y).tidy()
    base = np.log(k0 / (n0 - k0))
    for j, (size, k) in enumerate(zip(sizes, ones, strict=True)):
        error = np.sqrt(1 / k + 1 / (size - k) + 1 / k0 + 1 / (n0 - k0))
        assert table["estimate"].iloc[1 + j] == pytest.approx(np.log(k / (size - k)) - base, abs=1e-9)
        assert table["std_error"].iloc[1 + j] == pytest.approx(error, rel=5e-8)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("keep_trajectory", np.zeros(0), "LL118"), ("inference", "y", "LL118"), ("fit_intercept", 1, "LL118"),
        ("reference", ["x", "x"], "LL112"), ("alpha", 1j, "LL118"), ("alpha", 10**400, "LL118"),
        ("alpha", "a", "LL118"), ("tol", np.nan, "LL118"), ("learning_rate", "x", "LL118"), ("threads", True, "LL118"),
        ("solver", np.array(["a", "b"]), "LL118"), ("weight_kind", ["frequency"], "LL118"),
        ("reference_levels", "g", "LL118"),
        ("reference_levels", np.array([1]), "LL118"), ("max_iter", 2.0, "LL118"),
    ],
)  # fmt: skip
def test_parameters_of_another_type(name: str, value: object, code: str) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    y = (x[:, 0] + np.random.default_rng(1).normal(size=60) > 0).astype(int)
    with pytest.raises(loglik.DataError) as refused:
        loglik.LogisticRegression(**{name: value}).fit(x, y)
    assert refused.value.code == code


@pytest.mark.parametrize("offset", [type, "a", [[1.0], [2.0, 3.0]], [1j] * 60, 10**400])
def test_offsets_of_another_type(offset: object) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    y = (x[:, 0] + np.random.default_rng(1).normal(size=60) > 0).astype(int)
    with pytest.raises(loglik.DataError):
        loglik.LogisticRegression().fit(x, y, offset=offset)


def test_a_column_name_twice() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)), columns=["x", "x"])
    with pytest.raises(loglik.DataError, match="LL117"):
        loglik.LogisticRegression().fit(frame, np.arange(60) % 2)


@pytest.mark.parametrize("k", [2, 3])
def test_predictors_beyond_the_range_of_doubles_are_refused(k: int) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(300, 2))
    y = (x @ rng.normal(size=(2, k)) + rng.gumbel(size=(300, k))).argmax(1)
    model = loglik.LogisticRegression().fit(x, y)
    sign = -np.sign(model.coef_[-1, 0] * model.coef_[-1, 1])
    lost = np.array([[0.0, 0.0], [1.5e308, sign * 1.5e308]])
    model.coef_ = model.coef_ * 100.0  # inf - inf
    for predict in (model.predict_proba, model.predict_log_proba, model.predict, model.decision_function):
        with pytest.raises(loglik.DataError, match="LL129 row 2 of X"):
            predict(lost)
        predict(lost[:1])
