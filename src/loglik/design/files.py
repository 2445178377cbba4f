"""Rows from files and databases, read by DuckDB: CSV, TSV, Parquet, JSON lines, DuckDB databases; ``-`` is stdin.

Text files are read as text with the dialect that their first line shows, and types are inferred from **all** values:
nothing is guessed from a sample, and a broken line is an error that names it, never a reason for another dialect.
"""

from __future__ import annotations

import atexit
import csv
import gzip
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from loglik.design.source import MISSING_WORDS, Codes, Kind, sort_levels
from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import numpy.typing as npt

Format = Literal["csv", "tsv", "parquet", "jsonl", "duckdb"]

_FORMATS: dict[str, Format] = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet", ".pq": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".duckdb": "duckdb", ".ddb": "duckdb", ".db": "duckdb",
}  # fmt: skip
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UTINYINT",
            "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")  # fmt: skip
_DATES = ("DATE", "TIME", "TIMESTAMP", "INTERVAL")
# A text column in which most values are numbers is a column of numbers with mistakes in it.
_MOSTLY = 0.5
# Files up to this many bytes are parsed once and kept in memory while they are read; larger ones are parsed per query.
_KEPT_IN_MEMORY = 500_000_000


def open_source(path: str | Path, table: str | None = None) -> FileSource:
    """Open a data file.

    Parameters
    ----------
    path : str or Path
        File name; ``-`` reads standard input.
    table : str, optional
        Table of a database that has several.

    Raises
    ------
    DataError
        LL101 not found, LL102 empty, LL104 broken line, LL105 unknown kind of file, LL117 a column name twice,
        LL122 several tables.
    """
    name = str(path)
    if name == "-":
        return _from_stdin(table)
    file = Path(name)
    if not file.exists():
        siblings = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        raise DataError("LL101", f"{name} does not exist{did_you_mean(file.name, siblings)}", "Check the path.")
    if file.is_dir():
        raise DataError("LL101", f"{name} is a directory, not a file", "Give the path of one data file.")
    if not file.is_file():  # a pipe can be read once, and has no size
        with file.open("rb") as stream:
            return _from_bytes(stream.read(), name, table)
    if file.stat().st_size == 0:
        raise DataError("LL102", f"{name} is empty (0 bytes)", "Give a file with a header line and rows.")
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise DataError("LL101", f"{name} cannot be read: {error.strerror}", "Check its permissions.") from error
    return _open(file, file.name, _format_of(file), table)


def _format_of(file: Path) -> Format:
    suffixes = [s.lower() for s in file.suffixes]
    suffix = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] == ".gz" else suffixes[-1] if suffixes else ""
    if suffix not in _FORMATS:
        raise DataError(
            "LL105",
            f'{file.name} has the ending "{suffix}", which says nothing of its format',
            f"Known endings: {', '.join(sorted(_FORMATS))} (text files also with .gz).",
        )
    return _FORMATS[suffix]


def _from_stdin(table: str | None) -> FileSource:
    return _from_bytes(sys.stdin.buffer.read(), "standard input", table)


