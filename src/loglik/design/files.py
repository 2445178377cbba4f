"""Rows from files and databases: CSV, TSV, Parquet, JSON lines, DuckDB and SQLite; ``-`` is stdin.

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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loglik.design.arrow_schema import duration_columns
from loglik.design.cells import Cells, JsonCells, TextCells, TypedCells
from loglik.design.csv_text import as_utf8, csv_fault, csv_relations, quoted_path
from loglik.design.duckdb_source import FileSource, literal, quoted_name
from loglik.design.fingerprint import Fingerprint
from loglik.design.reading import Reading
from loglik.design.sqlite import MAGIC, choose_table, table_as_json_lines
from loglik.design.standard_input import standard_input
from loglik.design.stored.memory import Memory
from loglik.errors import DataError, nearest
from loglik.texts import Phrase

if TYPE_CHECKING:
    import duckdb

Format = Literal["csv", "tsv", "parquet", "jsonl", "duckdb", "sqlite"]

_FORMATS: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".duckdb": "duckdb", ".ddb": "duckdb", ".db": "duckdb",
    ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip
# The rows of text files up to this many bytes are counted when they are opened, which tells of broken lines at once.
_COUNTED = 100_000_000


def open_source(
    path: str | Path, table: str | None = None, reading: Reading | None = None, memory: Memory | None = None
) -> FileSource:
    """Open a data file.

    Parameters
    ----------
    path : str or Path
        File name; ``-`` reads standard input.
    table : str, optional
        Table of a database that has several.
    reading : Reading, optional
        How text files are read.
    memory : Memory, optional
        Where many rows go.

    Raises
    ------
    DataError
        LL101 not found, LL102 empty, LL104 broken line, LL105 unknown kind of file, LL117 a column name twice,
        LL122 several tables, LL168 changed meanwhile.
    """
    name, reading, memory = str(path), reading or Reading(), memory or Memory()
    if name == "-":
        return _from_bytes(standard_input(), Phrase("standard_input"), table, reading, memory)
    file = Path(name)
    try:
        if not file.exists():
            siblings = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
            raise DataError("LL101.missing", path=name, near=nearest(file.name, siblings))
        if file.is_dir():
            raise DataError("LL101.directory", path=name)
        if not file.is_file():  # a pipe can be read once, and has no size
            with file.open("rb") as stream:
                return _from_bytes(stream.read(), name, table, reading, memory)
        fingerprint = Fingerprint.of(file)
        if file.stat().st_size == 0:
            raise DataError("LL102.no_bytes", path=name)
        with file.open("rb") as stream:
            first = stream.read(len(MAGIC))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        said = getattr(error, "strerror", None) or error
        if isinstance(error, DataError):
            raise
        raise DataError("LL101.unreadable", path=name, why=said) from error
    found = _format_of(file)
    label, keep = file.name, None
    if not _is_utf8(name):
        keep = _directory()
        file = _linked(file, Path(keep.name))
    return _open(file, label, "sqlite" if first == MAGIC else found, table, reading, memory, fingerprint, keep)


def _is_utf8(name: str) -> bool:
    """Whether DuckDB can be told the name; Python keeps bytes that are not UTF-8 as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _linked(file: Path, directory: Path) -> Path:
    """Another name for the file."""
    link = directory / f"data{file.suffixes[-2] if file.suffix.lower() == '.gz' else ''}{file.suffix}"
    link.symlink_to(file.resolve())
    return link


def _format_of(file: Path) -> Format:
    suffixes = [s.lower() for s in file.suffixes]
    suffix = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] == ".gz" else suffixes[-1] if suffixes else ""
    if suffix not in _FORMATS:
        raise DataError("LL105.ending", path=file.name, suffix=suffix, known=sorted(_FORMATS))
    return _FORMATS[suffix]


def _from_bytes(data: bytes, label: str, table: str | None, reading: Reading, memory: Memory) -> FileSource:
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
    if found == "csv" and b"\t" in data.split(b"\n", 1)[0] and b"," not in data.split(b"\n", 1)[0]:
        found = "tsv"
    # DuckDB reads files; the directory goes when the source does.
    directory = _directory()
    file = Path(directory.name) / f"stdin.{found}"
    file.write_bytes(data)
    return _open(file, label, found, table, reading, memory, None, keep=directory)


def _directory() -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory(prefix="loglik-")
    atexit.register(directory.cleanup)
    return directory


