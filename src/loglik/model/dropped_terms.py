"""Each term of a model left out in turn: what the likelihood loses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc

from loglik.design.any_source import any_source
from loglik.design.features import INTERCEPT, Column
from loglik.design.model_frame import design_of
from loglik.errors import DataError
from loglik.fit.given import at_coefficients, maximised_from, problem_of, restricted
from loglik.inference.covariance import Estimate, covariance
from loglik.inference.score_test import predictors_at, score_statistic
from loglik.model.comparison import refuse_no_likelihood
from loglik.model.rows_of_fit import fitted_problem, parts_of_fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Mask, Matrix
    from loglik.design.matrix import Design
    from loglik.design.model_frame import ModelFrame
    from loglik.fit.objective import Evaluation, Objective
    from loglik.fit.problem import Problem
    from loglik.model.classifier import Classifier
    from loglik.model.new_rows import NewRows

SCHEMA = "loglik.drop1/1"


@dataclass(frozen=True)
class DroppedTerm:
    """The model without one of its terms.

    Parameters
    ----------
    term : str or None
        Which; None for the whole model.
    df : int
        Coefficients fewer, of all classes.
    log_likelihood, deviance, aic : float
        Of the model without it.
    lr_statistic, lr_p_value : float or None
        Likelihood-ratio test of the term; None for the whole model, and p where nothing depends on the term.
    score_statistic, score_p_value : float or None
        Score test of the term, at the estimate without it.
    """

    term: str | None
    df: int
    log_likelihood: float
    deviance: float
    aic: float
    lr_statistic: float | None = None
    lr_p_value: float | None = None
    score_statistic: float | None = None
    score_p_value: float | None = None


@dataclass(frozen=True)
class DroppedTerms:
    """The whole model, and without each of its terms.

    Parameters
    ----------
    target : str
        Target column.
    n_rows : int
        Rows of the fit.
    rows : tuple of DroppedTerm
        The whole model first.
    """

    target: str
    n_rows: int
    rows: tuple[DroppedTerm, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the ``loglik.drop1/1`` document."""
        rows = [vars(r) for r in self.rows]
        return {"schema": SCHEMA, "target": self.target, "n_rows": self.n_rows, "rows": rows}

    def summary(self) -> str:
        """The table as text, as the command-line tool prints it."""
        from loglik.model.inference_pages import drop1_page, page_text  # Rich takes a while to import

        return page_text(drop1_page(self.as_json()))

    def __str__(self) -> str:
        return self.summary()


def dropped_terms(
    model: Classifier, data: Any, table: str | None, offset: Any, name: str | None = None
) -> DroppedTerms:
    """Leave out each term; parameters and errors are those of `FittedClassifier.drop1`."""
    refuse_no_likelihood(model, name)
    source = any_source(data, table, model.input.reading)
    frame, parts = parts_of_fit(model, source, offset)
    whole = fitted_problem(model, frame, source.label)
    point, factor = at_coefficients(whole, model.coefficients)
    n = len(model.report.terms)
    rows = [_row(None, 0, point.log_likelihood, n)]
    constrained = None if factor is None else Estimate(whole.objective, point.theta, factor, whole.recoding)
    for term, design in _smaller(model, parts):
        rows.append(_without(term, model, replace(frame, design=design), whole, constrained, point.log_likelihood))
    return DroppedTerms(model.report.target, frame.design.n_rows, tuple(rows))


def _row(term: str | None, df: int, log_likelihood: float, n: int, **tests: float | None) -> DroppedTerm:
    deviance = -2.0 * log_likelihood
    return DroppedTerm(term, df, log_likelihood, deviance, deviance + 2.0 * (n - df), **tests)


def _smaller(model: Classifier, parts: NewRows) -> Iterator[tuple[str, Design]]:
    """Name of each term that may be left out, and the design without it, made when it is asked for."""
    n = parts.design.n_rows
    if model.recipe is not None:
        for term in model.recipe.droppable:
            recipe = model.recipe.without(term, parts.levels)
            yield model.recipe.term_name(term), recipe.design(parts.numbers, parts.levels, n)
        return
    columns = [f for f in model.features if isinstance(f, Column)]
    for feature in columns:
        kept = tuple(f for f in columns if f is not feature)
        name = getattr(feature, "name", None) or ", ".join(getattr(feature, "names", ()))
        yield name, design_of(kept, dict(parts.numbers.columns), parts.levels, n)


def _without(
    term: str, model: Classifier, frame: ModelFrame, whole: Problem, full: Estimate | None, log_likelihood: float
) -> DroppedTerm:
    n = len(model.report.terms)
    intercept = any(t.term == INTERCEPT for t in model.report.terms)
    if not intercept and not frame.design.features:  # nothing is left to be estimated
        shape = (whole.objective.n_classes_free, frame.design.n_rows)
        predictors = np.zeros(shape) if frame.offset is None else frame.offset
        alone = replace(whole.objective, offset=predictors)
        size, without = 0, alone.evaluate(np.zeros(alone.size)).log_likelihood
    else:
        found = _refitted(model, frame, whole, full)
        if found is None:
            raise DataError("LL239.not_converged", term=term)
        objective, point = found
        size, without, predictors = objective.size, point.log_likelihood, predictors_at(objective, point.theta)
    df = n - size
    lr = max(2.0 * (log_likelihood - without), 0.0) if df else 0.0
    score = score_statistic(whole.objective, predictors) if df else 0.0  # the same model, but for rounding
    p_lr, p_score = (float(chdtrc(df, s)) if df else None for s in (lr, score))
    return _row(term, df, without, n, lr_statistic=lr, lr_p_value=p_lr, score_statistic=score, score_p_value=p_score)


def _refitted(
    model: Classifier, frame: ModelFrame, whole: Problem, full: Estimate | None
) -> tuple[Objective, Evaluation] | None:
    """Fit a model without a term, from nearly its estimate: the others' coefficients where the paraboloid is highest.

    ``b - V_.d V_dd^-1 b_d``, d being the coefficients that are left out. Where its columns are those of the whole
    model, as they are but for the constants subtracted, it is the same problem with fewer coefficients.
    """
    names, kept = model.term_names, set(frame.design.term_names)
    free = whole.objective.free
    within = np.array([names[j] in kept for j in free.tolist()])
    moved = model.coefficients
    if full is not None and within.any() and not within.all():
        moved = _moved(moved, full, np.tile(~within, moved.shape[0]))
    if kept <= set(names) and not whole.collinear and not whole.recoding.replaced.size:
        return maximised_from(restricted(whole, within), frame, moved)
    beta = np.zeros((moved.shape[0], frame.design.n_coefficients))
    place = {name: j for j, name in enumerate(names)}
    for i, name in enumerate(frame.design.term_names):
        if name in place:
            beta[:, i] = moved[:, place[name]]
    return maximised_from(problem_of(frame, whole.options), frame, beta)


def _moved(coefficients: Matrix, full: Estimate, out: Mask) -> Matrix:
    v = covariance(full, "frequency", "model")
    free = full.objective.free
    b = coefficients[:, free].ravel()
    scale = np.sqrt(np.diag(v))[out]
    step = np.linalg.solve(v[np.ix_(out, out)] / np.outer(scale, scale), b[out] / scale) / scale
    moved = coefficients.copy()
    moved[:, free] = (b - v[:, out] @ step).reshape(coefficients.shape[0], -1)
    return moved
