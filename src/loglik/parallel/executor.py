"""The one sum over rows: a named kernel with small parameters, over segments whose sums are added in a binary tree.

The logarithm turns the product over samples into a sum over rows, and whatever a fit asks of its rows is one: what a
`RowKernel` adds up over blocks of them. Kernel and parameters are small, can be pickled, and go to where the rows are;
rows stay. The order of the sum depends on the data alone (`tree`): the same data give the same bits for any number of
threads, processes or machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from loglik.parallel.blas import hold_again
from loglik.parallel.scratch import scratch
from loglik.parallel.threads import shared
from loglik.parallel.tree import BLOCK_BYTES, aligned_parts, segments, tree_sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Array

    Segment = tuple[int, int]

_MIN_BLOCK_ROWS, _MAX_BLOCK_ROWS = 128, 16384


class Reader(Protocol):
    """Who reads the rows of a fit: counts the reads, remembers them, or has them from workers."""

    def executor(self, rows: Any, threads: int) -> Executor[Any]:
        """Who sums kernels over rows: those of the fit, or others that this process has."""


class Accumulator(Protocol):
    """Holds sums over some of the rows."""

    @property
    def nbytes(self) -> int:
        """Size in memory."""

    def __iadd__(self, other: Self) -> Self:
        """Add the sums over the rows that follow."""


class Rows(Protocol):
    """Rows that can be reached block by block."""

    @property
    def n_rows(self) -> int:
        """Number of rows n."""

    @property
    def block_rows(self) -> int:
        """Fixed number of rows in a block, a power of two."""

    def block(self, lo: int, hi: int) -> Self:
        """Rows lo..hi, without a copy."""

    def keeping(self, beside: Array) -> Self:
        """The same rows, with numbers computed for each (m x n) beside them."""


class ReadRows(Rows, Protocol):
    """Rows that somebody reads for a fit."""

    @property
    def reader(self) -> Reader | None:
        """Who reads them, if not whoever asks."""


R = TypeVar("R", bound=Rows)
F = TypeVar("F", bound=ReadRows)
P = TypeVar("P")
A = TypeVar("A", bound=Accumulator)


@dataclass(frozen=True)
class RowKernel(Generic[R, P, A]):
    """What is summed over rows: functions of a module, that a process elsewhere finds by their names.

    Parameters
    ----------
    zeros : callable
        ``zeros(rows, parameters)`` makes an accumulator of zeros.
    add : callable
        ``add(block, parameters, total)`` adds the contribution of a block of rows.
    block_rows : callable or None
        ``block_rows(rows, parameters)`` gives the rows of a block, where those of the rows themselves do not serve.
    """

    zeros: Callable[[R, P], A]
    add: Callable[[R, P, A], None]
    block_rows: Callable[[R, P], int] | None = None

    @property
    def name(self) -> str:
        """Module and function, by which it is found again."""
        return f"{self.add.__module__}:{self.add.__qualname__}"


@dataclass(slots=True)
class MatrixSum:
    """A matrix that is summed over rows.

    Parameters
    ----------
    sums : ndarray
        What has been added so far.
    """

    sums: Array

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return int(self.sums.nbytes)

    def __iadd__(self, other: Self) -> Self:
        """Add the sums over the rows that follow."""
        self.sums += other.sums
        return self


@dataclass(slots=True)
class MatrixSums:
    """Several matrices that are summed over rows.

    Parameters
    ----------
    sums : tuple of ndarray
        What has been added so far.
    """

    sums: tuple[Array, ...]

    @property
    def nbytes(self) -> int:
        """Size in memory."""
        return sum(int(part.nbytes) for part in self.sums)

    def __iadd__(self, other: Self) -> Self:
        """Add the sums over the rows that follow."""
        for mine, more in zip(self.sums, other.sums, strict=True):
            mine += more  # noqa: PLW2901
        return self


class Nothing:
    """The sum of kernels that fill what stands beside the rows, and add up nothing."""

    nbytes = 0

    def __iadd__(self, other: Self) -> Self:
        """Add nothing."""
        return self


def nothing(rows: Any, parameters: Any) -> Nothing:  # noqa: ARG001
    """Make the accumulator of kernels that add up nothing."""
    return Nothing()


class Executor(Protocol[R]):
    """Who sums kernels over rows."""

    @property
    def rows(self) -> R:
        """The rows, or what is known of them where they are elsewhere: their number, and how they are stored."""

    def sum(self, kernel: RowKernel[R, P, A], parameters: P) -> A:
        """Sum a kernel over all rows."""

    def keep(self, kernel: RowKernel[R, P, A], parameters: P, width: int) -> tuple[A, Executor[R]]:
        """Sum a kernel that fills ``block.beside`` (width x rows); what it filled stays beside the rows."""

    def collect(self, kernel: RowKernel[R, P, A], parameters: P, width: int, *, by_row: bool = False) -> Array:
        """What a kernel fills ``block.beside`` with, for all rows: width x n, or n x width in memory with `by_row`."""


# Rows times sums (bytes) of so few multiplications that waking a thread, about 0.1 ms, takes longer.
_TOO_LITTLE = 2048 * 1024


@dataclass(frozen=True)
class Threads(Generic[R]):
    """An executor that walks rows in memory by threads of this process.

    Parameters
    ----------
    rows : Rows
        The rows.
    threads : int
        How many threads; no sum depends on it.
    told : callable or None
        Told the number of rows as parts of them are done.
    """

    rows: R
    threads: int
    told: Callable[[int], None] | None = None

    def sum(self, kernel: RowKernel[R, P, A], parameters: P) -> A:
        """Sum a kernel over all rows."""
        hold_again()
        rows = self.rows
        total, n = kernel.zeros(rows, parameters), rows.n_rows
        block = rows.block_rows if kernel.block_rows is None else kernel.block_rows(rows, parameters)
        if n <= block:  # small data: no views, no tree
            if n:
                kernel.add(rows.block(0, n), parameters, total)
            return total
        edges = segments(n, block, total.nbytes)
        alone = self.threads == 1 and self.told is None
        if alone or len(edges) == 1 or 0 < n * total.nbytes < _TOO_LITTLE:
            return sum_of_segments(rows, kernel, parameters, block, edges, total)

        def part(some: list[Segment]) -> A:  # begun anew in a forked child: with noughts of its own
            total = sum_of_segments(rows, kernel, parameters, block, some, kernel.zeros(rows, parameters))
            if self.told is not None:
                self.told(some[-1][1] - some[0][0])
            return total

        return tree_sum((0, sums) for sums in shared(part, aligned_parts(edges), self.threads))

    def keep(self, kernel: RowKernel[R, P, A], parameters: P, width: int) -> tuple[A, Threads[R]]:
        """Sum a kernel that fills ``block.beside`` (width x rows); what it filled stays beside the rows."""
        kept = Threads(self.rows.keeping(scratch((width, self.rows.n_rows))), self.threads)
        return kept.sum(kernel, parameters), kept

    def collect(self, kernel: RowKernel[R, P, A], parameters: P, width: int, *, by_row: bool = False) -> Array:
        """What a kernel fills ``block.beside`` with, for all rows: width x n, or n x width in memory with `by_row`."""
        n = self.rows.n_rows
        made = scratch((n, width) if by_row else (width, n))
        Threads(self.rows.keeping(made.T if by_row else made), self.threads).sum(kernel, parameters)
        return made


def executor_of(rows: F, threads: int) -> Executor[F]:
    """Who sums kernels over rows: who reads them for the fit, or threads of this process.

    Parameters
    ----------
    rows : Rows
        The rows.
    threads : int
        How many threads; no sum depends on it.
    """
    reader = rows.reader
    executor: Any = Threads(rows, threads) if reader is None else reader.executor(rows, threads)
    found: Executor[F] = executor
    return found


def rows_per_block(bytes_per_row: int) -> int:
    """Fixed number of rows in a block, a power of two."""
    rows = _MAX_BLOCK_ROWS
    while rows > _MIN_BLOCK_ROWS and rows * bytes_per_row > BLOCK_BYTES:
        rows //= 2
    return rows


def sum_of_segments(rows: R, kernel: RowKernel[R, P, A], parameters: P, block: int, some: list[Segment], zeros: A) -> A:
    """Sum over an aligned part of the segments; the first one goes into the zeros."""

    def of(segment: Segment) -> A:
        total = zeros if segment is some[0] else kernel.zeros(rows, parameters)
        return add_segment(rows, kernel, parameters, block, segment, total)

    return tree_sum((0, of(segment)) for segment in some)


def add_segment(rows: R, kernel: RowKernel[R, P, A], parameters: P, block: int, segment: Segment, total: A) -> A:
    """Add up a segment, block after block."""
    lo, end = segment
    while lo < end:
        hi = min(lo + block, end)
        kernel.add(rows.block(lo, hi), parameters, total)
        lo = hi
    return total
