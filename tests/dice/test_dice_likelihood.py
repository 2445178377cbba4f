"""Counts, likelihood, estimate and information of dice and coins, against 50-digit arithmetic and definitions."""

from __future__ import annotations

import math
import warnings

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from loglik import Bernoulli, Categorical, DataError, UnderflowWarning
from loglik.dice.likelihood_value import Likelihood

DICE = [
    [3, 5, 2, 4, 1, 5],
    [0, 5, 2, 4, 1, 5],
    [20, 0, 0],
    [7],
    [1, 10**15 - 1],
    [10**15, 2 * 10**15, 3 * 10**15],
    [1] * 50,
]


def exact_log_likelihood(counts, p):
    with mpmath.workdps(50):
        return sum((t * mpmath.log(y) for t, y in zip(counts, p, strict=True) if t), mpmath.mpf(0))


@pytest.mark.parametrize("counts", DICE)
def test_log_likelihood_at_the_estimate(counts):
    with mpmath.workdps(50):
        exact = exact_log_likelihood(counts, [mpmath.mpf(t) / sum(counts) for t in counts])
    assert Categorical.from_counts(counts).log_likelihood() == pytest.approx(float(exact), rel=1e-14)


def test_log_likelihood_elsewhere_and_what_is_impossible():
    die = Categorical.from_counts([3, 0, 2])
    p = [0.5, 0.25, 0.25]
    assert die.log_likelihood(p) == pytest.approx(float(exact_log_likelihood((3, 0, 2), p)), rel=1e-15)
    assert die.log_likelihood([0.5, 0.0, 0.5]) == pytest.approx(-5 * math.log(2))
    assert die.log_likelihood([0.0, 0.5, 0.5]) == -math.inf
    assert float(die.likelihood([0.0, 0.5, 0.5])) == 0.0  # no underflow: truly 0, and no warning
    coin = Bernoulli.from_counts(1, 10**6)
    with mpmath.workdps(50):
        tiny = mpmath.mpf(1e-20)
        exact = mpmath.log(tiny) + 10**6 * mpmath.log(1 - tiny)
    assert coin.log_likelihood(1e-20) == pytest.approx(float(exact), rel=1e-15)
    assert Bernoulli.from_counts(0, 5).log_likelihood(1e-17) == pytest.approx(-5e-17, rel=1e-12, abs=0)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=8).filter(any), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_no_probabilities_beat_the_estimate(counts, seed):
    die = Categorical.from_counts(counts)
    p = np.random.default_rng(seed).dirichlet(np.ones(len(counts)))
    best, other = die.log_likelihood(), die.log_likelihood(p)
    assert other <= best + 1e-9
    # the distance is n times the divergence of p from the shares
    assert best - other == pytest.approx(die.n * die.effect_sizes(p).kl, rel=1e-9, abs=1e-9)
    assert die.lr_test(p).statistic == pytest.approx(2 * (best - other), rel=1e-9, abs=1e-9)


def test_the_likelihood_of_a_fair_die_underflows_at_396_throws():
    fair = [1 / 6] * 6
    last = Categorical.from_counts([395, 0, 0, 0, 0, 0]).likelihood(fair)
    assert not last.underflows
    assert last.value == pytest.approx(float(mpmath.mpf(1) / 6**395), rel=1e-10)
    gone = Categorical.from_counts([396, 0, 0, 0, 0, 0]).likelihood(fair)
    assert gone.underflows
    assert "e-309 (below the smallest double; log L = -709." in str(gone)
    zero = Categorical.from_counts([416, 0, 0, 0, 0, 0]).likelihood(fair)
    with pytest.warns(UnderflowWarning, match="LL156"):
        assert float(zero) == 0.0
    assert zero.log == pytest.approx(-416 * math.log(6), rel=1e-15)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        float(last)


@pytest.mark.parametrize(
    ("log", "text"),
    [
        (0.0, "1"),
        (-math.inf, "0"),
        (math.log(0.1), "0.1"),
        (-1000 * math.log(10), "1e-1000"),
        (math.log(9.9999999) - 1000 * math.log(10), "1e-999"),  # the mantissa rounds up to 10
        (math.log(2.5) - 12345 * math.log(10), "2.5e-12345"),
    ],
)
def test_likelihood_in_decimals(log, text):
    assert Likelihood(log).scientific() == text


