"""A source of many rows, encoded: its columns are read once, and stand in memory or on disk from then on."""

from __future__ import annotations

import secrets
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loglik.design.duckdb_source import FileSource
from loglik.design.levels import places_of
from loglik.design.of_file import OfFile
from loglik.design.stored import chunks
from loglik.design.stored.again import EncodedAgain, can_encode
from loglik.design.stored.arrays import StoredCodes
from loglik.design.stored.cache import Cache
from loglik.design.stored.columns import StoredLevels, StoredNumbers
from loglik.design.stored.encoding import encode
from loglik.design.stored.files import disk_fault, spill_directory
from loglik.design.stored.place import Place
from loglik.design.stored.shares import all_have, all_see, encoded_by
from loglik.errors import DataError
from loglik.parallel.pools.chosen import current_workers
from loglik.parallel.scratch import current_spill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from loglik.array_types import Mask
    from loglik.design.fingerprint import Fingerprint
    from loglik.design.levels import Codes, LevelKind
    from loglik.design.source import Rounded, Source
    from loglik.design.stored.again import Batches, Columns
    from loglik.design.stored.chunks import Store
    from loglik.design.stored.encoding import Encoded

# A code takes a byte where there are few levels, and two where there are not many more.
_BYTES_OF_A_CODE = 2
# What columns take as whole arrays and while they are read, in sizes of their encoding.
_ARRAYS = 3


class EncodedSource(OfFile):
    """Columns of a file in a store; what was not encoded is asked of the file.

    Parameters
    ----------
    source : FileSource
        The file.
    store : Store
        The columns.
    learnt : Encoded
        What is known of them.
    place : Place
        Where they are.
    """

    def __init__(self, source: FileSource, store: Store, learnt: Encoded, place: Place) -> None:
        self.asks(source)
        self.store, self.learnt, self.place = store, learnt, place
        self.n_rows = learnt.n_rows
        self._levels: dict[str, Codes] = {}

    def rounded(self, column: str) -> Rounded | None:
        """Whole numbers of a column that a double does not hold."""
        return self.source.rounded(column)

    def values(self, columns: Sequence[str]) -> list[list[Any]]:
        """Columns as they stand in the file."""
        return self.source.values(columns)

    def numbers(self, columns: Sequence[str]) -> list[Any]:
        """Columns of numbers."""
        return [StoredNumbers(self.store, c, self.learnt.numbers[c]) for c in columns]

    def codes(self, column: str, kind: LevelKind | None = None) -> Codes:
        """A column as codes of its levels."""
        if kind is not None or column not in self.learnt.keys:
            return self.source.codes(column, kind)
        if column not in self._levels:
            table, levels = places_of([None, *self.source.spelled(column, list(self.learnt.keys[column].place))])
            codes: Any = StoredCodes(self.store, (column,), (table[:-1],))
            self._levels[column] = StoredLevels(codes, levels)
        return self._levels[column]

    def narrow(self, kept: Mask) -> None:
        """Leave out rows for good."""
        self.store.chunks = self.place.narrowed(self.store, kept).chunks
        if self.store.again is not None:
            self.store.again = self.store.again.narrowed(kept)


def encoded(source: Source, numbers: Sequence[str], levels: Sequence[str]) -> Source:
    """Read columns of a file of many rows once; other sources stay as they are.

    Parameters
    ----------
    source : Source
        Rows.
    numbers, levels : sequence of str
        Columns that are going to be asked for as numbers, and as codes of levels.

    Raises
    ------
    DataError
        LL501 PyArrow is not installed, LL507 the disk has no room.
    """
    if not isinstance(source, FileSource) or source.n_rows <= chunks.CHUNK_ROWS:
        return source
    numbers, levels = list(dict.fromkeys(numbers)), list(dict.fromkeys(levels))
    spill = current_spill()
    if spill is not None and source.cached is not None and source.cached.covers(numbers, levels):
        spill.directory = spill_directory(source.memory.directory)
        return EncodedSource(source, replace(source.cached.store), source.cached.learnt, Place(spill.directory))
    singles = tuple(c for c in numbers if source.is_single(c))
    doubles = tuple(c for c in numbers if c not in singles)
    size = source.n_rows * (8 * len(doubles) + 4 * len(singles) + _BYTES_OF_A_CODE * len(levels))
    if find_spec("pyarrow") is None:  # columns as whole arrays, then
        if source.memory.holds(_ARRAYS * size):
            return source
        raise DataError("LL501.pyarrow", source=source.label)
    columns, place = (doubles, singles, tuple(levels)), Place()
    kept = spill is not None and source.keeps
    workers = None if spill is None else current_workers()
    seen = (d for d in source.memory.shared(size) if all_see(workers.pool, d)) if workers else iter(())
    shared = next(seen, None)
    if spill is not None and (kept or shared or not source.memory.holds(size)):
        parent = shared or source.memory.directory
        on_disk = parent == source.memory.directory
        source.findings += source.memory.room_for(size) if on_disk else []
        spill.directory = spill_directory(parent)
        place = Place(spill.directory)
        source.bound(spill.directory if on_disk else None)
    else:
        source.bound(None)
    to = Place(_made(source.cache_directory)) if kept else place
    name = f"rows-{secrets.token_hex(4)}" if kept else "rows"
    files = None if workers is None else _plain_files(source, columns)
    if workers and files and shared and to.directory and all_have(workers.pool, can_encode, *files):
        with source.checked([*doubles, *singles, *levels]):
            store, learnt = encoded_by(workers.pool, files[0], columns, source.n_rows, to.directory / f"{name}.bin")
    else:
        filler = to.filler(len(doubles), len(singles), len(levels), name)
        learnt = encode(source.batches(*columns), *columns, filler)
        store = to.store(filler, *columns)
    if files:
        places = {name: list(own.place) for name, own in learnt.keys.items()}
        store.again = EncodedAgain(*files, places, source.n_rows, chunks.CHUNK_ROWS)
    if kept:
        source.keep_cache(Cache(store, learnt, {c: source.kind(c) for c in (*numbers, *levels)}))
    source.release()
    _give_back()
    return EncodedSource(source, store, learnt, place)


def _give_back() -> None:
    """What Arrow's pool still holds of pages that were decoded, to the system."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def _plain_files(source: FileSource, columns: Columns) -> tuple[Batches, Columns, Fingerprint] | None:
    """How workers read the files, where that needs no SQL."""
    if source.direct is None or source.fingerprint is None or source.direct(*columns) is None:
        return None
    return source.direct, columns, source.fingerprint


def _made(directory: Path) -> Path:
    """A directory that is there (LL507)."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_fault(directory, error) from error
    return directory
