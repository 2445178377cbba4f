"""Processes that fork, start others, or compute in several threads meanwhile: nobody waits for ever, all agree."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMON = """
import os, signal, sys, threading, time
import numpy as np
import loglik

rng = np.random.default_rng(0)
x = rng.normal(size=(9_000, 30))
y = (x[:, 0] + rng.normal(size=9_000) > 0).astype(int)

def fit(_=None):
    return loglik.LogisticRegression(threads=2).fit(x, y).coef_.tobytes()

def child(work):
    pid = os.fork()
    if not pid:
        signal.alarm(240)  # ends a child that waits for a lock nobody holds
        try:
            os._exit(0 if work() else 3)
        finally:
            os._exit(4)
    return os.waitpid(pid, 0)[1]
"""

WHILE_ANOTHER_THREAD_FITS = """
from threadpoolctl import threadpool_info
def blas():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
alone, stop = fit(), threading.Event()
before = blas()
def others():
    while not stop.is_set():
        fit()
threads = [threading.Thread(target=others) for _ in range(2)]
for thread in threads:
    thread.start()
status = []
for _ in range(12):
    time.sleep(0.02 * rng.random())
    status.append(child(lambda: blas() == before and fit() == alone))
stop.set()
for thread in threads:
    thread.join()
print(set(status), blas() == before)
"""

WHILE_A_LIMIT_AND_A_LOCK_ARE_HELD = """
from loglik.parallel import blas
alone, inside, leave = fit(), threading.Event(), threading.Event()
def hold():
    with blas.single_threaded_blas(), blas._limit.lock:
        inside.set()
        leave.wait()
thread = threading.Thread(target=hold)
thread.start()
inside.wait()
status = child(lambda: fit() == alone)
leave.set()
thread.join()
print({status}, True)
"""

WHILE_NUMBA_COMPILES = """
from numba.core.compiler_lock import global_compiler_lock
alone = fit()
compiling = threading.Event()
def compile_():
    with global_compiler_lock:
        compiling.set()
        time.sleep(0.5)
thread = threading.Thread(target=compile_)
thread.start()
compiling.wait()
status = child(lambda: fit() == alone)
thread.join()
print({status}, True)
"""

WHILE_A_PROPERTY_IS_COMPUTED = """
from loglik.design.matrix import Design
computing, leave = threading.Event(), threading.Event()
class Slow(Design):
    @property
    def blocks(self):
        computing.set()
        leave.wait()
        return ()
alone = fit()
slow = object.__new__(Slow)
thread = threading.Thread(target=lambda: slow.words)
thread.start()
assert computing.wait(60)
status = child(lambda: fit() == alone)
leave.set()
thread.join()
print({status}, True)
"""

WHILE_ANOTHER_THREAD_IMPORTS = """
thread = threading.Thread(target=fit)
thread.start()
status = []
for _ in range(4):
    status.append(child(fit))
thread.join()
print(set(status), True)
"""

IN_A_HANDLER_DURING_THE_FIT = """
alone, status = fit(), []
def handler(*_):
    status.append(child(lambda: fit() == alone))
signal.signal(signal.SIGALRM, handler)
for count, delay in enumerate(np.linspace(0.001, 0.03, 6)):
    signal.setitimer(signal.ITIMER_REAL, delay)
    while len(status) == count:
        assert fit() == alone
print(set(status), True)
"""

AND_GOES_ON_IN_BOTH = """
alone, pids = fit(), []
def handler(*_):
    pids.append(os.fork())
signal.signal(signal.SIGALRM, handler)
for delay in np.linspace(0.001, 0.03, 6):
    signal.setitimer(signal.ITIMER_REAL, delay)
    right = fit() == alone
    while not pids:
        time.sleep(0.001)
    pid = pids.pop()
    if not pid:
        os._exit(0 if right and fit() == alone else 3)
    assert right and os.waitpid(pid, 0)[1] == 0
print({0}, True)
"""


@pytest.mark.parametrize(
    "when",
    [
        WHILE_ANOTHER_THREAD_FITS,
        WHILE_A_LIMIT_AND_A_LOCK_ARE_HELD,
        WHILE_NUMBA_COMPILES,
        WHILE_A_PROPERTY_IS_COMPUTED,
        WHILE_ANOTHER_THREAD_IMPORTS,
        IN_A_HANDLER_DURING_THE_FIT,
        AND_GOES_ON_IN_BOTH,
    ],
)
def test_fork(when: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", COMMON + when], text=True, capture_output=True, check=False, timeout=900
    )
    assert run.stdout == "{0} True\n", run.stderr


POOLS = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from joblib import Parallel, delayed
if __name__ == "__main__":
    alone = fit()
    for method in ("fork", "spawn", "forkserver"):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
            assert set(pool.map(fit, range(2))) == {alone}, method
    assert set(Parallel(2, backend="loky")(delayed(fit)(i) for i in range(2))) == {alone}
    print("same")
"""


def test_pools_of_processes_and_threads(tmp_path) -> None:
    script = tmp_path / "pools.py"
    script.write_text(COMMON + POOLS, encoding="utf-8")
    run = subprocess.run([sys.executable, str(script)], text=True, capture_output=True, check=False, timeout=900)
    assert run.stdout == "same\n", run.stderr
