"""log_loss against scikit-learn where that is right, and against 50-digit arithmetic where it is not."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from loglik.errors import DataError
from loglik.metrics import log_loss

RNG = np.random.default_rng(11)


def table(n: int, k: int, dtype: type = np.float64) -> np.ndarray:
    p = RNG.dirichlet(np.ones(k), n)
    return (0.999 * p + 0.001 / k).astype(dtype)  # scikit-learn clips single precision at 1.2e-7


def every_class(n: int, k: int) -> np.ndarray:
    return np.concatenate([np.arange(k), RNG.integers(0, k, n - k)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 3, 7, 8, 33, 130])
@pytest.mark.parametrize("n", [130, 1024, 1025, 3000])
def test_agrees_with_scikit_learn(n: int, k: int, dtype: type) -> None:
    p, y, w = table(n, k, dtype), every_class(n, k), RNG.uniform(0, 3, n)
    tolerance = 1e-6 if dtype is np.float32 else 1e-13
    for options in ({}, {"normalize": False}, {"sample_weight": w}, {"sample_weight": w, "normalize": False}):
        assert log_loss(y, p, **options) == pytest.approx(metrics.log_loss(y, p, **options), rel=tolerance)
        if k == 2:
            one = np.ascontiguousarray(p[:, 1])
            assert log_loss(y, one, **options) == pytest.approx(metrics.log_loss(y, one, **options), rel=tolerance)
            assert log_loss(y, one[:, None], **options) == log_loss(y, one, **options)


WORDS = np.array(["ham", "spam", "unsure"])
SPELLINGS = {
    "from 1": lambda y: y + 1,
    "negative": lambda y: y - 1,
    "with gaps": lambda y: y * 5 - 3,
    "far apart": lambda y: y * 10**12,
    "int8": lambda y: y.astype(np.int8),
    "uint64": lambda y: y.astype(np.uint64),
    "whole floats": lambda y: y.astype(float),
    "strings": lambda y: WORDS[y],
    "objects": lambda y: WORDS[y].astype(object),
    "list": lambda y: y.tolist(),
    "pandas": lambda y: pd.Series(WORDS[y]),
    "categorical": lambda y: pd.Categorical(WORDS[y]),
    "polars": lambda y: pl.Series(WORDS[y].tolist()),
    "column": lambda y: y[:, None],
    "one-hot": lambda y: np.eye(3, dtype=int)[y],
    "every other": lambda y: np.repeat(y, 2)[::2],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_labels_of_every_spelling(spelling: str) -> None:
    p, y = table(200, 3), every_class(200, 3)
    assert log_loss(SPELLINGS[spelling](y), p) == log_loss(y, p)


@pytest.mark.parametrize("two", [[False, True], [-1, 1], [0.5, 2.5], ["no", "yes"], [np.str_("a"), np.str_("b")]])
def test_binary_labels(two: list) -> None:
    y, p = np.array(two)[[0, 1, 1, 0]], [0.1, 0.8, 0.4, 0.3]
    expected = -np.log([0.9, 0.8, 0.4, 0.7]).mean()
    assert log_loss(y, p) == pytest.approx(expected, rel=1e-15)
    assert log_loss(y, p, labels=two) == log_loss(y, p)


@pytest.mark.parametrize("classes", [[0, 1, 2, 3], [3, 4, 5, 6], [-7, 0, 2, 900], [0.0, 1.0, 2.0, 3.5], list("abcd")])
def test_classes_that_do_not_occur_come_from_labels(classes: list) -> None:
    p, y = table(50, 4), RNG.integers(1, 3, 50)
    named = np.array(classes)[y]
    assert log_loss(named, p, labels=classes) == pytest.approx(-np.log(p[np.arange(50), y]).mean(), rel=1e-14)
    with pytest.raises(DataError, match=r"LL143 y_true has 2 different labels .* 4 classes"):
        log_loss(named, p)


def test_memory_layouts() -> None:
    for k in (2, 5):
        p, y, w = table(3000, k), every_class(3000, k), RNG.random(3000)
        expected = log_loss(y, p, sample_weight=w)
        assert log_loss(y, np.asfortranarray(p), sample_weight=w) == expected
        assert log_loss(y, np.repeat(p, 2, axis=0)[::2], sample_weight=np.repeat(w, 2)[::2]) == expected
        assert log_loss(y, pd.DataFrame(p), sample_weight=pd.Series(w)) == expected


def test_same_bits_for_any_number_of_threads() -> None:
    for k, n in ((2, 3_200_017), (40, 200_003)):  # enough rows for three threads
        p, y = np.tile(table(1013, k), (n // 1013 + 1, 1))[:n], every_class(n, k)
        assert len({log_loss(y, p, threads=threads) for threads in (1, 2, 3)}) == 1


def test_nothing_is_clipped() -> None:
    assert log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]) == np.inf
    assert log_loss([0, 1], [[1.0, 0.0], [0.0, 1.0]]) == 0.0
    assert log_loss([1, 0], [0.0, 0.5]) == np.inf
    assert log_loss([1, 0], [1.0, 0.0]) == 0.0
    assert log_loss([1, 0], [1e-320, 0.5]) == pytest.approx(-np.log(1e-320) / 2 + np.log(2) / 2, rel=1e-15)
    assert log_loss([0, 1], [[0.0, 1.0], [0.5, 0.5]], sample_weight=[0, 2]) == pytest.approx(np.log(2), rel=1e-15)


@pytest.mark.parametrize("p", [1e-300, 1e-20, 3e-17, 1.2e-16, 1e-9, 0.3, 0.5, 0.75, 1 - 1e-12, 1 - 2**-53])
def test_one_probability_in_50_digits(p: float) -> None:
    with mp.workdps(50):
        missed = float(-mp.log1p(-mp.mpf(p)))
        hit = float(-mp.log(mp.mpf(p)))
    # Two rows, because both classes must occur; the other one adds nothing.
    assert log_loss([0, 1], [p, 1.0], normalize=False) == pytest.approx(missed, rel=5e-16, abs=0.0)
    assert log_loss([1, 0], [p, 0.0], normalize=False) == pytest.approx(hit, rel=5e-16, abs=0.0)


def test_a_scorer() -> None:
    scorer = metrics.make_scorer(log_loss, response_method="predict_proba", greater_is_better=False)
    for k in (2, 3):
        x = RNG.normal(size=(150, 3))
        y = WORDS[(x[:, 0] + RNG.normal(size=150) > 0).astype(int) + (k == 3) * (x[:, 1] > 1)]
        model = LogisticRegression()
        ours = cross_val_score(model, x, y, scoring=scorer, cv=3)
        np.testing.assert_allclose(ours, cross_val_score(model, x, y, scoring="neg_log_loss", cv=3), rtol=1e-12)


HALF = [[0.5, 0.5]] * 3
REFUSED = [
    ("LL140", "1.5 in row 1", ([0, 1], [[0.5, 0.5], [1.5, -0.5]]), {}),
    ("LL140", "-0.1 in row 0", ([0, 1], [-0.1, 0.5]), {}),
    ("LL140", "1.1 in row 1", ([0, 1, 2], [[0.2, 0.3, 0.5], [1.1, -0.1, 0.0], [1, 0, 0]]), {}),
    ("LL141", "row 2 sums to 0.9", ([0, 1, 0], [[0.5, 0.5], [0.5, 0.5], [0.5, 0.4]]), {}),
    ("LL141", "row 1 sums to 1.1", ([0, 1, 2], [[0.2, 0.3, 0.5], [0.3, 0.3, 0.5], [1, 0, 0]]), {}),
    ("LL142", "shape", ([], np.zeros((0, 2))), {}),
    ("LL143", "label 2 in row 2", ([0, 1, 2], HALF), {}),
    ("LL143", "label -1 in row 0", ([-1, 1, 0], HALF), {}),
    ("LL143", "1 different labels", ([1, 1, 1], HALF), {}),
    ("LL143", "label c in row 1", (["a", "c", "b"], HALF), {"labels": ["a", "b"]}),
    ("LL143", "label 3 in row 2", ([0, 1, 3], HALF), {"labels": [0, 1]}),
    ("LL143", "label 2 in row 1", ([0, 2, 5], HALF), {"labels": [0, 5]}),
    ("LL143", "label a in row 0", (["a", "b", "a"], HALF), {"labels": [0, 1]}),
    ("LL143", "label nan in row 1", ([0.0, np.nan, 1.0], HALF), {}),
    ("LL143", "order", (np.array(["a", 1, "b"], dtype=object), HALF), {}),
    ("LL144", "row 1", ([0, 1], [[0.5, 0.5], [np.nan, 0.5]]), {}),
    ("LL144", "row 0", ([0, 1], [np.nan, 0.5]), {}),
    ("LL145", "weight 0", ([0, 1, 0], HALF), {"sample_weight": [0, 0, 0]}),
    ("LL114", "nan in row 1", ([0, 1, 0], HALF), {"sample_weight": [1, np.nan, 1]}),
    ("LL114", "-1.0 in row 2", ([0, 1, 0], HALF), {"sample_weight": [1, 1, -1]}),
    ("LL147", "y_true", ([0, 1], HALF), {}),
    ("LL147", "sample_weight", ([0, 1, 0], HALF), {"sample_weight": [1, 1]}),
    ("LL147", "row 1 is not one 1", ([[1, 0], [1, 1], [0, 1]], HALF), {}),
    ("LL147", "sorted order", (["a", "b", "a"], HALF), {"labels": ["b", "a"]}),
    ("LL147", "labels has shape", (["a", "b", "a"], HALF), {"labels": ["a", "b", "c"]}),
    ("LL147", "type", ([0, 1, 0], [["x", "y"]] * 3), {}),
]


@pytest.mark.parametrize(("code", "words", "arguments", "options"), REFUSED)
def test_refusals_name_the_place(code: str, words: str, arguments: tuple, options: dict) -> None:
    with pytest.raises(DataError, match=words) as caught:
        log_loss(*arguments, **options)
    assert caught.value.code == code


@pytest.mark.parametrize("k", [1, 2, 60])
@pytest.mark.parametrize("row", [0, 1023, 1024, 70_000, 99_999])
def test_the_first_bad_row_of_a_long_table(k: int, row: int) -> None:
    p, y = np.full((100_000, max(k, 2)), 1 / max(k, 2)), every_class(100_000, max(k, 2))
    p = p[:, 0].copy() if k == 1 else p
    p[row:] = np.nan
    with pytest.raises(DataError, match=rf"LL144 .* row {row}\n"):
        log_loss(y, p, threads=2)


@pytest.mark.parametrize("p", [np.eye(3), np.array([0.2, 0.8]), np.array([True, False])])
def test_no_labels_for_some_probabilities_are_refused(p) -> None:
    with pytest.raises(DataError):
        log_loss([], p)


@pytest.mark.parametrize("odd", [np.ma.masked_array([0.0, 1.0], [True, False]), "a", None])
def test_normalize_is_yes_or_no(odd) -> None:
    with pytest.raises(DataError, match="normalize"):
        log_loss([0, 1], [0.2, 0.8], normalize=odd)
