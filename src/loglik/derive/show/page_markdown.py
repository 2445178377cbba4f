"""A derivation as Markdown with LaTeX formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.latex import RELATIONS, latex

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonStep


def page(lesson: Lesson) -> str:
    """The whole derivation."""
    words = lesson.words

    def inline(e: Expr) -> str:
        return f"${latex(e, lesson.natural)}$"

    lines = [f"# {lesson.title}", *(["", lesson.says] if lesson.says else [])]
    if lesson.assumptions:
        lines += ["", f"## {words['assumptions']}", ""]
        lines += [
            f"- {_mathematical(phrase.filled(inline))}" + (f" — {reason}" if reason else "")
            for phrase, reason in lesson.assumptions
        ]
    if lesson.given:
        lines += ["", f"## {words['given']}", "", *(_given(inline(e), why) for e, why in lesson.given)]
    for number, part in enumerate(lesson.parts, start=1):
        lines += ["", f"## {part.heading or words['derivation']}" + (f" ({number})" if not part.heading else "")]
        lines += ["", *(_given(inline(e), why) for e, why in part.given)] if part.given else []
        lines += ["", f"$${latex(part.start, lesson.natural)}$$"]
        for step in part.steps:
            lines += [
                "",
                f"$${RELATIONS[step.relation]} {latex(step.term, lesson.natural)}$$",
                "",
                _words(step, lesson),
            ]
    if lesson.shown < lesson.total:
        lines += ["", words["more"].format(lesson.shown, lesson.total)]
    if lesson.proves:
        lines += ["", f"## {words['proves']}", ""]
        lines += [f"- {claim.filled(inline)}" for claim in lesson.proves]
    lines += ["", lesson.verdict]
    if lesson.example:
        values = ", ".join(f"${latex(e, lesson.natural)} = {value}$" for e, value in lesson.example.values)
        lines += [
            "",
            f"## {words['example']}",
            "",
            values,
            "",
            f"$${latex(lesson.example.statement, lesson.natural)}$$",
            "",
        ]
        lines.append(f"{words['left']} {lesson.example.left}, {words['right']} {lesson.example.right}")
    return "\n".join(lines) + "\n"


def _given(relation: str, why: str) -> str:
    return f"- {relation} — {why}" if why else f"- {relation}"


def _words(step: LessonStep, lesson: Lesson) -> str:
    def inline(e: Expr) -> str:
        return f"${latex(e, lesson.natural)}$"

    japanese = lesson.language == "ja"
    sentence = f"**{step.rule_name}**" + (f"{':' if japanese else '. '}{step.explanation}" if step.explanation else "")
    for before, after in step.places:
        sentence += f" ${latex(before, lesson.natural)} \\to {latex(after, lesson.natural)}$"
    said = [phrase.filled(inline) for phrase in step.conditions]
    if said:
        between = "、" if japanese else ", "
        sentence += f" ({lesson.words['conditions']} {between.join(said)})"
    return f"{sentence} {step.remark}".rstrip()


def _mathematical(said: str) -> str:
    """Relations outside the formulas as they are printed."""
    return said.replace(">=", "≥").replace("<=", "≤").replace("!=", "≠")
