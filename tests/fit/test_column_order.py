"""The order, the origin and the units of the columns are the user's; what the model says of the rows is not."""

from __future__ import annotations

import itertools
import warnings

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loglik
from loglik.errors import DataError

N = 800


def responses(eta: np.ndarray, seed: object) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.random(eta.size) < 1.0 / (1.0 + np.exp(-eta))).astype(int)


def fitted(frame: pd.DataFrame, y: np.ndarray, **options: object) -> loglik.FittedClassifier:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", loglik.CollinearityWarning)
        return loglik.fit_classifier(frame.assign(y=y), "y", **options)


def times(origin: float, unit: float, whole: bool) -> tuple[pd.DataFrame, np.ndarray, int]:
    rng = np.random.default_rng(int(origin) % 97)
    start, length = rng.uniform(0, 3e7, N), rng.exponential(600, N)
    if whole:
        start, length = np.round(start), np.round(length)
    start += origin
    y = responses((length - 600) / 600, 1)
    return pd.DataFrame({"start": start, "end": start + length, "dur": length, "other": length / unit}), y, 2


def families() -> list:
    rng = np.random.default_rng(5)
    a, b, c = rng.normal(size=(3, N))
    y = responses(a + b, 2)
    group = rng.choice(list("pqrs"), N)
    value = pd.Series(group).map({"p": 1.0, "q": 2.5, "r": -1.0, "s": 7.0}).to_numpy()
    shares = rng.dirichlet([1, 2, 3], N)
    small = rng.integers(0, 10, size=(N, 2)).astype(float)
    year = rng.integers(1990, 2021, N).astype(float)
    wave = responses(np.sin((year - 2005) / 4), 3)
    return [
        pytest.param(*times(0.0, 60.0, True), id="seconds of a year"),
        pytest.param(*times(0.0, 7.0, False), id="fractions of seconds"),
        pytest.param(*times(1.7e9, 60.0, True), id="seconds since 1970"),
        pytest.param(*times(1.7e9, 60.0, False), id="fractions of seconds since 1970"),
        pytest.param(*times(1.7e12, 3.0, True), id="milliseconds since 1970"),
        pytest.param(pd.DataFrame({"a": a, "b": b, "d": a + 1e-4 * b, "e": a - 1e4 * b}), y, 2, id="nested scales"),
        pytest.param(pd.DataFrame({"a": a, "d": a + 1e-9 * b, "c": c}), y, 3, id="nearly collinear"),
        pytest.param(pd.DataFrame({"a": a, "d": a + 1e-15 * b, "c": c}), y, 2, id="equal to rounding"),
        pytest.param(pd.DataFrame({"a": a, "b": 2.54 * a, "c": c, "d": 1.8 * a + 32.0}), y, 2, id="units"),
        pytest.param(pd.DataFrame(shares, columns=["a", "b", "c"]), y, 2, id="shares"),
        pytest.param(pd.DataFrame({"g": group, "v": value, "a": a}), y, 4, id="a number that levels determine"),
        pytest.param(
            pd.DataFrame({"g": group, "v": value + 1e-8 * b, "a": a}), y, 5, id="a number that they nearly do"
        ),
        pytest.param(
            pd.DataFrame(1e10 + small, columns=["a", "b"]).assign(s=small.sum(axis=1)), y, 2, id="far integers"
        ),
        pytest.param(pd.DataFrame({f"p{k}": year**k for k in (1, 2, 3, 4)}), wave, 4, id="powers of the year"),
        pytest.param(pd.DataFrame({"a": a * 1e-12, "b": b * 1e12, "s": a + b, "c": c}), y, 3, id="scales"),
        pytest.param(pd.DataFrame({"k": np.full(N, 0.1) + 0.2, "a": a, "z": np.zeros(N)}), y, 1, id="constants"),
    ]


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize(("frame", "y", "rank"), families())
def test_every_order_of_columns_is_the_same_model(frame: pd.DataFrame, y: np.ndarray, rank: int, k: int) -> None:
    if k == 3:
        y = y + (np.random.default_rng(8).random(y.size) < 0.3)
    orders = list(itertools.permutations(frame.columns))
    orders = [orders[i] for i in np.random.default_rng(0).permutation(len(orders))[:8]]
    models = [fitted(frame[list(order)], y) for order in orders]
    first, probability = models[0].report.overall, models[0].predict_proba(frame)
    assert first.lr_df == rank * (k - 1)
    for model in models:
        got = model.report.overall
        assert model.report.converged
        assert got.lr_df == first.lr_df
        assert got.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-9)
        assert got.lr_statistic == pytest.approx(first.lr_statistic, rel=1e-6)
        np.testing.assert_allclose(model.predict_proba(frame), probability, atol=3e-7)
        assert all(np.isfinite(t.std_error) and t.std_error > 0.0 for t in model.report.terms)


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_a_column_that_contributes_less_than_rounding_is_not_dropped(order: tuple[str, ...]) -> None:
    """b repeats a to its last digits, which are few: it lies far from zero. c is none of their business."""
    rng = np.random.default_rng(169)
    a, c = 1e6 + 100 * rng.normal(size=54), 1e6 * rng.normal(size=54)
    frame = pd.DataFrame({"a": a, "b": 1e6 + 1e-6 * (a - 1e6), "c": c})
    y = responses(c / 1e6, 5)
    model = fitted(frame[list(order)], y)
    assert "c" in [t.term for t in model.report.terms]
    assert len(model.report.terms) == 3
    plain = fitted(frame[["a", "c"]], y)
    assert model.report.overall.log_likelihood == pytest.approx(plain.report.overall.log_likelihood, rel=1e-6)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
