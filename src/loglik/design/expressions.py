"""What a caller writes in SQL: a condition on rows, a query of a database. It is read, and what is not meant is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.design.sql import quoted_name
from loglik.design.trees import objects, parsed, parts_of_tree
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

_CLASSES = frozenset({
    "COMPARISON", "CONJUNCTION", "CONSTANT", "COLUMN_REF", "OPERATOR", "BETWEEN", "CASE", "CAST", "TYPE", "FUNCTION",
})  # fmt: skip
_FUNCTIONS = """
    + - * / // % ** ^ || ~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape
    abs ceil ceiling floor round trunc sign sqrt cbrt exp ln log log2 log10 pow power mod greatest least isnan isinf isfinite
    lower upper length strlen trim ltrim rtrim substr substring left right replace concat contains starts_with ends_with
    prefix suffix position instr strpos reverse regexp_matches regexp_full_match
    year month day hour minute second quarter week dayofweek isodow dayofyear date_part datepart date_trunc datetrunc
    date_diff datediff strptime try_strptime strftime make_date epoch hash
"""
_ABROAD = frozenset({"getenv", "read_text", "read_blob", "current_setting", "getvariable", "query", "query_table"})


def filtered(
    connection: duckdb.DuckDBPyConnection, relation: str, where: str, columns: Sequence[str], label: str,
    typed: Callable[[Sequence[str]], list[str]] | None,
) -> str:  # fmt: skip
    """SQL of the rows of a relation that a condition holds for.

    Parameters
    ----------
    connection : duckdb connection
        Reads the condition.
    relation : str
        What SQL selects from.
    where : str
        The condition, as of SQL.
    columns : sequence of str
        Columns of the relation.
    label : str
        Name of the source, for messages.
    typed : callable or None
        SQL of columns as the numbers or texts that they hold, where the relation itself does not say.

    Raises
    ------
    DataError
        LL503 it is no condition on the columns.
    """
    import duckdb

    tail = f"WHERE (\n{where}\n)"
    node = parsed(connection, f"SELECT 1 FROM t {tail}", "LL503.syntax", where=where)
    more = [node.get(part, part) for part in ("modifiers", "group_expressions", "having", "qualify", "sample")]
    if any(more) or node["from_table"]["type"] != "BASE_TABLE":
        raise DataError("LL503.syntax", where=where, why="WHERE")
    known, named = {c.lower(): c for c in columns}, dict[str, None]()
    for part in parts_of_tree(node["where_clause"]):
        kind = part["class"]
        if kind not in _CLASSES:
            raise DataError("LL503.forbidden", where=where, what=part["type"])
        if kind == "FUNCTION" and (part["function_name"].lower() not in _FUNCTIONS.split() or part["schema"]):
            raise DataError("LL503.forbidden", where=where, what=f"{part['function_name']}()")
        if kind == "COLUMN_REF":
            name = ".".join(part["column_names"])
            if name.lower() not in known:
                raise DataError("LL503.column", column=name, source=label, near=nearest(name, columns))
            named[known[name.lower()]] = None
    made = f"(SELECT * FROM {relation} {tail})"
    if typed is not None and named:
        row = next(name for i in range(len(known) + 1) if (name := f"row_{i}") not in known)
        listed = ", ".join(f"{sql} AS {quoted_name(c)}" for c, sql in zip(named, typed(list(named)), strict=True))
        made = f"(SELECT unnest({row}) FROM (SELECT {row} AS {row}, {listed} FROM {relation} AS {row}) {tail})"
    try:
        connection.execute(f"DESCRIBE SELECT * FROM {made}")
    except duckdb.Error as error:
        raise fails(where, label, error) from error
    return made


def fails(where: str, label: str, error: Exception) -> DataError:
    """The error that a condition cannot be evaluated."""
    return DataError("LL503.fails", where=where, source=label, why=_first_line(error))


def query_relation(connection: duckdb.DuckDBPyConnection, query: str, tables: Sequence[str]) -> str:
    """SQL of the rows of a query.

    Parameters
    ----------
    connection : duckdb connection
        Has the tables.
    query : str
        One SELECT.
    tables : sequence of str
        Tables that it may name.

    Raises
    ------
    DataError
        LL504 it is none, or names other things than tables; LL122 there is no such table.
    """
    import duckdb

    node = parsed(connection, query, "LL504.syntax")
    own = set()
    for part in objects(node):
        for entry in (part.get("cte_map") or {}).get("map", []):
            own.add(str(entry["key"]).lower())
    for part in objects(node):
        if part.get("type") == "TABLE_FUNCTION":
            raise DataError("LL504.syntax", why=f"{part['function']['function_name']}()")
        if part.get("class") == "FUNCTION" and part["function_name"].lower() in _ABROAD:
            raise DataError("LL504.syntax", why=f"{part['function_name']}()")
        if part.get("type") == "BASE_TABLE":
            name = part["table_name"]
            if name.lower() not in {*own, *(t.rpartition(".")[2].lower() for t in tables)}:
                raise DataError("LL122.no_table", source="--query", table=name, near=nearest(name, tables))
    made = f"({query.rstrip().rstrip(';')}\n)"
    try:
        refuse_two_names([str(row[0]) for row in connection.execute(f"DESCRIBE {made}").fetchall()])
    except duckdb.Error as error:
        raise DataError("LL504.fails", why=_first_line(error)) from error
    return made


def refuse_two_names(columns: Sequence[str]) -> None:
    """Refuse a query that gives one name to two columns (LL504), of which a database would rename one."""
    names = [name.lower() for name in columns]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise DataError("LL504.twice", column=columns[i])


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]
