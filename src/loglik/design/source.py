"""What any source of rows can be asked: its columns, what they hold, and their values as numbers or as codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from loglik.design.levels import Codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.array_types import Array
    from loglik.design.levels import LevelKind
    from loglik.design.reading import Reading

Kind = Literal["number", "category", "boolean", "date", "mixed", "other"]


@dataclass(frozen=True)
class Rounded:
    """Whole numbers that lose digits as doubles.

    Parameters
    ----------
    n : int
        How many.
    example : str
        One of them, as it stands in the source.
    """

    n: int
    example: str


@runtime_checkable
class Source(Protocol):
    """Named columns of equal length.

    Any object with these members is a source, and may be given wherever a file or a data frame may.
    """

    label: str
    """Name for messages: a file name, or "the data frame"."""

    reading: Reading
    """How its text is read, if it is text without types."""

    @property
    def untyped(self) -> bool:
        """Whether it is text that does not say what it holds."""

    @property
    def columns(self) -> Sequence[str]:
        """Column names in order."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""

    def prepare(self, columns: Sequence[str], fixed: Mapping[str, Kind] | None = None) -> None:
        """Say which columns are going to be asked for, and what they held in the fit."""

    def kind(self, column: str) -> Kind:
        """What a column holds."""

    def level_kind(self, column: str) -> LevelKind:
        """What its levels are, if it is taken for a column with levels."""

    def describe(self, column: str) -> str:
        """Say more of a column's type, for error messages."""

    def numbers(self, columns: Sequence[str]) -> list[Array]:
        """Columns as float64, NaN where missing."""

    def rounded(self, column: str) -> Rounded | None:
        """Whole numbers of a column that a double does not hold."""

    def codes(self, column: str, kind: LevelKind | None = None) -> Codes:
        """Return a column as codes of its levels, which are of the kind given, or of its own.

        Raises
        ------
        DataError
            LL127 values of another kind.
        """

    def values(self, columns: Sequence[str]) -> list[list[Any]]:
        """Columns as they stand in the source."""


def level_kind(kind: Kind) -> LevelKind:
    """What the levels of a column of this kind are."""
    if kind in {"number", "boolean", "mixed"}:
        return kind
    return "text"


def kind_of_levels(kind: LevelKind) -> Kind:
    """What a column with levels of this kind holds."""
    return "category" if kind == "text" else kind


__all__ = ["Codes", "Kind", "Rounded", "Source", "kind_of_levels", "level_kind"]
