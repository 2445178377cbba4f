"""Results: one file per case, so that a case can be run again alone, and all of them together."""

from __future__ import annotations

import json
import os
import platform
from importlib import metadata
from pathlib import Path

from benchmarks.fit.cases import CASES
from benchmarks.fit.data.store import ROOT

MERGED = Path("benchmarks/results/fit.json")
_PACKAGES = (
    "loglik", "numpy", "scipy", "numba", "scikit-learn", "glum", "tabmat", "statsmodels", "skglm", "snapml",
    "liblinear-official", "pandas",
)  # fmt: skip


def folder(scale: float, threads: int) -> Path:
    """Where the files of the cases are; those of trials apart."""
    name = "results" if scale == 1.0 else f"results-{scale:g}"
    return ROOT / (name if threads == 2 else f"{name}-{threads}")


def machine() -> dict:
    """The processor, and the versions of those packages that are there."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    there = {d.name: d.version for d in metadata.distributions()}
    return {
        "processor": model or platform.machine(), "cores": os.cpu_count(), "python": platform.python_version(),
        "packages": {name: there[name] for name in _PACKAGES if name in there},
    }  # fmt: skip


def write_case(where: Path, case: str, problems: list[dict]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    document = {"case": case, "machine": machine(), "problems": problems}
    (where / f"{case}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def merge(where: Path, part: dict | None = None) -> dict:
    """All cases that have results, in the order of the cases; `part` are figures beside the cases."""
    found = [where / f"{case}.json" for case in CASES if (where / f"{case}.json").exists()]
    cases = [json.loads(f.read_text(encoding="utf-8")) for f in found]
    document = {
        "schema": "loglik.bench/1", "case": "fit", "machine": cases[0]["machine"] if cases else machine(),
        "rows": [problem for case in cases for problem in case["problems"]],
    }  # fmt: skip
    for name in ("hard", "scaling"):
        file = where / f"{name}.json"
        if file.exists():
            document[name] = json.loads(file.read_text(encoding="utf-8"))
    return document | (part or {})
