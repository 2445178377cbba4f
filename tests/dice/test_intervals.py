"""Intervals against statsmodels, R's published tables, and what holds for counts of any size."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

from loglik import Bernoulli, Categorical
from loglik.dice.beta_quantiles import lower_quantile, upper_quantile
from loglik.dice.sison_glaz import sison_glaz

COINS = [(5, 20), (0, 10), (10, 10), (1, 3), (1, 1000), (999, 1000), (37, 80), (123_456, 1_000_000), (7, 9), (50, 100)]
METHODS = {"wilson": "wilson", "clopper-pearson": "beta", "jeffreys": "jeffreys"}


@pytest.mark.parametrize("level", [0.9, 0.95, 0.999])
@pytest.mark.parametrize(("heads", "n"), COINS)
@pytest.mark.parametrize("method", METHODS)
def test_one_probability_against_statsmodels(method, heads, n, level):
    low, high = Bernoulli.from_counts(heads, n - heads).interval(level, method)
    expected = proportion_confint(heads, n, 1 - level, method=METHODS[method])
    if method == "jeffreys":  # statsmodels does not move the ends to 0 and 1 where nothing else came up
        expected = (0.0 if heads == 0 else expected[0], 1.0 if heads == n else expected[1])
    np.testing.assert_allclose([low, high], expected, rtol=1e-9, atol=1e-15)


DICE = [
    [56, 72, 73, 59, 62, 87, 58],
    [3, 5, 2, 4, 1, 5],
    [0, 5, 0, 4, 1, 10],
    [5, 0, 0],
    [1, 0],
    [20, 15, 25],
    [1, 10, 100, 300],
    [2] * 20,
]


@pytest.mark.parametrize("level", [0.9, 0.99])
@pytest.mark.parametrize("counts", DICE)
@pytest.mark.parametrize("method", ["goodman", "sison-glaz"])
def test_all_probabilities_at_once_against_statsmodels(method, counts, level):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = multinomial_proportions_confint(counts, 1 - level, method=method)
    made = Categorical.from_counts(counts).intervals(level, method)
    np.testing.assert_allclose(made, expected, rtol=1e-7, atol=1e-12)


def test_the_table_of_desctools():
    """R, DescTools::MultinomCI, help page: the data of the SAS program of May and Johnson (2000), three decimals."""
    die = Categorical.from_counts([56, 72, 73, 59, 62, 87, 58])
    goodman = [[85, 166], [115, 204], [116, 207], [91, 173], [96, 181], [143, 239], [89, 171]]
    wilson = [[94, 153], [124, 190], [126, 192], [99, 160], [105, 167], [154, 224], [97, 157]]
    glaz = [[79, 164], [113, 199], [116, 201], [86, 171], [92, 177], [146, 231], [84, 169]]
    for method, table in (("goodman", goodman), ("wilson", wilson), ("sison-glaz", glaz)):
        np.testing.assert_allclose(die.intervals(0.95, method), np.array(table) / 1000, atol=0.00051)


def test_sison_glaz_with_fifty_faces_as_in_r():
    """R, MultinomialCI::multinomialCI(rep(5, 50), 0.05): 0 to 0.05304026."""
    made = Categorical.from_counts([5] * 50).intervals(0.95, "sison-glaz")
    np.testing.assert_allclose(made, [[0, 0.05304026]] * 50, atol=2e-4)


def test_binom_test_of_r():
    """R, help page of binom.test (Conover 1971): 682 of 925, 0.7076683 to 0.7654066."""
    interval = Bernoulli.from_counts(682, 243).interval(0.95, "clopper-pearson")
    np.testing.assert_allclose(interval, (0.7076683, 0.7654066), atol=5e-8)


@pytest.mark.parametrize("method", ["goodman", "sison-glaz", "wilson", "clopper-pearson", "jeffreys"])
def test_huge_counts(method):
    die = Categorical.from_counts([10**15, 2 * 10**15, 3 * 10**15])
    made = die.intervals(0.95, method)
    width = (made[:, 1] - made[:, 0]) / die.standard_errors() / 2
    if method == "sison-glaz":  # one half-width for all: that of the largest deviation of three correlated shares
        half = (made[:, 1] - made[:, 0]) / 2 * np.sqrt(die.n)
        p = die.mle()
        z = stats.multivariate_normal.rvs(np.zeros(3), np.diag(p) - np.outer(p, p), 200_000, random_state=1)
        np.testing.assert_allclose(half, np.quantile(np.abs(z).max(axis=1), 0.95), rtol=0.01)
    else:
        alpha = 0.05 / 3 if method == "goodman" else 0.05
        np.testing.assert_allclose(width, stats.norm.isf(alpha / 2), rtol=1e-6)
    assert ((made[:, 0] < die.mle()) & (die.mle() < made[:, 1])).all()


def test_beta_quantiles_where_others_are_far_off():
    # for b much larger than a, b times the quantile is that of the gamma distribution
    for a in (3.0, 1000.0, 1e5):
        b = a * 1e10
        low, high = lower_quantile(np.array(a), np.array(b), 0.025), upper_quantile(np.array(a), np.array(b), 0.025)
        assert float(low) * b == pytest.approx(stats.gamma.ppf(0.025, a), rel=1e-8)
        assert float(high) * b == pytest.approx(stats.gamma.isf(0.025, a), rel=1e-8)


@pytest.mark.parametrize(("a", "b"), [(1000.0, 1e9), (0.5, 30.5), (1.0, 1e15), (2.5, 4e6), (700.5, 20.0)])
def test_beta_quantiles_against_60_digits(a, b):
    for tail in (0.025, 1e-6):
        with mpmath.workdps(60):
            x = mpmath.mpf(float(lower_quantile(np.array(a), np.array(b), tail)))
            below = mpmath.betainc(a, b, 0, x, regularized=True)
            y = mpmath.mpf(float(upper_quantile(np.array(a), np.array(b), tail)))
            above = mpmath.betainc(a, b, y, 1, regularized=True)
        assert float(below) == pytest.approx(tail, rel=1e-8)
        assert float(above) == pytest.approx(tail, rel=1e-8)


def test_beta_quantiles_are_continuous_where_the_method_changes():
    a = np.array([0.99e8, 1.01e8])
    for quantile in (lower_quantile, upper_quantile):
        z = (quantile(a, 5 * a, 0.025) - 1 / 6) / np.sqrt(5 / 36 / (6 * a))
        assert abs(abs(z[0]) - abs(z[1])) < 1e-5  # the skewness left over changes by 2e-6


@pytest.mark.parametrize("level", [0.5, 0.999999])
@pytest.mark.parametrize(
    "counts",
    [
        [1, 10**15 - 1], [0, 10**15], [10**15, 0, 0], [1, 1], [1, 0, 0, 0], [2**52, 2**52], [10**6, 1, 1],
        [10**9, 1000], [3, 10**12, 5], [10**15] * 9,
    ],
)  # fmt: skip
def test_extreme_counts_have_intervals_around_the_estimate(counts, level):
    die = Categorical.from_counts(counts)
    for method in ("goodman", "sison-glaz", "wilson", "clopper-pearson", "jeffreys"):
        low, high = die.intervals(level, method).T
        assert ((low >= 0) & (low <= die.mle()) & (die.mle() <= high) & (high <= 1)).all(), method
        assert (high > low)[(die.mle() > 0) & (die.mle() < 1)].all(), method


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson", "jeffreys"])
def test_heads_and_tails_mirror_each_other(method):
    for heads in range(11):
        low, high = Bernoulli.from_counts(heads, 10 - heads).interval(0.9, method)
        mirrored = Bernoulli.from_counts(10 - heads, heads).interval(0.9, method)
        np.testing.assert_allclose([low, high], [1 - mirrored[1], 1 - mirrored[0]], atol=1e-14)
        assert 0 <= low <= heads / 10 <= high <= 1


@pytest.mark.parametrize(("x", "n"), [(1, 10**6), (3, 10**12), (10**15 - 3, 10**15)])
def test_wilson_keeps_its_digits_beside_zero(x, n):
    with mpmath.workdps(50):
        z = mpmath.mpf(float(stats.norm.isf(0.025)))
        middle, root = x + z**2 / 2, z * mpmath.sqrt(mpmath.mpf(x) * (n - x) / n + z**2 / 4)
        expected = [float((middle - root) / (n + z**2)), float((middle + root) / (n + z**2))]
    np.testing.assert_allclose(Bernoulli.from_counts(x, n - x).interval(), expected, rtol=1e-13)


def test_sison_glaz_scans_and_bisects_to_the_same_half_width(monkeypatch):
    from loglik.dice import sison_glaz as module

    counts = np.array([300.0, 500.0, 200.0, 400.0])
    scanned = sison_glaz(counts, 1400.0, 0.95)
    monkeypatch.setattr(module, "_SCAN", 2)
    np.testing.assert_array_equal(sison_glaz(counts, 1400.0, 0.95), scanned)
