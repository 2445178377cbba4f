"""SARIF 2.1.0, which code hosts show beside the lines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from loglik.check.report.github import message
from loglik.check.report.words import verdict_word
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.result import FileResult, Judgement, Verdict
    from loglik.texts import Language

_LEVELS: dict[Verdict, str] = {
    "refuted": "error",
    "inconsistent": "error",
    "suspicious": "warning",
    "lint": "warning",
    "verified-if": "note",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report(results: Sequence[FileResult], language: Language) -> dict[str, Any]:
    """The log: one run, a rule for each verdict that somebody should look at, a result for each finding."""
    rules = [
        {"id": verdict, "name": verdict, "shortDescription": {"text": verdict_word(verdict, language)}}
        for verdict in _LEVELS
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "loglik check", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(result.document.name, each, language)
                    for result in results
                    for each in result.judgements
                    if each.verdict in _LEVELS
                ],
            }
        ],
    }


def _result(file: str, judgement: Judgement, language: Language) -> dict[str, Any]:
    place = judgement.position
    found: dict[str, Any] = {
        "ruleId": judgement.verdict,
        "ruleIndex": list(_LEVELS).index(judgement.verdict),
        "level": _LEVELS[judgement.verdict],
        "message": {"text": message(judgement, language)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file.replace("\\", "/"))},
                    "region": {
                        "startLine": place.line,
                        "startColumn": place.column,
                        "snippet": {"text": judgement.tex},
                    },
                }
            }
        ],
        "partialFingerprints": {"loglik/relation": fingerprint(judgement)},
    }
    return found


def fingerprint(judgement: Judgement) -> str:
    """What stays the same of a finding when lines move: the verdict and the source of the relation."""
    from hashlib import sha256

    text = f"{judgement.verdict}\n{' '.join(judgement.tex.split())}"
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
