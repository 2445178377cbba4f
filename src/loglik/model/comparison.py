"""Models of the same rows beside each other: criteria, and likelihood-ratio tests of those that are nested."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scipy.special import chdtrc

from loglik.errors import DataError
from loglik.model.classifier import Classifier
from loglik.model.nesting import nested
from loglik.texts import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "loglik.compare/1"


@dataclass(frozen=True)
class ModelFigures:
    """One of the models.

    Parameters
    ----------
    name : str
        What it is called.
    n_coefficients : int
        D, of all classes.
    log_likelihood, deviance, aic, bic : float
        Its figures, as of `FitStatistics`.
    """

    name: str
    n_coefficients: int
    log_likelihood: float
    deviance: float
    aic: float
    bic: float


@dataclass(frozen=True)
class LikelihoodRatio:
    """Two of the models, one with more coefficients than the other.

    Parameters
    ----------
    smaller, larger : str
        Their names.
    nested : bool
        Whether all columns of the smaller one are known to be combinations of those of the larger.
    statistic, df, p_value : float or None
        ``2 (log L_larger - log L_smaller)``, chi-squared with ``D_larger - D_smaller`` degrees of freedom if the smaller
        model holds; None where it is not known to be nested, p None where both have as many coefficients.
    """

    smaller: str
    larger: str
    nested: bool
    statistic: float | None = None
    df: int | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Models of the same rows, those with fewer coefficients first.

    Parameters
    ----------
    target : str
        Their target column.
    n_rows : int
        Their rows.
    models : tuple of ModelFigures
        Their figures.
    tests : tuple of LikelihoodRatio
        Each against the one before.
    """

    target: str
    n_rows: int
    models: tuple[ModelFigures, ...]
    tests: tuple[LikelihoodRatio, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the ``loglik.compare/1`` document."""
        return {
            "schema": SCHEMA,
            "target": self.target,
            "n_rows": self.n_rows,
            "models": [vars(m) for m in self.models],
            "tests": [vars(t) for t in self.tests],
        }

    def summary(self) -> str:
        """The comparison as text, as the command-line tool prints it."""
        from loglik.model.inference_pages import comparison_page, page_text  # Rich takes a while to import

        return page_text(comparison_page(self.as_json()))

    def __str__(self) -> str:
        return self.summary()


def compared(models: Sequence[Classifier], names: Sequence[str]) -> Comparison:
    """Compare models.

    Parameters
    ----------
    models : sequence of Classifier
        Two or more.
    names : sequence of str
        What they are called.

    Raises
    ------
    DataError
        LL237 they are not of the same rows, or it cannot be known; LL238 one is no maximum-likelihood fit.
    """
    if len(models) < 2:
        raise DataError("LL237.one_model")
    for model in models:
        if not isinstance(model, Classifier):
            raise DataError("LL237.no_model", given=type(model).__name__)
    first = models[0].report
    figures = [_figures(model, name) for model, name in zip(models, names, strict=True)]
    for model, name in zip(models, names, strict=True):
        report = model.report
        if report.fingerprint is None:
            raise DataError("LL237.unknown", name=name)
        if (report.target, report.classes) != (first.target, first.classes):
            raise DataError("LL237.target", name=name, other=names[0])
        if report.fingerprint != first.fingerprint:
            raise DataError("LL237.rows", name=name, n=report.n_rows, other=names[0], n_other=first.n_rows)
    order = sorted(range(len(models)), key=lambda i: figures[i].n_coefficients)
    tests = tuple(_ratio(models[a], figures[a], models[b], figures[b]) for a, b in pairwise(order))
    return Comparison(first.target, first.n_rows, tuple(figures[i] for i in order), tests)


def names_of_files(paths: Sequence[str]) -> list[str]:
    """The shortest names that tell files apart: without directories, if that does."""
    names = [Path(path).name for path in paths]
    return names if len(set(names)) == len(names) else list(paths)


def refuse_no_likelihood(model: Classifier, name: str | Phrase | None = None) -> None:
    """Refuse a model that is not the maximum of a likelihood (LL238)."""
    name = name or Phrase("the_model")
    report = model.report
    overall = report.overall
    if report.alpha > 0.0:
        raise DataError("LL238.penalised", name=name, alpha=report.alpha)
    if report.firth:
        raise DataError("LL238.firth", name=name)
    if report.weight_kind == "sampling" and report.weights is not None:
        raise DataError("LL238.sampling", name=name)
    if overall is None or overall.aic is None or report.serious:
        raise DataError("LL238.no_maximum", name=name)


def _figures(model: Classifier, name: str) -> ModelFigures:
    refuse_no_likelihood(model, name)
    o = model.report.overall
    if o is None or o.aic is None or o.bic is None:
        raise DataError("LL238.no_maximum", name=name)
    return ModelFigures(name, len(model.report.terms), o.log_likelihood, o.deviance, o.aic, o.bic)


def _ratio(smaller: Classifier, one: ModelFigures, larger: Classifier, other: ModelFigures) -> LikelihoodRatio:
    if not nested(smaller, larger):
        return LikelihoodRatio(one.name, other.name, nested=False)
    df = other.n_coefficients - one.n_coefficients
    statistic = max(2.0 * (other.log_likelihood - one.log_likelihood), 0.0)
    p = float(chdtrc(df, statistic)) if df else None
    return LikelihoodRatio(one.name, other.name, True, statistic, df, p)
