"""Which files a path stands for: one, all of a directory, or those that match a pattern, in the order of their paths."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from loglik.design.fingerprint import Fingerprint
from loglik.errors import DataError, nearest
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

Format = Literal["csv", "tsv", "parquet", "jsonl", "arrow", "duckdb", "sqlite"]

_FORMATS: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
    ".duckdb": "duckdb", ".ddb": "duckdb", ".db": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip
_PACKED = (".gz", ".zst")
_SIGNS = "*?["


@dataclass(frozen=True)
class DataFiles:
    """Files of one table.

    Parameters
    ----------
    label : str
        Name for messages.
    paths : tuple of Path
        The files, in the order of their rows.
    format : str
        What kind they all are.
    hive : bool
        Whether the names of their directories are columns, as in ``year=2013/``.
    fingerprint : Fingerprint
        The files as they are now.
    """

    label: str
    paths: tuple[Path, ...]
    format: Format
    hive: bool
    fingerprint: Fingerprint | None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.paths)


def data_files(name: str) -> DataFiles | None:
    """Find the files of a path; None if it is a pipe.

    Raises
    ------
    DataError
        LL101 not found, or not to be read; LL102 empty; LL105 unknown kind of file; LL502 no files, or of several kinds.
    """
    path = Path(name)
    try:
        if path.is_dir():
            return _several(name, path, (p for p in path.rglob("*") if p.is_file()))
        if not path.exists() and set(_SIGNS) & set(name):
            found = [Path(p) for p in glob.glob(name, recursive=True) if Path(p).is_file()]  # noqa: PTH207 - of any root
            if not found:
                raise DataError("LL502.pattern", source=name)
            fixed = re.split(f"[{re.escape(_SIGNS)}]", name, maxsplit=1)[0]
            return _several(name, Path(fixed if fixed.endswith("/") else Path(fixed).parent), iter(found))
        if not path.exists():
            siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            raise DataError("LL101.missing", path=name, near=nearest(path.name, siblings))
        if not path.is_file():
            return None
        _refuse_unreadable(path, name)
        return DataFiles(path.name, (path,), format_of(path), hive=False, fingerprint=Fingerprint.of((path,)))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, DataError):
            raise
        raise DataError("LL101.unreadable", path=name, why=getattr(error, "strerror", None) or error) from error


def _several(label: str, root: Path, found: Iterator[Path]) -> DataFiles:
    """Files below a directory, but for hidden ones."""
    paths = sorted(p for p in found if not any(s.startswith((".", "_")) for s in p.relative_to(root).parts))
    paths = [p for p in paths if _suffix(p) in _FORMATS]
    if not paths:
        raise DataError("LL502.none", source=label, known=sorted(_FORMATS))
    formats = {format_of(p) for p in paths}
    if len(formats) > 1 or formats & {"duckdb", "sqlite"}:
        raise DataError("LL502.formats", source=label, kinds=sorted(Phrase(f"format_{f}") for f in formats))
    for path in paths:
        _refuse_unreadable(path, str(path))
    keys = [tuple(s.partition("=")[0] for s in p.relative_to(root).parts[:-1] if "=" in s) for p in paths]
    hive = bool(keys[0]) and len(set(keys)) == 1
    return DataFiles(label, tuple(paths), formats.pop(), hive, Fingerprint.of(tuple(paths)))


def _refuse_unreadable(path: Path, name: str) -> None:
    if path.stat().st_size == 0:
        raise DataError("LL102.no_bytes", path=name)
    with path.open("rb"):
        pass


def format_of(file: Path) -> Format:
    """What kind of file it is, from the ending of its name (LL105)."""
    suffix = _suffix(file)
    if suffix not in _FORMATS:
        raise DataError("LL105.ending", path=file.name, suffix=suffix, known=sorted(_FORMATS))
    return _FORMATS[suffix]


def _suffix(file: Path) -> str:
    suffixes = [s.lower() for s in file.suffixes]
    return suffixes[-2] if len(suffixes) > 1 and suffixes[-1] in _PACKED else suffixes[-1] if suffixes else ""
