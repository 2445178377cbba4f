"""An executor whose rows are with workers: kernels, parameters and sums travel, rows are in files or are sent once.

Each worker has the segments that begin in its share of the rows, and answers with the sums of the largest nodes of the tree
over them; these are added here. How many workers there are, and which, changes no bit.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np

from loglik.errors import DataError
from loglik.parallel.pools.pool import LOST
from loglik.parallel.tree import nodes, segments, tree_sum
from loglik.parallel.worker import WHOLE, Answer, Asked, Beside, Lacking, answer, hold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.array_types import Array
    from loglik.parallel.executor import Accumulator, RowKernel
    from loglik.parallel.pools.pool import Pool
    from loglik.parallel.tree import Segment

R = TypeVar("R")
P = TypeVar("P")
A = TypeVar("A", bound="Accumulator")

# Times that a part of a read is begun anew because its worker was lost: it may be the part that ends them.
_MOST_LOSSES = 8


@dataclass(frozen=True)
class Supply:
    """The rows of a fit, as workers have them.

    Parameters
    ----------
    name : str
        Under which workers keep them.
    n_rows, piece_rows : int
        Rows, and those of a piece: a multiple of the rows of any block.
    piece : callable
        ``piece(i)`` pickles some of the rows, to be sent.
    whole : tuple of bytes
        All rows, pickled by the names of files: a worker that has one of these is sent no rows.
    """

    name: str
    n_rows: int
    piece_rows: int
    piece: Callable[[int], bytes]
    whole: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Spread(Generic[R]):
    """Sums over rows that workers hold.

    Parameters
    ----------
    rows : Rows
        What is known of them here.
    pool : Pool
        The workers.
    supply : Supply
        Pieces of the rows.
    beside : Beside or None
        What stands beside them.
    """

    rows: Any
    pool: Pool
    supply: Supply
    beside: Beside | None = None

    def sum(self, kernel: RowKernel[Any, P, A], parameters: P) -> A:
        """Sum a kernel over all rows."""
        return cast("A", self._answered(kernel, parameters)[0])

    def keep(self, kernel: RowKernel[Any, P, A], parameters: P, width: int) -> tuple[A, Spread[R]]:
        """Sum a kernel that fills ``block.beside``; what it filled stays with the workers."""
        fills = Beside(uuid.uuid4().hex, kernel, parameters, self._block(kernel, parameters), width)
        total, _ = self._answered(kernel, parameters, fills=fills)
        return total, replace(self, beside=fills)

    def collect(self, kernel: RowKernel[Any, P, A], parameters: P, width: int, *, by_row: bool = False) -> Array:
        """What a kernel fills ``block.beside`` with, for all rows: it comes here."""
        n = self.rows.n_rows
        made = np.empty((n, width) if by_row else (width, n))
        _, filled = self._answered(kernel, parameters, collects=width)
        for lo, some in filled:
            if by_row:
                made[lo : lo + some.shape[1]] = some.T
            else:
                made[:, lo : lo + some.shape[1]] = some
        return made

    def _block(self, kernel: RowKernel[Any, P, A], parameters: P) -> int:
        return self.rows.block_rows if kernel.block_rows is None else kernel.block_rows(self.rows, parameters)

    def _answered(
        self, kernel: RowKernel[Any, P, A], parameters: P, *, fills: Beside | None = None, collects: int = 0
    ) -> tuple[Any, list[tuple[int, Array]]]:
        block = self._block(kernel, parameters)
        zeros = kernel.zeros(self.rows, parameters)
        edges = segments(self.rows.n_rows, block, zeros.nbytes)
        if not edges or not self.rows.n_rows:
            return zeros, []
        usual = Asked(
            self.supply.name, self.supply.n_rows, self.supply.piece_rows, self.rows.without_rows(), kernel, parameters,
            block, (), self.beside, fills, collects,
        )  # fmt: skip
        workers = self.pool.workers()
        shares = [replace(usual, nodes=some) for some in _shares(edges, len(workers))]
        answers: list[Answer] = asked(self.pool, [(answer, (share,)) for share in shares], self.supply)
        total = tree_sum(node for found in answers for node in found.sums)
        return total, [part for found in answers for part in found.filled]


def _shares(edges: list[Segment], n_workers: int) -> list[tuple[tuple[int, tuple[Segment, ...]], ...]]:
    """The nodes of each worker's segments, those that begin in its share of the rows; no share is empty."""
    n, starts = edges[-1][1], [lo for lo, _ in edges]
    firsts = [bisect_left(starts, n * i // n_workers) for i in range(n_workers)] + [len(edges)]
    return [
        tuple((level, tuple(edges[a:b])) for level, a, b in nodes(first, stop, len(edges)))
        for first, stop in zip(firsts, firsts[1:], strict=False)
        if first < stop
    ]


def asked(
    pool: Pool, calls: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], supply: Supply | None = None
) -> list[Any]:
    """What functions return that workers call, one each.

    Who lacks rows is told where they are, or sent them; what a lost worker was asked is asked of another.
    """
    found: dict[int, Any] = {}
    workers = pool.workers()
    who = {i: workers[i % len(workers)] for i in range(len(calls))}
    losses = 0
    while len(found) < len(calls):
        open_ = [i for i in range(len(calls)) if i not in found]
        answers = pool.run([(who[i], *calls[i]) for i in open_])
        said = dict(zip(open_, answers, strict=True))
        found |= {i: one for i, one in said.items() if one is not LOST and not isinstance(one, Lacking)}
        lacking = [(who[i], one) for i, one in said.items() if isinstance(one, Lacking)]
        if supply is not None and lacking:
            _supplied(pool, supply, lacking)
        lost = [i for i, one in said.items() if one is LOST]
        if lost:
            losses += 1
            if losses > _MOST_LOSSES:
                raise DataError("LL534.dying", losses=losses)
            there = pool.workers()
            for place, i in enumerate(lost):
                who[i] = there[(i + place) % len(there)]
    return [found[i] for i in range(len(calls))]


def _supplied(pool: Pool, supply: Supply, lacking: list[tuple[str, Lacking]]) -> None:
    """Have workers open the files of the rows; where they cannot, send them what they lack."""
    without = list(dict.fromkeys(worker for worker, _ in lacking))
    for whole in supply.whole:
        said = pool.run([(worker, hold, (supply.name, WHOLE, whole)) for worker in without])
        without = [worker for worker, opened in zip(without, said, strict=True) if opened is False]
    sent = [(worker, piece) for worker, one in lacking for piece in one.pieces if worker in without]
    for worker, piece in dict.fromkeys(sent):  # one after another: a piece at a time in memory
        pool.run([(worker, hold, (supply.name, piece, supply.piece(piece)))])
