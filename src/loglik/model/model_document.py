"""A model as a JSON document and back, with every field checked: a document that was changed and signed again is data too."""

from __future__ import annotations

import math
from dataclasses import asdict, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import numpy as np

from loglik.design.features import RARE, CategoricalFeature, Feature, NumericFeature, SparseFeatures
from loglik.design.input_spec import InputSpec
from loglik.design.levels import LevelKind, sort_levels
from loglik.design.numerals import all_numbers, number_spelling
from loglik.design.reading import reading_of
from loglik.errors import DataError, Finding
from loglik.inference.fit_statistics import FitStatistics
from loglik.inference.wald import Term
from loglik.model.classifier import Centering, Classifier
from loglik.model.report import FitReport
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SCHEMA = "loglik.model/1.2"
READ = (SCHEMA, "loglik.model/1.1", "loglik.model/1")
"""Formats that are read; the older ones are brought up to the present one."""

_LEVEL_KINDS = get_args(LevelKind)


class WrongDocumentError(ValueError):
    """What is wrong, and where in the document."""


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
        "features": [_feature_document(f) for f in model.features],
        "terms": list(model.term_names),
        "coefficients": {
            label: [float(v) for v in row] for label, row in zip(labels, model.coefficients, strict=False)
        },
        **_centering_document(model, labels),
        "fit": {
            **asdict(replace(model.report, terms=tuple(model.report.terms), findings=())),
            "findings": [_finding_document(f) for f in model.report.findings],
        },
    }


def _finding_document(finding: Finding) -> dict[str, Any]:
    said = {"code": finding.code, "message": finding.said.text("en")}
    return {**said, "columns": finding.columns, "serious": finding.serious}


def _feature_document(feature: Feature) -> dict[str, Any]:
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
    if document.get("schema") == "loglik.model/1":
        document = _with_kinds(document)
    if document.get("schema") != SCHEMA:
        document = _with_conf_level(document)
    classes = _texts(document, "classes", at_least=2)
    last = _text(document, "compared_with")
    rows = _get(document, "coefficients", dict)
    labels = [*rows, last]
    _must(sorted(labels) == sorted(classes), "coefficients and compared_with do not name each class once")
    features = tuple(_feature(_is(f, dict, "features")) for f in _get(document, "features", list))
    names = [n for f in features for n in (f.names if isinstance(f, SparseFeatures) else (f.name,))]
    _must(len(set(names)) == len(names), "features name a column twice")
    levels = {f.name: f.levels[f.reference] for f in features if isinstance(f, CategoricalFeature)}
    report = _report({"reference_levels": levels, **_get(document, "fit", dict)})
    _must(report.reference_levels == levels, "fit.reference_levels are not those of the features")
    _must(report.target == _text(document, "target"), "target and fit.target differ")
    _must(report.classes == classes, "classes and fit.classes differ")
    _must(report.reference is None or report.reference in classes, "fit.reference is no class")
    spec = _input(_get(document, "input", dict))
    _must((report.offset is None) == (spec.offset_from is None), "fit.offset and input.offset_from are at odds")
    width = 1 + sum(f.width for f in features)
    table = np.array([_numbers(row, f"coefficients of {label}", width) for label, row in rows.items()])
    order = tuple(classes.index(label) for label in labels)
    names = [f.name for f in features if isinstance(f, NumericFeature)]
    centering = _centering(document, names, list(rows))
    if centering is not None:  # the same predictors, but for rounding
        terms = np.c_[table[:, :1], table[:, 1 : 1 + len(names)] * centering.centers]
        off = np.abs(terms.sum(axis=1) - centering.intercepts)
        _must(bool((off <= 1e-10 * np.abs(terms).sum(axis=1)).all()), "centering and coefficients are at odds")
    model = Classifier(features, classes, order, table, report, spec, centering)
    _must(list(model.term_names) == document.get("terms"), "terms are not those of the features")
    return model


