"""A file of a table, wherever it lies: what readers ask of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from loglik.design.sql import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Mark = tuple[int | str, ...]
"""What is no longer the same when a file has been changed."""

_PACKED = {".gz": "gzip", ".zst": "zstd"}


class DataFile(Protocol):
    """A file to be read."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Its path below the directory or pattern that was asked for; files are in the order of these."""

    def open(self) -> Any:
        """Open it, to be read in bytes."""

    def mark(self) -> Mark:
        """What tells that it is the same file, and as it was."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sql(self) -> str:
        """What DuckDB is told of it."""

    @property
    def filesystem(self) -> Any:
        """What Arrow opens it with; None for this machine's files."""

    @property
    def path(self) -> Any:
        """Its path there."""


@dataclass(frozen=True)
class LocalFile:
    """A file of this machine.

    Parameters
    ----------
    path : Path
        Where it is.
    parts : tuple of str
        Its path below the directory that was asked for.
    """

    path: Path
    parts: tuple[str, ...] = ()
    filesystem = None

    def __reduce__(self) -> Any:  # to a process in another directory
        return LocalFile, (self.path.absolute(), self.parts)

    def __str__(self) -> str:
        return str(self.path)

    def open(self) -> Any:
        """Open it, to be read in bytes."""
        return self.path.open("rb")

    def mark(self) -> Mark:
        """Device, inode, size and time of the last change."""
        found = self.path.stat()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    @property
    def sql(self) -> str:
        """The path as a literal, with what DuckDB would take for wildcards in brackets; ~ is no home to it."""
        name = str(self.path)
        return literal("".join(f"[{c}]" if c in "*?[" else c for c in (f"./{name}" if name[0] == "~" else name)))


def suffixes(file: DataFile | Path) -> list[str]:
    """Endings of its name, as ``.csv``, ``.gz``."""
    return [s.lower() for s in Path(str(file)).suffixes]


def listed(files: Sequence[DataFile]) -> str:
    """SQL of a list of files."""
    return f"[{', '.join(file.sql for file in files)}]"


def texts(*files: DataFile) -> str:
    """The same of text files, with how they are packed: DuckDB does not see it in every name, and looks where they differ."""
    found = {_PACKED.get(suffixes(file)[-1] if suffixes(file) else "", "none") for file in files}
    return f"{listed(files)}, compression='{found.pop() if len(found) == 1 else 'auto'}'"
