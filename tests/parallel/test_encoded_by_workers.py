"""Workers read and encode the files themselves: the same bits, and no rows travel; where they cannot, they are sent some."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import loglik
from loglik.design import encoded
from loglik.design.stored.again import can_encode
from loglik.design.stored.shares import _sees
from loglik.parallel.pools import chosen
from loglik.parallel.pools.pool import LOST
from loglik.parallel.pools.processes import Processes
from loglik.parallel.worker import WHOLE, hold

if TYPE_CHECKING:
    from collections.abc import Iterator

N = 200_000


def table() -> pa.Table:
    """Numbers of 64 and 32 bits and whole ones; levels of text, of numbers and of booleans; a level that is last alone."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"a": rng.normal(size=N), "b": rng.normal(size=N).astype(np.float32), "i": rng.integers(9, size=N)}
    )
    frame["g"] = rng.choice([f"l{i}" for i in range(300)], N)
    frame.loc[N - 500 :, "g"] = "last"
    frame["code"], frame["flag"] = rng.integers(-3, 4, N), rng.random(N) < 0.3
    frame["w"] = rng.integers(1, 4, N)
    frame["y"] = (rng.random(N) < 1 / (1 + np.exp(0.5 - frame["a"]))).astype(np.int8)
    frame["three"] = np.where(rng.random(N) < 0.2, "p", np.where(frame["y"] == 1, "q", "r"))
    return pa.Table.from_pandas(frame, preserve_index=False)


TABLE = table()
SPEC: dict[str, Any] = {"target": "y", "exclude": ["three"], "categorical": ["code"], "weights": "w"}


@pytest.fixture(scope="module")
def three() -> Iterator[Processes]:
    pool = Processes(3)
    yield pool
    pool.close("")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Three files, whose row groups begin and end within chunks and shares."""
    folder = tmp_path / "rows"
    folder.mkdir()
    for i, (lo, hi) in enumerate([(0, 70_001), (70_001, 70_002), (70_002, N)]):
        pq.write_table(
            TABLE.slice(lo, hi - lo), folder / f"{i}.parquet", row_group_size=30_000, write_page_checksum=True
        )
    return folder


class Weighed:
    """Workers, and the bytes of all that is sent to them; they may be killed, or be without some of the files."""

    def __init__(self, pool: Processes, *, without: tuple[str, ...] = (), dies_at: str = "") -> None:
        self.pool, self.without, self.dies_at, self.sent, self.asked = pool, without, dies_at, 0, []

    def workers(self) -> list[str]:
        return self.pool.workers()

    def run(self, calls: Any) -> list[Any]:
        self.sent += sum(len(pickle.dumps(given)) for _, _, given in calls)
        self.asked += [function.__name__ for _, function, _ in calls]
        if self.dies_at in self.asked:
            self.dies_at = "nobody"
            os.kill(next(iter(self.pool._executors["process 1"]._processes)), signal.SIGKILL)
        said = self.pool.run([(w, _has_not if self._lacks(f, given) else f, given) for w, f, given in calls])
        self.asked += ["lost"] * sum(one is LOST for one in said)
        return said

    def _lacks(self, function: Any, given: Any) -> bool:
        """Whether the files that this is about are said to be on another machine."""
        if function is hold and given[1] == WHOLE:
            kind = "encoded" if b"parquet_batches" in given[2] else "mapped"
            return kind in self.without
        return {_sees: "mapped", can_encode: "encoded"}.get(function) in self.without

    def close(self, name: str) -> None:
        """They stay."""


def _has_not(*_: Any) -> bool:
    return False


def figures(data: Path, **options: Any) -> str:
    model = loglik.fit_classifier(data, **SPEC | options)
    terms = [(t.term, t.estimate, t.std_error) for t in model.report.terms]
    return repr((np.asarray(model.coefficients).tolist(), terms, model.report.missing))


def test_nothing_but_names_and_sums_travels(three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = figures(rows, memory_limit=0)
    assert figures(rows) == alone
    pool = Weighed(three)
    monkeypatch.setattr(chosen, "pool_of", lambda _: pool)
    assert figures(rows, workers="these") == alone
    assert pool.asked.count("_encode") == 3
    assert pool.sent < 400_000  # the rows have 10 MB
    assert "g[last]" in alone


def test_rows_that_are_left_out(three: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = TABLE.to_pandas()
    frame.loc[::7, "a"], frame.loc[5::11, "g"], frame.loc[3::13, "w"] = np.nan, None, 0
    frame.loc[10_000:99_999, "a"] = np.nan  # a chunk and more
    frame.to_parquet(tmp_path / "d.parquet", row_group_size=50_000)
    alone = figures(tmp_path / "d.parquet")
    for without in ((), ("mapped",)):
        pool = Weighed(three, without=without)
        monkeypatch.setattr(chosen, "pool_of", lambda _, pool=pool: pool)
        assert figures(tmp_path / "d.parquet", workers="these") == alone
        assert pool.asked.count("_encode") == (0 if without else 3)
        assert pool.sent < 400_000


def test_a_worker_that_is_killed_while_it_encodes(
    three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = figures(rows)
    for moment in ("_keys", "_encode"):
        pool = Weighed(three, dies_at=moment)
        monkeypatch.setattr(chosen, "pool_of", lambda _, pool=pool: pool)
        assert figures(rows, workers="these") == alone
        assert "lost" in pool.asked


@pytest.mark.filterwarnings("ignore::loglik.InferenceWarning")
@pytest.mark.parametrize("limit", [None, 0])
def test_workers_that_have_the_files_encode_them_again(
    limit: int | None, three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on other machines, with the files from a network: what this process maps is not there."""
    alone = figures(rows)
    pool = Weighed(three, without=("mapped",))
    monkeypatch.setattr(chosen, "pool_of", lambda _: pool)
    assert figures(rows, workers="these", memory_limit=limit) == alone
    assert "_encode" not in pool.asked
    assert pool.sent < 400_000
    alone = figures(rows, weight_kind="sampling")  # weights that are scaled by their sum are sent, with their rows
    assert figures(rows, weight_kind="sampling", workers="these", memory_limit=limit) == alone
    assert pool.sent > 20 * N


