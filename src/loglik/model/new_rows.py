"""New rows, read with the columns, kinds and levels of a fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.cells import refuse_kind
from loglik.design.complete_rows import refuse_infinite, rows_without_missing
from loglik.design.features import CategoricalFeature, Column, NumericFeature
from loglik.design.formula.transforms import Rows
from loglik.design.held import refuse_too_large
from loglik.design.levels import Codes
from loglik.design.model_frame import design_of
from loglik.design.source import kind_of_levels
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from loglik.array_types import Array, Mask, Matrix
    from loglik.design.formula.recipe import Recipe
    from loglik.design.matrix import Design
    from loglik.design.model_spec import Missing
    from loglik.design.source import Kind, Source

# Codes of cells that are no level with a coefficient.
_MISSING, _UNUSED, _UNKNOWN = -1, -2, -3


@dataclass(frozen=True)
class NewRows:
    """Rows to predict.

    Parameters
    ----------
    design : Design
        Those that can be predicted.
    offset : ndarray of shape (1, n) or (K - 1, n), or None
        Their offset.
    kept : ndarray of bool
        Which rows of the source they are.
    n_missing, n_unused : int
        Rows without a prediction: with a missing value; with a level that occurred only in rows that the fit left out.
    numbers, levels : Rows, dict of str to Codes
        The columns that the design is made of.
    """

    design: Design
    offset: Matrix | None
    kept: Mask
    n_missing: int
    n_unused: int
    numbers: Rows
    levels: dict[str, Codes]


@dataclass(frozen=True)
class NewColumns:
    """Columns of the rows that can be predicted.

    Parameters
    ----------
    numbers, levels : mapping
        Their values, levels in the codes of the fit.
    offset : ndarray of shape (n,) or None
        The column of offsets.
    kept : ndarray of bool
        Which rows of the source they are.
    n_missing, n_unused : int
        As of `NewRows`.
    """

    numbers: dict[str, Array]
    levels: dict[str, Codes]
    offset: Array | None
    kept: Mask
    n_missing: int
    n_unused: int

    @property
    def n_rows(self) -> int:
        """How many rows they are."""
        return int(self.kept.sum())

    @property
    def some(self) -> Mask | None:
        """Which rows of the source they are; None if all."""
        return None if self.kept.all() else self.kept


def new_rows(
    features: tuple[Column, ...],
    source: Source,
    missing: Missing,
    offset_column: str | None = None,
    recipe: Recipe | None = None,
    *,
    only: Mask | None = None,
) -> NewRows:
    """Read the design of a fit from another source; parameters and errors are those of `read_columns`.

    Parameters
    ----------
    features : tuple of Feature
        Columns of the fit.
    source : Source
        Rows.
    missing : str
        ``"drop"`` or ``"error"``.
    offset_column : str, optional
        Column of the offset.
    recipe : Recipe, optional
        What a formula makes of the columns.
    only : ndarray of bool, optional
        Rows that are wanted.
    """
    read = read_columns(features, source, missing, offset_column, only=only)
    n, offset = read.n_rows, read.offset
    rows = Rows(read.numbers, read.some)
    if recipe is None:
        design = design_of(features, read.numbers, read.levels, n)
    else:
        design, added = recipe.design(rows, read.levels, n), recipe.offset(rows, n)
        offset = offset if added is None else added if offset is None else offset + added
    return NewRows(
        design, None if offset is None else offset[None], read.kept, read.n_missing, read.n_unused, rows, read.levels
    )


def read_columns(
    features: tuple[Column, ...],
    source: Source,
    missing: Missing,
    offset_column: str | None = None,
    *,
    only: Mask | None = None,
) -> NewColumns:
    """Read the columns of a fit from another source.

    Parameters
    ----------
    features : tuple of Feature
        Columns of the fit.
    source : Source
        Rows.
    missing : str
        ``"drop"`` or ``"error"``.
    offset_column : str, optional
        Column of the offset.
    only : ndarray of bool, optional
        Rows that are wanted; the others are left out as if a value were missing.

    Raises
    ------
    DataError
        LL103 a column is missing, LL107 missing values, LL109 infinite ones, LL124 a level that the fit has not seen,
        LL127 a column of another type than in the fit, LL506 the rows do not fit in memory.
    """
    needed = columns_read(features, offset_column)
    there = set(source.columns)
    for column in needed:
        if column not in there:
            raise DataError(
                "LL103.column_of_the_fit", column=column, source=source.label, near=nearest(column, source.columns)
            )
    source.prepare(needed, fixed_kinds(features, offset_column))
    refuse_columns_too_large(source, features)
    numeric = [f.name for f in features if isinstance(f, NumericFeature)]
    for column in [*numeric, *([offset_column] if offset_column else [])]:
        _must_be_numbers(source, column)
    numbers = dict(zip(numeric, source.numbers(numeric), strict=True))
    by_level = [f for f in features if isinstance(f, CategoricalFeature)]
    levels = {f.name: _known_codes(source, f) for f in by_level}
    offset = source.numbers([offset_column])[0] if offset_column is not None else None

    absent = {c: np.isnan(x) for c, x in numbers.items()} | {c: x.codes == _MISSING for c, (x, _) in levels.items()}
    if offset is not None and offset_column is not None:
        absent[offset_column] = np.isnan(offset)
        refuse_infinite(source.label, offset_column, offset)
    for column, x in numbers.items():
        refuse_infinite(source.label, column, x)
    kept = rows_without_missing(source, absent, {c: int(m.sum()) for c, m in absent.items() if m.any()}, missing)
    if only is not None:
        kept &= only
    complete = int(kept.sum())
    for feature in by_level:
        codes, seen = levels[feature.name]
        _refuse_unknown(source, feature, codes, seen, kept, missing)
    for codes, _ in levels.values():
        kept &= codes.codes >= 0
    made = {c: x for c, (x, _) in levels.items()}
    n_kept = int(kept.sum())
    if n_kept < kept.size:
        numbers = {c: x[kept] for c, x in numbers.items()}
        made = {c: Codes(x.codes[kept], x.levels) for c, x in made.items()}
        offset = None if offset is None else offset[kept]
    return NewColumns(numbers, made, offset, kept, kept.size - complete, complete - n_kept)


def refuse_columns_too_large(source: Source, features: tuple[Column, ...]) -> None:
    """Refuse a file whose columns of a fit do not fit in memory (LL506)."""
    numbers = sum(isinstance(f, NumericFeature) for f in features)
    refuse_too_large(source, numbers + 1, len(features) - numbers + 1)


def fixed_kinds(features: tuple[Column, ...], offset_column: str | None = None) -> dict[str, Kind]:
    """What the columns of a fit held."""
    kinds: dict[str, Kind] = {} if offset_column is None else {offset_column: "number"}
    for feature in features:
        if isinstance(feature, NumericFeature):
            kinds[feature.name] = "number"
        elif isinstance(feature, CategoricalFeature):
            kinds[feature.name] = kind_of_levels(feature.kind)
    return kinds


def columns_read(features: tuple[Column, ...], offset_column: str | None = None) -> list[str]:
    """Columns that predictions read."""
    columns = list(dict.fromkeys(name for f in features if (name := getattr(f, "name", None)) is not None))
    return columns if offset_column is None else [*columns, offset_column]


def _must_be_numbers(source: Source, column: str) -> None:
    held = source.kind(column)
    # A column without any value has no type of its own.
    if held != "number" and not np.all(source.codes(column).codes < 0):
        raise refuse_kind(column, source.label, held, "number")


def _known_codes(source: Source, feature: CategoricalFeature) -> tuple[Codes, Codes]:
    """A column in the codes of the fit, and in its own."""
    seen = source.codes(feature.name, feature.kind)
    position = {level: i for i, level in enumerate(feature.levels)}
    position |= dict.fromkeys(feature.unused, _UNUSED)
    other = len(feature.levels) - 1 if feature.pooled else _UNKNOWN
    new = np.array([*(position.get(level, other) for level in seen.levels), _MISSING], dtype=np.int32)
    return Codes(new[seen.codes], feature.levels), seen


def _refuse_unknown(
    source: Source, feature: CategoricalFeature, codes: Codes, seen: Codes, kept: Mask, missing: Missing
) -> None:
    """Refuse levels of which the model knows nothing, in rows that would else be predicted."""
    worst = _UNKNOWN if missing == "drop" else _UNUSED
    bad = np.flatnonzero(kept & (codes.codes <= worst))
    if bad.size == 0:
        return
    row = int(bad[0])
    level = seen.levels[seen.codes[row]]
    if codes.codes[row] == _UNUSED:
        raise DataError("LL124.left_out", level=level, column=feature.name, row=row + 1, source=source.label)
    raise DataError(
        "LL124.new",
        level=level,
        column=feature.name,
        row=row + 1,
        source=source.label,
        near=nearest(level, feature.levels),
    )
