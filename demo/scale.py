"""The same fit three times, of rows made on the spot: from disk, by two Dask workers, and killed on the way.

python demo/scale.py --rows 20000000
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS, LEVELS, PIECE = 6, 20, 1_000_000
TOOL = "from loglik.cli import main; raise SystemExit(main())"
# A fit that ends itself after so many reads, as a power cut would.
KILLED = f"""
import os, signal
from loglik.parallel.journal import Journal
noted = Journal.note
def note(self, key, total):
    noted(self, key, total)
    if self._place == 5:
        os.kill(os.getpid(), signal.SIGKILL)
Journal.note = note
{TOOL}
"""


def make(path: Path, n: int) -> None:
    """Rows of six numbers and a text column, written million by million."""
    truth, rng, writer = np.random.default_rng(1), np.random.default_rng(7), None
    beta, of_level = truth.normal(size=COLUMNS) * 0.4, truth.normal(size=LEVELS) * 0.4
    names = [f"l{i:02d}" for i in range(LEVELS)]
    for lo in range(0, n, PIECE):
        m = min(PIECE, n - lo)
        x, codes = rng.normal(size=(COLUMNS, m)), rng.integers(LEVELS, size=m).astype(np.int8)
        y = (rng.random(m) < 1.0 / (1.0 + np.exp(0.5 - beta @ x - of_level[codes]))).astype(np.int8)
        of_texts = pa.DictionaryArray.from_arrays(pa.array(codes), names)
        table = pa.table({**{f"x{j}": x[j] for j in range(COLUMNS)}, "g": of_texts, "y": y})
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
        if sys.stderr.isatty():
            print(f"\rmaking rows: {lo + m:,} of {n:,}", end="" if lo + m < n else "\n", file=sys.stderr, flush=True)
    if writer is not None:
        writer.close()


class Watch(threading.Thread):
    """The most memory that a process and its children held in no file, and the most that stood in a directory."""

    def __init__(self, process: int, folder: Path) -> None:
        super().__init__(daemon=True)
        self.process, self.folder, self.memory, self.disk = process, folder, 0, 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.2):
            with suppress(psutil.Error, OSError):
                root = psutil.Process(self.process)
                held = [p.memory_info() for p in (root, *root.children(recursive=True))]
                self.memory = max(self.memory, sum(m.rss - m.shared for m in held))
                self.disk = max(self.disk, sum(p.stat().st_size for p in self.folder.rglob("*") if p.is_file()))


def fitted(step: str, name: str, path: Path, *options: str, script: str = TOOL) -> list[tuple] | None:
    """Run ``loglik fit``, whose progress goes to the terminal; print what it took, and two figures; give all of them."""
    print(f"\n{step} {name}: loglik fit {path.name} -t y {' '.join(options)}", flush=True)
    spill = path.parent / "spilled"
    began = time.perf_counter()
    command = ["fit", str(path), "-t", "y", "--spill-dir", str(spill), *options, "--json"]
    child = subprocess.Popen(
        [sys.executable, "-c", script, *command], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    watch = Watch(child.pid, spill)
    watch.start()
    said, _ = child.communicate()
    watch.done.set()
    seconds = time.perf_counter() - began
    if child.returncode == -signal.SIGKILL:
        print(f"   killed after 5 reads and {seconds:.1f} s", flush=True)
        return None
    if child.returncode:
        sys.exit(f"   has ended with status {child.returncode}")
    report = json.loads(said)
    figures = [(t["term"], t["estimate"], t["std_error"]) for t in report["terms"]]
    term, estimate, error = figures[1]
    took = f"{seconds:.1f} s, {sum(report['reads_made'].values())} reads of {report['n_rows']:,} rows"
    print(f"   {took}, {watch.memory / 2**20:,.0f} MB of memory, {watch.disk / 2**20:,.0f} MB on disk", flush=True)
    print(f"   {term} = {estimate!r} +- {error!r}", flush=True)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    n, all_of_it = parser.parse_args().rows, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path, reads = Path(folder) / "rows.parquet", Path(folder) / "reads"
        make(path, n)
        print(
            f"{n:,} rows made in {time.perf_counter() - all_of_it:.1f} s: {path.stat().st_size / 2**20:,.0f} MB of Parquet"
        )
        disk, resume = ("--memory-limit", "300MB"), ("--resume", str(reads))
        found = [
            fitted("1/4", "from disk", path, *disk),
            fitted("2/4", "by two Dask workers", path, "--workers", "local:2"),
        ]
        if fitted("3/4", "killed on the way", path, *disk, *resume, script=KILLED) is not None:
            sys.exit("the process that was to be killed has ended otherwise")
        found.append(fitted("4/4", "resumed", path, *disk, *resume))
    same = all(figures == found[0] for figures in found)
    said = "All estimates and standard errors are equal to the last bit" if same else "THE FITS DIFFER"
    print(f"\n{said}: from disk, by workers, killed and resumed. {time.perf_counter() - all_of_it:.0f} s in all.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
