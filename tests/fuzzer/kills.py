"""A fit killed at random moments and begun again until it is done, and one whose workers are killed: the same bits.

python tests/fuzzer/kills.py --times 20 --seed 1

Then a worker without the package, and one that computes otherwise, are to be refused: workers of Dask in processes of their
own.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loglik import DataError, fit_classifier
from loglik.parallel import reading
from loglik.parallel.pools import chosen
from loglik.parallel.pools.processes import Processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A process that is forked from one that has all modules, and has never fitted: so that a kill falls into the fit.
FORKED = get_context("forkserver")
FORKED.set_forkserver_preload(["loglik.cli.fit", "loglik.kernels.rows.products", "pyarrow.parquet", "duckdb", __name__])
_KILLS_OF_ONE_FIT, _KILLED_WORKERS = 12, 6
_WORKER = """
import asyncio, os, sys
sys.path += {path}
from distributed import Worker
async def serve():
    async with Worker({address!r}, nthreads=1, dashboard_address=None) as worker:
        await worker.finished()
asyncio.run(serve())
"""


def data(path: Path, n: int = 400_000) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(n, 6)), columns=list("abcdef"))
    frame["g"] = rng.choice([f"l{i}" for i in range(30)], n)
    frame["y"] = (rng.random(n) < 1 / (1 + np.exp(-frame["a"] + 0.5 * frame["b"]))).astype(int)
    frame.to_parquet(path)


def figures(path: Path, **options: Any) -> str:
    report = fit_classifier(path, "y", **options).report
    return repr(([(t.term, t.estimate, t.std_error) for t in report.terms], report.iterations))


def fit_to_be_killed(path: Path, folder: Path, limit: str, said: Path) -> None:
    """In a process of its own, with some time between reads, into which moments may fall too."""
    read = reading.Reading._counted

    def slow(self: Any, *given: Any) -> Any:
        time.sleep(0.02)
        return read(self, *given)

    reading.Reading._counted = slow  # type: ignore[method-assign]
    try:
        said.write_text(figures(path, resume=folder, memory_limit=limit, spill_dir=path.parent), encoding="utf-8")
    finally:
        reading.Reading._counted = read  # type: ignore[method-assign]


def killed_and_resumed(path: Path, folder: Path, limit: str, rng: random.Random, alone: str, longest: float) -> int:
    """Kill after a random time, again and again, until a fit ends by itself; how often it was killed."""
    said, kills = folder.with_suffix(".txt"), 0
    while True:
        child = FORKED.Process(target=fit_to_be_killed, args=(path, folder, limit, said))
        child.start()
        child.join(rng.uniform(0.0, longest) if kills < _KILLS_OF_ONE_FIT else 600.0)
        if child.exitcode is None:
            os.kill(child.pid, rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
            child.join()
            kills += 1
            continue
        if child.exitcode or said.read_text(encoding="utf-8") != alone:
            sys.exit(f"another fit after {kills} kills, status {child.exitcode}")
        said.unlink()
        return kills


@contextmanager
def hunted(victims: Callable[[], list[int]], rng: random.Random, kills: int) -> Iterator[list[int]]:
    """Workers are killed at random moments, so many of them, as long as this lasts."""
    done, killed = threading.Event(), []

    def hunt() -> None:
        while not done.wait(rng.uniform(0.0, 0.5)) and len(killed) < kills:
            for pid in rng.sample(victims(), 1):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        yield killed
    finally:
        done.set()
        hunter.join()


def workers_killed(workers: str, path: Path, rng: random.Random, alone: str) -> None:
    """Fits by workers, some of which are killed in each, until six have been."""
    began, total, made = time.monotonic(), 0, chosen.pool_of
    while total < _KILLED_WORKERS:
        pool: Any = made(workers)
        chosen.pool_of = lambda _, pool=pool: pool  # type: ignore[assignment]
        if isinstance(pool, Processes):

            def victims(pool: Any = pool) -> list[int]:
                return [pid for executor in pool._executors.values() for pid in (executor._processes or ())]
        else:

            def victims(pool: Any = pool) -> list[int]:
                return [worker.process.pid for worker in pool._cluster.workers.values() if worker.process]

        try:
            with hunted(victims, rng, 3) as killed:
                if figures(path, workers="these") != alone:
                    sys.exit("workers that were killed gave another fit")
        finally:
            chosen.pool_of = made
        total += len(killed)
    print(f"{total} workers of {workers} killed in fits: the same bits ({time.monotonic() - began:.0f} s)", flush=True)


@contextmanager
def strange_worker(*flags: str, path: list[str], **environment: str) -> Iterator[str]:
    """A scheduler, and a worker of another kind than this process; the address of the scheduler."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, silence_logs=50) as cluster:
        script = _WORKER.format(path=path, address=cluster.scheduler_address)
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        worker = subprocess.Popen(
            [sys.executable, *flags, "-c", script], env={**kept, **environment}, stderr=subprocess.DEVNULL
        )
        try:
            yield cluster.scheduler_address
        finally:
            worker.kill()
            worker.wait()


def strange_workers(path: Path) -> None:
    import distributed

    there = str(Path(distributed.__file__).parents[1])
    here = os.environ.get("PYTHONPATH", "")
    # Without `site` nobody looks at where this package was installed from.
    cases = {
        "LL532": strange_worker("-S", path=[there]),
        "LL531": strange_worker(path=[], PYTHONPATH=here, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=""),
    }
    for code, worker in cases.items():
        with worker as address:
            try:
                fit_classifier(path, "y", workers=address)
            except DataError as refused:
                if refused.code != code:
                    sys.exit(f"{code} was expected, and not {refused}")
                print(f"refused: {refused}", flush=True)
            else:
                sys.exit(f"a worker to be refused with {code} has worked")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = parser.parse_args()
    rng = random.Random(given.seed)
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        path, folder = Path(name) / "d.parquet", Path(name) / "reads"
        data(path)
        alone = figures(path)  # also compiles what is not in the cache
        began = time.monotonic()
        fit_to_be_killed(path, folder, "0", folder.with_suffix(".txt"))
        longest, killed = 1.2 * (time.monotonic() - began) + 0.5, 0
        folder.with_suffix(".txt").unlink()
        while killed < given.times:
            killed += killed_and_resumed(path, folder, rng.choice(["0", "8GB"]), rng, alone, longest)
            left = sorted(p.name for p in path.parent.iterdir())
            if left != ["d.parquet"]:
                sys.exit(f"left behind: {left}")
            print(f"killed {killed} times and resumed: the same bits ({time.monotonic() - began:.0f} s)", flush=True)
        for workers in ("processes:3", "local:2"):
            workers_killed(workers, path, rng, alone)
        strange_workers(path)


if __name__ == "__main__":
    main()
