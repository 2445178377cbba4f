"""A derivation as Unicode text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.show.phrases import conditions_said, listed
from loglik.derive.show.text import END, RELATIONS, START, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Lesson, LessonGiven, LessonPart
    from loglik.derive.show.phrases import Phrase
    from loglik.derive.show.step_words import LessonStep


def page(lesson: Lesson, *, marks: bool = False) -> str:
    """The whole derivation; with `marks`, what each step changed stands between `text.START` and `text.END`."""
    found = "\n".join(_Page(lesson).lines())
    return found if marks else found.replace(START, "").replace(END, "")


class _Page:
    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.words = lesson, lesson.words

    def show(self, e: Expr) -> str:
        return text(e, self.lesson.natural)

    def filled(self, phrase: Phrase) -> str:
        return phrase.text.format(*map(self.show, phrase.formulas))

    def lines(self) -> Iterator[str]:
        lesson, words = self.lesson, self.words
        yield from (lesson.title, *([lesson.says] if lesson.says else []))
        yield from self.symbols()
        if lesson.given:
            yield from ("", words["given"], *self.given(lesson.given))
        for part in lesson.parts:
            yield from ("", *self.part(part))
        if lesson.shown < lesson.total:
            yield from ("", words["more"].format(lesson.shown, lesson.total))
        if lesson.proves:
            yield from ("", words["proves"])
            for result in lesson.proves:
                yield f"  {self.filled(result.said)}    {lines_of(result.lines, lesson)}"
                if result.says:
                    yield f"        {result.says}"
        yield from ("", lesson.verdict)
        yield from self.example()
        yield from self.basis()
        if lesson.used_by:
            yield from ("", f"{words['used_by']}  {', '.join(lesson.used_by)}")
        if lesson.computed_by:
            yield from ("", f"{words['computed_by']}  {', '.join(lesson.computed_by)}")

    def symbols(self) -> Iterator[str]:
        from rich.cells import cell_len

        rows = self.lesson.symbols
        if not rows:
            return
        yield from ("", self.words["assumptions"])
        names = [row.shown if isinstance(row.shown, str) else self.show(row.shown) for row in rows]
        width = min(14, max(map(cell_len, names)))
        for name, row in zip(names, rows, strict=True):
            yield f"  {name}{' ' * max(0, width - cell_len(name))}  {row.says}".rstrip()
            if row.domain is not None:
                yield f"        {sentence(self.filled(row.domain), self.lesson)}{gap(self.lesson)}{row.reason}".rstrip()

    def given(self, given: Iterable[LessonGiven]) -> Iterator[str]:
        for each in given:
            yield f"  {self.filled(each.said)}"
            if each.reason:
                yield f"        {each.reason}"

    def part(self, part: LessonPart) -> Iterator[str]:
        if part.heading:
            yield part.heading
        yield from self.given(part.given)
        reason = f"    {part.reason}" if part.reason and not part.given else ""
        yield f"    {self.show(part.start)}    ({part.number}){reason}"
        yield from (f"        {each}" for each in (part.why, self.value(part.value)) if each)
        for step in part.steps:
            yield f"  {RELATIONS[step.relation]} {self.show(step.marked)}    ({step.number})"
            yield from (f"        {each}" for each in self.step(step))

    def value(self, value: str) -> str:
        return self.words["value"].format(value) if value and self.lesson.values else ""

    def step(self, step: LessonStep) -> Iterator[str]:
        yield from ([step.why] if step.why else [])
        yield named(step, self.lesson)
        yield from (f"{self.show(before)} → {self.show(after)}" for before, after in step.places)
        if step.conditions:
            yield from conditions_said(step.conditions, self.filled, self.lesson.language)
        yield from ([self.value(step.value)] if self.value(step.value) else [])
        if step.remark:
            yield step.remark

    def example(self) -> Iterator[str]:
        example, words = self.lesson.example, self.words
        if example is None:
            return
        yield from ("", words["example"])
        yield f"  {listed([f'{self.show(e)} = {value}' for e, value in example.values], self.lesson.language)}"
        yield f"  {self.show(example.statement)}"
        yield f"  {words['left']} {example.left}   {words['right']} {example.right}"

    def basis(self) -> Iterator[str]:
        words = self.words
        for kind, heading in (("definition", "definitions"), ("law", "laws"), ("derived", "derived")):
            found = [each for each in self.lesson.rests_on if each.basis == kind]
            if found:
                yield from ("", words[heading])
            for each in found:
                source = f"  ({words['rests_on_law'].format(each.source) if kind == 'law' else each.source})" * bool(
                    each.source
                )
                yield f"  {capital(each.name, self.lesson)}{source}"
                if each.note:
                    yield f"        {each.note}"


def capital(name: str, lesson: Lesson) -> str:
    """A name as it begins a line."""
    return name[0].upper() + name[1:] if lesson.language == "en" else name


def gap(lesson: Lesson) -> str:
    """What stands between sentences."""
    return " " if lesson.language == "en" else ""


def sentence(said: str, lesson: Lesson) -> str:
    """Words with a full stop."""
    return said if said.endswith((".", "。")) else said + lesson.words["stop"]


def lines_of(lines: tuple[int, int], lesson: Lesson) -> str:
    """The lines of the page that prove something."""
    return lesson.words["from_lines"].format(*lines)


def tagged(step: LessonStep, lesson: Lesson) -> bool:
    """Whether it is said why the rule of a step holds: where its name does not say so by itself."""
    defines = step.basis == "definition" and lesson.words["basis_definition"] in step.rule_name.lower()
    return step.basis in {"definition", "law", "derived"} and not defines


def named(step: LessonStep, lesson: Lesson) -> str:
    """The rule of a step, why it holds, and what it says where nothing else was said or where it says more."""
    basis = lesson.words[f"basis_{step.basis}"].format(step.source) if tagged(step, lesson) else ""
    tag = (f" ({basis})" if lesson.language == "en" else f"（{basis}）") if basis else ""
    says = step.explanation if not (step.why and step.basis in {"arithmetic", ""}) else ""
    if not says:
        return sentence(f"{step.rule_name}{tag}", lesson)
    return f"{step.rule_name}{tag}{'. ' if lesson.language == 'en' else '：'}{says}"
