"""Calibration and residuals: against scikit-learn, rows written out, and draws of what the predictions say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, kstest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from loglik.metrics import binned_residuals, calibration, quantile_residuals

RNG = np.random.default_rng(7)
N = 900
P = np.round(RNG.beta(2, 3, N), 2)
Y = RNG.random(N) < P
W = RNG.integers(0, 4, N)


def test_losses_are_scikit_learns_and_add_up():
    made = calibration(Y, P, sample_weight=W)
    kept = W > 0
    assert made.log_loss == pytest.approx(log_loss(Y, P, sample_weight=W), rel=1e-12)
    assert made.brier == pytest.approx(brier_score_loss(Y, P, sample_weight=W), rel=1e-12)
    share = np.average(Y, weights=W)
    assert made.uncertainty == pytest.approx(-share * np.log(share) - (1 - share) * np.log(1 - share), rel=1e-12)
    assert made.log_loss == pytest.approx(made.miscalibration - made.discrimination + made.uncertainty, rel=1e-12)
    assert made.miscalibration > 0
    assert made.discrimination > 0
    iso = IsotonicRegression(y_min=0, y_max=1).fit(P[kept], Y[kept].astype(float), sample_weight=W[kept])
    np.testing.assert_allclose(made.recalibrated, iso.predict(made.steps), atol=1e-12)


def test_frequencies_are_rows_written_out():
    whole = calibration(np.repeat(Y, W), np.repeat(P, W))
    made = calibration(Y, P, sample_weight=W)
    for name, value in vars(whole).items():
        np.testing.assert_allclose(getattr(made, name), value, atol=1e-12, err_msg=name)
    one, other = (
        binned_residuals(Y, P, sample_weight=W, bins=9),
        binned_residuals(np.repeat(Y, W), np.repeat(P, W), bins=9),
    )
    np.testing.assert_allclose([*vars(one).values()], [*vars(other).values()], atol=1e-12)
    one, other = quantile_residuals(Y, P, sample_weight=W), quantile_residuals(np.repeat(Y, W), np.repeat(P, W))
    np.testing.assert_allclose([*vars(one).values()], [*vars(other).values()], atol=1e-12)


def test_bins_hold_all_rows_and_never_part_equal_predictions():
    made = calibration(Y, P, bins=10)
    assert made.number.sum() == N
    assert made.number.size <= 10
    assert made.number.min() > 0.5 * N / 10
    assert (np.diff(made.predicted) > 0).all()
    assert made.predicted @ made.number == pytest.approx(P.sum(), rel=1e-12)
    assert made.observed @ made.number == pytest.approx(Y.sum(), rel=1e-12)
    for share, n, low, high in zip(made.observed, made.number, made.low, made.high, strict=True):
        exact = binomtest(round(share * n), round(n)).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((exact.low, exact.high), rel=1e-12)
    few = calibration([0, 1, 1, 0], [0.3, 0.3, 0.3, 0.3])
    assert few.number.tolist() == [4.0]
    assert few.recalibrated.tolist() == [0.5]
    assert calibration([], []) is None


def test_unit_of_sampling_weights_does_not_matter():
    weight = RNG.random(N) + 0.2
    for measure in (calibration, binned_residuals, quantile_residuals):
        one, other = (measure(Y, P, sample_weight=weight * u, weight_kind="sampling") for u in (1.0, 512.0))
        for name, value in vars(one).items():
            if name != "number":
                np.testing.assert_allclose(getattr(other, name), value, rtol=1e-9, atol=1e-12, err_msg=name)


def test_errors_of_residuals_are_what_draws_show():
    """Outcomes are drawn as the predictions say: residuals vary by what is said of them."""
    rng = np.random.default_rng(1)
    p, weight = np.sort(rng.random(60)), rng.random(60) + 0.1
    drawn = rng.random((4000, 60)) < p
    made = [binned_residuals(y, p, sample_weight=weight, weight_kind="sampling", bins=3) for y in drawn]
    np.testing.assert_allclose(np.std([m.residual for m in made], axis=0), made[0].std_error, rtol=0.06)
    shares = [quantile_residuals(y, p, sample_weight=weight, weight_kind="sampling", places=7) for y in drawn]
    np.testing.assert_allclose(np.mean([s.share for s in shares], axis=0), shares[0].u, atol=0.005)
    np.testing.assert_allclose(np.std([s.share for s in shares], axis=0), shares[0].std_error, rtol=0.06)


def test_quantile_residuals_are_the_mean_of_randomised_ones():
    rng = np.random.default_rng(2)
    low, high = np.where(Y, 1 - P, 0), np.where(Y, 1, 1 - P)
    draws = low + (high - low) * rng.random((300, N))
    made = quantile_residuals(Y, P, places=19)
    np.testing.assert_allclose([(draws <= u).mean() for u in made.u], made.share, atol=0.004)
    assert kstest(draws[0], "uniform").pvalue > 1e-3
    wrong = quantile_residuals(Y, np.clip(P + 0.2, 0, 1))
    assert (np.abs(wrong.share - wrong.u) > 4 * wrong.std_error).any()


def test_sure_predictions_have_residuals():
    made = quantile_residuals([1, 0, 1], [1.0, 0.0, 0.0], places=4)
    assert np.isfinite(made.share).all()
    assert calibration([1, 0, 1], [1.0, 0.0, 0.0]).log_loss == np.inf
