"""Rows with what the model says of them and what came: for calibration, ROC curves and residuals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.counts import CLASSES, grouped, read_counts
from loglik.design.formula.grammar import read as read_formula
from loglik.design.formula.parts import count_columns
from loglik.design.model_frame import weights_of
from loglik.design.source import kind_of_levels
from loglik.errors import DataError, nearest
from loglik.model.new_rows import columns_read, fixed_kinds, new_rows
from loglik.model.predict import by_class, offset_column, probabilities, refuse_limit, refuse_lost
from loglik.model.rows_of_fit import rows_of_fit

if TYPE_CHECKING:
    from loglik.array_types import Indices, Mask, Matrix, Vector
    from loglik.design.formula.grammar import Formula
    from loglik.design.source import Source
    from loglik.model.classifier import Classifier


@dataclass(frozen=True, eq=False)
class Observed:
    """Rows that have a prediction and a class.

    Parameters
    ----------
    probability : ndarray of shape (n, K)
        Of each class in the order of the model's `classes`.
    label : ndarray of int, shape (n,)
        Place of the class that came.
    weight : ndarray of shape (n,)
        Weights, > 0; counts of successes or failures are in them.
    row : ndarray of int, shape (n,)
        Row of the source of each, from 0; of counts some come twice.
    n_source : int
        Rows of the source.
    of_fit : bool
        Whether they are known to be the rows of the fit.
    weights : str or None
        Column of the weights.
    """

    probability: Matrix
    label: Indices
    weight: Vector
    row: Indices
    n_source: int
    of_fit: bool
    weights: str | None

    @property
    def n_without(self) -> int:
        """Rows of the source that are left out."""
        return self.n_source - int(np.unique(self.row).size)

    def of_class(self, k: int) -> tuple[Vector, Vector]:
        """Whether class k came, and its probability."""
        return (self.label == k).astype(np.float64), self.probability[:, k]


def observed(model: Classifier, source: Source, *, weights: str | bool = True) -> Observed:
    """Predict the rows of a source that have a class, and say whether they are those of the fit.

    Parameters
    ----------
    model : Classifier
        The model.
    source : Source
        Rows with the columns of the fit and its target.
    weights : str or bool
        Column of weights; True: that of the fit, if it had one; False: none.

    Raises
    ------
    DataError
        LL103 no such column, LL433 a class that the model does not know, or no row left, and those of `predictions`.
    """
    refuse_limit(model)
    if weights is True:
        found = _of_fit(model, source)
        if found is not None:
            return found
    formula = None if model.report.counts is None else read_formula(f"{model.report.target} ~ 1")
    return _of_others(model, source, formula, model.report.weights if weights is True else weights or None)


def _of_fit(model: Classifier, source: Source) -> Observed | None:
    try:
        frame = rows_of_fit(model, source)
    except DataError as error:
        if error.code == "LL235":
            return None
        raise
    (p,) = by_class(model, frame.design, frame.offset, probabilities)
    row = np.arange(source.n_rows) if frame.kept is None else np.flatnonzero(frame.kept)
    row = row if frame.groups is None else frame.groups.index
    label = np.asarray(model.order)[frame.target.label]
    return Observed(
        p, label, frame.weight, row, source.n_rows, model.report.fingerprint is not None, frame.weights_from
    )


def _of_others(model: Classifier, source: Source, formula: Formula | None, weights: str | None) -> Observed:
    column, report = offset_column(model, None), model.report
    target = [report.target] if formula is None else count_columns(formula)
    for name in (*target, *([weights] if weights else [])):
        if name not in source.columns:
            raise DataError(
                "LL103.no_such_column", column=name, source=source.label, near=nearest(name, source.columns)
            )
    kinds = fixed_kinds(model.columns, column)
    if formula is None:
        kinds = {**kinds, report.target: kind_of_levels(model.input.target_kind)}
    needed = dict.fromkeys([*columns_read(model.columns, column), *target, *([weights] if weights else [])])
    source.prepare([c for c in needed if c in source.columns], kinds)
    weight = weights_of(source, weights, report.weight_kind)
    usable = np.ones(source.n_rows, dtype=np.bool_) if weight is None else ~np.isnan(weight) & (weight > 0.0)
    number = np.ones(source.n_rows) if weight is None else weight
    if formula is None:
        label = _labels(model, source, usable)
        made = _predicted(model, source, usable & (label >= 0), column)
        return replace(made, label=label[made.row], weight=number[made.row], weights=weights)
    counts = read_counts(source, formula)
    made = _predicted(model, source, usable & ~counts.absent & (counts.trials > 0.0), column)
    kept = np.isin(np.arange(source.n_rows), made.row)
    each = grouped(counts, kept)
    place = each.among(kept)
    success, failure = (model.classes.index(name) for name in reversed(CLASSES))
    return replace(
        made, probability=made.probability[place], label=np.where(each.success, success, failure), row=each.index,
        weight=each.number * number[each.index], weights=weights,
    )  # fmt: skip


def _labels(model: Classifier, source: Source, usable: Mask) -> Indices:
    """Place of each row's class, -1 where it is missing."""
    codes = source.codes(model.report.target, model.input.target_kind)
    place = {name: i for i, name in enumerate(model.classes)}
    label = np.array([*(place.get(level, -2) for level in codes.levels), -1], dtype=np.int64)[codes.codes]
    unknown = np.flatnonzero(usable & (label == -2))
    if unknown.size:
        row = int(unknown[0])
        level = codes.levels[codes.codes[row]]
        raise DataError(
            "LL433.unknown_class", class_=level, target=model.report.target, row=row + 1, source=source.label,
            near=nearest(level, model.classes),
        )  # fmt: skip
    return label


def _predicted(model: Classifier, source: Source, only: Mask, column: str | None) -> Observed:
    rows = new_rows(model.columns, source, "drop", column, model.recipe, only=only)
    if not rows.kept.any():
        raise DataError("LL433.no_row", source=source.label, target=model.report.target)
    (p,) = by_class(model, rows.design, rows.offset, probabilities)
    row = np.flatnonzero(rows.kept)
    lost = np.zeros(source.n_rows, dtype=np.bool_)
    lost[row] = np.isnan(p).any(axis=1)
    refuse_lost(lost, source.label)
    return Observed(p, np.zeros(0, np.int64), np.zeros(0), row, source.n_rows, of_fit=False, weights=None)
