"""Every path of the losses against 60 digits, gaps from 0 to beyond overflow, within the bounds of docs/losses.md.

The table there is the only place where the bounds stand. A loss is measured in units in the last place of the type of
the logits; gradients and Hessian products in multiples of its epsilon, relative to the sizes of their terms
(`exact_losses`). What is below the smallest normal number of the type may be off by that.
"""

from __future__ import annotations

import re
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from exact_losses import binary_entry, binary_probability, mp, probability_row, softmax_row

from loglik import losses

TEXT = (Path(__file__).parents[2] / "docs" / "losses.md").read_text(encoding="utf-8")
GAPS = [0.0, 1e-9, 1.0, 17.0, 40.0, 69.0, 87.0, 90.0, 103.0, 300.0, 690.0, 709.0, 740.0, 744.0, 760.0, 1e5]
CLASSES = [1, 2, 3, 7, 127, 1000]
TYPES = {"float32": np.float32, "float64": np.float64, "float16": np.float16, "bfloat16": ml_dtypes.bfloat16}


def bounds() -> dict[str, list[float]]:
    """Loss, gradient and Hessian product of each path, from the table."""
    table = re.search(r"<!-- bounds -->\n(.*?)<!-- /bounds -->", TEXT, re.DOTALL)
    assert table
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \| (.+?) \|", table[1], re.MULTILINE)
    return {name: [np.nan if b == "-" else float(b) for b in cells] for name, *cells in rows}


BOUNDS = bounds()