def test_powers_of_the_year_are_those_of_the_centered_year(order: tuple[int, ...]) -> None:
    """The same polynomials in a basis without cancellation, and the standard error of the leading coefficient."""
    year = np.random.default_rng(1).integers(1990, 2021, N).astype(float)
    y = responses(np.sin((year - 2005) / 4), 3)
    raw = fitted(pd.DataFrame({f"p{1 + k}": year ** (1 + k) for k in order}), y).report
    centered = fitted(pd.DataFrame({f"p{1 + k}": (year - 2005) ** (1 + k) for k in order}), y).report
    assert raw.overall.log_likelihood == pytest.approx(centered.overall.log_likelihood, rel=1e-11)
    leading = [next(t for t in report.terms if t.term == "p4") for report in (raw, centered)]
    assert leading[0].estimate == pytest.approx(leading[1].estimate, rel=1e-6)
    assert leading[0].std_error == pytest.approx(leading[1].std_error, rel=1e-6)


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5, 6), (3, 2, 4, 5, 6, 1), (6, 2, 5, 1, 4, 3), (5, 2, 4, 6, 1, 3)])
def test_what_rounding_cannot_decide_is_refused_in_every_order(order: tuple[int, ...]) -> None:
    year = np.random.default_rng(1).integers(1990, 2021, N).astype(float)
    frame = pd.DataFrame({f"p{k}": year**k for k in order})
    with pytest.raises(DataError, match="LL210"):
        fitted(frame, responses(np.sin((year - 2005) / 4), 3))