def _from_bytes(data: bytes, label: str, table: str | None) -> FileSource:
    """Find out the format of piped bytes from how they begin."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if not data.strip():
        raise DataError("LL102", f"{label} is empty", "Pipe a file with a header line and rows into it.")
    json_lines = re.match(rb"\s*(\[\s*)?\{", data)
    found: Format = "parquet" if data[:4] == b"PAR1" else "jsonl" if json_lines else "csv"
    if found == "csv" and b"\t" in data.split(b"\n", 1)[0] and b"," not in data.split(b"\n", 1)[0]:
        found = "tsv"
    # DuckDB reads files; the directory goes when the source does.
    directory = tempfile.TemporaryDirectory(prefix="loglik-")
    atexit.register(directory.cleanup)
    file = Path(directory.name) / f"stdin.{found}"
    file.write_bytes(data)
    return _open(file, label, found, table, keep=directory)


def _open(file: Path, label: str, kind: Format, table: str | None, keep: Any = None) -> FileSource:
    import duckdb

    # Nothing is ever fetched from a network.
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    if kind in {"csv", "tsv"}:
        relation, names = _csv_relation(file, label, kind)
    elif kind == "parquet":
        relation, names = f"read_parquet({_quoted(file)}, hive_partitioning=false)", None
    elif kind == "jsonl":
        relation, names = f"read_json({_quoted(file)}, sample_size=-1, hive_partitioning=false)", None
    else:
        try:
            connection.execute(f"ATTACH {_literal(str(file))} AS source (TYPE duckdb, READ_ONLY)")
        except duckdb.Error as error:
            raise DataError(
                "LL105", f"{label} is not a DuckDB database that can be opened: {_first_line(error)}", "Is it complete?"
            ) from error
        relation, names = _only_table(connection, label, table), None
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        n_rows = int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
    except duckdb.Error as error:
        raise _broken(label, kind, error) from error
    if n_rows == 0:
        raise DataError("LL102", f"{label} has a header but no rows", "Give a file with at least two rows.")
    types = {str(row[0]): str(row[1]) for row in described}
    # A view may give its rows in another order each time: it is read once.
    small = kind == "duckdb" or file.stat().st_size <= _KEPT_IN_MEMORY
    return FileSource(label, connection, relation, types, n_rows, text=names is not None, small=small, keep=keep)


def _csv_relation(file: Path, label: str, kind: Format) -> tuple[str, list[str]]:
    opened = gzip.open if file.suffix.lower() == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            delimiter = "\t" if kind == "tsv" else _delimiter(first)
            stream.seek(0)
            header = next(csv.reader(stream, delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        hint = "Save the file as UTF-8: iconv -f latin1 -t utf-8 OLD > NEW."
        raise DataError("LL104", f"{label} is not UTF-8 text (byte {error.start})", hint) from error
    except (csv.Error, OSError, EOFError) as error:
        raise DataError("LL104", f"{label}, line 1: {error}", "Mend the header line.") from error
    if not any(h.strip() for h in header):
        raise DataError("LL102", f"{label} has no header line", "The first line must name the columns.")
    header = [name.strip() for name in header]
    seen: set[str] = set()
    for i, name in enumerate(header):
        if not name.strip():
            raise DataError("LL117", f"{label}: column {i + 1} has no name", "Name it in the first line.")
        if name.lower() in seen:
            raise DataError("LL117", f'{label} has the column name "{name}" twice', "Rename one of them.")
        seen.add(name.lower())
    fields = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in header)
    words = ", ".join(_literal(word) for word in MISSING_WORDS)
    return (
        (
            f"read_csv({_quoted(file)}, auto_detect=false, hive_partitioning=false, header=true, "
            f"delim={_literal(delimiter)}, quote='\"', escape='\"', strict_mode=true, "
            f"columns={{{fields}}}, nullstr=[{words}])"
        ),
        header,
    )


def _delimiter(line: str) -> str:
    outside = re.sub(r'"[^"]*"', "", line)
    counts = {d: outside.count(d) for d in (",", ";", "\t", "|")}
    best = max(counts, key=lambda d: counts[d])
    return best if counts[best] else ","


def _only_table(connection: duckdb.DuckDBPyConnection, label: str, wanted: str | None) -> str:
    """SQL name of the table wanted, or of the only one."""
    rows = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'source' ORDER BY 1, 2"
    ).fetchall()
    tables = {
        (str(name) if schema == "main" else f"{schema}.{name}"): f"source.{_name(schema)}.{_name(name)}"
        for schema, name in rows
    }
    if wanted is None and len(tables) == 1:
        return next(iter(tables.values()))
    if wanted is None:
        raise DataError(
            "LL122", f"{label} holds {len(tables)} tables: {', '.join(tables) or 'none'}", "Choose one with --table."
        )
    if wanted not in tables:
        raise DataError("LL122", f'{label} has no table "{wanted}"{did_you_mean(wanted, tables)}')
    return tables[wanted]


def _broken(label: str, kind: Format, error: Exception) -> DataError:
    """Turn DuckDB's message into one line that names the place."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    place = f"{label}, line {line.group(1)}" if line else label
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if columns:
        return DataError(
            "LL104",
            f"{place}: {columns.group(2)} values where the header names {columns.group(1)} columns",
            "Mend the line; values that contain the delimiter must be quoted.",
        )
    if "unterminated quote" in text:
        return DataError("LL104", f"{place}: a quotation mark is never closed", 'Close it; write "" for one inside.')
    if "unicode" in text or "utf-8" in text.lower():
        hint = "Save the file as UTF-8: iconv -f latin1 -t utf-8 OLD > NEW."
        return DataError("LL104", f"{place}: not UTF-8 text", hint)
    if kind in {"csv", "tsv"}:
        return DataError(
            "LL104", f"{place} cannot be read as {kind.upper()}",
            "Check quotes, and that all lines end alike (not LF and CRLF mixed).",
        )  # fmt: skip
    return DataError("LL105", f"{label} cannot be read as {kind}: {_first_line(error)}", "Is the file complete?")


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


