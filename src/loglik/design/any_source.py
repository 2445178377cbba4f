"""Whatever holds rows, as a source of rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.design.files import arrow_source, open_source
from loglik.design.frames import frame_source, is_data_frame
from loglik.design.source import Source
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.design.reading import Reading
    from loglik.design.stored.memory import Memory


def any_source(
    data: Any, table: str | None = None, reading: Reading | None = None, memory: Memory | None = None, *,
    query: str | None = None, where: Any = None, filesystem: Any = None,
) -> Source:  # fmt: skip
    """Make a source of rows of a file name, a data frame or an Arrow dataset; a source stays as it is.

    Raises
    ------
    DataError
        LL123 it has no columns; LL503, LL504 a condition or a query of what has none, and those of `open_source`.
    """
    if _is_open_file(data):
        data, filesystem = str(data.path), data.fs
    if isinstance(data, str | Path):
        return open_source(data, table, reading, memory, query=query, where=where, filesystem=filesystem)
    if filesystem is not None:
        raise DataError("LL510.no_path", data=type(data).__name__)
    if query is not None:
        raise DataError("LL504.no_database", source=type(data).__name__)
    if _is_arrow(data):
        return arrow_source(data, reading, memory, where=where)
    if where is not None:
        raise DataError("LL503.no_file", data=type(data).__name__)
    if is_data_frame(data):
        return frame_source(data, reading)
    if isinstance(data, Source):
        return data
    raise DataError("LL123.no_names", type=type(data).__name__)


def _is_open_file(data: Any) -> bool:
    """Whether it is a file or a path of fsspec (`fsspec.open`, `upath.UPath`), which has a file system and a path there."""
    return hasattr(data, "fs") and isinstance(getattr(data, "path", None), str)


def _is_arrow(data: Any) -> bool:
    """Whether it is a dataset of PyArrow, or a reader of its record batches."""
    names = {f"{c.__module__}.{c.__name__}" for c in type(data).__mro__}
    return bool(names & {"pyarrow._dataset.Dataset", "pyarrow.lib.RecordBatchReader"})
