"""Which effects are asked for: slopes, contrasts of two settings, predictions; and the rows at chosen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.counterfactual import AS_THEY_ARE, ColumnRows, Setting, levels_of, linear_direction
from loglik.design.features import NumericFeature
from loglik.design.levels import Codes, level_text
from loglik.errors import DataError, nearest
from loglik.inference.effects import linear_slopes_of, predictions_at, slopes_of
from loglik.model.new_rows import columns_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.design.features import Column
    from loglik.inference.effects import Averaged, Predictor
    from loglik.model.classifier import Classifier

    At = Mapping[str, float | str]

_MOST_POINTS = 10_000


@dataclass(frozen=True)
class Prediction:
    """The probability itself."""

    term = "(prediction)"
    contrast = None


@dataclass(frozen=True)
class Slope:
    """The derivative of the probability by a column of numbers."""

    term: str
    contrast = "slope"


@dataclass(frozen=True)
class Contrast:
    """The probability with one setting less that with another."""

    term: str
    contrast: str
    high: Setting
    low: Setting


Effect = Prediction | Slope | Contrast


def wanted_effects(
    model: Classifier, columns: Sequence[str], change: Mapping[str, Any], left_out: Sequence[str]
) -> list[Effect]:
    """Effects of some columns: contrasts of levels with the reference, chosen changes of numbers, else slopes.

    Raises
    ------
    DataError
        LL245 no such column, or a change that cannot be one.
    """
    for column in (*columns, *change):
        _must_be_read(model, column)
    found: list[Effect] = []
    for column in columns:
        if column in left_out:
            continue
        feature = levels_of(model.columns, column)
        if feature is not None:
            if column in change:
                raise DataError("LL245.change_of_levels", column=column)
            low = setting_of(model.columns, column, feature.levels[feature.reference])
            for i, level in enumerate(feature.levels):
                if i != feature.reference:
                    name = f"{level} - {feature.levels[feature.reference]}"
                    found.append(Contrast(column, name, setting_of(model.columns, column, level), low))
        elif column in change:
            found.append(_changed(column, change[column]))
        else:
            found.append(Slope(column))
    return found


def _changed(column: str, value: Any) -> Contrast:
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        low, high = (number_of(column, v) for v in value)
        return Contrast(column, f"{high:g} - {low:g}", Setting({column: high}), Setting({column: low}))
    step = number_of(column, value)
    return Contrast(column, f"{step:+g}", Setting(shifts={column: step}), AS_THEY_ARE)


def averages(rows: ColumnRows, predictor: Predictor, effects: Sequence[Effect], threads: int) -> list[Averaged]:
    """Averages of effects over rows, in their order."""
    settings: dict[int, Setting] = {}
    for effect in effects:
        for setting in _settings(effect):
            settings.setdefault(id(setting), setting)
    found = dict(zip(settings, predictions_at(rows, predictor, list(settings.values()), threads), strict=True))
    columns = [e.term for e in effects if isinstance(e, Slope)]
    size = predictor.coefficients.shape[1]
    directions = {c: linear_direction(rows.columns, rows.recipe, c, size) for c in columns}
    straight = {c: z for c, z in directions.items() if z is not None}
    bent = [c for c in directions if c not in straight]
    by_column = dict(zip(straight, linear_slopes_of(rows, predictor, list(straight.values()), threads), strict=True))
    by_column |= dict(zip(bent, slopes_of(rows, predictor, bent, threads), strict=True))
    return [
        by_column[e.term]
        if isinstance(e, Slope)
        else found[id(e.high)] - found[id(e.low)]
        if isinstance(e, Contrast)
        else found[id(AS_THEY_ARE)]
        for e in effects
    ]


def _settings(effect: Effect) -> tuple[Setting, ...]:
    if isinstance(effect, Contrast):
        return effect.high, effect.low
    return (AS_THEY_ARE,) if isinstance(effect, Prediction) else ()


def points_of(model: Classifier, rows: ColumnRows, at: Mapping[str, Any]) -> Iterator[tuple[At, ColumnRows]]:
    """One row for each combination of chosen values, all other columns at the mean or the most frequent level.

    Raises
    ------
    DataError
        LL245 no such column, level or number; too many points.
    """
    chosen = {c: _values(model, c, given) for c, given in at.items()}
    if np.prod([float(len(v)) for v in chosen.values()]) > _MOST_POINTS:
        raise DataError("LL245.points", most=_MOST_POINTS)
    middle = _middle(model, rows)
    for values in product(*chosen.values()):
        point = middle
        for column, value in zip(chosen, values, strict=True):
            point = point.at(setting_of(model.columns, column, value))
        yield dict(zip(chosen, values, strict=True)), point


def _middle(model: Classifier, rows: ColumnRows) -> ColumnRows:
    """Means of numbers and most frequent levels, in weights, as one row."""
    w = rows.weight / rows.weight.sum()
    codes = {c: int(np.bincount(x.codes, weights=w, minlength=len(x.levels)).argmax()) for c, x in rows.levels.items()}
    one = ColumnRows(
        rows.columns, rows.recipe, {c: np.array([x @ w]) for c, x in rows.numbers.items()},
        {c: Codes(np.array([i], dtype=np.int32), rows.levels[c].levels) for c, i in codes.items()},
        np.ones(1), None if rows.added is None else np.array([rows.added @ w]),
    )  # fmt: skip
    for column in set(rows.numbers) & set(rows.levels):  # used as both
        one = one.at(setting_of(model.columns, column, rows.levels[column].levels[codes[column]]))
    return one


def setting_of(columns: tuple[Column, ...], column: str, value: float | str) -> Setting:
    """A column set to a value, as a number and as a level, whichever it is used as."""
    feature = levels_of(columns, column)
    numeric = any(isinstance(c, NumericFeature) and c.name == column for c in columns)
    return Setting(
        {column: number_of(column, value)} if numeric else {},
        levels={} if feature is None else {column: feature.levels.index(str(value))},
    )


def _values(model: Classifier, column: str, given: Any) -> list[float | str]:
    """Values chosen for a column: numbers, or the names of its levels."""
    _must_be_read(model, column)
    listed = list(given) if isinstance(given, Sequence | np.ndarray) and not isinstance(given, str) else [given]
    if not listed:
        raise DataError("LL245.no_value", column=column)
    feature = levels_of(model.columns, column)
    if feature is None:
        return [number_of(column, v) for v in listed]
    found: list[float | str] = []
    for value in listed:
        level = level_text(value)
        if level not in feature.levels:
            near = nearest(level, feature.levels)
            raise DataError("LL245.level", column=column, level=level, near=near, known=feature.levels)
        found.append(level)
    return found


def number_of(column: str, value: Any) -> float:
    """A value as a finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or isinstance(value, bool):
        raise DataError("LL245.number", column=column, value=str(value)[:40])
    return number


def _must_be_read(model: Classifier, column: str) -> None:
    known = columns_read(model.columns)
    if column not in known:
        raise DataError("LL245.column", column=str(column)[:80], near=nearest(str(column), known), known=known)
