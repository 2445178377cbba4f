"""What runs in a contender's own process; it prints one JSON document a line.

``ladder``: fits with tighter and tighter tolerances until the objective is reached. ``timed``: conversion and one fit
(many, if they are short), with the memory they took. Before either, one fit of a few rows, so that imports and
compilers are not in the times.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit import memory
from benchmarks.fit.contenders import CONTENDERS
from benchmarks.fit.data.store import load
from benchmarks.fit.objective import objective

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from benchmarks.fit.contenders.contender import Contender
    from benchmarks.fit.data.dataset import Dataset

# What counts as having got there: relative distance to the best objective anyone found.
REACHED = 1e-8
_WARM_ROWS = 2_000
# Fits shorter than this are repeated within the process, twice at least and for this long in all.
_SHORT, _SPAN, _FITS = 1.0, 0.5, 2


@dataclass
class Task:
    """One contender, one problem."""

    folder: str
    alpha: float
    contender: str
    threads: int
    tolerances: list[float | None]
    best: float = math.inf
    single: bool = False


def _pools(*, single: bool) -> AbstractContextManager:
    """One thread for BLAS and OpenMP, or as many as the environment says."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1) if single else nullcontext()


def say(document: dict) -> None:
    print(json.dumps(document), flush=True)


def warm(contender: Contender, data: Dataset, task: Task) -> None:
    """Compile and import: the same kind of data, few rows, every class among them, no more columns than need be."""
    rng = np.random.default_rng(0)
    rows = np.sort(rng.choice(data.n_rows, min(_WARM_ROWS, data.n_rows), replace=False))
    some = data.some(rows)
    if some.kind == "levels":  # few levels: those that the sample may lack would separate it
        some.codes, some.levels = [np.minimum(c, 1) for c in some.codes], [v[:2] for v in some.levels]
    else:
        some.x = some.x[:, : min(some.x.shape[1], 20)]
        some.x = some.x.tocsr() if some.kind == "sparse" else np.ascontiguousarray(some.x)
    _, some.y = np.unique(some.y % 5, return_inverse=True)
    some.y = some.y.astype(np.int32)
    form = contender.prepare(some, 1e-2)
    contender.fit(form, None if task.tolerances[0] is None else 1e-2, task.threads)


def ladder(task: Task) -> None:
    """Fit with one tolerance after another; say what each gave.

    On small matrices two threads of BLAS wait for each other, and may take a hundred times as long as one. So peers
    climb with one, and the fit that got there is repeated with all; the faster way is the one that is timed.
    """
    contender, data = CONTENDERS[task.contender], load(Path(task.folder))
    why = contender.refuses(data, task.alpha)
    if why:
        say({"refused": why})
        return
    warm(contender, data, task)
    start = time.perf_counter()
    form = contender.prepare(data, task.alpha)
    say({"convert": time.perf_counter() - start})
    single = task.threads > 1 and task.contender != "loglik"
    for tolerance in task.tolerances:
        with _pools(single=single):
            start = time.perf_counter()
            fitted = contender.fit(form, tolerance, task.threads)
            seconds = time.perf_counter() - start
        value = objective(data, contender.estimate(fitted, form), task.alpha)
        say({"tolerance": tolerance, "seconds": seconds, "objective": value, **contender.facts(fitted)})
        if value <= task.best * (1.0 + REACHED):
            if single:
                start = time.perf_counter()
                contender.fit(form, tolerance, task.threads)
                say({"all_threads": time.perf_counter() - start})
            return


def timed(task: Task) -> None:
    """Convert and fit once, with the memory it took; short fits many times."""
    with _pools(single=task.single):
        _timed(task)


def _timed(task: Task) -> None:
    contender, data = CONTENDERS[task.contender], load(Path(task.folder))
    if data.codes:
        _ = data.frame  # the input, like the arrays
    warm(contender, data, task)
    before = memory.resident_mb()
    start = time.perf_counter()
    form = contender.prepare(data, task.alpha)
    converted = time.perf_counter()
    fitted = contender.fit(form, task.tolerances[0], task.threads)
    seconds = time.perf_counter() - converted
    peak = memory.peak_mb() - before
    times = [seconds]
    if seconds < _SHORT:
        until = time.perf_counter() + _SPAN
        times = []
        while time.perf_counter() < until or len(times) < _FITS:
            start_fit = time.perf_counter()
            contender.fit(form, task.tolerances[0], task.threads)
            times.append(time.perf_counter() - start_fit)
    say({
        "convert": converted - start, "seconds": statistics.median(times), "fits": len(times), "peak_mb": peak,
        "objective": objective(data, contender.estimate(fitted, form), task.alpha), **contender.facts(fitted),
    })  # fmt: skip


def main() -> None:
    warnings.simplefilter("ignore")
    mode, arguments = sys.argv[1], json.loads(sys.argv[2])
    modes: dict[str, Any] = {"ladder": ladder, "timed": timed}
    if mode == "floor":
        from benchmarks.fit.floor import floor

        say(floor(load(Path(arguments["folder"])), arguments["threads"]))
        return
    modes[mode](Task(**arguments))


if __name__ == "__main__":
    main()
