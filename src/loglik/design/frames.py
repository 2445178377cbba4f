"""Rows from any data frame: pandas, Polars, PyArrow, Modin and others, through narwhals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.source import Codes, Kind, level_text, sort_levels
from loglik.errors import DataError
from loglik.kernels.products import count_codes, look_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def is_data_frame(data: object) -> bool:
    """Whether narwhals can read it, asked without importing narwhals for plain arrays."""
    if isinstance(data, np.ndarray) or not hasattr(type(data), "columns"):
        return False
    import narwhals as nw

    try:
        return isinstance(nw.from_native(data, pass_through=True), nw.DataFrame | nw.LazyFrame)
    except nw.exceptions.DuplicateError:  # a frame, if one that `frame_source` refuses
        return True


def frame_source(data: Any) -> FrameSource:
    """Wrap a data frame (lazy ones are collected).

    Raises
    ------
    DataError
        LL102 no rows, LL117 a column name twice.
    """
    import narwhals as nw

    twice = _column_named_twice(data)
    if twice is not None:
        raise DataError("LL117", f'the data frame has the column name "{twice}" twice', "Rename one of them.")
    if hasattr(data, "set_axis") and not all(isinstance(c, str) for c in data.columns):
        data = data.set_axis([str(c) for c in data.columns], axis=1)  # pandas names columns with anything
    frame = nw.from_native(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if frame.shape[0] == 0:
        raise DataError("LL102", "the data frame has no rows", "Give at least two rows.")
    return FrameSource("the data frame", frame)


def _column_named_twice(data: Any) -> str | None:
    if hasattr(data, "collect"):  # asking a lazy frame for its columns may run it
        return None
    names = [str(c) for c in getattr(data, "column_names", data.columns)]
    return next((n for i, n in enumerate(names) if n in names[:i]), None)


@dataclass
class FrameSource:
    """Columns of a data frame.

    Parameters
    ----------
    label : str
        Name for messages.
    frame : narwhals.DataFrame
        The frame.
    """

    label: str
    frame: Any
    kinds: dict[str, Kind] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Column names in order."""
        return list(self.frame.columns)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.frame.shape[0])

    def rows(self, index: npt.NDArray[np.int64]) -> FrameSource:
        """Some of the rows."""
        return FrameSource(self.label, self.frame[index])

    def prepare(self, columns: Sequence[str]) -> None:
        """Do nothing: the columns are in memory."""

    def values(self, column: str) -> list[Any]:
        """Return a column as it stands in the frame, None where missing."""
        return [None if _missing(v) else v for v in self.frame[column].to_list()]

    def kind(self, column: str) -> Kind:
        """What a column holds."""
        if column not in self.kinds:
            self.kinds[column] = self._kind(column)
        return self.kinds[column]

    def _kind(self, column: str) -> Kind:
        import narwhals as nw

        dtype = self.frame.schema[column]
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
        return "other"

    def describe(self, column: str) -> str:
        """Say more of a column's type."""
        return str(self.frame.schema[column])

    def numbers(self, columns: Sequence[str]) -> list[npt.NDArray[np.float64]]:
        """Columns as float64, NaN where missing."""
        import narwhals as nw

        out = []
        for column in columns:
            series = self.frame[column]
            native = series.to_native()
            if series.implementation.is_pandas() and native.dtype == np.dtype(np.float64):
                out.append(series.to_numpy())  # NaN says missing already
            elif self.frame.schema[column] == nw.Object:
                values = [np.nan if _missing(v) else v for v in series.to_list()]
                out.append(np.asarray(values, dtype=np.float64))
            else:
                out.append(np.asarray(series.cast(nw.Float64).fill_null(float("nan")).to_numpy(), dtype=np.float64))
        return out

    def codes(self, column: str) -> Codes:
        """Return a column as codes of its levels."""
        import narwhals as nw

        series = self.frame[column]
        as_text = self.kind(column) in {"category", "boolean"} and self.frame.schema[column] != nw.Object
        place, distinct = _factorised(series, as_text=as_text)
        counts = np.zeros(len(distinct) + 1, dtype=np.int64)  # the last for the place -1
        count_codes(place, counts)
        text = [level_text(value) for value in distinct]
        if self.kind(column) == "boolean":
            text = [name.lower() for name in text]
        levels = sort_levels({name for name, count in zip(text, counts.tolist(), strict=False) if count})
        position = {level: i for i, level in enumerate(levels)}
        code = np.array([*(position.get(name, -1) for name in text), -1], dtype=np.int32)
        out = np.empty(place.size, dtype=np.int32)
        look_up(place, code, out)
        return Codes(out, levels)


def _factorised(series: Any, *, as_text: bool) -> tuple[npt.NDArray[np.integer], list[Any]]:
    """Place of each entry among the distinct values, -1 where it is missing, and those values (and some more, perhaps)."""
    import narwhals as nw

    native = series.to_native()
    if isinstance(series.dtype, nw.Categorical | nw.Enum) and hasattr(native, "cat") and hasattr(native.cat, "codes"):
        return np.asarray(native.cat.codes), [str(v) for v in native.cat.categories]
    if hasattr(native, "factorize"):  # pandas and its like
        place, distinct = native.factorize()
        return np.asarray(place), [str(v) if as_text else v for v in distinct]
    if hasattr(native, "to_physical") and isinstance(series.dtype, nw.Categorical | nw.Enum | nw.String):  # polars
        return _of_physical(series)
    if as_text:
        series = series.cast(nw.String)
    values = series.to_list()
    seen: dict[Any, int] = {}
    for value in values:
        if value not in seen and not _missing(value):
            seen[value] = len(seen)
    # One dictionary look-up per row.
    return np.fromiter((seen.get(v, -1) for v in values), dtype=np.intp, count=len(values)), list(seen)


def _of_physical(series: Any) -> tuple[npt.NDArray[np.int32], list[str]]:
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


def _missing(value: Any) -> bool:
    # pandas.NA has no truth value, so it is known by its type before it is compared.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def _kind_of_objects(values: list[Any]) -> Kind:
    values = [v for v in values if not _missing(v)]
    if all(isinstance(v, bool | np.bool_) for v in values):
        return "boolean" if values else "category"
    if all(isinstance(v, int | float | np.number) for v in values):
        return "number"
    if all(isinstance(v, str) for v in values):
        return "category"
    if any(hasattr(v, "isoformat") for v in values):
        return "date"
    return "mixed" if all(isinstance(v, str | int | float | np.number) for v in values) else "other"
