"""The same bits whoever reads the rows: workers of several kinds, however many, that die and come; what cannot be is told."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from mortal_kernel import DIED, DIES_ONCE
from scipy import sparse
from test_executor import bits

import loglik
from conftest import simulate
from loglik.design.features import CategoricalFeature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.hessian.operator import CURVATURE, DIAGONAL, PRODUCT
from loglik.fit.loss import ANY, CLASS_WEIGHTS, PREDICTORS, At
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import Threads
from loglik.parallel.machine import differences, machine
from loglik.parallel.pools import chosen
from loglik.parallel.pools.chosen import pool_of
from loglik.parallel.pools.dask import DaskWorkers
from loglik.parallel.pools.pool import LOST
from loglik.parallel.pools.processes import Processes
from loglik.parallel.spread import Spread, Supply
from loglik.parallel.tree import nodes, tree_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

N, PIECE = 100_000, 65_536


def made() -> Rows:
    """Numbers column by column, levels and sparse columns, weights that are no whole numbers, offsets."""
    rng = np.random.default_rng(3)
    features = (
        *(NumericFeature(c) for c in "abc"), CategoricalFeature("g", tuple("pqrst"), 0), SparseFeatures(tuple("vw")),
    )  # fmt: skip
    design = Design.of(
        features, np.asfortranarray(rng.normal(size=(N, 3)) * [1.0, 1e3, 1e-3]),
        (4 + rng.integers(5, size=(N, 1))).astype(np.int32), sparse.random_array((N, 2), density=0.3, rng=rng, format="csr"),
        np.array([0.0, 5.0, 0.0]),
    )  # fmt: skip
    return Rows(design, rng.integers(3, size=N).astype(np.int32), rng.uniform(0.5, 2.0, N), rng.normal(size=(2, N)))


@pytest.fixture(scope="module")
def rows() -> Rows:
    return made()


def supply_of(rows: Rows) -> Supply:
    return Supply(uuid4().hex, N, PIECE, lambda i: pickle.dumps(rows.alone(i * PIECE, min((i + 1) * PIECE, N))))


class SomeOf:
    """The first workers of a pool, which others go on using."""

    def __init__(self, pool: Processes, number: int) -> None:
        self.pool, self.number = pool, number

    def workers(self) -> list[str]:
        return self.pool.workers()[: self.number]

    def run(self, calls: Any) -> list[Any]:
        return self.pool.run(calls)

    def close(self, name: str) -> None:
        """They stay."""


@pytest.fixture(scope="module")
def three() -> Iterator[Processes]:
    pool = Processes(3)
    yield pool
    pool.close("")


def test_largest_nodes_of_any_shares_are_summed_as_by_one() -> None:
    rng = np.random.default_rng(0)
    for count in (*range(1, 40), 129, 1_000):
        values = rng.normal(size=count) * 10.0 ** rng.integers(-9, 9, count)
        alone = tree_sum((0, float(v)) for v in values)
        for _ in range(20):
            cuts = sorted({0, count, *rng.integers(0, count + 1, rng.integers(0, 6)).tolist()})
            parts = [part for a, b in zip(cuts, cuts[1:], strict=False) for part in nodes(a, b, count)]
            assert [a for _, a, _ in parts] + [count] == [0] + [b for *_, b in parts]
            found = ((level, tree_sum((0, float(v)) for v in values[a:b])) for level, a, b in parts)
            assert tree_sum(found) == alone
        assert len(list(nodes(0, count, count))) == 1


def checked(spread: Spread, rows: Rows, folder: Path) -> None:
    """Every way of asking, and a worker that dies in the middle of a read."""
    with single_threaded_blas():
        asked_in_every_way(spread, rows, folder)


def asked_in_every_way(spread: Spread, rows: Rows, folder: Path) -> None:
    rng = np.random.default_rng(1)
    here = Threads(rows, 2)
    at = At(family_for(3), rng.normal(size=(2, rows.design.n_coefficients)) * 0.01, hessian=True)
    for kernel, parameters in ((ANY, at), (CLASS_WEIGHTS, 3)):
        assert bits(spread.sum(kernel, parameters)) == bits(here.sum(kernel, parameters))
    for by_row in (False, True):
        found = [executor.collect(PREDICTORS, at, 2, by_row=by_row) for executor in (spread, here)]
        assert np.array_equal(*found)
    kept = [executor.keep(CURVATURE, at, 2)[1] for executor in (spread, here)]
    died = folder / DIED
    for _ in range(2):  # what stood beside the rows is lost with a worker, and made again
        for kernel in (PRODUCT, DIAGONAL):
            assert bits(kept[0].sum(kernel, at.beta)) == bits(kept[1].sum(kernel, at.beta))
        if not died.exists():
            dying = spread.sum(DIES_ONCE, str(folder))
            assert died.exists()
            assert bits(dying) == bits(here.sum(DIES_ONCE, str(folder)))


def test_processes_that_die_in_the_middle_of_a_read(three: Processes, rows: Rows, tmp_path: Path) -> None:
    checked(Spread(rows, SomeOf(three, 2), supply_of(rows)), rows, tmp_path)


def test_dask_workers_that_die_in_the_middle_of_a_read(rows: Rows, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    pool = pool_of("local:2")
    try:
        addresses = pool.workers()
        assert len(addresses) == 2
        assert all(address.startswith("tcp://127.0.0.1:") for address in addresses)
        checked(Spread(rows, pool, supply_of(rows)), rows, tmp_path)
        client = pool._client
        assert isinstance(client, distributed.Client)
        frame, y = mixed(2)
        alone = loglik.LogisticRegression().fit(frame, y).coef_
        fitted = loglik.fit_classifier(frame.assign(y=y), "y", workers=client)
        assert np.array_equal(np.asarray(fitted.coefficients)[:, 1:].ravel()[:4], alone.ravel()[:4])
        assert pool.run([(pool.workers()[0], os.getpid, ())])  # a client of the user's is left open
    finally:
        pool.close("")


def mixed(k: int) -> tuple[pd.DataFrame, np.ndarray]:
    x, y = simulate(100_000, 4, k, 3)
    frame = pd.DataFrame(x + np.array([0.0, 1e6, 0.0, 0.0]), columns=list("abcd"))
    frame["g"] = np.random.default_rng(4).choice([f"l{i}" for i in range(30)], y.size)
    return frame, y


def documents(frame: Any, **options: Any) -> str:
    model = loglik.fit_classifier(frame, "y", **options)
    return repr((np.asarray(model.coefficients).tolist(), model.tidy(), model.glance()))


@pytest.mark.filterwarnings("ignore::loglik.InferenceWarning")
@pytest.mark.parametrize(
    ("k", "options"),
    [
        (2, {}), (3, {}), (2, {"alpha": 0.01}), (2, {"vcov": "HC1"}), (2, {"vcov": "cluster", "cluster": "g"}),
        (2, {"weights": "w", "weight_kind": "sampling", "offset": "o", "exclude": []}), (2, {"firth": True}),
    ],
)  # fmt: skip
def test_whole_fits(k: int, options: dict[str, Any], three: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, y = mixed(k)
    frame["y"] = y
    if "weights" in options:
        rng = np.random.default_rng(5)
        frame["w"], frame["o"] = rng.uniform(0.5, 2.0, y.size), rng.normal(size=y.size)
    many = (1, 2, 3) if options in ({}, {"alpha": 0.01}) else (3,)
    alone = {documents(frame, threads=threads, **options) for threads in ((1, 2, 8) if len(many) > 1 else (2,))}
    for number in many:
        monkeypatch.setattr(chosen, "pool_of", lambda number: SomeOf(three, number))
        assert {documents(frame, workers=number, **options)} == alone


def test_separated_classes_are_found_by_workers_too(three: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, _ = mixed(2)
    frame["y"] = (frame["a"] + 0.1 * frame["b"] > 1e5).astype(int)
    monkeypatch.setattr(chosen, "pool_of", lambda number: SomeOf(three, number))
    said = []
    for options in ({}, {"workers": 2}):
        with pytest.raises(loglik.SeparationError) as found:
            loglik.fit_classifier(frame, "y", features=["a", "b"], **options)
        said.append(str(found.value))
    assert said[0] == said[1]


def test_only_what_is_small_travels(rows: Rows) -> None:
    """Names, parameters and columns without their rows; sums come back."""
    sent: list[int] = []

    class Here:
        def workers(self) -> list[str]:
            return ["a", "b"]

        def run(self, calls: Any) -> list[Any]:
            found = []
            for _, function, given in calls:
                sent.append(len(pickle.dumps((function, given))))
                found.append(function(*given))
                sent.append(len(pickle.dumps(found[-1])))
            return found

        def close(self, name: str) -> None:
            """Nothing was started."""

    spread = Spread(rows, Here(), supply_of(rows))
    at = At(family_for(3), np.zeros((2, rows.design.n_coefficients)), hessian=True)
    spread.sum(ANY, at)
    assert max(sent) > 1_000_000  # the rows, once
    sent.clear()
    spread.sum(ANY, at)
    assert sum(sent) < 60_000


class StubClient:
    """A Dask client as far as it is asked: what its workers say of themselves."""

    def __init__(self, has: Any, described: Any) -> None:
        self.has, self.described = has, described

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:  # noqa: ARG002
        return {"workers": {"tcp://10.0.0.1:1": {"nthreads": 2}, "tcp://10.0.0.2:1": {"nthreads": 1}}}

    def scatter(self) -> None:
        """Rows would be sent."""

    def cancel(self, futures: Any, *, force: bool) -> None:
        """Nobody waits for it any more."""

    def run(self, function: Any, *_: Any, workers: list[str], on_error: str) -> dict[str, Any]:  # noqa: ARG002
        described = [machine(), self.described]
        return dict(zip(workers, [True, self.has] if function is eval else described, strict=True))


def test_workers_that_would_give_other_bits_are_refused() -> None:
    same = DaskWorkers(StubClient(True, machine()))
    assert same.workers() == ["tcp://10.0.0.1:1"] * 2 + ["tcp://10.0.0.2:1"]
    assert differences(machine(), machine()) == []
    for changed in ({"features": "+avx"}, {"numpy": "1.0"}, {"blas": "openblas 0.3 Haswell"}):
        with pytest.raises(DataError, match=r"10\.0\.0\.2") as found:
            DaskWorkers(StubClient(True, {**machine(), **changed})).workers()
        assert found.value.code == "LL531"
        assert next(iter(changed)) in str(found.value)
    with pytest.raises(DataError, match=r"10\.0\.0\.2") as lacking:
        DaskWorkers(StubClient(False, {})).workers()
    assert lacking.value.code == "LL532"
    with pytest.raises(
        DataError, match=r"10\.0\.0\.2"
    ) as older:  # it has the package, but of a version that says nothing
        DaskWorkers(StubClient(True, ModuleNotFoundError("loglik.parallel.machine"))).workers()
    assert older.value.code == "LL532"


class Finished:
    """What a worker has found; it has to be fetched from there."""

    status = "finished"

    def __init__(self, late: int) -> None:
        self.late = late

    def result(self, timeout: float) -> str:
        self.late -= 1
        if self.late >= 0:
            assert timeout <= 4.0
            raise TimeoutError
        return "found"


def test_what_a_worker_has_found_is_lost_with_it() -> None:
    pool = DaskWorkers(StubClient(True, machine()))
    assert pool._result(Finished(late=3), "tcp://10.0.0.1:1") == "found"
    assert pool._result(Finished(late=10**9), "tcp://10.0.0.9:1") is LOST


@pytest.mark.parametrize(
    "said", ["two", "local", "local:0", "local:-1", "processes:x", "local:9999", "http://a", 3, ""]
)
def test_workers_that_nobody_knows(said: Any) -> None:
    with pytest.raises(DataError) as found:
        pool_of(said)
    assert found.value.code == "LL535"


class Mortal:
    """Workers all of which die at every question."""

    def workers(self) -> list[str]:
        return ["a", "b"]

    def run(self, calls: Any) -> list[Any]:
        return [LOST] * len(calls)

    def close(self, name: str) -> None:
        """Nothing was started."""


def test_rows_that_kill_every_worker_end_the_fit(rows: Rows) -> None:
    with pytest.raises(DataError) as found:
        Spread(rows, Mortal(), supply_of(rows)).sum(CLASS_WEIGHTS, 3)
    assert found.value.code == "LL534"


def test_workers_open_the_file_of_rows_that_are_not_in_memory(
    three: Processes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where rows lie changes no bit; those of a file are not sent."""
    frame, y = mixed(2)
    frame["y"] = y
    frame.loc[::7, "c"] = np.nan  # rows that are left out
    path = tmp_path / "d.parquet"
    frame.to_parquet(path)
    sent: list[int] = []

    class Weighed(SomeOf):
        def run(self, calls: Any) -> list[Any]:
            sent.extend(len(part) for _, _, given in calls for part in given if isinstance(part, bytes))
            return super().run(calls)

    monkeypatch.setattr(chosen, "pool_of", lambda number: Weighed(three, number))
    alone = documents(frame)
    assert documents(path, memory_limit=0, workers=2) == alone
    assert sum(sent) <= 2 * 13 * len(frame)  # labels and weights, to each of both
    assert documents(path, workers=2) == alone
