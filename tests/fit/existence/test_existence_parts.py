"""The parts of the verdict on existence: each certificate is checked against data that it must refuse, or rationals."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.matrix import Design
from loglik.errors import SeparationError
from loglik.fit.existence.ball import KNOWN_TO, ball_of
from loglik.fit.existence.certificate import proves_existence
from loglik.fit.existence.column_ranges import column_ranges, thresholds
from loglik.fit.existence.direction import separating
from loglik.fit.existence.exact import holds_as_stored
from loglik.fit.existence.extent import clearly_raised, extent
from loglik.fit.existence.pairs import decide
from loglik.fit.existence.search import find


def pairs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rows of a binary model with an intercept, signed, no number above 1."""
    rows = np.column_stack([np.ones(len(x)), x / np.abs(x).max(axis=0)])
    return np.where(y == 1, 1.0, -1.0)[:, None] * rows


def dense(x: np.ndarray, **others) -> Design:
    features = tuple(NumericFeature(f"x{j}") for j in range(x.shape[1]))
    return Design.of(features, x, np.empty((len(x), 0), dtype=np.int32), **others)


def ball(x: np.ndarray, label: np.ndarray, *, intercept: bool = True, c: int = 1):
    design, label = dense(x), label.astype(np.int32)
    free = np.arange(0 if intercept else 1, x.shape[1] + 1)
    return ball_of(design, label, c, free, column_ranges(design, label, c + 1), intercept=intercept)


@pytest.mark.parametrize("touching", [0, 1, 5])
def test_no_weights_prove_existence_where_a_direction_separates(touching: int) -> None:
    """Whatever the weights: small where a row is far on its side, drawn at random, or all alike."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.integers(-3, 4, size=(30, 3)).astype(float)
        score = x @ [1.0, 2.0, -1.0] - 0.5
        y = (score > 0.0).astype(int)
        flip = rng.choice(30, touching, replace=False)
        x[flip, 0] = 0.5 - 2.0 * x[flip, 1] + x[flip, 2]  # on the plane, of either class
        y[flip] = rng.integers(0, 2, touching)
        a = pairs(x, y)
        margin = np.where(y == 1, 1.0, -1.0) * (x @ [1.0, 2.0, -1.0] - 0.5)
        for beta in (np.exp(-margin), np.exp(-20.0 * margin), rng.uniform(0.01, 1.0, 30), np.ones(30)):
            assert not proves_existence(a, beta, np.zeros(4))


def test_weights_that_nearly_balance_prove_existence() -> None:
    x = np.array([[1.0], [2.0], [3.0], [4.0]])
    a = pairs(x, np.array([0, 1, 0, 1]))
    # a' beta = 0 by hand: -b0 + b1 - b2 + b3 = 0 and -b0 + 2 b1 - 3 b2 + 4 b3 = 0, so beta = (1, 3, 3, 1)
    beta = np.array([1.0, 3.0, 3.0, 1.0])
    assert np.abs(a.T @ beta).max() < 1e-15
    assert proves_existence(a, beta, np.zeros(2))
    assert proves_existence(a, beta * [1.01, 0.99, 1.0, 1.0], np.zeros(2))
    assert not proves_existence(a, beta * [1.0, 1.0, 1.0, -1.0], np.zeros(2))
    assert not proves_existence(a, beta, np.full(2, 0.5))  # numbers known to a half prove nothing
    assert not proves_existence(np.column_stack([a, a[:, 1]]), beta, np.zeros(3))  # no full column rank


def test_a_verdict_for_data_in_the_ball_holds_at_its_edge() -> None:
    """Overlap by less than what the numbers are known to is no proof; by more, it is."""
    for overlap, expected in ((0.5, False), (40.0, True)):
        x = np.r_[np.linspace(-0.9, 0.0, 20), np.linspace(-overlap * KNOWN_TO, 0.9, 20)][:, None]
        a = pairs(x, np.repeat([0, 1], 20))
        found = decide(a, np.array([0.0, KNOWN_TO]))
        assert found.exists == (expected or found.direction is None)
        assert expected == (found.direction is None)


def test_the_drift_of_an_optimiser_is_cleaned() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 4))
    x[:, 3] = 0.0
    x[:5, 3] = 1.0
    y = rng.integers(0, 2, 200)
    y[:5] = 1
    a, d = pairs(x, y), np.array([1e-5, -2e-5, 3e-6, 1e-5, 1.0])
    assert (a @ d).min() < 0.0
    found = separating(a, d, np.zeros(5))
    assert found is not None
    assert (np.flatnonzero(found) == [4]).all()


def test_ranges_of_columns_see_zeros_that_are_not_stored_and_grids() -> None:
    from scipy import sparse

    x = np.array([[0.0, 1.5, 2.0], [3.0, 0.0, 0.1], [0.0, 2.5, 4.0], [1.0, -1.0, 8.0]])
    y = np.array([0, 0, 1, 1], dtype=np.int32)
    whole = column_ranges(dense(x), y, 2)
    from loglik.design.features import SparseFeatures

    empty = np.empty((4, 0))
    stored = Design.of((SparseFeatures(("a", "b", "c")),), empty, empty.astype(np.int32), sparse.csr_matrix(x))
    words = column_ranges(stored, y, 2)
    for name in ("low", "high", "has_zero", "exact"):
        np.testing.assert_array_equal(getattr(words, name), getattr(whole, name))
    np.testing.assert_array_equal(whole.low, [[0.0, 0.0, 0.1], [0.0, -1.0, 4.0]])
    np.testing.assert_array_equal(whole.exact, [True, True, False])
    alone = thresholds(whole, np.ones(4, dtype=bool), intercept=True)
    assert [(t.position, t.at, t.above, t.gap) for t in alone] == [(3, 3.0, (False, True), True)]
    assert thresholds(whole, np.ones(4, dtype=bool), intercept=False) == []  # t can only be 0 then


@pytest.mark.parametrize("k", [2, 3, 5])
def test_thresholds_are_directions(k: int) -> None:
    """Compared with every cut of every column, by definition."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        y = np.r_[np.arange(k), rng.integers(0, k, 3 * k)].astype(np.int32)
        x = (
            rng.integers(0, 3, size=(y.size, 3))
            + (rng.integers(0, 2, 3) * 2) * np.isin(y, rng.permutation(k)[:2])[:, None]
        )
        found = thresholds(column_ranges(dense(x.astype(float)), y, k), np.ones(4, dtype=bool), intercept=True)
        expected = set()
        for j in range(3):
            for t in np.unique(x[:, j]):
                low, high = [(x[y == c, j] <= t).all() for c in range(k)], [(x[y == c, j] >= t).all() for c in range(k)]
                sides = all(a or b for a, b in zip(low, high, strict=True))
                # someone strictly below or above t, and both sides taken
                if sides and (x[:, j] != t).any():
                    below = {c for c in range(k) if low[c] and (x[y == c, j] < t).any()}
                    above = {c for c in range(k) if high[c] and (x[y == c, j] > t).any()}
                    if len(below) < k and len(above) < k and (below or above):
                        expected.add(j + 1)
        assert {t.position for t in found} == expected


