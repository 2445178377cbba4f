"""A fit killed at random moments and begun again until it is done, and one whose workers are killed: the same bits.

python tests/fuzzer/kills.py --times 20 --seed 1
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
from pathlib import Path

import numpy as np
import pandas as pd

FIT = """
import sys, time
from loglik import fit_classifier
from loglik.parallel import reading
def slow(self, *given, read=reading.Reading._counted):
    time.sleep(0.02)  # so that moments fall between reads too
    return read(self, *given)
reading.Reading._counted = slow
print("begun", flush=True)
model = fit_classifier(sys.argv[1], "y", resume=sys.argv[2], memory_limit=sys.argv[3])
print([(t.term, t.estimate, t.std_error) for t in model.report.terms], model.report.iterations)
"""


def data(path: Path, n: int = 400_000) -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(n, 6)), columns=list("abcdef"))
    frame["g"] = rng.choice([f"l{i}" for i in range(30)], n)
    frame["y"] = (rng.random(n) < 1 / (1 + np.exp(-frame["a"] + 0.5 * frame["b"]))).astype(int)
    frame.to_parquet(path)


def killed_and_resumed(path: Path, folder: Path, limit: str, rng: random.Random, alone: str, longest: float) -> int:
    """Kill after a random time, again and again, until a fit ends by itself; how often it was killed."""
    for kills in range(200):
        began = time.monotonic()
        child = subprocess.Popen(
            [sys.executable, "-c", FIT, path, folder, limit], stdout=subprocess.PIPE, text=True, cwd=path.parent
        )
        moment = rng.uniform(0.0, longest)
        try:
            said, _ = child.communicate(timeout=moment if kills < 12 else 600.0)
        except subprocess.TimeoutExpired:
            child.send_signal(rng.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
            child.communicate()
            continue
        finally:
            child.kill()
        if child.returncode or not said.endswith(alone):
            print(f"another fit after {kills} kills ({time.monotonic() - began:.1f} s): {said[:300]}")
            sys.exit(1)
        return kills
    print("never done")
    sys.exit(1)


def workers_killed(path: Path, rng: random.Random, alone: list, kills: int) -> int:
    """Kill processes of the pool while a fit reads; how many were."""
    from loglik import fit_classifier
    from loglik.fit import reads
    from loglik.parallel.pools.processes import Processes

    pool, done, count = Processes(3), threading.Event(), 0

    def hunt() -> None:
        nonlocal count
        while not done.wait(rng.uniform(0.0, 3.0)) and count < kills:
            executor = rng.choice(list(pool._executors.values()))
            for pid in list(executor._processes or ()):
                os.kill(pid, signal.SIGKILL)
                count += 1

    hunter = threading.Thread(target=hunt)
    chosen, reads.pool_of = reads.pool_of, lambda _: pool
    hunter.start()
    try:
        model = fit_classifier(path, "y", workers="these")
    finally:
        done.set()
        hunter.join()
        reads.pool_of = chosen
    if [(t.term, t.estimate, t.std_error) for t in model.report.terms] != alone:
        print("workers that were killed gave another fit")
        sys.exit(1)
    return count


def main() -> None:
    from loglik import fit_classifier

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = parser.parse_args()
    rng = random.Random(given.seed)
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        path, folder = Path(name) / "d.parquet", Path(name) / "reads"
        data(path)
        began = time.monotonic()
        model = fit_classifier(path, "y")
        longest = 2.0 * (time.monotonic() - began) + 3.0
        terms = [(t.term, t.estimate, t.std_error) for t in model.report.terms]
        alone, killed = f"{terms} {model.report.iterations}\n", 0
        while killed < given.times:
            limit = rng.choice(["0", "8GB"])
            killed += killed_and_resumed(path, folder, limit, rng, alone, longest)
            print(f"killed {killed} times and resumed: the same bits", flush=True)
            if folder.exists() or sorted(p.name for p in path.parent.iterdir()) != ["d.parquet"]:
                print(f"left behind: {list(path.parent.rglob('*'))}")
                sys.exit(1)
        print(f"{workers_killed(path, rng, terms, 4)} workers killed in a fit: the same bits")


if __name__ == "__main__":
    main()
