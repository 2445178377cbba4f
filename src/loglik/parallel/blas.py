"""BLAS held to one thread while loglik computes: the blocks are the parallelism, and one thread makes sums reproducible.

threadpoolctl finds the libraries, but lets only the first thread that ever set a limit set others, and the rest call in
vain: fits in two threads would differ in their last bits. So the libraries' own functions are called here.
"""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, eq=False)
class _Blas:
    """One loaded BLAS: how many threads it may use, for the process or (built with OpenMP) for the calling thread."""

    get: Callable[[], int]
    set: Callable[[int], Any]
    per_thread: bool


@cache
def _libraries() -> tuple[_Blas, ...]:
    # SciPy brings a BLAS of its own, which must be there to be found; looking takes milliseconds, so it is done once.
    import scipy.linalg.blas  # noqa: F401

    return tuple(_opened(found) for found in ThreadpoolController().select(user_api="blas").lib_controllers)


def _opened(found: Any) -> _Blas:
    per_thread = getattr(found, "threading_layer", None) == "openmp"
    if found.internal_api == "openblas" and not per_thread:
        library = ctypes.CDLL(found.filepath)
        for prefix, suffix in product(("", "scipy_"), ("", "64_", "_64")):
            get = getattr(library, f"{prefix}openblas_get_num_threads{suffix}", None)
            set_ = getattr(library, f"{prefix}openblas_set_num_threads{suffix}", None)
            if get is not None and set_ is not None:
                return _Blas(get, set_, per_thread)
    return _Blas(found.get_num_threads, found.set_num_threads, per_thread)


class _Limit:
    """Who needs BLAS held to one thread, and what to leave behind when the last has gone."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # a signal handler may fit while the thread it interrupts is in here
        self.users: list[int] = []  # the threads that are computing, once for each context they are in
        self.before: dict[_Blas, int] = {}

    def enter(self) -> None:
        with self.lock:
            self.users.append(threading.get_ident())
            self.hold()

    def leave(self) -> None:
        with self.lock:
            self.users.remove(threading.get_ident())
            if not self.users:
                self.release()

    def hold(self) -> None:
        """Set the limit; where others have moved it meanwhile, theirs is what is left behind."""
        for blas in _libraries():
            if not blas.per_thread and (threads := blas.get()) != 1:
                self.before[blas] = threads
                blas.set(1)

    def release(self) -> None:
        """Leave each library as it was, unless others have moved its limit since."""
        for blas, threads in self.before.items():
            if blas.get() == 1:
                blas.set(threads)
        self.before.clear()

    def after_fork(self) -> None:
        """Forget the fits of the threads that a forked child does not have."""
        self.lock = threading.RLock()
        self.users = [user for user in self.users if user == threading.get_ident()]
        if not self.users:  # one of those threads may have been about to release
            self.release()


_limit = _Limit()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_limit.after_fork)


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold BLAS to one thread.

    The limit is the process's, so what overlaps in time shares it: the first sets it, the last lifts it. A BLAS that
    keeps a limit for each thread is held in this one; threads of loglik's own call `hold_own_blas` when they start.
    """
    own = [(blas, blas.get()) for blas in _libraries() if blas.per_thread]
    hold_own_blas()
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()
        for blas, threads in own:
            blas.set(threads)


def hold_own_blas() -> None:
    """Hold a BLAS that keeps a limit for each thread to one in the calling thread, for good."""
    for blas in _libraries():
        if blas.per_thread:
            blas.set(1)


def hold_again() -> None:
    """Set the limit again if another library has lifted it meanwhile, such as at the end of a limit of its own."""
    if _limit.users and any(blas.get() != 1 for blas in _libraries() if not blas.per_thread):
        with _limit.lock:
            if _limit.users:
                _limit.hold()
