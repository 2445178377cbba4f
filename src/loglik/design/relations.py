"""The SQL that gives the rows of files of each kind, how their cells are read, and what their columns are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from loglik.design.arrow_schema import duration_columns
from loglik.design.cells import Cells, JsonCells, TextCells, TypedCells
from loglik.design.csv_text import as_utf8, csv_fault, csv_header, csv_relation
from loglik.design.data_file import LocalFile, listed, texts
from loglik.design.expressions import query_relation
from loglik.design.parquet_batches import parquet_batches
from loglik.design.parquet_pages import check_pages
from loglik.design.sql import literal, quoted_name
from loglik.design.sqlite import choose_table, rows_as_json_lines
from loglik.errors import DataError
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from loglik.design.data_file import DataFile
    from loglik.design.data_files import DataFiles
    from loglik.design.reading import Reading


@dataclass(frozen=True)
class Selection:
    """Which rows are wanted.

    Parameters
    ----------
    table : str or None
        Table of a database with several.
    query : str or None
        A SELECT of a database, in the place of a table.
    where : str, (str, values) or None
        A condition on the rows, alone or with the values of its parameters.
    """

    table: str | None = None
    query: str | None = None
    where: Any = None


@dataclass(frozen=True)
class Relation:
    """What SQL selects from.

    Parameters
    ----------
    sql : str
        The relation.
    names : sequence of str
        Its columns in order.
    cells : Cells
        How they are read.
    reading : Reading
        How text is read.
    fault : callable
        Makes an error that names the place of DuckDB's.
    once : bool
        Whether it is to be read once.
    as_written : str or None
        The same with fields of text as they are written.
    check : callable or None
        Told of columns that are going to be read, makes sure that they are whole.
    direct : callable or None
        Reads plain columns without SQL, as `FileSource.batches`.
    """

    sql: str
    names: Sequence[str]
    cells: Cells
    reading: Reading
    fault: Callable[[Exception], DataError]
    once: bool = True
    as_written: str | None = None
    check: Callable[[Sequence[str]], None] | None = None
    direct: Callable[..., Iterator[Any] | None] | None = None


def described(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Columns of a relation, and their types."""
    return {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}


def text_rows(
    connection: duckdb.DuckDBPyConnection, files: DataFiles, reading: Reading, directory: Callable[[], Path]
) -> Relation:
    """Rows of text files, whose headers must be the same."""
    paths = tuple(as_utf8(f, files.label, reading, directory, i) for i, f in enumerate(files.files))
    tab = "\t" if files.format == "tsv" else None
    header, delimiter = csv_header(paths[0], _name(files, 0), reading, tab)
    reading = replace(reading, delimiter=delimiter)
    for i in range(1, len(paths)):
        other, sign = csv_header(paths[i], _name(files, i), reading, tab)
        if other != header or sign != delimiter:
            _refuse_others(files, i, dict.fromkeys(header, ""), dict.fromkeys(other, ""))
            raise DataError("LL502.order", file=_name(files, i), first=_name(files, 0))
    made = [csv_relation(paths, header, delimiter, words, hive=files.hive) for words in (reading.missing_words, ("",))]
    _refuse_both(files, header)
    names = list(described(connection, made[0])) if files.hive else header
    return Relation(made[0], names, TextCells(reading), reading, fault_of(files), as_written=made[1])


def parquet_rows(connection: duckdb.DuckDBPyConnection, files: DataFiles, reading: Reading) -> Relation:
    """Rows of Parquet files, whose columns must have the same types."""
    hive = str(files.hive).lower()
    sql = f"read_parquet({listed(files.files)}, hive_partitioning={hive})"
    types, durations = {}, frozenset[str]()
    for i, file in enumerate(files.files):
        one = described(connection, f"read_parquet({file.sql}, hive_partitioning=false)")
        durations |= _parquet_durations(connection, file, files.label, list(one))
        if i == 0:
            types = one
        _refuse_others(files, i, types, one)
    _refuse_both(files, types)
    types = described(connection, sql) if files.hive else types
    pages = partial(check_pages, connection, files.files, files.label)
    direct = None if files.hive else partial(parquet_batches, files.files)
    return Relation(
        sql, list(types), TypedCells(types, durations), reading, fault_of(files), once=False, check=pages, direct=direct
    )


