"""Progress on stderr: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

from loglik.cli.streams import console, has_blocks
from loglik.texts import say

if TYPE_CHECKING:
    from loglik.fit.planned import Plan

# Seconds between two changes of the moving line by rows.
_SELDOM = 0.2


class Progress:
    """What a fit says of its way; a context manager.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._notes = console(stderr=True, quiet=quiet)
        moving = self._notes.is_terminal and not quiet
        spinner = "dots" if has_blocks(sys.stderr) else "line"
        self._status = self._notes.status("reading", spinner=spinner) if moving else None
        self._said, self._shown, self._reads = "", 0.0, 0.0

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *fault: object) -> None:
        if self._status is not None:
            self._status.stop()

    def tell(self, text: str) -> None:
        """Say a sentence."""
        self._said = text
        if self._status is not None:
            self._status.update(text)
        else:
            self._notes.print(text, soft_wrap=True)

    def step(self, iteration: int, passes: int, loss: float, gradient_norm: float) -> None:
        """Say a step of the fit."""
        self.tell(say("command", "step", iteration=iteration, passes=passes, loss=loss, gradient=gradient_norm))

    def planned(self, plan: Plan) -> None:
        """Remember how often the rows will be read, about."""
        self._reads = sum(plan.passes) / 2.0

    def rows(self, read: int, n_rows: int, seconds: float) -> None:
        """Say how many rows were read so far, and how long it will take: on the moving line alone."""
        now = time.monotonic()
        if self._status is None or now - self._shown < _SELDOM:
            return
        self._shown = now
        left = seconds * max(self._reads * n_rows / read - 1.0, 0.0) if read and self._reads else None
        about = "" if left is None else say("command", "time_left", seconds=left)
        self._status.update(f"{self._said}  {say('command', 'rows', read=read)}{about}")
