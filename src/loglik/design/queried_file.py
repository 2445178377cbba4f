"""A file or a database that is asked by SQL: whether it is whole and unchanged, and tables of columns that were read."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loglik.design.expressions import fails
from loglik.design.sql import literal, quoted_name
from loglik.design.stored.files import spill_directory
from loglik.design.stored.memory import Memory
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from loglik.design.fingerprint import Fingerprint
    from loglik.design.source import Kind
    from loglik.errors import Finding

# A table of columns that were read is in memory if the file has up to this many bytes.
_KEPT_IN_MEMORY = 100_000_000
_BOUNDED = 200_000_000
# Such a table takes up to this many times the bytes of the file.
_STAGED = 3


@dataclass(kw_only=True)
class QueriedFile:
    """What SQL is asked of.

    Parameters
    ----------
    label : str
        Name for messages.
    connection : duckdb connection
        Holds the file open.
    relation : str
        What SQL selects from.
    fault : callable
        Makes an error that names the place of DuckDB's.
    counted : int or None
        Number of rows, if it is known.
    size : int
        Bytes of the file, which tell whether tables of its columns are in memory.
    memory : Memory
        Where many rows go.
    check : callable or None
        Told of columns that are going to be read, makes sure that they are whole in the file.
    where : str or None
        The condition that the rows were chosen by.
    fingerprint : Fingerprint or None
        Of the file when it was opened.
    """

    label: str
    connection: duckdb.DuckDBPyConnection
    relation: str
    fault: Callable[[Exception], Exception]
    counted: int | None = None
    size: int = 0
    memory: Memory = field(default_factory=Memory)
    check: Callable[[Sequence[str]], None] | None = None
    where: str | None = None
    fingerprint: Fingerprint | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    staged: Path | None = None
    sure: set[str] = field(default_factory=set)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        if self.counted is None:
            self.counted = int(self._fetch(f"SELECT count(*) FROM {self.relation}")[0][0])
        return self.counted

    def _keep(self, columns: Sequence[str]) -> None:
        """Copy columns to a table: in memory, or if the file is large in a file."""
        self._make_sure(columns)
        name = f"kept_{len(self.kinds)}"
        if self.size > _KEPT_IN_MEMORY:
            if self.staged is None:
                self.findings += self.memory.room_for(_STAGED * self.size)
                self.staged = spill_directory(self.memory.directory)
                self.bound(self.staged)
                self.execute("SET force_compression = 'uncompressed'")  # it is read once or twice, and then gone
                self.execute(f"ATTACH {literal(str(self.staged / 'staged.duckdb'))} AS staged")
            name = f"staged.{name}"
        listed = ", ".join(quoted_name(c) for c in columns)
        temporary = "" if self.staged else "TEMP "
        self.execute(f"CREATE {temporary}TABLE {name} AS SELECT {listed} FROM {self.relation}")
        self.kept |= dict.fromkeys(columns, name)
        if not self.kinds:
            self.counted = int(self._fetch(f"SELECT count(*) FROM {name}")[0][0])

    def bound(self, directory: Path | None) -> None:
        """Keep DuckDB's own memory small, beside tables that are in memory; what it has more goes to a directory."""
        self.execute(f"SET memory_limit = '{_BOUNDED + (0 if self.staged else 4 * min(self.size, _KEPT_IN_MEMORY))}B'")
        self.execute(f"SET temp_directory = {literal(str(directory or tempfile.gettempdir()))}")

    def release(self) -> None:
        """Give up the tables that columns were kept in: they have been read."""
        for name in dict.fromkeys(self.kept.values()):
            self.execute(f"DROP TABLE {name}")
        self.kept.clear()
        if self.staged is not None:
            self.execute("DETACH staged")
            shutil.rmtree(self.staged, ignore_errors=True)
            self.staged = None

    def _by_relation(self, columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Consecutive columns that stand in one place."""
        group: list[str] = []
        for column in columns:
            if group and self._from(column) != self._from(group[0]):
                yield self._from(group[0]), group
                group = []
            group.append(column)
        if group:
            yield self._from(group[0]), group

    def _from(self, column: str) -> str:
        return self.kept.get(column, self.relation)

    def _from_all(self, columns: Sequence[str]) -> str:
        """Where all of some columns stand."""
        places = {self._from(c) for c in columns}
        return places.pop() if len(places) == 1 else self.relation

    def execute(self, query: str) -> Any:
        """Run a query, and make sure that it read the file that was opened."""
        import duckdb

        try:
            result = self.connection.execute(query)
        except duckdb.Error as error:
            raise self._said(error) from error
        self._check()
        return result

    def _said(self, error: Exception) -> Exception:
        """DuckDB's error as ours; the first is that the files have changed."""
        import duckdb

        self._check()
        if isinstance(error, DataError):
            return error
        if self.staged is not None and str(self.staged) in str(error):
            shutil.rmtree(self.staged, ignore_errors=True)
            return DataError("LL507.full", directory=str(self.staged.parent), why=str(error).split("\n", maxsplit=1)[0])
        if self.where is not None and isinstance(error, duckdb.ConversionException):
            return fails(self.where, self.label, error)
        return self.fault(error)

    def _make_sure(self, columns: Sequence[str]) -> None:
        """Make sure once that columns are whole in the file."""
        import duckdb

        new = [c for c in columns if c not in self.sure]
        try:
            if self.check is not None and new:
                self.check(new)
        except (duckdb.Error, OSError, DataError) as error:
            raise self._said(error) from error
        self.sure |= set(new)

    @contextmanager
    def checked(self, columns: Sequence[str]) -> Iterator[None]:
        """For readers that look at the pages of these columns themselves: which of them is damaged is found out here."""
        try:
            yield
        except (OSError, ValueError) as error:
            self._make_sure(columns)
            raise self._said(error) from error
        self._check()

    def _check(self) -> None:
        if self.fingerprint is not None:
            self.fingerprint.check(self.label)

    def _fetch(self, query: str) -> list[tuple[Any, ...]]:
        return list(self.execute(query).fetchall())
