"""The one sum over rows: the same bits whoever adds up, and kernels that travel by name."""

from __future__ import annotations

import ast
import importlib
import math
import pickle
import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pytest
from scipy import sparse

import loglik
from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.design.rows import Rows, SomeRows
from loglik.design.sample import drawn
from loglik.families.canonical import family_for
from loglik.fit.column_stats import COLUMN_STATS
from loglik.fit.existence.ball import EXTREMES
from loglik.fit.existence.column_ranges import RANGES
from loglik.fit.existence.separation import CELLS
from loglik.fit.gram import GRAM, Weighting, least_curvature
from loglik.fit.hessian.operator import CURVATURE, DIAGONAL, PRODUCT
from loglik.fit.loss import ANY, BINARY, CLASS_WEIGHTS, PREDICTORS, SPARSE, At
from loglik.parallel.executor import (
    MatrixSum,
    RowKernel,
    Threads,
    rows_per_block,
)
from loglik.parallel.spread import Spread, Supply
from loglik.parallel.tree import segments

if TYPE_CHECKING:
    from collections.abc import Iterator

N = 40_000


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Numbers, levels and sparse columns."""
    rng = np.random.default_rng(3)
    features = (
        *(NumericFeature(c) for c in "abc"), CategoricalFeature("g", tuple("pqrst"), 0), SparseFeatures(tuple("vw")),
    )  # fmt: skip
    design = Design.of(
        features, rng.normal(size=(N, 3)) * [1.0, 1e3, 1e-3], (4 + rng.integers(5, size=(N, 1))).astype(np.int32),
        sparse.random_array((N, 2), density=0.3, rng=rng, format="csr"),
    )  # fmt: skip
    return Rows(design, rng.integers(3, size=N).astype(np.int32), rng.uniform(0.5, 2.0, N), rng.normal(size=(2, N)))


def two_classes(rows: Rows, *, blocks: slice) -> Rows:
    design = Design(rows.design.features, rows.design.blocks[blocks])
    return Rows(design, rows.label // 2, rows.weight, rows.offset[:1])


class Elsewhere:
    """Workers that know nothing but what they are sent."""

    def workers(self) -> list[str]:
        return ["a", "b", "c"]

    def run(self, calls: Any) -> list[Any]:
        return [function(*pickle.loads(pickle.dumps(given))) for _, function, given in calls]  # noqa: S301


def bits(total: Any) -> bytes:
    """All the numbers of an accumulator."""
    fields = getattr(total, "__dataclass_fields__", {})
    if isinstance(total, np.ndarray):
        return total.tobytes()
    if isinstance(total, (list, tuple)):
        return b"".join(map(bits, total))
    return b"".join(bits(getattr(total, name)) for name in fields) if fields else repr(total).encode()


def test_kernels_and_parameters_travel_and_give_the_same_bits(rows: Rows) -> None:
    rng = np.random.default_rng(1)
    usual = two_classes(rows, blocks=slice(0, 2))
    three = At(family_for(3), rng.normal(size=(2, rows.design.n_coefficients)) * 0.1)
    two = At(family_for(2), rng.normal(size=(1, usual.design.n_coefficients)) * 0.1)
    mixed: list[tuple[RowKernel, Any]] = [
        (ANY, replace(three, hessian=True)), (CLASS_WEIGHTS, 3), (COLUMN_STATS, rows.design.dense[0]), (CELLS, 3),
        (RANGES, 3), (EXTREMES, (three.beta, 100, math.inf)), (GRAM, Weighting(least_curvature, three)),
    ]  # fmt: skip
    for held, jobs in ((rows, mixed), (usual, [(BINARY, two), (BINARY, replace(two, hessian=True))])):
        sent = pickle.dumps(held)
        there = Spread(held, Elsewhere(), Supply(uuid4().hex, N, 65_536, lambda _, sent=sent: sent))
        for kernel, parameters in jobs:
            found = [executor.sum(kernel, parameters) for executor in (there, *(Threads(held, t) for t in (1, 2, 8)))]
            assert len({bits(total) for total in found}) == 1, kernel.name


def test_what_stands_beside_the_rows_is_the_same_for_any_threads(rows: Rows) -> None:
    rng = np.random.default_rng(2)
    for held, c in ((rows, 2), (two_classes(rows, blocks=slice(0, 1)), 1)):
        at = At(family_for(c + 1), rng.normal(size=(c, held.design.n_coefficients)) * 0.01)
        found = []
        for threads in (1, 2, 8):
            executor = Threads(held, threads)
            _, kept = executor.keep(CURVATURE, at, c)
            found.append(
                (
                    executor.collect(PREDICTORS, at, c),
                    kept.rows.kept,
                    kept.sum(PRODUCT, at.beta),
                    kept.sum(DIAGONAL, at.beta),
                )
            )
        assert len({bits(each) for each in found}) == 1
        np.testing.assert_allclose(found[0][0], held.design.matvec(at.beta) + held.offset, rtol=1e-12, atol=1e-12)


def all_kernels() -> Iterator[tuple[str, RowKernel]]:
    for module in pkgutil.walk_packages(loglik.__path__, "loglik."):
        if not module.name.startswith(("loglik.torch", "loglik.jax")):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, RowKernel) and value.add.__module__ == module.name:
                    yield f"{module.name}.{name}", value


def test_every_kernel_is_found_again_by_its_name() -> None:
    found = dict(all_kernels())
    assert len(found) > 20
    for name, kernel in found.items():
        assert pickle.loads(pickle.dumps(kernel)) == kernel, name  # noqa: S301
        assert len(pickle.dumps(kernel)) < 400, name
    assert len({kernel.name for kernel in found.values()}) == len(found)
    assert SPARSE in found.values()


def _value_zeros(rows: Any, parameters: None) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros(1))


def _value_add(block: Any, parameters: None, total: MatrixSum) -> None:  # noqa: ARG001
    for value in block.values:
        total.sums += value


class Values:
    """Numbers, four to a block."""

    block_rows = 4

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    @property
    def n_rows(self) -> int:
        return self.values.size

    def block(self, lo: int, hi: int) -> Values:
        return Values(self.values[lo:hi])


def by_definition(values: np.ndarray) -> float:
    """Sums of four, added in a tree whose nodes are aligned to their index."""
    level = [float(sum(values[i : i + 4].tolist(), 0.0)) for i in range(0, values.size, 4)]
    while len(level) > 1:
        level = [sum(level[i : i + 2][1:], level[i]) for i in range(0, len(level), 2)]
    return level[0]


@pytest.mark.parametrize("n", [1, 4, 5, 63, 64, 65, 333, 1_000, 4_097])
def test_the_order_of_the_sum_is_the_tree_of_its_definition(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n) * 10.0 ** np.random.default_rng(n + 1).integers(-8, 8, n)
    for threads in (1, 2, 3, 8):
        assert Threads(Values(values), threads).sum(RowKernel(_value_zeros, _value_add), None).sums[0] == by_definition(
            values
        )


def test_segments_cover_every_row_once_and_are_few_where_sums_are_large() -> None:
    rng = np.random.default_rng(0)
    for _ in range(2_000):
        n, block, size = int(10 ** rng.uniform(0, 8)), int(2 ** rng.integers(7, 15)), int(10 ** rng.uniform(0, 11))
        edges = segments(n, block, size)
        assert edges[0][0] == 0
        assert edges[-1][1] == n
        assert all(a[1] == b[0] and b[0] % block == 0 for a, b in zip(edges, edges[1:], strict=False))
        few = max(2, 2**27 // size, -(-n // block) // 256 if size <= 2**23 else 0)
        assert len(edges) <= few
    assert segments(10**6, 1024, 64) == [(i, min(i + 1024, 10**6)) for i in range(0, 10**6, 1024)]
    assert rows_per_block(8) >= rows_per_block(1000) >= rows_per_block(100_000) >= 128


def test_samples_are_nested_and_depend_on_the_row_alone() -> None:
    n = 100_003
    sizes = (0, 1, 10, 1_000, 20_000, 99_990, n)
    samples = [drawn(n, size) for size in sizes]
    for sample, size in zip(samples, sizes, strict=True):
        assert sample.size == size == np.unique(sample).size
        assert (np.diff(sample) > 0).all()
    for small, large in zip(samples, samples[1:], strict=False):
        assert np.isin(small, large).all()
    # Rows of the first half are drawn from the whole as they are from the half, as far as the threshold goes.
    half, whole = drawn(n // 2, 5_000), drawn(n, 10_000)
    among = whole[whole < n // 2]
    few = min(half.size, among.size) - 300
    assert np.isin(drawn(n // 2, few), whole).all()
    # Uniform: of each of ten stretches about as many.
    counts = np.bincount(samples[4] * 10 // n, minlength=10)
    assert np.abs(counts - 2_000).max() < 5 * math.sqrt(2_000)


def test_some_rows_are_those_rows(rows: Rows) -> None:
    index = drawn(N, 7_000)
    gathered = SomeRows(rows.design, rows.label, rows.weight, rows.offset, index=index)
    copied = Rows(rows.design.rows(index), rows.label[index], rows.weight[index], rows.offset[:, index])
    at = At(family_for(3), np.full((2, rows.design.n_coefficients), 0.01), hessian=True)
    here, there = (Threads(each, 2).sum(ANY, at) for each in (gathered, copied))
    assert here.loss == pytest.approx(there.loss, rel=1e-13)
    np.testing.assert_allclose(here.hessian, there.hessian, rtol=1e-11, atol=1e-9)


def calls_and_loops(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "loglik.parallel.threads":
            yield from (alias.name for alias in node.names if alias.name == "shared")
        if isinstance(node, (ast.For, ast.comprehension)) and "block_rows" in ast.unparse(node.iter):
            yield "a loop over blocks of rows"


def test_rows_are_walked_by_executors_alone() -> None:
    """Batches of losses that come as arrays are no rows of a fit: `losses/pool.py` shares them out."""
    source = Path(loglik.__file__).parent
    found = {
        (str(path.relative_to(source)), what)
        for path in source.rglob("*.py")
        for what in calls_and_loops(ast.parse(path.read_text("utf-8")))
        if path.parent.name != "parallel"
    }
    assert found == {("losses/pool.py", "shared")}


def test_small_sums_wake_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    data, label = rng.normal(size=(500, 6)), rng.integers(0, 3, 500)
    monkeypatch.setattr("loglik.parallel.executor.shared", lambda *_: pytest.fail("a thread was woken"))
    assert loglik.LogisticRegression(threads=2).fit(data, label).converged_
