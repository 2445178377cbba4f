"""SQLite databases: a table as JSON lines, in which every value says its type."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
from typing import TYPE_CHECKING, Any

from loglik.design.expressions import refuse_two_names
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"SQLite format 3\x00"
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def rows_as_json_lines(file: Path, label: str, table: str | None, query: str | None, target: Path) -> list[str]:
    """Write the rows of a query, of the table wanted, or of the only one, and return the columns in order.

    Raises
    ------
    DataError
        LL105 not a database that can be opened, LL120 a value that is neither number nor text, LL122 several tables,
        LL504 the query fails, or does more than read.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            names = [str(row[0]) for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            )]  # fmt: skip
            if query is None:
                name = choose_table(names, table, label).replace('"', '""')
                cursor = connection.execute(f'SELECT * FROM "{name}"')
            else:
                cursor = _queried(connection, query)
            columns = [str(d[0]) for d in cursor.description]
            refuse_two_names(columns)
            with target.open("w", encoding="utf-8") as stream:
                for row in cursor:
                    fields = (f"{json.dumps(c)}: {_value(v, c, label)}" for c, v in zip(columns, row, strict=True))
                    stream.write("{" + ", ".join(fields) + "}\n")
    except sqlite3.Error as error:
        raise DataError("LL105.sqlite", source=label, error=error) from error
    return columns


def _queried(connection: sqlite3.Connection, query: str) -> sqlite3.Cursor:
    """Run a query that reads tables, and does nothing else."""
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY)
    try:
        cursor = connection.execute(query)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise DataError("LL504.fails", why=error) from error
    if cursor.description is None:
        raise DataError("LL504.one")
    return cursor


def choose_table(names: list[str], wanted: str | None, label: str) -> str:
    """The table wanted, or the only one (LL122)."""
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        raise DataError("LL122.tables", source=label, n=len(names), tables=names)
    if wanted not in names:
        raise DataError("LL122.no_table", source=label, table=wanted, near=nearest(wanted, names))
    return wanted


def _value(value: Any, column: str, label: str) -> str:
    if isinstance(value, bytes):
        raise DataError("LL120.bytes", column=column, source=label)
    if isinstance(value, float) and math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    return json.dumps(value, ensure_ascii=False)
