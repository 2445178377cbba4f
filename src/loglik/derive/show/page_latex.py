"""A derivation as LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.latex import RELATIONS, latex

if TYPE_CHECKING:
    from loglik.derive.show.lesson import Lesson, LessonPart


def page(lesson: Lesson) -> str:
    """One ``align*`` for each part, with the names of the rules beside the steps."""
    return "\n".join(
        f"\\begin{{align*}}\n{_lines(part, lesson.natural, named=True)}\n\\end{{align*}}" for part in lesson.parts
    )


def aligned(lesson: Lesson) -> str:
    """The formulas alone, for notebooks."""
    parts = "\\\\[1ex]\n".join(_lines(part, lesson.natural, named=False) for part in lesson.parts)
    return f"$$\\begin{{aligned}}\n{parts}\n\\end{{aligned}}$$"


def _lines(part: LessonPart, natural: str, *, named: bool) -> str:
    lines = [f"& {latex(part.start, natural)}"]
    for step in part.steps:
        beside = f" && \\text{{{escaped(step.rule_name)}}}" if named else ""
        lines.append(f"{RELATIONS[step.relation]}\\;& {latex(step.term, natural)}{beside}")
    return " \\\\\n".join(lines)


def escaped(words: str) -> str:
    """Words for LaTeX: characters with a meaning of their own are escaped."""
    for plain, written in (("<=", "$\\le$"), ("≤", "$\\le$"), ("−", "$-$"), ("_", "\\_"), ("%", "\\%"), ("&", "\\&")):
        words = words.replace(plain, written)
    return words
