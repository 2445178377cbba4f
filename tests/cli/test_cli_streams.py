"""The tool among other programs: signals, closed and full streams, readers that go away, terminals of few characters."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

RUN = "from loglik.cli import main; raise SystemExit(main())"
JAPANESE = "花弁の長さ"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("streams")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    y = np.where(x[:, 0] + rng.normal(size=400) > 0, "はい", "いいえ")
    pd.DataFrame({JAPANESE: x[:, 0], "b😀é": x[:, 1], "y": y}).to_csv(made / "d.csv", index=False)
    x = rng.normal(size=(60, 1_500))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(x.shape[1])]).assign(y=rng.integers(0, 2, 60))
    frame.to_csv(made / "wide.csv", index=False)
    return made


def shell(folder: Path, command: str, **options: Any) -> subprocess.CompletedProcess:
    """Run a command of bash in which $L is the tool."""
    environment = os.environ | {"L": sys.executable, "RUN": RUN, **options.pop("env", {})}
    text = command.replace("loglik ", '"$L" -c "$RUN" ')
    return subprocess.run(
        ["bash", "-c", text], cwd=folder, env=environment, capture_output=True, check=False, timeout=6000, **options
    )


def said(run: subprocess.CompletedProcess) -> str:
    return run.stderr.decode(errors="replace")


def orderly(run: subprocess.CompletedProcess, status: int) -> None:
    assert "Traceback" not in said(run)
    assert "LL199" not in said(run)
    assert b"LL199" not in run.stdout
    assert "Exception ignored" not in said(run)
    assert run.returncode == status, said(run)


def one_error(run: subprocess.CompletedProcess, code: str) -> None:
    orderly(run, 2)
    assert said(run).startswith(code)


LIGHT = ["--help", "--version", "explain", "dice 3 5 2 4 1 5", "dice 1 2 3 --json", "derive"]


@pytest.mark.parametrize("command", ["fit d.csv -t y -q --json", *LIGHT])
class TestOutput:
    def test_full_disk(self, folder: Path, command: str) -> None:
        one_error(shell(folder, f"loglik {command} > /dev/full"), "LL121")

    def test_closed(self, folder: Path, command: str) -> None:
        one_error(shell(folder, f"loglik {command} >&-"), "LL121")

    def test_reader_that_goes_away(self, folder: Path, command: str) -> None:
        """As of other tools: the status of a broken pipe, and never 1, which is "no estimate"."""
        run = shell(folder, f"(sleep 0.1; exec loglik {command}) | true; exit ${{PIPESTATUS[0]}}")
        orderly(run, 141)
        assert said(run) == ""

    def test_everything_closed(self, folder: Path, command: str) -> None:
        orderly(shell(folder, f"loglik {command} <&- >&- 2>&-"), 2)


def test_reader_of_tables_that_goes_away(folder: Path) -> None:
    """Rich itself would end the program with status 1."""
    orderly(shell(folder, "loglik fit d.csv -t y | true; exit ${PIPESTATUS[0]}"), 141)
    orderly(shell(folder, "loglik explain | true; exit ${PIPESTATUS[0]}"), 141)


@pytest.mark.parametrize("way", ["2>&-", "2>/dev/full", "2> >(true)"])
def test_nobody_reads_what_is_said_beside(folder: Path, way: str) -> None:
    run = shell(folder, f"loglik fit d.csv -t y {way}")
    orderly(run, 0)
    assert JAPANESE.encode() in run.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp932", "utf-16"])
def test_encodings(folder: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    run = shell(folder, "loglik fit d.csv -t y -q --json", env=env)
    orderly(run, 0)
    terms = json.loads(run.stdout.decode(encoding))["terms"]
    assert {term["term"] for term in terms} == {"(Intercept)", JAPANESE, "b😀é"}
    for command in ("fit d.csv -t y", "explain LL201 --lang ja"):
        run = shell(folder, f"loglik {command}", env=env)
        orderly(run, 0)
        assert run.stdout.decode(encoding)


@pytest.mark.parametrize("columns", ["0", "1", "-5", "x", "100000"])
def test_widths(folder: Path, columns: str) -> None:
    for command in ("fit d.csv -t y", "explain LL201", "dice 3 5 2", "--help"):
        orderly(shell(folder, f"loglik {command}", env={"COLUMNS": columns, "FORCE_COLOR": "1"}), 0)


def test_no_color(folder: Path) -> None:
    run = shell(folder, "loglik fit d.csv -t y", env={"NO_COLOR": "1"})
    orderly(run, 0)
    assert b"\x1b" not in run.stdout


def test_locale_of_c(folder: Path) -> None:
    env = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for command in ("fit d.csv -t y", "dice 3 5 2 4 1 5", "dice 3 5 2 4 1 5 --lang ja", "explain LL201 --lang ja"):
        run = shell(folder, f"loglik {command}", env=env)
        orderly(run, 0)
        run.stdout.decode("ascii")
    assert b"\\u25" not in shell(folder, "loglik dice 3 5 2", env=env).stdout  # bars are drawn with what there is
    one_error(shell(folder, f"loglik fit d.csv -t {JAPANESE}x -q", env=env), "LL103")


def test_results_on_a_full_disk_and_errors_for_programs(folder: Path) -> None:
    one_error(shell(folder, "loglik fit absent.csv -t y --json > /dev/full"), "LL101")
    one_error(shell(folder, "loglik fit absent.csv -t y --json >&-"), "LL101")
    assert shell(folder, "loglik fit absent.csv -t y --json | true; exit ${PIPESTATUS[0]}").returncode in {2, 141}


@pytest.mark.parametrize("command", ["fit - -t y", "dice --file -", "predict m.json -"])
def test_closed_or_unreadable_input(folder: Path, command: str) -> None:
    assert shell(folder, "loglik fit d.csv -t y -q -o m.json").returncode == 0
    one_error(shell(folder, f"loglik {command} <&-"), "LL101")
    one_error(shell(folder, f"loglik {command} < /dev/null"), "LL102")


def test_a_closed_stream_is_not_given_to_a_data_file(folder: Path) -> None:
    """The first file opened takes the number of a closed stream, and what is printed would then go into it."""
    orderly(shell(folder, "loglik fit d.csv -t y -o kept.json >&- 2>&-"), 2)
    for file in ("kept.json", "d.csv"):
        assert b"step" not in (folder / file).read_bytes()


NOISY = """
import ctypes, os, sys
import loglik.model.train as train
fit = train.train
def noisy(*arguments):
    os.write(1, b"Running HiGHS\\n")
    ctypes.CDLL(None).puts(b"from C, buffered until the end")
    return fit(*arguments)
