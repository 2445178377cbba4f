"""Walking over blocks of rows, and the one place that adds blocks up.

The logarithm turns the product over samples into a sum over rows; a sum can be cut into blocks. Blocks have a size
that depends on the design alone, are grouped into runs that depend on the number of blocks alone, and are added in
order. Threads only decide who walks which run: the same data give the same bits for any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

# Large enough that the work outweighs what starting a block costs, small enough to be read from cache the second time.
_BLOCK_BYTES = 2048 * 1024
_MIN_BLOCK_ROWS, _MAX_BLOCK_ROWS = 128, 16384
# As many runs as keep threads equally busy; fewer where zeroing and adding up their sums would be most of the work.
_MIN_RUNS, _MAX_RUNS = 4, 16
_ACCUMULATOR_BYTES = 256 * 1024 * 1024


class Accumulator(Protocol):
    """Holds the sums of one run of blocks."""

    def __iadd__(self, other: Self) -> Self:
        """Add the sums of the next run."""


A = TypeVar("A", bound=Accumulator)
P = TypeVar("P")
R = TypeVar("R")


@dataclass
class MatrixSum:
    """A matrix that is summed over rows.

    Parameters
    ----------
    sums : ndarray
        What has been added so far.
    """

    sums: npt.NDArray[np.float64]

    def __iadd__(self, other: Self) -> Self:
        """Add the sums of the next run."""
        self.sums += other.sums
        return self


def rows_per_block(bytes_per_row: int) -> int:
    """Fixed number of rows in a block, a power of two."""
    rows = _MAX_BLOCK_ROWS
    while rows > _MIN_BLOCK_ROWS and rows * bytes_per_row > _BLOCK_BYTES:
        rows //= 2
    return rows


def default_threads() -> int:
    """Threads to use: ``LOGLIK_NUM_THREADS``, or the processors this process may run on."""
    wanted = os.environ.get("LOGLIK_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


@cache
def kept_pool(threads: int) -> ThreadPoolExecutor:
    """Threads that are kept, since starting them costs as much as a small pass; what they do must not wait for others."""
    return ThreadPoolExecutor(threads, thread_name_prefix="loglik")


if hasattr(
    os, "register_at_fork"
):  # the threads do not survive a fork, and an executor without them would wait forever
    os.register_at_fork(after_in_child=kept_pool.cache_clear)


@cache
def _blas() -> ThreadpoolController:
    # Scanning the loaded libraries takes milliseconds, so it is done once.
    return ThreadpoolController()


_limit_lock = threading.Lock()
_limit_users: list[object] = []


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold BLAS to one thread: the blocks are the parallelism, and one thread makes its sums reproducible.

    The limit is the process's, so fits that overlap in time share it: the first sets it, the last lifts it.
    """
    with _limit_lock:
        if not _limit_users:
            _limit_users.append(_blas().limit(limits=1, user_api="blas"))
        _limit_users.append(None)
    try:
        yield
    finally:
        with _limit_lock:
            _limit_users.pop()
            if len(_limit_users) == 1:
                _limit_users.pop().restore_original_limits()  # type: ignore[attr-defined]


def _runs(n_rows: int, block: int, accumulator_bytes: int) -> list[tuple[int, int]]:
    n_blocks = -(-n_rows // block)
    affordable = max(2, _ACCUMULATOR_BYTES // max(accumulator_bytes, 1) // 2 * 2)  # three would leave threads idle
    worthwhile = max(_MIN_RUNS, n_blocks * _BLOCK_BYTES // (32 * max(accumulator_bytes, 1)))
    n_runs = max(1, min(n_blocks, _MAX_RUNS, affordable, worthwhile))
    edges = [block * (n_blocks * i // n_runs) for i in range(n_runs + 1)]
    return [(lo, min(hi, n_rows)) for lo, hi in zip(edges, edges[1:], strict=False)]


def sum_over_blocks(
    n_rows: int,
    block: int,
    new_sum: Callable[[], A],
    add_block: Callable[[int, int, A], None],
    *,
    threads: int,
    accumulator_bytes: int = 0,
) -> A:
    """Sum `add_block` over all blocks of rows, in a fixed order.

    Parameters
    ----------
    n_rows, block : int
        Number of rows, and of rows in a block.
    new_sum : callable
        Makes an accumulator of zeros.
    add_block : callable
        ``add_block(lo, hi, total)`` adds the contribution of rows ``lo <= i < hi`` to `total`.
    threads : int
        How many threads walk the runs; the result does not depend on it.
    accumulator_bytes : int
        Size of one accumulator, to bound the memory of the runs that wait to be added.
    """

    def walk(run: tuple[int, int]) -> A:
        total = new_sum()
        for lo in range(run[0], run[1], block):
            add_block(lo, min(lo + block, run[1]), total)
        return total

    runs = _runs(n_rows, block, accumulator_bytes)
    if threads == 1 or len(runs) == 1:
        return _in_order(map(walk, runs))
    return _in_order(shared(walk, runs, threads))


def _in_order(parts: Iterable[A]) -> A:
    parts = iter(parts)
    total = next(parts)
    for part in parts:
        total += part  # type: ignore[operator]
    return total


def shared(work: Callable[[P], R], parts: Sequence[P], threads: int) -> list[R]:
    """Do the parts of some work in this thread and `threads` - 1 more, whoever is free taking the next one.

    Parameters
    ----------
    work : callable
        What to do with one part; releases the GIL where it takes long.
    parts : sequence
        The parts.
    threads : int
        Threads, this one among them.

    Returns
    -------
    list
        What the work returned, in the order of the parts.
    """
    done: list[Any] = [None] * len(parts)
    pending = deque(range(len(parts)))

    def take() -> None:
        while True:
            try:
                i = pending.popleft()
            except IndexError:
                return
            done[i] = work(parts[i])

    helpers = min(threads, len(parts)) - 1
    others = [kept_pool(helpers).submit(take) for _ in range(helpers)]
    try:
        take()
    finally:
        pending.clear()
        wait([other for other in others if not other.cancel()])
    for other in others:
        if not other.cancelled():
            other.result()
    return done
