"""Cross-entropy against 50-digit arithmetic, finite differences in 50 digits, SciPy and scikit-learn."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from sklearn.metrics import log_loss

from loglik import losses
from loglik.errors import DataError
from loglik.losses import cross_entropy, cross_entropy_hvp, cross_entropy_value_and_grad

mp.mp.dps = 50
RNG = np.random.default_rng(7)


def exact_row(x: np.ndarray, y: int) -> tuple[mp.mpf, list[mp.mpf]]:
    """Loss and gradient of one row from the definition."""
    e = [mp.exp(mp.mpf(float(v))) for v in x]
    total = sum(e)
    gradient = [v / total for v in e]
    gradient[y] = -(total - e[y]) / total
    return mp.log(total / e[y]), gradient


def units(got: float, exact: mp.mpf, dtype: type) -> float:
    unit = float(np.spacing(np.abs(dtype(float(exact)))))
    return float(abs(mp.mpf(float(got)) - exact)) / unit


def logits(v: int, size: float, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    x = (RNG.normal(size=(12, v)) * size).astype(dtype)
    y = RNG.integers(0, v, 12)
    for row, ahead in ((0, 25.0), (1, 40.0)):  # confident rows, which must not come out as 0
        x[row] = (RNG.normal(size=v) * 0.1).astype(dtype)
        x[row, y[row]] = ahead
    x[2, y[2]] = x[2].max()  # a tie of two maxima, or the label ahead by nothing
    return x, y


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("v", [2, 10, 47, 48, 49, 65, 1000])
@pytest.mark.parametrize("size", [0.1, 3.0, 30.0])
def test_rows_and_gradients_in_50_digits(dtype: type, v: int, size: float) -> None:
    x, y = logits(v, size, dtype)
    loss, grad = cross_entropy_value_and_grad(logits=x, labels=y, reduction="none")
    assert grad.dtype == dtype
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    np.testing.assert_allclose(cross_entropy(logits=x, labels=y, reduction="none"), loss, rtol=tolerance)
    smallest = 1e-37 if dtype is np.float32 else 1e-300
    for i in range(x.shape[0]):
        exact, gradient = exact_row(x[i], y[i])
        assert units(loss[i], exact, dtype) <= 4.0
        for j in range(v):
            if abs(gradient[j]) > smallest:
                assert float(abs(mp.mpf(float(grad[i, j])) / gradient[j] - 1)) < tolerance


def test_the_confident_row_of_the_docs() -> None:
    assert cross_entropy(logits=[[40.0, 0.0]], labels=[0]) == pytest.approx(
        float(mp.log1p(mp.exp(-40))), rel=1e-15, abs=0
    )
    assert cross_entropy(logits=np.float32([[40.0, 0.0]]), labels=[0]) == pytest.approx(4.248354e-18, rel=1e-6, abs=0)


@pytest.mark.parametrize("k", [2, 3, 60])
def test_agrees_with_scikit_learn_where_that_is_right(k: int) -> None:
    p = RNG.dirichlet(np.ones(k), 200)
    y = np.concatenate([np.arange(k), RNG.integers(0, k, 200 - k)])
    w = RNG.uniform(0, 3, 200)
    assert cross_entropy(probs=p, labels=y, sample_weight=w) == pytest.approx(
        log_loss(y, p, sample_weight=w), rel=1e-12
    )
    assert cross_entropy(logits=np.log(p), labels=y) == pytest.approx(log_loss(y, p), rel=1e-12)


OPTIONS = [
    {},
    {"label_smoothing": 0.1},
    {"temperature": 2.5},
    {"z_loss": 0.01},
    {"softcap": 3.0},
    {"weight": [0.5, 2.0, 1.0, 3.0]},
    {"sample_weight": [1.0, 0.0, 2.0, 0.5, 1.5]},
    {"denominator": "rows", "weight": [0.5, 2.0, 1.0, 3.0]},
    {"denominator": 7.0},
    {"reduction": "sum"},
    {"label_smoothing": 0.2, "temperature": 0.7, "z_loss": 0.02, "softcap": 4.0, "weight": [0.5, 2.0, 1.0, 3.0],
     "sample_weight": [1.0, 0.3, 2.0, 0.5, 1.5]},
]  # fmt: skip


def by_definition(x, t, options: dict) -> mp.mpf:
    """The loss of all options written out in 50 digits."""
    n, v = len(x), len(x[0])
    e = mp.mpf(options.get("label_smoothing", 0.0))
    c = options.get("weight", [1.0] * v)
    w = options.get("sample_weight", [1.0] * n)
    total, weights = mp.mpf(0), mp.mpf(0)
    for i in range(n):
        z = [mp.mpf(a) for a in x[i]]
        if options.get("softcap"):
            cap = mp.mpf(options["softcap"])
            z = [cap * mp.tanh(a / cap) for a in z]
        z = [a / mp.mpf(options.get("temperature", 1.0)) for a in z]
        lse = mp.log(sum(mp.exp(a) for a in z))
        row = sum(mp.mpf(c[k]) * ((1 - e) * mp.mpf(t[i][k]) + e / v) * (lse - z[k]) for k in range(v))
        total += mp.mpf(w[i]) * (row + mp.mpf(options.get("z_loss", 0.0)) * lse**2)
        weights += mp.mpf(w[i]) * sum(mp.mpf(c[k]) * mp.mpf(t[i][k]) for k in range(v))
    if options.get("reduction") == "sum":
        return total
    by = options.get("denominator", "weights")
    return total / (weights if by == "weights" else n if by == "rows" else mp.mpf(by))


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "+".join(o) or "plain")
@pytest.mark.parametrize("soft", [False, True])
def test_every_option_by_its_definition(options: dict, soft: bool) -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(5, 4)) * 2
    y = np.array([0, 3, 1, 1, 2])
    t = rng.dirichlet(np.ones(4), 5) if soft else np.eye(4)[y]
    given = {"targets": t} if soft else {"labels": y}
    value, grad = cross_entropy_value_and_grad(logits=x, **given, **options)
    assert value == cross_entropy(logits=x, **given, **options)
    assert value == pytest.approx(float(by_definition(x, t, options)), rel=1e-14)
    v = rng.normal(size=x.shape)
    product = cross_entropy_hvp(v, logits=x, **given, **options)
    h = mp.mpf("1e-15")

    def moved(i: int, j: int, by: mp.mpf) -> mp.mpf:
        shifted = [[mp.mpf(a) for a in row] for row in x]
        shifted[i][j] += by
        return by_definition(shifted, t, options)

    for i, j in ((0, 0), (1, 3), (2, 0), (4, 2)):
        slope = (moved(i, j, h) - moved(i, j, -h)) / (2 * h)
        assert grad[i, j] == pytest.approx(float(slope), rel=1e-12, abs=1e-16)
    # Along v: the derivative of the gradient is the Hessian-vector product.
    step = 1e-5
    up = cross_entropy_value_and_grad(logits=x + step * v, **given, **options)[1]
    down = cross_entropy_value_and_grad(logits=x - step * v, **given, **options)[1]
    np.testing.assert_allclose(product, (up - down) / (2 * step), atol=1e-8)


def test_ignored_rows_count_nothing() -> None:
    x = RNG.normal(size=(6, 5))
    y = np.array([0, 1, -100, 2, -100, 4])
    kept = y != -100
    value, grad = cross_entropy_value_and_grad(logits=x, labels=y, ignore_index=-100)
    plain, plain_grad = cross_entropy_value_and_grad(logits=x[kept], labels=y[kept])
    assert value == pytest.approx(plain, rel=1e-15)
    np.testing.assert_allclose(grad[kept], plain_grad, rtol=1e-14)
    assert not grad[~kept].any()
    assert (cross_entropy(logits=x, labels=y, ignore_index=-100, reduction="none")[~kept] == 0.0).all()


@pytest.mark.parametrize("v", [3, 70])
def test_axis_layout_and_out(v: int) -> None:
    x = RNG.normal(size=(4, v, 6)).astype(np.float32)
    y = RNG.integers(0, v, (4, 6))
    first, grad = cross_entropy_value_and_grad(logits=x, labels=y, axis=1)
    last, grad_last = cross_entropy_value_and_grad(logits=np.moveaxis(x, 1, -1), labels=y)
    assert first == last
    np.testing.assert_array_equal(np.moveaxis(grad, 1, -1), grad_last)
    assert cross_entropy(logits=x, labels=y, axis=1, reduction="none").shape == (4, 6)
    rows = np.ascontiguousarray(np.moveaxis(x, 1, -1))
    out = np.empty_like(rows)
    value, given = cross_entropy_value_and_grad(logits=rows, labels=y, out=out)
    assert given is out
    np.testing.assert_array_equal(out, grad_last)
    strided = np.asfortranarray(rows.reshape(-1, v))
    assert cross_entropy(logits=strided, labels=y.ravel()) == cross_entropy(logits=rows, labels=y)
    assert value == last


@pytest.mark.parametrize("v", [10, 500])
def test_same_bits_for_any_number_of_threads(v: int) -> None:
    x = RNG.normal(size=(20_011, v)).astype(np.float32)
    y = RNG.integers(0, v, 20_011)
    one = cross_entropy_value_and_grad(logits=x, labels=y, threads=1)
    for threads in (2, 8):
        more = cross_entropy_value_and_grad(logits=x, labels=y, threads=threads)
        assert one[0] == more[0]
        assert np.array_equal(one[1], more[1])


def test_infinities_are_answers_or_errors() -> None:
    inf = np.inf
    assert cross_entropy(probs=[[0.0, 1.0]], labels=[0]) == inf
    assert cross_entropy(probs=[[0.0, 1.0]], labels=[1]) == 0.0
    assert cross_entropy(probs=[[0.0, 1.0]], targets=[[0.0, 1.0]]) == 0.0  # 0 log 0 = 0
    assert cross_entropy(logits=[[-inf, 0.0]], labels=[0]) == inf
    assert cross_entropy(logits=[[-inf, 0.0]], labels=[1]) == 0.0
    wide = np.zeros((1, 100))
    wide[0, 7] = -inf
    assert cross_entropy(logits=wide, labels=[3]) == pytest.approx(np.log(99), rel=1e-15)
    for row in ([-inf, -inf], [inf, inf]):
        with pytest.raises(DataError, match="row 1"):
            cross_entropy(logits=[[0.0, 1.0], row], labels=[0, 0])


@pytest.mark.parametrize("v", [5, 100])
def test_nan_is_found_in_any_place(v: int) -> None:
    for place in (0, v // 2, v - 1):
        x = np.zeros((30, v))
        x[17, place] = np.nan
        for function in (cross_entropy, cross_entropy_value_and_grad):
            with pytest.raises(DataError, match=r"LL144.*row 17"):
                function(logits=x, labels=np.zeros(30, dtype=int))


REFUSED = [
    ("LL140", "row 1", {"probs": [[0.5, 0.5], [1.5, -0.5]], "labels": [0, 1]}),
    ("LL141", "row 0 sums to 0.9", {"probs": [[0.5, 0.4]], "labels": [0]}),
    ("LL141", "row 1", {"logits": [[0, 1], [0, 1]], "targets": [[0, 1], [1, 1]]}),
    ("LL142", "shape", {"logits": np.zeros((0, 3)), "labels": np.zeros(0, dtype=int)}),
    ("LL143", "label 3 in row 1", {"logits": np.zeros((2, 3)), "labels": [0, 3]}),
    ("LL143", "label -1 in row 0", {"logits": np.zeros((1, 3)), "labels": [-1]}),
    ("LL143", "not integers", {"logits": np.zeros((1, 3)), "labels": [0.0]}),
    ("LL145", "every row", {"logits": np.zeros((1, 3)), "labels": [-1], "ignore_index": -1}),
    ("LL146", "both", {"logits": [[0.0]], "probs": [[1.0]], "labels": [0]}),
    ("LL146", "neither", {"logits": [[0.0, 1.0]]}),
    ("LL146", "ignore_index", {"logits": [[0.0, 1.0]], "targets": [[0.5, 0.5]], "ignore_index": 0}),
    ("LL146", "temperature", {"probs": [[0.5, 0.5]], "labels": [0], "temperature": 2.0}),
    ("LL147", "shape", {"logits": np.zeros((2, 3)), "labels": [0]}),
    ("LL147", "shape", {"logits": np.zeros((2, 3)), "labels": [0, 0], "weight": [1.0]}),
    ("LL114", "weight", {"logits": np.zeros((2, 3)), "labels": [0, 0], "sample_weight": [1.0, -1.0]}),
    ("LL118", "label_smoothing", {"logits": np.zeros((1, 3)), "labels": [0], "label_smoothing": 1.0}),
    ("LL118", "reduction", {"logits": np.zeros((1, 3)), "labels": [0], "reduction": "average"}),
]


@pytest.mark.parametrize(("code", "words", "arguments"), REFUSED)
def test_refusals_name_the_place(code: str, words: str, arguments: dict) -> None:
    with pytest.raises(DataError, match=words) as caught:
        cross_entropy(**arguments)
    assert caught.value.code == code


def test_half_precision_is_computed_in_single() -> None:
    x = RNG.normal(size=(50, 8)).astype(np.float16)
    y = RNG.integers(0, 8, 50)
    _, grad = cross_entropy_value_and_grad(logits=x, labels=y)
    assert grad.dtype == np.float32
    assert cross_entropy(logits=x, labels=y) == cross_entropy(logits=x.astype(np.float32), labels=y)


def test_binary_in_50_digits() -> None:
    x = np.concatenate([RNG.normal(size=40) * 5, [40.0, -40.0, 700.0, -700.0, 0.0]])
    t = np.concatenate([RNG.integers(0, 2, 30), RNG.random(10), [1, 0, 1, 0, 0.5]])
    for c in (None, 2.5):
        loss = losses.binary_cross_entropy(logits=x, targets=t, pos_weight=c, reduction="none")
        value, grad = losses.binary_cross_entropy_value_and_grad(logits=x, targets=t, pos_weight=c, reduction="sum")
        hvp = losses.binary_cross_entropy_hvp(np.ones_like(x), logits=x, targets=t, pos_weight=c, reduction="sum")
        weight = mp.mpf(1 if c is None else c)
        for i, (a, b) in enumerate(zip(x, t, strict=True)):
            a, b = mp.mpf(float(a)), mp.mpf(float(b))  # noqa: PLW2901
            exact = weight * b * mp.log1p(mp.exp(-a)) + (1 - b) * mp.log1p(mp.exp(a))
            assert units(loss[i], exact, np.float64) <= 4.0
            s = 1 / (1 + mp.exp(-a))
            assert grad[i] == pytest.approx(
                float((1 - b) * s - weight * b / (1 + mp.exp(a))), rel=1e-13, abs=0 if b in {0, 1} else 1e-17
            )
            assert hvp[i] == pytest.approx(float((weight * b + 1 - b) * s / (1 + mp.exp(a))), rel=1e-13, abs=0)
        assert value == pytest.approx(loss.sum(), rel=1e-15)


def test_binary_by_probabilities() -> None:
    p, t = np.array([0.2, 0.9, 0.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert losses.binary_cross_entropy(probs=p, targets=t) == pytest.approx(-(np.log(0.8) + np.log(0.9)) / 4, rel=1e-15)
    assert losses.binary_cross_entropy(probs=[0.0], targets=[1.0]) == np.inf
    p, t = RNG.uniform(0.05, 0.95, 9), RNG.random(9)
    grad = losses.binary_cross_entropy_value_and_grad(probs=p, targets=t, reduction="sum")[1]
    np.testing.assert_allclose(grad, (p - t) / (p * (1 - p)), rtol=1e-13)  # D.ce'
    for arguments, code in (
        ({"probs": [1.2], "targets": [1.0]}, "LL140"),
        ({"logits": [1.0], "targets": [2.0]}, "LL140"),
        ({"logits": [np.nan], "targets": [1.0]}, "LL144"),
        ({"logits": [1.0, 2.0], "targets": [1.0]}, "LL147"),
        ({"logits": [], "targets": []}, "LL142"),
    ):
        with pytest.raises(DataError) as caught:
            losses.binary_cross_entropy(**arguments)
        assert caught.value.code == code


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_an_infinite_loss_is_named_on_request(reduction: str) -> None:
    probs, labels = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]), np.array([0, 1, 1])
    assert np.isinf(cross_entropy(probs=probs, labels=labels, reduction=reduction)).any()
    logits = np.array([[0.0, 1.0], [0.0, -np.inf], [0.0, 0.0]])
    binary = {"probs": np.array([0.5, 0.0, 1.0]), "targets": np.array([1.0, 1.0, 1.0])}
    for function, arguments in (
        (cross_entropy, {"probs": probs, "labels": labels}),
        (cross_entropy_value_and_grad, {"logits": logits, "labels": labels}),
        (losses.binary_cross_entropy, binary),
        (
            losses.binary_cross_entropy_value_and_grad,
            {"logits": np.array([0, -np.inf]), "targets": np.array([1.0, 1.0])},
        ),
    ):
        with pytest.raises(DataError, match="row 1 is infinite") as error:
            function(**arguments, reduction=reduction, infinite="refuse")
        assert error.value.code == "LL148"
    assert np.isfinite(cross_entropy(probs=probs[:1], labels=labels[:1], infinite="refuse"))
    with pytest.raises(DataError, match="infinite = 'no'"):
        cross_entropy(probs=probs, labels=labels, infinite="no")  # type: ignore[arg-type]
