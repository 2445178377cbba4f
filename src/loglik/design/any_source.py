"""Whatever holds rows, as a source of rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from loglik.design.files import open_source
from loglik.design.frames import frame_source, is_data_frame
from loglik.design.source import Source
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.design.reading import Reading
    from loglik.design.stored.memory import Memory


def any_source(
    data: Any, table: str | None = None, reading: Reading | None = None, memory: Memory | None = None
) -> Source:
    """Make a source of rows of a file name or a data frame; a source stays as it is."""
    if isinstance(data, str | Path):
        return open_source(data, table, reading, memory)
    if is_data_frame(data):
        return frame_source(data, reading)
    if isinstance(data, Source):
        return data
    raise DataError("LL123.no_names", type=type(data).__name__)