def logits(k: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """One row for each gap between a class and the rest, then ties, equal and far logits, and masks; and the class."""
    rng = np.random.default_rng(k)
    ahead = rng.integers(0, k, len(GAPS))
    x = rng.normal(size=(len(GAPS), k)) * 0.5
    for i, gap in enumerate(GAPS):
        x[i, ahead[i]] = x[i].max() + gap
    more = [np.full(k, 0.3), rng.normal(size=k) * 3, rng.normal(size=k) * 30, rng.normal(size=k) - 500.0]
    equal, tie, mask, few = np.full(k, -0.7), rng.normal(size=k), rng.normal(size=k), np.full(k, -np.inf)
    equal[0], tie[[0, -1]], mask[1 : max(1, k // 2)], few[-1] = 2.0, 3.0, -np.inf, 1.0
    rows = np.vstack([x, *more, equal, tie, mask, few])
    largest = float(ml_dtypes.finfo(TYPES[dtype]).max)
    some = slice(k % 3, None, 1 if k < 100 else 3 if k < 1000 else 7)  # 60 digits take their time
    kept = np.where(rows > largest, largest, rows).astype(TYPES[dtype])
    return kept[some], np.concatenate([ahead, [k - 1] * 4, [0, 0, 0, k - 1]])[some]


def soft_targets(k: int, ahead: np.ndarray, dtype: str) -> np.ndarray:
    """Near one-hot, one-hot and spread targets by turns."""
    rng = np.random.default_rng(k + 1)
    t = rng.dirichlet(np.ones(k), len(ahead))
    hot = np.eye(k)[ahead]
    near = (1.0 - 1e-9) * hot + 1e-9 * t
    by_turns = np.where(
        np.arange(len(ahead))[:, None] % 3 == 0, hot, np.where(np.arange(len(ahead))[:, None] % 3 == 1, near, t)
    )
    return by_turns.astype(TYPES[dtype])


def unit(exact: mp.mpf, single: bool) -> float:
    """Unit in the last place; below the normal numbers of float32, whose losses are float64, as if those went on."""
    if single:
        return max(float(abs(exact)) * 2.0**-23, 5e-324) if exact < 1.2e-38 else float(np.spacing(np.float32(exact)))
    return float(np.spacing(float(exact)))


class Worst:
    """Largest errors of a path."""

    def __init__(self, dtype: str) -> None:
        self.single = dtype != "float64"
        kind = np.finfo(np.float32 if self.single else np.float64)
        self.eps, self.tiny = float(kind.eps), float(kind.tiny)
        self.errors = [0.0, 0.0, 0.0]

    def loss(self, got: float, exact: mp.mpf, subnormals: float = 0.0) -> None:
        """`subnormals` of the smallest numbers are allowed where that many were added up, or a weight has enlarged one."""
        if mp.isinf(exact) or exact > np.finfo(np.float64).max:
            assert got == np.inf
            return
        off = max(abs(mp.mpf(float(got)) - exact) - subnormals * mp.mpf(5e-324), mp.mpf(0))
        self._add(0, off / unit(exact, self.single))

    def entries(self, which: int, got, exact, size) -> None:
        for a, b, c in zip(got, exact, size, strict=True):
            if mp.isinf(b) or abs(b) > np.finfo(np.float32 if self.single else np.float64).max:
                assert float(a) == float(b) or np.isinf(float(a))
                continue
            off = abs(mp.mpf(float(a)) - b)
            self._add(which, (off - self.tiny) / (c * self.eps) if off > self.tiny else mp.mpf(0))

    def _add(self, which: int, error) -> None:
        assert not mp.isnan(error)
        self.errors[which] = max(self.errors[which], float(error))

    def within(self, path: str) -> None:
        for name, error, bound in zip(("loss", "gradient", "product"), self.errors, BOUNDS[path], strict=True):
            assert np.isnan(bound) or error <= bound, f"{name} of {path}: {error} > {bound}"


SOFTMAX = {
    "labels": {},
    "targets": {"soft": True},
    "label_smoothing": {"label_smoothing": 0.1},
    "temperature": {"temperature": 0.7},
    "z_loss": {"z_loss": 1e-3},
    "softcap": {"softcap": 30.0},
    "weight and sample_weight": {"weight": True},
    "all options": {
        "soft": True,
        "label_smoothing": 0.05,
        "temperature": 1.7,
        "z_loss": 1e-4,
        "softcap": 50.0,
        "weight": True,
    },
}


def exact_softmax(x, labels, t, v, options):
    """Rows in 60 digits, for the options of `SOFTMAX`."""
    k, e = x.shape[1], mp.mpf(options.get("label_smoothing", 0.0))
    weight = options.get("weight", np.ones(k))
    rows = []
    for i in range(len(x)):
        hot = [mp.mpf(float(a)) for a in t[i]] if t is not None else [mp.mpf(int(j == labels[i])) for j in range(k)]
        goal = [mp.mpf(float(w)) * ((1 - e) * a + e / k) for w, a in zip(weight, hot, strict=True)]
        rows.append(
            softmax_row(
                x[i], goal, v[i], temperature=options.get("temperature", 1.0), cap=options.get("softcap") or np.inf,
                z_loss=options.get("z_loss", 0.0),
            )
        )  # fmt: skip
    return rows


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("path", SOFTMAX)
def test_softmax(path: str, dtype: str) -> None:
    worst = Worst(dtype)
    for k in CLASSES if dtype.startswith("float") and dtype != "float16" else [3, 7]:
        x, ahead = logits(k, dtype)
        options, rng = dict(SOFTMAX[path]), np.random.default_rng(k)
        t = soft_targets(k, ahead, dtype) if options.pop("soft", False) else None
        if options.pop("weight", False):
            options["weight"], options["sample_weight"] = rng.random(k) + 0.1, rng.random(len(x)) * 10.0
        sample = options.get("sample_weight", np.ones(len(x)))
        v = rng.normal(size=x.shape)
        for labels in (ahead, (ahead + 1) % k) if t is None else (ahead,):
            given = {"logits": x, **({"labels": labels} if t is None else {"targets": t}), **options}
            rows, gradient = losses.cross_entropy_value_and_grad(**given, reduction="none")
            np.testing.assert_array_equal(losses.cross_entropy(**given, reduction="none"), rows)
            product = losses.cross_entropy_hvp(v, **given, reduction="sum")
            exact = exact_softmax(x, labels, t, v, options)
            for i, row in enumerate(exact):
                by = mp.mpf(float(sample[i]))
                worst.loss(rows[i], by * row.loss, 0 if path == "labels" else k * max(1.0, float(sample[i])))
                worst.entries(1, gradient[i], [by * a for a in row.gradient], [by * a for a in row.gradient_size])
                worst.entries(2, product[i], [by * a for a in row.product], [by * a for a in row.product_size])
    worst.within(path)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cap", [0.01, 5.0, 300.0, 1e4])
def test_soft_caps_of_many_sizes(cap: float, dtype: str) -> None:
    worst = Worst(dtype)
    for k in (3, 7):
        x, ahead = logits(k, dtype)
        v = np.random.default_rng(k).normal(size=x.shape)
        given = {"logits": x, "labels": ahead, "softcap": cap}
        rows, gradient = losses.cross_entropy_value_and_grad(**given, reduction="none")
        product = losses.cross_entropy_hvp(v, **given, reduction="sum")
        for i, row in enumerate(exact_softmax(x, ahead, None, v, {"softcap": cap})):
            worst.loss(rows[i], row.loss, k)
            worst.entries(1, gradient[i], row.gradient, row.gradient_size)
            worst.entries(2, product[i], row.product, row.product_size)
    worst.within("softcap")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_logits_of_many_widths(dtype: str) -> None:
    """Equal terms round alike: errors of their additions do not cancel, and grow with the number of classes if kept."""
    worst = Worst(dtype)
    rng = np.random.default_rng(0)
    for k in range(3, 1300, 8 if dtype == "float64" else 13):
        top = rng.uniform(-90, 90, 24).astype(dtype)
        x = np.repeat((top - rng.uniform(0.01, 60, 24).astype(dtype))[:, None], k, axis=1)
        at, rows = rng.integers(0, k, 24), np.arange(24)
        other, x[rows, at] = x[:, 0].copy(), top
        got, gradient = losses.cross_entropy_value_and_grad(logits=x, labels=at, reduction="none")
        for i in rows:
            rest = (k - 1) * mp.exp(mp.mpf(float(other[i])) - mp.mpf(float(top[i])))
            worst.loss(got[i], mp.log1p(rest))
            exact = [-rest / (1 + rest), rest / (k - 1) / (1 + rest)]
            worst.entries(1, gradient[i, [at[i], at[i] - 1]], exact, [abs(a) for a in exact])
    worst.within("labels")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_linear(dtype: str) -> None:
    """Of the identity the logits are the weights, without rounding, and the gradient by the weights that by the logits."""
    worst = Worst(dtype)
    for k in CLASSES:
        x, ahead = logits(k, dtype)
        x, ahead = (a[np.isfinite(x).all(axis=1)] for a in (x, ahead))
        rows = losses.linear_cross_entropy(np.eye(len(x), dtype=dtype), x.T, ahead, reduction="none")
        _, _, gradient = losses.linear_cross_entropy_value_and_grad(
            np.eye(len(x), dtype=dtype), x.T, ahead, reduction="sum"
        )
        for i, row in enumerate(exact_softmax(x, ahead, None, np.zeros(x.shape), {})):
            worst.loss(rows[i], row.loss)
            worst.entries(1, gradient[:, i], row.gradient, row.gradient_size)
    worst.within("linear_cross_entropy")


@pytest.mark.parametrize("dtype", TYPES)
def test_probabilities(dtype: str) -> None:
    worst = Worst(dtype)
    for k in (1, 2, 3, 7, 127):
        x, ahead = logits(k, "float64")
        e = np.exp(x - x.max(axis=1, keepdims=True))
        p = (e / e.sum(axis=1, keepdims=True)).astype(TYPES[dtype])
        for t in (None, soft_targets(k, ahead, dtype)):
            given = {"labels": ahead} if t is None else {"targets": t}
            rows, gradient = losses.cross_entropy_value_and_grad(probs=p, **given, reduction="none")
            for i in range(len(p)):
                goal = [mp.mpf(float(a)) for a in (np.eye(k)[ahead[i]] if t is None else t[i])]
                row = probability_row(p[i], goal)
                worst.loss(rows[i], row.loss)
                worst.entries(1, gradient[i], row.gradient, row.gradient_size)
    worst.within("probs")


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("c", [1.0, 2.5, 1e-12, 1e6])
def test_binary(dtype: str, c: float) -> None:
    ends = [*GAPS, 0.3, 3.0, 25.0, np.inf]
    with np.errstate(over="ignore"):
        x = np.array([*ends, *(-a for a in ends)]).astype(TYPES[dtype])
        goals = [0.0, 1.0, 0.5, 0.3, 1e-9, 1.0 - 1e-9, 1e-40, 1.0 - 2.0**-24]
    x, t = (a.reshape(-1) for a in np.meshgrid(x, np.array(goals).astype(TYPES[dtype]), indexing="ij"))
    v = np.random.default_rng(0).normal(size=x.shape)
    given = {"logits": x, "targets": t, "pos_weight": c}
    rows, gradient = losses.binary_cross_entropy_value_and_grad(**given, reduction="none")
    np.testing.assert_array_equal(losses.binary_cross_entropy(**given, reduction="none"), rows)
    product, worst = losses.binary_cross_entropy_hvp(v, **given, reduction="sum"), Worst(dtype)
    for i in range(len(x)):
        row = binary_entry(x[i], t[i], v[i], c)
        worst.loss(rows[i], row.loss)
        worst.entries(1, gradient[i : i + 1], row.gradient, row.gradient_size)
        worst.entries(2, product[i : i + 1], row.product, row.product_size)
    worst.within("binary logits")


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("c", [1.0, 2.5])
def test_binary_probabilities(dtype: str, c: float) -> None:
    y = np.array([0.0, 1e-310, 1e-40, 1e-20, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9, 1 - 2.0**-53, 1.0]).astype(TYPES[dtype])
    y, t = (
        a.reshape(-1) for a in np.meshgrid(y, np.array([0.0, 1.0, 0.5, 0.1, 1e-9]).astype(TYPES[dtype]), indexing="ij")
    )
    rows, gradient = losses.binary_cross_entropy_value_and_grad(probs=y, targets=t, pos_weight=c, reduction="none")
    worst = Worst(dtype)
    for i in range(len(y)):
        row = binary_probability(y[i], t[i], c)
        worst.loss(rows[i], row.loss)
        worst.entries(1, gradient[i : i + 1], row.gradient, row.gradient_size)
    worst.within("binary probs")