def _centering(document: dict[str, Any], names: list[str], labels: list[str]) -> Centering | None:
    if "centering" not in document:
        return None
    given = _get(document, "centering", dict)
    centers, intercepts = _get(given, "centers", dict), _get(given, "intercepts", dict)
    _must(list(centers) == names, "centering.centers are not those of the columns of numbers")
    _must(list(intercepts) == labels, "centering.intercepts are not those of the classes")
    return Centering(
        np.array(_numbers(list(centers.values()), "centering.centers", len(names))),
        np.array(_numbers(list(intercepts.values()), "centering.intercepts", len(labels))),
    )


def _feature(document: dict[str, Any]) -> Feature:
    kind = document.get("type")
    if kind == "number":
        return NumericFeature(_text(document, "name"))
    if kind == "sparse":
        return SparseFeatures(_texts(document, "names"))
    _must(kind == "level", f"a feature is of the type {kind!r}")
    name, levels, unused = _text(document, "name"), _texts(document, "levels", at_least=1), _texts(document, "unused")
    reference, pooled = _text(document, "reference"), _get(document, "pooled", bool)
    _must(reference in levels, f"the reference level of {name} is none of its levels")
    _must(not set(unused) & set(levels), f"{name} has a level that is used and unused")
    _must(not pooled or levels[-1] == RARE, f"the last level of {name} is not {RARE}")
    level_kind = _text(document, "kind")
    _must(level_kind in _LEVEL_KINDS, f"the levels of {name} are of the kind {level_kind!r}")
    return CategoricalFeature(name, levels, levels.index(reference), pooled, level_kind, unused)  # type: ignore[arg-type]


def _input(document: dict[str, Any]) -> InputSpec:
    kind, source = _text(document, "target_kind"), document.get("offset_from")
    _must(kind in _LEVEL_KINDS, f"the target is of the kind {kind!r}")
    _must(source in (None, "column", "argument"), f"input.offset_from is {source!r}")
    given = _get(document, "reading", dict)
    for name in ("delimiter", "thousands"):
        _must(given.get(name) is None or isinstance(given[name], str), f"input.reading.{name} is no text")
    words = _texts(given, "missing_words")
    try:
        reading = reading_of(
            delimiter=given.get("delimiter"), decimal=_text(given, "decimal"), thousands=given.get("thousands"),
            encoding=_text(given, "encoding"), missing_words=words,
        )  # fmt: skip
    except DataError as error:
        raise WrongDocumentError(f"input.reading: {error.message}") from error
    return InputSpec(kind, replace(reading, missing_words=words), source)  # type: ignore[arg-type]


def _report(document: dict[str, Any]) -> FitReport:
    made = dict(document)
    made["overall"] = None if made.get("overall") is None else _record(FitStatistics, made["overall"], "fit.overall")
    made["terms"] = tuple(_record(Term, t, "fit.terms") for t in _get(made, "terms", list))
    for t in made["terms"]:
        figures = (t.std_error, t.statistic, t.p_value, t.conf_low, t.conf_high)
        _must(len({v is None for v in figures}) == 1, f"fit.terms: {t.term} has some of its figures")
    made["findings"] = tuple(
        Finding.stored(_text(f, "code"), _text(f, "message"), _texts(f, "columns"), serious=bool(f.get("serious")))
        for f in (_is(each, dict, "fit.findings") for each in _get(made, "findings", list))
    )
    made["classes"] = _texts(made, "classes", at_least=2)
    return _record(FitReport, made, "fit")


def _is_double(value: Any) -> bool:
    """Whether a value is a number that a double holds; JSON allows whole numbers of any size."""
    return isinstance(value, float) or (
        isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE
    )


_TOO_LARGE = 1 << 1023
# What JSON may hold for a field, by its annotation; others are checked where they are made.
_TYPES: dict[str, Callable[[Any], bool]] = {
    "str": lambda v: isinstance(v, str),
    "str | None": lambda v: v is None or isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0,
    "int | None": lambda v: v is None or (isinstance(v, int) and not isinstance(v, bool)),
    "float": _is_double,
    "float | None": lambda v: v is None or _is_double(v),
    "dict[str, int]": lambda v: isinstance(v, dict) and all(isinstance(n, int) for n in v.values()),
    "dict[str, str]": lambda v: isinstance(v, dict) and all(isinstance(n, str) for n in v.values()),
    "WeightKind": lambda v: v in ("frequency", "sampling"),
}

