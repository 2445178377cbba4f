"""What a column means to the model: a number, or one of a set of levels, and the names of its terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loglik.design.levels import LevelKind


@dataclass(frozen=True)
class NumericFeature:
    """A column of numbers: one term, its coefficient is the change of the log-odds per unit.

    Parameters
    ----------
    name : str
        Column name.
    """

    name: str

    @property
    def width(self) -> int:
        """Number of coefficients, the reference level counted."""
        return 1

    @property
    def term_names(self) -> tuple[str, ...]:
        """One name per coefficient."""
        return (self.name,)


@dataclass(frozen=True)
class CategoricalFeature:
    """A column of levels: one term per level, the reference level's coefficient held at zero.

    Parameters
    ----------
    name : str
        Column name.
    levels : tuple of str
        All levels, sorted.
    reference : int
        Position of the reference level in `levels`.
    pooled : bool
        Whether the last level stands for rare levels, and so for levels not seen in the fit.
    kind : {"text", "number", "boolean", "mixed"}
        What the levels are: how values are spelled and compared.
    unused : tuple of str
        Levels that occurred only in rows that the fit left out: they are known, and have no coefficient.
    """

    name: str
    levels: tuple[str, ...]
    reference: int
    pooled: bool = False
    kind: LevelKind = "text"
    unused: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of coefficients, the reference level counted."""
        return len(self.levels)

    @property
    def term_names(self) -> tuple[str, ...]:
        """``column[level]`` for each level."""
        return tuple(f"{self.name}[{level}]" for level in self.levels)


@dataclass(frozen=True)
class CellsFeature:
    """Cells of one or more categorical columns, those that have a coefficient of their own (`loglik.design.formula.coding`).

    Parameters
    ----------
    name : str
        Names of the columns, ``a:b``.
    levels : tuple of str
        Names of the cells, ``a[x]:b[y]``; last, where there is one, all other cells, which other terms describe.
    reference : int or None
        Position of the others, whose coefficient is held at zero.
    """

    name: str
    levels: tuple[str, ...]
    reference: int | None

    @property
    def width(self) -> int:
        """Number of coefficients, that of the others counted."""
        return len(self.levels)

    @property
    def term_names(self) -> tuple[str, ...]:
        """Names of the cells."""
        return self.levels


@dataclass(frozen=True)
class SlopesFeature:
    """A number's slope in each cell of categorical columns that has one of its own.

    Parameters
    ----------
    name : str
        Names of the number and the columns, ``x:a``.
    slopes : tuple of str
        Names of the terms, ``x:a[u]``.
    """

    name: str
    slopes: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return len(self.slopes)

    @property
    def term_names(self) -> tuple[str, ...]:
        """The names of the slopes."""
        return self.slopes


@dataclass(frozen=True)
class NumberedNames(Sequence[str]):
    """``x0, x1, ...``: names of columns that have none, made when one is read; a million of them take a while.

    Parameters
    ----------
    n : int
        How many.
    """

    n: int

    def __len__(self) -> int:
        """How many."""
        return self.n

    def __getitem__(self, j: int) -> str:  # type: ignore[override]
        """Name of column j."""
        if not 0 <= j < self.n:
            raise IndexError(j)
        return f"x{j}"


@dataclass(frozen=True)
class SparseFeatures:
    """A group of sparse numeric columns that share one matrix.

    Parameters
    ----------
    names : sequence of str
        Column names.
    """

    names: Sequence[str]

    @property
    def width(self) -> int:
        """Number of coefficients."""
        return len(self.names)

    @property
    def term_names(self) -> Sequence[str]:
        """The column names."""
        return self.names


RARE = "(rare)"
"""The level that takes the place of levels with too few rows, and of levels not seen in the fit."""

LevelsFeature = CategoricalFeature | CellsFeature
"""What is stored as codes: a row has one of its levels."""
Column = NumericFeature | CategoricalFeature | SparseFeatures
"""What is read: a column of the data, or many that share a matrix."""
Feature = Column | CellsFeature | SlopesFeature
"""What has coefficients: a column, or what a formula makes of several."""
INTERCEPT = "(Intercept)"
