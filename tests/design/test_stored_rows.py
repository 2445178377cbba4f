"""Rows stored in chunks: the same bits as arrays, in memory and mapped, whatever the model asks of them."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.design import queried_file
from loglik.design.duckdb_source import FileSource
from loglik.design.encoded import EncodedSource, encoded
from loglik.design.files import open_source
from loglik.design.model_frame import model_frame
from loglik.design.model_spec import ModelSpec
from loglik.design.rows import Rows
from loglik.design.stored import chunks, memory
from loglik.design.stored.memory import _of_control_groups, memory_of
from loglik.design.stored.rows import by_name
from loglik.parallel import scratch
from loglik.parallel.scratch import spilling

N = 3000


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(N, 3))
    g, h = rng.choice(["a", "b", "c"], N, p=[0.5, 0.3, 0.2]), rng.integers(0, 60, N)
    eta = x @ [0.5, -0.4, 0.3] + 0.4 * (g == "b") + 0.01 * (h % 7)
    frame = pd.DataFrame({
        "x0": x[:, 0], "x1": x[:, 1].astype(np.float32), "x2": x[:, 2], "g": g, "h": [f"h{v}" for v in h],
        "y": np.where(eta + rng.logistic(size=N) > 0, "yes", "no"), "k": rng.choice(["p", "q", "r"], N),
        "w": rng.integers(0, 3, N).astype(float), "o": rng.normal(size=N) / 5, "c": rng.integers(0, 40, N),
        "t": rng.choice(["s", "u", "v", "z"], N),
    })  # fmt: skip
    frame["u"] = np.where((frame.y == "yes") & (x[:, 0] > 1), "only", "some")
    frame.loc[rng.choice(N, 50, replace=False), "x0"] = np.nan
    frame.loc[rng.choice(N, 50, replace=False), "g"] = None
    path = tmp_path_factory.mktemp("stored") / "d.parquet"
    frame.to_parquet(path, row_group_size=700)
    return path


MODELS = {
    "numbers": {"target": "y", "features": ["x0", "x2"]},
    "float32": {"target": "y", "features": ["x1", "x2"]},
    "levels": {"target": "y", "features": ["g", "x0", "h"]},
    "levels alone": {"target": "y", "features": ["g", "h"], "alpha": 0.01},
    "no columns": {"target": "y", "features": []},
    "weights and offset": {"target": "y", "features": ["x0", "x1", "g"], "weights": "w", "offset": "o"},
    "three classes": {"target": "k", "features": ["x1", "x2", "g"], "offset": "o"},
    "rare levels": {"target": "y", "features": ["h", "x2"], "min_count": 50},
    "numbers as levels": {"target": "y", "features": ["c", "x2"], "categorical": ["c"]},
    "clusters": {"target": "y", "features": ["x0", "g"], "cluster": ["c", "t"]},
    "robust": {"target": "y", "features": ["x0", "x1"], "vcov": "HC3"},
    "Firth": {"target": "y", "features": ["x0", "g"], "firth": True},
    "formula": {"formula": "y ~ bs(x0, df=4) + x1*g + log(abs(x2) + 1) + x2:t + offset(o)"},
    "separated": {"target": "y", "features": ["u", "x2", "g"], "separation": "report"},
    "profile": {"target": "y", "features": ["x0", "x2"], "intervals": "profile"},
}


def document(path: object, model: dict, **more: object) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", loglik.errors.SeparationWarning)
        made = loglik.fit_classifier(path, **model, **more)
    return json.dumps([made.report.as_json(), made.report.fingerprint, made.coefficients.tolist()])


@pytest.mark.parametrize("name", MODELS)
def test_same_document_in_arrays_in_chunks_and_mapped(
    name: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_arrays = document(table, MODELS[name])
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    assert document(table, MODELS[name]) == as_arrays
    spill = tmp_path / "spill"
    assert document(table, MODELS[name], memory_limit=0, spill_dir=spill) == as_arrays
    assert list(spill.iterdir()) == []


def test_chunks_as_large_as_they_are(tmp_path: Path) -> None:
    """Blocks are views of chunks then, without a copy."""
    n, rng = chunks.CHUNK_ROWS + 4321, np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.normal(size=n), "z": rng.normal(size=n) + 1e6, "g": rng.choice(list("abc"), n)})
    frame["y"] = np.where(frame.x + (frame.g == "b") + rng.logistic(size=n) > 0.3, "yes", "no")
    frame.to_parquet(tmp_path / "d.parquet")
    made = loglik.fit_classifier(frame, "y")
    for threads in (1, 2, 8):
        for more in ({}, {"memory_limit": 0, "spill_dir": tmp_path / "spill"}):
            stored = loglik.fit_classifier(tmp_path / "d.parquet", "y", threads=threads, **more)
            np.testing.assert_array_equal(stored.coefficients, made.coefficients)
            assert [t.std_error for t in stored.report.terms] == [t.std_error for t in made.report.terms]


def test_what_is_stored_is_read_like_an_array(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = model_frame(open_source(table), ModelSpec(target="y", features=["x0", "x1", "g", "h"])).design
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    stored = model_frame(open_source(table), ModelSpec(target="y", features=["x0", "x1", "g", "h"])).design
    assert not stored.is_in_memory
    assert stored.dense.shape == plain.dense.shape
    index = np.array([2800, 3, 3, 256, 255, 700])
    for ours, theirs in ((stored.dense, plain.dense), (stored.codes, plain.codes)):
        for key in (
            slice(0, 10),
            slice(200, 900),
            slice(250, 256),
            index,
            (slice(None), 1),
            (slice(None), slice(0, 0)),
            5,
        ):
            np.testing.assert_array_equal(ours[key], theirs[key])
        np.testing.assert_array_equal(np.asarray(ours), theirs)


def test_mapped_rows_travel_by_name(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    with spilling() as spill:
        source = open_source(table, memory=memory_of(0, tmp_path))
        monkeypatch.setattr(scratch, "_SMALL", 0)
        frame = model_frame(source, ModelSpec(target="y", features=["x0", "x1", "g"], weights="w", offset="o"))
        assert spill.directory is not None
        rows = Rows(frame.design, frame.target.label, frame.weight, frame.offset)
        (sent,) = by_name(rows, None, None, None)
        assert len(sent) < 10_000
        again, here = (stored.block(300, 900) for stored in (pickle.loads(sent), rows))  # noqa: S301
        for name in ("label", "weight", "offset"):
            np.testing.assert_array_equal(getattr(again, name), getattr(here, name))
        np.testing.assert_array_equal(again.design.dense, here.design.dense)
        np.testing.assert_array_equal(again.design.codes, here.design.codes)
        # Weights that are a part of what somebody mapped, from the middle of a file.
        np.arange(2.0 * N).tofile(tmp_path / "w.bin")
        whole = np.memmap(tmp_path / "w.bin", float, "r", offset=80)
        for weight in (whole[7 : 7 + rows.n_rows], whole[7:].view(np.ndarray)[5 : 5 + rows.n_rows]):
            (sent,) = by_name(replace(rows, weight=weight), None, None, None)
            np.testing.assert_array_equal(pickle.loads(sent).weight, weight)  # noqa: S301


def mapped(table: Path, tmp_path: Path) -> tuple[EncodedSource, Path]:
    source = open_source(table, memory=memory_of(0, tmp_path))
    source.prepare(["x0", "x2", "g"])
    made = encoded(source, ["x0", "x2"], ["g"])
    assert isinstance(made, EncodedSource)
    return made, next(tmp_path.glob("*/rows.bin"))


def test_a_flipped_bit_is_found(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    rng = np.random.default_rng(0)
    with spilling():
        made, file = mapped(table, tmp_path)
        whole = file.read_bytes()
        for place in rng.integers(0, len(whole), 40).tolist():
            damaged = bytearray(whole)
            damaged[place] ^= 1 << int(rng.integers(8))
            file.write_bytes(damaged)
            again = pickle.loads(pickle.dumps(made.store))  # noqa: S301
            with pytest.raises(loglik.DataError, match="LL509"):
                list(again.chunks)
        file.write_bytes(whole[:-1])
        with pytest.raises(loglik.DataError, match="LL509"):
            pickle.loads(pickle.dumps(made.store))  # noqa: S301
        file.write_bytes(whole)
        assert sum(c.n_rows for c in pickle.loads(pickle.dumps(made.store)).chunks) == N  # noqa: S301


@pytest.mark.parametrize("size", [1000, 40_000])
def test_a_full_disk(size: int, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(loglik.DataError, match="LL507"):
            loglik.fit_classifier(
                table, "y", features=["x0", "x1", "x2", "g"], memory_limit=0, spill_dir=tmp_path / "spill"
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert list((tmp_path / "spill").iterdir()) == []


def test_a_full_disk_while_text_is_parsed(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    monkeypatch.setattr(queried_file, "_KEPT_IN_MEMORY", 0)
    pd.concat([pd.read_parquet(table)] * 20).to_csv(tmp_path / "d.csv", index=False)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, before[1]))
    try:
        with pytest.raises(loglik.DataError, match="LL507"):
            loglik.fit_classifier(tmp_path / "d.csv", "y", features=["x0", "x2", "g"], spill_dir=tmp_path / "spill")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert list((tmp_path / "spill").iterdir()) == []


def test_no_room_and_no_directory(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    (tmp_path / "file").write_text("")
    with pytest.raises(loglik.DataError, match=r"LL507.*cannot hold"):
        loglik.fit_classifier(table, "y", features=["x2"], memory_limit=0, spill_dir=tmp_path / "file")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(loglik.DataError, match=r"LL507.*GB free"):
        loglik.fit_classifier(table, "y", features=["x2"], memory_limit=0, spill_dir=tmp_path)


def test_memory_of_a_control_group(tmp_path: Path) -> None:
    two = tmp_path / "two"
    (two / "a" / "b").mkdir(parents=True)
    (two / "a" / "memory.max").write_text("1000\n")
    (two / "a" / "memory.current").write_text("700\n")
    (two / "a" / "memory.stat").write_text("anon 5\ninactive_file 100\n")
    (two / "a" / "b" / "memory.max").write_text("max\n")
    own = tmp_path / "own"
    own.write_text("0::/a/b\n")
    assert list(_of_control_groups(two, own)) == [400]
    one = tmp_path / "one" / "memory" / "a"
    one.mkdir(parents=True)
    (one / "memory.limit_in_bytes").write_text("5000")
    (one / "memory.usage_in_bytes").write_text("1000")
    (one / "memory.stat").write_text("total_inactive_file 1\n")
    own.write_text("5:cpu:/a\n4:memory:/a\n")
    assert list(_of_control_groups(tmp_path / "one", own)) == [4001]


@pytest.mark.parametrize("limit", ["many", "3 XB", -1, True, 1.5])
def test_no_size(limit: object) -> None:
    with pytest.raises(loglik.DataError, match="LL118"):
        memory_of(limit)


def test_rows_kept_for_the_next_fit(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    rows, spill = tmp_path / "d.csv", tmp_path / "spill"
    pd.read_parquet(table).to_csv(rows, index=False)
    models = {name: MODELS[name] for name in ("weights and offset", "formula", "three classes", "clusters")}
    expected = {name: document(rows, model) for name, model in models.items()}
    read, calls = FileSource.batches, []
    monkeypatch.setattr(FileSource, "batches", lambda *a: calls.append(1) or read(*a))
    kept = {"spill_dir": spill, "keep_cache": True}
    for name, model in models.items():
        assert document(rows, model, **kept) == expected[name]
        before = len(calls)
        assert document(rows, model, **kept) == expected[name]
        assert len(calls) == before
    again = open_source(rows, memory=memory_of(None, spill, keep=True))  # a source may be fitted twice
    assert [document(again, models["three classes"]) for _ in range(2)] == [expected["three classes"]] * 2
    assert document(rows, {"target": "k", "features": ["x2", "g"]}, **kept)
    (directory,) = spill.iterdir()
    assert len(list(directory.iterdir())) == 2
    pd.read_parquet(table).iloc[::-1].to_csv(rows, index=False)  # another file of the same size
    before = len(calls)
    document(rows, models["clusters"], **kept)
    assert len(calls) == before + 1
    (file,) = directory.glob("*.bin")
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 4
    file.write_bytes(damaged)
    with pytest.raises(loglik.DataError, match=r"LL509.*chunk"):
        document(rows, models["clusters"], **kept)
    (directory / "manifest.json").write_text("{}")
    document(rows, models["clusters"], **kept)
    assert len(calls) == before + 2


def test_what_a_killed_fit_left_behind_goes_with_the_next(table: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    dead = subprocess.Popen(["true"])
    dead.wait()
    left, alive = tmp_path / f"loglik-rows-{dead.pid}-a", tmp_path / f"loglik-rows-{os.getpid()}-b"
    left.mkdir()
    alive.mkdir()
    document(table, MODELS["numbers"], memory_limit=0, spill_dir=tmp_path)
    assert not left.exists()
    assert alive.exists()


def test_a_directory_in_memory_is_warned_about(table: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 256)
    monkeypatch.setattr(memory, "_file_system", lambda _: "tmpfs")
    with pytest.warns(loglik.errors.DataWarning, match="LL508"):
        loglik.fit_classifier(table, "y", features=["x2"], memory_limit=0, spill_dir=tmp_path)
    assert memory._file_system(Path("/proc")) == "tmpfs"
    monkeypatch.undo()
    assert memory._file_system(Path("/proc")) == "proc"
