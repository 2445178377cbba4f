"""Sums over many clusters, whose rows are gathered: as defined, whatever the rows, the columns and the threads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import loglik
from loglik.design.arrays import array_design
from loglik.design.clusters import Clusters
from loglik.design.features import NumericFeature, SparseFeatures
from loglik.fit.maximise import maximise
from loglik.fit.options import Options
from loglik.inference import sandwich


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandwich, "_WHOLE_BYTES", 0)


def by_definition(x, eta, label, w, cluster, v) -> np.ndarray:
    """``G/(G-1) V sum_c G_c G_c' V`` of the free classes, the reference being the last."""
    k = eta.shape[1]
    p = np.exp(eta - eta.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    r = w[:, None] * (p - (label[:, None] == np.arange(k)))[:, :-1]
    scores = (
        pd.DataFrame(np.concatenate([r[:, [c]] * x for c in range(k - 1)], axis=1)).groupby(cluster).sum().to_numpy()
    )
    g = len(scores)
    return g / (g - 1.0) * v @ scores.T @ scores @ v


def table(n: int, k: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(n + k)
    data = pd.DataFrame({"x": rng.normal(size=n) + 1000.0, "z": rng.exponential(size=n), "o": rng.normal(size=n)})
    data["w"] = rng.integers(0, 4, n).astype(float)
    size = rng.permutation(np.repeat(np.arange(n), rng.integers(0, 3, n))[: n // 2])
    # One cluster of half the rows, the others of one to three.
    data["c"] = ["big"] * (n - size.size) + [f"s{i}" for i in size]
    label = (np.c_[0.5 * (data.x - 1000.0), data.z - 1.0, np.zeros(n)][:, -k:] + rng.gumbel(size=(n, k))).argmax(axis=1)
    data["y"] = np.array(list("abc"))[label]
    return data, label


@pytest.mark.filterwarnings("ignore:LL302")
@pytest.mark.usefixtures("gathered")
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("kind", ["plain", "frequency", "sampling", "offset"])
def test_as_defined(k: int, kind: str) -> None:
    data, label = table(3_000, k)
    last = "abc"[k - 1]
    more = {"weights": "w", "weight_kind": kind} if kind in {"frequency", "sampling"} else {}
    more |= {"offset": "o"} if kind == "offset" else {}
    model = loglik.fit_classifier(data, "y", features=["x", "z"], reference=last, cluster="c", **more)
    x = np.c_[np.ones(len(data)), data.x, data.z]
    beta = np.array([t.estimate for t in model.report.terms]).reshape(k - 1, 3)
    offset = data.o.to_numpy()[:, None] if kind == "offset" else 0.0
    eta = np.c_[x @ beta.T + offset, np.zeros(len(data))]
    w = data.w.to_numpy() if more.get("weights") else np.ones(len(data))
    p = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    curvature = w[:, None, None] * (p[:, :-1, None] * (np.eye(k - 1) - p[:, None, :-1]))
    v = np.linalg.inv(np.einsum("ikl,ia,ib->kalb", curvature, x, x).reshape(3 * k - 3, 3 * k - 3))
    kept = w > 0
    expected = by_definition(x[kept], eta[kept], label[kept], w[kept], data.c[kept].to_numpy(), v)
    scale = np.sqrt(np.diag(expected))
    found = model.vcov("cluster", cluster="c")
    np.testing.assert_allclose(found / np.outer(scale, scale), expected / np.outer(scale, scale), rtol=0, atol=2e-7)


@pytest.mark.usefixtures("gathered")
def test_threads_change_no_bit() -> None:
    data, _ = table(40_000, 2)
    found = []
    for threads in (1, 2, 8):
        model = loglik.fit_classifier(data, "y", features=["x", "z"], cluster=["c", "w"], threads=threads)
        found.append(model.vcov().tobytes())
    assert len(set(found)) == 1


def test_gathered_or_not_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of levels, of sparse columns, of columns without an intercept, and of many columns."""
    data, label = table(2_000, 2)
    data["g"] = [f"g{i % 7}" for i in range(len(data))]
    rng = np.random.default_rng(3)
    words = sp.random(2_000, 30, density=0.2, random_state=3, format="csr")
    codes = np.unique(data.c, return_inverse=True)[1]
    columns = tuple(NumericFeature(f"v{j}") for j in range(70))
    designs = [
        array_design((SparseFeatures(tuple(f"w{j}" for j in range(30))),), words),
        array_design(columns, rng.normal(size=(2_000, 70))),
    ]
    fits = [maximise(d, label.astype(np.int32), 2, np.ones(2_000), None, Options()) for d in designs]
    formulas = ["y ~ x + z + g", "y ~ 0 + x + z", "y ~ z*g"]
    found: list[list[np.ndarray]] = []
    for limit in (1 << 25, 0):
        monkeypatch.setattr(sandwich, "_WHOLE_BYTES", limit)
        made = [loglik.fit_classifier(data, formula=f, cluster="c").vcov() for f in formulas]
        made += [sandwich.cluster_outer_product(f.objective, f.point.theta, codes, codes.max() + 1) for f in fits]
        found.append(made)
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11 * np.abs(one).max())


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("pairs", [0, 1, 150])
def test_rows_that_are_mostly_alone(k: int, pairs: int) -> None:
    """Clusters of one row, but for some of two: as in the intersection of two ways."""
    data, label = table(2_000, k)
    data["c"] = [f"s{i if i >= 2 * pairs else i // 2}" for i in range(len(data))]
    model = loglik.fit_classifier(data, "y", features=["x", "z"], reference="abc"[k - 1], cluster="c")
    x = np.c_[np.ones(len(data)), data.x, data.z]
    beta = np.array([t.estimate for t in model.report.terms]).reshape(k - 1, 3)
    v = loglik.fit_classifier(data, "y", features=["x", "z"], reference="abc"[k - 1]).vcov()
    eta = np.c_[x @ beta.T, np.zeros(len(data))]
    expected = by_definition(x, eta, label, np.ones(len(data)), data.c.to_numpy(), v)
    scale = np.sqrt(np.diag(expected))
    found = model.vcov("cluster", cluster="c")
    np.testing.assert_allclose(found / np.outer(scale, scale), expected / np.outer(scale, scale), rtol=0, atol=2e-7)


def test_pairs_of_groups_are_numbered_as_they_are_sorted() -> None:
    rng = np.random.default_rng(0)
    one, two = (np.unique(rng.integers(0, m, 3_000), return_inverse=True)[1] for m in (900, 40))
    sign, both, n = Clusters(("a", "b"), (one, two)).parts()[2]
    assert (sign, n) == (-1.0, both.max() + 1)
    np.testing.assert_array_equal(both, np.unique(one * 1_000 + two, return_inverse=True)[1])
