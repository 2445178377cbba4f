"""Where the chunks of a fit go: to memory, or to files of a directory."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.stored import chunks
from loglik.design.stored.chunks import Store
from loglik.design.stored.files import ChunkWriter
from loglik.design.stored.filler import Filler

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from loglik.design.stored.chunks import Chunk

    Mask = npt.NDArray[np.bool_]


@dataclass
class Place:
    """Takes chunks.

    Parameters
    ----------
    directory : Path or None
        Of files; None for memory.
    """

    directory: Path | None = None
    _numbers: count[int] = field(default_factory=count)
    _open: dict[int, tuple[list[Chunk], ChunkWriter | None]] = field(default_factory=dict)

    def filler(self, doubles: int, singles: int, codes: int, name: str | None = None) -> Filler:
        """What rows are added to; the numbers of columns of each kind are given."""
        taken: list[Chunk] = []
        writer = None
        if self.directory is not None:
            writer = ChunkWriter(self.directory / f"{name or f'chunks-{next(self._numbers)}'}.bin")
        take = taken.append if writer is None else writer.take
        made = Filler((doubles, singles, codes), chunks.CHUNK_ROWS, take, copies=writer is not None)
        self._open[id(made)] = taken, writer
        return made

    def store(
        self, filler: Filler, doubles: tuple[str, ...], singles: tuple[str, ...], codes: tuple[str, ...]
    ) -> Store:
        """All rows that were added."""
        filler.finish()
        taken, writer = self._open.pop(id(filler))
        found = taken if writer is None else writer.finish((len(doubles), len(singles)))
        return Store(doubles, singles, codes, found, filler.chunk_rows)

    def narrowed(self, store: Store, kept: Mask) -> Store:
        """Some of the rows of a store; those in memory are given up as they are copied."""
        filler = self.filler(len(store.doubles), len(store.singles), len(store.codes))
        for k in range(len(store.chunks)):
            chunk = store.chunks[k]
            start = k * store.chunk_rows
            rows = np.flatnonzero(kept[start : start + chunk.n_rows])
            doubles = [chunk.doubles[rows, j] for j in range(len(store.doubles))]
            singles = [chunk.singles[rows, j] for j in range(len(store.singles))]
            filler.add(doubles, singles, [codes[rows] for codes in chunk.codes], rows.size)
            if isinstance(store.chunks, list):
                store.chunks[k] = None
        return self.store(filler, store.doubles, store.singles, store.codes)
