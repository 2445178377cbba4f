"""Processes of contenders: the same threads for all libraries, and an end when they take too long."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "LOGLIK_NUM_THREADS",
)  # fmt: skip
# Loading, imports and compiling before the first word.
_START = 180.0


def environment(threads: int) -> dict[str, str]:
    return {**os.environ, **dict.fromkeys(_VARIABLES, str(threads)), "PYTHONWARNINGS": "ignore"}


def _documents(stream: IO[str], lines: queue.Queue[dict | None]) -> None:
    for line in stream:
        if line.startswith("{"):  # some peers print warnings
            lines.put(json.loads(line))
    lines.put(None)


def run(mode: str, arguments: dict, threads: int, allowed: Callable[[list[dict]], float] | None = None) -> list[dict]:
    """Run a child and collect what it says.

    Parameters
    ----------
    mode : str
        Of `benchmarks.fit.child`.
    arguments : dict
        Of its task.
    threads : int
        For every library.
    allowed : callable, optional
        From what it has said so far to the seconds it may take for the next word.

    Returns
    -------
    list of dict
        What it said; the last has ``over`` if it took too long, or ``error``.
    """
    command = [sys.executable, "-m", "benchmarks.fit.child", mode, json.dumps(arguments)]
    with subprocess.Popen(
        command, env=environment(threads), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        lines: queue.Queue[dict | None] = queue.Queue()
        errors: list[str] = []
        threading.Thread(target=_documents, args=(child.stdout, lines), daemon=True).start()
        listener = threading.Thread(target=lambda: errors.extend(child.stderr or ()), daemon=True)
        listener.start()
        said: list[dict] = []
        while True:
            limit = _START if not said or allowed is None else allowed(said)
            start = time.perf_counter()
            try:
                word = lines.get(timeout=max(limit, 0.1))
            except queue.Empty:
                child.kill()
                return [*said, {"over": time.perf_counter() - start}]
            if word is None:
                break
            said.append(word)
        child.wait()
        listener.join(timeout=5)
        if child.returncode:
            last = next((e.strip() for e in reversed(errors) if e.strip()), f"exit code {child.returncode}")
            return [*said, {"error": last[:200]}]
        return said
