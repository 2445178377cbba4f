"""Files encoded by workers, each a share of the chunks, to one file that all of them map: rows do not travel.

The values of columns with levels are gathered first, so that all know the place of each, and how large a chunk is in the
file. Chunks are those that one process would make, but that a code may take a type for more levels.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.stored import chunks
from loglik.design.stored.chunks import Store
from loglik.design.stored.encoding import Encoded, Keys, NumberStats, encode
from loglik.design.stored.files import ChunkWriter, MappedChunks, chunk_bytes, disk_fault
from loglik.design.stored.filler import Filler, smallest
from loglik.parallel.spread import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from loglik.design.stored.again import Batches, Columns
    from loglik.design.stored.chunks import Chunk
    from loglik.parallel.pools.pool import Pool


@dataclass(frozen=True)
class Share:
    """What a worker is to encode.

    Parameters
    ----------
    batches : callable
        ``batches(doubles, singles, levels, rows)`` reads some rows of the files.
    doubles, singles, levels : tuple of str
        Columns.
    rows : (int, int)
        The first row, and the one after the last; the first begins a chunk.
    chunk_rows : int
        Rows of a chunk.
    """

    batches: Batches
    doubles: tuple[str, ...]
    singles: tuple[str, ...]
    levels: tuple[str, ...]
    rows: tuple[int, int]
    chunk_rows: int

    def read(self, *columns: tuple[str, ...]) -> Iterator[Any]:
        """Batches of the rows; of doubles, singles and levels."""
        return self.batches(*columns, self.rows) or iter(())


def all_have(pool: Pool, function: Callable[..., bool], *given: Any) -> bool:
    """Whether all workers say so."""
    return all(said is True for said in pool.run([(w, function, given) for w in dict.fromkeys(pool.workers())]))


def all_see(pool: Pool, directory: Path) -> bool:
    """Whether workers have the same directory as this process, and not another one of its name."""
    token = secrets.token_hex(16)
    file = directory.absolute() / f"loglik-{token}"
    try:
        file.write_text(token, encoding="ascii")
        return all_have(pool, _sees, file, token)
    except OSError as error:
        raise disk_fault(file, error) from error
    finally:
        file.unlink(missing_ok=True)


def _sees(file: Path, token: str) -> bool:
    try:
        return file.read_text(encoding="ascii") == token
    except OSError:
        return False


def encoded_by(pool: Pool, batches: Batches, columns: Columns, n: int, path: Path) -> tuple[Store, Encoded]:
    """Have the rows of files encoded by workers.

    Parameters
    ----------
    pool : Pool
        Workers that have the directory of `path`.
    batches : callable
        Of a `Share`.
    columns : (tuple of str, tuple of str, tuple of str)
        Doubles, singles and levels.
    n : int
        Rows of the files.
    path : Path
        File of the chunks.

    Raises
    ------
    DataError
        LL507 the disk is full.
    """
    rows, count = chunks.CHUNK_ROWS, -(-n // chunks.CHUNK_ROWS)
    parts = min(count, len(pool.workers()))
    edges = [min(count * i // parts * rows, n) for i in range(parts + 1)]
    shares = [Share(batches, *columns, (lo, hi), rows) for lo, hi in zip(edges, edges[1:], strict=False)]
    keys = {name: Keys() for name in columns[2]}
    for some in asked(pool, [(_keys, (share,)) for share in shares]) if keys else ():
        for name, own in some.items():
            keys[name].learn(own)
    types = [str(smallest(np.array([len(own.place)])).dtype) for own in keys.values()]
    widths = len(columns[0]), len(columns[1])
    size = chunk_bytes(rows, widths, types)
    last = chunk_bytes(n - (count - 1) * rows, widths, types)
    _reserve(path, size * (count - 1) + last)
    places = {name: list(own.place) for name, own in keys.items()}
    calls = [(_encode, (share, places, types, path, share.rows[0] // rows * size)) for share in shares]
    numbers = {name: NumberStats() for name in (*columns[0], *columns[1])}
    sums: list[int] = []
    for stats, missing, found in asked(pool, calls):
        for mine, more in zip(numbers.values(), stats, strict=True):
            mine += more  # noqa: PLW2901
        for own, more in zip(keys.values(), missing, strict=True):
            own.missing += more
        sums += found
    of_chunk = [min(rows, n - k * rows) for k in range(count)]
    mapped = MappedChunks(str(path), widths, of_chunk, [types] * count, sums)
    return Store(*columns, mapped, rows), Encoded(n, numbers, keys)


def _reserve(path: Path, size: int) -> None:
    try:
        with path.open("wb") as file:
            getattr(os, "posix_fallocate", lambda number, _, end: os.ftruncate(number, end))(file.fileno(), 0, size)
    except OSError as error:
        raise disk_fault(path, error) from error


def _keys(share: Share) -> dict[str, list[str]]:
    """Distinct values of the columns with levels."""
    keys = {name: Keys() for name in share.levels}
    for batch in share.read((), (), share.levels):
        for own, column in zip(keys.values(), batch.columns, strict=True):
            own.codes(column)
    return {name: list(own.place) for name, own in keys.items()}


def _encode(
    share: Share, places: dict[str, Sequence[str]], types: list[str], path: Path, at: int
) -> tuple[list[NumberStats], list[int], list[int]]:
    """Put a share into its place of the file: what is known of numbers, missing values of levels, checksums."""
    writer = ChunkWriter(path, at)

    def take(chunk: Chunk) -> None:
        codes = (own.astype(kind) for own, kind in zip(chunk.codes, types, strict=True))
        writer.take(replace(chunk, codes=tuple(codes)))

    columns = share.doubles, share.singles, share.levels
    filler = Filler((len(share.doubles), len(share.singles), len(share.levels)), share.chunk_rows, take, copies=True)
    known = {name: Keys() for name in share.levels}
    for name, own in known.items():
        own.learn(places[name])
    learnt = encode(share.read(*columns), *columns, filler, known)
    filler.finish()
    return list(learnt.numbers.values()), [own.missing for own in learnt.keys.values()], writer.sums
