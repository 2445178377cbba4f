"""All reads of the rows of a fit go through here: they are counted, told, kept for a fit begun again, or had from workers."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from loglik.parallel.executor import Threads
from loglik.parallel.journal import key_of
from loglik.parallel.spread import Spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Array
    from loglik.parallel.executor import Accumulator, Executor, RowKernel
    from loglik.parallel.journal import Journal
    from loglik.parallel.pools.pool import Pool
    from loglik.parallel.spread import Supply

R = TypeVar("R")
P = TypeVar("P")
A = TypeVar("A", bound="Accumulator")


class Reading:
    """The reads of the rows of one fit.

    Parameters
    ----------
    rows : Rows
        All rows, with what stands beside them in this fit.
    journal : Journal or None
        Where sums are kept.
    workers : (Pool, Supply) or None
        Who has the rows.
    tell : callable or None
        Told ``(rows read, rows of the data, seconds since the first)`` as the reads go on.
    """

    def __init__(
        self, rows: Any, journal: Journal | None = None, workers: tuple[Pool, Supply] | None = None,
        tell: Callable[[int, int, float], None] | None = None,
    ) -> None:  # fmt: skip
        self._rows, self._journal, self._workers, self._tell = rows, journal, workers, tell
        self._begun = time.monotonic()
        self._read = 0
        self.reads: Counter[str] = Counter()

    def executor(self, rows: Any, threads: int) -> Executor[Any]:
        """Who sums kernels over rows: workers, if these are the rows that they have, or threads of this process."""
        if self._workers is not None and self._are_mine(rows):
            return Watched(Spread(rows, *self._workers), self)
        return Watched(Threads(rows, threads, None if self._tell is None else self._told), self)

    def _are_mine(self, rows: Any) -> bool:
        """Whether what stands beside them is what stands there in this fit, or not there."""
        mine = self._rows
        same = all(
            given is own or (given is not None and given.size == 0)
            for given, own in ((rows.label, mine.label), (rows.weight, mine.weight))
        )
        return same and (rows.offset is None or rows.offset is mine.offset)

    def _told(self, rows: int) -> None:
        self._read += rows
        if self._tell is not None:
            self._tell(self._read, self._rows.n_rows, time.monotonic() - self._begun)

    def sum(self, executor: Executor[Any], kernel: RowKernel[Any, P, A], parameters: P) -> A:
        """Sum a kernel over all rows, unless the sums are known from before."""
        journal = self._journal
        if journal is None:
            return self._counted(executor, kernel, parameters)
        key = key_of(kernel.name, parameters, executor.rows.without_rows())
        known = journal.recall(key, kernel.zeros(executor.rows, parameters))
        if known is not None:
            self.reads[kernel.name] += 1
            return known  # type: ignore[no-any-return]
        total = self._counted(executor, kernel, parameters)
        journal.note(key, total)
        return total

    def _counted(self, executor: Executor[Any], kernel: RowKernel[Any, P, A], parameters: P) -> A:
        self.reads[kernel.name] += 1
        total = executor.sum(kernel, parameters)
        if isinstance(executor, Spread):
            self._told(executor.rows.n_rows)
        return total

    @property
    def count(self) -> int:
        """How often the rows were read."""
        return self.reads.total()


@dataclass(frozen=True)
class Watched(Generic[R]):
    """An executor whose reads are those of a fit."""

    inner: Executor[Any]
    reading: Reading

    @property
    def rows(self) -> Any:
        """The rows."""
        return self.inner.rows

    def sum(self, kernel: RowKernel[Any, P, A], parameters: P) -> A:
        """Sum a kernel over all rows."""
        return self.reading.sum(self.inner, kernel, parameters)

    def keep(self, kernel: RowKernel[Any, P, A], parameters: P, width: int) -> tuple[A, Watched[R]]:
        """Sum a kernel that fills ``block.beside`` (width x rows); what it filled stays beside the rows."""
        self.reading.reads[kernel.name] += 1
        total, kept = self.inner.keep(kernel, parameters, width)
        return total, Watched(kept, self.reading)

    def collect(self, kernel: RowKernel[Any, P, A], parameters: P, width: int, *, by_row: bool = False) -> Array:
        """What a kernel fills ``block.beside`` with, for all rows."""
        self.reading.reads[kernel.name] += 1
        return self.inner.collect(kernel, parameters, width, by_row=by_row)