def _open(
    file: Path, label: str, kind: Format, table: str | None, reading: Reading, memory: Memory,
    fingerprint: Fingerprint | None, keep: Any = None,
) -> FileSource:  # fmt: skip
    import duckdb

    # Nothing is ever fetched from a network.
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    size = file.stat().st_size
    fault = partial(csv_fault, label) if kind in {"csv", "tsv"} else partial(_fault, label, kind)
    as_written, in_order = None, None
    if kind in {"csv", "tsv"}:
        if reading.encoding.lower() not in {"utf-8", "utf8"}:
            keep = keep or _directory()
            file = as_utf8(file, label, reading, Path(keep.name))
        relation, as_written, in_order, delimiter = csv_relations(file, label, reading, "\t" if kind == "tsv" else None)
        reading = replace(reading, delimiter=delimiter)
    elif kind == "parquet":
        relation = f"read_parquet({quoted_path(file)}, hive_partitioning=false)"
    elif kind == "duckdb":
        try:
            connection.execute(f"ATTACH {literal(str(file))} AS source (TYPE duckdb, READ_ONLY)")
        except duckdb.Error as error:
            raise DataError(
                "LL105.duckdb", source=label, error=_first_line(error), locked="lock" in str(error)
            ) from error
        relation = _only_table(connection, label, table)
    else:
        if kind == "sqlite":
            keep = keep or _directory()
            lines = Path(keep.name) / "table.jsonl"
            in_order = table_as_json_lines(file, label, table, lines)
            file = lines
        # Objects of many keys are rows too, not maps.
        relation = (
            f"read_json({quoted_path(file)}, sample_size=-1, hive_partitioning=false, map_inference_threshold=-1, "
            "field_appearance_threshold=0)"
        )
    try:
        types = {}
        if kind != "sqlite" or file.stat().st_size:
            described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            types = {str(row[0]): str(row[1]) for row in described}
        cells: Cells = TextCells(reading)
        if kind == "parquet":
            cells = TypedCells(types, _parquet_durations(connection, file, label, list(types)))
        elif kind == "duckdb":
            cells = TypedCells(types)
        elif kind in {"jsonl", "sqlite"}:
            _refuse_two_cases(connection, file, label, list(types))
            cells, types = JsonCells(), types if in_order is None else dict.fromkeys(in_order, "JSON")
            fields = ", ".join(f"{literal(name)}: 'JSON'" for name in types)
            relation = f"read_json({quoted_path(file)}, columns={{{fields}}}, hive_partitioning=false)"
        counted = None
        if size <= _COUNTED or isinstance(cells, TypedCells):
            counted = int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
    except duckdb.Error as error:
        if fingerprint is not None:
            fingerprint.check(label)
        raise fault(error) from error
    if fingerprint is not None:
        fingerprint.check(label)
    # A view may give its rows in another order each time: it is read once.
    return FileSource(
        label=label, connection=connection, relation=relation, names=in_order or list(types), cells=cells,
        reading=reading, fault=fault, counted=counted, once=kind != "parquet", size=size, memory=memory,
        as_written=as_written, fingerprint=fingerprint, keep=keep,
    )  # fmt: skip


def _only_table(connection: duckdb.DuckDBPyConnection, label: str, wanted: str | None) -> str:
    """SQL name of the table wanted, or of the only one."""
    rows = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'source' ORDER BY 1, 2"
    ).fetchall()
    tables = {
        (str(name) if schema == "main" else f"{schema}.{name}"): f"source.{quoted_name(schema)}.{quoted_name(name)}"
        for schema, name in rows
    }
    return tables[choose_table(list(tables), wanted, label)]


def _parquet_durations(
    connection: duckdb.DuckDBPyConnection, file: Path, label: str, names: list[str]
) -> frozenset[str]:
    """Columns that are durations; and refuse two names that differ in case only, which DuckDB would rename."""
    path = quoted_path(file)
    tree = connection.execute(f"SELECT name, num_children FROM parquet_schema({path})").fetchall()
    true_names, skip = [], 0
    for name, children in tree[1:]:  # the first is the root; columns of columns follow their parent
        if skip == 0:
            true_names.append(str(name))
        skip = max(0, skip - 1) + int(children or 0)
    if true_names != names:
        clash = next((t for t, n in zip(true_names, names, strict=False) if t != n), "")
        _refuse_case(label, clash)
    rows = connection.execute(
        f"SELECT value FROM parquet_kv_metadata({path}) WHERE key::VARCHAR = 'ARROW:schema'"
    ).fetchall()
    return duration_columns(bytes(rows[0][0])) if rows else frozenset()


def _refuse_two_cases(connection: duckdb.DuckDBPyConnection, file: Path, label: str, names: list[str]) -> None:
    lower = {name.lower() for name in names}
    suspect = [n for n in names if (found := re.fullmatch(r"(.*)_\d+", n)) and found.group(1).lower() in lower]
    if suspect:
        keys = connection.execute(
            f"SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({quoted_path(file)})"
        ).fetchall()
        known = {str(row[0]) for row in keys}
        for name in suspect:
            if name not in known:
                _refuse_case(label, name.rpartition("_")[0])


def _refuse_case(label: str, name: str) -> None:
    raise DataError("LL117.twice_but_for_case", source=label, name=name)


def _fault(label: str, kind: Format, error: Exception) -> DataError:
    """DuckDB's message about a file with types as one line."""
    text = str(error)
    twice = re.search(r'duplicate key "(.*?)"', text)
    if twice:
        line = re.search(r"in line (\d+)", text)
        return DataError(
            "LL117.key_twice", source=label, line=int(line.group(1)) if line else None, name=twice.group(1)
        )
    return DataError("LL105.content", source=label, format=Phrase(f"format_{kind}"), error=_first_line(error))


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]
