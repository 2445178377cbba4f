"""Rows from files and databases: CSV, TSV, Parquet, JSON lines, Arrow, DuckDB and SQLite, one or many; ``-`` is stdin.

Text files are read as text with the dialect that their first line shows, and kinds are inferred from **all** values of
a fit and fixed for predictions: nothing is guessed from a sample, and a broken line is an error that names it, never a
reason for another dialect.
"""

from __future__ import annotations

import atexit
import gzip
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.design.cells import TypedCells
from loglik.design.data_file import LocalFile, suffixes
from loglik.design.data_files import DataFiles, Format, data_files
from loglik.design.duckdb_source import FileSource
from loglik.design.expressions import filtered
from loglik.design.parameters import with_values
from loglik.design.reading import Reading
from loglik.design.relations import (
    Relation,
    Selection,
    arrow_relation,
    arrow_rows,
    database_rows,
    fault_of,
    json_rows,
    parquet_rows,
    sqlite_rows,
    text_rows,
)
from loglik.design.sqlite import MAGIC
from loglik.design.standard_input import standard_input
from loglik.design.stored.memory import Memory
from loglik.errors import DataError
from loglik.texts import Phrase

if TYPE_CHECKING:
    import duckdb

    from loglik.design.data_file import DataFile

# The rows of text files up to this many bytes are counted when they are opened, which tells of broken lines at once.
_COUNTED = 100_000_000
# What is not known to be smaller is taken to be larger.
_UNKNOWN = _COUNTED + 1


def open_source(
    path: str | Path, table: str | None = None, reading: Reading | None = None, memory: Memory | None = None, *,
    query: str | None = None, where: Any = None, filesystem: Any = None,
) -> FileSource:  # fmt: skip
    """Open a data file, or all files of a directory or a pattern.

    Parameters
    ----------
    path : str or Path
        File, directory, or pattern such as ``"rows/*.parquet"``; ``-`` reads standard input.
    table : str, optional
        Table of a database that has several.
    reading : Reading, optional
        How text files are read.
    memory : Memory, optional
        Where many rows go.
    query : str, optional
        A SELECT of a database, in the place of a table.
    where : str or (str, values), optional
        Condition on the rows, as in SQL, alone or with the values of its parameters.
    filesystem : fsspec.AbstractFileSystem or pyarrow.fs.FileSystem, optional
        Where the path is, if not on this machine.

    Raises
    ------
    DataError
        LL101 not found, LL102 empty, LL104 broken line, LL105 unknown kind of file, LL117 a column name twice,
        LL122 several tables, LL168 changed meanwhile, LL502 files that do not belong together, LL503 no condition on the
        columns, LL504 no query, LL505 a damaged page, LL510 to LL512 remote files.
    """
    name, reading, memory, wanted = str(path), reading or Reading(), memory or Memory(), Selection(table, query, where)
    if table is not None and query is not None:
        raise DataError("LL504.both")
    if name == "-" and filesystem is None:
        return _from_bytes(standard_input(), Phrase("standard_input"), reading, memory, wanted)
    files = data_files(name, filesystem)
    if files is None:  # a pipe can be read once, and has no size
        try:
            return _from_bytes(Path(name).read_bytes(), name, reading, memory, wanted)
        except OSError as error:
            raise DataError("LL101.unreadable", path=name, why=error.strerror or error) from error
    keep = None
    with files.files[0].open() as stream:
        if stream.read(len(MAGIC)) == MAGIC:
            files = replace(files, format="sqlite")
    if not _is_utf8(name) and files.store is None:
        keep = _directory()
        files = replace(files, files=(_linked(files.files[0], Path(keep.name)),))
    return _open(files, reading, memory, wanted, keep)


