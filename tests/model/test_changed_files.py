"""A file that changes while it is read is refused; what is written is written whole."""

from __future__ import annotations

import os
import shlex
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.cli import main
from loglik.design.duckdb_source import FileSource
from loglik.design.files import open_source

RNG = np.random.default_rng(4)
FRAME = pd.DataFrame(
    {"x": RNG.normal(size=60).round(3), "g": RNG.choice(["a", "b"], 60), "y": RNG.choice(["n", "p"], 60)}
)
WRITERS = {
    "d.csv": lambda frame, path: frame.to_csv(path, index=False),
    "d.parquet": lambda frame, path: frame.to_parquet(path),
    "d.jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True),
}


def replaced(path: Path) -> None:
    WRITERS[path.name](FRAME.iloc[::-1], path.with_name("new"))
    os.utime(path.with_name("new"), ns=(0, path.stat().st_mtime_ns))  # the same size and time
    path.with_name("new").replace(path)


def overwritten(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[::-1])
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1000))


def appended(path: Path) -> None:
    before = path.stat()
    with path.open("ab") as stream:
        stream.write(b"1,a,n\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [replaced, overwritten, appended, Path.unlink])
@pytest.mark.parametrize("name", WRITERS)
def test_between_opening_and_reading(name: str, change, in_tmp: Path) -> None:
    WRITERS[name](FRAME, in_tmp / name)
    source = open_source(in_tmp / name)
    change(in_tmp / name)
    with pytest.raises(loglik.DataError, match=f"LL168 {name} was changed or replaced"):
        loglik.fit_classifier(source, "y")


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("name", WRITERS)
def test_between_two_reads(name: str, small: bool, in_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WRITERS[name](FRAME, in_tmp / name)
    source = open_source(in_tmp / name)
    source.once = small
    read, calls = FileSource.codes, []

    def codes(self: FileSource, column: str, kind: str | None = None):
        calls.append(column)
        if len(calls) == 1:
            replaced(in_tmp / name)
        return read(self, column, kind)

    monkeypatch.setattr(FileSource, "codes", codes)
    with pytest.raises(loglik.DataError, match="LL168"):
        loglik.fit_classifier(source, "y")


@pytest.mark.usefixtures("in_tmp")
def test_no_model_comes_from_two_files_in_turn() -> None:
    """A writer swaps two files all the time: every fit is of one of them, or refused."""
    other = FRAME.assign(x=-FRAME.x)
    expected = [loglik.fit_classifier(f, "y").report.overall.log_likelihood for f in (FRAME, other)]
    slopes = [loglik.fit_classifier(f, "y").report.terms[1].estimate for f in (FRAME, other)]
    FRAME.to_csv("d.csv", index=False)
    stop = threading.Event()

    def swap() -> None:
        turn = 0
        while not stop.is_set():
            (other, FRAME)[turn].to_csv("new", index=False)
            Path("new").replace("d.csv")
            turn = 1 - turn

    writer = threading.Thread(target=swap)
    writer.start()
    try:
        for _ in range(15):
            try:
                report = loglik.fit_classifier("d.csv", "y").report
            except loglik.DataError as error:
                assert error.code == "LL168"  # noqa: PT017
            else:
                assert report.terms[1].estimate in slopes
                assert report.overall.log_likelihood in expected
    finally:
        stop.set()
        writer.join()


@pytest.mark.usefixtures("in_tmp")
def test_a_failed_prediction_leaves_the_old_output() -> None:
    FRAME.to_csv("d.csv", index=False)
    assert main(shlex.split("fit d.csv -t y -o m.json -q")) == 0
    for name in ("p.csv", "p.parquet"):
        Path(name).write_text("old")
        FRAME.assign(g="never seen").to_csv("odd.csv", index=False)
        assert main(shlex.split(f"predict m.json odd.csv -o {name}")) == 2
        assert Path(name).read_text() == "old"
    assert sorted(p.name for p in Path().iterdir()) == ["d.csv", "m.json", "odd.csv", "p.csv", "p.parquet"]
