"""A fit that is ended, however, goes on from the reads it has made, and comes to the same bits."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import loglik
from conftest import simulate
from loglik.cli import main
from loglik.design.contents import CONTENTS
from loglik.errors import DataError
from loglik.parallel.executor import Threads
from loglik.parallel.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = [
    (2, {}), (3, {}), (2, {"alpha": 0.01}), (2, {"firth": True}), (2, {"vcov": "HC1"}), (2, {"solver": "newton"}),
]  # fmt: skip


def data(k: int, n: int = 40_000) -> pd.DataFrame:
    x, y = simulate(n, 5, k, 3)
    frame = pd.DataFrame(x, columns=list("abcde"))
    frame["g"] = np.random.default_rng(4).choice([f"l{i}" for i in range(30)], n)
    return frame.assign(y=y)


def document(frame: pd.DataFrame, **options: Any) -> str:
    model = loglik.fit_classifier(frame, "y", **options)
    return repr((np.asarray(model.coefficients).tolist(), model.tidy(), model.glance()))


class Ending:
    """Ends a fit before its read number `at`, and counts the reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, n: int) -> None:
        self.at, self.count = 10**9, 0
        read = Threads.sum

        def watched(executor: Threads, kernel: Any, parameters: Any) -> Any:
            if executor.rows.n_rows == n and kernel is not CONTENTS:
                self.count += 1
                if self.count > self.at:
                    raise KeyboardInterrupt
            return read(executor, kernel, parameters)

        monkeypatch.setattr(Threads, "sum", watched)


@pytest.mark.parametrize(("k", "options"), OPTIONS)
def test_interrupted_before_every_read(
    k: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    frame = data(k, 12_000)
    alone = document(frame, **options)
    ending = Ending(monkeypatch, len(frame))
    folder = tmp_path / "reads"
    document(frame, resume=folder, **options)
    assert not folder.exists()  # a fit that is done leaves nothing
    total, ending.count = ending.count, 0
    for at in range(total):
        ending.at, ending.count = 1 if at else 0, 0  # one more read at a time
        with pytest.raises(KeyboardInterrupt):
            document(frame, resume=folder, **options)
        assert len(list(folder.glob("*.npz"))) == at
    ending.at, ending.count = 10**9, 0
    assert document(frame, resume=folder, **options) == alone
    assert ending.count <= 1
    assert not folder.exists()


def test_sums_that_are_damaged_or_missing_are_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    frame, folder = data(2, 12_000), tmp_path / "reads"
    alone = document(frame)
    ending = Ending(monkeypatch, len(frame))
    ending.at = 4
    with pytest.raises(KeyboardInterrupt):
        document(frame, resume=folder)
    kept = sorted(folder.glob("*.npz"))
    flipped = bytearray(kept[1].read_bytes())
    flipped[len(flipped) // 2] ^= 1
    kept[1].write_bytes(flipped)
    kept[2].write_bytes(kept[2].read_bytes()[:100])
    kept[3].write_bytes(b"")
    (folder / "00009.npz.tmp").write_bytes(b"half of it")
    ending.at = 10**9
    assert document(frame, resume=folder) == alone


def begun(frame: pd.DataFrame, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as within:
        Ending(within, len(frame)).at = 3
        with pytest.raises(KeyboardInterrupt):
            document(frame, resume=folder)


def test_another_fit_does_not_go_on_from_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    frame, folder = data(2, 12_000), tmp_path / "reads"
    begun(frame, folder, monkeypatch)
    moved, swapped = frame.assign(a=np.roll(frame["a"], 1)), frame.assign(y=1 - frame["y"])
    nudged = frame.copy()
    nudged.loc[7, "b"] += 1e-9  # one row of many
    levels = frame.assign(g=np.roll(frame["g"], 1))
    for other, options in (
        (frame, {"tol": 1e-6}), (frame, {"exclude": ["a"]}), (moved, {}), (swapped, {}), (frame.iloc[1:], {}),
        (nudged, {}), (levels, {}),
    ):  # fmt: skip
        with pytest.raises(DataError) as found:
            document(other, resume=folder, **options)
        assert found.value.code == "LL536"
    assert document(frame, resume=folder, threads=1) == document(frame)


def test_folders_that_are_something_else(tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", "utf-8")
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "fit.json").write_text('{"schema": "another"}', "utf-8")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "fit.json").write_text('{"sche', "utf-8")
    for name in ("mine", "file", "other", "torn", "file/below"):
        with pytest.raises(DataError) as found:
            Journal(tmp_path / name, {})
        assert found.value.code == "LL537"
    assert (tmp_path / "mine" / "letter.txt").exists()


KILLED = """
import os, signal, sys
from loglik.cli import main
from loglik.parallel.journal import Journal
noted = Journal.note
def note(self, key, total):
    noted(self, key, total)
    if self._place == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
Journal.note = note
main(sys.argv[2:])
"""


def test_a_command_that_is_killed_goes_on(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path, folder = tmp_path / "d.csv", tmp_path / "reads"
    data(2, 3_000).to_csv(path, index=False)
    command = ["fit", str(path), "-t", "y", "--json", "-q"]
    assert main(command) == 0
    alone = json.loads(capsys.readouterr().out)
    command += ["--resume", str(folder)]
    killed = subprocess.run([sys.executable, "-c", KILLED, "3", *command], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout == b""
    assert len(list(folder.glob("*.npz"))) == 3
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out) == alone
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == [path]
