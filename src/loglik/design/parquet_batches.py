"""Columns of Parquet files read by PyArrow, a row group at a time: texts as the codes of their dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Row groups whose columns take more bytes than this are read by DuckDB, which takes them apart.
_MOST = 100_000_000


def parquet_batches(
    paths: Sequence[Path], doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str]
) -> Iterator[Any] | None:
    """All rows in order, pages compared with their checksums; None if the columns are not plain numbers and texts.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    doubles, singles, levels : sequence of str
        Columns wanted as float64, as float32, and as texts.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number, text = pa.types.is_integer, pa.types.is_string
    wanted = dict.fromkeys([*doubles, *singles, *levels])
    files = []
    for path in paths:
        # Not mapped: where a mapped file is cut off, the process ends without a word.
        file = pq.ParquetFile(path, page_checksum_verification=True, read_dictionary=list(levels), pre_buffer=False)
        types = {f.name: f.type for f in file.schema_arrow if f.name in wanted}
        values = {c: t.value_type if pa.types.is_dictionary(t) else t for c, t in types.items()}
        groups = (file.metadata.row_group(i) for i in range(file.num_row_groups))
        if (
            any(not number(values[c]) and values[c] not in {pa.float32(), pa.float64()} for c in doubles)
            or any(values[c] != pa.float32() for c in singles)
            or any(not text(values[c]) and not pa.types.is_large_string(values[c]) for c in levels)
            or any(pa.types.is_dictionary(types[c]) for c in (*doubles, *singles))
            or any(group.num_rows * 8 * len(wanted) > _MOST for group in groups)
        ):
            return None
        files.append(file)
    return _read(files, doubles, singles, levels)


def _read(files: list[Any], doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str]) -> Iterator[Any]:
    import pyarrow as pa

    columns = list(dict.fromkeys([*doubles, *singles, *levels]))
    for file in files:
        for i in range(file.num_row_groups):
            table = file.read_row_group(i, columns=columns, use_threads=True)
            own = [table.column(c).cast(pa.float64(), safe=False) for c in doubles]
            own += [table.column(c) for c in (*singles, *levels)]
            names = [f"c{j}" for j in range(len(own))]
            yield from pa.table(own, names=names).to_batches()
