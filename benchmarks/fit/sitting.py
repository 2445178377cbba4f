"""One version of loglik on one problem, in a process that fits when it is told to; each word is a JSON document.

The first word says which files were imported, the second what the first fit of all rows took and found; then each line of
the input asks for a turn: fits for a fifth of a second, one at least.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.fit import memory
from benchmarks.fit.child import Task, say, warm
from benchmarks.fit.contenders import CONTENDERS
from benchmarks.fit.contenders.contender import OURS
from benchmarks.fit.data.store import load

_TURN = 0.2


def _found(model: Any, save_to: str) -> dict:
    coefficients = np.concatenate([np.ravel(model.intercept_), np.ravel(model.coef_)])
    np.save(save_to, coefficients)
    return {
        "bits": hashlib.sha256(coefficients.tobytes()).hexdigest()[:12],
        "passes": model.model_.report.passes,
        "iterations": model.model_.report.iterations,
    }


def main() -> None:
    warnings.simplefilter("ignore")
    folder, alpha, threads, save_to = json.loads(sys.argv[1])
    import loglik

    say({"package": str(Path(loglik.__file__).resolve().parent)})
    contender, data = CONTENDERS[OURS], load(Path(folder))
    if data.codes:
        _ = data.frame  # the input, like the arrays
    warm(contender, data, Task(folder, alpha, OURS, threads, [None]))
    before = memory.resident_mb()
    form = contender.prepare(data, alpha)
    model = contender.fit(form, None, threads)
    say({"peak_mb": memory.peak_mb() - before, **_found(model, save_to)})
    for _ in sys.stdin:
        turns: list[tuple[float, float]] = []
        until = time.perf_counter() + _TURN
        while not turns or time.perf_counter() < until:
            wall, cpu = time.perf_counter(), time.process_time()
            contender.fit(form, None, threads)
            turns.append((time.process_time() - cpu, time.perf_counter() - wall))
        say({"cpu": min(c for c, _ in turns), "wall": min(w for _, w in turns), "fits": len(turns)})


if __name__ == "__main__":
    main()
