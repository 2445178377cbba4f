"""Parts of the fit against the plain formulas that they stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from scipy.special import expit, log_expit

import loglik
from conftest import simulate
from loglik.design.features import CategoricalFeature, NumberedNames, NumericFeature, SparseFeatures
from loglik.design.frames import frame_source
from loglik.design.matrix import Design
from loglik.design.target import class_numbers
from loglik.families.canonical import family_for
from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.loop import descend
from loglik.fit.descent.methods.newton import newton
from loglik.fit.descent.methods.newton_cg import Products
from loglik.fit.existence.decrement import (
    decrement_times_range,
    floor_from_rows,
    least_eigenvalue,
    row_length_bound,
    row_range_bound,
    summed_in_a_row,
)
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.form import WHOLE
from loglik.fit.hessian.hot_columns import columns_of, hot_block
from loglik.fit.hessian.operator import HessianOperator
from loglik.fit.hessian.preconditioner import _by_class, preconditioner
from loglik.fit.loss import PREDICTORS
from loglik.fit.objective import Objective
from loglik.fit.samples import rows_at_random
from loglik.kernels.rows.dense import weighted_gram
from loglik.parallel.executor import segments


def mixed_design(n: int, seed: int) -> Design:
    """Two numbers, a column of four levels, five sparse columns."""
    rng = np.random.default_rng(seed)
    features = (NumericFeature("a"), NumericFeature("b"), CategoricalFeature("g", tuple("pqrs"), 0),
                SparseFeatures(tuple("vwxyz")))  # fmt: skip
    codes = 3 + rng.integers(4, size=(n, 1)).astype(np.int32)
    words = sparse.csr_array(sparse.random_array((n, 5), density=0.4, rng=rng))
    words.sort_indices()
    return Design.of(features, rng.standard_normal((n, 2)), codes, words)


def objective_of(design: Design, k: int, *, alpha: float = 0.0, seed: int = 1) -> Objective:
    rng = np.random.default_rng(seed)
    n = design.n_rows
    label = np.r_[np.arange(k), rng.integers(k, size=n - k)].astype(np.int32)
    weight = rng.uniform(0.5, 2.0, n)
    offset = rng.normal(size=(k - 1, n)) * 0.3
    free = np.array([j for j in range(design.n_coefficients) if j != 3])
    return Objective(design, family_for(k), label, weight, offset, alpha, free, 2, float(weight.sum()))


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_products_with_the_hessian_are_the_hessian(k: int, alpha: float) -> None:
    objective = objective_of(mixed_design(700, 2), k, alpha=alpha)
    theta = np.random.default_rng(3).normal(size=objective.size) * 0.5
    point = objective.evaluate(theta, hessian=True)
    hessian = point.hessian
    curvature = HessianOperator(objective, point)
    columns = np.column_stack([curvature.product(e) for e in np.eye(objective.size)])
    np.testing.assert_allclose(columns, hessian, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(curvature.diagonal(), np.diag(hessian), rtol=1e-12)


@pytest.mark.parametrize("p", [1, 2, 3, 6, 9, 31, 64])
@pytest.mark.parametrize("n", [1, 3, 4, 37, 1030])
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_weighted_gram_of_few_columns(p: int, n: int, kind: str) -> None:
    rng = np.random.default_rng(p + n)
    x, c = rng.normal(size=(n, p)).astype(kind), rng.uniform(size=n)
    gram = np.full((p + 3, p + 3), 2.0)
    weighted_gram(x, c, gram)
    one = np.column_stack([np.ones(n), x])
    expected = np.full((p + 3, p + 3), 2.0)
    expected[: p + 1, : p + 1] += (one.T * c) @ one
    np.testing.assert_allclose(gram, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [3, 8, 65])
@pytest.mark.parametrize("shifted", [False, True])
def test_one_kernel_gives_what_the_blocks_give(p: int, shifted: bool) -> None:
    rng = np.random.default_rng(p)
    n = 1_700
    x = rng.normal(size=(n, p))
    x[rng.random((n, p)) < 0.7] = 0.0
    label = rng.integers(2, size=n).astype(np.int32)
    weight, free = rng.uniform(0.5, 2.0, n), np.arange(p + 1)
    offset = rng.normal(size=(1, n)) if shifted else None
    none = np.zeros((n, 0), dtype=np.int32)

    def objective(features: tuple, dense: np.ndarray, words: sparse.csr_array | None = None) -> Objective:
        design = Design.of(features, dense, none, words)
        return Objective(design, family_for(2), label, weight, offset, 0.1, free, 2, float(weight.sum()))

    numbers = tuple(NumericFeature(str(j)) for j in range(p))
    rows = objective(numbers, x)
    columns = objective(numbers, np.asfortranarray(x))  # not one row after another: blocks
    words = objective((SparseFeatures(NumberedNames(p)),), np.zeros((n, 0)), sparse.csr_array(x))
    theta = rng.normal(size=p + 1) * 0.4
    expected = columns.evaluate(theta, hessian=True)
    eta = columns.executor.collect(PREDICTORS, columns.at(theta), 1)[0]
    for point in (rows.evaluate(theta, hessian=True), rows.evaluate(theta), words.evaluate(theta)):
        assert point.value == pytest.approx(expected.value, rel=1e-13)
        assert point.margin == pytest.approx(expected.margin, rel=1e-12)
        assert point.missed == pytest.approx(expected.missed, rel=1e-12)
        np.testing.assert_allclose(point.gradient, expected.gradient, rtol=1e-11, atol=1e-14)
        if point.hessian is not None:
            np.testing.assert_allclose(point.hessian, expected.hessian, rtol=1e-11, atol=1e-14)
        if point.curvature is not None:
            np.testing.assert_allclose(point.curvature.rows.kept[0], weight * expit(eta) * expit(-eta), rtol=1e-12)
    assert words.evaluate(theta).curvature is not None


@pytest.mark.parametrize("k", [2, 3])
def test_conjugate_gradients_end_where_newton_ends(k: int) -> None:
    objective = objective_of(mixed_design(900, 4), k, alpha=0.02)
    criterion = ConvergenceCriterion(1e-10, np.ones(objective.size))
    start = np.zeros(objective.size)
    exact = newton(objective, start, criterion, 50)
    here = objective.evaluate(start)
    known = Products.at(here, objective, lambda operator: lambda g: g / operator.diagonal(), criterion)
    found = descend(known, here, criterion, max_iter=50)
    assert found.converged
    np.testing.assert_allclose(found.point.theta, exact.point.theta, atol=1e-8)


@pytest.mark.parametrize("k", [2, 3])
def test_hot_block_is_that_part_of_the_hessian(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loglik.fit.hessian.hot_columns._MOST_HOT", 5 * (k - 1))
    objective = objective_of(mixed_design(600, 5), k, alpha=0.1)
    theta = np.random.default_rng(6).normal(size=objective.size) * 0.4
    hessian = objective.evaluate(theta, hessian=True).hessian
    diagonal = np.diag(hessian).copy()
    apply = hot_block(objective, objective, theta, diagonal, lambda h, _: h)
    inverse = np.column_stack([apply(e) for e in np.eye(objective.size)])
    p = objective.free.size
    hot = np.sort(np.argsort(-diagonal.reshape(k - 1, p).sum(axis=0))[:5])
    places = (np.arange(k - 1)[:, None] * p + hot).ravel()
    np.testing.assert_allclose(
        inverse[np.ix_(places, places)], np.linalg.inv(hessian[np.ix_(places, places)]), rtol=1e-9
    )
    rest = np.setdiff1d(np.arange(objective.size), places)
    np.testing.assert_allclose(inverse[np.ix_(rest, rest)], np.diag(1.0 / diagonal[rest]), rtol=1e-12)


def test_a_design_of_some_columns_has_their_predictors() -> None:
    design = mixed_design(300, 7)
    keep = np.array([0, 2, 5, 9, 11])  # intercept, b, level r, sparse x and z
    few, places = columns_of(design, keep)
    beta = np.zeros((2, design.n_coefficients))
    beta[:, keep] = np.random.default_rng(8).normal(size=(2, keep.size))
    smaller = np.zeros((2, few.n_coefficients))
    smaller[:, places] = beta[:, keep]
    np.testing.assert_allclose(few.block(0, 300).matvec(smaller), design.block(0, 300).matvec(beta), rtol=1e-13)


@pytest.mark.parametrize("kind", ["rows", "columns", "far from zero", "single", "levels alone"])
@pytest.mark.parametrize("n", [3, 517, 5000])
def test_one_kernel_for_binary_rows_agrees_with_the_formulas(n: int, kind: str) -> None:
    """Formulas 8.1 to 8.4 on the matrix that the design stands for: value, ``X' r``, ``X' D X``, smallest margin."""
    rng = np.random.default_rng(n)
    q = 0 if kind == "levels alone" else 7
    x = rng.standard_normal((n, q)) + (500.0 if kind == "far from zero" else 0.0)
    x = {"columns": np.asfortranarray(x), "single": x.astype(np.float32)}.get(kind, x)
    center = x.mean(axis=0) if kind == "far from zero" else np.zeros(q)
    levels = (CategoricalFeature("u", tuple("abc"), 0), CategoricalFeature("v", tuple("defgh"), 0))
    codes = np.column_stack([1 + q + rng.integers(0, 3, n), 4 + q + rng.integers(0, 5, n)]).astype(np.int32)
    design = Design.of((*(NumericFeature(c) for c in "tuvwxyz"[:q]), *levels), x, codes, center=center)
    assert design.numeric.is_plain == (kind in {"rows", "single", "levels alone"})
    p = design.n_coefficients
    whole = np.zeros((n, p))
    whole[:, 0], whole[:, 1 : 1 + q] = 1.0, x - center
    whole[np.arange(n)[:, None], codes] = 1.0
    label = (rng.random(n) < 0.5).astype(np.int32)
    weight = rng.uniform(0.1, 3.0, n)
    theta = rng.normal(size=p)
    for offset in (None, rng.normal(size=(1, n))):
        eta = whole @ theta + (0.0 if offset is None else offset[0])
        prob, t = expit(eta), 1.0 - label  # class 0 is the free one
        total = weight.sum()
        objective = Objective(design, family_for(2), label, weight, offset, 0.0, np.arange(p), 2, float(total))
        for point in (objective.evaluate(theta), objective.evaluate(theta, hessian=True)):
            losses = -np.where(t == 1, log_expit(eta), log_expit(-eta))
            assert point.value == pytest.approx(weight @ losses / total, rel=1e-13)
            gradient = whole.T @ (weight * (prob - t)) / total
            np.testing.assert_allclose(point.gradient, gradient, rtol=1e-10, atol=1e-13)
            assert point.margin == pytest.approx(np.min((2.0 * t - 1.0) * eta), rel=1e-10)
            short = [weight @ np.where(label == k, np.abs(prob - t), 0.0) for k in (0, 1)]
            assert point.missed == pytest.approx(short, rel=1e-10, abs=1e-12)
        hessian = whole.T @ ((weight * prob * (1.0 - prob))[:, None] * whole) / total
        np.testing.assert_allclose(point.hessian, hessian, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("exact", [True, False])
def test_some_of_the_rows_bound_the_decrement_and_the_variances(
    k: int, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof of existence leans on both being bounds: from few rows they are wide, but never too small."""
    monkeypatch.setattr("loglik.fit.existence.decrement._MAX_EXACT", 1_000 if exact else 0)
    x, y = simulate(4000, 4, k, 9)
    design = Design.of(tuple(NumericFeature(c) for c in "abcd"), x, np.empty((4000, 0), dtype=np.int32))
    objective = Objective(design, family_for(k), y.astype(np.int32), np.ones(4000), None, 0.0, np.arange(5), 1, 4000.0)
    point = objective.evaluate(np.random.default_rng(10).normal(size=objective.size) * 0.2)
    factor = ScaledCholesky.of(objective.evaluate(point.theta, hessian=True).hessian)
    decrement = float(point.gradient @ factor.solve(point.gradient))
    for rows in (np.arange(300), np.arange(4000)):
        floor = floor_from_rows(objective, point, objective.subsample(rows), WHOLE)
        assert floor is not None
        assert floor.squared_decrement >= decrement * (1.0 - 1e-12)
        assert (floor.variance >= factor.inverse_diagonal() * (1.0 - 1e-12)).all()


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("exact", [True, False])
def test_no_row_ranges_further_than_its_bounds(k: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """``R^2 = max_i z' H^-1 z`` over rows i and differences of two classes: z has x_i and -x_i in their places."""
    monkeypatch.setattr("loglik.fit.existence.decrement._MAX_EXACT", 1_000 if exact else 0)
    x, y = simulate(600, 3, k, 19)
    design = Design.of(
        (*(NumericFeature(c) for c in "abc"), CategoricalFeature("g", ("u", "v"), 0)), x * [1.0, 30.0, 0.01],
        4 + np.random.default_rng(3).integers(0, 2, (600, 1)).astype(np.int32),
    )  # fmt: skip
    free = np.array([0, 1, 2, 3, 5])
    objective = Objective(design, family_for(k), y.astype(np.int32), np.ones(600), None, 0.0, free, 1, 600.0)
    point = objective.evaluate(np.random.default_rng(10).normal(size=objective.size) * 0.1)
    inverse = ScaledCholesky.of(objective.evaluate(point.theta, hessian=True).hessian).inverse()
    rows = np.column_stack([np.ones(600), design.dense, design.codes[:, 0] == 5])
    c = k - 1
    pairs = [(a, b) for a in range(c) for b in range(a + 1, c)] + [(a, None) for a in range(c)]
    furthest = 0.0
    for a, b in pairs:
        z = np.zeros((600, c, 5))
        z[:, a] = rows
        if b is not None:
            z[:, b] = -rows
        z = z.reshape(600, -1)
        furthest = max(furthest, np.sqrt(np.einsum("ij,jk,ik->i", z, inverse, z).max()))
    for index in (np.arange(250), np.arange(600)):
        floor = floor_from_rows(objective, point, objective.subsample(index), WHOLE)
        by_length = row_length_bound(objective, floor.matrix)
        by_columns = row_range_bound(design, design.sizes(np.abs(design.dense).max(axis=0)), free, floor.variance, c)
        assert furthest <= by_length < np.inf
        assert furthest <= by_columns
        nu = np.sqrt(floor.squared_decrement)
        bound = decrement_times_range(objective, floor, np.abs(design.dense).max(axis=0))
        # A little more, for rounding and for the step that the Hessian may be behind.
        assert any(nu * reach <= bound <= 1.001 * nu * reach for reach in (min(by_length, by_columns), by_columns))


@pytest.mark.parametrize("least", [1e-6, 0.3, 1.0])
def test_the_least_eigenvalue_is_bounded_from_below(least: float) -> None:
    rng = np.random.default_rng(4)
    q, _ = np.linalg.qr(rng.normal(size=(40, 40)))
    matrix = (q * np.r_[least, rng.uniform(max(least, 0.5), 1.5, 39)]) @ q.T
    scale = np.sqrt(np.diag(matrix))
    unit = matrix / scale / scale[:, None]
    true = np.linalg.eigvalsh(unit)[0]
    assert 0.05 * true < least_eigenvalue(unit) <= true


def test_no_more_rows_are_summed_one_after_another_than_the_bounds_count() -> None:
    """Also where a sum is so large that there are two runs only."""
    rng = np.random.default_rng(0)
    for _ in range(2_000):
        n, block = int(10 ** rng.uniform(0, 8)), int(2 ** rng.integers(7, 17))
        runs = segments(n, block, int(10 ** rng.uniform(0, 11)))
        assert max(hi - lo for lo, hi in runs) <= summed_in_a_row(n)


def test_half_the_inverse_is_the_inverse() -> None:
    rng = np.random.default_rng(11)
    a = rng.standard_normal((40, 12)) * np.logspace(-4, 4, 12)
    matrix = a.T @ a
    factor = ScaledCholesky.of(matrix)
    scale = np.sqrt(np.diag(matrix))
    np.testing.assert_allclose(
        factor.inverse() * scale[:, None] * scale, np.linalg.inv(matrix / scale / scale[:, None]), rtol=1e-9
    )
    np.testing.assert_allclose(factor.inverse_diagonal(), np.diag(factor.inverse()), rtol=1e-13)


def test_without_inference_the_estimate_is_the_same() -> None:
    x, y = simulate(100_000, 20, 4, 12)
    full, bare = loglik.LogisticRegression().fit(x, y), loglik.LogisticRegression(inference=False).fit(x, y)
    np.testing.assert_allclose(bare.coef_, full.coef_, atol=1e-7)
    a, b = full.model_.report, bare.model_.report
    assert b.inference_refused.startswith("LL305")
    assert b.passes < a.passes
    assert b.overall.log_likelihood == pytest.approx(a.overall.log_likelihood, rel=1e-12)
    assert b.overall.aic == pytest.approx(a.overall.aic, rel=1e-12)
    assert b.terms[0].std_error is None
    assert "LL205" not in [f.code for f in b.findings]  # that the estimate exists is proved all the same


def test_standard_errors_of_columns_far_from_zero() -> None:
    """Their intercept's variance takes the whole inverse, not its diagonal."""
    x, y = simulate(3000, 3, 3, 13)
    shifted = x + np.array([1e4, 0.0, -1e5])
    model = loglik.LogisticRegression().fit(shifted, y)
    near, far = loglik.LogisticRegression().fit(x, y).model_.report, model.model_.report
    # The slopes are the same; the intercept of the shifted columns is a sum of all coefficients.
    for a, b in zip(near.terms, far.terms, strict=True):
        if a.term != "(Intercept)":
            assert b.std_error == pytest.approx(a.std_error, rel=1e-6)
    rows = np.column_stack([np.ones(3000), shifted])
    p = model.predict_proba(shifted)
    blocks = [[(rows * (p[:, [k]] * ((k == m) - p[:, [m]]))).T @ rows for m in (1, 2)] for k in (1, 2)]
    scale = np.tile([1.0, 1e4, 1.0, 1e5], 2)
    errors = np.sqrt(np.diag(np.linalg.inv(np.block(blocks) / scale / scale[:, None]))) / scale
    np.testing.assert_allclose([t.std_error for t in far.terms], errors, rtol=1e-3)  # the inverse here has few digits


@pytest.mark.parametrize(
    "y",
    [
        np.array([3, -2, 3, 0, -2]),
        np.array([True, False, True]),
        np.array([250, 3, 7, 3], dtype=np.uint8),
        np.array([-128, 127, 0], dtype=np.int8),
        np.array([0, 2**63, 2**63], dtype=np.uint64),
        np.array([2**63 - 1, 2**63 + 1, 2**63], dtype=np.uint64),
        np.array([10**12, 5, 10**12]),
        np.array(["b", "a", "b"]),
        np.array([1.5, 0.5]),
    ],
)
def test_class_numbers_are_those_of_unique(y: np.ndarray) -> None:
    classes, place = class_numbers(y)
    expected, where = np.unique(y, return_inverse=True)
    assert classes.dtype == expected.dtype
    np.testing.assert_array_equal(classes, expected)
    np.testing.assert_array_equal(place, where)


def test_levels_are_the_same_from_every_kind_of_column() -> None:
    values = ["b", None, "a", "10", "b"]
    frames = [
        pd.DataFrame({"v": values}),
        pd.DataFrame({"v": pd.Categorical(values, categories=["unused", "b", "10", "a"])}),
        pd.DataFrame({"v": pd.array(values, dtype="string")}),
        pl.DataFrame({"v": values}),
        pl.DataFrame({"v": pl.Series(values, dtype=pl.Categorical)}),
    ]
    for frame in frames:
        codes = frame_source(frame).codes("v")
        assert codes.levels == ("10", "a", "b")
        assert codes.codes.tolist() == [2, -1, 1, 0, 2]
    for numbers in (pd.DataFrame({"v": [2.0, np.nan, 10.0]}), pl.DataFrame({"v": [2.0, None, 10.0]})):
        codes = frame_source(numbers).codes("v")
        assert codes.levels == ("2", "10")
        assert codes.codes.tolist() == [0, -1, 1]


@pytest.mark.parametrize("form", ["exact", "kronecker", "by class"])
@pytest.mark.parametrize("k", [2, 3])
def test_a_sample_that_is_gathered_is_the_sample(k: int, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(k)
    n, p = 30_000, 6
    numbers = tuple(NumericFeature(str(j)) for j in range(p))
    design = Design.of(numbers, rng.normal(size=(n, p)), np.zeros((n, 0), dtype=np.int32))
    label, weight = rng.integers(k, size=n).astype(np.int32), rng.uniform(0.5, 2.0, n)
    objective = Objective(
        design, family_for(k), label, weight, None, 0.05, np.arange(p + 1), 2, float(weight.sum())
    )  # fmt: skip
    kind = {"exact": "sample", "kronecker": "kronecker"}.get(form, "kronecker" if k == 2 else "by class")
    theta, scale = rng.normal(size=objective.size) * 0.3, np.ones(objective.size)
    if form == "kronecker":
        theta.reshape(k - 1, -1)[:, 1:] = 0.0
    g = rng.normal(size=objective.size)
    at_once = preconditioner(kind, objective, theta, scale)(g)
    monkeypatch.setattr("loglik.fit.hessian.preconditioner.gathered", rows_at_random)
    np.testing.assert_allclose(preconditioner(kind, objective, theta, scale)(g), at_once, rtol=1e-6 if k > 2 else 1e-9)
    exact = np.linalg.solve(objective.evaluate(theta, hessian=True).hessian, g)
    assert np.linalg.norm(at_once - exact) < (0.1 if form == "exact" else 0.3) * np.linalg.norm(exact)


@pytest.mark.parametrize(("alpha", "wrong"), [(0.0, 2e-3), (0.05, 0.1)])
def test_a_matrix_for_each_class_is_the_inverse_hessian_of_one_row_pattern(alpha: float, wrong: float) -> None:
    """``diag(p) - p p'`` has the inverse ``diag(1/p) + 11'/p_ref``: exact where all rows are alike, but for the penalty."""
    n, c = 12_000, 4
    design = Design.of((NumericFeature("x"),), np.full((n, 1), 2.0), np.zeros((n, 0), dtype=np.int32))
    label = np.random.default_rng(2).integers(c + 1, size=n).astype(np.int32)
    objective = Objective(design, family_for(c + 1), label, np.ones(n), None, alpha, np.array([1]), 2, float(n))
    theta = np.array([0.3, -0.8, 0.1, 0.5])
    g = np.array([1.0, -2.0, 0.5, 3.0])
    exact = np.linalg.solve(objective.evaluate(theta, hessian=True).hessian, g)
    np.testing.assert_allclose(_by_class(objective, theta, np.full(c, 2.0))(g), exact, rtol=wrong)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["b", None, "a", "b", "c"]),
        pd.Series(pd.Categorical(["b", None, "a", "b", "c"], categories=["z", "c", "b", "a"])),
        pl.Series(["b", None, "a", "b", "c"]),
        pl.Series(["b", None, "a", "b", "c"], dtype=pl.Categorical),
        pl.Series(["b", None, "a", "b", "c"], dtype=pl.Enum(["z", "c", "b", "a"])),
        pl.Series(["z", "c", "b", None, "a", "b", "c"], dtype=pl.Categorical)[2:],
    ],
)
def test_levels_are_the_same_however_a_frame_keeps_them(column: pd.Series | pl.Series) -> None:
    frame = pd.DataFrame({"x": column}) if isinstance(column, pd.Series) else pl.DataFrame({"x": column})
    codes = frame_source(frame).codes("x")
    there = [codes.levels[c] if c >= 0 else None for c in codes.codes]
    assert there == ["b", None, "a", "b", "c"]
    assert codes.levels == ("a", "b", "c")
