"""Walking over blocks of rows, and the one place that adds blocks up.

The logarithm turns the product over samples into a sum over rows; a sum can be cut into blocks. Blocks have a size
that depends on the design alone, are grouped into runs that depend on the number of blocks alone, and are added in
order. Threads only decide who walks which run: the same data give the same bits for any number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from loglik.parallel.blas import hold_again
from loglik.parallel.threads import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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

    hold_again()
    runs = _runs(n_rows, block, accumulator_bytes)
    if threads == 1 or len(runs) == 1:
        return _in_order(map(walk, runs))  # never more than two sums at once
    return _in_order(shared(walk, runs, threads))


def _in_order(parts: Iterable[A]) -> A:
    parts = iter(parts)
    total = next(parts)
    for part in parts:
        total += part  # type: ignore[operator]
    return total
