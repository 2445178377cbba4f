"""Models that older versions wrote, brought up to the present format."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from loglik.design.features import RARE
from loglik.design.levels import sort_levels
from loglik.design.numerals import all_numbers, number_spelling
from loglik.design.reading import reading_of
from loglik.errors import DataError
from loglik.model.document_fields import get, is_a, must, texts

OLDER = ("loglik.model/1.1", "loglik.model/1")
"""Their formats."""


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """A document in the present format.

    Raises
    ------
    DataError
        LL169 one that does not say what its levels are.
    """
    if document.get("schema") == "loglik.model/1":
        document = _with_kinds(document)
    return _with_conf_level(document) if document.get("schema") in OLDER else document


def _with_conf_level(document: dict[str, Any]) -> dict[str, Any]:
    """A document of 1.1 or before, which called the coverage of the intervals `level`."""
    fit = dict(get(document, "fit", dict))
    must("level" in fit, "fit.level is missing")
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
    for feature in get(document, "features", list):
        is_a(feature, dict, "features")
        new = {}
        if feature.get("type") == "level":
            if _ambiguous(texts(feature, "levels")):
                raise DataError("LL169.older", column=feature.get("name"), level=feature["levels"][0])
            new = {"kind": "text", "unused": []}
        features.append({**feature, **new})
    classes = texts(document, "classes", at_least=2)
    numbers = all_numbers(classes) and all(number_spelling(c) == c for c in classes)
    offset = get(document, "fit", dict).get("offset")
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