def test_exactly_and_to_rounding_are_told_apart() -> None:
    """Three rows on a line in whole numbers are touched exactly; a tenth is no tenth."""
    x = np.array([[0.0, 0.0], [1.0, 3.0], [2.0, 6.0], [3.0, 9.0], [1.0, 1.0], [2.0, 9.0]])
    y = np.array([0, 1, 0, 1, 0, 1])  # rows on y = 3 x of both classes; the others apart
    whole = ball(x, y)
    found = find(whole)
    assert found.direction is not None
    assert holds_as_stored(whole, found.direction)
    tenths = ball(x * 0.1, y)
    found = find(tenths)
    assert found.direction is not None
    # In rationals: is there a line through the stored rows 0 to 3? 0.1 and 0.30000000000000004 say no.
    rows = [(Fraction(float(a)), Fraction(float(b))) for a, b in (x * 0.1)[:4]]
    assert any(rows[1][0] * b != rows[1][1] * a for a, b in rows)
    assert not holds_as_stored(tenths, found.direction)


@pytest.mark.parametrize("apart", [2e-14, 1e-13, 3e-13, 1e-12])
def test_columns_that_nearly_repeat_each_other_prove_no_incompleteness(apart: float) -> None:
    """A flag separates some rows; all others are told apart by the small difference of two columns, beyond its rounding."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        label = rng.permutation(np.arange(60) % 2)
        flag = np.zeros(60)
        flag[np.flatnonzero(label == 0)[:5]] = 1.0
        x = rng.uniform(-1.0, 1.0, 60)
        other = x + apart * np.where(label == 0, 1.0, -1.0) * rng.uniform(1.0, 2.0, 60)
        assert (np.where(label == 0, other - x, x - other) > 0.0).all()  # exactly: Sterbenz's lemma
        rows = ball(np.column_stack([flag, x, other]), label)
        d = np.array([0.0, 1.0, 0.0, 0.0])
        assert extent(rows, clearly_raised(rows, d), d).kind != "quasi-complete"


def test_a_direction_with_fewer_digits_than_the_margins_is_moved_onto_the_rows() -> None:
    """Rows on a plane of either class, the others apart; the direction is off by hundreds of units in the last place."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.integers(-3, 4, size=(30, 3)).astype(float)
        label = (x @ [1.0, 2.0, -1.0] < 0.0).astype(int)
        touching = x @ [1.0, 2.0, -1.0] == 0.0
        label[touching] = np.arange(touching.sum()) % 2
        rows = ball(x, label)
        d = np.array([0.0, 1.0, 2.0, -1.0]) * (1.0 + 400.0 * 2.0**-53 * rng.uniform(-1.0, 1.0, 4))
        assert holds_as_stored(rows, d), seed


