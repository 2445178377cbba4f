"""Tests of goodness of fit against SciPy, R's published outputs, and rational arithmetic; power against statsmodels."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import GofChisquarePower

from loglik import Bernoulli, Categorical, DataError
from loglik.dice.enumeration import MOST_PARTIAL, _largest, partial_outcomes, tail_probability
from loglik.dice.exact_test import _log_probability, exact_test, monte_carlo
from loglik.dice.power import heavier, power, throws_needed

CASES = [
    ([3, 5, 2, 4, 1, 5], None),
    ([20, 15, 25], None),
    ([0, 5, 2, 4, 1, 5], None),
    ([0, 0, 12], None),
    ([1, 0], None),
    ([89, 37, 30, 28, 2], [0.40, 0.20, 0.20, 0.15, 0.05]),
    ([89, 37, 30, 28, 2], [0.40, 0.20, 0.20, 0.19, 0.01]),
    ([315, 108, 101, 32], [9 / 16, 3 / 16, 3 / 16, 1 / 16]),
    ([10**6, 10**6 + 1500, 10**6 - 1500], None),
    ([1, 999_999], [1e-6, 1 - 1e-6]),
    ([5] * 40, None),
]


@pytest.mark.parametrize(("counts", "p0"), CASES)
def test_chi_square_tests_against_scipy(counts, p0):
    die = Categorical.from_counts(counts)
    expected = None if p0 is None else np.array(p0) * sum(counts)
    for made, kind in ((die.lr_test(p0), "log-likelihood"), (die.pearson_test(p0), "pearson")):
        scipy = stats.power_divergence(counts, expected, lambda_=kind)
        assert made.statistic == pytest.approx(scipy.statistic, rel=1e-9)
        assert made.p_value == pytest.approx(scipy.pvalue, rel=1e-8)
        assert made.df == len(counts) - 1
    size = die.effect_sizes(p0)
    assert size.w**2 * die.n == pytest.approx(die.pearson_test(p0).statistic)
    assert 2 * size.kl * die.n == pytest.approx(die.lr_test(p0).statistic)


def test_chisq_test_of_r():
    """R, help page of chisq.test: counts of (A, B, C), and of five classes under given probabilities."""
    plain = Categorical.from_counts([20, 15, 25]).pearson_test()
    assert (plain.statistic, plain.df) == (pytest.approx(2.5), 2)
    assert plain.p_value == pytest.approx(0.2865, abs=5e-5)
    die = Categorical.from_counts([89, 37, 30, 28, 2])
    made = die.pearson_test([0.40, 0.20, 0.20, 0.15, 0.05])
    assert (round(made.statistic, 4), made.df, round(made.p_value, 5)) == (9.9901, 4, 0.04059)
    made = die.pearson_test([0.40, 0.20, 0.20, 0.19, 0.01])
    assert (round(made.statistic, 4), made.df, round(made.p_value, 4)) == (5.7947, 4, 0.2150)


def test_exact_tests_of_r():
    """R: binom.test (Conover 1971); EMT::multinomial.test, help page; XNomial::xmulti, Mendel's peas."""
    assert Bernoulli.from_counts(682, 243).exact_test(0.75).p_value == pytest.approx(0.3825, abs=5e-5)
    assert Categorical.from_counts([5, 2, 1]).exact_test([0.25, 0.5, 0.25]).p_value == pytest.approx(0.0767, abs=5e-5)
    peas = Categorical.from_counts([315, 108, 101, 32]).exact_test(np.array([9, 3, 3, 1]) / 16)
    assert peas.p_value == pytest.approx(0.9382, abs=5e-5)
    assert (peas.std_error, peas.method) == (0.0, "enumeration")


def test_huge_counts_keep_the_digits_of_the_deviation():
    # G and Pearson's statistic of 6e15 throws, 1e8 off: 6 * (1e8)^2 / 1e15 / 3 and a third-order difference of 1e-7
    d = 10**8
    counts = [10**15 + d, 10**15 - d, 10**15, 10**15, 10**15, 10**15]
    die = Categorical.from_counts(counts)
    assert die.pearson_test().statistic == pytest.approx(2 * d**2 / 1e15, rel=1e-9)
    assert die.lr_test().statistic == pytest.approx(2 * d**2 / 1e15, rel=1e-9)
    assert Categorical.from_counts([10**15] * 6).lr_test().statistic == 0.0


