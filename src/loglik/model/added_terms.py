"""Terms that a model does not have: whether they belong there, asked without fitting them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scipy.special import chdtrc

from loglik.design.any_source import any_source
from loglik.design.features import INTERCEPT, CategoricalFeature, SparseFeatures
from loglik.design.formula.grammar import read as read_formula
from loglik.design.model_frame import model_frame
from loglik.design.model_spec import ModelSpec
from loglik.design.rows_used import rows_fingerprint
from loglik.errors import DataError
from loglik.fit.given import problem_of
from loglik.fit.options import Options
from loglik.inference.score_test import predictors_at, score_statistic
from loglik.model.comparison import refuse_no_likelihood
from loglik.model.rows_of_fit import fitted_problem, rows_of_fit

if TYPE_CHECKING:
    from loglik.model.classifier import Classifier

SCHEMA = "loglik.score_test/1"


@dataclass(frozen=True)
class ScoreTest:
    """Rao's score test of terms.

    Parameters
    ----------
    target : str
        Target column of the model.
    terms : str
        What is added.
    statistic : float
        ``U' I^-1 U`` at the estimate without them.
    df : int
        Coefficients that they have, of all classes.
    p_value : float
        Probability of a larger one.
    """

    target: str
    terms: str
    statistic: float
    df: int
    p_value: float

    def as_json(self) -> dict[str, Any]:
        """Return the ``loglik.score_test/1`` document."""
        return {"schema": SCHEMA, **vars(self)}

    def summary(self) -> str:
        """The test as text, as the command-line tool prints it."""
        from loglik.model.inference_pages import page_text, score_page  # Rich takes a while to import

        return page_text(score_page(self.as_json()))

    def __str__(self) -> str:
        return self.summary()


def added_terms(model: Classifier, terms: Any, data: Any, table: str | None, offset: Any) -> ScoreTest:
    """Test terms; parameters and errors are those of `FittedClassifier.score_test`."""
    if not isinstance(terms, str):
        raise DataError("LL118.no_text", name="terms", value=terms)
    refuse_no_likelihood(model)
    read_formula(f"~ {terms}")  # by itself, so that a bracket of its own closes, and errors show it alone
    report = model.report
    merged = next((c.name for c in model.columns if isinstance(c, CategoricalFeature) and c.pooled), None)
    if merged is not None:
        raise DataError("LL239.merged", column=merged)
    source = any_source(data, table, model.input.reading)
    frame = rows_of_fit(model, source, offset)
    smaller = fitted_problem(model, frame, source.label)
    theta = smaller.objective.gather(smaller.recoding.fitted(model.coefficients))
    larger = model_frame(source, _spec(model, terms))
    if report.fingerprint is not None and rows_fingerprint(larger) != report.fingerprint:
        raise DataError("LL239.rows", terms=terms, n=larger.design.n_rows, fitted=report.n_rows)
    intercept = any(t.term == INTERCEPT for t in report.terms)
    if larger.recipe is None or larger.recipe.intercept != intercept:
        raise DataError("LL239.intercept", terms=terms)
    problem = problem_of(replace(larger, offset=frame.offset), Options(intercept=intercept))
    df = problem.objective.size - len(report.terms)
    if df <= 0:
        raise DataError("LL239.nothing", terms=terms)
    statistic = score_statistic(problem.objective, predictors_at(smaller.objective, theta))
    return ScoreTest(report.target, terms, statistic, df, float(chdtrc(df, statistic)))


def _spec(model: Classifier, terms: str) -> ModelSpec:
    """The model with terms more."""
    report = model.report
    if model.recipe is None:
        columns = [c for f in model.columns for c in (f.names if isinstance(f, SparseFeatures) else [f.name])]
        odd = next((c for c in columns if "`" in c), None)
        if odd is not None:
            raise DataError("LL239.name", column=odd)
        own = " + ".join(f"`{c}`" for c in columns) or "1"
    else:
        own = model.recipe.text.partition("~")[2]
    return ModelSpec(
        target=report.target,
        formula=read_formula(f"{'' if report.counts is None else report.target} ~ {own} + ({terms})"),
        reference=model.classes[model.order[-1]],
        categorical=[c.name for c in model.columns if isinstance(c, CategoricalFeature) and c.kind == "number"],
        reference_levels=report.reference_levels,
        weights=report.weights,
        weight_kind=report.weight_kind,
    )
