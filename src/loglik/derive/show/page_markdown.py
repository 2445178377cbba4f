"""A derivation as Markdown with LaTeX formulas. What a step changed is bold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.latex import RELATIONS, latex
from loglik.derive.show.page_text import capital, gap, lines_of, named, sentence
from loglik.derive.show.phrases import conditions_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonGiven, LessonPart
    from loglik.derive.show.phrases import Phrase
    from loglik.derive.show.step_words import LessonStep


def page(lesson: Lesson) -> str:
    """The whole derivation."""
    return "\n".join(_Page(lesson).lines()) + "\n"


class _Page:
    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.words = lesson, lesson.words

    def inline(self, e: Expr) -> str:
        return f"${latex(e, self.lesson.natural)}$"

    def block(self, e: Expr, number: int, relation: str = "") -> str:
        sign = f"{RELATIONS[relation]} " if relation else ""
        return f"$${sign}{latex(e, self.lesson.natural)} \\tag{{{number}}}$$"

    def filled(self, phrase: Phrase) -> str:
        return phrase.text.format(*map(self.inline, phrase.formulas))

    def lines(self) -> Iterator[str]:
        lesson, words = self.lesson, self.words
        yield from (f"# {lesson.title}", *(["", lesson.says] if lesson.says else []))
        yield from self.symbols()
        if lesson.given:
            yield from ("", f"## {words['given']}", "", *self.given(lesson.given))
        for number, part in enumerate(lesson.parts, start=1):
            yield from self.part(part, number)
        if lesson.shown < lesson.total:
            yield from ("", words["more"].format(lesson.shown, lesson.total))
        if lesson.proves:
            yield from ("", f"## {words['proves']}", "")
            for result in lesson.proves:
                says = f"{gap(lesson)}{result.says}" if result.says else ""
                yield f"- {sentence(f'{self.filled(result.said)} — {lines_of(result.lines, lesson)}', lesson)}{says}"
        yield from ("", lesson.verdict)
        yield from self.example()
        yield from self.basis()
        for key, names in (("used_by", lesson.used_by), ("computed_by", lesson.computed_by)):
            if names:
                yield from ("", f"## {words[key]}", "", ", ".join(f"`{name}`" for name in names))

    def symbols(self) -> Iterator[str]:
        words = self.words
        if not self.lesson.symbols:
            return
        yield from ("", f"## {words['assumptions']}", "")
        yield f"| {words['symbol']} | {words['stands_for']} | {words['values']} |"
        yield "|---|---|---|"
        for row in self.lesson.symbols:
            shown = row.shown if isinstance(row.shown, str) else self.inline(row.shown)
            domain = (
                f"{sentence(self.filled(row.domain), self.lesson)}{gap(self.lesson)}{row.reason}" if row.domain else ""
            )
            yield f"| {_cell(shown)} | {_cell(row.says)} | {_cell(domain.strip())} |"

    def given(self, given: Iterable[LessonGiven]) -> Iterator[str]:
        return (f"- {self.filled(each.said)}" + (f" — {each.reason}" if each.reason else "") for each in given)

    def part(self, part: LessonPart, number: int) -> Iterator[str]:
        yield from ("", f"## {part.heading or self.words['derivation']}" + (f" ({number})" if not part.heading else ""))
        yield from ["", *self.given(part.given)] if part.given else []
        yield from ("", self.block(part.start, part.number))
        reason = part.reason if not part.given else ""
        said = gap(self.lesson).join(each for each in (reason, part.why, self.value(part.value)) if each)
        yield from ["", said] if said else []
        for step in part.steps:
            yield from ("", self.block(step.marked, step.number, step.relation), "", self.step(step))

    def value(self, value: str) -> str:
        return sentence(self.words["value"].format(value), self.lesson) if value and self.lesson.values else ""

    def step(self, step: LessonStep) -> str:
        lesson = self.lesson
        rule = f"*{named(step, lesson)}*" if step.why else named(step, lesson)
        said = f"{step.why}{gap(lesson)}{rule}" if step.why else rule
        for before, after in step.places:
            said += f" ${latex(before, lesson.natural)} \\to {latex(after, lesson.natural)}$"
        if step.conditions:
            said += f" ({'; '.join(conditions_said(step.conditions, self.filled, lesson.language))})"
        return f"{said} {self.value(step.value)} {step.remark}".rstrip()

    def example(self) -> Iterator[str]:
        example, words = self.lesson.example, self.words
        if example is None:
            return
        values = ", ".join(f"${latex(e, self.lesson.natural)} = {value}$" for e, value in example.values)
        yield from (
            "",
            f"## {words['example']}",
            "",
            values,
            "",
            f"$${latex(example.statement, self.lesson.natural)}$$",
            "",
        )
        yield f"{words['left']} {example.left}, {words['right']} {example.right}"

    def basis(self) -> Iterator[str]:
        if self.lesson.rests_on:
            yield from ("", f"## {self.words['rests_on']}", "")
        for each in self.lesson.rests_on:
            source = f" (`{each.source}`)" if each.source and each.basis == "law" else ""
            note = f"{gap(self.lesson)}{each.note}" if each.note else ""
            tag = self.words[f"basis_{each.basis}"].format(f"`{each.source}`")
            yield f"- {sentence(f'{capital(each.name, self.lesson)} — {tag}{source}', self.lesson)}{note}"


def _cell(said: str) -> str:
    """A cell of a table: a bar would end it."""
    return said.replace("\\left|", "\\left\\vert ").replace("\\right|", "\\right\\vert ").replace("|", "\\|")
