"""Time of our fit against the number of rows, 1e4 to 1e7, thirty dense columns."""

from __future__ import annotations

import math
import statistics

from benchmarks.fit.data import dense
from benchmarks.fit.data.store import made
from benchmarks.fit.processes import run

_COLUMNS = 30
_ROWS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
_FROM = 100_000
_RUNS = 3


def exponent(rows: list[dict], least: float = 0.0) -> float:
    """Slope of log time over log rows, by least squares."""
    points = [(math.log(r["rows"]), math.log(r["seconds"])) for r in rows if r["rows"] >= least]
    if len(points) < 2:
        return math.nan
    x, y = (statistics.fmean(v) for v in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def measure(threads: int, scale: float) -> dict:
    """Median of a few processes for each number of rows."""
    rows = []
    for n in (round(n * scale) for n in _ROWS):
        if n < 1_000:
            continue
        path = made(f"rows-{n}", 1.0, lambda _, n=n: dense.normal(71, n, _COLUMNS))
        task = {"folder": str(path), "alpha": 0.0, "contender": "loglik", "threads": threads, "tolerances": [None]}
        runs = [run("timed", task, threads)[-1] for _ in range(_RUNS)]
        rows.append({
            "rows": n, "seconds": statistics.median(r["seconds"] for r in runs), "passes": runs[0]["passes"],
            "peak_mb": max(r["peak_mb"] for r in runs),
        })  # fmt: skip
        print(f"{n:>11,} rows: {rows[-1]['seconds']:.4f} s, {rows[-1]['passes']} passes", flush=True)
    part = {
        "columns": _COLUMNS, "rows": rows, "exponent": exponent(rows), "from": _FROM * scale,
        "exponent_from": exponent(rows, _FROM * scale),
    }  # fmt: skip
    print(f"exponent {part['exponent']:.3f}; from {part['from']:,.0f} rows {part['exponent_from']:.3f}", flush=True)
    return part
