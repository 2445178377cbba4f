"""A model as a JSON document and back, with every field checked: a document that was changed and signed again is data too."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any, TypeVar, get_args

import numpy as np

from loglik.design.features import RARE, CategoricalFeature, Column, NumericFeature, SparseFeatures
from loglik.design.input_spec import InputSpec
from loglik.design.levels import LevelKind
from loglik.design.reading import reading_of
from loglik.errors import DataError, Finding
from loglik.inference.covariance import usual_kind
from loglik.inference.fit_statistics import FitStatistics
from loglik.inference.grouped_fit import GroupedFit
from loglik.inference.wald import Term
from loglik.model.classifier import Centering, Classifier
from loglik.model.covariance_document import covariances_document, covariances_from, vcov_from
from loglik.model.document_fields import WrongDocumentError, get, is_a, must, numbers, record, text, texts
from loglik.model.finding_document import finding_document, finding_from
from loglik.model.older_documents import OLDER, upgraded
from loglik.model.path import path_from
from loglik.model.recipe_document import recipe_document, recipe_from
from loglik.model.report import FitReport
from loglik.version import __version__

T = TypeVar("T")

SCHEMA = "loglik.model/1.2"
READ = (SCHEMA, *OLDER)
"""Formats that are read."""

_LEVEL_KINDS = get_args(LevelKind)


def _centering_document(model: Classifier, labels: list[str]) -> dict[str, Any]:
    """Only where there is one: ordinary files do without."""
    if model.centering is None:
        return {}
    names = [f.name for f in model.features if isinstance(f, NumericFeature)]
    centers = zip(names, model.centering.centers.tolist(), strict=True)
    return {
        "centering": {
            "centers": dict(centers),
            "intercepts": dict(zip(labels, model.centering.intercepts.tolist(), strict=False)),
        }
    }


def document_of(model: Classifier) -> dict[str, Any]:
    """Everything of a model but the checksum."""
    labels = [model.classes[i] for i in model.order]
    spec = asdict(model.input)
    return {
        "schema": SCHEMA,
        "loglik": __version__,
        "target": model.report.target,
        "classes": list(model.classes),
        "compared_with": labels[-1],
        "input": {**spec, "reading": {**spec["reading"], "missing_words": list(model.input.reading.missing_words)}},
        "features": [_column_document(c) for c in model.columns],
        **({} if model.recipe is None else {"formula": recipe_document(model.recipe)}),
        "terms": list(model.term_names),
        "coefficients": {
            label: [float(v) for v in row] for label, row in zip(labels, model.coefficients, strict=False)
        },
        **_centering_document(model, labels),
        **covariances_document(model.covariances),
        "fit": {
            **_without_plan(asdict(replace(model.report, terms=tuple(model.report.terms), findings=(), refusal=None))),
            "findings": [finding_document(f) for f in model.report.findings],
            "inference_refused": _refusal_document(model.report.refusal),
        },
    }


def _refusal_document(refusal: Finding | None) -> str | None:
    return None if refusal is None else f"{refusal.code} {refusal.said.text('en')}"


def _column_document(feature: Column) -> dict[str, Any]:
    if isinstance(feature, NumericFeature):
        return {"name": feature.name, "type": "number"}
    if isinstance(feature, CategoricalFeature):
        return {
            "name": feature.name, "type": "level", "kind": feature.kind, "reference": feature.levels[feature.reference],
            "levels": list(feature.levels), "unused": list(feature.unused), "pooled": feature.pooled,
        }  # fmt: skip
    return {"names": list(feature.names), "type": "sparse"}


def model_of(document: dict[str, Any]) -> Classifier:
    """The model that a document describes.

    Raises
    ------
    WrongDocumentError
        A field is missing, of a wrong type, or at odds with another.
    DataError
        LL169 a document of an older format that does not say what its levels are.
    """
    document = upgraded(document)
    classes = texts(document, "classes", at_least=2)
    last = text(document, "compared_with")
    rows = get(document, "coefficients", dict)
    labels = [*rows, last]
    must(sorted(labels) == sorted(classes), "coefficients and compared_with do not name each class once")
    columns = tuple(_column(is_a(f, dict, "features")) for f in get(document, "features", list))
    recipe = recipe_from(get(document, "formula", dict), columns) if "formula" in document else None
    features = columns if recipe is None else recipe.features
    # A formula may use a column as numbers and as levels.
    read = [
        (recipe is not None and isinstance(c, NumericFeature), name)
        for c in columns
        for name in (c.names if isinstance(c, SparseFeatures) else (c.name,))
    ]
    must(len(set(read)) == len(read), "features name a column twice")
    levels = {c.name: c.levels[c.reference] for c in columns if isinstance(c, CategoricalFeature)}
    formula = None if recipe is None else recipe.text
    report = _report({"reference_levels": levels, "formula": formula, **get(document, "fit", dict)})
    must(report.formula == formula, "fit.formula is not the formula")
    must(report.reference_levels == levels, "fit.reference_levels are not those of the features")
    must(report.target == text(document, "target"), "target and fit.target differ")
    must(report.classes == classes, "classes and fit.classes differ")
    must(report.reference is None or report.reference in classes, "fit.reference is no class")
    spec = _input(get(document, "input", dict))
    must((report.offset is None) == (spec.offset_from is None), "fit.offset and input.offset_from are at odds")
    width = 1 + sum(f.width for f in features)
    table = np.array([numbers(row, f"coefficients of {label}", width) for label, row in rows.items()])
    order = tuple(classes.index(label) for label in labels)
    names = [f.name for f in features if isinstance(f, NumericFeature)]
    centering = _centering(document, names, list(rows))
    if centering is not None:  # the same predictors, but for rounding
        terms = np.c_[table[:, :1], table[:, 1 : 1 + len(names)] * centering.centers]
        off = np.abs(terms.sum(axis=1) - centering.intercepts)
        must(bool((off <= 1e-10 * np.abs(terms).sum(axis=1)).all()), "centering and coefficients are at odds")
    model = Classifier(features, classes, order, table, report, spec, centering, recipe)
    must(list(model.term_names) == document.get("terms"), "terms are not those of the features")
    if "covariances" not in document:
        return model
    return replace(model, covariances=covariances_from(document["covariances"], report))


def _centering(document: dict[str, Any], names: list[str], labels: list[str]) -> Centering | None:
    if "centering" not in document:
        return None
    given = get(document, "centering", dict)
    centers, intercepts = get(given, "centers", dict), get(given, "intercepts", dict)
    must(list(centers) == names, "centering.centers are not those of the columns of numbers")
    must(list(intercepts) == labels, "centering.intercepts are not those of the classes")
    return Centering(
        np.array(numbers(list(centers.values()), "centering.centers", len(names))),
        np.array(numbers(list(intercepts.values()), "centering.intercepts", len(labels))),
    )


def _column(document: dict[str, Any]) -> Column:
    kind = document.get("type")
    if kind == "number":
        return NumericFeature(text(document, "name"))
    if kind == "sparse":
        return SparseFeatures(texts(document, "names"))
    must(kind == "level", f"a feature is of the type {kind!r}")
    name, levels, unused = text(document, "name"), texts(document, "levels", at_least=1), texts(document, "unused")
    reference, pooled = text(document, "reference"), get(document, "pooled", bool)
    must(reference in levels, f"the reference level of {name} is none of its levels")
    must(not set(unused) & set(levels), f"{name} has a level that is used and unused")
    must(not pooled or levels[-1] == RARE, f"the last level of {name} is not {RARE}")
    level_kind = text(document, "kind")
    must(level_kind in _LEVEL_KINDS, f"the levels of {name} are of the kind {level_kind!r}")
    return CategoricalFeature(name, levels, levels.index(reference), pooled, level_kind, unused)  # type: ignore[arg-type]


def _input(document: dict[str, Any]) -> InputSpec:
    kind, source = text(document, "target_kind"), document.get("offset_from")
    must(kind in _LEVEL_KINDS, f"the target is of the kind {kind!r}")
    must(source in (None, "column", "argument"), f"input.offset_from is {source!r}")
    given = get(document, "reading", dict)
    for name in ("delimiter", "thousands"):
        must(given.get(name) is None or isinstance(given[name], str), f"input.reading.{name} is no text")
    words = texts(given, "missing_words")
    try:
        reading = reading_of(
            delimiter=given.get("delimiter"), decimal=text(given, "decimal"), thousands=given.get("thousands"),
            encoding=text(given, "encoding"), missing_words=words,
        )  # fmt: skip
    except DataError as error:
        raise WrongDocumentError(f"input.reading: {error.message}") from error
    return InputSpec(kind, replace(reading, missing_words=words), source)  # type: ignore[arg-type]


def _without_plan(report: dict[str, Any]) -> dict[str, Any]:
    """How a fit was planned is of no use where its rows are not."""
    return {name: value for name, value in report.items() if name not in {"plan", "reads"}}


def _report(document: dict[str, Any]) -> FitReport:
    made = _without_plan(document)
    made["overall"] = None if made.get("overall") is None else record(FitStatistics, made["overall"], "fit.overall")
    made["counts"] = None if made.get("counts") is None else record(GroupedFit, made["counts"], "fit.counts")
    made["terms"] = tuple(record(Term, t, "fit.terms") for t in get(made, "terms", list))
    for t in made["terms"]:
        figures = (t.std_error, t.statistic, t.p_value)
        must(len({v is None for v in figures}) == 1, f"fit.terms: {t.term} has some of its figures")
    made["findings"] = tuple(map(finding_from, get(made, "findings", list)))
    why = made.pop("inference_refused", None)
    must(why is None or isinstance(why, str), f"fit.inference_refused is {str(why)[:40]}")
    code, _, said = (why or "").partition(" ")
    made["refusal"] = None if why is None else Finding.stored(code, said, (), serious=False)
    if code == "LL301":  # in the language of the reader
        made["refusal"] = Finding("LL301.penalised", alpha=get(made, "alpha", float))
    made["path"] = list(path_from(made.get("path", [])))
    made["classes"] = texts(made, "classes", at_least=2)
    # Of older files it is known from the weights.
    usual = {"kind": usual_kind("sampling" if made.get("weight_kind") == "sampling" else "frequency")}
    made["vcov"] = vcov_from(made.get("vcov", usual), "fit.vcov")
    report = record(FitReport, made, "fit")
    weights = report.sum_of_weights
    must(weights is None or 0.0 < weights < math.inf, f"fit.sum_of_weights is {weights}")
    must(0.0 <= report.alpha < math.inf, f"fit.alpha is {report.alpha}")
    must(0.0 < report.conf_level < 1.0, f"fit.conf_level is {report.conf_level}")
    return report