def test_estimate_standard_errors_and_cross_entropy():
    die = Categorical.from_counts([3, 5, 2, 4, 1, 5])
    p = np.array([3, 5, 2, 4, 1, 5]) / 20
    np.testing.assert_array_equal(die.mle(), p)
    covariance = stats.multinomial.cov(20, p) / 20**2
    np.testing.assert_allclose(die.standard_errors(), np.sqrt(np.diag(covariance)), rtol=1e-14)
    np.testing.assert_allclose(die.covariance(), covariance, rtol=1e-13)
    other = np.full(6, 1 / 6)
    np.testing.assert_allclose(die.covariance(other), stats.multinomial.cov(20, other) / 20**2, rtol=1e-13)
    assert die.cross_entropy() == pytest.approx(stats.entropy(p), rel=1e-14)
    assert die.cross_entropy(base=2) == pytest.approx(stats.entropy(p, base=2), rel=1e-14)
    assert die.cross_entropy(other, base=6) == pytest.approx(1.0)
    coin = Bernoulli.from_counts(7, 3)
    assert coin.standard_errors() == pytest.approx(math.sqrt(0.21 / 10))
    assert coin.standard_errors(0.5) == pytest.approx(math.sqrt(0.25 / 10))
    assert coin.fisher_information() == pytest.approx(10 / 0.21)
    assert coin.fisher_information(0.2, per_throw=True) == pytest.approx(1 / 0.16)
    assert coin.cross_entropy(0.5, base=2) == pytest.approx(1.0)


def test_fisher_information_is_the_mean_square_of_the_score():
    die = Categorical.from_counts([2, 3, 5, 10])
    y = np.array([0.1, 0.2, 0.3, 0.4])
    # the score of one throw of face k: 1/y_j at j = k, minus 1/y_K everywhere if it is the last
    scores = np.vstack([np.diag(1 / y[:3]), np.full(3, -1 / y[3])])
    one = sum(y[k] * np.outer(scores[k], scores[k]) for k in range(4))
    np.testing.assert_allclose(die.fisher_information(y, per_throw=True), one, rtol=1e-14)
    np.testing.assert_allclose(die.fisher_information(y), 20 * one, rtol=1e-14)
    np.testing.assert_allclose(np.linalg.inv(die.fisher_information()), die.covariance()[:3, :3], rtol=1e-12)
    assert Categorical.from_counts([7]).fisher_information().shape == (0, 0)
    assert np.isinf(Categorical.from_counts([0, 3, 4]).fisher_information()[0, 0])


def test_standard_error_of_a_rare_face_among_very_many_throws():
    # sqrt(p (1 - p)/n) with 1 - p from rounded p would lose half the digits here
    die = Categorical.from_counts([10**15 - 1, 1])
    np.testing.assert_allclose(die.standard_errors(), [1e-15, 1e-15], rtol=1e-12)


def test_smoothing():
    die = Categorical.from_counts([3, 1, 0])
    np.testing.assert_allclose(die.smoothed(), [4 / 7, 2 / 7, 1 / 7])
    np.testing.assert_allclose(die.smoothed(0), die.mle())
    # the mean of the posterior Dirichlet(n + a)
    a = np.array([0.5, 1.0, 2.0])
    np.testing.assert_allclose(die.smoothed(a), stats.dirichlet.mean(a + np.array([3, 1, 0])))
    np.testing.assert_allclose(Categorical.from_counts([0, 0]).smoothed(1), [0.5, 0.5])
    assert Bernoulli.from_counts(2, 0).smoothed() == pytest.approx(stats.beta.mean(3, 1))


def test_samples_follow_the_probabilities():
    die = Categorical.from_counts([1, 2, 7], classes=["a", "b", "c"])
    drawn = die.sample(20_000, rng=3)
    assert drawn.shape == (20_000,)
    assert Categorical.from_samples(drawn, "abc").exact_test(die.mle()).p_value > 0.001
    np.testing.assert_array_equal(drawn, die.sample(20_000, np.random.default_rng(3)))
    assert set(die.sample(50, 0, p=[0, 1, 0])) == {"b"}
    assert abs(Bernoulli.from_counts(3, 1).sample(20_000, 1).mean() - 0.75) < 0.02
    assert Bernoulli.from_counts(0, 3).sample(100, 1).sum() == 0


