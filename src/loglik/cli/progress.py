"""Progress on stderr: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from loglik.cli.streams import console, has_blocks
from loglik.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.status import Status


@contextmanager
def progress(*, quiet: bool) -> Iterator[tuple[Callable[[str], None], Callable[[int, int, float, float], None]]]:
    """Yield two functions: one says a sentence, the other reports a step of the fit.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    """
    notes = console(stderr=True, quiet=quiet)
    moving = notes.is_terminal and not quiet
    spinner = "dots" if has_blocks(sys.stderr) else "line"
    status: Status | None = notes.status("reading", spinner=spinner) if moving else None

    def tell(text: str) -> None:
        if status is not None:
            status.update(text)
        else:
            notes.print(text, soft_wrap=True)

    def step(iteration: int, passes: int, loss: float, gradient_norm: float) -> None:
        tell(say("command", "step", iteration=iteration, passes=passes, loss=loss, gradient=gradient_norm))

    if status is None:
        yield tell, step
    else:
        with status:
            yield tell, step