def arrow_rows(connection: duckdb.DuckDBPyConnection, files: DataFiles, reading: Reading) -> Relation:
    """Rows of Arrow files (IPC, Feather), whose columns must have the same types."""
    try:
        import pyarrow as pa
        import pyarrow.dataset as pads
    except ImportError as error:
        raise DataError("LL501.pyarrow", source=files.label) from error
    types: dict[str, str] = {}
    try:
        paths, system = [str(file.path) for file in files.files], files.files[0].filesystem
        for i, path in enumerate(paths):
            one = {f.name: str(f.type) for f in pads.dataset(path, format="ipc", filesystem=system).schema}
            types = types or one
            _refuse_others(files, i, types, one)
        _refuse_both(files, types)
        rows = pads.dataset(paths, format="ipc", filesystem=system, partitioning="hive" if files.hive else None)
    except (pa.ArrowInvalid, OSError) as error:
        raise fault_of(files)(error) from error
    return arrow_relation(connection, rows, reading, fault_of(files), once=False)


def arrow_relation(
    connection: duckdb.DuckDBPyConnection,
    rows: Any,
    reading: Reading,
    fault: Callable[[Exception], DataError],
    *,
    once: bool,
) -> Relation:
    """Rows of an Arrow dataset, or of a reader of record batches."""
    connection.register("arrow_rows", rows)
    durations = frozenset(f.name for f in rows.schema if str(f.type).startswith("duration"))
    types = described(connection, "arrow_rows")
    return Relation("arrow_rows", list(types), TypedCells(types, durations), reading, fault, once=once)


def json_rows(connection: duckdb.DuckDBPyConnection, files: DataFiles, reading: Reading) -> Relation:
    """Rows of JSON lines; objects of many keys are rows too, not maps."""
    options = "sample_size=-1, map_inference_threshold=-1, field_appearance_threshold=0"
    names: dict[str, str] = {}
    for i, file in enumerate(files.files):
        one = dict.fromkeys(described(connection, f"read_json({texts(file)}, {options}, hive_partitioning=false)"), "")
        _refuse_two_cases(connection, file, files.label, list(one))
        names = names or one
        _refuse_others(files, i, names, one)
    _refuse_both(files, names)
    return _json_relation(connection, files.files, list(names), files, reading)


def _json_relation(
    connection: duckdb.DuckDBPyConnection,
    lines: Sequence[DataFile],
    names: Sequence[str],
    files: DataFiles,
    reading: Reading,
) -> Relation:
    fields = ", ".join(f"{literal(name)}: 'JSON'" for name in names)
    hive = str(files.hive).lower()
    sql = f"read_json({texts(*lines)}, columns={{{fields}}}, hive_partitioning={hive})"
    if files.hive:
        own = [f"to_json({quoted_name(c)}) AS {quoted_name(c)}" for c in described(connection, sql) if c not in names]
        sql = f"(SELECT {', '.join([*map(quoted_name, names), *own])} FROM {sql})"
        names = list(described(connection, sql))
    return Relation(sql, names, JsonCells(), reading, fault_of(files))


def sqlite_rows(
    connection: duckdb.DuckDBPyConnection,
    files: DataFiles,
    reading: Reading,
    wanted: Selection,
    directory: Callable[[], Path],
) -> Relation:
    """Rows of a SQLite database."""
    lines = directory() / "table.jsonl"
    names = rows_as_json_lines(files.files[0].path, files.label, wanted.table, wanted.query, lines)
    return _json_relation(connection, (LocalFile(lines),), names, files, reading)


def database_rows(
    connection: duckdb.DuckDBPyConnection, files: DataFiles, reading: Reading, wanted: Selection
) -> Relation:
    """Rows of a DuckDB database."""
    import duckdb

    try:
        connection.execute(f"ATTACH {literal(str(files.files[0]))} AS source (TYPE duckdb, READ_ONLY)")
    except duckdb.Error as error:
        why = str(error).split("\n", maxsplit=1)[0]
        raise DataError("LL105.duckdb", source=files.label, error=why, locked="lock" in str(error)) from error
    rows = connection.execute(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_catalog = 'source' "
        "ORDER BY 1, 2"
    ).fetchall()
    tables = {
        (str(name) if schema == "main" else f"{schema}.{name}"): (schema, name, kind) for schema, name, kind in rows
    }
    once = True  # a view or a query may give its rows in another order each time
    if wanted.query is not None:
        connection.execute("SET python_enable_replacements = false")
        connection.execute("USE source")
        sql = query_relation(connection, wanted.query, list(tables))
    else:
        schema, name, kind = tables[choose_table(list(tables), wanted.table, files.label)]
        sql, once = f"source.{quoted_name(schema)}.{quoted_name(name)}", kind != "BASE TABLE"
    types = described(connection, sql)
    return Relation(sql, list(types), TypedCells(types), reading, fault_of(files), once=once)


