"""How the cells of a file are read as numbers and as levels: text without types (CSV), JSON values, typed columns.

Each kind of cell says it in SQL, so that a file larger than memory is never a list of Python objects.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from loglik.design.levels import fits, kind_of_value, spelled
from loglik.design.numerals import number_sql, plain_number, plain_sql
from loglik.errors import DataError
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loglik.design.levels import LevelKind
    from loglik.design.reading import Reading
    from loglik.design.source import Kind

    Counts = Callable[[Sequence[str], Sequence[str]], list[tuple[Any, ...]]]
    """Aggregates, written with ``{x}`` for the column, of each of some columns: one tuple for each."""

# A text column in which most values are numbers is a column of numbers with mistakes in it.
_MOSTLY = 0.5
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
             "UHUGEINT")  # fmt: skip
_NUMBERS = (*_INTEGERS, "FLOAT", "DOUBLE", "DECIMAL")
_DATES = ("DATE", "TIME", "TIMESTAMP", "INTERVAL")


class Cells(Protocol):
    """The cells of one kind of file."""

    def kinds(self, columns: Sequence[str], counts: Counts) -> dict[str, tuple[Kind, str]]:
        """What columns hold, and what there is to say of it in an error message."""

    def number(self, x: str) -> str:
        """SQL of a cell as a double, NULL where it is none."""

    def key(self, x: str) -> str:
        """SQL of a text that tells the values of cells apart."""

    def level(self, key: str, held: Kind, wanted: LevelKind, place: tuple[str, str]) -> str | None:
        """Level of a cell, from its key; `held` is the kind of its column, `place` that and the name of its source."""

    def rounded(self, x: str, declared: str) -> str:
        """SQL condition for whole numbers that a double does not hold."""


def refuse_kind(column: str, source: str, held: str, wanted: str) -> DataError:
    """The error that says that a column of a source holds other things than it did in the fit."""
    return DataError(
        "LL127.was_text" if wanted == "text" and held in {"number", "boolean"} else "LL127.kind",
        column=column,
        source=source,
        was=Phrase(f"kind_{wanted}"),
        now=Phrase(f"kind_{held}"),
    )


@dataclass(frozen=True)
class TextCells:
    """Text of a file without types, in which a number, a boolean and a word look alike.

    Parameters
    ----------
    reading : Reading
        How it spells numbers.
    """

    reading: Reading

    def kinds(self, columns: Sequence[str], counts: Counts) -> dict[str, tuple[Kind, str]]:
        """Infer from all values: numbers if all of them are, booleans likewise, else text."""
        number = self.number("{x}")
        made: dict[str, tuple[Kind, str]] = {}
        parts = (
            "count({x})", f"count({number})", "count(*) FILTER (lower({x}) IN ('true', 'false'))",
            f"any_value({{x}}) FILTER ({number} IS NULL)",
        )  # fmt: skip
        for column, (n, numbers, booleans, odd) in zip(columns, counts(columns, parts), strict=True):
            note = Phrase("note_text")
            if n and numbers == n:
                kind: Kind = "number"
            elif n and booleans == n:
                kind = "boolean"
            elif numbers > _MOSTLY * n:
                kind, note = "mixed", Phrase("note_mixed", numbers=numbers, n=n, odd=odd)
            else:
                kind = "category"
            made[column] = kind, note
        return _with_dates(made, counts, "{x}")

    def number(self, x: str) -> str:
        """The number that the text spells."""
        return number_sql(x, self.reading)

    def key(self, x: str) -> str:
        """The text."""
        return x

    def level(self, key: str, held: Kind, wanted: LevelKind, place: tuple[str, str]) -> str | None:
        """As text, number or boolean, whichever is wanted: the file does not say."""
        del held, place
        return spelled(key, "untyped", "text" if wanted == "mixed" else wanted, self.reading)

    def typed(self, texts: list[str | None]) -> list[Any]:
        """The cells of a column of numbers as such: whole numbers with every digit, unless zeros before them say more."""
        plain = [None if t in self.reading.missing_words else plain_number(t or "", self.reading) for t in texts]
        present = [p for p in plain if p is not None]
        if all(re.fullmatch("[+-]?[0-9]+", p) for p in present):
            if any(re.fullmatch("[+-]?0[0-9]+", p) for p in present):
                return list(texts)
            return [None if p is None else int(p) for p in plain]
        return [math.nan if p is None else float(p) for p in plain]

    def rounded(self, x: str, declared: str) -> str:
        """Whole numbers are those without a fraction or exponent."""
        del declared
        plain = plain_sql(x, self.reading)
        whole = f"regexp_replace(trim({plain}), '\\.0*$', '')"
        return _lost_as_text(whole)


def _lost_as_text(whole: str) -> str:
    through = f"CAST(try_cast(try_cast({whole} AS DOUBLE) AS HUGEINT) AS VARCHAR)"
    digits = f"regexp_replace(regexp_replace({whole}, '^\\+', ''), '^(-?)0+([0-9])', '\\1\\2')"
    return f"(regexp_full_match({whole}, '[+-]?[0-9]{{16,}}') AND {through} IS DISTINCT FROM {digits})"


@dataclass(frozen=True)
class JsonCells:
    """Values of JSON lines as they are written; each says itself whether it is a number, a boolean or a text."""

    def kinds(self, columns: Sequence[str], counts: Counts) -> dict[str, tuple[Kind, str]]:
        """One kind if all values are of it."""
        t = self.key("{x}")
        parts = (
            "count({x})", f"count({self.number('{x}')})", f"count(*) FILTER ({t} IN ('true', 'false'))",
            f"count(*) FILTER (starts_with({t}, '\"'))", f"any_value({t}) FILTER ({self.number('{x}')} IS NULL)",
        )  # fmt: skip
        made: dict[str, tuple[Kind, str]] = {}
        for column, (n, numbers, booleans, texts, odd) in zip(columns, counts(columns, parts), strict=True):
            note = Phrase("note_json")
            if n and numbers == n:
                kind: Kind = "number"
            elif n and booleans == n:
                kind = "boolean"
            elif texts == n:
                kind = "category"
            elif numbers + booleans + texts == n:
                kind, note = "mixed", Phrase("note_mixed_json", numbers=numbers, n=n, odd=odd)
            else:
                kind, note = "other", Phrase("note_nested", odd=str(odd)[:40])
            made[column] = kind, note
        return _with_dates(made, counts, "({x} ->> '$')")

    def number(self, x: str) -> str:
        """The number that the value is; a text, in quotation marks, is none."""
        return f"try_cast(CAST({x} AS VARCHAR) AS DOUBLE)"

    def key(self, x: str) -> str:
        """The value as it is written."""
        return f"CAST({x} AS VARCHAR)"

    def level(self, key: str, held: Kind, wanted: LevelKind, place: tuple[str, str]) -> str | None:
        """By the type of the value itself."""
        del held
        value = json.loads(key, parse_float=Decimal)
        if isinstance(value, dict | list):
            raise refuse_kind(*place, "nested", wanted)
        kind = kind_of_value(value)
        if not fits(kind, wanted):
            raise refuse_kind(*place, kind, wanted)
        return spelled(value, kind, wanted)

    def rounded(self, x: str, declared: str) -> str:
        """As for text."""
        del declared
        return _lost_as_text(self.key(x))

    def given(self, x: str, kind: Kind, counts: Counts, column: str) -> str:
        """SQL of the cell with a type of its own: whole numbers exactly, texts without quotation marks."""
        if kind == "boolean":
            return f"CAST({x} AS BOOLEAN)"
        if kind == "category":
            return f"({x} ->> '$')"
        if kind != "number":
            return f"CAST({x} AS VARCHAR)"
        text = self.key("{x}")
        tries = ("BIGINT", "UBIGINT", "HUGEINT")
        parts = ("count({x})", f"count(*) FILTER (regexp_full_match({text}, '-?[0-9]+'))",
                 *(f"count(try_cast({text} AS {name}))" for name in tries))  # fmt: skip
        n, whole, *fit = counts([column], parts)[0]
        name = (
            next((name for name, count in zip(tries, fit, strict=True) if count == n), "DOUBLE")
            if whole == n
            else "DOUBLE"
        )
        return f"CAST({self.key(x)} AS {name})"


def _with_dates(made: dict[str, tuple[Kind, str]], counts: Counts, text: str) -> dict[str, tuple[Kind, str]]:
    """Find the text columns that hold dates: those whose values all are some."""
    asked = [c for c, (kind, _) in made.items() if kind == "category"]
    if not asked:
        return made
    # One value that is no date settles it without asking all of them.
    first = counts(asked, (f"try_cast(any_value({text}) AS TIMESTAMP)",))
    asked = [c for c, (value,) in zip(asked, first, strict=True) if value is not None]
    if asked:
        for column, (n, dates) in zip(
            asked, counts(asked, ("count({x})", f"count(try_cast({text} AS TIMESTAMP))")), strict=True
        ):
            if n == dates:
                made[column] = "date", made[column][1]
    return made


@dataclass(frozen=True)
class TypedCells:
    """Columns of a Parquet file or a database, each of one declared type.

    Parameters
    ----------
    types : mapping of str to str
        DuckDB type of each column.
    durations : frozenset of str
        Columns that the file stores as whole numbers, and says that they are lengths of time.
    """

    types: Mapping[str, str]
    durations: frozenset[str] = frozenset()

    def kinds(self, columns: Sequence[str], counts: Counts) -> dict[str, tuple[Kind, str]]:
        """What the types say."""
        del counts
        return {
            c: ("date", Phrase("note_duration"))
            if c in self.durations
            else (kind_of_type(self.types[c]), self.types[c].lower())
            for c in columns
        }

    def number(self, x: str) -> str:
        """The number as a double."""
        return f"CAST({x} AS DOUBLE)"

    def key(self, x: str) -> str:
        """The value as DuckDB writes it: all digits of a number, the fewest that give a double back."""
        return f"CAST({x} AS VARCHAR)"

    def level(self, key: str, held: Kind, wanted: LevelKind, place: tuple[str, str]) -> str | None:
        """By the type of the column."""
        kind: LevelKind = "number" if held == "number" else "boolean" if held == "boolean" else "text"
        if not fits(kind, wanted):
            raise refuse_kind(*place, kind, wanted)
        return spelled(key, kind, wanted)

    def rounded(self, x: str, declared: str) -> str:
        """Compared after the way through a double and back."""
        back = "UHUGEINT" if declared == "UHUGEINT" else "HUGEINT"
        if declared.startswith("DECIMAL"):
            return f"({x} = trunc({x}) AND try_cast(CAST({x} AS DOUBLE) AS {declared}) IS DISTINCT FROM {x})"
        if declared not in _INTEGERS:
            return "false"
        return f"(try_cast(CAST({x} AS DOUBLE) AS {back}) IS DISTINCT FROM CAST({x} AS {back}))"


def kind_of_type(name: str) -> Kind:
    """What a DuckDB type holds."""
    if name.endswith("[]") or name.startswith(("STRUCT", "MAP", "UNION", "LIST", "BLOB", "BIT", "ARRAY")):
        return "other"
    if name.startswith(_DATES):
        return "date"
    if name.startswith(_NUMBERS):
        return "number"
    if name == "BOOLEAN":
        return "boolean"
    return (
        "category" if name in {"VARCHAR", "UUID", "CHAR", '"NULL"'} or name.startswith(("ENUM", "VARCHAR")) else "other"
    )
