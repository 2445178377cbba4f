"""Options that hold lists of names: ``a,b``, with quotes around names that contain a comma."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.duckdb_source import FileSource
    from loglik.design.reading import Reading
    from loglik.design.stored.memory import Memory


def names(option: str | None) -> list[str] | None:
    """Split a list of names.

    Examples
    --------
    >>> names('a,"b, c"')
    ['a', 'b, c']
    >>> names(None) is None
    True
    """
    if option is None:
        return None
    return [name.strip() for name in next(csv.reader([option], skipinitialspace=True), []) if name.strip()]


def pairs(option: str | None, flag: str) -> dict[str, str]:
    """Split ``column=level`` pairs.

    Examples
    --------
    >>> pairs("carrier=UA,origin=JFK", "--base")
    {'carrier': 'UA', 'origin': 'JFK'}
    """
    out = {}
    for item in names(option) or []:
        column, sign, level = item.partition("=")
        if not sign:
            raise DataError("LL118.base_level", flag=flag, item=item)
        out[column.strip()] = level.strip()
    return out


@dataclass(frozen=True, kw_only=True)
class Input:
    """Which rows of the data, and how text files are read.

    Parameters
    ----------
    table
        Table of a database with several.
    query
        SELECT of a database, in the place of a table.
    where
        Condition on the rows, as "year = 2013 AND carrier IN ('UA', 'AA')".
    param
        Value of a parameter of the condition: of ? in order, or name=value of $name; once for each.
    delimiter
        Between the fields of a CSV file (default: what its first line shows, or the fit had).
    decimal
        Decimal sign of its numbers, . or , (default: ., or as in the fit).
    thousands
        Sign between groups of three digits (default: none, or as in the fit).
    encoding
        Its encoding, such as latin-1, utf-16 or cp932 (default: utf-8, or as in the fit).
    missing_words
        Fields that mean a missing value, as NA,-,?; an empty field always does (default: NA, N/A, NaN, nan, NULL, null, or
        as in the fit).
    memory_limit
        Memory taken to be available, as 300MB; rows above 40 % of it go to disk, or where all are needed are refused
        (default: what there is).
    """

    table: str | None = None
    query: str | None = None
    where: str | None = None
    param: Annotated[list[str] | None, Parameter(negative="")] = None
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    missing_words: str | None = None
    memory_limit: str | None = None

    def open(self, data: str, base: Reading | None = None, memory: Memory | None = None) -> FileSource:
        """Open a data file; text is read as it was in the fit where nothing else is said."""
        from loglik.design.files import open_source
        from loglik.design.reading import reading_of
        from loglik.design.stored.memory import memory_of

        words = None if self.missing_words is None else names(self.missing_words)
        read = reading_of(
            base, delimiter=self.delimiter, decimal=self.decimal, thousands=self.thousands, encoding=self.encoding,
            missing_words=words,
        )  # fmt: skip
        memory = memory or memory_of(self.memory_limit)
        return open_source(data, self.table, read, memory, query=self.query, where=self._condition())

    def _condition(self) -> tuple[str, Any] | None:
        """The condition and the values of its parameters."""
        if self.where is None:
            if self.param:
                raise DataError("LL503.no_condition")
            return None
        return self.where, self._values

    def _values(self, names: Sequence[str]) -> list[str] | dict[str, str]:
        """Values for parameters: in their order, or by name where one has a name."""
        values = self.param or []
        if all(name.isdecimal() for name in names):
            return values
        found: dict[str, str] = {}
        for name, _, value in (each.partition("=") for each in values):
            if name in found:
                raise DataError("LL503.twice", name=name)
            found[name] = value
        return found

    @property
    def words(self) -> list[str]:
        """Options that another command needs to find the same rows."""
        given = (("table", self.table), ("query", self.query), ("where", self.where))
        return [f"--{name}={value}" for name, value in given if value] + [
            f"--param={value}" for value in self.param or []
        ]


AS_IT_IS = Input()
"""All rows of the file."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where many rows go.

    Parameters
    ----------
    spill_dir
        Directory for rows that do not fit in memory (default: that of temporary files).
    keep_cache
        Keep encoded rows in --spill-dir: the next fit of the same data starts without parsing.
    """

    spill_dir: str | None = None
    keep_cache: Annotated[bool, Parameter(negative="")] = False

    def memory(self, limit: str | None) -> Memory:
        """What a source is told of it."""
        from loglik.design.stored.memory import memory_of

        return memory_of(limit, self.spill_dir, keep=self.keep_cache)


USUAL_ROOM = Room()
"""As much as there is."""


def free_name(wanted: str, *taken: str) -> str:
    """A name for an output file that is none of the files that are read.

    Examples
    --------
    >>> free_name("predictions.csv", "data.csv"), free_name("predictions.csv", "./predictions.csv")
    ('predictions.csv', 'predictions-2.csv')
    """
    from pathlib import Path

    used = {Path(name).resolve() for name in taken}
    stem, ending, n = Path(wanted).stem, Path(wanted).suffix, 1
    while Path(wanted).resolve() in used:
        n += 1
        wanted = f"{stem}-{n}{ending}"
    return wanted
