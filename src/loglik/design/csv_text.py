"""CSV files: the dialect that the header shows, the encoding, and the SQL that reads all fields as text."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loglik.design.data_file import LocalFile, suffixes, texts
from loglik.design.sql import literal
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from loglik.design.data_file import DataFile
    from loglik.design.reading import Reading

_DELIMITERS = (",", ";", "\t", "|")
_UTF8 = {"utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig", "ascii"}


def as_utf8(file: DataFile, label: str, reading: Reading, directory: Callable[[], Path], number: int) -> DataFile:
    """The file itself if it is UTF-8, else a copy that is."""
    if reading.encoding.lower() in _UTF8:
        return file
    copy = directory() / f"text-{number}.csv"
    try:
        with open_text(file, reading.encoding) as old, copy.open("w", encoding="utf-8", newline="") as new:
            shutil.copyfileobj(old, new)
    except (UnicodeError, OSError, EOFError) as error:
        raise DataError("LL104.encoding", source=label, encoding=reading.encoding, error=error) from error
    return LocalFile(copy, file.parts)


@contextmanager
def open_text(file: DataFile, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a text file, packed or not."""
    with file.open() as stream:
        unpacked, ending = stream, suffixes(file)[-1:]
        if ending == [".zst"]:
            unpacked = _unpacked_zstd(stream, str(file))
        elif ending == [".gz"]:
            unpacked = gzip.GzipFile(fileobj=stream)
        with io.TextIOWrapper(unpacked, encoding=encoding, newline="") as text:
            yield text


def _unpacked_zstd(stream: Any, name: str) -> Any:
    if find_spec("compression.zstd") if sys.version_info >= (3, 14) else None:
        return import_module("compression.zstd").open(stream)
    if find_spec("pyarrow") is None:
        raise DataError("LL501.pyarrow", source=name)
    return import_module("pyarrow").input_stream(stream, compression="zstd")


def csv_header(file: DataFile, label: str, reading: Reading, delimiter: str | None) -> tuple[list[str], str]:
    """Names of the columns, and what is between the fields.

    Parameters
    ----------
    file : DataFile
        A UTF-8 file.
    label : str
        Name for messages.
    reading : Reading
        Reading options.
    delimiter : str or None
        What the ending of the name says is between the fields, if it does.

    Raises
    ------
    DataError
        LL102 no header, LL104 one that cannot be read, LL117 a column name twice.
    """
    try:
        with open_text(file, "utf-8-sig") as stream:
            first = stream.readline()
            if "\0" in first:
                raise DataError("LL104.nul", source=label)  # fmt: skip
            delimiter = _delimiter(first, delimiter or reading.delimiter)
        with open_text(file, "utf-8-sig") as stream:  # packed streams cannot be rewound
            header = next(csv.reader(stream, delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        wide = error.object[:2] in {b"\xff\xfe", b"\xfe\xff"}
        raise DataError("LL104.not_utf8_byte", source=label, byte=error.start, wide=wide) from error
    except (csv.Error, OSError, EOFError) as error:
        raise DataError("LL104.header", source=label, error=error) from error
    if not any(h.strip() for h in header):
        raise DataError("LL102.no_header", source=label)
    header = [name.strip() for name in header]
    broken = next((name for name in header if "\n" in name or "\r" in name), None)
    if broken is not None:
        raise DataError("LL104.line_break", source=label, column=broken)
    seen: set[str] = set()
    for i, name in enumerate(header):
        if not name:
            raise DataError("LL117.nameless", source=label, column=i + 1)
        if name.lower() in seen:
            raise DataError("LL117.twice", source=label, name=name)
        seen.add(name.lower())
    return header, delimiter


def csv_relation(
    files: Sequence[DataFile], header: Sequence[str], delimiter: str, missing_words: Sequence[str], *, hive: bool
) -> str:
    """SQL of the fields of text files.

    Parameters
    ----------
    files : sequence of DataFile
        They, in UTF-8.
    header : sequence of str
        Names of the columns.
    delimiter : str
        Between the fields.
    missing_words : sequence of str
        Fields that are NULL.
    hive : bool
        Whether names of directories are columns too.
    """
    fields = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    words = ", ".join(literal(word) for word in missing_words)
    return (
        f"read_csv({texts(*files)}, auto_detect=false, hive_partitioning={str(hive).lower()}, hive_types_autocast=false, "
        f"header=true, delim={literal(delimiter)}, quote='\"', escape='\"', strict_mode=true, "
        f"columns={{{fields}}}, nullstr=[{words}])"
    )


def _delimiter(line: str, of_the_fit: str | None) -> str:
    """The delimiter of the fit if the header has it, else the one that the header shows."""
    outside = re.sub(r'"[^"]*"', "", line)
    if of_the_fit is not None and of_the_fit in outside:
        return of_the_fit
    counts = {d: outside.count(d) for d in _DELIMITERS}
    best = max(counts, key=lambda d: counts[d])
    return best if counts[best] else ","


def csv_fault(label: str, error: Exception) -> DataError:
    """DuckDB's message about a CSV file, as ours, which names the place."""
    text = str(error)
    found = re.search(r"CSV Error on Line: (\d+)", text)
    line = int(found.group(1)) if found else None
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if columns:
        expected, there = (int(n) for n in columns.groups())
        return DataError("LL104.columns", source=label, line=line, found=there, expected=expected)
    if "unterminated quote" in text:
        return DataError("LL104.quotation_mark", source=label, line=line)
    if "unicode" in text.lower() or "utf-8" in text.lower():
        return DataError("LL104.not_utf8", source=label, line=line)
    return DataError("LL104.csv", source=label, line=line)
