"""A derivation as Unicode text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.text import RELATIONS, text

if TYPE_CHECKING:
    from loglik.derive.expressions import Equation, Expr
    from loglik.derive.show.lesson import Lesson, LessonPart, LessonStep


def page(lesson: Lesson) -> str:
    """The whole derivation."""
    words = lesson.words

    def show(e: Expr) -> str:
        return text(e, lesson.natural)

    lines = [lesson.title, *([lesson.says] if lesson.says else [])]
    if lesson.assumptions:
        lines += ["", words["assumptions"]]
        for phrase, reason in lesson.assumptions:
            said = phrase.filled(show)
            lines += [f"  {_mathematical(said)}", *([f"        {reason}"] if reason else [])]
    if lesson.given:
        lines += ["", words["given"], *_given(lesson.given, lesson)]
    for part in lesson.parts:
        lines += ["", *_part(part, lesson)]
    if lesson.shown < lesson.total:
        lines += ["", words["more"].format(lesson.shown, lesson.total)]
    if lesson.proves:
        lines += ["", words["proves"], *(f"  {claim.filled(show)}" for claim in lesson.proves)]
    lines += ["", lesson.verdict]
    if lesson.example:
        values = ", ".join(f"{show(e)} = {value}" for e, value in lesson.example.values)
        lines += ["", words["example"], f"  {values}"]
        lines.append(f"  {show(lesson.example.statement)}")
        lines.append(f"  {words['left']} {lesson.example.left}   {words['right']} {lesson.example.right}")
    if lesson.used_by:
        lines += ["", f"{words['used_by']}  {', '.join(lesson.used_by)}"]
    if lesson.computed_by:
        lines += ["", f"{words['computed_by']}  {', '.join(lesson.computed_by)}"]
    return "\n".join(lines)


def _given(given: tuple[tuple[Equation, str], ...], lesson: Lesson) -> list[str]:
    pairs = ((f"  {text(relation, lesson.natural)}", *([f"        {why}"] if why else [])) for relation, why in given)
    return [line for pair in pairs for line in pair]


def _part(part: LessonPart, lesson: Lesson) -> list[str]:
    def show(e: Expr) -> str:
        return text(e, lesson.natural)

    lines = [part.heading] if part.heading else []
    lines += _given(part.given, lesson)
    lines.append(f"    {show(part.start)}" + (f"    {part.reason}" if part.reason and not part.given else ""))
    for step in part.steps:
        lines.append(f"  {RELATIONS[step.relation]} {show(step.term)}")
        lines += [f"        {each}" for each in _words(step, lesson)]
    return lines


def _words(step: LessonStep, lesson: Lesson) -> list[str]:
    def show(e: Expr) -> str:
        return text(e, lesson.natural)

    words = lesson.words
    stop = "。" if lesson.language == "ja" else "."
    named = step.rule_name + (
        f"{':' if lesson.language == 'ja' else '. '}{step.explanation}" if step.explanation else stop
    )
    lines = [named]
    lines += [f"{show(before)} → {show(after)}" for before, after in step.places]
    said = [phrase.filled(show) for phrase in step.conditions]
    if said:
        between = "、" if lesson.language == "ja" else ", "
        lines.append(f"{words['conditions']}{':' if lesson.language == 'ja' else ' '}{between.join(said)}")
    if step.remark:
        lines.append(step.remark)
    return lines


def _mathematical(said: str) -> str:
    """Relations between the formulas as they are printed."""
    return said.replace(">=", "≥").replace("<=", "≤").replace("!=", "≠")
