r"""A derivation as LaTeX: ``align*`` environments, with the words as paragraphs. It needs ``amsmath`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.latex import RELATIONS, latex

if TYPE_CHECKING:
    from loglik.derive.show.lesson import Lesson, LessonPart


def page(lesson: Lesson) -> str:
    """One ``align*`` for each part, with the names of the rules beside the steps, and why each is taken below."""
    return "\n".join(_part(part, lesson) for part in lesson.parts)


def _part(part: LessonPart, lesson: Lesson) -> str:
    lines = f"\\begin{{align*}}\n{_lines(part, lesson, named=True)}\n\\end{{align*}}"
    said = [(part.number, part.why), *((step.number, step.why) for step in part.steps)]
    whys = "\n".join(f"({number}) {escaped(why)}\\par" for number, why in said if why)
    return f"{lines}\n{whys}" if whys else lines


def aligned(lesson: Lesson) -> str:
    """The formulas alone, for notebooks."""
    parts = "\\\\[1ex]\n".join(_lines(part, lesson, named=False) for part in lesson.parts)
    return f"$$\\begin{{aligned}}\n{parts}\n\\end{{aligned}}$$"


def _lines(part: LessonPart, lesson: Lesson, *, named: bool) -> str:
    lines = [f"& {latex(part.start, lesson.natural)}" + _beside(part.number, "", part.value, lesson) * named]
    for step in part.steps:
        term = latex(step.marked if named else step.term, lesson.natural)
        beside = _beside(step.number, step.rule_name, step.value, lesson) * named
        lines.append(f"{RELATIONS[step.relation]}\\;& {term}{beside}")
    return " \\\\\n".join(lines)


def _beside(number: int, name: str, value: str, lesson: Lesson) -> str:
    said = f" && \\text{{{escaped(name)}}}" if name else ""
    if value and lesson.values:
        said += f"{'' if name else ' &&'}\\quad \\text{{{escaped(lesson.words['value'].format(value))}}}"
    return f"{said} \\tag{{{number}}}"


_ESCAPES = (
    ("<=", "$\\le$"), ("≤", "$\\le$"), ("≥", "$\\ge$"), ("≠", "$\\ne$"), ("−", "$-$"), ("→", "$\\to$"), ("<", "$<$"),
    (">", "$>$"), ("_", "\\_"), ("%", "\\%"), ("&", "\\&"), ("#", "\\#"), ("^", "\\^{}"),
)  # fmt: skip


def escaped(words: str) -> str:
    """Words for LaTeX: characters with a meaning of their own are escaped."""
    for plain, written in _ESCAPES:
        words = words.replace(plain, written)
    return words