@given(
    columns=st.integers(2, 5),
    dependent=st.integers(1, 3),
    digits=st.integers(0, 7),
    offset=st.sampled_from([0.0, 1.0, 1e6, 1.7e9, 1e12]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=60, deadline=None)
def test_whole_numbers_have_the_rank_they_have(
    columns: int, dependent: int, digits: int, offset: float, seed: int
) -> None:
    """Whole columns and whole combinations of them, some tiny beside others, have a rank that is known exactly."""
    rng = np.random.default_rng(seed)
    base = rng.integers(-30, 31, size=(200, columns)) * 10 ** rng.integers(0, digits + 1, columns)
    mix = rng.integers(-3, 4, size=(columns, dependent))
    mix[rng.integers(columns, size=dependent), np.arange(dependent)] = 1
    x = np.concatenate([base, base @ mix], axis=1).astype(float) + offset
    x = x[:, rng.permutation(x.shape[1])]
    y = responses(base[:, 0] / np.abs(base[:, 0]).max(), [seed, 1])
    model = fitted(pd.DataFrame(x, columns=[f"x{j}" for j in range(x.shape[1])]), y)
    assert model.report.overall.lr_df == columns
    plain = fitted(pd.DataFrame(base.astype(float), columns=[f"x{j}" for j in range(columns)]), y)
    assert model.report.overall.log_likelihood == pytest.approx(plain.report.overall.log_likelihood, rel=1e-9)


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("steep", [1.0, 20.0], ids=["plain", "nearly separated"])
@pytest.mark.parametrize("offset", [1e3, 1e6, 1e8, 1e10, 1e12, 1e14])
@pytest.mark.parametrize("solver", ["auto", "newton"])
def test_the_origin_of_the_columns_does_not_matter(k: int, steep: float, offset: float, solver: str) -> None:
    """Whole numbers, so that the shift loses nothing."""
    rng = np.random.default_rng(2)
    x = rng.integers(-1000, 1000, (600, 3)).astype(float)
    y = responses(steep * x @ [1.0, 0.5, -0.7] / 300, 4)
    if k == 3:
        y = y + (rng.random(y.size) < 0.3)
    near = loglik.LogisticRegression(solver=solver).fit(x, y).model_.report
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", loglik.errors.LoglikWarning)
        far = loglik.LogisticRegression(solver=solver).fit(x + offset, y).model_.report
    assert far.overall.log_likelihood == pytest.approx(near.overall.log_likelihood, rel=1e-10)
    for there, here in zip(far.terms, near.terms, strict=True):
        if here.term != "(Intercept)":
            assert there.estimate == pytest.approx(here.estimate, rel=1e-6)
            assert there.std_error == pytest.approx(here.std_error, rel=1e-6)


def test_predictors_of_few_digits_are_said_to_have_few() -> None:
    rng = np.random.default_rng(2)
    t = rng.integers(0, 100, 300).astype(float)
    y = responses((t - 50) / 50, 1)
    assert "LL212" not in [f.code for f in fitted(pd.DataFrame({"t": t + 1e6}), y).report.findings]
    with pytest.warns(loglik.errors.LoglikWarning, match="LL212"):
        loglik.fit_classifier(pd.DataFrame({"t": t + 1e13, "y": y}), "y")


@pytest.mark.parametrize("weight", [1e-4, 1e-6, 1e-25])
@pytest.mark.parametrize("options", [{}, {"inference": False}, {"solver": "newton"}])
def test_what_light_rows_alone_determine_is_right_or_refused(weight: float, options: dict) -> None:
    """The third column differs from the first in 40 light rows: the heavy ones fix the sum of both coefficients."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 3))
    x[40:, 2] = x[40:, 0]
    weights = np.where(np.arange(400) < 40, weight, 1.0)
    y = rng.integers(0, 2, 400)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = loglik.LogisticRegression(weight_kind="sampling", **options).fit(x, y, sample_weight=weights)
    if weight < 1e-10:
        assert "LL211" in str(said[0].message)
        assert not model.converged_
        return
    assert model.converged_
    both = loglik.LogisticRegression().fit(x[40:, :2], y[40:])
    assert model.coef_[0, 0] + model.coef_[0, 2] == pytest.approx(both.coef_[0, 0], abs=100 * weight)
    offset = both.intercept_[0] + x[:40, :2] @ both.coef_[0]
    alone = loglik.LogisticRegression(fit_intercept=False).fit((x[:40, 2] - x[:40, 0])[:, None], y[:40], offset=offset)
    assert model.coef_[0, 2] == pytest.approx(alone.coef_[0, 0], abs=100 * weight)


def test_a_singular_information_matrix_is_named() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 2))
    x = np.column_stack([x, x[:, 0] + 1e-11 * rng.normal(size=400)])
    y = rng.integers(0, 2, 400)
    with pytest.warns(loglik.errors.NotConvergedWarning, match="LL211"):
        model = loglik.LogisticRegression(solver="gd").fit(x, y)
    assert not model.converged_
    assert all(t.std_error is None or np.isnan(t.std_error) for t in model.model_.report.terms)


@pytest.mark.parametrize("options", [{}, {"inference": False}, {"solver": "gd"}, {"solver": "newton"}])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_model_without_coefficients_is_refused(options: dict, classes: int) -> None:
    y = np.r_[np.arange(classes), 0, 1, 1]
    with pytest.raises(DataError, match="LL213"):
        loglik.LogisticRegression(fit_intercept=False, **options).fit(np.zeros((y.size, 2)), y)


@pytest.mark.parametrize("seed", range(8))
def test_standard_errors_where_two_rows_overlap(seed: int) -> None:
    """All but two rows are nearly certain: these hold the information, which 50 digits say how much it is."""
    rng = np.random.default_rng(seed)
    n = 60
    x = np.sort(rng.normal(size=n)).round(3) + np.linspace(0, 1e-3, n)
    y = (np.arange(n) >= n // 2).astype(int)
    y[n // 2 - 1], y[n // 2] = 1, 0
    report = loglik.LogisticRegression().fit(x[:, None], y).model_.report
    with mpmath.workdps(50):
        b0, b1 = (mpmath.mpf(t.estimate) for t in report.terms)
        for _ in range(40):  # Newton's method from the estimate
            p = [1 / (1 + mpmath.exp(-(b0 + b1 * mpmath.mpf(float(v))))) for v in x]
            g = [mpmath.fsum(q - t for q, t in zip(p, y, strict=True))]
            g.append(mpmath.fsum((q - t) * mpmath.mpf(float(v)) for q, t, v in zip(p, y.tolist(), x, strict=True)))
            h = mpmath.zeros(2)
            for q, v in zip(p, x, strict=True):
                row = (mpmath.mpf(1), mpmath.mpf(float(v)))
                for i in range(2):
                    for j in range(2):
                        h[i, j] += q * (1 - q) * row[i] * row[j]
            step = mpmath.lu_solve(h, mpmath.matrix(g))
            b0, b1 = b0 - step[0], b1 - step[1]
            if max(abs(s) for s in step) < mpmath.mpf(10) ** -40 * (1 + abs(b1)):
                break
        variance = mpmath.inverse(h)
        exact = [float(mpmath.sqrt(variance[i, i])) for i in range(2)]
        assert [t.estimate for t in report.terms] == pytest.approx([float(b0), float(b1)], rel=1e-8)
    assert [t.std_error for t in report.terms] == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("gap", [1e-6, 1e-9, 1e-13])
def test_standard_errors_that_rounding_would_show_in_are_refused(gap: float) -> None:
    """Six rows, the classes overlapping by the gap alone: the slope's standard error grows as one over its root."""
    x = np.array([1.0, 2.0, 3.0, 3.0 + gap, 4.0, 5.0])
    report = loglik.LogisticRegression().fit(x[:, None], [0, 0, 1, 0, 1, 1]).model_.report
    assert report.converged
    assert (report.inference_refused is not None and "LL214" in report.inference_refused) == (gap < 1e-10)
    assert (report.terms[1].std_error is None) == (gap < 1e-10)
