"""Ctrl-C and the wish to end (SIGTERM): one line on standard error, the shell's exit status, no temporary file left."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class Interrupts:
    """Which signal has come; a library may hide the KeyboardInterrupt it raised behind an error of its own."""

    def __init__(self) -> None:
        self.signal: int | None = None

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
        return _WORDS.get(signal.Signals(self.signal or signal.SIGINT), "interrupted")


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Take over SIGINT and SIGTERM, unless someone else has, or this is not the main thread."""
    taken = Interrupts()
    before: dict[int, Any] = {}
    unraisable = sys.unraisablehook
    if threading.current_thread() is threading.main_thread():
        usual_ones: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
        for number, usual in usual_ones.items():
            if signal.getsignal(number) == usual:
                before[number] = signal.signal(number, taken.handle)
    try:
        yield taken
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = unraisable