def _is_utf8(name: str) -> bool:
    """Whether DuckDB can be told the name; Python keeps bytes that are not UTF-8 as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _linked(file: DataFile, directory: Path) -> LocalFile:
    """Another name for the file."""
    link = directory / f"data{''.join(suffixes(file)[-2:])}"
    link.symlink_to(file.path.resolve())
    return LocalFile(link)


def _from_bytes(data: bytes, label: str, reading: Reading, memory: Memory, wanted: Selection) -> FileSource:
    """Find out the format of piped bytes from how they begin."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            raise DataError("LL104.gzip", source=label, error=error) from error
    if not data.strip():
        raise DataError("LL102.nothing_piped", source=label)
    json_lines = re.match(rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{", data)
    found: Format = "parquet" if data[:4] == b"PAR1" else "jsonl" if json_lines else "csv"
    if data[: len(MAGIC)] == MAGIC:
        found = "sqlite"
    elif data[:6] == b"ARROW1":
        found = "arrow"
    if found == "csv" and b"\t" in data.split(b"\n", 1)[0] and b"," not in data.split(b"\n", 1)[0]:
        found = "tsv"
    # DuckDB reads files; the directory goes when the source does.
    directory = _directory()
    file = Path(directory.name) / f"stdin.{found}"
    file.write_bytes(data)
    files = DataFiles(label, (LocalFile(file),), found, hive=False, fingerprint=None)
    return _open(files, reading, memory, wanted, directory)


def _directory() -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory(prefix="loglik-")
    atexit.register(directory.cleanup)
    return directory


def _connection() -> duckdb.DuckDBPyConnection:
    import duckdb

    # Nothing is ever fetched from a network, and nothing printed: what --json prints is JSON alone.
    made = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    made.execute("SET enable_progress_bar = false")
    return made


def _open(
    files: DataFiles, reading: Reading, memory: Memory, wanted: Selection, keep: Any = None
) -> FileSource:  # fmt: skip
    import duckdb

    connection, kept = _connection(), [keep] if keep else []
    if wanted.query is not None and files.format not in {"duckdb", "sqlite"}:
        raise DataError("LL504.no_database", source=files.label)

    def directory() -> Path:
        if not kept:
            kept.append(_directory())
        return Path(kept[0].name)

    if files.store is not None:
        from loglik.design.remote_reader import RemoteReader  # needs fsspec

        connection.register_filesystem(RemoteReader(files.files))  # type: ignore[arg-type]
    try:
        if files.format in {"csv", "tsv"}:
            found = text_rows(connection, files, reading, directory)
        elif files.format == "parquet":
            found = parquet_rows(connection, files, reading)
        elif files.format == "arrow":
            found = arrow_rows(connection, files, reading)
        elif files.format == "duckdb":
            found = database_rows(connection, files, reading, wanted)
        elif files.format == "sqlite":
            found = sqlite_rows(connection, files, reading, wanted, directory)
        else:
            found = json_rows(connection, files, reading)
        source = _source(connection, files.label, found, memory, wanted, files.size)
    except duckdb.Error as error:
        if files.fingerprint is not None:
            files.fingerprint.check(files.label)
        raise fault_of(files)(error) from error
    if files.fingerprint is not None:
        files.fingerprint.check(files.label)
    source.fingerprint, source.keep = files.fingerprint, kept
    return source


def _source(
    connection: duckdb.DuckDBPyConnection, label: str, found: Relation, memory: Memory, wanted: Selection, size: int
) -> FileSource:
    source = FileSource(
        label=label, connection=connection, relation=found.sql, names=list(found.names), cells=found.cells,
        reading=found.reading, fault=found.fault, once=found.once, size=size, memory=memory, as_written=found.as_written,
        check=found.check, direct=found.direct,
    )  # fmt: skip
    if wanted.where is not None:
        where = source.where = with_values(connection, wanted.where)
        typed = None if isinstance(found.cells, TypedCells) else source.typed
        source.relation = filtered(connection, found.sql, where, found.names, label, typed)
        source.as_written, source.counted, source.direct = None, None, None
    if size <= _COUNTED or (isinstance(found.cells, TypedCells) and not found.once):
        source.counted = int(source.execute(f"SELECT count(*) FROM {source.relation}").fetchall()[0][0])
    return source


def arrow_source(
    rows: Any, reading: Reading | None = None, memory: Memory | None = None, *, where: Any = None
) -> FileSource:
    """Rows of an Arrow dataset, or of a reader of record batches, which is read once."""
    connection, label = _connection(), Phrase("arrow_rows")

    def fault(error: Exception) -> DataError:
        return DataError("LL105.content", source=label, format=Phrase("format_arrow"), error=str(error).split("\n")[0])

    found = arrow_relation(connection, rows, reading or Reading(), fault, once=not hasattr(rows, "count_rows"))
    return _source(connection, label, found, memory or Memory(), Selection(where=where), _UNKNOWN if found.once else 0)
