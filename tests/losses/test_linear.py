"""Cross-entropy of a linear layer: the same as its logits' in one piece, for every option; blocks; refusals."""

from __future__ import annotations

import numpy as np
import pytest

from loglik import losses
from loglik.errors import DataError
from loglik.losses import linear

N, D, V = 37, 5, 11


@pytest.fixture(params=[1 << 24, 7 * V * 8])  # one block, and blocks of seven rows
def blocks(request, monkeypatch):
    monkeypatch.setattr(linear, "_BLOCK_BYTES", request.param)


def layer(dtype):
    rng = np.random.default_rng(0)
    arrays = rng.normal(size=(N, D)), rng.normal(size=(V, D)), rng.normal(size=V)
    return *(a.astype(dtype) for a in arrays), rng.integers(0, V, N)


OPTIONS = [
    {},
    {"reduction": "sum"},
    {"reduction": "none"},
    {"ignore_index": 3},
    {"ignore_index": 3, "reduction": "sum"},
    {"denominator": "rows", "sample_weight": np.linspace(0, 2, N)},
    {"denominator": 7.5},
    {"sample_weight": np.linspace(0, 2, N), "class_weight": np.linspace(1, 2, V)},
    {"label_smoothing": 0.1, "class_weight": np.linspace(1, 2, V)},
    {"temperature": 2.0, "softcap": 3.0, "z_loss": 1e-2},
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.usefixtures("blocks")
def test_agrees_with_the_whole_product(options, dtype):
    hidden, weight, bias, labels = layer(dtype)
    logits = hidden.astype(np.float64) @ weight.astype(np.float64).T + bias
    whole = {"weight" if k == "class_weight" else k: v for k, v in options.items()}
    if dtype == np.float32:
        logits, rtol = logits.astype(np.float32), 2e-5
    else:
        rtol = 1e-12
    value, g = losses.cross_entropy_value_and_grad(logits=logits, labels=labels, **whole)
    got, *grads = losses.linear_cross_entropy_value_and_grad(hidden, weight, labels, bias=bias, **options)
    np.testing.assert_allclose(got, value, rtol=rtol)
    np.testing.assert_allclose(
        losses.linear_cross_entropy(hidden, weight, labels, bias=bias, **options), value, rtol=rtol
    )
    for mine, theirs in zip(grads, (g @ weight, g.T @ hidden, g.sum(axis=0)), strict=True):
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol * np.abs(theirs).max())


@pytest.mark.usefixtures("blocks")
def test_gradients_against_differences():
    hidden, weight, bias, labels = layer(np.float64)
    grads = losses.linear_cross_entropy_value_and_grad(hidden, weight, labels, bias=bias)[1:]
    for k, array in enumerate((hidden, weight, bias)):
        place = (2,) * array.ndim
        step = 1e-6
        values = []
        for sign in (1, -1):
            moved = [hidden.copy(), weight.copy(), bias.copy()]
            moved[k][place] += sign * step
            values.append(losses.linear_cross_entropy(moved[0], moved[1], labels, bias=moved[2]))
        assert grads[k][place] == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-7)


def test_more_axes_and_strides():
    rng = np.random.default_rng(1)
    hidden, weight = rng.normal(size=(4, 6, 3))[:, ::2], rng.normal(size=(V, 6))[:, ::2]
    labels = rng.integers(0, V, (4, 3))
    value, grad_hidden, grad_weight = losses.linear_cross_entropy_value_and_grad(hidden, weight, labels)
    assert value == pytest.approx(losses.cross_entropy(logits=hidden @ weight.T, labels=labels), rel=1e-14)
    assert grad_hidden.shape == (4, 3, 3)
    assert grad_weight.shape == (V, 3)
    assert losses.linear_cross_entropy(hidden, weight, labels, reduction="none").shape == (4, 3)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"labels": np.full(N, V)}, "LL143", "row 0"),
        ({"labels": np.zeros(N - 1, int)}, "LL147", "labels"),
        ({"hidden": np.zeros((N, D + 1))}, "LL147", "one row of weights for each class"),
        ({"hidden": np.zeros((N, D), np.float32)}, "LL147", "one type"),
        ({"hidden": np.full((N, D), np.nan)}, "LL144", "hidden is not finite in row 0"),
        ({"weight": np.where(np.arange(V)[:, None] == 4, np.inf, np.ones((V, D)))}, "LL144", "weight is not finite in row 4"),
        ({"ignore_index": 0, "labels": np.zeros(N, int)}, "LL145", "every row"),
        ({"hidden": np.zeros((0, D)), "labels": np.zeros(0, int)}, "LL142", "nothing"),
        ({"hidden": np.where(np.arange(N)[:, None] == 20, 1e200, 1.0) * np.ones((N, D)), "weight": np.full((V, D), 1e200)},
         "LL144", "row"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("blocks")
def test_refusals(change, code, says):
    hidden, weight, _, labels = layer(np.float64)
    arguments = {"hidden": hidden, "weight": weight, "labels": labels} | change
    with pytest.raises(DataError, match=says) as error, np.errstate(all="ignore"):
        losses.linear_cross_entropy_value_and_grad(**arguments)
    assert error.value.code == code


def test_a_gradient_beyond_the_type_is_refused() -> None:
    hidden, weight = np.array([[0.01, -0.02]], np.float32), np.array([[1.0, -1.0], [-1.0, 1.0]], np.float32)
    with pytest.raises(DataError, match="not finite"):
        losses.linear_cross_entropy_value_and_grad(hidden, weight, [1], temperature=1e-60)
