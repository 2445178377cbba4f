"""Rows as they come, handed on as chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.stored.chunks import Chunk, columns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt


class Filler:
    """Takes rows as they come, and hands them on as chunks.

    Parameters
    ----------
    widths : (int, int, int)
        Columns of doubles, of singles and of codes.
    chunk_rows : int
        Rows of a chunk.
    take : callable
        Takes each chunk.
    copies : bool
        Whether it does so by copying, and the next may stand in the same memory.
    """

    def __init__(
        self, widths: tuple[int, int, int], chunk_rows: int, take: Callable[[Chunk], None], *, copies: bool
    ) -> None:
        self.widths, self.chunk_rows, self.take, self.copies = widths, chunk_rows, take, copies
        self.codes = np.empty((widths[2], chunk_rows), np.int32)
        self._begin()

    def _begin(self) -> None:
        self.doubles = columns_of(self.chunk_rows, self.widths[0])
        self.singles = columns_of(self.chunk_rows, self.widths[1], np.float32)
        self.at = 0

    def add(
        self, doubles: Sequence[npt.NDArray[Any]], singles: Sequence[npt.NDArray[Any]], codes: Sequence[npt.NDArray[Any]],
        n: int,
    ) -> None:  # fmt: skip
        """Add n rows."""
        lo = 0
        while lo < n:
            m = min(n - lo, self.chunk_rows - self.at)
            here = slice(self.at, self.at + m)
            for j, x in enumerate(doubles):
                self.doubles[here, j] = x[lo : lo + m]
            for j, x in enumerate(singles):
                self.singles[here, j] = x[lo : lo + m]
            for j, x in enumerate(codes):
                self.codes[j, here] = x[lo : lo + m]
            self.at, lo = self.at + m, lo + m
            if self.at == self.chunk_rows:
                self._hand_on()

    def _hand_on(self) -> None:
        n = self.at
        if not n:
            return
        doubles, singles = self.doubles, self.singles
        if n < self.chunk_rows:
            doubles, singles = columns_of(n, doubles.shape[1]), columns_of(n, singles.shape[1], np.float32)
            doubles[:], singles[:] = self.doubles[:n], self.singles[:n]
        self.take(Chunk(doubles, singles, tuple(smallest(x[:n]) for x in self.codes)))
        self.at = 0
        if not self.copies:
            self._begin()

    def finish(self) -> None:
        """Hand on the last rows."""
        self._hand_on()


def smallest(codes: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    """Codes >= 0 in the smallest type that holds them."""
    most = int(codes.max(initial=0))
    return codes.astype(np.uint8 if most < 256 else np.uint16 if most < 65_536 else np.int32)
