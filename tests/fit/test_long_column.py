"""A categorical column of thousands of levels: the elimination against the whole matrix, and against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import loglik
from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.matrix import Design
from loglik.families.canonical import family_for
from loglik.fit.collinearity import dependent_columns
from loglik.fit.column_stats import column_stats
from loglik.fit.hessian.bordered import SchurFactor, bordered_hessian
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.form import WHOLE
from loglik.fit.objective import Objective
from loglik.fit.plan import hessian_form, high_cardinality


def design_with_levels(n: int, levels: int, *, far: bool) -> Design:
    """A column of few levels, one of many, one of few, and two numbers; in that order among the features."""
    rng = np.random.default_rng(levels)
    names = [tuple(map(str, range(k))) for k in (3, levels, 4)]
    features = (NumericFeature("a"), *(CategoricalFeature(c, v, 1) for c, v in zip("uvw", names, strict=True)),
                NumericFeature("b"))  # fmt: skip
    firsts = np.cumsum([3, 3, levels])
    codes = np.column_stack([
        first + np.where(np.arange(n) < k, np.arange(n), rng.integers(0, k, n))
        for first, k in zip(firsts, (3, levels, 4), strict=True)
    ])  # fmt: skip
    x = rng.standard_normal((n, 2)) + (1e3 if far else 0.0)
    return Design.of(features, x, codes.astype(np.int32), center=x.mean(axis=0) if far else np.zeros(2))


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize("alpha", [0.0, 0.01])
def test_eliminating_levels_is_factoring_the_whole_matrix(alpha: float, *, far: bool) -> None:
    n, levels = 9_000, 1_600
    design = design_with_levels(n, levels, far=far)
    rng = np.random.default_rng(1)
    free = np.setdiff1d(design.list_order, design.reference_positions, assume_unique=True)
    weight = rng.uniform(0.5, 2.0, n)
    objective = Objective(
        design, family_for(2), rng.integers(0, 2, n).astype(np.int32), weight, None, alpha, free, 2, float(weight.sum())
    )
    theta = rng.normal(size=free.size)
    long = high_cardinality(design, free)
    assert long is not None
    assert long.n_eliminated == levels
    factor = SchurFactor.of(bordered_hessian(objective, theta, long), 2)
    assert factor.jitter == 0.0
    hessian = objective.evaluate(theta, hessian=True).hessian
    whole = ScaledCholesky.of(hessian)
    inverse = whole.inverse()
    np.testing.assert_allclose(factor.inverse_diagonal(), np.diag(inverse), rtol=1e-9)
    np.testing.assert_allclose(factor.inverse(), inverse, rtol=1e-8, atol=1e-9 * np.abs(inverse).max())
    for b in (theta, rng.normal(size=(free.size, 3))):
        solution = factor.solve(b)
        np.testing.assert_allclose(hessian @ solution, b, atol=1e-9 * np.abs(b).max())


def test_a_column_is_long_only_where_it_pays() -> None:
    design = design_with_levels(9_000, 1_600, far=False)
    assert high_cardinality(design, np.arange(1_000)) is None  # few coefficients
    without = Design.of(design.features[:1], design.dense[:, :1], design.codes[:, :0])
    assert high_cardinality(without, np.arange(2_000)) is None


def test_five_thousand_levels_have_the_standard_errors_of_their_counts() -> None:
    """One categorical column: every level's log-odds and its variance ``1/k + 1/(n - k)`` stand alone."""
    rng = np.random.default_rng(5)
    rows = rng.integers(4, 12, 5_000)
    ones = 1 + rng.integers(0, rows - 1)
    level = np.repeat(np.arange(5_000), rows)
    y = np.concatenate([np.arange(n) < k for n, k in zip(rows, ones, strict=True)])
    frame = pd.DataFrame({"shop": [f"s{i:04d}" for i in level], "y": np.where(y, "yes", "no")})
    fitted = loglik.fit_classifier(frame, "y", positive="yes", reference_levels={"shop": "s0000"})
    terms = {t.term: t for t in fitted.report.terms}
    odds, variance = np.log(ones / (rows - ones)), 1.0 / ones + 1.0 / (rows - ones)
    assert terms["(Intercept)"].estimate == pytest.approx(odds[0], rel=1e-10)
    assert terms["(Intercept)"].std_error == pytest.approx(np.sqrt(variance[0]), rel=1e-7)
    for i in (1, 17, 4_999):
        term = terms[f"shop[s{i:04d}]"]
        assert term.estimate == pytest.approx(odds[i] - odds[0], abs=1e-9)
        assert term.std_error == pytest.approx(np.sqrt(variance[i] + variance[0]), rel=1e-7)
    assert not fitted.report.findings  # neither LL205 nor LL303


def test_a_column_that_its_levels_determine_is_found_and_dropped() -> None:
    """Shops lie in regions: with all shops in the model, no region can be told apart from its shops."""
    rng = np.random.default_rng(6)
    shop = np.repeat(np.arange(5_200), 5)
    frame = pd.DataFrame({
        "region": [f"r{s % 3}" for s in shop], "shop": [f"s{s:04d}" for s in shop], "x": rng.normal(size=shop.size),
        "y": np.tile(["no", "yes", "no", "yes", "yes"], 5_200),
    })  # fmt: skip
    with pytest.warns(loglik.CollinearityWarning, match="LL202"):
        fitted = loglik.fit_classifier(frame, "y", alpha=0.0)
    kept = {t.term for t in fitted.report.terms}
    assert not any(name.startswith("region") for name in kept)
    without = loglik.fit_classifier(frame.drop(columns="region"), "y")
    assert len(kept) == len(without.report.terms)
    x, same = ({t.term: t for t in f.report.terms}["x"] for f in (fitted, without))
    assert x.estimate == pytest.approx(same.estimate, rel=1e-8)
    assert x.std_error == pytest.approx(same.std_error, rel=1e-10)


