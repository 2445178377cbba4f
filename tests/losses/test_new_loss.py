"""A loss that the package does not have, made as CONTRIBUTING says: Poisson's, ``e^x - t x`` of a log-mean x, a count t."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from loglik.errors import DataError
from loglik.kernels.elementary import exp64
from loglik.kernels.jit import njit
from loglik.kernels.losses.whole_blocks import block_sum
from loglik.losses import checks
from loglik.losses.pool import over_rows
from loglik.losses.reduction import averages_itself, divisor, reduced

ROWS = 256


@njit()
def poisson_rows(x: Any, t: Any, by: float, loss: Any, sums: Any, grad: Any) -> None:
    """Losses of rows, unless `loss` is empty, their sums over `ROWS`, and the gradient divided by `by`."""
    value = np.empty(ROWS)
    for lo in range(0, x.shape[0], ROWS):
        part, goal, out = x[lo : lo + ROWS], t[lo : lo + ROWS], grad[lo : lo + ROWS]
        for i in range(part.shape[0]):
            mean = exp64(np.float64(part[i]))
            value[i] = mean - goal[i] * part[i]
            out[i] = (mean - goal[i]) / by
        sums[lo // ROWS] = block_sum(value[: part.shape[0]])
        for i in range(part.shape[0] if loss.shape[0] else 0):
            loss[lo + i] = value[i]


def poisson_loss_value_and_grad(
    *, logits: Any, targets: Any, reduction: Any = "mean", denominator: Any = "weights", threads: Any = None
) -> tuple[Any, Any]:
    x, t = checks.floating(logits, "logits"), checks.floating(targets, "targets")
    checks.not_empty(x.shape, None, average=averages_itself(reduction, denominator))
    checks.same_shape("targets", t, x.shape)
    checks.no_nan("logits", x, None)
    by = divisor(reduction, denominator, None, x.size)
    sums, grad = np.empty(-(-x.size // ROWS)), np.empty_like(x)
    loss = np.empty(x.size if reduction == "none" else 0)

    def work(lo: int, hi: int) -> None:
        poisson_rows(x[lo:hi], t[lo:hi], by, loss[lo:hi], sums[lo // ROWS : -(-hi // ROWS)], grad[lo:hi])

    over_rows(work, x.size, 1, ROWS, checks.thread_count(threads))
    return reduced(loss if reduction == "none" else sums, reduction, by), grad


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.normal(size=200_001), rng.poisson(2.0, 200_001).astype(float)


def test_against_fifty_digits(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, t = rows[0][:600], rows[1][:600]
    with mpmath.workdps(50):
        exact = [mpmath.exp(mpmath.mpf(a)) - mpmath.mpf(b) * mpmath.mpf(a) for a, b in zip(x, t, strict=True)]
        slope = [mpmath.exp(mpmath.mpf(a)) - mpmath.mpf(b) for a, b in zip(x, t, strict=True)]
        mean = mpmath.fsum(exact) / 600
    value, grad = poisson_loss_value_and_grad(logits=x, targets=t)
    assert value == pytest.approx(float(mean), rel=1e-14)
    np.testing.assert_allclose(grad * 600, np.array(slope, dtype=float), rtol=1e-13, atol=1e-15)
    each, _ = poisson_loss_value_and_grad(logits=x, targets=t, reduction="none")
    np.testing.assert_allclose(each, np.array(exact, dtype=float), rtol=1e-14, atol=1e-15)


def test_same_bits_for_any_number_of_threads(rows: tuple[np.ndarray, np.ndarray]) -> None:
    one, slope = poisson_loss_value_and_grad(logits=rows[0], targets=rows[1], threads=1)
    for threads in (2, 3):
        value, grad = poisson_loss_value_and_grad(logits=rows[0], targets=rows[1], threads=threads)
        assert value == one
        np.testing.assert_array_equal(grad, slope)


def test_refusals_and_denominators_are_those_of_all_losses() -> None:
    with pytest.raises(DataError) as caught:
        poisson_loss_value_and_grad(logits=[0.0, np.nan], targets=[1.0, 1.0])
    assert caught.value.code == "LL144"
    with pytest.raises(DataError) as caught:
        poisson_loss_value_and_grad(logits=[], targets=[])
    assert caught.value.code == "LL142"
    assert poisson_loss_value_and_grad(logits=[0.0], targets=[0.0], denominator=4.0)[0] == 0.25
