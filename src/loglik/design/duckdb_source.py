"""Columns of a file or a database, asked for by SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.cells import Cells, JsonCells, TextCells, TypedCells
from loglik.design.levels import codes_of
from loglik.design.queried_file import QueriedFile
from loglik.design.source import Kind, Rounded, level_kind
from loglik.design.sql import literal, quoted_name
from loglik.design.stored import chunks
from loglik.design.stored.cache import Cache, cache_directory, keep, open_cache
from loglik.errors import DataError
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from loglik.array_types import Array, Labels
    from loglik.design.levels import Codes, LevelKind
    from loglik.design.reading import Reading

# DuckDB plans a query in a time that grows faster than its columns.
_AT_ONCE, _AGGREGATES_AT_ONCE = 256, 64
# Below this many rows a query for each column costs more than its rows do.
_SHORT = 4096
# Cells of a list that is read at once.
_LIST = 1 << 20
_BATCH = 1 << 16


@dataclass(kw_only=True)
class FileSource(QueriedFile):
    """Columns of a file, fetched when asked for; parameters besides are those of `QueriedFile`.

    Parameters
    ----------
    names : list of str
        Columns in order.
    cells : Cells
        How cells are read.
    reading : Reading
        How text is read.
    once : bool
        Whether the file is parsed once: columns that are asked for are kept in a table while they are read.
    direct : callable or None
        Gives what `batches` does, or None, without SQL.
    as_written : str or None
        What SQL selects columns from that are carried along unread; by default `relation`.
    keep : object
        Kept alive with the source: a temporary directory.
    """

    names: list[str]
    cells: Cells
    reading: Reading
    once: bool = False
    direct: Callable[..., Iterator[Any] | None] | None = None
    as_written: str | None = None
    keep: Any = None
    notes: dict[str, str] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    short: dict[str, tuple[Labels, list[str]]] = field(default_factory=dict)
    cached: Cache | None = None

    @property
    def untyped(self) -> bool:
        """Whether it is text that does not say what it holds."""
        return isinstance(self.cells, TextCells)

    @property
    def columns(self) -> list[str]:
        """Column names in order."""
        return self.names

    def kind(self, column: str) -> Kind:
        """What a column holds; for text files inferred from all of its values, unless it was fixed."""
        if column not in self.kinds:
            self.prepare([column])
        return self.kinds[column]

    def level_kind(self, column: str) -> LevelKind:
        """What the levels of a column are."""
        kind = self.kind(column)
        return "text" if kind == "mixed" and isinstance(self.cells, TextCells) else level_kind(kind)

    def prepare(self, columns: Sequence[str], fixed: Mapping[str, Kind] | None = None) -> None:
        """Read columns that are going to be asked for, once and together: their rows then belong together.

        Parameters
        ----------
        columns : sequence of str
            All columns that a fit or a prediction needs.
        fixed : mapping of str to Kind, optional
            What columns held in the fit: a file without types is then read so, whatever its rows look like.
        """
        columns = [c for c in dict.fromkeys(columns) if c not in self.kinds]
        if not columns or (not fixed and self._recalled(columns)):
            return
        if self.once or self.n_rows <= chunks.CHUNK_ROWS:
            self._keep(columns)
        if fixed and not isinstance(self.cells, TypedCells):
            self.fixed |= {c for c in columns if c in fixed}
            self.kinds |= {c: fixed[c] for c in columns if c in fixed}
        inferred = [c for c in columns if c not in self.kinds]
        for column, (kind, note) in self.cells.kinds(inferred, self.counts).items():
            self.kinds[column], self.notes[column] = kind, note

    @property
    def keeps(self) -> bool:
        """Whether encoded rows are kept for the next fit; what comes through a pipe is not there then."""
        return self.memory.keep and self.fingerprint is not None

    @property
    def cache_directory(self) -> Path:
        """Where they are kept."""
        return cache_directory(self.memory.directory, self.relation)

    def _recalled(self, columns: Sequence[str]) -> bool:
        """Whether the rows were kept by an earlier fit, so that nothing need be read."""
        if self.keeps and self.fingerprint is not None and self.cached is None:
            self.cached = open_cache(self.cache_directory, self.relation, self.fingerprint)
        if self.cached is None or not set(columns) <= set(self.cached.kinds):
            return False
        self.kinds |= {c: self.cached.kinds[c] for c in columns}
        self.counted = self.cached.learnt.n_rows
        return True

    def keep_cache(self, made: Cache) -> None:
        """Keep encoded rows for the next fit."""
        if self.fingerprint is not None:
            keep(self.cache_directory, self.relation, self.fingerprint, made)

    def counts(self, columns: Sequence[str], parts: Sequence[str]) -> list[tuple[Any, ...]]:
        """Aggregates of each column: see `loglik.design.cells`."""
        found: list[tuple[Any, ...]] = []
        for relation, group in self._by_relation(columns):
            if self.n_rows <= _SHORT:  # columns under each other: one small plan however many they are
                listed = ", ".join(quoted_name(c) for c in group)
                asked = ", ".join(part.replace("{x}", "v") for part in parts)
                under = f"SELECT unnest(range({len(group)})) AS c, unnest([{listed}]) AS v FROM {relation}"
                rows = {row[0]: row[1:] for row in self._fetch(f"SELECT c, {asked} FROM ({under}) GROUP BY c")}
                nothing = self._fetch(
                    f"SELECT {asked} FROM (SELECT {quoted_name(group[0])} AS v FROM {relation} LIMIT 0)"
                )
                found += [rows.get(i, nothing[0]) for i in range(len(group))]
                continue
            step = max(1, _AGGREGATES_AT_ONCE // len(parts))
            for lo in range(0, len(group), step):
                some = group[lo : lo + step]
                asked = ", ".join(part.replace("{x}", quoted_name(c)) for c in some for part in parts)
                row = self._fetch(f"SELECT {asked} FROM {relation}")[0]
                found += [row[i * len(parts) : (i + 1) * len(parts)] for i in range(len(some))]
        return found

    def describe(self, column: str) -> str:
        """Say more of a column's type."""
        return self.notes.get(column, Phrase("note_text"))

    def numbers(self, columns: Sequence[str]) -> list[Array]:
        """Columns as float64, NaN where missing.

        Raises
        ------
        DataError
            LL127 a column whose kind is fixed has a value that is no number.
        """
        made = []
        for relation, group in self._by_relation(columns):
            for lo in range(0, len(group), self._at_once):
                some = group[lo : lo + self._at_once]
                absent = {}
                for column, values in zip(some, self._numbers(relation, some), strict=True):
                    absent[column] = int(np.ma.getmaskarray(values).sum())
                    made.append(np.asarray(np.ma.filled(values.astype(np.float64, copy=False), np.nan)))
                self._refuse_words({c: n for c, n in absent.items() if n and c in self.fixed})
        return made

    @property
    def _at_once(self) -> int:
        """Columns of one query of numbers."""
        return max(_AT_ONCE, _LIST // max(self.n_rows, 1)) if self._as_lists else _AT_ONCE

    @property
    def _as_lists(self) -> bool:
        """Whether few rows of text are read with their columns under each other: one small plan for thousands."""
        return self.n_rows <= _SHORT and isinstance(self.cells, TextCells)

    def _numbers(self, relation: str, columns: Sequence[str]) -> Sequence[npt.NDArray[Any]]:
        """Columns as masked arrays."""
        self._make_sure(columns)
        if self._as_lists:
            listed = ", ".join(quoted_name(c) for c in columns)
            under = f"SELECT unnest([{listed}]) AS v FROM {relation}"
            fetched = self.execute(f"SELECT {self.cells.number('v')} AS c FROM ({under})").fetchnumpy()["c"]
            return list(np.ma.asarray(fetched).reshape(self.n_rows, len(columns)).T)
        cast = ", ".join(f"{self.cells.number(quoted_name(c))} AS c{i}" for i, c in enumerate(columns))
        fetched = self.execute(f"SELECT {cast} FROM {relation}").fetchnumpy()
        return [fetched[f"c{i}"] for i in range(len(columns))]

    def refuse_words(self, columns: Sequence[str]) -> None:
        """Refuse columns of numbers, fixed so by a fit, in which there is something else (LL127)."""
        columns = [c for c in columns if c in self.fixed]
        present = self.counts(columns, (f"count({self.cells.number('{x}')})",)) if columns else []
        self._refuse_words({c: self.n_rows - n for c, (n,) in zip(columns, present, strict=True) if n < self.n_rows})

    def _refuse_words(self, absent: Mapping[str, int]) -> None:
        """Refuse cells that are no numbers where there should be some."""
        columns = list(absent)
        for column, (present,) in zip(columns, self.counts(columns, ("count({x})",)), strict=True):
            if self.n_rows - absent[column] != present:
                x = quoted_name(column)
                row, odd = self._fetch(
                    f"SELECT r, odd FROM (SELECT row_number() OVER () AS r, CAST({x} AS VARCHAR) AS odd, "
                    f"{self.cells.number(x)} AS v FROM {self._from(column)}) WHERE odd IS NOT NULL AND v IS NULL "
                    "ORDER BY r LIMIT 1"
                )[0]
                raise DataError(
                    "LL127.word",
                    column=column,
                    source=self.label,
                    was=Phrase("kind_number"),
                    now=Phrase("kind_text"),
                    odd=odd[:40],
                    row=row,
                )

    def rounded(self, column: str) -> Rounded | None:
        """Whole numbers of a column that a double does not hold."""
        x = quoted_name(column)
        declared = self.cells.types[column] if isinstance(self.cells, TypedCells) else ""
        condition = self.cells.rounded(x, declared)
        key = self.cells.key(x)
        n, example = self._fetch(
            f"SELECT count(*), min({key}) FROM {self._from(column)} WHERE {x} IS NOT NULL AND {condition}"
        )[0]
        return Rounded(int(n), str(example).strip()) if n else None

    def codes(self, column: str, kind: LevelKind | None = None) -> Codes:
        """Return a column as codes of its levels, which are of the kind given, or of its own."""
        place, keys = self._factorised(column)
        return codes_of(place, self.spelled(column, keys, kind))

    def spelled(self, column: str, keys: Sequence[str], kind: LevelKind | None = None) -> list[str | None]:
        """Levels of distinct values, from the texts that tell them apart."""
        where, held = (column, self.label), self.kind(column)
        wanted = kind or self.level_kind(column)
        return [self.cells.level(key, held, wanted, where) for key in keys]

    def is_single(self, column: str) -> bool:
        """Whether a column holds numbers of 32 bits with a fraction."""
        return isinstance(self.cells, TypedCells) and self.cells.types[column] == "FLOAT"

    def batches(
        self, doubles: Sequence[str], singles: Sequence[str], levels: Sequence[str], carried: Sequence[str] = ()
    ) -> Iterator[Any]:
        """All rows as Arrow record batches, in order: numbers as float64 and as float32, keys of levels, columns as given."""
        if self.direct is not None and not carried:
            found = self.direct(doubles, singles, levels)
            if found is not None:
                with self.checked([*doubles, *singles, *levels]):
                    yield from found
                return
        self._make_sure([*doubles, *singles, *levels, *carried])
        wanted = [*(self.cells.number(quoted_name(c)) for c in doubles), *(quoted_name(c) for c in singles),
                  *(self.cells.key(quoted_name(c)) for c in levels), *map(self._given, carried)]  # fmt: skip
        listed = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(wanted))
        import duckdb

        try:
            reader = self.connection.sql(
                f"SELECT {listed} FROM {self._from_all([*doubles, *singles, *levels, *carried])}"
            )
            yield from reader.to_arrow_reader(_BATCH)
        except duckdb.Error as error:
            raise self._said(error) from error
        self._check()

    def _factorised(self, column: str) -> tuple[Labels, list[str]]:
        """Place of each cell among the distinct keys, -1 where it is missing, and those keys."""
        if self.n_rows > _SHORT:
            return self._enumerated(column)
        if column not in self.short:
            self.kind(column)
            # All columns with levels at once.
            mates = [c for c in self.kinds if c not in self.short and self._from(c) == self._from(column)]
            mates = [c for c in mates if self.kinds[c] not in {"number", "date", "other"} or c == column]
            for lo in range(0, len(mates), _AT_ONCE):
                some = mates[lo : lo + _AT_ONCE]
                listed = ", ".join(f"{self.cells.key(quoted_name(c))} AS c{i}" for i, c in enumerate(some))
                fetched = self.execute(f"SELECT {listed} FROM {self._from(column)}").fetchnumpy()
                self.short |= {c: factorise_texts(fetched[f"c{i}"].tolist()) for i, c in enumerate(some)}
        return self.short.pop(column)

    def _enumerated(self, column: str) -> tuple[Labels, list[str]]:
        self._make_sure([column])
        x, relation = self.cells.key(quoted_name(column)), self._from(column)
        keys = [str(row[0]) for row in self._fetch(f"SELECT DISTINCT {x} AS k FROM {relation} WHERE k IS NOT NULL")]
        if not keys:
            return np.full(self.n_rows, -1, dtype=np.int32), []
        self.execute(f"CREATE OR REPLACE TYPE level AS ENUM ({', '.join(literal(key) for key in keys)})")
        query = f"SELECT coalesce(enum_code(try_cast({x} AS level)), -1)::INTEGER AS code FROM {relation}"
        return np.asarray(self.execute(query).fetchnumpy()["code"], dtype=np.int32), keys

    def given(self, columns: Sequence[str]) -> str:
        """SQL that selects columns as they stand in the file: text of a text file unchanged, types as declared."""
        self.prepare([] if self.as_written else columns)
        relation = self.as_written or self._from_all(columns)
        listed = [f"{self._given(c)} AS {quoted_name(c)}" for c in columns]
        return f"SELECT {', '.join(listed)} FROM {relation}"

    def _given(self, column: str) -> str:
        x = quoted_name(column)
        return self.cells.given(x, self.kinds[column], self.counts, column) if isinstance(self.cells, JsonCells) else x

    def typed(self, columns: Sequence[str]) -> list[str]:
        """SQL of columns of text as the numbers or texts that all of their cells are."""
        for column, (kind, _) in self.cells.kinds(columns, self.counts).items():
            self.kinds[column] = kind
        found = [self.cells.number(quoted_name(c)) if self.kinds[c] == "number" else self._given(c) for c in columns]
        self.kinds.clear()  # those of the rows that are chosen may be others
        return found

    def values(self, columns: Sequence[str]) -> list[list[Any]]:
        """Columns as they stand in the file, None where nothing does."""
        if not columns:
            return []
        self._make_sure(columns)
        rows = self._fetch(self.given(columns))
        return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]

    def typed_values(self, columns: Sequence[str]) -> list[list[Any]]:
        """As `values`, and the columns of numbers of a text file as numbers."""
        cells, found = self.cells, self.values(columns)
        if not isinstance(cells, TextCells):
            return found
        return [cells.typed(v) if self.kind(c) == "number" else v for c, v in zip(columns, found, strict=True)]

    def write_parquet(self, path: str, carried: Sequence[str], first: str, rest: str) -> None:
        """Write columns as they stand in the file, between columns that two other queries give, to a Parquet file.

        Parameters
        ----------
        path : str
            The file.
        carried : sequence of str
            Columns.
        first, rest : str
            SQL that selects as many rows.
        """
        parts = [first, *([self.given(carried)] if carried else []), rest]
        joined = " POSITIONAL JOIN ".join(f"({part})" for part in parts)
        self.execute(f"COPY (SELECT * FROM {joined}) TO {literal(path)} (FORMAT parquet)")


def factorise_texts(texts: list[str | None]) -> tuple[Labels, list[str]]:
    """Place of each text among the distinct ones, -1 for None, and those."""
    seen: dict[str, int] = {}
    for text in texts:
        if text is not None and text not in seen:
            seen[text] = len(seen)
    return np.fromiter((-1 if t is None else seen[t] for t in texts), dtype=np.int32, count=len(texts)), list(seen)
