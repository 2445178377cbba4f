"""Time of the first call of each loss in a process: with nothing compiled before, and from the cache of compiled kernels.

Imports of NumPy and Numba are not counted: they are the same for anything that is compiled. Run ``make bench-first-call``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path("benchmarks/results/first_call.json")
CALLS = [
    (name, dtype, v)
    for dtype in ("float32", "float64")
    for name, v in [
        ("cross_entropy", 2), ("cross_entropy_value_and_grad", 2),
        ("cross_entropy", 10), ("cross_entropy_value_and_grad", 10),
        ("cross_entropy", 1000), ("cross_entropy_value_and_grad", 1000),
        ("binary_cross_entropy", 1), ("binary_cross_entropy_value_and_grad", 1),
    ]
]  # fmt: skip


def child(name: str, dtype: str, v: int) -> None:
    import numba
    import numpy as np

    from loglik import losses

    rng = np.random.default_rng(0)
    numba.njit(lambda x: x + 1)(1)  # Numba's own start
    if v == 1:
        x = rng.normal(size=50).astype(dtype)
        arguments = {"logits": x, "targets": (x > 0).astype(dtype)}
    else:
        arguments = {"logits": rng.normal(size=(50, v)).astype(dtype), "labels": rng.integers(0, v, 50)}
    start = time.perf_counter()
    getattr(losses, name)(**arguments)
    print(time.perf_counter() - start)


def main() -> None:
    """Print the table and write it as JSON."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    rows = []
    for call in CALLS:
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, __file__, "--child", *map(str, call)]
            environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
            times = [
                float(subprocess.run(command, env=environment, check=True, capture_output=True).stdout) for _ in "12"
            ]
        rows.append({"call": call[0], "dtype": call[1], "classes": call[2], "first": times[0], "from_cache": times[1]})
        print(
            f"{call[0]:36} {call[1]} {call[2]:>5} classes: first call {times[0]:.2f} s, from the cache {times[1]:.3f} s"
        )
    print(f"worst: {max(r['first'] for r in rows):.2f} s, {max(r['from_cache'] for r in rows):.3f} s")
    text = json.dumps({"schema": "loglik.bench/1", "case": "first call", "rows": rows}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
