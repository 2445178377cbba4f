"""log_loss beside scikit-learn's: milliseconds per call, the rounds of both interleaved, on 1 and 2 threads.

The answers are compared first. Run ``make bench-log-loss``; it writes ``benchmarks/results/log_loss_speed.json``.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path("benchmarks/results/log_loss_speed.json")
SHAPES = [(1_000_000, 1), (1_000_000, 2), (100_000, 100)]
ROUNDS = 9
CALLS = 5  # of loglik's in a round, which is over too soon to be timed once


def measure(threads: int) -> list[dict]:
    import numpy as np
    from sklearn import metrics

    from loglik.metrics import log_loss

    rows = []
    for n, k in SHAPES:
        rng = np.random.default_rng(k)
        p = rng.dirichlet(np.ones(max(k, 2)), n)
        y = rng.integers(0, max(k, 2), n)
        p = p[:, 1].copy() if k == 1 else p
        runs = {
            "loglik": (CALLS, lambda y=y, p=p: log_loss(y, p, threads=threads)),
            "scikit-learn": (1, lambda y=y, p=p: metrics.log_loss(y, p)),
            "read": (CALLS, p.sum),
        }
        exact, peer = runs["loglik"][1](), runs["scikit-learn"][1]()
        if not math.isclose(exact, peer, rel_tol=1e-12):
            raise SystemExit(f"scikit-learn gives {peer}, loglik {exact}")
        timed: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, (calls, function) in runs.items():
                for _ in range(calls):
                    start = time.perf_counter()
                    function()
                    timed[name].append((time.perf_counter() - start) * 1e3)
        least, middle = ({name: f(t) for name, t in timed.items()} for f in (min, statistics.median))
        rows.append({
            "threads": threads, "rows": n, "columns": k, "min_ms": least, "median_ms": middle,
            "times_scikit_learn_min": least["scikit-learn"] / least["loglik"],
            "times_scikit_learn_median": middle["scikit-learn"] / middle["loglik"],
        })  # fmt: skip
    return rows


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    rows = []
    for threads in (1, 2):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
        command = [sys.executable, __file__, "--child", str(threads)]
        run = subprocess.run(command, env={**os.environ, **limits}, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(run.stderr)
        rows += json.loads(run.stdout.splitlines()[-1])
    for r in rows:
        a, b = r["min_ms"], r["median_ms"]
        print(
            f"{r['threads']} thread(s) {r['rows']:>9,} x {r['columns']:<3}  min: loglik {a['loglik']:5.2f}  "
            f"scikit-learn {a['scikit-learn']:6.1f}  reading {a['read']:.2f} ms   {r['times_scikit_learn_min']:.0f} x   "
            f"median: {b['loglik']:5.2f}  {b['scikit-learn']:6.1f} ms  {r['times_scikit_learn_median']:.0f} x"
        )
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": "loglik.bench/1", "case": "log_loss speed", "rows": rows}
    RESULTS.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