train.train = noisy
from loglik.cli import main
raise SystemExit(main())
"""


def test_lines_of_libraries_do_not_reach_the_results(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", NOISY, "fit", "d.csv", "-t", "y", "--json"], cwd=folder, capture_output=True, check=True
    )
    assert json.loads(run.stdout)["n_rows"] == 400
    assert b"HiGHS" in run.stderr
    assert b"from C" in run.stderr


def test_names_that_are_not_utf8(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9 '\xff.csv")
    (folder / name).write_bytes((folder / "d.csv").read_bytes())
    command = [sys.executable, "-c", RUN, "fit", name, "-t", "y", "-o", os.fsdecode(b"m\xff.json")]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    orderly(run, 0)
    run = subprocess.run([*command, "--json"], cwd=folder, capture_output=True, check=False)
    orderly(run, 0)
    assert json.loads(run.stdout)["n_rows"] == 400
    absent = subprocess.run([*command[:4], "\udcff.csv", "-t", "\udcfe"], cwd=folder, capture_output=True, check=False)
    one_error(absent, "LL101")
    target = subprocess.run([*command[:5], "-t", "\udcfe", "--json"], cwd=folder, capture_output=True, check=False)
    orderly(target, 2)
    assert json.loads(target.stdout)["code"] == "LL103"


def signalled(folder: Path, arguments: list[str], number: int, delay: float) -> tuple[int, str]:
    started = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(delay)
    started.send_signal(number)
    _, errors = started.communicate(timeout=600)
    return started.returncode, errors


@pytest.mark.parametrize(
    ("number", "status", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_signals_at_any_time(folder: Path, number: int, status: int, word: str) -> None:
    """While it imports, reads, fits and prints: one line at the most, and the status of the signal or of the result."""
    answered = set()
    for delay in np.linspace(0.25, 3.0, 5):
        code, errors = signalled(folder, ["fit", "wide.csv", "-t", "y", "-q", "--alpha", "0.1"], number, delay)
        assert "Traceback" not in errors or delay < 0.5  # Python itself may still be starting
        assert "LL" not in errors
        if code == status:
            assert errors in {f"{word}\n", ""} or delay < 0.5
        answered.add(code)
        assert code in {status, -number, 0}
    assert status in answered


def test_interrupt_while_duckdb_reads(folder: Path) -> None:
    """DuckDB hides the interrupt behind an error of its own."""
    for number, status, word in ((signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")):
        script = f"""
import os, threading, time
from loglik.design.duckdb_source import FileSource
def slow(self, query):
    threading.Timer(0.5, lambda: os.kill(os.getpid(), {int(number)})).start()
    return self.connection.execute("SELECT sum(a.range * b.range % 7) FROM range(100000) a, range(1000000) b").fetchall()
FileSource.execute = slow
{RUN}
"""
        run = subprocess.run(
            [sys.executable, "-c", script, "fit", "d.csv", "-t", "y", "-q"],
            cwd=folder, text=True, capture_output=True, check=False, timeout=600,
        )  # fmt: skip
        assert (run.returncode, run.stderr, run.stdout) == (status, f"{word}\n", "")


def test_narrow_and_dumb_terminals(folder: Path) -> None:
    for width, term in ((1, "xterm-256color"), (20, "dumb")):
        if term:
            master, slave = pty.openpty()
            environment = os.environ | {"COLUMNS": str(width), "TERM": term}
            run = subprocess.Popen(
                [sys.executable, "-c", RUN, "fit", "d.csv", "-t", "y"], cwd=folder, stdin=slave, stdout=slave,
                stderr=slave, env=environment,
            )  # fmt: skip
            os.close(slave)
            text = b""
            while True:
                try:
                    got = os.read(master, 65_536)
                except OSError:
                    break
                if not got:
                    break
                text += got
            os.close(master)
            assert run.wait() == 0
            assert b"Traceback" not in text
            assert b"LL199" not in text
