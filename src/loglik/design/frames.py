"""Rows from any data frame: pandas, Polars, PyArrow, Modin and others, through narwhals."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.cached import cached_property
from loglik.design.cells import refuse_kind
from loglik.design.levels import codes_of, fits, kind_of_value, spelled
from loglik.design.numerals import nearest_double
from loglik.design.reading import Reading
from loglik.design.source import Codes, Kind, Rounded, level_kind
from loglik.errors import DataError
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from loglik.array_types import Array, Indices, Labels
    from loglik.design.levels import LevelKind


def is_data_frame(data: object) -> bool:
    """Whether narwhals can read it, asked without importing narwhals for plain arrays."""
    if isinstance(data, np.ndarray) or not hasattr(type(data), "columns"):
        return False
    import narwhals as nw

    try:
        return isinstance(nw.from_native(data, pass_through=True), nw.DataFrame | nw.LazyFrame)
    except nw.exceptions.DuplicateError:  # a frame, if one that `frame_source` refuses
        return True


def frame_source(data: Any, reading: Reading | None = None) -> FrameSource:
    """Wrap a data frame (lazy ones are collected).

    Raises
    ------
    DataError
        LL117 a column name twice.
    """
    import narwhals as nw

    given = data

    twice = _column_named_twice(data)
    if twice is not None:
        raise DataError("LL117.twice_in_frame", name=twice)
    if hasattr(data, "set_axis") and not all(isinstance(c, str) for c in data.columns):
        data = data.set_axis([str(c) for c in data.columns], axis=1)  # pandas names columns with anything
    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
        given = frame.to_native()
    return FrameSource(Phrase("data_frame"), frame, given, reading or Reading())


def _column_named_twice(data: Any) -> str | None:
    if hasattr(data, "collect"):  # asking a lazy frame for its columns may run it
        return None
    names = [str(c) for c in getattr(data, "column_names", data.columns)]
    seen: set[str] = set()
    return next((n for n in names if n in seen or seen.add(n)), None)  # type: ignore[func-returns-value]


@dataclass
class FrameSource:
    """Columns of a data frame.

    Parameters
    ----------
    label : str
        Name for messages.
    frame : narwhals.DataFrame
        The frame.
    given : data frame
        The frame as the caller gave it (collected).
    reading : Reading
        For files that are predicted later: data frames have types.
    """

    label: str
    frame: Any
    given: Any = None
    reading: Reading = field(default_factory=Reading)
    kinds: dict[str, Kind] = field(default_factory=dict)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Types of the columns, asked for once: a frame makes them anew each time."""
        return dict(self.frame.schema)

    untyped = False

    @property
    def columns(self) -> list[str]:
        """Column names in order."""
        return list(self.frame.columns)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.frame.shape[0])

    def rows(self, index: Indices) -> FrameSource:
        """Some of the rows."""
        return FrameSource(self.label, self.frame[index])

    def prepare(self, columns: Sequence[str], fixed: Mapping[str, Kind] | None = None) -> None:
        """Do nothing: the columns are in memory, and their types say what they hold."""

    def values(self, columns: Sequence[str]) -> list[list[Any]]:
        """Columns as they stand in the frame, None where missing."""
        return [[None if _missing(v) else v for v in self.frame[c].to_list()] for c in columns]

    def kind(self, column: str) -> Kind:
        """What a column holds."""
        if column not in self.kinds:
            self.kinds[column] = self._kind(column)
        return self.kinds[column]

    def _kind(self, column: str) -> Kind:
        import narwhals as nw

        dtype = self.schema[column]
        if dtype.is_numeric():
            return "number"
        if dtype == nw.Boolean:
            return "boolean"
        if dtype in {nw.String, nw.Categorical} or isinstance(dtype, nw.Enum) or dtype == nw.Enum:
            return "category"
        if dtype.is_temporal():
            return "date"
        if dtype == nw.Object:
            return _kind_of_objects(self.frame[column].drop_nulls().to_list())
        # Polars and Arrow have a type for columns, such as those of a single row, that hold nothing.
        return "category" if self.frame[column].null_count() == self.n_rows else "other"

    def level_kind(self, column: str) -> LevelKind:
        """What the levels of a column are; those of a categorical column have a type of their own."""
        import narwhals as nw

        if isinstance(self.schema[column], nw.Categorical | nw.Enum):
            kept = _dictionary(self.frame[column].to_native())
            if kept is not None:
                return _kind_of_categories(kept[1])
        return level_kind(self.kind(column))

    def describe(self, column: str) -> str:
        """Say more of a column's type."""
        return str(self.schema[column])

    def rounded(self, column: str) -> Rounded | None:
        """Whole numbers of a column that a double does not hold."""
        dtype = self.schema[column]
        if dtype.is_float():
            return None
        values = [v for v in self.frame[column].to_list() if not _missing(v) and abs(v) >= 1 << 53]
        lost = [v for v in values if not isinstance(v, float | np.floating) and _rounds(v)]
        return Rounded(len(lost), str(lost[0])) if lost else None

    def numbers(self, columns: Sequence[str]) -> list[Array]:
        """Columns as float64, NaN where missing."""
        import narwhals as nw

        out = []
        for column in columns:
            series = self.frame[column]
            native = series.to_native()
            if series.implementation.is_pandas() and native.dtype == np.dtype(np.float64):
                out.append(series.to_numpy())  # NaN says missing already
            elif self.schema[column] == nw.Object:
                values = [np.nan if _missing(v) else nearest_double(v) for v in series.to_list()]
                out.append(np.asarray(values, dtype=np.float64))
            elif series.implementation.is_pyarrow():  # which refuses to round unless it is told to
                out.append(native.cast("double", safe=False).fill_null(float("nan")).to_numpy())
            else:
                out.append(np.asarray(series.cast(nw.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64))
        return out

    def codes(self, column: str, kind: LevelKind | None = None) -> Codes:
        """Return a column as codes of its levels, which are of the kind given, or of its own."""
        held = self.level_kind(column)
        wanted = kind or held
        place, distinct = _factorised(self.frame[column])
        present = [value for value in distinct if not _missing(value)]
        if present and not fits(held, wanted):
            raise refuse_kind(column, self.label, held, wanted)
        if str(self.schema[column]) == "Float32":  # whose fewest digits are not those of the double
            distinct = [v if _missing(v) else np.float32(v) for v in distinct]
        return codes_of(place, [None if _missing(v) else spelled(v, held, wanted) for v in distinct])


def _factorised(series: Any) -> tuple[npt.NDArray[np.integer], list[Any]]:
    """Place of each entry among the distinct values, -1 where it is missing, and those values (and some more, perhaps)."""
    import narwhals as nw

    native = series.to_native()
    if series.dtype == nw.Object:  # in which True and 1 are two values
        values = series.to_list()
        keys = [None if _missing(v) else (isinstance(v, bool | np.bool_), v) for v in values]
        known = {key: i for i, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}
        place = np.fromiter((-1 if k is None else known[k] for k in keys), dtype=np.intp, count=len(keys))
        return place, [value for _, value in known]
    if isinstance(series.dtype, nw.Categorical | nw.Enum):
        kept = _dictionary(native)
        if kept is not None:
            return kept
    if hasattr(native, "factorize"):  # pandas and its like
        place, distinct = native.factorize()
        return np.asarray(place), list(distinct)
    if hasattr(native, "to_physical") and isinstance(series.dtype, nw.Categorical | nw.Enum | nw.String):  # polars
        return _of_physical(series)
    values = (series.cast(nw.String) if isinstance(series.dtype, nw.Categorical | nw.Enum) else series).to_list()
    seen: dict[Any, int] = {}
    for value in values:
        if value not in seen and not _missing(value):
            seen[value] = len(seen)
    # One dictionary look-up per row.
    return np.fromiter((seen.get(v, -1) for v in values), dtype=np.intp, count=len(values)), list(seen)


def _dictionary(native: Any) -> tuple[npt.NDArray[np.integer], list[Any]] | None:
    """Codes and values of a column that keeps its values, of any type, apart: pandas' categories, Arrow's dictionaries."""
    if hasattr(native, "cat") and hasattr(native.cat, "codes"):
        return np.asarray(native.cat.codes), native.cat.categories.tolist()
    if hasattr(native, "unify_dictionaries"):
        chunks = native.unify_dictionaries().chunks
        codes = [chunk.indices.cast("int64").fill_null(-1).to_numpy() for chunk in chunks]
        return np.concatenate([np.empty(0, dtype=np.int64), *codes]), chunks[0].dictionary.to_pylist() if chunks else []
    return None


def _of_physical(series: Any) -> tuple[Labels, list[str]]:
    """As `_factorised`, from the numbers that stand for a column's texts; a table shared with others may have more."""
    import narwhals as nw

    numbers = series.cast(nw.Categorical).to_native().to_physical()
    absent = numbers.is_null().to_numpy()
    number = numbers.fill_null(0).to_numpy()
    first = np.full(int(number.max(initial=0)) + 1, -1, dtype=np.int64)
    rows = np.flatnonzero(~absent)[::-1]
    first[number[rows]] = rows  # the last assignment stays: that of the first row
    used = np.flatnonzero(first >= 0)
    place = np.full(first.size, -1, dtype=np.int32)
    place[used] = np.arange(used.size)
    return np.where(absent, np.int32(-1), place[number]), series[first[used]].cast(nw.String).to_list()


def _rounds(value: Any) -> bool:
    """Whether it is a whole number other than the double nearest to it, which is finite."""
    near = nearest_double(value)
    return not np.isinf(near) and bool(value == value // 1) and int(near) != int(value)


def _missing(value: Any) -> bool:
    # pandas.NA has no truth value, so it is known by its type before it is compared.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def _kind_of_categories(values: list[Any]) -> LevelKind:
    kinds = {kind_of_value(v) for v in values if not _missing(v)}
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "text"


def _kind_of_objects(values: list[Any]) -> Kind:
    values = [v for v in values if not _missing(v)]
    if all(isinstance(v, bool | np.bool_) for v in values):
        return "boolean" if values else "category"
    if all(isinstance(v, int | float | Decimal | np.integer | np.floating) for v in values):
        return "number"
    if all(isinstance(v, str) for v in values):
        return "category"
    if any(hasattr(v, "isoformat") for v in values):
        return "date"
    return "mixed" if all(isinstance(v, str | int | float | Decimal | np.number) for v in values) else "other"
