"""Predictions for new rows, read with the columns, levels and types of the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.assemble import design_of, feature_kind, refuse_infinite, rows_without_missing
from loglik.design.features import CategoricalFeature, Feature, NumericFeature
from loglik.design.source import Codes
from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.design.request import Missing
    from loglik.design.source import Source
    from loglik.model.fitted import FittedClassifier


@dataclass(frozen=True)
class Predictions:
    """Predictions in the order of the source's rows.

    Parameters
    ----------
    probability : ndarray of shape (n, K)
        Probabilities of all classes; NaN for rows with a missing value.
    predicted : list of str or None
        Most probable class; None for rows with a missing value.
    n_missing : int
        Rows with a missing value.
    """

    probability: npt.NDArray[np.float64]
    predicted: list[str | None]
    n_missing: int


def probabilities(model: FittedClassifier, data: Any, *, missing: Missing, table: str | None = None) -> Predictions:
    """Predict the rows of a data frame or file.

    Raises
    ------
    DataError
        LL103 a column is missing, LL124 a level that the fit has not seen, LL127 a column of another type than in the
        fit, and those of reading.
    """
    from loglik.model.train import any_source

    source = any_source(data, table)
    design, offset, kept = design_for(model.features, source, missing, model.report.offset)
    probability = np.full((source.n_rows, len(model.classes)), np.nan)
    if kept.any():
        probability[kept] = model.class_probabilities(design, offset)
        lost = kept & np.isnan(probability).any(axis=1)
        if lost.any():
            raise DataError(
                "LL129",
                f"row {int(lost.argmax()) + 1} of {source.label} has numbers too large for a prediction",
                "Mend the row; are its units those of the fit?",
            )
    best = np.where(kept, np.nan_to_num(probability).argmax(axis=1), -1)
    names: list[str | None] = [*model.classes, None]
    return Predictions(probability, [names[i] for i in best], int((~kept).sum()))


def design_for(
    features: tuple[Feature, ...], source: Source, missing: Missing, offset_column: str | None
) -> tuple[Design, npt.NDArray[np.float64] | None, npt.NDArray[np.bool_]]:
    """Read the columns of a fit from another source: the design, the offset, and which rows are complete."""
    needed = _needed(features, offset_column)
    for column in needed:
        if column not in source.columns:
            raise DataError(
                "LL103",
                f'column "{column}" not in {source.label}{did_you_mean(column, source.columns)}',
                "Predictions need all columns of the fit.",
            )
    source.prepare(needed)
    numeric = [f.name for f in features if isinstance(f, NumericFeature)]
    for column in [*numeric, *([offset_column] if offset_column else [])]:
        _must_be_numbers(source, column)
    numbers = dict(zip(numeric, source.numbers(numeric), strict=True))
    levels = {f.name: _known_codes(source, f) for f in features if isinstance(f, CategoricalFeature)}
    offset = source.numbers([offset_column])[0] if offset_column is not None else None

    absent = {c: np.isnan(x) for c, x in numbers.items()} | {c: x.codes < 0 for c, x in levels.items()}
    if offset is not None and offset_column is not None:
        absent[offset_column] = np.isnan(offset)
        refuse_infinite(source.label, offset_column, offset)
    for column, x in numbers.items():
        refuse_infinite(source.label, column, x)
    kept = rows_without_missing(source, absent, {c: int(m.sum()) for c, m in absent.items() if m.any()}, missing)
    if not kept.all():
        numbers = {c: x[kept] for c, x in numbers.items()}
        levels = {c: Codes(x.codes[kept], x.levels) for c, x in levels.items()}
        offset = None if offset is None else offset[kept]
    return design_of(features, numbers, levels, int(kept.sum())), offset, kept


def needed_columns(model: FittedClassifier) -> list[str]:
    """Columns that predictions of a model read."""
    return _needed(model.features, model.report.offset)


def _needed(features: tuple[Feature, ...], offset_column: str | None) -> list[str]:
    columns = [name for f in features if (name := getattr(f, "name", None)) is not None]
    return columns if offset_column is None else [*columns, offset_column]


def _must_be_numbers(source: Source, column: str) -> None:
    # A column without any value has no type of its own.
    if source.kind(column) != "number" and not np.all(source.codes(column).codes < 0):
        raise DataError(
            "LL127",
            f'column "{column}" of {source.label} held numbers in the fit, and now holds {source.kind(column)} values '
            f"({source.describe(column)})",
            "Give it the type that it had.",
        )


def _known_codes(source: Source, feature: CategoricalFeature) -> Codes:
    feature_kind(source, feature.name, categorical=(feature.name,))
    seen = source.codes(feature.name)
    position = {level: i for i, level in enumerate(feature.levels)}
    rare = len(feature.levels) - 1 if feature.pooled else None
    new = np.full(len(seen.levels) + 1, -1, dtype=np.int32)  # the last entry serves missing values
    for i, level in enumerate(seen.levels):
        known = position.get(level, rare)
        if known is None:
            row = int(np.flatnonzero(seen.codes == i)[0]) + 1
            raise DataError(
                "LL124",
                f'level "{level}" of column "{feature.name}" in row {row} of {source.label} was not in the fit'
                f"{did_you_mean(level, feature.levels)}",
                "The model knows nothing of it. Mend it, write NA for no prediction, or fit with --min-count so that "
                "rare and new levels share a coefficient.",
            )
        new[i] = known
    return Codes(new[seen.codes], feature.levels)