def test_faces_of_probability_zero():
    die = Categorical.from_counts([0, 3, 5])
    made = die.lr_test([0.0, 0.5, 0.5])
    coin = Bernoulli.from_counts(3, 5)
    assert (made.df, made.statistic) == (1, pytest.approx(coin.lr_test().statistic))
    assert die.exact_test([0.0, 0.5, 0.5]).p_value == pytest.approx(coin.exact_test().p_value)
    refuted = Categorical.from_counts([1, 3, 5])
    for test in (refuted.lr_test([0.0, 0.5, 0.5]), refuted.pearson_test([0.0, 0.5, 0.5])):
        assert (test.statistic, test.p_value, test.df) == (math.inf, 0.0, 1)
    assert refuted.exact_test([0.0, 0.5, 0.5]).p_value == 0.0


def compositions(n: int, k: int):
    if k == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, k - 1):
            yield (first, *rest)


def rational_p_value(counts, p):
    """Sum of P(x) <= P(observed) (1 + 1e-7), every outcome listed, in rational arithmetic."""

    def probability(x):
        return math.prod(q**t / Fraction(math.factorial(t)) for t, q in zip(x, p, strict=True))

    limit = probability(counts) * (1 + Fraction(1, 10**7))
    n = sum(counts)
    listed = (probability(x) for x in compositions(n, len(counts)))
    return float(math.factorial(n) * sum(q for q in listed if q <= limit))


EXACT = [
    ((3, 5, 2), (1, 1, 1)),
    ((0, 0, 9), (1, 1, 1)),
    ((4, 4, 4), (1, 1, 1)),
    ((5, 2, 1), (1, 2, 1)),
    ((1, 2, 3, 4), (1, 1, 1, 1)),
    ((0, 6, 0, 1), (1, 2, 3, 4)),
    ((2, 2, 2, 2, 0), (1, 1, 2, 2, 3)),
    ((3, 0, 1, 2, 1, 1), (1, 1, 1, 1, 1, 1)),
    ((3, 0, 1, 0, 1, 2), (1, 1, 1, 1, 1, 3)),
    ((7, 0, 0), (1, 5, 94)),
    ((1, 0, 0, 0), (1, 2, 3, 4)),
    ((12, 3), (1, 2)),
]


@pytest.mark.parametrize(("counts", "ratios"), EXACT)
def test_enumeration_against_rational_arithmetic(counts, ratios):
    p = [Fraction(r, sum(ratios)) for r in ratios]
    exact = rational_p_value(counts, p)
    made = tail_probability(np.array(counts), np.array([float(q) for q in p]))
    assert made == pytest.approx(exact, rel=1e-11)
    if len(counts) > 2:
        assert exact_test(np.array(counts, dtype=float), np.array([float(q) for q in p])).p_value == made


@pytest.mark.parametrize("p", [0.5, 0.3, 0.01])
@pytest.mark.parametrize(
    ("heads", "n"),
    [(0, 5), (3, 10), (7, 30), (250, 1000), (499, 1000), (5, 5000), (400_300, 10**6), (10**14, 4 * 10**14)],
)
def test_two_faces_against_binomtest(heads, n, p):
    expected = stats.binomtest(heads, n, p).pvalue
    assert Bernoulli.from_counts(heads, n - heads).exact_test(p).p_value == pytest.approx(expected, rel=1e-9)


def test_ties_count_on_either_side():
    # all permutations of (1, 2, 3) are as probable as the observed one, whatever the rounding of their sums
    fair = np.full(3, 1 / 3)
    values = {tail_probability(np.array(x), fair) for x in [(1, 2, 3), (3, 2, 1), (2, 3, 1)]}
    assert max(values) - min(values) < 1e-14
    assert tail_probability(np.array([2, 2, 2]), fair) == pytest.approx(1.0, abs=1e-12)
    assert Bernoulli.from_counts(3, 7).exact_test().p_value == pytest.approx(2 * stats.binom.cdf(3, 10, 0.5))


def test_enumeration_agrees_with_monte_carlo_and_says_where_it_ends():
    p = np.full(6, 1 / 6)
    counts = np.array([20, 40, 30, 30, 30, 31])
    exact = exact_test(counts.astype(float), p)
    drawn = monte_carlo(counts, p, 40_000, 1)
    assert (exact.method, drawn.method) == ("enumeration", "monte carlo")
    assert abs(drawn.p_value - exact.p_value) < 4 * drawn.std_error
    assert drawn.std_error == pytest.approx(math.sqrt(drawn.p_value * (1 - drawn.p_value) / 40_000))
    assert partial_outcomes(181, p) <= MOST_PARTIAL < partial_outcomes(182, p)
    beyond = exact_test(np.array([45.0, 35, 35, 35, 40, 40]), p, draws=5000)
    assert (beyond.method, beyond.draws) == ("monte carlo", 5000)
    assert beyond == exact_test(np.array([45.0, 35, 35, 35, 40, 40]), p, draws=5000)
    assert beyond != exact_test(np.array([45.0, 35, 35, 35, 40, 40]), p, draws=5000, rng=1)


