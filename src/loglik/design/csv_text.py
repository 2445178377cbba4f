"""CSV files: the dialect that the header shows, the encoding, and the SQL that reads all fields as text."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from typing import TYPE_CHECKING, Any

from loglik.design.duckdb_source import literal
from loglik.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from loglik.design.reading import Reading

_DELIMITERS = (",", ";", "\t", "|")
_UTF8 = {"utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig", "ascii"}


def as_utf8(file: Path, label: str, reading: Reading, directory: Path) -> Path:
    """The file itself if it is UTF-8, else a copy that is."""
    if reading.encoding.lower() in _UTF8:
        return file
    copy = directory / "text.csv"
    try:
        with open_text(file, reading.encoding) as old, copy.open("w", encoding="utf-8", newline="") as new:
            shutil.copyfileobj(old, new)
    except (UnicodeError, OSError, EOFError) as error:
        raise DataError(
            "LL104", f"{label} is not {reading.encoding} text ({error})", "Name another --encoding."
        ) from error
    return copy


def open_text(file: Path, encoding: str) -> Any:
    """Open a text file, packed or not."""
    opened = gzip.open if file.suffix.lower() == ".gz" else open
    return opened(file, "rt", encoding=encoding, newline="")


def csv_relations(file: Path, label: str, reading: Reading, delimiter: str | None) -> tuple[str, str, list[str], str]:
    """SQL for the fields with missing words as NULL, the same for the fields as written, the columns, the delimiter.

    Parameters
    ----------
    file : Path
        A UTF-8 file.
    label : str
        Name for messages.
    reading : Reading
        Reading options.
    delimiter : str or None
        What the ending of the name says is between the fields, if it does.
    """
    try:
        with open_text(file, "utf-8-sig") as stream:
            first = stream.readline()
            if "\0" in first:
                raise DataError(
                    "LL104", f"{label}: the header line has NUL bytes, which text has not",
                    "If it is UTF-16: --encoding utf-16-le (or utf-16-be).",
                )  # fmt: skip
            delimiter = _delimiter(first, delimiter or reading.delimiter)
            stream.seek(0)
            header = next(csv.reader(stream, delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        raise not_utf8(label, f"byte {error.start}", error.object[:2]) from error
    except (csv.Error, OSError, EOFError) as error:
        raise DataError("LL104", f"{label}, line 1: {error}", "Mend the header line.") from error
    if not any(h.strip() for h in header):
        raise DataError("LL102", f"{label} has no header line", "The first line must name the columns.")
    header = [name.strip() for name in header]
    broken = next((name for name in header if "\n" in name or "\r" in name), None)
    if broken is not None:
        raise DataError(
            "LL104", f"{label}: the column name {broken!r} has a line break", "Rename the column in the first lines."
        )
    seen: set[str] = set()
    for i, name in enumerate(header):
        if not name:
            raise DataError("LL117", f"{label}: column {i + 1} has no name", "Name it in the first line.")
        if name.lower() in seen:
            raise DataError("LL117", f'{label} has the column name "{name}" twice', "Rename one of them.")
        seen.add(name.lower())
    fields = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in header)
    words = ", ".join(literal(word) for word in reading.missing_words)
    call = (
        f"read_csv({quoted_path(file)}, auto_detect=false, hive_partitioning=false, header=true, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', strict_mode=true, columns={{{fields}}}, nullstr=["
    )
    return f"{call}{words}])", f"{call}''])", header, delimiter


def _delimiter(line: str, of_the_fit: str | None) -> str:
    """The delimiter of the fit if the header has it, else the one that the header shows."""
    outside = re.sub(r'"[^"]*"', "", line)
    if of_the_fit is not None and of_the_fit in outside:
        return of_the_fit
    counts = {d: outside.count(d) for d in _DELIMITERS}
    best = max(counts, key=lambda d: counts[d])
    return best if counts[best] else ","


def not_utf8(label: str, where: str, first: bytes = b"") -> DataError:
    """The error of a file in another encoding."""
    wide = first in {b"\xff\xfe", b"\xfe\xff"}
    hint = "Name its encoding: --encoding " + (
        "utf-16." if wide else "latin-1 (or cp1252, cp932, gb18030), or save it as UTF-8."
    )
    return DataError("LL104", f"{label} is not UTF-8 text ({where})", hint)


def csv_fault(label: str, error: Exception) -> DataError:
    """DuckDB's message about a CSV file as one line that names the place."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    place = f"{label}, line {line.group(1)}" if line else label
    columns = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    if columns:
        return DataError(
            "LL104",
            f"{place}: {columns.group(2)} values where the header names {columns.group(1)} columns",
            "Mend the line; values that contain the delimiter must be quoted.",
        )
    if "unterminated quote" in text:
        return DataError("LL104", f"{place}: a quotation mark is never closed", 'Close it; write "" for one inside.')
    if "unicode" in text.lower() or "utf-8" in text.lower():
        return not_utf8(label, f"line {line.group(1)}" if line else "somewhere")
    return DataError(
        "LL104", f"{place} cannot be read as CSV",
        "Check quotes, and that all lines end alike (not LF and CRLF mixed).",
    )  # fmt: skip


def quoted_path(file: Path) -> str:
    """The path as a literal, with what DuckDB would take for wildcards in brackets."""
    return literal("".join(f"[{c}]" if c in "*?[" else c for c in str(file)))
