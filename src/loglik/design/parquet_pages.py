"""The checksums of the pages of Parquet files: readers do not look at them, and decode most flipped bits without a word.

A column chunk is a run of pages, each after a header in Thrift's compact protocol. Of the header (PageHeader in
parquet.thrift) three fields count here: the size of the page as it stands in the file, its CRC-32 if there is one, and
where the header ends.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from loglik.design.data_file import DataFile

_SIZE, _CRC = 3, 4  # fields of PageHeader
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = {4, 5, 6}


def check_pages(
    connection: duckdb.DuckDBPyConnection, files: Sequence[DataFile], label: str, columns: Sequence[str]
) -> None:
    """Compare the pages of columns with their checksums.

    Parameters
    ----------
    connection : duckdb connection
        Says where the column chunks are.
    files : sequence of DataFile
        The files.
    label : str
        Name for messages if there is one file.
    columns : sequence of str
        Columns that are going to be read.

    Raises
    ------
    DataError
        LL505 a page is not what was written.
    """
    wanted = set(columns)
    for file in files:
        name = label if len(files) == 1 else str(file)
        rows = connection.execute(
            "SELECT path_in_schema, row_group_id, least(data_page_offset, nullif(dictionary_page_offset, 0)), "
            f"total_compressed_size FROM parquet_metadata({file.sql}) WHERE num_values > 0"
        ).fetchall()
        chunks = [(str(c).split(", ")[0], *rest) for c, *rest in rows]
        chunks = [chunk for chunk in chunks if chunk[0] in wanted]
        if not chunks:
            continue
        with file.open() as stream:
            for column, group, start, size in chunks:
                stream.seek(int(start or 0))
                # Not mapped: where a mapped file is cut off, the process ends without a word.
                data = stream.read(int(size))
                if start is None or not _check_chunk(data, (name, column, int(group) + 1)):
                    break  # a file whose first pages have no checksum has none


def _check_chunk(data: bytes, place: tuple[str, str, int]) -> bool:
    """Go through the pages of a column chunk; whether they have checksums."""
    name, column, group = place
    at, page, whole = 0, 0, memoryview(data)
    while at < len(data):
        page += 1
        try:
            length, crc, at = _page_header(data, at)
        except (IndexError, ValueError) as error:
            raise DataError("LL505.broken", file=name, column=column, group=group) from error
        if length < 0 or at + length > len(data):
            raise DataError("LL505.broken", file=name, column=column, group=group)
        if crc is None:
            return False
        if zlib.crc32(whole[at : at + length]) != crc & 0xFFFFFFFF:
            raise DataError("LL505.flipped", file=name, column=column, group=group, page=page)
        at += length
    return True


def _page_header(data: bytes, at: int) -> tuple[int, int | None, int]:
    """Size of the page, its checksum or None, and where it begins."""
    size, crc, field = -1, None, 0
    while True:
        field, kind, at = _field(data, at, field)
        if not kind:
            return size, crc, at
        if kind in _INTEGERS and field in {_SIZE, _CRC}:
            value, at = _signed(data, at)
            size, crc = (value, crc) if field == _SIZE else (size, value)
        else:
            at = _skipped(data, at, kind, 0)


def _field(data: bytes, at: int, before: int) -> tuple[int, int, int]:
    """Number and type of the field that begins here, type 0 at the end of a structure."""
    head = data[at]
    at += 1
    if not head:
        return before, 0, at
    if head >> 4:
        return before + (head >> 4), head & 15, at
    number, at = _signed(data, at)
    return number, head & 15, at


def _skipped(data: bytes, at: int, kind: int, depth: int) -> int:
    """Where a value ends."""
    if depth > 8:
        msg = "too deep"
        raise ValueError(msg)
    if kind in {_TRUE, _FALSE}:
        return at
    if kind == _BYTE:
        return at + 1
    if kind in _INTEGERS:
        return _unsigned(data, at)[1]
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        length, at = _unsigned(data, at)
        return at + length
    if kind == _STRUCT:
        field = 0
        while True:
            field, inner, at = _field(data, at, field)
            if not inner:
                return at
            at = _skipped(data, at, inner, depth + 1)
    if kind in {_LIST, _SET}:
        count, inner = data[at] >> 4, data[at] & 15
        at += 1
        if count == 15:
            count, at = _unsigned(data, at)
        for _ in range(min(count, 1 << 16)):
            at = at + 1 if inner in {_TRUE, _FALSE} else _skipped(data, at, inner, depth + 1)
        return at
    msg = f"no type {kind}"
    raise ValueError(msg)


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first."""
    value = 0
    for i in range(10):
        byte = data[at + i]
        value |= (byte & 127) << (7 * i)
        if byte < 128:
            return value, at + i + 1
    msg = "a number without end"
    raise ValueError(msg)


def _signed(data: bytes, at: int) -> tuple[int, int]:
    """As `_unsigned`, the sign in the lowest bit."""
    value, at = _unsigned(data, at)
    return (value >> 1) ^ -(value & 1), at