@pytest.mark.parametrize(
    ("samples", "classes", "counts", "faces"),
    [
        ([1, 3, 6, 3], range(1, 7), (1, 0, 2, 0, 0, 1), (1, 2, 3, 4, 5, 6)),
        ("HTTH", None, (2, 2), ("H", "T")),
        (np.array([2, 0, 2]), None, (1, 2), (0, 2)),
        (pd.Series(["b", "a", "b"]), ["b", "a"], (2, 1), ("b", "a")),
        ([], [1, 2], (0, 0), (1, 2)),
        (iter([2, 1, 2]), iter([1, 2, 3]), (1, 2, 0), (1, 2, 3)),
        (iter([[0, 1], [1, 0]]), None, (1, 1), (0, 1)),
        (pd.DataFrame({"a": [1, 0, 0], "b": [0, 1, 1]}), ["a", "b"], (1, 2), ("a", "b")),
        (np.eye(3)[[0, 2, 2]], None, (1, 0, 2), (0, 1, 2)),
        ([[0, 1], [0, 1], [1, 0]], "ab", (1, 2), ("a", "b")),
        (np.zeros((0, 4)), None, (0, 0, 0, 0), (0, 1, 2, 3)),
        ([2, "x", 2], None, (2, 1), (2, "x")),
    ],
)
def test_from_samples(samples, classes, counts, faces):
    die = Categorical.from_samples(samples, classes)
    assert die.counts == counts
    assert die.classes == faces


def test_from_samples_of_a_coin():
    assert Bernoulli.from_samples([True, False, True]) == Bernoulli(2, 1)
    assert Bernoulli.from_samples([[1, 0], [0, 1], [1, 0]]) == Bernoulli(2, 1)
    assert Bernoulli.from_samples(["no", "yes"], heads="no", tails="yes") == Bernoulli(1, 1)
    with pytest.raises(DataError, match="LL154 throw 2 shows 2"):
        Bernoulli.from_samples([1, 2])


REFUSED = [
    (lambda: Categorical.from_counts([3, -1]), "LL150", "count 2 is -1, which is negative"),
    (lambda: Categorical.from_counts([3, 2.5]), "LL150", "count 2 is 2.5, which is no whole number"),
    (lambda: Categorical.from_counts([math.nan, 1]), "LL150", "count 1 is nan"),
    (lambda: Categorical.from_counts([math.inf, 1]), "LL150", "count 1 is inf"),
    (lambda: Categorical.from_counts(["3", 1]), "LL150", "'3', which is not a number"),
    (lambda: Categorical.from_counts([True, 1]), "LL150", "True, which is not a number"),
    (lambda: Categorical.from_counts([None, 1]), "LL150", "None, which is not a number"),
    (lambda: Categorical.from_counts([1, 2], classes="abc"), "LL150", "2 counts for 3 faces"),
    (lambda: Categorical.from_counts(np.ones((2, 2))), "LL150", r"shape \(2, 2\)"),
    (lambda: Categorical.from_counts(5), "LL150", "counts are 5, not a list"),
    (lambda: Categorical.from_samples(5), "LL154", "throws are 5, not a list"),
    (lambda: Categorical.from_counts([1, 2]).intervals("0.9"), "LL118", "level = 0.9"),
    (lambda: Categorical.from_counts([1, 2]).cross_entropy(base=1), "LL118", "base = 1"),
    (lambda: Bernoulli.from_counts(1, 2).cross_entropy(0.5, base=-2), "LL118", "base = -2"),
    (lambda: Categorical.from_counts([]), "LL142", "no faces"),
    (lambda: Categorical.from_counts([2**53, 1]), "LL151", "9,007,199,254,740,993 throws"),
    (lambda: Bernoulli.from_counts(1.5, 1), "LL150", "count 1 is 1.5"),
    (lambda: Categorical.from_counts([0, 0]).mle(), "LL152", "no estimate"),
    (lambda: Categorical.from_counts([0, 0]).standard_errors(), "LL152", "no standard error"),
    (lambda: Categorical.from_counts([0, 0]).cross_entropy([0.5, 0.5]), "LL152", "no cross-entropy"),
    (lambda: Categorical.from_counts([0, 0]).sample(3, 1), "LL152", "no estimate"),
    (lambda: Categorical.from_counts([0, 0]).smoothed(0), "LL152", "no estimate"),
    (lambda: Bernoulli.from_counts(0, 0).cross_entropy(0.5), "LL152", "no cross-entropy"),
    (lambda: Categorical.from_counts([1, 2]).lr_test([0.5, 0.4]), "LL153", "p0 sums to 0.9"),
    (lambda: Categorical.from_counts([1, 2]).lr_test([1.5, -0.5]), "LL153", "p0: 1.5 for face 1"),
    (lambda: Categorical.from_counts([1, 2]).log_likelihood([0.5, math.nan]), "LL153", "p: nan for face 2"),
    (lambda: Categorical.from_counts([1, 2]).log_likelihood([1.0]), "LL153", "2 numbers"),
    (lambda: Bernoulli.from_counts(1, 2).log_likelihood(1.5), "LL153", "1.5 is no probability"),
    (lambda: Categorical.from_samples([1, 7], range(1, 7)), "LL154", "throw 2 shows 7"),
    (lambda: Categorical.from_samples(["red", "gren"], ["red", "green"]), "LL154", 'did you mean "green"'),
    (lambda: Categorical.from_samples([1.0, math.nan]), "LL154", "throw 2 is missing"),
    (lambda: Categorical.from_samples([1, None]), "LL154", "throw 2 is missing"),
    (lambda: Categorical.from_samples(pd.Series([1, pd.NA], dtype="Int64")), "LL154", "throw 2 is missing"),
    (lambda: Categorical.from_samples([1, 2], [1, 2, 2]), "LL154", "the face 2 is named twice"),
    (lambda: Categorical.from_samples([]), "LL142", "no faces either"),
    (lambda: Categorical.from_samples([[0, 1], [1, 1]]), "LL155", r"throw 2 is \[1, 1\]"),
    (lambda: Categorical.from_samples([[0, 1], [0, 0]]), "LL155", r"throw 2 is \[0, 0\]"),
    (lambda: Categorical.from_samples([[0.2, 0.8]]), "LL155", r"throw 1 is \[0.2, 0.8\]"),
    (lambda: Categorical.from_samples([[0, 1], [1]]), "LL155", "differ in length"),
    (lambda: Categorical.from_samples([[0, 1]], "abc"), "LL155", "2 numbers for 3 faces"),
    (lambda: Categorical.from_counts([1, 2]).intervals(95), "LL118", "level = 95"),
    (lambda: Categorical.from_counts([1, 2]).intervals(method="wald"), "LL118", "'wald' is not known"),
    (lambda: Bernoulli.from_counts(1, 2).interval(method="goodman"), "LL118", "'goodman' is not known"),
    (lambda: Categorical.from_counts([1, 2]).smoothed(-1), "LL118", "pseudo-count"),
    (lambda: Categorical.from_counts([1, 2]).smoothed([1, 2, 3]), "LL118", "one number or 2"),
    (lambda: Categorical.from_counts([1, 2]).sample(-1), "LL118", "n = -1"),
]