def test_complete_is_told_from_quasi_complete_by_proof() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3))
    x[:, 2] = (rng.random(300) < 0.03) * 1.0
    y = (x[:, 0] + x[:, 1] > 0.0).astype(int)
    x[y == 1, 2] = 0.0  # a rare column of one class beside two columns that tell all
    for mixed, kind in ((0, "complete"), (40, "quasi-complete")):
        label = y.copy()
        some = np.flatnonzero(x[:, 2] == 0.0)[:mixed]
        label[some] = rng.integers(0, 2, mixed)
        b = ball(x, 1 - label)
        d = np.zeros(4)
        d[3] = -1.0  # the rare column alone
        assert extent(b, clearly_raised(b, d)).kind == kind


def test_a_point_of_the_optimiser_is_no_estimate_on_a_plateau() -> None:
    """Large offsets: the gradient is small far from the estimate too. The likelihood at the end is compared."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(5)
    x = rng.normal(size=(40, 2))
    y, offset = rng.integers(0, 2, 40), rng.normal(size=40) * 30.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = loglik.LogisticRegression().fit(x, y, offset=offset)

    def loss(b: np.ndarray) -> float:
        eta = b[0] + x @ b[1:] + offset
        return float(np.logaddexp(0.0, np.where(y == 1, -eta, eta)).sum())

    best = min(minimize(loss, s, method="BFGS", options={"gtol": 1e-10}).fun for s in (np.zeros(3), np.ones(3)))
    if model.converged_:
        assert loss(np.r_[model.intercept_, model.coef_[0]]) <= best + 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", ["auto", "newton", "gd"])
@pytest.mark.parametrize("intercept", [True, False])
def test_every_solver_and_storage_has_the_same_verdict(solver: str, dtype: type, intercept: bool) -> None:
    rng = np.random.default_rng(8)
    for shape in ("apart", "overlap", "hidden"):
        x = rng.normal(size=(150, 3)).astype(dtype)
        y = rng.integers(0, 2, 150)
        if shape == "apart":
            x[:, 1] += (3.0 * np.where(y == 1, 2.0, -2.0)).astype(dtype)
        if shape == "hidden":  # twice the first column, but for a few rows of one class
            x[:, 0] = np.round(x[:, 0] * 8.0) / 8.0
            x[:, 2] = 2.0 * x[:, 0]
            x[:6, 2] += 1.0
            y[:6] = 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = loglik.LogisticRegression(solver=solver, fit_intercept=intercept, max_iter=50).fit(x, y)
        assert (model.separation_ is None) == (shape == "overlap")
        if model.separation_ is not None:
            assert model.separation_.exact
            assert model.separation_.kind == ("complete" if shape == "apart" else "quasi-complete")
            assert set(model.separation_.columns) == ({"x1"} if shape == "apart" else {"x0", "x2"})
        assert not model.converged_ or shape == "overlap"


def test_levels_and_columns_that_separate_together_are_both_named() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"x": rng.normal(size=300), "flag": 0.0, "g": rng.choice(list("ab"), 300)})
    frame["y"] = rng.integers(0, 2, 300)
    frame.loc[:3, ["flag", "y"]] = [1.0, 1]
    frame.loc[4:9, "g"], frame.loc[4:9, "y"] = "rare", 0
    with pytest.raises(SeparationError, match="separate by themselves") as caught:
        loglik.fit_classifier(frame, "y")
    assert set(caught.value.columns) == {"g", "flag"}
    assert caught.value.separation.rows_separated == 10
    assert set(caught.value.separation.remedy) == {"g", "flag"}
    assert loglik.fit_classifier(frame, "y", exclude=["g", "flag"]).report.converged


def test_what_is_said_at_a_distance_is_what_is_said_near_zero() -> None:
    """Milliseconds since 1970, completely and not separated: moving the column moves nothing."""
    rng = np.random.default_rng(4)
    seconds = rng.integers(0, 10**6, 400).astype(float)
    for separated in (True, False):
        y = (seconds > 5e5).astype(int) if separated else (seconds + rng.normal(size=400) * 2e5 > 5e5).astype(int)
        kinds = []
        for datum in (0.0, 1.7e12, 1e14):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = loglik.LogisticRegression().fit((seconds + datum)[:, None], y)
            kinds.append((model.converged_, model.separation_ and model.separation_.kind))
        assert kinds == [(not separated, "complete" if separated else None)] * 3


def test_a_level_is_not_known_to_rounding() -> None:
    codes = np.array([[1], [2], [1], [2]], dtype=np.int32)
    design = Design.of((CategoricalFeature("g", ("a", "b"), 0),), np.empty((4, 0)), codes)
    label = np.array([0, 0, 1, 1], dtype=np.int32)
    b = ball_of(design, label, 1, np.array([0, 2]), column_ranges(design, label, 2), intercept=True)
    assert not b.slack.any()
    assert find(b).exists
