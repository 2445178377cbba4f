"""A derivation as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loglik.derive.show.latex import latex

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonGiven, LessonPart
    from loglik.derive.show.step_words import LessonStep

SCHEMA = "loglik.derivation/1"


def page(lesson: Lesson) -> str:
    """The whole derivation, as a ``loglik.derivation/1`` document."""
    return json.dumps(content(lesson), ensure_ascii=False, indent=1)


def content(lesson: Lesson) -> dict[str, Any]:
    """The document as a dictionary."""

    def formula(e: Expr) -> dict[str, str]:
        return {"plain": str(e), "latex": latex(e, lesson.natural)}

    def step(each: LessonStep) -> dict[str, Any]:
        return {
            "number": each.number,
            "relation": each.relation,
            "term": formula(each.term),
            "rule": each.rule,
            "rule_name": each.rule_name,
            "basis": each.basis,
            "derived_in": each.source,
            "explanation": each.explanation,
            "why": each.why,
            "value": each.value,
            "replaced": [{"before": str(a), "after": str(b)} for a, b in each.replaced],
            "conditions": [phrase.filled(str) for phrase in (*each.conditions, *each.regular)],
            "verdict": each.verdict,
            "remark": each.remark,
            "points": each.points,
        }

    def given(each: LessonGiven) -> dict[str, Any]:
        return {"relation": formula(each.relation), "says": each.said.filled(str), "reason": each.reason}

    def part(each: LessonPart) -> dict[str, Any]:
        return {
            "heading": each.heading,
            "given": [given(g) for g in each.given],
            "number": each.number,
            "start": formula(each.start),
            "value": each.value,
            "reason": each.reason,
            "why": each.why,
            "steps": [step(s) for s in each.steps],
        }

    example = lesson.example
    return {
        "schema": SCHEMA,
        "name": lesson.name,
        "language": lesson.language,
        "title": lesson.title,
        "says": lesson.says,
        "formulas": list(lesson.formulas),
        "assumptions": [{"says": phrase.filled(str), "reason": why} for phrase, why in lesson.assumptions],
        "symbols": [
            {
                "name": row.name,
                "shown": row.shown if isinstance(row.shown, str) else str(row.shown),
                "stands_for": row.says,
                "values": row.domain.filled(str) if row.domain else "",
                "reason": row.reason,
            }
            for row in lesson.symbols
        ],
        "given": [given(g) for g in lesson.given],
        "parts": [part(each) for each in lesson.parts],
        "proves": [
            {
                **formula(result.relation),
                "if": [str(e) for e in result.given],
                "says": result.said.filled(str),
                "lines": list(result.lines),
            }
            for result in lesson.proves
        ],
        "rests_on": [
            {"rule": b.rule, "name": b.name, "basis": b.basis, "derived_in": b.source, "note": b.note}
            for b in lesson.rests_on
        ],
        "uses": list(lesson.uses),
        "used_by": list(lesson.used_by),
        "computed_by": list(lesson.computed_by),
        "example": example
        and {
            "values": {str(e): value for e, value in example.values},
            "statement": formula(example.statement),
            "left": example.left,
            "right": example.right,
        },
        "steps_shown": lesson.shown,
        "steps": lesson.total,
        "verified": lesson.verified,
    }
