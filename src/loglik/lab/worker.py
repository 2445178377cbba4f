"""A process beside the server, for what a reader's file or line may make long or large: it is ended when it is."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import tempfile
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from loglik.errors import DataError, LoglikError
from loglik.texts import current, use

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

#: What it may hold, in bytes, and which share of the machine's memory at most.
MOST_MEMORY, _SHARE = 8_000_000_000, 0.5


class Worker:
    """Computes one thing after another, each within its time; a process that had to be ended is replaced.

    Parameters
    ----------
    seconds : int
        How long one thing may take.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._turn = asyncio.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def ask(self, compute: Callable[..., Any], *given: Any) -> Any:
        """Return what a function of a module returns there; its arguments and its result are pickled.

        Raises
        ------
        LoglikError
            What the function raised; LL426 it took too long or too much memory.
        """
        async with self._turn:
            return await run_in_threadpool(self._ask, compute, given)

    def end(self) -> None:
        """End the process at once, whatever it does."""
        process, self._process, self._pipe = self._process, None, None
        if process is not None:
            process.kill()  # a thread that waits for it finds its pipe at the end
            process.join()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _ask(self, compute: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        pipe = self._pipe or self._started()
        try:
            pipe.send((current(), compute, given))
            found = pipe.recv() if pipe.poll(self.seconds) else DataError("LL426.time", seconds=self.seconds)
        except (EOFError, OSError):  # the system has ended it, for want of memory as a rule
            found = DataError("LL426.memory")
        if isinstance(found, DataError) and found.said.key in {"LL426.time", "LL426.memory"}:
            self.end()
        if isinstance(found, LoglikError):
            raise found
        return found

    def _started(self) -> Connection:
        context = multiprocessing.get_context("spawn")  # a fork would take the server's threads along half-way
        self._pipe, theirs = context.Pipe()
        self._folder = tempfile.TemporaryDirectory(prefix="loglik-lab-")
        self._process = context.Process(target=_serve, args=(theirs, self._folder.name), daemon=True)
        self._process.start()
        theirs.close()
        return self._pipe


def _serve(pipe: Connection, folder: str) -> None:
    """Answer until the server ends; what is staged on the way is in a folder that is deleted then."""
    os.environ["TMPDIR"] = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    _bound_memory()
    while True:
        try:
            language, compute, given = pipe.recv()
        except EOFError:
            return
        with use(language):
            pipe.send(_outcome(compute, given))


def _outcome(compute: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    try:
        return compute(*given)
    except LoglikError as error:
        return error
    except MemoryError:
        return DataError("LL426.memory")
    except Exception as error:  # noqa: BLE001  whatever it is, the reader is told
        return LoglikError("LL199.unexpected", type=type(error).__name__, said=str(error)[:1000])


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    of_machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    bound = min(MOST_MEMORY, int(_SHARE * of_machine))
    resource.setrlimit(resource.RLIMIT_DATA, (bound if most == resource.RLIM_INFINITY else min(most, bound), most))
