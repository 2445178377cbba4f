"""From files to coefficients, larger and larger: loglik in memory, from disk and by workers, and its peers.

    python benchmarks/scale.py --rows 1000000 4000000                  # all that are installed
    python benchmarks/scale.py --rows 50000000 --only "loglik 1 thread" "loglik 2 threads" "loglik local:2"

Peers that are not installed (pyspark with Java, dask-ml, vowpalwabbit) are left out and named; ``--python`` runs them by
another interpreter. Each contender is a process of its own; its memory is the largest that it and its children held at
once; how far it is from the maximum is told in standard errors.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
COLUMNS, LEVELS, PIECE = 12, (6, 20, 60, 300), 500_000
OURS = {
    "loglik 1 thread": {"threads": 1},
    "loglik 2 threads": {"threads": 2},
    "loglik from disk": {"threads": 2, "memory_limit": "300MB"},
    "loglik local:2": {"threads": 1, "workers": "local:2"},
    "loglik processes:2": {"threads": 1, "workers": "processes:2"},
}
PEERS = ("spark", "dask-ml", "vowpal wabbit", "scikit-learn sgd", "statsmodels distributed")


def make(path: Path, n: int) -> None:
    """Rows of numbers and texts, from a known model; written piece by piece."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    truth, rng = np.random.default_rng(1), np.random.default_rng(7)
    beta, of_level = truth.normal(size=COLUMNS) * 0.2, [truth.normal(size=k) * 0.3 for k in LEVELS]
    writer = None
    for lo in range(0, n, PIECE):
        m = min(PIECE, n - lo)
        x = rng.normal(size=(COLUMNS, m))
        codes = [(k * rng.random(m) ** 1.7).astype(np.int32) for k in LEVELS]
        eta = beta @ x + sum(effect[c] for effect, c in zip(of_level, codes, strict=True)) - 1.0
        names = [[f"v{i:03d}" for i in range(k)] for k in LEVELS]
        columns = {f"x{j}": x[j] for j in range(COLUMNS)}
        columns |= {
            f"c{i}": pa.DictionaryArray.from_arrays(pa.array(c), names[i]).cast(pa.string())
            for i, c in enumerate(codes)
        }
        table = pa.table({**columns, "y": (rng.random(m) < 1.0 / (1.0 + np.exp(-eta))).astype(np.int8)})
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


class Memory(threading.Thread):
    """Watches what a process and its children hold that is in no file."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.most, self.done = pid, 0, False

    def run(self) -> None:
        import psutil

        while not self.done:
            try:
                root = psutil.Process(self.pid)
                held = sum(p.memory_info().rss - p.memory_info().shared for p in (root, *root.children(recursive=True)))
                self.most = max(self.most, held)
            except psutil.Error:
                pass
            time.sleep(0.1)


def run(name: str, path: Path, python: str, limit: float) -> dict | None:
    """One contender in a process of its own; None where it is not installed."""
    script = [sys.executable if name in OURS else python, str(HERE / "scale_contenders.py"), name, str(path)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        child = subprocess.Popen([*script, str(out)], env={**os.environ, "OMP_NUM_THREADS": "2"}, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, text=True)  # fmt: skip
        watch = Memory(child.pid)
        watch.start()
        try:
            _, said = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return {"contender": name, "failed": f"more than {limit:.0f} s"}
        finally:
            watch.done = True
        if child.returncode == 3:
            return None
        if child.returncode or not out.exists():
            return {"contender": name, "failed": (said.strip().splitlines() or ["?"])[-1][:200]}
        return {"contender": name, **json.loads(out.read_text("utf-8")), "peak_mb": watch.most / 2**20}


def distance(found: dict, best: dict) -> float | None:
    """How far the coefficients are from the maximum: the largest difference in standard errors, terms by name."""
    shared = [name for name in best["terms"] if name in found["terms"] and best["std_error"].get(name)]
    if len(shared) < len(best["terms"]) // 2:
        return None
    return max(abs(found["terms"][name] - best["terms"][name]) / best["std_error"][name] for name in shared)


def table(rows: list[dict]) -> str:
    lines = [
        "| rows | contender | seconds | of it the fit | peak MB | off, in standard errors |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        if "failed" in row:
            lines.append(f"| {row['rows']:,} | {row['contender']} | {row['failed']} | | | |")
            continue
        off = "" if row["off"] is None else f"{row['off']:.2g}"
        fit = f"{row['fit_seconds']:.1f}" if "fit_seconds" in row else ""
        lines.append(
            f"| {row['rows']:,} | {row['contender']} | {row['seconds']:.1f} | {fit} | {row['peak_mb']:,.0f} | {off} |"
        )
    return "\n".join(lines)


def picture(rows: list[dict], path: Path) -> None:
    """Time and memory against rows."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    good = [row for row in rows if "failed" not in row]
    for name in dict.fromkeys(row["contender"] for row in good):
        mine = sorted((row["rows"], row["seconds"], row["peak_mb"]) for row in good if row["contender"] == name)
        n, seconds, peak = zip(*mine, strict=True)
        style = "-o" if name in OURS else "--s"
        axes[0].loglog(n, seconds, style, label=name, markersize=4)
        axes[1].loglog(n, peak, style, label=name, markersize=4)
    for ax, label in zip(axes, ("seconds, files to coefficients", "peak memory, MB"), strict=True):
        ax.set(xlabel="rows", ylabel=label)
        ax.grid(alpha=0.3)
    axes[0].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 4_000_000, 12_000_000])
    parser.add_argument("--only", nargs="+", default=[*OURS, *PEERS])
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the peers")
    parser.add_argument("--limit", type=float, default=1_800.0, help="seconds for one contender")
    parser.add_argument("--folder", type=Path, default=Path("build/bench/scale"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict] = []
    for n in given.rows:
        path = given.folder / f"{n}.parquet"
        if not path.exists():
            make(path, n)
        best: dict | None = None
        for name in given.only:
            found = run(name, path, given.python, given.limit)
            if found is None:
                print(f"{name} is not installed", flush=True)
                continue
            found["rows"] = n
            best = best or (found if name in OURS and "failed" not in found else None)
            if "failed" not in found:
                found["off"] = None if best is None else distance(found, best)
            rows.append(found)
            print(table([found]).splitlines()[-1], flush=True)
    print(f"\n{table(rows)}")
    kept = [{key: value for key, value in row.items() if key not in {"terms", "std_error"}} for row in rows]
    document = {
        "schema": "loglik.bench/1",
        "case": "scale",
        "load": os.getloadavg(),
        "cores": os.cpu_count(),
        "rows": kept,
    }
    (HERE / "results" / "scale.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    picture(rows, HERE.parent / "docs" / "pictures" / "scale.svg")


if __name__ == "__main__":
    main()
