"""Columns that repeat others are named and dropped from the end of the list; nearly collinear ones are not."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pandas as pd
import pytest

import loglik
from conftest import simulate
from loglik.errors import CollinearityWarning


def frame_of(n: int = 1000) -> pd.DataFrame:
    x, y = simulate(n, 3, 2, 1)
    frame = pd.DataFrame(x, columns=["a", "b", "c"])
    frame["y"] = y
    return frame


@pytest.mark.parametrize("n", [1000, 30_000])
def test_a_sum_is_named_and_dropped(n: int) -> None:
    frame = frame_of(n)
    frame.insert(3, "d", 2 * frame.a - 3 * frame.b)
    with pytest.warns(CollinearityWarning, match=r'LL202 "d" repeats .*d = \+2 a -3 b'):
        model = loglik.fit_classifier(frame, "y")
    plain = loglik.fit_classifier(frame.drop(columns="d"), "y")
    assert [t.term for t in model.report.terms] == ["(Intercept)", "a", "b", "c"]
    np.testing.assert_allclose(
        [t.estimate for t in model.report.terms], [t.estimate for t in plain.report.terms], rtol=1e-10
    )


def test_the_last_of_two_equal_columns_goes() -> None:
    frame = frame_of()
    frame.insert(1, "twin", frame.c)
    with pytest.warns(CollinearityWarning, match='"c" repeats'):
        model = loglik.fit_classifier(frame, "y")
    assert [t.term for t in model.report.terms] == ["(Intercept)", "a", "twin", "b"]


@pytest.mark.parametrize("value", [0.0, 1.0, 2013.0, 1e9 / 3])
def test_constant_columns(value: float) -> None:
    frame = frame_of().assign(constant=value)
    with pytest.warns(CollinearityWarning, match='LL204 "constant" is constant'):
        model = loglik.fit_classifier(frame, "y", exclude=["b"])
    assert "constant" not in [t.term for t in model.report.terms]


def test_nested_levels() -> None:
    """Each city lies in one country: the countries are sums of cities, and the later column gives way."""
    rng = np.random.default_rng(3)
    city = rng.choice(["kyoto", "osaka", "lyon", "paris"], 2000)
    frame = pd.DataFrame({"city": city, "country": np.where(np.isin(city, ["kyoto", "osaka"]), "jp", "fr")})
    frame["y"] = rng.choice(["yes", "no"], 2000)
    with pytest.warns(CollinearityWarning, match=r"country\["):
        model = loglik.fit_classifier(frame, "y")
    assert all(not t.term.startswith("country") for t in model.report.terms)


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-6])
def test_nearly_collinear_columns_stay(gap: float) -> None:
    frame = frame_of(4000)
    noise = np.random.default_rng(9).normal(size=4000)
    frame.insert(3, "d", frame.a + gap * noise)
    model = loglik.fit_classifier(frame, "y")
    # The same model in other columns: d' = (d - a) / gap.
    same = loglik.fit_classifier(frame.assign(d=(frame.d - frame.a) / gap), "y")
    assert model.report.converged
    assert model.report.overall.log_likelihood == pytest.approx(same.report.overall.log_likelihood, rel=1e-10)
    d, same_d = (next(t for t in m.report.terms if t.term == "d") for m in (model, same))
    assert d.estimate == pytest.approx(same_d.estimate / gap, rel=1e-5 if gap < 1e-5 else 1e-7)
    assert d.std_error == pytest.approx(same_d.std_error / gap, rel=1e-8)


@pytest.mark.parametrize("k", [2, 3])
def test_standard_errors_of_nearly_collinear_columns_are_exact(k: int) -> None:
    """The inverse information in 50 digits; from the Hessian's double entries alone three or four are left here."""
    rng = np.random.default_rng(12)
    n, gap = 200, 1e-6
    x = rng.normal(size=(n, 2))
    x = np.column_stack([x, x[:, 0] + gap * rng.normal(size=n)])
    y = np.r_[np.arange(k), rng.integers(k, size=n - k)]
    model = loglik.LogisticRegression().fit(x, y)
    with mpmath.workdps(50):
        rows = [[mpmath.mpf(1), *map(mpmath.mpf, row)] for row in x.tolist()]
        coefficients = np.vstack([model.intercept_, model.coef_.T]).T[-(k - 1) :].tolist()
        information = mpmath.zeros(4 * (k - 1))
        for row in rows:
            odds = [mpmath.exp(mpmath.fdot(row, b)) for b in coefficients]
            p = [o / (1 + mpmath.fsum(odds)) for o in odds]
            for a in range(k - 1):
                for b in range(k - 1):
                    curvature = p[a] * ((a == b) - p[b])
                    for i in range(4):
                        for j in range(4):
                            information[4 * a + i, 4 * b + j] += curvature * row[i] * row[j]
        variance = mpmath.inverse(information)
        exact = [float(mpmath.sqrt(variance[i, i])) for i in range(4 * (k - 1))]
    np.testing.assert_allclose([t.std_error for t in model.model_.report.terms], exact, rtol=1e-9)


def test_badly_scaled_columns_are_not_taken_for_zero() -> None:
    frame = frame_of()
    scaled = frame.assign(a=frame.a * 1e-12, b=frame.b * 1e12)
    model = loglik.fit_classifier(scaled, "y")
    assert [t.term for t in model.report.terms] == ["(Intercept)", "a", "b", "c"]
    plain = loglik.fit_classifier(frame, "y")
    np.testing.assert_allclose(
        [t.statistic for t in model.report.terms], [t.statistic for t in plain.report.terms], rtol=1e-8
    )


def test_a_penalty_keeps_every_column() -> None:
    frame = frame_of()
    frame.insert(3, "d", frame.a)
    model = loglik.fit_classifier(frame, "y", alpha=0.1)
    got = {t.term: t.estimate for t in model.report.terms}
    assert got["d"] == pytest.approx(got["a"], rel=1e-9)


def test_many_columns_are_told_of_in_one_finding() -> None:
    frame = frame_of(400)
    more = {f"d{i}": frame.a * (i + 1) + frame.b for i in range(12)} | {f"k{i}": np.full(400, i) for i in range(9)}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = loglik.fit_classifier(pd.concat([frame, pd.DataFrame(more)], axis=1), "y")
    found = {f.code: f for f in model.report.findings}
    assert len(said) == len(model.report.findings) == 2
    assert found["LL202"].columns == tuple(f"d{i}" for i in range(12))
    assert found["LL204"].columns == tuple(f"k{i}" for i in range(9))
    assert '"d3" and 8 more repeat columns before them (d0 = +1 a +1 b)' in found["LL202"].message
