"""What is asked of workers, whatever they are."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Call = tuple[str, Callable[..., Any], tuple[Any, ...]]


class _Lost(Enum):
    LOST = "lost"


LOST = _Lost.LOST
"""In the place of what a worker would have returned that is no longer there."""


class Pool(Protocol):
    """Workers, each of which does one thing at a time."""

    def workers(self) -> list[str]:
        """Names of those there are, at least one, in a fixed order; one that does n things at a time is there n times.

        Raises
        ------
        DataError
            LL532 one of them lacks the package, LL531 one computes otherwise than this machine, LL534 there are none.
        """

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Call functions of modules, each by a certain worker, all at once: what they returned, or `LOST`."""

    def close(self, name: str) -> None:
        """Let go of what was started for a fit, or of the rows that were kept under a name."""
