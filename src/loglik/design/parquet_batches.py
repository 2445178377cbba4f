"""Columns of Parquet files read by PyArrow, some rows at a time: texts as the codes of their dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.design.data_file import DataFile

# Rows of a batch, and bytes of the file that are read at a time: row groups may be larger than memory.
_BATCH, _BUFFER = 1 << 16, 1 << 16


def parquet_batches(
    files: Sequence[DataFile], doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str],
    rows: tuple[int, int] | None = None,
) -> Iterator[Any] | None:  # fmt: skip
    """Rows in order, pages compared with their checksums; None if the columns are not plain numbers and texts.

    Parameters
    ----------
    files : sequence of DataFile
        The files.
    doubles, singles, levels : sequence of str
        Columns wanted as float64, as float32, and as texts.
    rows : (int, int) or None
        The first row, and the one after the last; all by default.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = pa.types.is_integer
    wanted = dict.fromkeys([*doubles, *singles, *levels])
    opened = []
    for each in files:
        # Not mapped: where a mapped file is cut off, the process ends without a word. Far away few large reads are quicker.
        file = pq.ParquetFile(
            each.path if each.filesystem is None else each.open(), page_checksum_verification=True,
            read_dictionary=list(levels), pre_buffer=each.filesystem is not None,
            buffer_size=_BUFFER if each.filesystem is None else 0,
        )  # fmt: skip
        types = {f.name: f.type for f in file.schema_arrow if f.name in wanted}
        values = {c: t.value_type if pa.types.is_dictionary(t) else t for c, t in types.items()}
        if (
            any(not number(values[c]) and values[c] not in {pa.float32(), pa.float64()} for c in doubles)
            or any(values[c] != pa.float32() for c in singles)
            or any(not _has_keys(types[c]) for c in levels)
            or any(pa.types.is_dictionary(types[c]) for c in (*doubles, *singles))
        ):
            return None
        opened.append(file)
    return _read(opened, doubles, singles, levels, rows or (0, sum(file.metadata.num_rows for file in opened)))


def _has_keys(type_: Any) -> bool:
    """Whether Arrow writes the values as DuckDB does."""
    import pyarrow.types as of

    text = type_.value_type if of.is_dictionary(type_) else type_
    return bool(of.is_string(text) or of.is_large_string(text) or of.is_integer(type_) or of.is_boolean(type_))


def _read(
    files: list[Any], doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str], rows: tuple[int, int]
) -> Iterator[Any]:
    import pyarrow as pa

    columns = list(dict.fromkeys([*doubles, *singles, *levels]))
    first = 0
    for file in files:
        for i in range(file.num_row_groups):
            n = file.metadata.row_group(i).num_rows
            lo, hi, first = max(rows[0] - first, 0), min(rows[1] - first, n), first + n
            if lo >= hi:
                continue
            for batch in file.iter_batches(_BATCH, row_groups=[i], columns=columns):
                some = batch[max(lo, 0) : max(hi, 0)]
                lo, hi = lo - batch.num_rows, hi - batch.num_rows
                if some.num_rows:
                    own = [some.column(c).cast(pa.float64(), safe=False) for c in doubles]
                    own += [some.column(c) for c in singles] + [_keys(some.column(c)) for c in levels]
                    yield pa.RecordBatch.from_arrays(own, [f"c{j}" for j in range(len(own))])
                if hi <= 0:
                    break


def _keys(column: Any) -> Any:
    """Texts that tell the values apart; of numbers each is written once."""
    import pyarrow as pa

    if not (pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)):
        return column
    encoded = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices, encoded.dictionary.cast(pa.string()))