@pytest.mark.parametrize(("call", "code", "words"), REFUSED)
def test_what_is_refused(call, code, words):
    with pytest.raises(DataError, match=words) as caught:
        call()
    assert caught.value.code == code


def test_whole_floats_are_counts_and_probabilities_are_divided_by_their_sum():
    assert Categorical.from_counts(np.array([3.0, 1e15])).counts == (3, 10**15)
    die = Categorical.from_counts([1, 2, 3])
    rounded = die.pearson_test([0.3333333, 0.3333333, 0.3333333])
    assert rounded.statistic == pytest.approx(die.pearson_test().statistic, rel=1e-12)


def test_without_throws_everything_is_possible():
    die = Categorical.from_counts([0, 0, 0])
    assert die.log_likelihood() == die.log_likelihood([0.2, 0.3, 0.5]) == 0.0
    assert str(die.likelihood()) == "1"
    assert die.lr_test().p_value == die.pearson_test().p_value == die.exact_test().p_value == 1.0
    assert math.isnan(die.effect_sizes().w)
    assert not die.fisher_information([0.2, 0.3, 0.5]).any()
    for method in ("goodman", "sison-glaz", "wilson", "clopper-pearson", "jeffreys"):
        np.testing.assert_array_equal(die.intervals(method=method), [[0, 1]] * 3)


def test_a_die_with_one_face_is_certain():
    die = Categorical.from_counts([7])
    assert die.mle().tolist() == [1.0]
    assert die.standard_errors().tolist() == [0.0]
    assert die.log_likelihood() == 0.0
    assert str(die.cross_entropy()) == "0.0"  # and not -0.0
    assert (die.lr_test().df, die.lr_test().p_value, die.exact_test().p_value) == (0, 1.0, 1.0)
    for method in ("goodman", "sison-glaz", "wilson"):
        assert die.intervals(method=method).tolist() == [[1.0, 1.0]]
