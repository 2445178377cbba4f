"""A derivation as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loglik.derive.show.latex import latex

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonPart, LessonStep

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
            "relation": each.relation,
            "term": formula(each.term),
            "rule": each.rule,
            "rule_name": each.rule_name,
            "explanation": each.explanation,
            "replaced": [{"before": str(a), "after": str(b)} for a, b in each.replaced],
            "conditions": [phrase.filled(str) for phrase in each.conditions],
            "verdict": each.verdict,
            "remark": each.remark,
            "points": each.points,
        }

    def part(each: LessonPart) -> dict[str, Any]:
        return {
            "heading": each.heading,
            "given": [{"relation": formula(e), "reason": why} for e, why in each.given],
            "start": formula(each.start),
            "reason": each.reason,
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
        "given": [{"relation": formula(e), "reason": why} for e, why in lesson.given],
        "parts": [part(each) for each in lesson.parts],
        "proves": [
            {**formula(claim.formulas[0]), "if": [str(e) for e in claim.formulas[1:]]} for claim in lesson.proves
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
