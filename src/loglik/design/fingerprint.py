"""What tells that a file has been changed or replaced while it was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.design.data_file import DataFile, Mark

# A store that is far away is asked of so many files at once.
_AT_ONCE = 16


@dataclass(frozen=True)
class Fingerprint:
    """Files as they were when they were opened.

    Parameters
    ----------
    files : tuple of DataFile
        The files.
    marks : tuple of Mark
        Of each: device, inode, size and time of the last change; of remote files size, and entity tag or time.
    """

    files: tuple[DataFile, ...]
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, files: tuple[DataFile, ...]) -> Fingerprint:
        """Take the fingerprint of files."""
        # What is gone by now says so itself.
        return cls(files, tuple(m or f.mark() for f, m in zip(files, _marks(files), strict=True)))

    def check(self, label: str) -> None:
        """Refuse files that are no longer those that were opened (LL168): rows may be a mixture of two."""
        for file, mark, now in zip(self.files, self.marks, _marks(self.files), strict=True):
            if now != mark:
                raise DataError("LL168.changed", source=label if len(self.files) == 1 else str(file))

    def check_elsewhere(self) -> None:
        """As `check`, on a machine that has the files by a network: devices and inodes have other numbers there."""
        for file, mark, now in zip(self.files, self.marks, _marks(self.files), strict=True):
            if now is None or now[-2:] != mark[-2:]:
                raise DataError("LL168.changed", source=str(file))


def _marks(files: tuple[DataFile, ...]) -> list[Mark | None]:
    if len(files) == 1 or files[0].filesystem is None:
        return [_mark(file) for file in files]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(_mark, files))


def _mark(file: DataFile) -> Mark | None:
    """None if it is gone."""
    try:
        return file.mark()
    except OSError:
        return None