_DOUBLES = (_TYPES["float"], _TYPES["float | None"])


def _record(kind: type[T], document: Any, where: str) -> T:
    """A dataclass from a document that has its fields, each of the type that its annotation says."""
    assert is_dataclass(kind)  # noqa: S101
    _is(document, dict, where)
    given = {}
    for field in fields(kind):
        if field.name not in document:
            continue  # one that later versions have added has a default
        value = document[field.name]
        if isinstance(value, list):
            value = tuple(value)
        check = _TYPES.get(str(field.type))
        _must(check is None or check(value), f"{where}.{field.name} is {str(value)[:40]}")
        if check in _DOUBLES and value is not None:
            value = float(value)
        given[field.name] = value
    try:
        return kind(**given)
    except TypeError as error:
        raise WrongDocumentError(f"{where}: {error}") from error


def _must(holds: bool, message: str) -> None:  # noqa: FBT001
    if not holds:
        raise WrongDocumentError(message)


def _is(value: Any, kind: type, where: str) -> Any:
    _must(isinstance(value, kind), f"{where} is not a {kind.__name__}")
    return value


def _get(document: dict[str, Any], key: str, kind: type) -> Any:
    _must(key in document, f"{key} is missing")
    return _is(document[key], kind, key)


def _text(document: dict[str, Any], key: str) -> str:
    return str(_get(document, key, str))


def _texts(document: dict[str, Any], key: str, *, at_least: int = 0) -> tuple[str, ...]:
    found = _get(document, key, list)
    _must(all(isinstance(t, str) for t in found), f"{key} has something else than texts")
    _must(len(set(found)) == len(found) >= at_least, f"{key} has one twice, or too few")
    return tuple(found)


def _numbers(row: Any, where: str, width: int) -> list[float]:
    _is(row, list, where)
    _must(len(row) == width, f"{where}: {len(row)} numbers for {width} terms")
    fine = all(_is_double(v) and math.isfinite(v) for v in row)
    _must(fine, f"{where}: not all are finite numbers")
    return [float(v) for v in row]


def _with_conf_level(document: dict[str, Any]) -> dict[str, Any]:
    """A document of 1.1 or before, which called the coverage of the intervals `level`."""
    fit = dict(_get(document, "fit", dict))
    _must("level" in fit, "fit.level is missing")
    return {**document, "fit": {**fit, "conf_level": fit.pop("level")}}


def _with_kinds(document: dict[str, Any]) -> dict[str, Any]:
    """A document of the first format, in which kinds were inferred anew at each prediction.

    Raises
    ------
    DataError
        LL169 levels that may have been numbers, booleans or text.
    """
    made = dict(document)
    features = []
    for feature in _get(document, "features", list):
        _is(feature, dict, "features")
        new = {}
        if feature.get("type") == "level":
            if _ambiguous(_texts(feature, "levels")):
                raise DataError(
                    "LL169",
                    "the model was written by an older version, which did not say whether the levels of "
                    f'"{feature.get("name")}" (such as {feature["levels"][0]}) are text, numbers or booleans',
                    "Fit again, and the model file says it.",
                )
            new = {"kind": "text", "unused": []}
        features.append({**feature, **new})
    classes = _texts(document, "classes", at_least=2)
    numbers = all_numbers(classes) and all(number_spelling(c) == c for c in classes)
    offset = _get(document, "fit", dict).get("offset")
    made["features"] = features
    made["input"] = {
        "target_kind": "number" if numbers else "text",
        "reading": {**asdict(reading_of()), "missing_words": list(reading_of().missing_words)},
        "offset_from": None if offset is None else "column",
    }
    return made


def _ambiguous(levels: tuple[str, ...]) -> bool:
    others = [level for level in levels if level != RARE]
    return all_numbers(others) or sort_levels({level.lower() for level in others} | {"false", "true"}) == (
        "false",
        "true",
    )
