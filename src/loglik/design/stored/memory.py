"""How much memory rows may take, and where they go if they are larger."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

# Encoded rows up to this share of what is available stay in memory: fit and inference want theirs beside them.
_SHARE = 0.4
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30,
          "TIB": 2**40}  # fmt: skip
_ROOM = 1.05
# Memory that processes share, on Linux; with what stands beside the columns rows take less than so many times their size.
_SHARED, _BESIDE = Path("/dev/shm"), 3  # noqa: S108  where POSIX has it


@dataclass(frozen=True)
class Memory:
    """Where encoded rows go.

    Parameters
    ----------
    limit : int or None
        Bytes that are taken to be available; by default what the machine, or the control group, has left.
    spill_dir : str or None
        Directory of files; by default the one for temporary files.
    keep : bool
        Whether the files stay, for the next fit.
    """

    limit: int | None = None
    spill_dir: str | None = None
    keep: bool = False

    def holds(self, size: int) -> bool:
        """Whether rows of this size stay in memory."""
        return size <= _SHARE * self.bytes

    @property
    def bytes(self) -> int:
        """How much is taken to be available."""
        return available() if self.limit is None else self.limit

    @property
    def directory(self) -> Path:
        """Directory of files.

        Raises
        ------
        DataError
            LL507 it is not there, or not to be written to.
        """
        path = Path(tempfile.gettempdir() if self.spill_dir is None else self.spill_dir)
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                return path
        except OSError as error:
            raise DataError("LL507.directory", directory=str(path), why=error.strerror or error) from error

    def shared(self, size: int) -> list[Path]:
        """Directories that processes share, the best first: in memory, if rows of this size stay there."""
        in_memory = not self.keep and self.holds(size) and _SHARED.is_dir()
        if in_memory and os.access(_SHARED, os.W_OK) and shutil.disk_usage(_SHARED).free > _BESIDE * size:
            return [_SHARED, self.directory]
        return [self.directory]

    def room_for(self, size: int) -> list[Finding]:
        """Make sure that the disk has room (LL507); a warning if it is memory (LL508)."""
        path = self.directory
        free = shutil.disk_usage(path).free
        if free < _ROOM * size:
            raise DataError("LL507.room", directory=str(path), needed=size / 1e9, free=free / 1e9)
        if _file_system(path) in {"tmpfs", "ramfs"}:
            return [Finding("LL508.tmpfs", directory=str(path), size=size / 1e9)]
        return []


def memory_of(limit: Any = None, spill_dir: Any = None, *, keep: Any = False) -> Memory:
    """Check what a caller says of memory.

    Parameters
    ----------
    limit : int or str, optional
        Bytes, or such as ``"300MB"``.
    spill_dir : str or Path, optional
        Directory.
    keep : bool
        Whether encoded rows are kept there.

    Raises
    ------
    DataError
        LL118 no size, or rows to be kept without a directory.

    Examples
    --------
    >>> memory_of("300MB").limit, memory_of("1.5 GiB").limit
    (300000000, 1610612736)
    """
    if keep and spill_dir is None:
        raise DataError("LL118.keep_cache")
    size = None if limit is None else _size(limit)
    return Memory(size, None if spill_dir is None else str(spill_dir), bool(keep))


def _size(limit: Any) -> int:
    if isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0:
        return limit
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*", limit) if isinstance(limit, str) else None
    if found is None or found.group(2).upper() not in _UNITS:
        raise DataError("LL118.memory_limit", value=limit)
    return int(float(found.group(1)) * _UNITS[found.group(2).upper()])


def available() -> int:
    """Bytes of memory that can be had: those of the machine, or what is left of the control groups' limits."""
    return min([_of_the_machine(), *_of_control_groups()])


def _of_the_machine() -> int:
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    except OSError:
        found = None
    return int(found.group(1)) * 1024 if found else 4 * 10**9  # a machine that does not say


def _of_control_groups(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> Iterator[int]:
    """What is left in each group that this process is in, of version 1 or 2."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, kinds, path = line.split(":", 2)
        one = "memory" in kinds.split(",")
        if not one and kinds:
            continue
        base = root / "memory" if one else root
        limit, used = ("memory.limit_in_bytes", "memory.usage_in_bytes") if one else ("memory.max", "memory.current")
        group = base / path.strip("/")
        # In a container the path may be that of the host: then the root is its own group.
        for place in dict.fromkeys([group, *group.parents, base]):
            if base in {place, *place.parents}:
                left = _left(place / limit, place / used, place / "memory.stat")
                if left is not None:
                    yield left


def _left(limit: Path, used: Path, stat: Path) -> int | None:
    try:
        most = limit.read_text(encoding="ascii").strip()
        if most == "max" or int(most) >= 1 << 60:
            return None
        # Files that were read count as used, and are given back.
        cached = re.search(r"^(?:total_)?inactive_file (\d+)$", stat.read_text(encoding="ascii"), re.MULTILINE)
        return max(int(most) - int(used.read_text(encoding="ascii")) + (int(cached.group(1)) if cached else 0), 0)
    except (OSError, ValueError):
        return None


def _file_system(path: Path) -> str:
    """Type of the file system that a directory is on."""
    best, kind = 0, ""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    real = path.resolve()
    for line in mounts:
        where, _, what = line.partition(" - ")
        point = where.split()[4].encode().decode("unicode_escape")
        if real.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), what.split()[0]
    return kind
