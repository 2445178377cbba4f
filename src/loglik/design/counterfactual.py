"""Rows as columns of the data, of which any can be set to other values before the design is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import CategoricalFeature, NumericFeature
from loglik.design.formula import transforms
from loglik.design.levels import Codes
from loglik.design.matrix import storage_positions
from loglik.design.model_frame import design_of
from loglik.parallel.executor import rows_per_block

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.array_types import Indices, Mask, Matrix, Vector
    from loglik.design.features import Column
    from loglik.design.formula.recipe import Recipe
    from loglik.design.matrix import Design


@dataclass(frozen=True)
class Setting:
    """What is other than it is in the data.

    Parameters
    ----------
    numbers : mapping of str to float
        Columns of numbers that have this value in all rows.
    shifts : mapping of str to float
        What is added to columns of numbers.
    levels : mapping of str to int
        Columns of levels that have the level at this position in all rows.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


AS_THEY_ARE = Setting()


@dataclass(frozen=True)
class LevelAlone:
    """A level that a column of levels is set to, whose coefficients are the whole change of the linear predictor.

    Parameters
    ----------
    column : str
        The column.
    first, n_levels : int
        Storage position of its first coefficient, and how many it has.
    level : int
        Position of the level.
    """

    column: str
    first: int
    n_levels: int
    level: int

    @property
    def span(self) -> slice:
        """Positions of the column's coefficients."""
        return slice(self.first, self.first + self.n_levels)


@dataclass(slots=True, eq=False)
class ColumnRows:
    """Rows of which a model's design can be made with any column set to other values.

    Parameters
    ----------
    columns : tuple of Column
        Those of the fit.
    recipe : Recipe or None
        What a formula makes of them.
    numbers, levels : mapping
        Values of the columns, levels in the codes of the fit.
    weight : ndarray of shape (n,)
        Weights of the rows.
    added : ndarray of shape (n,) or None
        An offset that no formula computes.
    kept : ndarray of bool or None
        Which rows of the source they are part of, for messages.
    first : int
        Place of the first of them among those.
    """

    columns: tuple[Column, ...]
    recipe: Recipe | None
    numbers: Mapping[str, Vector]
    levels: Mapping[str, Codes]
    weight: Vector
    added: Vector | None = None
    kept: Mask | None = None
    first: int = 0

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.weight.size)

    @property
    def block_rows(self) -> int:
        """Fixed number of rows in a block."""
        features = self.columns if self.recipe is None else self.recipe.features
        wide = sum(f.width if isinstance(f, NumericFeature) else 1 for f in features)
        return rows_per_block(64 + 16 * wide)

    def block(self, lo: int, hi: int) -> ColumnRows:
        """Rows lo..hi, without a copy."""
        return self._some(slice(lo, hi), self.kept, self.first + lo)

    def rows(self, index: Indices) -> ColumnRows:
        """Copy some of the rows."""
        kept = np.arange(self.n_rows) if self.kept is None else np.flatnonzero(self.kept)
        mask = np.zeros(self.n_rows if self.kept is None else self.kept.size, dtype=np.bool_)
        mask[kept[index]] = True
        return self._some(index, mask, 0)

    def _some(self, which: slice | Indices, kept: Mask | None, first: int) -> ColumnRows:
        return ColumnRows(
            self.columns,
            self.recipe,
            {c: x[which] for c, x in self.numbers.items()},
            {c: Codes(x.codes[which], x.levels) for c, x in self.levels.items()},
            self.weight[which],
            None if self.added is None else self.added[which],
            kept,
            first,
        )

    def keeping(self, beside: Matrix) -> ColumnRows:
        """Nothing stands beside these rows."""
        raise NotImplementedError

    @property
    def read(self) -> transforms.Rows:
        """The columns of numbers as a formula reads them."""
        return transforms.Rows(self.numbers, self.kept, self.first)

    def at(self, setting: Setting) -> ColumnRows:
        """The same rows with some columns set to other values."""
        if setting is AS_THEY_ARE:
            return self
        n = self.n_rows
        numbers = {c: np.full(n, v) for c, v in setting.numbers.items()}
        numbers |= {c: self.numbers[c] + shift for c, shift in setting.shifts.items()}
        levels = {c: Codes(np.full(n, v, dtype=np.int32), self.levels[c].levels) for c, v in setting.levels.items()}
        return ColumnRows(
            self.columns, self.recipe, {**self.numbers, **numbers}, {**self.levels, **levels}, self.weight, self.added,
            self.kept, self.first,
        )  # fmt: skip

    def level_alone(self, setting: Setting) -> LevelAlone | None:
        """Where the coefficients of a column of levels are, if a setting changes that alone and it has no other part."""
        if setting.numbers or setting.shifts or len(setting.levels) != 1:
            return None
        ((column, level),) = setting.levels.items()
        features = self.columns if self.recipe is None else self.recipe.features
        if self.recipe is not None and sum(column in p.levels for p in self.recipe.products) != 1:
            return None
        for feature, places in zip(features, storage_positions(features), strict=True):
            if isinstance(feature, CategoricalFeature) and feature.name == column:
                return LevelAlone(column, int(places[0]), len(feature.levels), level)
        return None

    def design(self) -> tuple[Design, Vector | None]:
        """The design, and the offset.

        Raises
        ------
        DataError
            LL253, LL255, LL256 where a formula has no value.
        """
        if self.recipe is None:
            return design_of(self.columns, self.numbers, self.levels, self.n_rows), self.added
        design = self.recipe.design(self.read, self.levels, self.n_rows)
        return design, _sum(self.added, self.recipe.offset(self.read, self.n_rows))

    def derivative(self, column: str) -> tuple[Design, Vector | None]:
        """Derivatives of the design and of the offset by a column of numbers; those of the intercept are not in it.

        Raises
        ------
        DataError
            LL246 there is no derivative.
        """
        if self.recipe is None:
            msg = "columns without a formula are linear"
            raise ValueError(msg)
        read = self.read
        design = self.recipe.derivative(column, self.recipe.made(read), read, self.levels, self.n_rows)
        return design, self.recipe.offset_derivative(column, read)


def linear_direction(columns: tuple[Column, ...], recipe: Recipe | None, column: str, size: int) -> Vector | None:
    """The derivative of the design by a column of numbers, P of them, where it is the same in every row; else None."""
    if recipe is not None and not recipe.is_linear_in(column):
        return None
    features = columns if recipe is None else recipe.features
    z = np.zeros(size)
    for feature, places in zip(features, storage_positions(features), strict=True):
        if isinstance(feature, NumericFeature) and feature.name == _name(column, recipe):
            z[places[0]] = 1.0
    return z


def levels_of(columns: tuple[Column, ...], column: str) -> CategoricalFeature | None:
    """The column of levels with a name, if there is one."""
    return next((c for c in columns if isinstance(c, CategoricalFeature) and c.name == column), None)


def _name(column: str, recipe: Recipe | None) -> str:
    """Name of the term that a column of numbers is."""
    if recipe is None:
        return column
    return next((name for name, tree in recipe.factors.items() if tree == ["col", column]), "")


def _sum(a: Vector | None, b: Vector | None) -> Vector | None:
    return b if a is None else a if b is None else a + b
