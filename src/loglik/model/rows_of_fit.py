"""The rows of a fit, read again: what inference beyond the covariance that a model keeps has to see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.arrays import offset_matrix
from loglik.design.counts import CLASSES, grouped, read_counts
from loglik.design.features import INTERCEPT
from loglik.design.formula.grammar import read as read_formula
from loglik.design.formula.parts import count_columns
from loglik.design.levels import Codes
from loglik.design.model_frame import ModelFrame, scaled_weights, weights_of
from loglik.design.rows_used import rows_fingerprint
from loglik.design.source import kind_of_levels
from loglik.design.target import Target
from loglik.errors import DataError, nearest
from loglik.fit.given import at_coefficients, problem_of
from loglik.fit.options import Options
from loglik.fit.plan import hessian_form
from loglik.inference.covariance import Estimate
from loglik.model.new_rows import NewRows, columns_read, fixed_kinds, new_rows, refuse_columns_too_large
from loglik.model.predict import offset_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Vector
    from loglik.design.source import Source
    from loglik.fit.objective import Evaluation
    from loglik.fit.problem import Problem
    from loglik.model.classifier import Classifier

# Scores of the rows of a fit add up to 0; those of others to what they vary by.
_ADDS_UP = 1e-2


def rows_of_fit(model: Classifier, source: Source, offset: Any = None, others: Sequence[str] = ()) -> ModelFrame:
    """Read the rows that a model was fitted to; parameters and errors are those of `parts_of_fit`."""
    return parts_of_fit(model, source, offset, others)[0]


def parts_of_fit(
    model: Classifier, source: Source, offset: Any = None, others: Sequence[str] = ()
) -> tuple[ModelFrame, NewRows]:
    """Read the rows that a model was fitted to, and the columns that their design is made of.

    Parameters
    ----------
    model : Classifier
        The model.
    source : Source
        The data of the fit.
    offset : array-like, optional
        Offset of each row, where that of the fit was no column.
    others : sequence of str
        Columns that are going to be read too.

    Raises
    ------
    DataError
        LL235 these are not the rows of the fit; LL103 a column is missing, and those of `new_rows`.
    """
    report = model.report
    counted = None if report.counts is None else read_formula(f"{report.target} ~ 1")
    of_target = [report.target] if counted is None else count_columns(counted)
    column = offset_column(model, offset)
    weights = report.weights
    for name in (*of_target, *([weights] if weights else []), *others):
        if name not in source.columns:
            near = nearest(name, source.columns)
            raise DataError("LL103.no_such_column", column=name, source=source.label, near=near)
    kind = "number" if counted is not None else kind_of_levels(model.input.target_kind)
    kinds = {**fixed_kinds(model.columns, column), **dict.fromkeys(of_target, kind)}
    read = [*columns_read(model.columns, column), *of_target, *([weights] if weights else []), *others]
    source.prepare([c for c in dict.fromkeys(read) if c in source.columns], kinds)
    refuse_columns_too_large(source, model.columns)
    place = {name: model.order.index(i) for i, name in enumerate(model.classes)}
    counts = None if counted is None else read_counts(source, counted)
    if counts is None:
        classes = source.codes(report.target, model.input.target_kind)
        label = np.array([*(place.get(level, -1) for level in classes.levels), -1], dtype=np.int32)[classes.codes]
        there = classes.codes >= 0
    else:
        label, there = np.zeros(source.n_rows, dtype=np.int32), ~counts.absent & (counts.trials > 0.0)
    weight = weights_of(source, weights, report.weight_kind)
    if weight is not None:
        there &= ~np.isnan(weight) & (weight != 0.0)
    if (label[there] < 0).any():
        _refuse(model, source, int(there.sum()))
    rows = new_rows(model.columns, source, "drop", column, model.recipe, only=there)
    shifts = offset_matrix(offset, source.n_rows, len(model.classes))
    shifts = rows.offset if shifts is None else shifts[:, rows.kept]
    label, weight = label[rows.kept], None if weight is None else weight[rows.kept]
    made = None if counts is None else grouped(counts, rows.kept)
    if made is not None:
        some = made.among(rows.kept)
        rows = replace(rows, design=rows.design.rows(some), numbers=rows.numbers.some(some, made.index),
                       levels={c: Codes(x.codes[some], x.levels) for c, x in rows.levels.items()})  # fmt: skip
        shifts = None if shifts is None else shifts[:, some]
        label = np.array([place[c] for c in CLASSES], dtype=np.int32)[made.success.astype(np.int64)]
        weight = made.number if weight is None else weight[some] * made.number
    n = rows.design.n_rows
    if n != report.n_rows:
        _refuse(model, source, n)
    frame = ModelFrame(
        design=rows.design,
        target=Target(report.target, model.classes, model.order, label, model.input.target_kind),
        weight=np.ones(n) if weight is None else scaled_weights(weight, report.weight_kind),
        offset=None if shifts is None else np.ascontiguousarray(np.broadcast_to(shifts, (len(model.classes) - 1, n))),
        weights_from=weights,
        offset_from=report.offset,
        weight_kind=report.weight_kind,
        sum_of_weights=None if weight is None else float(weight.sum()),
        input=model.input,
        recipe=model.recipe,
        kept=None if rows.kept.all() else rows.kept,
        groups=made,
    )
    if report.fingerprint is not None and rows_fingerprint(frame) != report.fingerprint:
        _refuse(model, source, n)
    return frame, rows


def fitted_problem(model: Classifier, frame: ModelFrame, label: Any) -> Problem:
    """What the fit of a model has minimised, of its rows read again.

    Raises
    ------
    DataError
        LL235 these are not the rows of the fit: other columns can be estimated.
    """
    terms = model.report.terms
    intercept = any(t.term == INTERCEPT for t in terms)
    problem = problem_of(frame, Options(intercept=intercept, alpha=model.report.alpha, firth=model.report.firth))
    names = frame.design.term_names
    if [names[j] for j in problem.objective.free] != [t.term for t in terms][: problem.objective.free.size]:
        raise DataError("LL235.other_rows", source=label, n=frame.design.n_rows, fitted=model.report.n_rows)
    return problem


def fitted_estimate(model: Classifier, frame: ModelFrame, label: Any) -> Estimate:
    """The estimate of a fit, of its rows read again.

    Raises
    ------
    DataError
        LL235 the coefficients are not the estimate of these rows, LL303 too many of them.
    """
    problem = fitted_problem(model, frame, label)
    point, factor = at_coefficients(problem, model.coefficients)
    if not _is_estimate(problem, point):
        raise DataError("LL235.other_values", source=label)
    if factor is None:
        raise DataError("LL303.inverse", size=problem.objective.size)
    return Estimate(problem.objective, point.theta, factor, problem.recoding)


def _is_estimate(problem: Problem, point: Evaluation) -> bool:
    """Whether the scores add up to nothing beside how much they vary."""
    if problem.options.alpha > 0.0:
        return True
    objective = problem.objective
    spread = np.sqrt(np.maximum(_curvature(problem, point), 0.0) * objective.total_weight)
    return bool((np.abs(point.gradient) * objective.total_weight <= _ADDS_UP * spread).all())


def _curvature(problem: Problem, point: Evaluation) -> Vector:
    """Diagonal of the Hessian: the variance of a row's score, if the model holds."""
    if point.hessian is not None:
        return np.asarray(point.hessian.diagonal())
    return hessian_form(problem.objective).factor(problem.objective, point).diagonal()


def _refuse(model: Classifier, source: Source, n: int) -> None:
    raise DataError("LL235.other_rows", source=source.label, n=n, fitted=model.report.n_rows)