def test_bound_of_the_enumeration_is_the_likeliest_completion():
    # too large a bound would give the same p-values, and prune nothing
    p = np.array([0.1, 0.3, 0.6])
    log_p = np.log(p)
    for n in range(8):
        scores = [sum(t * q - math.lgamma(t + 1) for t, q in zip(x, log_p, strict=True)) for x in compositions(n, 3)]
        assert _largest(log_p, 8)[n] == pytest.approx(max(scores), abs=1e-12)


def test_monte_carlo_orders_outcomes_by_probability():
    p = np.array([0.1, 0.3, 0.6])
    for n in (6, 3000):
        drawn = np.random.default_rng(2).multinomial(n, p, 50)
        exact = stats.multinomial.logpmf(drawn, n, p)
        made = _log_probability(drawn, p, n)
        np.testing.assert_allclose(made - made[0], exact - exact[0], atol=1e-9)


def test_monte_carlo_is_never_zero_and_works_for_huge_counts():
    p = np.full(3, 1 / 3)
    far = exact_test(np.array([1e15, 0.0, 0.0]), p, draws=1000)
    assert far.p_value == 1 / 1001
    counts = np.array([10**15, 10**15 + 3 * 10**7, 10**15 - 3 * 10**7])
    chi2 = Categorical.from_counts(counts).pearson_test()
    drawn = exact_test(counts.astype(float), p, draws=20_000)
    assert abs(drawn.p_value - chi2.p_value) < 4 * drawn.std_error


def test_level_of_the_exact_test():
    """Under p0 the p-value is at most a with probability at most a, and close to it: all outcomes of 12 throws."""
    p = np.array([0.2, 0.3, 0.5])
    outcomes = list(compositions(12, 3))
    probabilities = stats.multinomial.pmf(outcomes, 12, p)
    values = np.array([tail_probability(np.array(x), p) for x in outcomes])
    for a in (0.01, 0.05, 0.2, 0.5):
        reached = probabilities[values <= a * (1 + 1e-9)].sum()
        assert reached <= a * (1 + 1e-9)
        assert reached > 0.5 * a


@pytest.mark.parametrize("k", [2, 6, 12])
@pytest.mark.parametrize("n", [50, 1000, 20_000])
def test_power_against_statsmodels(k, n):
    p0 = np.full(k, 1 / k)
    p1 = heavier(p0, k - 1, 10)
    w = math.sqrt(((p1 - p0) ** 2 / p0).sum())
    expected = GofChisquarePower().power(w, n, 0.05, n_bins=k)
    assert power(p1, p0, n) == pytest.approx(expected, rel=1e-7)
    if n == 50:
        needed = throws_needed(p1, p0, 0.8)
        solved = GofChisquarePower().solve_power(effect_size=w, alpha=0.05, power=0.8, n_bins=k)
        assert needed == math.ceil(solved)
        assert power(p1, p0, needed - 1) < 0.8 <= power(p1, p0, needed)


def test_power_against_simulation():
    p0 = np.full(6, 1 / 6)
    p1 = heavier(p0, 5, 30)
    assert p1.sum() == pytest.approx(1.0)
    assert p1[5] == pytest.approx(1.3 / 6)
    drawn = np.random.default_rng(0).multinomial(700, p1, 4000)
    statistic = ((drawn - 700 / 6) ** 2 / (700 / 6)).sum(axis=1)
    rejected = (stats.chi2.sf(statistic, 5) < 0.05).mean()
    assert abs(power(p1, p0, 700) - rejected) < 0.03


def test_power_refusals():
    p0 = np.full(2, 0.5)
    for call in (
        lambda: heavier(p0, 0, 0),
        lambda: heavier(p0, 0, 150),
        lambda: throws_needed(p0, p0, 0.8),
        lambda: throws_needed(heavier(p0, 0, 10), p0, 0.01),
        lambda: power(p0, p0, 10, level=1.0),
    ):
        with pytest.raises(DataError, match="LL118"):
            call()
