"""Parameters of a condition, as DuckDB's (``?``, ``$1``, ``$name``): each becomes a literal of its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from loglik.design.sql import literal
from loglik.design.trees import parsed, parts_of_tree
from loglik.errors import DataError

if TYPE_CHECKING:
    import duckdb

_BEFORE = "SELECT 1 FROM t WHERE (\n"


def with_values(connection: duckdb.DuckDBPyConnection, where: Any) -> str:
    """The condition with its values in their places.

    Parameters
    ----------
    connection : duckdb connection
        Reads the condition.
    where : str or (str, values)
        The condition, alone or with its values: a sequence for ``?`` and ``$1``, a mapping for ``$name``, or a function that
        gives them for the names, ``1``, ``2`` of those without one.

    Raises
    ------
    DataError
        LL503 it is no text, or its parameters and values do not go together.
    """
    text, values = where if isinstance(where, tuple | list) and len(where) == 2 else (where, ())
    if not isinstance(text, str):
        raise DataError("LL503.text", value=text)
    node = parsed(connection, f"{_BEFORE}{text}\n)", "LL503.syntax", where=text)
    found = [part for part in parts_of_tree(node) if part["class"] == "PARAMETER"]
    names = list(dict.fromkeys(str(part["identifier"]) for part in found))
    if callable(values):
        values = values(names)
    if isinstance(values, str) or not isinstance(values, Mapping | Sequence):
        raise DataError("LL503.values", where=text, type=type(values).__name__)
    named = isinstance(values, Mapping)
    if named != any(not name.isdecimal() for name in names) and (names or values):
        raise DataError("LL503.named" if named else "LL503.unnamed", where=text, names=[f"${n}" for n in names])
    given = {str(k): v for k, v in (values.items() if isinstance(values, Mapping) else enumerate(values, 1))}
    if set(given) != set(names):
        lacking, more = [n for n in names if n not in given], [n for n in given if n not in names]
        if named:
            raise DataError("LL503.names", where=text, lacking=[f"${n}" for n in lacking], more=[f"${n}" for n in more])
        raise DataError("LL503.number", where=text, n=len(given), wanted=len(names))
    written = {name: _literal(connection, value, name, text) for name, value in given.items()}
    data = (_BEFORE + text).encode()
    for part in sorted(found, key=lambda part: int(part["query_location"]), reverse=True):
        at, name = int(part["query_location"]), str(part["identifier"])
        end = at + (1 if data[at : at + 1] == b"?" else 1 + len(name.encode()))
        data = data[:at] + written[name].encode() + data[end:]
    return data.decode()[len(_BEFORE) :]


def _literal(connection: duckdb.DuckDBPyConnection, value: Any, name: str, where: str) -> str:
    """SQL of a value; a text is one that takes the type of what it is compared with, as texts in SQL do."""
    import duckdb

    if isinstance(value, str):
        return literal(value)
    try:
        row = connection.execute("SELECT typeof(x), x::VARCHAR FROM (SELECT ? AS x)", [value]).fetchall()[0]
    except (duckdb.Error, TypeError, OverflowError) as error:
        raise DataError("LL503.value", where=where, name=name, type=type(value).__name__) from error
    return "NULL" if row[1] is None else f"CAST({literal(str(row[1]))} AS {row[0]})"