@pytest.mark.parametrize(
    "options",
    [
        {"target": "three", "alpha": 0.01}, {"target": "three", "vcov": "HC1"}, {"vcov": "cluster", "cluster": "code"},
        {"offset": "b", "weights": None}, {"where": "i < 7"},
        {"target": None, "formula": "y ~ a*flag + log(w) + i", "weights": None},
    ],
)  # fmt: skip
def test_whatever_is_fitted(
    options: dict[str, Any], three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = {"target": "y", "features": None if "formula" in options else ["a", "i", "g", "flag"], "weights": "w"}
    monkeypatch.setattr(sys.modules[__name__], "SPEC", {})
    alone = figures(rows, **usual | options)
    for without in ((), ("mapped",)):
        pool = Weighed(three, without=without)
        monkeypatch.setattr(chosen, "pool_of", lambda _, pool=pool: pool)
        assert figures(rows, workers="these", **usual | options) == alone
        if "formula" not in options and "where" not in options:
            assert pool.sent < 400_000


@pytest.mark.parametrize("limit", [None, 0])
def test_workers_without_the_files_are_sent_the_rows(
    limit: int | None, three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = figures(rows)
    pool = Weighed(three, without=("mapped", "encoded"))
    monkeypatch.setattr(chosen, "pool_of", lambda _: pool)
    assert figures(rows, workers="these", memory_limit=limit) == alone
    assert "_encode" not in pool.asked
    assert pool.sent > 20 * N


def test_kept_rows_are_written_by_workers_and_read_by_them(
    three: Processes, rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = figures(rows)
    pool = Weighed(three)
    monkeypatch.setattr(chosen, "pool_of", lambda _: pool)
    kept: dict[str, Any] = {"spill_dir": tmp_path / "kept", "keep_cache": True}
    assert figures(rows, workers="these", **kept) == alone
    pool.asked.clear()
    assert figures(rows, workers="these", **kept) == alone
    assert "_encode" not in pool.asked
    assert figures(rows, **kept) == alone
    assert pool.sent < 800_000


def test_faults_that_workers_find(three: Processes, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Weighed(three)
    monkeypatch.setattr(chosen, "pool_of", lambda _: pool)
    file = rows / "2.parquet"
    whole = file.read_bytes()
    place = pq.ParquetFile(file).metadata.row_group(2).column(0).data_page_offset + 5_000
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(loglik.DataError, match=r"LL505.*2\.parquet"):
        figures(rows, workers="these")
    file.write_bytes(whole)
    made = encoded.encoded_by

    def changing(*given: Any) -> Any:
        (rows / "1.parquet").write_bytes((rows / "1.parquet").read_bytes())
        return made(*given)

    monkeypatch.setattr(encoded, "encoded_by", changing)
    with pytest.raises(loglik.DataError, match="LL168"):
        figures(rows, workers="these")
