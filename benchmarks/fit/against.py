"""Two commits of loglik side by side: ``python -m benchmarks.fit --against COMMIT``.

The other commit's ``src`` is unpacked below ``build/``; this one is the working tree. Both fit the same data with default
settings, in turns within the same minutes: this, other, other, this, ... A *sitting* is a pair of processes, one for each;
there are several, because where a process happens to have its memory may cost more than a change of the code. The time of
a version is the least CPU time of a fit (all threads), its *spread* how far apart the least times of its sittings are. A
problem is slower if it takes 5 % more than that spread would explain, and more than 0.1 ms.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.data.store import ROOT
from benchmarks.fit.processes import environment
from benchmarks.fit.results import machine

if TYPE_CHECKING:
    from benchmarks.fit.cases import Case

SITTINGS, ROUNDS = 3, 5
_MORE, _LEAST = 0.05, 1e-4
_LONG = 2.0  # of fits that take longer, fewer are timed


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def unpacked(commit: str) -> Path:
    """``src`` of a commit."""
    where = ROOT / "commits" / commit
    if not (where / "src").exists():
        where.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(["git", "archive", commit, "src"], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(where)], check=True, input=archive)
    return (where / "src").resolve()


class _Process:
    """A sitting's process of one version."""

    def __init__(self, src: Path, folder: str, alpha: float, threads: int, stack: ExitStack) -> None:
        self.coefficients = ROOT / f"sitting-{os.getpid()}-{src.parent.name}.npy"
        command = [sys.executable, "-m", "benchmarks.fit.sitting"]
        self.child = stack.enter_context(
            subprocess.Popen(
                [*command, json.dumps([folder, alpha, threads, str(self.coefficients)])],
                env=environment(threads) | {"PYTHONPATH": str(src)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        package = Path(self.word()["package"])
        if package != src / "loglik":
            raise SystemExit(f"{package} was imported, not {src / 'loglik'}")
        self.first = self.word()

    def word(self) -> dict[str, Any]:
        for line in self.child.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("a sitting ended before its time")

    def turn(self) -> dict[str, Any]:
        self.child.stdin.write("fit\n")
        self.child.stdin.flush()
        return self.word()


def _sitting(sources: list[Path], folder: str, alpha: float, threads: int) -> list[dict[str, Any]]:
    """What each version found, and its least times over the rounds."""
    with ExitStack() as stack:
        pair = [_Process(src, folder, alpha, threads, stack) for src in sources]
        turns: list[list[dict[str, Any]]] = [[], []]
        for i in range(ROUNDS):
            if i >= 2 and turns[0][0]["wall"] > _LONG:
                break
            for version in (0, 1) if i % 2 == 0 else (1, 0):
                turns[version].append(pair[version].turn())
        values = [np.load(process.coefficients) for process in pair]
        for process in pair:
            process.coefficients.unlink()
            process.child.stdin.close()
    found = [
        {**process.first, **{key: min(t[key] for t in mine) for key in ("cpu", "wall")}}
        for process, mine in zip(pair, turns, strict=True)
    ]
    same_size = values[0].shape == values[1].shape
    apart = np.max(np.abs(values[0] - values[1])) / np.max(np.abs(values[0])) if same_size else math.inf
    return [*found, {"apart": float(apart)}]


def _version(found: list[dict[str, Any]]) -> dict[str, Any]:
    cpu = [f["cpu"] for f in found]
    return {
        "cpu": min(cpu), "spread": max(cpu) / min(cpu) - 1.0, "wall": min(f["wall"] for f in found),
        "peak_mb": min(f["peak_mb"] for f in found), "bits": found[0]["bits"], "passes": found[0]["passes"],
        "iterations": found[0]["iterations"],
    }  # fmt: skip


def compare(case: Case, sources: list[Path], *, scale: float, threads: int) -> list[dict[str, Any]]:
    """All problems of a case, each by this version and the other."""
    rows: list[dict[str, Any]] = []
    try:
        path = str(case.data(scale))
    except SystemExit as missing:  # what its data come from is not installed
        print(f"{case.name:4} left out: {missing}", flush=True)
        return rows
    for alpha in case.alphas:
        sittings = [_sitting(sources, path, alpha, threads) for _ in range(SITTINGS)]
        this, other = (_version([s[i] for s in sittings]) for i in (0, 1))
        spread = max(this["spread"], other["spread"])
        row = {
            "case": case.name, "alpha": alpha, "threads": threads, "scale": scale, "this": this, "other": other,
            "ratio": this["cpu"] / other["cpu"], "same_bits": this["bits"] == other["bits"],
            "apart": max(s[2]["apart"] for s in sittings),
            "slower": this["cpu"] > other["cpu"] * (1.0 + _MORE + spread) and this["cpu"] - other["cpu"] > _LEAST,
        }  # fmt: skip
        print(_words(row), flush=True)
        rows.append(row)
    return rows


def _words(row: dict[str, Any]) -> str:
    this, other = row["this"], row["other"]
    bits = "same bits" if row["same_bits"] else f"apart {row['apart']:.1e}"
    return (
        f"{row['case']:4} alpha {row['alpha']:<8.3g} cpu {1e3 * other['cpu']:9.2f} -> {1e3 * this['cpu']:9.2f} ms  "
        f"{row['ratio']:.3f} (spread {other['spread']:.1%}, {this['spread']:.1%})  passes {other['passes']} -> "
        f"{this['passes']}  peak {other['peak_mb']:.1f} -> {this['peak_mb']:.1f} MB  {bits}"
        + ("  SLOWER" if row["slower"] else "")
    )


def run(cases: list[Case], commit: str, *, scale: float, threads: int) -> Path:
    """Compare the working tree with a commit, and write the figures down."""
    other, this = git("rev-parse", "--short=12", commit), git("rev-parse", "--short=12", "HEAD")
    changed = bool(git("status", "--porcelain", "--untracked-files=no", "src"))
    print(f"this: {this}{' and what is not committed' if changed else ''}; other: {other}", flush=True)
    sources = [Path("src").resolve(), unpacked(other)]
    rows = [row for case in cases for row in compare(case, sources, scale=scale, threads=threads)]
    if not rows:
        raise SystemExit("no problem to compare")
    mean = math.exp(sum(math.log(row["ratio"]) for row in rows) / len(rows))
    memory = max(row["this"]["peak_mb"] - row["other"]["peak_mb"] for row in rows)
    more = sum(row["this"]["passes"] - row["other"]["passes"] for row in rows)
    print(
        f"geometric mean of this over other: {mean:.3f}; {sum(row['slower'] for row in rows)} of {len(rows)} slower; "
        f"passes {more:+d} in all; peak memory at most {memory:+.1f} MB"
    )
    document = {
        "schema": "loglik.bench/1", "case": "fit against", "this": this, "this_changed": changed, "other": other,
        "machine": machine(), "geometric_mean": mean, "rows": rows,
    }  # fmt: skip
    where = ROOT / "against" / f"{other}-{this}-{threads}-{scale:g}.json"
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(where)
    return where
