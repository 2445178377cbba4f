"""The ``loglik.check/1`` document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loglik.check.report.notation import latex, relation_tex, steps_of
from loglik.check.report.words import sentence
from loglik.check.result import SCHEMA, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.result import FileResult, Judgement
    from loglik.texts import Language


def content(results: Sequence[FileResult], language: Language) -> dict[str, Any]:
    """What ``--format json`` prints; docs/json.md describes it."""
    return {"schema": SCHEMA, "files": [file_content(each, language) for each in results]}


def file_content(result: FileResult, language: Language) -> dict[str, Any]:
    """One file."""
    counts = result.counts
    return {
        "file": result.document.name,
        "counts": {verdict: counts.get(verdict, 0) for verdict in VERDICTS},
        "formulas": [_formula(each, language) for each in result.judgements],
    }


def _formula(judgement: Judgement, language: Language) -> dict[str, Any]:
    shown = judgement.counterexample
    return {
        "line": judgement.position.line,
        "column": judgement.position.column,
        "tex": judgement.tex,
        "verdict": judgement.verdict,
        "reason": sentence(judgement.reason, language),
        "reading": judgement.reading,
        "assumed": [sentence(each, language) for each in judgement.assumed],
        "counterexample": shown and {"values": dict(shown.values), "left": shown.left, "right": shown.right},
        "suggestion": judgement.suggestion or None,
        "steps": [
            {
                "relation": relation,
                "term": str(term),
                "latex": f"{relation_tex(relation)} {latex(term, judgement.statement)}".strip(),
                "rule": rule,
            }
            for relation, term, rule in steps_of(judgement)
        ],
        "notes": [{"verdict": each.verdict, "reason": sentence(each.reason, language)} for each in judgement.notes],
    }
