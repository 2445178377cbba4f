"""The fused kernels at the edges of what they are built for: widths, blocks, references, threads."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from loglik import losses
from loglik.errors import DataError

mp = mpmath.mp.clone()
mp.dps = 50

WIDTHS = [1, 2, 3, 4, 7, 8, 9, 31, 33, 64, 100, 127, 128, 129, 500, 1023, 1024, 1025, 2500]


def exact(row: np.ndarray, label: int) -> tuple[float, list[float]]:
    """Loss and gradient of a row in 50 digits."""
    x = [mp.mpf(float(v)) for v in row]
    m = max(x)
    e = [mp.exp(v - m) if not mp.isinf(v) else mp.mpf(0) for v in x]
    total = mp.fsum(e)
    rest = mp.fsum(v for i, v in enumerate(e) if i != label)
    loss = mp.log1p(rest / e[label]) if e[label] else mp.log(total) + m - x[label]
    return float(loss), [float((v if i != label else -rest) / total) for i, v in enumerate(e)]


def compare(x: np.ndarray, labels: np.ndarray, rows: list[int]) -> None:
    single = x.dtype == np.float32
    loss = losses.cross_entropy(logits=x, labels=labels, reduction="none")
    again, grad = losses.cross_entropy_value_and_grad(logits=x, labels=labels, reduction="none")
    np.testing.assert_array_equal(loss, again)
    tiny = 1e-37 if single else 1e-307
    for i in rows:
        value, slope = exact(x[i], int(labels[i]))
        assert loss[i] == pytest.approx(value, rel=5e-7 if single else 1e-15, abs=tiny), i
        np.testing.assert_allclose(grad[i], slope, rtol=1e-6 if single else 1e-14, atol=tiny)
    total, mean_grad = losses.cross_entropy_value_and_grad(logits=x, labels=labels)
    assert total == pytest.approx(loss.mean(), rel=1e-14)
    np.testing.assert_allclose(mean_grad * len(x), grad, rtol=1e-6 if single else 1e-14, atol=1e-30)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("v", WIDTHS)
def test_every_width(v, dtype):
    rng = np.random.default_rng(v)
    n = 70  # a block of 64 rows and a part of one
    x = (rng.normal(size=(n, v)) * 4).astype(dtype)
    labels = rng.integers(0, v, n)
    x[3, labels[3]] += 25
    x[69, labels[69]] += 40
    x[5] = 1.5  # all the same
    if v > 1:
        x[6, labels[6] - 1] = x[6].max() + 1
        x[7, [0, -1]] = x[7].max() + 1  # two maxima
        x[8, labels[8] - 1] = -np.inf
    compare(x, labels, [0, 3, 5, 6, 7, 8, 63, 64, 69])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("v", [2, 5, 40, 3000])
def test_logits_far_from_zero_and_masks(v, dtype):
    rng = np.random.default_rng(v)
    x = (rng.normal(size=(9, v)) * 3).astype(dtype)
    labels = rng.integers(0, v, 9)
    x[0] += 150
    x[1] -= 150
    x[2] += 1e4  # beyond what float32 reduces exactly
    x[3] += 1e7
    x[4, np.arange(v) != labels[4]] = -1e9
    x[5, np.arange(v) != labels[5]] = -np.inf
    x[6] *= 30
    x[7, np.arange(v) != labels[7]] = -np.finfo(dtype).max
    x[8] = x[8].astype(dtype) - dtype(3e4)
    compare(x, labels, list(range(9)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_wide_row_whose_later_chunks_are_far_above_the_first(dtype):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 3000)).astype(dtype)
    x[0, 2900] = 60
    x[1, 1024:] += 39
    x[2, :1024] = -np.inf
    x[3, :1024] -= 500
    x[4, 1024:2048] = -np.inf
    x[5, 2047:2049] = 12
    compare(x, np.array([2900, 5, 2999, 2999, 3, 2048]), list(range(6)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n", "v"), [(100_003, 2), (30_011, 10), (4_001, 100), (517, 1000), (9, 40_000)])
def test_same_bits_for_any_number_of_threads(n, v, dtype):
    rng = np.random.default_rng(7)
    x, labels = rng.normal(size=(n, v)).astype(dtype), rng.integers(0, v, n)
    one, grad = losses.cross_entropy_value_and_grad(logits=x, labels=labels, threads=1)
    for threads in (2, 8):
        value, slope = losses.cross_entropy_value_and_grad(logits=x, labels=labels, threads=threads)
        assert value == one
        np.testing.assert_array_equal(slope, grad)
        assert losses.cross_entropy(logits=x, labels=labels, threads=threads) == one


@pytest.mark.parametrize("v", [2, 10, 300])
def test_a_wrong_label_or_nan_is_named_wherever_it_stands(v):
    rng = np.random.default_rng(2)
    x, labels = rng.normal(size=(40_000, v)), rng.integers(0, v, 40_000)
    for bad in (-1, v, 2**40):
        wrong = labels.copy()
        wrong[39_990] = bad
        for function in (losses.cross_entropy, losses.cross_entropy_value_and_grad):
            with pytest.raises(DataError, match="row 39990") as error:
                function(logits=x, labels=wrong)
            assert error.value.code == "LL143"
    x[25_001, v - 1] = np.nan
    for function in (losses.cross_entropy, losses.cross_entropy_value_and_grad):
        with pytest.raises(DataError, match="row 25001") as error:
            function(logits=x, labels=labels)
        assert error.value.code == "LL144"
    x[25_001] = -np.inf
    with pytest.raises(DataError, match="row 25001"):
        losses.cross_entropy(logits=x, labels=labels)


@pytest.mark.parametrize("v", [2, 10, 300])
def test_views_give_what_copies_give(v):
    rng = np.random.default_rng(4)
    big = rng.normal(size=(64, 2 * v, 3))
    view, labels = big[::2, ::2, 1], rng.integers(0, v, 64)[::2]
    value, grad = losses.cross_entropy_value_and_grad(logits=view, labels=labels)
    other, slope = losses.cross_entropy_value_and_grad(logits=view.copy(), labels=labels.copy())
    assert value == other
    np.testing.assert_array_equal(grad, slope)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hard", [True, False])
def test_binary_blocks_weights_threads_and_out(dtype, hard):
    rng = np.random.default_rng(5)
    n = 70_001
    x = (rng.normal(size=n) * 8).astype(dtype)
    t = (rng.integers(0, 2, n) if hard else rng.random(n)).astype(dtype)
    w = rng.random(n) * (rng.random(n) < 0.9)
    out = np.empty_like(x)
    arguments = {"logits": x, "targets": t, "sample_weight": w, "pos_weight": 2.5}
    value, grad = losses.binary_cross_entropy_value_and_grad(**arguments, threads=1, out=out)
    assert grad is out
    z, p = x.astype(np.float64), t.astype(np.float64)
    rows = w * (2.5 * p * np.logaddexp(0, -z) + (1 - p) * np.logaddexp(0, z))
    single = dtype == np.float32
    assert value == pytest.approx(rows.sum() / w.sum(), rel=1e-7 if single else 1e-14)
    none = losses.binary_cross_entropy(**arguments, reduction="none")
    np.testing.assert_allclose(none, rows, rtol=5e-7 if single else 1e-14, atol=1e-37)
    slope = w / w.sum() * ((1 - p) / (1 + np.exp(-z)) - 2.5 * p / (1 + np.exp(z)))
    np.testing.assert_allclose(grad, slope, rtol=1e-6 if single else 1e-13, atol=0 if hard else 1e-12)
    for threads in (2, 8):
        again, same = losses.binary_cross_entropy_value_and_grad(**arguments, threads=threads)
        assert again == value
        np.testing.assert_array_equal(same, grad)


def test_binary_at_infinity_and_refusals():
    assert losses.binary_cross_entropy(logits=[np.inf, -np.inf], targets=[1, 0]) == 0
    assert losses.binary_cross_entropy(logits=[np.inf], targets=[0]) == np.inf
    targets = np.zeros(5000)
    targets[4321] = 1.5
    with pytest.raises(DataError, match="row 4321"):
        losses.binary_cross_entropy(logits=np.zeros(5000), targets=targets)
    with pytest.raises(DataError, match="out must be"):
        losses.binary_cross_entropy_value_and_grad(logits=np.zeros(3), targets=np.zeros(3), out=np.zeros(4))
