"""From files to coefficients, larger and larger: loglik in memory, from disk and by workers, and its peers.

    python benchmarks/scale.py slim --rows 1000000 4000000             # all that are installed
    python benchmarks/scale.py slim --rows 50000000 --only "loglik 1 thread" "loglik 2 threads" "loglik local:2"
    python benchmarks/scale.py wide --rows 1000000                     # 4 texts with 386 levels beside the 12 numbers
    python benchmarks/scale.py --draw                                  # the picture and the table, of what was measured

Peers that are not installed (pyspark with Java, dask-ml, vowpalwabbit) are left out and named; ``--python`` runs them by
another interpreter. Each contender is a process of its own; its memory is the largest that it and its children held at
once, in no file; how far it is from the maximum is told in standard errors. What took longer than ``--limit`` is told.
What was measured is written at once, over what was measured before of the same table, rows and contender.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "scale.json"
LEVELS = {"slim": (20,), "wide": (6, 20, 60, 300)}
COLUMNS, PIECE, PART, PARTS = 12, 500_000, 2_000_000, 50
OURS = {
    "loglik 1 thread": {"threads": 1},
    "loglik 2 threads": {"threads": 2},
    "loglik from disk": {"threads": 2, "memory_limit": "300MB"},
    "loglik local:2": {"threads": 1, "workers": "local:2"},
    "loglik processes:2": {"threads": 1, "workers": "processes:2"},
}
PEERS = ("spark", "dask-ml", "vowpal wabbit", "scikit-learn sgd", "statsmodels distributed")
ONE_PROCESSOR = "loglik 1 thread"  # decoders of files have threads of their own


def part(path: Path, kind: str, k: int, n: int) -> None:
    """Rows of numbers and texts, from a known model; written piece by piece."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    truth, rng = np.random.default_rng(1), np.random.default_rng([7, k])
    beta, of_level = truth.normal(size=COLUMNS) * 0.2, [truth.normal(size=m) * 0.3 for m in LEVELS[kind]]
    writer = None
    for lo in range(0, n, PIECE):
        m = min(PIECE, n - lo)
        x = rng.standard_normal((COLUMNS, m))
        codes = [(levels * rng.random(m) ** 1.7).astype(np.int16) for levels in LEVELS[kind]]
        eta = beta @ x + sum(effect[c] for effect, c in zip(of_level, codes, strict=True)) - 1.0
        y = (rng.random(m) < 1.0 / (1.0 + np.exp(-eta))).astype(np.int8)
        names = [[f"v{i:03d}" for i in range(levels)] for levels in LEVELS[kind]]
        texts = (
            pa.DictionaryArray.from_arrays(pa.array(c), own).cast(pa.string())
            for c, own in zip(codes, names, strict=True)
        )
        table = pa.table(
            {**{f"x{j}": x[j] for j in range(COLUMNS)}, **{f"c{i}": c for i, c in enumerate(texts)}, "y": y}
        )
        writer = writer or pq.ParquetWriter(path, table.schema, use_dictionary=[f"c{i}" for i in range(len(names))])
        writer.write_table(table, row_group_size=PIECE)
    if writer is not None:
        writer.close()


def made(folder: Path, kind: str, n: int) -> Path:
    """A directory of files with n rows: parts are made once, and linked; after 100M rows they come again."""
    table = folder / f"{kind}-{n}"
    table.mkdir(parents=True, exist_ok=True)
    for k, lo in enumerate(range(0, n, PART)):
        m = min(PART, n - lo)
        whole, link = folder / f"{kind}-{k % PARTS:03d}-{m}.parquet", table / f"part-{k:03d}.parquet"
        if not whole.exists():
            part(whole, kind, k % PARTS, m)
        if not link.exists():
            link.hardlink_to(whole)
    return table


def shared_memory(place: Path = Path("/dev/shm")) -> int:  # noqa: S108
    """Bytes of the memory that processes share as files."""
    return shutil.disk_usage(place).used if place.is_dir() else 0


