r"""A derivation as LaTeX: ``align*`` environments, with the words as paragraphs. It needs ``amsmath`` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.latex import RELATIONS, latex
from loglik.derive.show.page_text import capital, gap, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonPart
    from loglik.derive.show.phrases import Phrase


def page(lesson: Lesson) -> str:
    """The symbols, and one ``align*`` for each part: names of the rules beside the steps, why each is taken below."""
    return "\n".join([*_symbols(lesson), *(_part(part, lesson) for part in lesson.parts)])


def _symbols(lesson: Lesson) -> Iterator[str]:
    for row in lesson.symbols:
        shown = escaped(row.shown) if isinstance(row.shown, str) else f"${_dotted(row.shown, lesson)}$"
        where = "" if row.domain is None else capital(sentence(_filled(row.domain, lesson), lesson), lesson)
        said = gap(lesson).join(
            each for each in (sentence(escaped(row.says), lesson), where, escaped(row.reason)) if each
        )
        yield f"{shown} --- {said}\\par"


def _dotted(e: Expr, lesson: Lesson) -> str:
    return latex(e, lesson.natural).replace("…", r"\dots")


def _filled(phrase: Phrase, lesson: Lesson) -> str:
    """A sentence with its formulas, the words escaped and the formulas not."""
    formulas = [f"${latex(e, lesson.natural)}$" for e in phrase.formulas]
    words = escaped(phrase.text.format(*(f"\0{i}\0" for i in range(len(formulas)))))
    for i, formula in enumerate(formulas):
        words = words.replace(f"\0{i}\0", formula)
    return words


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
    ("_", "\\_"), ("%", "\\%"), ("&", "\\&"), ("#", "\\#"), ("^", "\\^{}"), ("<=", "$\\le$"), ("<", "$<$"), (">", "$>$"),
    ("≤", "$\\le$"), ("≥", "$\\ge$"), ("≠", "$\\ne$"), ("⇔", "$\\iff$"), ("−", "$-$"), ("→", "$\\to$"), ("…", "\\dots{}"),
    ("∑", "$\\sum$"), ("∏", "$\\prod$"), ("²", "$^{2}$"), ("ₐ", "$_{a}$"), ("ₑ", "$_{e}$"), ("ⱼ", "$_{j}$"),
    ("θ", "$\\theta$"), ("μ", "$\\mu$"), ("τ", "$\\tau$"), ("ŷ", "$\\hat{y}$"),
)  # fmt: skip


def escaped(words: str) -> str:
    """Words for LaTeX: characters with a meaning of their own are escaped."""
    for plain, written in _ESCAPES:
        words = words.replace(plain, written)
    return words
