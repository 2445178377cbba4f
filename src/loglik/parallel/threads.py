"""Threads that share the work with the caller. They are kept, since starting one costs as much as a small pass.

Not an executor of the standard library: its locks are not reentrant, so that a signal's handler that forks, or a fit in it,
would wait for the very thread it interrupted.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from loglik.parallel.blas import hold_own_blas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

P = TypeVar("P")
R = TypeVar("R")


def default_threads() -> int:
    """Threads to use: ``LOGLIK_NUM_THREADS``, or the processors this process may run on."""
    wanted = os.environ.get("LOGLIK_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


class _Offer:
    """Work that a kept thread may begin, unless it is withdrawn first."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._once = deque([work])
        self._ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def begin(self) -> None:
        try:
            work = self._once.pop()
        except IndexError:
            return
        try:
            work()
        except BaseException as fault:  # noqa: BLE001  what the caller is told
            self._ended.put(fault)
        else:
            self._ended.put(None)

    def withdraw_or_wait(self) -> BaseException | None:
        """Return what the work raised; what has not begun need not begin any more."""
        try:
            self._once.pop()
        except IndexError:
            return self._ended.get()
        return None


class _KeptThreads:
    """Threads that begin what is offered, in order; what they do must not wait for others of them."""

    def __init__(self) -> None:
        self.offers: SimpleQueue[_Offer] = SimpleQueue()
        self.count = 0

    def offer(self, work: Callable[[], None], times: int) -> list[_Offer]:
        while self.count < times:
            try:
                threading.Thread(target=self._serve, args=(self.offers,), name="loglik", daemon=True).start()
            except RuntimeError:  # no more threads to be had: the caller does the work with those there are
                break
            self.count += 1
        made = [_Offer(work) for _ in range(times)]
        for each in made:
            self.offers.put(each)
        return made

    @staticmethod
    def _serve(offers: SimpleQueue[_Offer]) -> None:
        hold_own_blas()
        while True:
            offers.get().begin()


_kept = _KeptThreads()
if hasattr(os, "register_at_fork"):  # threads do not survive a fork
    os.register_at_fork(after_in_child=_kept.__init__)  # type: ignore[misc]


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
    helpers = min(threads, len(parts)) - 1
    if helpers <= 0:
        return [work(part) for part in parts]
    done: list[Any] = [None] * len(parts)
    pending = deque(range(len(parts)))

    def take() -> None:
        while True:
            try:
                i = pending.popleft()
            except IndexError:
                return
            done[i] = work(parts[i])

    process = os.getpid()
    offers = _kept.offer(take, helpers)
    faults: list[BaseException | None] = []
    try:
        take()
    finally:
        pending.clear()
        if os.getpid() == process:
            faults = [offer.withdraw_or_wait() for offer in offers]
    if os.getpid() != process:  # forked meanwhile, by a signal's handler: the other threads stayed with the parent
        return [work(part) for part in parts]
    for fault in faults:
        if fault is not None:
            raise fault
    return done
