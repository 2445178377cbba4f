"""What tells that a file has been changed or replaced while it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Fingerprint:
    """A file as it was when it was opened.

    Parameters
    ----------
    path : Path
        The file.
    mark : tuple of int
        Device, inode, size and time of the last change.
    """

    path: Path
    mark: tuple[int, ...]

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Take the fingerprint of a file."""
        return cls(path, _mark(path))

    def check(self, label: str) -> None:
        """Refuse a file that is no longer the one that was opened (LL168): its rows may be a mixture of two files."""
        try:
            same = _mark(self.path) == self.mark
        except OSError:
            same = False
        if not same:
            raise DataError("LL168.changed", source=label)  # fmt: skip


def _mark(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
