"""The same fit three times, of rows made on the spot: from disk, by two Dask workers, and killed on the way.

python demo/scale.py --rows 20000000
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

COLUMNS, LEVELS, PIECE = 6, 20, 1_000_000
MEMORY = "300MB"
# What is read of the fit that is killed: so many reads, and the process ends itself as a power cut would.
KILLED = """
import os, signal, sys
from loglik import fit_classifier
from loglik.parallel.journal import Journal
noted = Journal.note
def note(self, key, total):
    noted(self, key, total)
    if self._place == 5:
        os.kill(os.getpid(), signal.SIGKILL)
Journal.note = note
fit_classifier(sys.argv[1], "y", memory_limit=sys.argv[3], resume=sys.argv[2])
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
    if writer is not None:
        writer.close()


def shown(name: str, path: Path, **options: object) -> str:
    """Fit, print the time and two coefficients, and give a digest of all figures."""
    from loglik import fit_classifier

    began = time.perf_counter()
    model = fit_classifier(path, "y", **options)
    seconds, report = time.perf_counter() - began, model.report
    figures = [(t.term, t.estimate, t.std_error) for t in report.terms]
    digest = hashlib.sha256(repr(figures).encode()).hexdigest()[:16]
    print(f"{name:<28} {seconds:7.1f} s  read {sum(report.reads.values())} times  {figures[1][0]} = {figures[1][1]:.12f}"
          f" +- {figures[1][2]:.12f}  {digest}", flush=True)  # fmt: skip
    return digest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    n = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path, reads = Path(folder) / "rows.parquet", Path(folder) / "reads"
        began = time.perf_counter()
        make(path, n)
        print(
            f"{n:,} rows made in {time.perf_counter() - began:.1f} s: {path.stat().st_size / 2**20:,.0f} MB of Parquet",
            flush=True,
        )
        found = {
            shown(f"from disk, limit {MEMORY}", path, memory_limit=MEMORY, threads=2),
            shown("two Dask workers", path, memory_limit=MEMORY, workers="local:2", threads=1),
        }
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(reads), MEMORY], env=os.environ, check=False
        )
        if killed.returncode != -signal.SIGKILL:
            print("the process that was to be killed has ended otherwise")
            return 1
        found.add(shown("killed after 5 reads, resumed", path, memory_limit=MEMORY, resume=reads, threads=2))
    print("all figures equal to the last bit" if len(found) == 1 else "THE FITS DIFFER")
    return 0 if len(found) == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
