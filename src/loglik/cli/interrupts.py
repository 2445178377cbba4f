"""Ctrl-C and the wish to end (SIGTERM): one line on standard error, the shell's exit status, no temporary file left."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from loglik.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = {int(signal.SIGINT): "interrupted", int(signal.SIGTERM): "terminated"}
# Seconds until a program that is stuck in a library ends all the same.
_PATIENCE = 1.0


class Interrupts:
    """Which signal has come; a library may hide the KeyboardInterrupt it raised behind an error of its own."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self.over = threading.Event()

    def handle(self, number: int, _frame: Any) -> None:
        """Remember the signal, and stop what is running."""
        self.signal = number
        # Where the exception cannot go on (in a callback from C), Python would print it.
        sys.unraisablehook = lambda _: None
        raise KeyboardInterrupt

    @property
    def status(self) -> int:
        """Exit status of a program that a signal ended."""
        return 128 + (self.signal or signal.SIGINT)

    @property
    def word(self) -> str:
        """What to say of it."""
        return say("command", _WORDS.get(self.signal or signal.SIGINT, "interrupted"))

    def watch(self, numbers: int) -> None:
        """End the program after a signal, if the thread that it should stop does not come back from a library.

        Parameters
        ----------
        numbers : int
            Descriptor from which the numbers of signals are read.
        """
        while arrived := os.read(numbers, 1):
            if arrived[0] in _WORDS and not self.over.wait(_PATIENCE):
                self.signal = arrived[0]
                os.write(2, f"{self.word}\n".encode())
                atexit._run_exitfuncs()  # noqa: SLF001  temporary directories go
                os._exit(self.status)
        os.close(numbers)


@contextmanager
def interrupts(*, whole_process: bool) -> Iterator[Interrupts]:
    """Take over SIGINT and SIGTERM, unless someone else has, or this is not the main thread.

    Parameters
    ----------
    whole_process : bool
        Whether the tool is all that the process does, so that it may end it.
    """
    taken = Interrupts()
    before: dict[int, Any] = {}
    unraisable = sys.unraisablehook
    if threading.current_thread() is threading.main_thread():
        usual_ones: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
        for number, usual in usual_ones.items():
            if signal.getsignal(number) == usual:
                before[number] = signal.signal(number, taken.handle)
    if before and whole_process:
        numbers, wakeup = os.pipe()
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        threading.Thread(target=taken.watch, args=(numbers,), name="loglik interrupts", daemon=True).start()
    try:
        yield taken
    finally:
        taken.over.set()
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = unraisable