def _name(files: DataFiles, i: int) -> str:
    """What a file is called in messages."""
    return files.label if len(files.files) == 1 else str(files.files[i])


def _refuse_both(files: DataFiles, columns: Iterable[str]) -> None:
    """Refuse names of directories that are columns of the files too (LL502): one would take the other's place."""
    keys = {part.partition("=")[0].lower() for part in files.files[0].parts[:-1] if "=" in part} if files.hive else ()
    for column in columns:
        if column.lower() in keys:
            raise DataError("LL502.both", column=column, source=files.label)


def _refuse_others(files: DataFiles, i: int, first: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Refuse a file whose columns are not those of the first (LL502)."""
    file, head = _name(files, i), _name(files, 0)
    for column, was in first.items():
        if column not in now:
            raise DataError("LL502.lacks", column=column, file=file, first=head)
        if now[column] != was:
            raise DataError(
                "LL502.type", column=column, now=now[column].lower(), was=was.lower(), file=file, first=head
            )
    for column in now:
        if column not in first:
            raise DataError("LL502.more", column=column, file=file, first=head)


def _parquet_durations(
    connection: duckdb.DuckDBPyConnection, file: DataFile, label: str, names: list[str]
) -> frozenset[str]:
    """Columns that are durations; and refuse two names that differ in case only, which DuckDB would rename."""
    tree = connection.execute(f"SELECT name, num_children FROM parquet_schema({file.sql})").fetchall()
    true_names, skip = [], 0
    for name, children in tree[1:]:  # the first is the root; columns of columns follow their parent
        if skip == 0:
            true_names.append(str(name))
        skip = max(0, skip - 1) + int(children or 0)
    if true_names != names:
        clash = next((t for t, n in zip(true_names, names, strict=False) if t != n), "")
        _refuse_case(label, clash)
    rows = connection.execute(
        f"SELECT value FROM parquet_kv_metadata({file.sql}) WHERE key::VARCHAR = 'ARROW:schema'"
    ).fetchall()
    return duration_columns(bytes(rows[0][0])) if rows else frozenset()


def _refuse_two_cases(connection: duckdb.DuckDBPyConnection, file: DataFile, label: str, names: list[str]) -> None:
    lower = {name.lower() for name in names}
    suspect = [n for n in names if (found := re.fullmatch(r"(.*)_\d+", n)) and found.group(1).lower() in lower]
    if suspect:
        keys = connection.execute(
            f"SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({texts(file)})"
        ).fetchall()
        known = {str(row[0]) for row in keys}
        for name in suspect:
            if name not in known:
                _refuse_case(label, name.rpartition("_")[0])


def _refuse_case(label: str, name: str) -> None:
    raise DataError("LL117.twice_but_for_case", source=label, name=name)


def fault_of(files: DataFiles) -> Callable[[Exception], DataError]:
    """What makes an error of DuckDB's about files: one line, which names the place."""
    said = _local_fault(files)
    return said if files.store is None else partial(files.store.fault, said)


def _local_fault(files: DataFiles) -> Callable[[Exception], DataError]:
    if files.format in {"csv", "tsv"}:
        return partial(csv_fault, files.label)

    def made(error: Exception) -> DataError:
        text = str(error)
        twice = re.search(r'duplicate key "(.*?)"', text)
        if twice:
            line = re.search(r"in line (\d+)", text)
            number = int(line.group(1)) if line else None
            return DataError("LL117.key_twice", source=files.label, line=number, name=twice.group(1))
        kind = Phrase(f"format_{files.format}")
        return DataError("LL105.content", source=files.label, format=kind, error=text.split("\n", maxsplit=1)[0])

    return made
