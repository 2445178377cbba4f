"""Processes of this machine, by `concurrent.futures`: an executor of one process for each, so that each has its rows."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from loglik.parallel.pools.pool import LOST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from loglik.parallel.pools.pool import Call


class Processes:
    """Processes that are started for a fit; one that dies is replaced.

    Parameters
    ----------
    number : int
        How many.
    """

    def __init__(self, number: int) -> None:
        self._executors = {f"process {i}": _started() for i in range(number)}

    def workers(self) -> list[str]:
        """Their names."""
        return list(self._executors)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Call each function by its process, all at once."""
        begun: list[Future[Any] | None] = []
        for worker, function, given in calls:
            try:
                begun.append(self._executors[worker].submit(function, *given))
            except BrokenProcessPool:
                begun.append(None)
        found: list[Any] = []
        for future in begun:
            try:
                found.append(LOST if future is None else future.result())
            except BrokenProcessPool:
                found.append(LOST)
        for worker in {worker for (worker, *_), said in zip(calls, found, strict=True) if said is LOST}:
            self._executors[worker].shutdown(wait=False)
            self._executors[worker] = _started()
        return found

    def close(self, name: str) -> None:  # noqa: ARG002
        """End them."""
        for executor in self._executors.values():
            executor.shutdown(cancel_futures=True)


def _started() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"))  # a fork would have the locks of this process's threads
