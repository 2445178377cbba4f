"""Data files that the page was given: checked before they are read, in a temporary folder under names of our own."""

from __future__ import annotations

import secrets
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from loglik.design.duckdb_source import FileSource

ENDINGS = (".csv", ".tsv", ".parquet")
#: What a table may have when it is unpacked: a small Parquet file can hold a thousand million equal values.
MOST_CELLS, MOST_COLUMNS, MOST_UNPACKED = 20_000_000, 2_000, 1_000_000_000
_KEPT, _LONGEST_NAME = 4, 80
#: How files begin that are packed, or no tables: gzip, zip, zstandard, bzip2, xz, PDF, programs, old Excel.
_OTHERS = (
    b"\x1f\x8b",
    b"PK",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF",
    b"\x7fELF",
    b"MZ",
    b"\xd0\xcf\x11\xe0",
)


@dataclass(frozen=True)
class Upload:
    """A data file.

    Parameters
    ----------
    key : str
        What the page calls it by.
    name : str
        What the reader calls it.
    path : Path
        Where it is.
    """

    key: str
    name: str
    path: Path


class Uploads:
    """The last few data files; older ones are deleted, and all when the server ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="loglik-lab-")
        self._kept: OrderedDict[str, Upload] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def get(self, key: str) -> Upload:
        """Return a file that is still there.

        Raises
        ------
        DataError
            LL426 it is not.
        """
        if key not in self._kept:
            raise DataError("LL426.gone")
        return self._kept[key]

    def give(self, path: Path) -> None:
        """Keep a file of the reader's own, where it is."""
        self._kept["given"] = Upload("given", path.name, path)

    async def receive(self, name: str, chunks: AsyncIterator[bytes]) -> Upload:
        """Write a body into the folder; what the reader calls it decides its ending alone.

        Raises
        ------
        DataError
            LL423 the name has no ending of a table, or the beginning is that of something else.
        """
        shown = shown_name(name)
        key = secrets.token_hex(8)
        made = Upload(key, shown, Path(self._folder.name, key + ending(shown)))
        try:
            async for chunk in chunks:
                _append(made.path, chunk)
            refuse_others(made.path, shown)
        except BaseException:
            made.path.unlink(missing_ok=True)
            raise
        self._kept[key] = made
        for old in [key for key in self._kept if key != "given"][:-_KEPT]:
            self.forget(old)
        return made

    def forget(self, key: str) -> None:
        """Delete a file that was received."""
        self._kept.pop(key).path.unlink(missing_ok=True)

    def close(self) -> None:
        """Delete everything."""
        self._kept.clear()
        self._folder.cleanup()


def opened(upload: Upload) -> FileSource:
    """The rows of a file; what is said of it calls it as the reader does.

    Raises
    ------
    DataError
        LL1xx it cannot be read; LL423 it has too many rows or columns.
    """
    from loglik.design.files import open_source

    if upload.path.suffix == ".parquet":
        _refuse_swollen(upload.path, upload.name)
    try:
        source = open_source(upload.path)
        source.label = upload.name
        _refuse_large(upload.name, source.n_rows, len(source.columns))
    except DataError as error:
        said = error.said
        named = {key: _called(value, upload) for key, value in said.values.items()}
        raise DataError(replace(said, values=named), columns=error.columns) from error
    return source


def _called(value: Any, upload: Upload) -> Any:
    return (
        value.replace(str(upload.path), upload.name).replace(upload.path.name, upload.name)
        if isinstance(value, str)
        else value
    )


def shown_name(name: str) -> str:
    r"""Return the last part of a name, without what is no letter of one: it is shown, and no path is made of it.

    Examples
    --------
    >>> shown_name("../../etc/pass\x00wd.csv"), shown_name("C:\\data\\a.csv")
    ('passwd.csv', 'a.csv')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    cleaned = "".join(c for c in last if c.isprintable()).strip()
    return cleaned if len(cleaned) <= _LONGEST_NAME else f"{cleaned[: _LONGEST_NAME - 10]}…{cleaned[-9:]}"


def ending(name: str) -> str:
    """Return the ending of a name that a table may have.

    Raises
    ------
    DataError
        LL423 it has another one.
    """
    found = Path(name).suffix.lower()
    if found not in ENDINGS:
        raise DataError("LL423.ending", name=name, endings=list(ENDINGS))
    return found


def refuse_others(path: Path, name: str) -> None:
    """Refuse what is packed, or not what its name says.

    Raises
    ------
    DataError
        LL423.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if path.suffix == ".parquet":
        if not start.startswith(b"PAR1"):
            raise DataError("LL423.no_parquet", name=name)
    elif start.startswith(_OTHERS):
        raise DataError("LL423.packed", name=name)
    elif start.startswith(b"PAR1") or (b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise DataError("LL423.no_text", name=name)


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)


def _refuse_large(name: str, rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS or columns * rows > MOST_CELLS:
        raise DataError("LL423.cells", name=name, rows=rows, width=columns)


def _refuse_swollen(path: Path, name: str) -> None:
    """Read what a Parquet file says of its size, before its pages."""
    import duckdb

    try:
        with duckdb.connect() as connection:
            read = connection.execute(
                "SELECT (SELECT sum(total_uncompressed_size) FROM parquet_metadata($1)), num_rows, "
                "(SELECT count(DISTINCT path_in_schema) FROM parquet_metadata($1)) FROM parquet_file_metadata($1)",
                [str(path)],
            ).fetchone()
    except duckdb.Error:
        return  # what is wrong with it is said by who reads it
    unpacked, rows, columns = (each or 0 for each in read or (0, 0, 0))
    if unpacked > MOST_UNPACKED or rows * columns > MOST_CELLS:
        raise DataError("LL423.cells", name=name, rows=rows, width=columns)