class Memory(threading.Thread):
    """Watches what a process and its children hold that is in no file, and in memory that they share."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.done = pid, 0, False

    def run(self) -> None:
        import psutil

        before = shared_memory()
        while not self.done:
            with suppress(psutil.Error):
                root = psutil.Process(self.pid)
                held = shared_memory() - before
                for process in (root, *root.children(recursive=True)):
                    with suppress(psutil.Error):
                        found = process.memory_info()
                        held += found.rss - found.shared
                self.most = max(self.most, held)
            time.sleep(0.2)


def warm(path: Path) -> None:
    """Read the files once, so that the first contender finds them in memory as the others do."""
    for file in sorted(path.iterdir()):
        with file.open("rb", buffering=0) as stream:
            while stream.read(1 << 24):
                pass


def run(name: str, path: Path, python: str, limit: float) -> dict | None:
    """One contender in a process of its own; None where it is not installed."""
    script = [sys.executable if name in OURS else python, str(HERE / "scale_contenders.py"), name, str(path)]
    with tempfile.TemporaryDirectory() as folder:
        out, began = Path(folder) / "out.json", time.perf_counter()
        child = subprocess.Popen(
            [*script, str(out)], env={**os.environ, "OMP_NUM_THREADS": "2"}, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        if name == ONE_PROCESSOR:
            os.sched_setaffinity(child.pid, {0})
        watch = Memory(child.pid)
        watch.start()
        try:
            _, said = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)  # with those that it started
            child.communicate()
            return {"failed": f"did not end within {limit:.0f} s", "peak_mb": watch.most / 2**20}
        finally:
            watch.done = True
        if child.returncode == 3:
            return None
        if child.returncode or not out.exists():
            return {"failed": (said.strip().splitlines() or ["?"])[-1][:200], "peak_mb": watch.most / 2**20}
        process = time.perf_counter() - began
        return {**json.loads(out.read_text("utf-8")), "process_seconds": process, "peak_mb": watch.most / 2**20}


def distance(found: dict, best: dict) -> float | None:
    """How far the coefficients are from the maximum: the largest difference in standard errors, terms by name."""
    terms = dict(found["terms"])
    for column, level in best["references"].items():  # who has a coefficient for each level: against the reference
        reference = terms.pop(f"{column}[{level}]", None)
        if reference is not None:
            terms |= {name: value - reference for name, value in terms.items() if name.startswith(f"{column}[")}
            terms["(Intercept)"] += reference
    shared = [name for name in best["terms"] if name in terms and best["std_error"].get(name)]
    if len(shared) < len(best["terms"]):
        return None
    return max(abs(terms[name] - best["terms"][name]) / best["std_error"][name] for name in shared)


def commit() -> str:
    said = subprocess.run(
        ["git", "-C", str(HERE), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip()


def measured() -> list[dict]:
    """What was measured so far."""
    return json.loads(RESULTS.read_text("utf-8"))["rows"] if RESULTS.exists() else []


def keep(row: dict) -> None:
    """Write what was measured, in the place of what was there of the same kind."""
    key = ("table", "rows", "contender")
    rows = [other for other in measured() if any(other[k] != row[k] for k in key)]
    kept = {k: v for k, v in row.items() if k not in {"terms", "std_error", "references"}}
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    said = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = said[0] if said else ""
    document = {
        "schema": "loglik.bench/1", "case": "scale", "processor": model, "cores": os.cpu_count(),
        "rows": sorted([*rows, kept], key=lambda r: (r["table"], r["rows"], [*OURS, *PEERS].index(r["contender"]))),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def table(rows: list[dict]) -> str:
    lines = [
        "| table | rows | contender | seconds | with the start of the process | peak MB | off, in standard errors |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        of, peak = f"| {row['table']} | {row['rows']:,} | {row['contender']} ", f"{row['peak_mb']:,.0f}"
        if "failed" in row:
            lines.append(f"{of}| {row['failed']} | | {peak} | |")
            continue
        off = "" if row["off"] is None else "0" if row["off"] == 0 else f"{row['off']:.1g}"
        lines.append(f"{of}| {row['seconds']:.1f} | {row['process_seconds']:.1f} | {peak} | {off} |")
    return "\n".join(lines)


def picture(rows: list[dict], path: Path) -> None:
    """Time and memory against rows."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "scale"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    good = [row for row in rows if "failed" not in row and row["table"] == "slim"]
    for name in [n for n in (*OURS, *PEERS) if n in {row["contender"] for row in good}]:
        mine = sorted((row["rows"], row["seconds"], row["peak_mb"]) for row in good if row["contender"] == name)
        n, seconds, peak = zip(*mine, strict=True)
        style = "-o" if name in OURS else "--s"
        axes[0].loglog(n, seconds, style, label=name, markersize=4)
        axes[1].loglog(n, peak, style, label=name, markersize=4)
    for ax, label in zip(axes, ("s", "MB"), strict=True):
        ax.set(xlabel="n", ylabel=label)
        ax.grid(alpha=0.3)
    axes[0].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", default="slim", choices=LEVELS)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 4_000_000, 12_000_000])
    parser.add_argument("--only", nargs="+", default=[*OURS, *PEERS])
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the peers")
    parser.add_argument("--limit", type=float, default=1_800.0, help="seconds for one contender")
    parser.add_argument("--folder", type=Path, default=Path("build/bench/scale"))
    parser.add_argument("--make", action="store_true", help="make the files, and measure nothing")
    parser.add_argument("--draw", action="store_true", help="draw what was measured, and measure nothing")
    given = parser.parse_args()
    for n in () if given.draw else given.rows:
        path = made(given.folder, given.table, n)
        best: dict | None = None
        if not given.make:
            warm(path)
        for name in () if given.make else given.only:
            load = os.getloadavg()[0]
            found = run(name, path, given.python, given.limit)
            if found is None:
                print(f"{name} is not installed", flush=True)
                continue
            found |= {"table": given.table, "rows": n, "contender": name, "load": load, "commit": commit()}
            best = best or (found if name in OURS and "failed" not in found else None)
            if "failed" not in found:
                found["off"] = None if best is None else distance(found, best)
            keep(found)
            print(table([found]).splitlines()[-1], flush=True)
    if not given.make:
        print(f"\n{table(measured())}")
        picture(measured(), HERE.parent / "docs" / "pictures" / "scale.svg")


if __name__ == "__main__":
    main()