@dataclass
class FileSource:
    """Columns of a file, fetched when asked for.

    Parameters
    ----------
    label : str
        Name for messages.
    connection : duckdb connection
        Holds the file open.
    relation : str
        What SQL selects from.
    types : dict of str to str
        DuckDB type of each column.
    n_rows : int
        Number of rows.
    text : bool
        Whether the columns are text whose types are still to be inferred.
    small : bool
        Whether the columns may be kept in memory while they are read.
    keep : object
        Kept alive with the source: a temporary directory.
    """

    label: str
    connection: duckdb.DuckDBPyConnection
    relation: str
    types: dict[str, str]
    n_rows: int
    text: bool
    small: bool = False
    keep: Any = None
    kinds: dict[str, Kind] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Column names in order."""
        return list(self.types)

    def kind(self, column: str) -> Kind:
        """What a column holds; for text files inferred from all of its values."""
        if column not in self.kinds:
            self.prepare([column])
        return self.kinds[column]

    def prepare(self, columns: Sequence[str]) -> None:
        """Read columns that are going to be asked for, once and together: their rows then belong together.

        Parameters
        ----------
        columns : sequence of str
            All columns that a fit or a prediction needs.
        """
        columns = [c for c in dict.fromkeys(columns) if c not in self.kinds]
        if not columns:
            return
        if self.small:
            listed = ", ".join(_name(c) for c in columns)
            name = f"kept_{len(self.kinds)}"
            self._execute(f"CREATE TEMP TABLE {name} AS SELECT {listed} FROM {self.relation}")
            self.kept |= dict.fromkeys(columns, name)
            if not self.kinds:
                self.n_rows = int(self._fetch(f"SELECT count(*) FROM {name}")[0][0])
        if self.text:
            self._infer_group(columns)
        else:
            self.kinds |= {c: _kind_of_type(self.types[c]) for c in columns}

    def _infer_group(self, columns: list[str]) -> None:
        parts = []
        for column in columns:
            x = _name(column)
            number = _number(column, cast="try_cast")
            parts += [
                f"count({x})",
                f"count({number})",
                f"count(*) FILTER (lower({x}) IN ('true', 'false'))",
                f"any_value({x}) FILTER ({number} IS NULL)",
            ]
        row = self._fetch(f"SELECT {', '.join(parts)} FROM {self._from(columns[0])}")[0]
        for i, column in enumerate(columns):
            n, numbers, booleans, odd = row[4 * i : 4 * i + 4]
            self.kinds[column] = _kind_of_text(int(n), int(numbers), int(booleans))
            if self.kinds[column] == "category" and odd is not None and self._all_dates(column, odd):
                self.kinds[column] = "date"
            if self.kinds[column] == "mixed":
                self.notes[column] = f'{numbers:,} of {n:,} values are numbers, but others are text such as "{odd}"'

    def _all_dates(self, column: str, example: str) -> bool:
        # One value that is no date settles it without asking all of them.
        if self._fetch(f"SELECT try_cast({_literal(example)} AS TIMESTAMP)")[0][0] is None:
            return False
        x = _name(column)
        query = f"SELECT count({x}) = count(try_cast({x} AS TIMESTAMP)) FROM {self._from(column)}"
        return bool(self._fetch(query)[0][0])

    def _from(self, column: str) -> str:
        return self.kept.get(column, self.relation)

    def describe(self, column: str) -> str:
        """Say more of a column's type."""
        return self.notes.get(column, self.types[column].lower())

    def numbers(self, columns: Sequence[str]) -> list[npt.NDArray[np.float64]]:
        """Columns as float64, NaN where missing."""
        made: dict[str, npt.NDArray[np.float64]] = {}
        for relation in dict.fromkeys(self._from(c) for c in columns):
            group = [c for c in columns if self._from(c) == relation]
            cast = ", ".join(
                f"{_number(c) if self.text else f'CAST({_name(c)} AS DOUBLE)'} AS c{i}" for i, c in enumerate(group)
            )
            fetched = self._execute(f"SELECT {cast} FROM {relation}").fetchnumpy()
            for i, column in enumerate(group):
                values = fetched.pop(f"c{i}").astype(np.float64, copy=False)
                made[column] = np.asarray(np.ma.filled(values, np.nan))
        return [made[c] for c in columns]

    def codes(self, column: str) -> Codes:
        """Return a column as codes of its levels."""
        kind, relation = self.kind(column), self._from(column)
        x = f"CAST({_name(column)} AS VARCHAR)"
        present = f"{_name(column)} IS NOT NULL"
        if kind == "boolean":
            x = f"lower({x})"
        elif kind == "number" and (self.text or self.types[column].startswith(("FLOAT", "DOUBLE", "DECIMAL"))):
            # Levels of a numeric column are values, not spellings: 1, 1.0 and 01 are one level.
            number = _number(column) if self.text else f"CAST({_name(column)} AS DOUBLE)"
            whole = f"{number} = trunc({number}) AND abs({number}) < 1e15"
            x = f"CASE WHEN {whole} THEN CAST(CAST({number} AS BIGINT) AS VARCHAR) ELSE CAST({number} AS VARCHAR) END"
            present += f" AND NOT isnan({number})"
        rows = self._fetch(f"SELECT DISTINCT {x} FROM {relation} WHERE {present}")
        levels = sort_levels({str(row[0]) for row in rows})
        if not levels:
            return Codes(np.full(self.n_rows, -1, dtype=np.int32), ())
        listed = ", ".join(_literal(level) for level in levels)
        self._execute(f"CREATE OR REPLACE TYPE level AS ENUM ({listed})")
        query = f"SELECT coalesce(enum_code(try_cast({x} AS level)), -1)::INTEGER AS code FROM {relation}"
        return Codes(np.asarray(self._execute(query).fetchnumpy()["code"], dtype=np.int32), levels)

    def values(self, column: str) -> list[Any]:
        """Return a column as it stands in the source: text of a text file unchanged, None where missing."""
        self.prepare([column])
        return [row[0] for row in self._fetch(f"SELECT {_name(column)} FROM {self._from(column)}")]

    def _execute(self, query: str) -> Any:
        import duckdb

        try:
            return self.connection.execute(query)
        except duckdb.Error as error:
            raise _broken(self.label, "csv" if self.text else "parquet", error) from error

    def _fetch(self, query: str) -> list[tuple[Any, ...]]:
        return list(self._execute(query).fetchall())


