"""The likelihood kernels against 50-digit arithmetic, row by row."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from loglik.families.canonical import BernoulliLogit, CategoricalSoftmax, family_for

mp.mp.dps = 50
RNG = np.random.default_rng(3)


def exact_rows(eta: np.ndarray, label: np.ndarray, weight: np.ndarray):
    """Loss and residuals of softmax rows with the last class at 0, straight from the definition."""
    c, n = eta.shape
    loss, residual = [], [[None] * n for _ in range(c)]
    for i in range(n):
        e = [mp.exp(mp.mpf(float(v))) for v in eta[:, i]] + [mp.mpf(1)]
        total = sum(e)
        w = mp.mpf(float(weight[i]))
        loss.append(-w * mp.log(e[label[i]] / total))
        for k in range(c):
            others = total - e[k]
            residual[k][i] = -w * others / total if label[i] == k else w * e[k] / total
    return loss, residual


def relative(got: float, exact) -> float:
    return float(abs(mp.mpf(float(got)) / exact - 1)) if exact != 0 else abs(float(got))


@pytest.mark.parametrize("c", [1, 2, 5, 30])
@pytest.mark.parametrize("size", [0.1, 3.0, 30.0])
def test_loss_and_residual(c: int, size: float) -> None:
    n = 60
    eta = RNG.normal(size=(c, n)) * size
    label = RNG.integers(0, c + 1, n).astype(np.int32)
    # Confident rows: the class that came up is ahead by 25 and by 40; the loss must not come out as 0.
    for i, ahead in ((0, 25.0), (1, 40.0), (2, 300.0)):
        label[i] = 0
        eta[:, i] = 0.0
        eta[0, i] = ahead
    label[3], eta[:, 3] = c, -40.0
    weight = RNG.uniform(0.5, 3.0, n)
    terms = family_for(c + 1).rows(eta, label, weight)
    loss, residual = exact_rows(eta, label, weight)
    assert terms.loss[1] > 0.0
    # A difference of predictors of size s is rounded by s/2 units; the exponential hands that on as a relative error.
    allowed = 2.3e-16 * (6.0 + np.abs(eta).max(axis=0))
    assert all(relative(terms.loss[i], loss[i]) < allowed[i] for i in range(n))
    for k in range(c):
        for i in range(n):
            if abs(residual[k][i]) > 1e-290:
                assert relative(terms.residual[k, i], residual[k][i]) < allowed[i]


@pytest.mark.parametrize("c", [1, 3])
def test_curvature_is_the_derivative_of_the_residual(c: int) -> None:
    n = 9
    eta = RNG.normal(size=(c, n)) * 2
    label = RNG.integers(0, c + 1, n).astype(np.int32)
    weight = RNG.uniform(0.5, 3.0, n)
    family = BernoulliLogit() if c == 1 else CategoricalSoftmax(c + 1)
    terms = family.rows(eta, label, weight)
    h = 1e-5
    for k in range(c):
        for m in range(c):
            up, down = eta.copy(), eta.copy()
            up[m] += h
            down[m] -= h
            slope = (family.rows(up, label, weight).residual[k] - family.rows(down, label, weight).residual[k]) / (
                2 * h
            )
            size = family.curvature(terms, k, m)
            np.testing.assert_allclose(size if k == m else -size, slope, rtol=1e-7, atol=1e-10)


def test_margins() -> None:
    eta = np.array([[2.0, -1.0, 0.5], [1.0, -3.0, 0.5]])
    terms = CategoricalSoftmax(3).rows(eta, np.array([0, 2, 1], dtype=np.int32), np.ones(3))
    np.testing.assert_allclose(terms.margin, [1.0, 1.0, 0.0])
    terms = BernoulliLogit().rows(eta[:1], np.array([0, 0, 1], dtype=np.int32), np.ones(3))
    np.testing.assert_allclose(terms.margin, [2.0, -1.0, -0.5])


@pytest.mark.parametrize("c", [1, 3])
def test_nan_is_not_hidden(c: int) -> None:
    eta = np.zeros((c, 4))
    eta[0, 2] = np.nan
    terms = family_for(c + 1).rows(eta, np.zeros(4, dtype=np.int32), np.ones(4))
    assert np.isnan(terms.loss[2])
    assert np.isfinite(terms.loss[[0, 1, 3]]).all()
