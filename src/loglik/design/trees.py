"""SQL as DuckDB's parser reads it: a tree of objects, of which nothing is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


def parsed(connection: duckdb.DuckDBPyConnection, sql: str, key: str, **values: Any) -> dict[str, Any]:
    """The one SELECT that a text is."""
    found = json.loads(str(connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0]))
    if found["error"]:
        raise DataError(key, why=found["error_message"].split("\n")[0], **values)
    if len(found["statements"]) != 1:
        raise DataError(key, why=";", **values)
    return dict(found["statements"][0]["node"])


def objects(tree: Any) -> Iterator[dict[str, Any]]:
    """All objects of a tree."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from objects(part)


def parts_of_tree(tree: Any) -> Iterator[dict[str, Any]]:
    """All expressions of a tree."""
    return (part for part in objects(tree) if "class" in part)
