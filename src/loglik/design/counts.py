"""Targets that count: successes of so many trials in each row, which stand for as many rows of one trial each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.formula.parts import count_columns
from loglik.design.formula.terms import name_of
from loglik.design.formula.transforms import Rows, values
from loglik.design.target import Target, class_order
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from loglik.array_types import Indices, Mask, Vector
    from loglik.design.formula.grammar import Formula
    from loglik.design.model_spec import ModelSpec
    from loglik.design.source import Source

CLASSES = ("failure", "success")
"""Names of the classes of a target of counts."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Successes and trials of rows.

    Parameters
    ----------
    successes, trials : ndarray of shape (n,)
        Whole numbers; NaN where missing.
    """

    successes: Vector
    trials: Vector

    @property
    def absent(self) -> Mask:
        """Where one of them is missing."""
        return np.isnan(self.successes) | np.isnan(self.trials)


@dataclass(frozen=True, eq=False)
class Grouped:
    """Rows of counts as rows of one class each with their weights.

    Parameters
    ----------
    index : ndarray of int, shape (m,)
        Row of the source of each: successes and then failures of a row, those of which there are any.
    success : ndarray of bool, shape (m,)
        Which are successes.
    number : ndarray of shape (m,)
        How many.
    successes, trials : ndarray of shape (G,)
        Counts of the rows of the source that are kept.
    place : ndarray of int, shape (G,)
        Place of the first of its rows among the m.
    """

    index: Indices
    success: Mask
    number: Vector
    successes: Vector
    trials: Vector
    place: Indices

    def among(self, kept: Mask) -> Indices:
        """Place of each among the rows of the source that are kept."""
        return np.asarray((np.cumsum(kept) - 1)[self.index])


def read_counts(source: Source, formula: Formula) -> Counts:
    """Read successes and trials.

    Raises
    ------
    DataError
        LL259 a count that is none, or more successes than trials; LL250 a column that holds no numbers.
    """
    columns = count_columns(formula)
    for column in columns:
        if column not in source.columns:
            near = nearest(column, source.columns)
            raise DataError("LL103.no_such_column", column=column, source=source.label, near=near)
        if source.kind(column) != "number":
            raise DataError("LL250.text", column=column, source=source.label, kind=source.describe(column))
    n = source.n_rows
    rows = Rows(dict(zip(columns, source.numbers(columns), strict=True)))
    first, second = (np.broadcast_to(values(tree, rows), n) for tree in formula.left)
    for name, x in zip(map(name_of, formula.left), (first, second), strict=True):
        bad = ~np.isnan(x) & ((x < 0.0) | (x != np.floor(x)) | np.isinf(x))
        if bad.any():
            row = int(bad.argmax())
            raise DataError("LL259.whole", name=name, value=float(x[row]), row=row + 1, source=source.label)
    trials = first + second if formula.counted == "failures" else second
    over = first > trials
    if over.any():
        row = int(over.argmax())
        raise DataError(
            "LL259.more", successes=int(first[row]), trials=int(trials[row]), row=row + 1, source=source.label
        )
    return Counts(np.asarray(first), np.asarray(trials))


def grouped(counts: Counts, kept: Mask) -> Grouped:
    """Rows of one class each, of the rows that are kept, all of which have trials."""
    rows = np.flatnonzero(kept)
    s, n = counts.successes[rows], counts.trials[rows]
    number = np.stack([s, n - s], axis=1).ravel()
    there = number > 0.0
    place: Indices = np.cumsum(there) - there
    return Grouped(
        np.repeat(rows, 2)[there], np.tile([True, False], rows.size)[there], number[there], s, n,
        place.reshape(-1, 2)[:, 0],
    )  # fmt: skip


def counted_target(made: Grouped, spec: ModelSpec, source: Source) -> Target:
    """Labels of the rows.

    Raises
    ------
    DataError
        LL110 all are successes, or none; LL112 no such class.
    """
    if made.success.all() or not made.success.any():
        only = CLASSES[int(made.success[0])]
        raise DataError(
            "LL110.one_class", target=spec.target, source=source.label, class_=only, rows=int(made.index.size)
        )
    order = class_order(CLASSES, spec.positive, spec.reference, spec.target, str(source.label))
    label = np.argsort(order).astype(np.int32)[made.success.astype(np.int64)]
    return Target(spec.target, CLASSES, order, label)