def _kind_of_text(n: int, numbers: int, booleans: int) -> Kind:
    if n and numbers == n:
        return "number"
    if n and booleans == n:
        return "boolean"
    if numbers > _MOSTLY * n and numbers < n:
        return "mixed"
    return "category"


def _kind_of_type(name: str) -> Kind:
    if name.endswith("[]") or name.startswith(("STRUCT", "MAP", "UNION", "LIST", "BLOB", "BIT", "ARRAY")):
        return "other"
    if name.startswith(_DATES):
        return "date"
    if name.startswith(_NUMBERS):
        return "number"
    if name == "BOOLEAN":
        return "boolean"
    return "category" if name in {"VARCHAR", "UUID", "CHAR"} or name.startswith(("ENUM", "VARCHAR")) else "other"


def _number(column: str, cast: str = "CAST") -> str:
    """SQL for the number in a text column; DuckDB alone would read 1_000 as 1000."""
    x = _name(column)
    return f"{cast}(CASE WHEN contains({x}, '_') THEN {'NULL' if cast == 'try_cast' else x} ELSE {x} END AS DOUBLE)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(file: Path) -> str:
    """The path as a literal, with what DuckDB would take for wildcards in brackets."""
    return _literal("".join(f"[{c}]" if c in "*?[" else c for c in str(file)))


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
