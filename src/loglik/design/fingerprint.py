"""What tells that a file has been changed or replaced while it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Fingerprint:
    """Files as they were when they were opened.

    Parameters
    ----------
    paths : tuple of Path
        The files.
    marks : tuple of tuple of int
        Of each: device, inode, size and time of the last change.
    """

    paths: tuple[Path, ...]
    marks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, paths: tuple[Path, ...]) -> Fingerprint:
        """Take the fingerprint of files."""
        return cls(paths, tuple(_mark(path) for path in paths))

    def check(self, label: str) -> None:
        """Refuse files that are no longer those that were opened (LL168): rows may be a mixture of two."""
        for path, mark in zip(self.paths, self.marks, strict=True):
            try:
                same = _mark(path) == mark
            except OSError:
                same = False
            if not same:
                raise DataError("LL168.changed", source=label if len(self.paths) == 1 else str(path))

    def absolute(self) -> Fingerprint:
        """The same, for processes that are in other directories."""
        return Fingerprint(tuple(path.absolute() for path in self.paths), self.marks)

    def check_elsewhere(self) -> None:
        """As `check`, on a machine that has the files by a network: devices and inodes have other numbers there."""
        for path, mark in zip(self.paths, self.marks, strict=True):
            try:
                same = _mark(path)[2:] == mark[2:]
            except OSError:
                same = False
            if not same:
                raise DataError("LL168.changed", source=str(path))


def _mark(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
