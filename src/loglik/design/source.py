"""What any source of rows can be asked: its columns, what they hold, and their values as numbers or as codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

Kind = Literal["number", "category", "boolean", "date", "mixed", "other"]

MISSING_WORDS = ("", "NA", "N/A", "NaN", "nan", "NULL", "null")
"""Values of text files that mean a missing value."""


@dataclass(frozen=True)
class Codes:
    """A column as the positions of its values among its levels; -1 where the value is missing.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        Positions.
    levels : tuple of str
        Sorted: numbers by value, false before true, text by code point.
    """

    codes: npt.NDArray[np.int32]
    levels: tuple[str, ...]


class Source(Protocol):
    """Named columns of equal length."""

    label: str
    """Name for messages: a file name, or "the data frame"."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names in order."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""

    def prepare(self, columns: Sequence[str]) -> None:
        """Say which columns are going to be asked for."""

    def kind(self, column: str) -> Kind:
        """What a column holds."""

    def describe(self, column: str) -> str:
        """Say more of a column's type, for error messages."""

    def numbers(self, columns: Sequence[str]) -> list[npt.NDArray[np.float64]]:
        """Columns as float64, NaN where missing."""

    def codes(self, column: str) -> Codes:
        """Return a column as codes of its levels."""

    def values(self, column: str) -> list[Any]:
        """Return a column as it stands in the source."""


_INTEGRAL = re.compile(r"-?\d+\.0+")


def level_text(value: object) -> str:
    """Write one value as a level: whole numbers without a decimal point, booleans in lower case, text as it is.

    The same level must have the same name whether it comes from a CSV, a Parquet file or a data frame.

    Examples
    --------
    >>> [level_text(v) for v in (1, 1.0, "1.0", True, "a b")]
    ['1', '1', '1.0', 'true', 'a b']
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "true" if value else "false"
    text = str(value)
    return text.split(".", maxsplit=1)[0] if _INTEGRAL.fullmatch(text) else text


def sort_levels(levels: set[str]) -> tuple[str, ...]:
    """Sort numbers by value if all are numbers, text otherwise.

    Examples
    --------
    >>> sort_levels({"10", "9", "-1"})
    ('-1', '9', '10')
    >>> sort_levels({"b", "a", "10"})
    ('10', 'a', 'b')
    """
    try:
        return tuple(sorted(levels, key=lambda t: (float(t), t)))
    except ValueError:
        return tuple(sorted(levels))
