"""Which files a path stands for: one, all of a directory, or those that match a pattern, in the order of their paths."""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loglik.design.data_file import LocalFile, suffixes
from loglik.design.fingerprint import Fingerprint
from loglik.design.remote import Store, found_in, is_remote, store_of
from loglik.errors import DataError, nearest
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loglik.design.data_file import DataFile

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
    files : tuple of DataFile
        They, in the order of their rows.
    format : str
        What kind they all are.
    hive : bool
        Whether the names of their directories are columns, as in ``year=2013/``.
    fingerprint : Fingerprint
        The files as they are now.
    store : Store or None
        Where they are, if that is not on this machine.
    """

    label: str
    files: tuple[DataFile, ...]
    format: Format
    hive: bool
    fingerprint: Fingerprint | None
    store: Store | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def data_files(name: str, filesystem: Any = None) -> DataFiles | None:
    """Find the files of a path or a URL, or of a path of a file system that is given; None if it is a pipe.

    Raises
    ------
    DataError
        LL101 not found, or not to be read; LL102 empty; LL105 unknown kind of file; LL502 no files, or of several kinds;
        LL510, LL511 those of remote files.
    """
    if filesystem is not None or is_remote(name):
        return _remote(store_of(name, filesystem))
    path = Path(name)
    try:
        if path.is_dir():
            return _several(name, _below(path, _listed(path)))
        if not path.exists() and set(_SIGNS) & set(name):
            found = [Path(p) for p in glob.glob(name, recursive=True) if not Path(p).is_dir()]  # noqa: PTH207 - of any root
            if not found:
                raise DataError("LL502.pattern", source=name)
            fixed = re.split(f"[{re.escape(_SIGNS)}]", name, maxsplit=1)[0]
            return _several(name, _below(Path(fixed if fixed.endswith("/") else Path(fixed).parent), found))
        if not path.exists():
            siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            raise DataError("LL101.missing", path=name, near=nearest(path.name, siblings))
        if not path.is_file():
            return None
        return _one(path.name, LocalFile(path), name)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, DataError):
            raise
        name = str(getattr(error, "filename", None) or name)
        raise DataError("LL101.unreadable", path=name, why=getattr(error, "strerror", None) or error) from error


def _listed(root: Path) -> Iterator[Path]:
    """Files below a directory, with links that lead to none; links to directories are refused, not passed over."""
    for path in root.rglob("*"):
        if path.is_symlink() and path.is_dir() and not path.name.startswith((".", "_")):
            raise DataError("LL502.link", link=str(path))
        if path.is_file() or path.is_symlink():
            yield path


def _below(root: Path, found: Iterable[Path]) -> Iterable[LocalFile]:
    return (LocalFile(p, p.relative_to(root).parts) for p in found)


def _remote(store: Store) -> DataFiles:
    found, alone = found_in(store, _SIGNS)
    made = _one(store.url, found[0], store.url, store) if alone else _several(store.url, found, store)
    if made.format in {"duckdb", "sqlite"}:
        raise DataError("LL512.database", url=store.url)
    return made


def _one(label: str, file: DataFile, name: str, store: Store | None = None) -> DataFiles:
    _refuse_unreadable(file, name)
    return DataFiles(label, (file,), format_of(file), hive=False, fingerprint=Fingerprint.of((file,)), store=store)


def _several(label: str, found: Iterable[DataFile], store: Store | None = None) -> DataFiles:
    """Files below a directory, but for hidden ones."""
    shown = (file for file in found if not any(part.startswith((".", "_")) for part in file.parts))
    files = sorted((file for file in shown if _suffix(file) in _FORMATS), key=lambda file: file.parts)
    if not files:
        raise DataError("LL502.none", source=label, known=sorted(_FORMATS))
    formats = {format_of(file) for file in files}
    if len(formats) > 1 or formats & {"duckdb", "sqlite"}:
        raise DataError("LL502.formats", source=label, kinds=sorted(Phrase(f"format_{f}") for f in formats))
    for file in files:
        _refuse_unreadable(file, str(file))
    keys = [tuple(s.partition("=")[0] for s in file.parts[:-1] if "=" in s) for file in files]
    other = next((i for i, own in enumerate(keys) if own != keys[0]), None)
    if other is not None:
        raise DataError("LL502.partitions", file=str(files[other]), first=str(files[0]))
    return DataFiles(label, tuple(files), formats.pop(), bool(keys[0]), Fingerprint.of(tuple(files)), store)


def _refuse_unreadable(file: DataFile, name: str) -> None:
    if file.size == 0:
        raise DataError("LL102.no_bytes", path=name)
    if file.filesystem is None:  # others are asked for their marks at once
        with file.open():
            pass


def format_of(file: DataFile) -> Format:
    """What kind of file it is, from the ending of its name (LL105)."""
    suffix = _suffix(file)
    if suffix not in _FORMATS:
        raise DataError("LL105.ending", path=Path(str(file)).name, suffix=suffix, known=sorted(_FORMATS))
    return _FORMATS[suffix]


def _suffix(file: DataFile) -> str:
    """Its ending, without the one that says how it is packed."""
    *before, last = ["", *suffixes(file)]
    return before[-1] if last in _PACKED and before[1:] else last
