"""Walking over blocks of rows by a pool of threads that is kept, since starting one costs as much as a small batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from loglik.parallel.threads import default_threads, shared

if TYPE_CHECKING:
    from collections.abc import Callable

    R = TypeVar("R")
else:
    R = TypeVar("R")

# Entries that outweigh handing a block to another thread; blocks of four times that keep threads equally busy.
_WORTH_A_THREAD = 1 << 15
_BLOCKS_PER_THREAD = 4


def over_rows(work: Callable[[int, int], R], n: int, columns: int, multiple: int, threads: int | None) -> list[R]:
    """Call ``work(lo, hi)`` on blocks that cover n rows, and return what it returns, in order.

    Parameters
    ----------
    work : callable
        Releases the GIL.
    n, columns : int
        Rows, and entries in each.
    multiple : int
        Blocks begin at multiples of it.
    threads : int, optional
        Threads, this one among them; ``LOGLIK_NUM_THREADS`` or the processors by default.
    """
    count = threads or default_threads()
    if count == 1 or n * columns < 2 * _WORTH_A_THREAD:
        return [work(0, n)]
    step = max(-(-n // (_BLOCKS_PER_THREAD * count)), -(-_WORTH_A_THREAD // columns))
    step = -(-step // multiple) * multiple
    edges = [(lo, min(lo + step, n)) for lo in range(0, n, step)]
    if len(edges) == 1:
        return [work(0, n)]
    return shared(lambda edge: work(*edge), edges, count)
