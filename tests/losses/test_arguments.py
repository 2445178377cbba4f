"""Arguments at their edges: types, byte orders, masks, empty batches, rows that do not count, and arrays for the result."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from loglik import losses, special
from loglik.errors import DataError
from loglik.losses import cross_entropy, cross_entropy_hvp, cross_entropy_value_and_grad
from loglik.metrics import log_loss

RNG = np.random.default_rng(3)
PATHS = [
    {},
    {"label_smoothing": 0.1},
    {"temperature": 2.0},
    {"z_loss": 0.1},
    {"weight": [1.0, 2.0, 3.0]},
    {"targets": True},
]


def goal(options: dict, labels: np.ndarray) -> dict:
    options = dict(options)
    return {"targets": np.eye(3)[labels], **options} if options.pop("targets", False) else {"labels": labels, **options}


def refused(code: str, function, *arguments, **options) -> None:
    with pytest.raises(DataError) as error:
        function(*arguments, **options)
    assert error.value.code == code


@pytest.mark.parametrize("options", PATHS, ids=str)
@pytest.mark.parametrize("row", [[np.nan, 0.0, 0.0], [-np.inf] * 3, [np.inf, 0.0, 0.0], [np.inf, np.inf, 0.0]], ids=str)
def test_a_row_without_a_distribution_is_refused_or_does_not_count(options: dict, row: list) -> None:
    x, y, vector = RNG.normal(size=(4, 3)), np.array([0, 1, 2, 0]), RNG.normal(size=(4, 3))
    x[2] = row
    given = goal(
        {k: v for k, v in options.items() if k != "targets"} | ({"targets": True} if "targets" in options else {}), y
    )
    for function in (cross_entropy, cross_entropy_value_and_grad):
        refused("LL144", function, logits=x, **given)
    refused("LL144", cross_entropy_hvp, vector, logits=x, **given)
    weight, kept = np.array([1.0, 2.0, 0.0, 1.0]), [0, 1, 3]
    value, gradient = cross_entropy_value_and_grad(logits=x, **given, sample_weight=weight)
    fewer = {k: v[kept] if k in {"labels", "targets"} else v for k, v in given.items()}
    assert value == pytest.approx(cross_entropy(logits=x[kept], **fewer, sample_weight=weight[kept]), rel=1e-14)
    assert not gradient[2].any()
    assert np.isfinite(gradient).all()
    product = cross_entropy_hvp(vector, logits=x, **given, sample_weight=weight)
    assert not product[2].any()
    assert np.isfinite(product).all()


def test_nan_of_weight_zero_counts_nothing_anywhere() -> None:
    y, w = np.array([0, 1, 1]), [1.0, 1.0, 0.0]
    x = np.array([0.5, -0.25, np.nan])
    for function in (losses.binary_cross_entropy_value_and_grad, losses.binary_cross_entropy):
        result = function(logits=x, targets=y, sample_weight=w)
        assert np.isfinite(
            np.concatenate([np.ravel(a) for a in (result if isinstance(result, tuple) else (result,))])
        ).all()
        refused("LL144", function, logits=x, targets=y)
    assert losses.binary_cross_entropy_hvp([1.0, 1.0, np.inf], logits=x, targets=y, sample_weight=w)[2] == 0.0
    p = [[0.5, 0.5], [0.25, 0.75], [np.nan, 2.0]]
    expected = -(np.log(0.5) + np.log(0.75)) / 2
    assert log_loss(y, p, sample_weight=w) == pytest.approx(expected, rel=1e-15)
    assert cross_entropy(probs=p, labels=y, sample_weight=w) == pytest.approx(expected, rel=1e-15)
    refused("LL144", log_loss, y, p)


@pytest.mark.parametrize("options", PATHS, ids=str)
def test_byte_orders_and_long_floats_keep_their_digits(options: dict) -> None:
    x, y = RNG.normal(size=(5, 3)), RNG.integers(0, 3, 5)
    expected = cross_entropy(logits=x, **goal(options, y))
    assert cross_entropy(logits=x.astype(">f8"), **goal(options, y.astype(">i2"))) == expected
    assert cross_entropy(logits=x.astype(np.longdouble), **goal(options, y)) == expected
    assert special.logsumexp(x.astype(">f8")) == special.logsumexp(x)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16], ids=str)
@pytest.mark.parametrize("k", [2, 10, 1000])
def test_half_precision_probabilities_are_taken_as_they_are(dtype, k: int) -> None:
    p, y = RNG.dirichlet(np.ones(k), 30).astype(dtype), RNG.integers(0, k, 30)
    with np.errstate(divide="ignore"):
        expected = -np.log(p.astype(np.float64)[np.arange(30), y])
    np.testing.assert_allclose(cross_entropy(probs=p, labels=y, reduction="none"), expected, rtol=1e-15)
    assert log_loss(y, p, labels=np.arange(k)) == pytest.approx(expected.mean(), rel=1e-14)
    assert np.isfinite(cross_entropy(logits=np.zeros((30, k)), targets=p))
    refused("LL141", cross_entropy, probs=p.astype(np.float32) * 0.9, labels=y)


@pytest.mark.parametrize("options", PATHS, ids=str)
def test_empty_batches(options: dict) -> None:
    given = goal(options, np.zeros(0, int))
    assert cross_entropy(logits=np.zeros((0, 3)), **given, reduction="sum") == 0.0
    assert cross_entropy(logits=np.zeros((0, 3)), **given, denominator=8.0) == 0.0
    value, gradient = cross_entropy_value_and_grad(logits=np.zeros((0, 3)), **given, reduction="none")
    assert value.shape == (0,)
    assert gradient.shape == (0, 3)
    refused("LL142", cross_entropy, logits=np.zeros((0, 3)), **given)
    refused("LL142", cross_entropy, logits=np.zeros((2, 0)), labels=[0, 0], reduction="sum")
    assert losses.binary_cross_entropy(logits=[], targets=[], reduction="sum") == 0.0
    assert losses.linear_cross_entropy(
        np.zeros((0, 2)), np.zeros((3, 2)), np.zeros(0, int), reduction="none"
    ).shape == (0,)


@pytest.mark.parametrize("k", [2, 5, 200])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_result_may_lie_over_the_inputs_and_they_outlive_an_error(k: int, smoothing: float) -> None:
    memory = RNG.normal(size=(9, k))
    y = RNG.integers(0, k, 8)
    expected = cross_entropy_value_and_grad(logits=memory[:8].copy(), labels=y, label_smoothing=smoothing)
    for start in (1, 0):  # an overlap in part, then the logits themselves
        room = memory.copy()
        value, out = cross_entropy_value_and_grad(
            logits=room[:8], labels=y, label_smoothing=smoothing, out=room[start : start + 8]
        )
        assert value == expected[0]
        np.testing.assert_array_equal(out, expected[1])
    room = memory.copy()
    room[7, -1] = np.nan
    before = room.copy()
    refused("LL144", cross_entropy_value_and_grad, logits=room, labels=[0] * 9, label_smoothing=smoothing, out=room)
    np.testing.assert_array_equal(room, before)
    locked = np.empty((9, k))
    locked.flags.writeable = False
    refused("LL147", cross_entropy_value_and_grad, logits=memory, labels=[0] * 9, out=locked)


X, Y = np.zeros((2, 3)), np.array([0, 1])
REFUSED = [
    ("LL147", {"axis": 7}), ("LL147", {"axis": -3}), ("LL118", {"axis": 0.5}), ("LL118", {"denominator": 0}),
    ("LL118", {"denominator": np.nan}), ("LL118", {"denominator": True}), ("LL118", {"denominator": "row"}),
    ("LL118", {"softcap": np.inf}), ("LL118", {"softcap": 0.0}), ("LL118", {"temperature": np.inf}),
    ("LL118", {"temperature": "warm"}), ("LL118", {"z_loss": np.nan}), ("LL118", {"label_smoothing": 1.0}),
    ("LL118", {"threads": 0}), ("LL118", {"threads": 1.5}), ("LL118", {"reduction": None}), ("LL118", {"ignore_index": 1.5}),
    ("LL114", {"sample_weight": [1.0, np.inf]}), ("LL114", {"sample_weight": [1e-310, 0.0]}),
    ("LL114", {"weight": [-1, 1, 1]}),
    ("LL147", {"logits": np.ma.masked_array(X, X == 0.0)}), ("LL147", {"labels": np.ma.masked_array(Y, [True, False])}),
    ("LL147", {"logits": [[0.0, 1.0, 2.0], [0.0]]}), ("LL147", {"logits": np.full((2, 3), 2**60)}),
    ("LL143", {"labels": np.array([0, 2**64 - 100], np.uint64), "ignore_index": -100}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change"), REFUSED, ids=str)
def test_refusals(code: str, change: dict) -> None:
    refused(code, cross_entropy, **({"logits": X, "labels": Y} | change))


@pytest.mark.parametrize("number", [np.int64(4), np.float32(4), 4, 4.0])
def test_any_number_divides(number) -> None:
    assert cross_entropy(logits=X, labels=Y, denominator=number) == pytest.approx(2 * np.log(3) / 4, rel=1e-15)


def test_a_small_weight_of_class_1_keeps_the_loss() -> None:
    loss = losses.binary_cross_entropy(logits=[3.0], targets=[1.0], pos_weight=1e-20)
    assert loss == pytest.approx(1e-20 * np.log1p(np.exp(-3.0)), rel=1e-14)


@pytest.mark.parametrize("small", [1e-310, 5e-324, 1e-300])
def test_entropy_of_all_but_certain_rows(small: float) -> None:
    for got in (special.entropy([1.0, small]), special.cross_entropy([1.0, small], [1.0, small])):
        assert got == pytest.approx(-small * np.log(small), rel=1e-13, abs=5e-324)


@pytest.mark.parametrize(
    "odd", [np.array(["mean", "sum"]), np.ma.masked_array([0.0, 1.0], [True, False]), 1, None, "Mean"]
)
@pytest.mark.parametrize(
    ("function", "given"),
    [
        (losses.cross_entropy, {"logits": np.eye(2), "labels": [0, 1]}),
        (losses.cross_entropy, {"logits": np.eye(2), "targets": np.eye(2)}),
        (losses.binary_cross_entropy, {"logits": np.ones(2), "targets": [0, 1]}),
        (losses.linear_cross_entropy, {"hidden": np.eye(2), "weight": np.eye(2), "labels": [0, 1]}),
    ],
)
def test_an_unknown_reduction_is_refused(function, given, odd) -> None:
    with pytest.raises(DataError, match="reduction") as caught:
        function(**given, reduction=odd)
    assert caught.value.code == "LL118"


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("function", [losses.binary_cross_entropy, losses.binary_cross_entropy_value_and_grad])
def test_losses_whose_sum_leaves_the_type_say_nothing_of_nan(function, reduction) -> None:
    """Finite logits have no NaN to look for; a sum beyond float64 is infinite, without a warning (errors here)."""
    got = function(logits=np.full(9, 1.7e308), targets=np.zeros(9), reduction=reduction)
    value = np.asarray(got[0] if isinstance(got, tuple) else got)
    assert (value == (1.7e308 if reduction == "none" else np.inf)).all()