def test_columns_beside_long_ones_combine_as_they_were_made() -> None:
    design = design_with_levels(9_000, 1_600, far=False)
    rng = np.random.default_rng(7)
    of_level = rng.normal(size=design.n_coefficients)
    made = of_level[design.codes[:, 1]] - 2.0 * design.dense[:, 0]
    features = (*design.features, NumericFeature("made"))
    codes = design.codes + np.int32(1)
    more = Design.of(features, np.column_stack([design.dense, made]), codes)
    free = np.setdiff1d(more.list_order, more.reference_positions, assume_unique=True)
    assert high_cardinality(more, free) is not None
    columns = dependent_columns(more, free, column_stats(more, 2), 2)
    dropped = columns.dropped
    assert [c.position for c in dropped] == [3]
    combination = np.zeros(more.n_coefficients)
    combination[list(dropped[0].combination)] = list(dropped[0].combination.values())
    rebuilt = more.centered(np.zeros(3)).matvec(combination[None])[0]
    np.testing.assert_allclose(rebuilt, made, atol=1e-9)
    assert columns.passes <= 5
    free = np.setdiff1d(design.list_order, design.reference_positions, assume_unique=True)
    assert dependent_columns(design, free, column_stats(design, 2), 2).dropped == []


@pytest.mark.parametrize("eps", [1e-3, 1e-6, 1e-7])
def test_a_column_that_the_levels_nearly_determine_keeps_its_digits(eps: float) -> None:
    """With ``x = u[level] + eps z`` in place of z, the coefficient and its standard error are those of z over eps."""
    rng = np.random.default_rng(9)
    level = np.repeat(np.arange(1_600), 8)
    z = rng.normal(size=level.size)
    y = np.tile([0, 1, 0, 1, 1, 0, 0, 1], 1_600)
    shop = pd.Series([f"s{s:04d}" for s in level], dtype="category")
    u = rng.normal(size=1_600)[level]
    x = u + eps * z
    z = (x - u) / eps  # what is left of it after rounding
    near, far = (
        loglik.LogisticRegression().fit(pd.DataFrame({"x": v, "shop": shop}), y).tidy().iloc[1] for v in (x, z)
    )
    assert near["std_error"] == pytest.approx(far["std_error"] / eps, rel=1e-7)
    assert near["estimate"] == pytest.approx(far["estimate"] / eps, abs=1e-4 * near["std_error"])


def test_nothing_but_levels_and_no_intercept() -> None:
    frame = pd.DataFrame({"shop": [f"s{i:04d}" for i in np.repeat(np.arange(2_100), 6)]})
    y = np.tile([0, 1, 0, 1, 1, 1], 2_100)
    model = loglik.LogisticRegression(fit_intercept=False).fit(frame, y)
    # The reference level is not in the model; every other one has four of six.
    np.testing.assert_allclose(model.coef_[0, 1:], np.log(2.0), rtol=1e-9)
    errors = model.tidy()["std_error"].to_numpy(dtype=float)
    np.testing.assert_allclose(errors, np.sqrt(1 / 4 + 1 / 2), rtol=1e-8)


@pytest.mark.parametrize("library", [pd, pl])
@pytest.mark.parametrize("gone", [0, 7])
def test_levels_whose_rows_weigh_nothing_are_not_in_the_data(library, gone: int) -> None:
    rng = np.random.default_rng(10)
    level = np.repeat(np.arange(1_700), 6)
    level[:6] = 0
    columns = {"x": rng.normal(size=level.size), "shop": [f"s{s:04d}" for s in level]}
    y = np.tile([0, 1, 0, 1, 1, 0], 1_700)
    weight = np.where(level == gone, 0.0, 1.0)
    kept = weight > 0
    model = loglik.LogisticRegression().fit(library.DataFrame(columns), y, sample_weight=weight)
    rest = pd.DataFrame(columns)[kept]
    other = loglik.LogisticRegression().fit(rest, y[kept])
    assert model.term_names_.tolist() == other.term_names_.tolist()
    np.testing.assert_allclose(model.coef_, other.coef_, rtol=1e-12)
    assert model.predict_proba(rest).tolist() == other.predict_proba(rest).tolist()


def test_the_determinant_of_either_form_is_that_of_the_matrix() -> None:
    design = design_with_levels(9_000, 1_600, far=False)
    rng = np.random.default_rng(3)
    free = np.setdiff1d(design.list_order, design.reference_positions, assume_unique=True)
    label = rng.integers(0, 2, 9_000).astype(np.int32)
    objective = Objective(design, family_for(2), label, np.ones(9_000), None, 0.01, free, 2, 9_000.0)
    theta = rng.normal(size=free.size)
    point = objective.evaluate(theta, hessian=True)
    form = hessian_form(objective)
    assert not form.is_whole
    expected = np.linalg.slogdet(point.hessian).logabsdet
    for factor in (form.factor(objective, point), WHOLE.factor(objective, point)):
        assert factor.log_det() == pytest.approx(expected, rel=1e-12)
