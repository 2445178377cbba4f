"""Chunks in a file: written one after another with a checksum each, and mapped; a directory says what it holds."""

from __future__ import annotations

import atexit
import errno
import os
import shutil
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.stored.chunks import Chunk, rows_laid
from loglik.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

_ALIGNED = 64
_PREFIX = "loglik-rows-"


def spill_directory(parent: Path) -> Path:
    """A directory for this process, which goes when it ends; those of processes that were killed go now."""
    for left in parent.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    atexit.register(_remove, made, os.getpid())
    return made


def _runs(process: int) -> bool:
    """Whether a process is there, be it another user's."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _remove(directory: Path, owner: int) -> None:
    if os.getpid() == owner:  # not from a child that was forked
        shutil.rmtree(directory, ignore_errors=True)


def disk_fault(path: Path, error: OSError) -> DataError:
    """The error that a file cannot be written."""
    key = "LL507.full" if error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT} else "LL507.directory"
    return DataError(key, directory=str(path.parent), why=error.strerror or error)


class ChunkWriter:
    """Writes chunks to a file.

    Parameters
    ----------
    path : Path
        The file.
    at : int or None
        Where in a file that is there, as others write to other places of it; by default a new file is begun.

    Raises
    ------
    DataError
        LL507 the disk is full, or the file may not be so large.
    """

    def __init__(self, path: Path, at: int | None = None) -> None:
        self.path, self.at = path, at or 0
        self.rows: list[int] = []
        self.types: list[list[str]] = []
        self.sums: list[int] = []
        try:
            if at is None:
                path.write_bytes(b"")
        except OSError as error:
            raise disk_fault(path, error) from error

    def take(self, chunk: Chunk) -> None:
        """Write a chunk."""
        total = 0
        try:
            with self.path.open("r+b", buffering=0) as file:
                file.seek(self.at)
                for part in chunk.parts:
                    data = _bytes(part)
                    for whole in (data.data, memoryview(bytes(-data.nbytes % _ALIGNED))):
                        total, piece = zlib.crc32(whole, total), whole
                        while piece.nbytes:  # a write may take a part of it
                            piece = piece[file.write(piece) :]
                self.at = file.tell()
        except OSError as error:
            raise disk_fault(self.path, error) from error
        self.rows.append(chunk.n_rows)
        self.types.append([str(c.dtype) for c in chunk.codes])
        self.sums.append(total)

    def finish(self, widths: tuple[int, int]) -> MappedChunks:
        """Map what was written."""
        return MappedChunks(str(self.path), widths, self.rows, self.types, self.sums)


class MappedChunks:
    """Chunks of a file, mapped when they are asked for; each is checked the first time.

    Parameters
    ----------
    path : str
        The file.
    widths : (int, int)
        Columns of doubles and of singles.
    rows : list of int
        Rows of each chunk.
    types : list of list of str
        Types of the codes of each chunk.
    sums : list of int
        Checksum (CRC-32) of each chunk.
    """

    def __init__(
        self, path: str, widths: tuple[int, int], rows: list[int], types: list[list[str]], sums: list[int]
    ) -> None:
        self.path, self.widths, self.rows, self.types, self.sums = path, widths, rows, types, sums
        self._seen: list[Chunk | None] = [None] * len(rows)
        sizes = [chunk_bytes(n, widths, kinds) for n, kinds in zip(rows, types, strict=True)]
        self._starts = [0, *np.cumsum(sizes).tolist()]
        try:
            self._bytes: Bytes = np.memmap(path, np.uint8, "r").view(np.ndarray) if rows else np.zeros(0, np.uint8)
        except (OSError, ValueError) as error:
            raise DataError("LL509.gone", path=path, why=getattr(error, "strerror", None) or error) from error
        if self._bytes.size != self._starts[-1]:
            raise DataError("LL509.size", path=path)

    def __reduce__(self) -> Any:
        return MappedChunks, (self.path, self.widths, self.rows, self.types, self.sums)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self[k] for k in range(*key.indices(len(self)))]
        found = self._seen[key]
        if found is None:
            found = self._seen[key] = self._mapped(range(len(self))[key])
        return found

    def _mapped(self, k: int) -> Chunk:
        data = self._bytes[self._starts[k] : self._starts[k + 1]]
        if zlib.crc32(data.data) != self.sums[k]:
            raise DataError("LL509.flipped", path=self.path, chunk=k + 1, n=len(self))
        n, (q, s), parts, at = self.rows[k], self.widths, [], 0
        matrices = (("float64", q), ("float32", s))
        for size, (kind, width) in zip(_sizes(n, self.widths, self.types[k]), matrices, strict=False):
            there = data[at : at + rows_laid(n) * width * np.dtype(kind).itemsize].view(kind)
            parts.append(there.reshape((rows_laid(n), width), order="F")[:n])
            at += size
        codes = []
        for size, kind in zip(_sizes(n, self.widths, self.types[k])[2:], self.types[k], strict=True):
            codes.append(data[at : at + n * np.dtype(kind).itemsize].view(kind))
            at += size
        return Chunk(parts[0], parts[1], tuple(codes))


def _bytes(part: npt.NDArray[Any]) -> Bytes:
    """A part as it lies in memory, its unused rows included."""
    whole = part.base if part.ndim == 2 and part.base is not None else part
    return whole.ravel(order="K").view(np.uint8)


def chunk_bytes(n: int, widths: tuple[int, int], types: list[str]) -> int:
    """Bytes of a chunk in a file."""
    return sum(_sizes(n, widths, types))


def _sizes(n: int, widths: tuple[int, int], types: list[str]) -> list[int]:
    """Bytes of each part in the file."""
    rows = rows_laid(n)
    exact = [8 * rows * widths[0], 4 * rows * widths[1], *(n * np.dtype(kind).itemsize for kind in types)]
    return [size + -size % _ALIGNED for size in exact]
