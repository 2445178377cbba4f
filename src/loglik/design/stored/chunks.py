"""Chunks of rows, one column after another in each: where they lie.

A chunk has `CHUNK_ROWS` rows, a multiple of every block, so that a block is a view of one chunk. Columns stand as the block
products read them best, one number after another, in two matrices (float64, and float32 where the source has those) and a
run of codes each; a few unused rows keep columns from falling into the same places of the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]

CHUNK_ROWS = 65_536
"""Rows of a chunk; fewer rows than this are not stored in chunks at all."""
_PAD = 8


@dataclass(frozen=True)
class Chunk:
    """Some rows.

    Parameters
    ----------
    doubles, singles : ndarray of shape (n, number of columns), column by column in memory
        Columns of numbers, float64 and float32.
    codes : tuple of ndarray of shape (n,)
        Stored codes of columns with levels, in the smallest type that held them so far.
    """

    doubles: Matrix
    singles: npt.NDArray[np.float32]
    codes: tuple[npt.NDArray[np.unsignedinteger[Any]], ...]

    @property
    def n_rows(self) -> int:
        """Rows."""
        return int(self.doubles.shape[0])

    @property
    def parts(self) -> list[npt.NDArray[Any]]:
        """Everything in it."""
        return [self.doubles, self.singles, *self.codes]


def rows_laid(n: int) -> int:
    """Rows of a matrix in memory and in files: some are not used."""
    return n + _PAD


def columns_of(n: int, width: int, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """An n x width matrix to fill, column by column in memory."""
    made = np.empty((rows_laid(n), width), dtype, order="F")
    made[n:] = 0
    return made[:n]


@dataclass
class Store:
    """Rows in chunks.

    Parameters
    ----------
    doubles, singles, codes : tuple of str
        Names of the columns, as they stand in each chunk.
    chunks : sequence of Chunk
        All but the last have `chunk_rows` rows.
    chunk_rows : int
        Rows of a chunk.
    again : sequence of Chunk or None
        The same, for processes elsewhere that can encode the files themselves (`loglik.design.stored.again`).
    """

    doubles: tuple[str, ...]
    singles: tuple[str, ...]
    codes: tuple[str, ...]
    chunks: Any  # a sequence of chunks
    chunk_rows: int
    again: Any = None

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        n = len(self.chunks)
        return self.chunk_rows * (n - 1) + int(self.chunks[n - 1].n_rows) if n else 0

    @property
    def nbytes(self) -> int:
        """Size of what is stored."""
        return sum(part.nbytes for chunk in self.chunks for part in chunk.parts)

    def ranges(self, lo: int, hi: int) -> Iterator[tuple[int, int, int]]:
        """Chunks that rows lo..hi are in: number, and first and last row within."""
        for k in range(lo // self.chunk_rows, -(-hi // self.chunk_rows)):
            start = k * self.chunk_rows
            yield k, max(lo - start, 0), min(hi - start, self.chunk_rows)

    def place(self, name: str) -> tuple[bool, int]:
        """Whether a column of numbers is one of doubles, and its place among those."""
        return (True, self.doubles.index(name)) if name in self.doubles else (False, self.singles.index(name))
