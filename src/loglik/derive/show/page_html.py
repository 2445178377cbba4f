"""A derivation as HTML with MathML: a page of its own, or a fragment. Both are well-formed XML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loglik.derive.show.mathml import broken, mathml
from loglik.derive.show.page_text import capital, gap, tagged
from loglik.derive.show.phrases import conditions_said, listed
from loglik.plot.pictures import picture
from loglik.texts import read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from loglik.derive.expressions import Expr
    from loglik.derive.show.lesson import Basis, Lesson, LessonGiven, LessonPart
    from loglik.derive.show.phrases import Phrase
    from loglik.derive.show.step_words import LessonStep


def page(lesson: Lesson) -> str:
    """A page of its own, with nothing fetched from anywhere."""
    return pages([lesson])


def pages(lessons: Sequence[Lesson]) -> str:
    """Several derivations on one page; of more than one there is a list at the top."""
    first = lessons[0]
    here = {lesson.name for lesson in lessons}
    body = "\n".join(section(lesson, here) for lesson in lessons)
    title = first.title if len(lessons) == 1 else first.words["contents"]
    if len(lessons) > 1:
        items = "".join(f'<li><a href="#{escape(each.name)}">{escape(each.title)}</a></li>' for each in lessons)
        body = f"<h1>{escape(title)}</h1>\n<ol>{items}</ol>\n{body}"
    return document(title, first.language, body)


def document(title: str, language: str, body: str) -> str:
    """A page around a body."""
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{escape(title)}</title>\n<style>\n{read('loglik.derive.show', 'style.css')}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def section(lesson: Lesson, here: Collection[str] = ()) -> str:
    """The derivation as one ``section`` element; `here` are the derivations that stand on the same page."""
    body = "\n".join(_Section(lesson, here).pieces())
    return f'<section id="{escape(lesson.name)}" lang="{lesson.language}">\n{body}\n</section>'


def filled(phrase: Phrase, inline: Callable[[Expr], str]) -> str:
    """A sentence with its formulas, the words escaped and the formulas not."""
    return escape(phrase.text, quote=False).format(*map(inline, phrase.formulas))


class _Section:
    def __init__(self, lesson: Lesson, here: Collection[str]) -> None:
        self.lesson, self.words, self.here = lesson, lesson.words, here

    # -- small pieces

    def inline(self, e: Expr) -> str:
        return mathml(e, self.lesson.natural, block=False)

    def filled(self, phrase: Phrase) -> str:
        return filled(phrase, self.inline)

    def link(self, name: str) -> str:
        address = f"#{name}" if name in self.here else f"{name}.html"
        return f'<a href="{escape(address)}"><code>{escape(name)}</code></a>'

    def line(self, e: Expr, number: int, relation: str = "") -> str:
        anchor = f"{escape(self.lesson.name)}.{number}"
        term = broken(e, self.lesson.natural, before=relation)
        return f'<div class="line" id="{anchor}"><div class="term">{term}</div><span class="no">({number})</span></div>'

    def value(self, value: str) -> str:
        said = escape(self.words["value"].format(value))
        return f'<p class="value">{said}</p>' if value and self.lesson.values else ""

    # -- the page from top to bottom

    def pieces(self) -> Iterator[str]:
        lesson, words = self.lesson, self.words
        yield f"<h1>{escape(lesson.title)}</h1>"
        if lesson.says:
            yield f'<p class="lead">{escape(lesson.says)}</p>'
        if figures := picture(lesson.name, lesson.language):
            yield figures
        yield from self.symbols()
        if lesson.given:
            yield f"<h2>{words['given']}</h2>{self.given(lesson.given)}"
        yield from map(self.part, lesson.parts)
        if lesson.shown < lesson.total:
            yield f"<p>{escape(words['more'].format(lesson.shown, lesson.total))}</p>"
        if lesson.proves:
            results = "".join(self.results())
            yield f'<h2>{words["proves"]}</h2><div class="results">{results}</div>'
        yield f"<p>{escape(lesson.verdict)}</p>"
        if lesson.example:
            values = listed(
                [f"{self.inline(e)} = {escape(value)}" for e, value in lesson.example.values], lesson.language
            )
            yield (
                f'<h2>{words["example"]}</h2><p class="inline">{values}</p>'
                f'<div class="term">{broken(lesson.example.statement, lesson.natural)}</div>'
                f"<p>{words['left']} {escape(lesson.example.left)}, {words['right']} {escape(lesson.example.right)}</p>"
            )
        yield from self.basis()
        if lesson.used_by:
            items = "".join(f"<li>{self.titled(each)}</li>" for each in lesson.used_by)
            yield f'<h2>{words["used_by"]}</h2><ul class="links">{items}</ul>'
        if lesson.computed_by:
            said = ", ".join(f"<code>{escape(each)}</code>" for each in lesson.computed_by)
            yield f"<h2>{words['computed_by']}</h2><p>{said}</p>"

    def symbols(self) -> Iterator[str]:
        words = self.words
        if not self.lesson.symbols:
            return
        rows = []
        for row in self.lesson.symbols:
            shown = escape(row.shown) if isinstance(row.shown, str) else self.inline(row.shown)
            domain = self.filled(row.domain) if row.domain else ""
            reason = f"<br/><small>{escape(row.reason)}</small>" if row.reason else ""
            rows.append(f"<tr><td>{shown}</td><td>{escape(row.says)}</td><td>{domain}{reason}</td></tr>")
        head = "".join(f"<th>{words[key]}</th>" for key in ("symbol", "stands_for", "values"))
        yield (
            f'<h2>{words["assumptions"]}</h2><table class="symbols"><thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )

    def given(self, given: Iterable[LessonGiven]) -> str:
        items = (f'<dt class="inline">{self.filled(g.said)}</dt><dd>{escape(g.reason)}</dd>' for g in given)
        return f"<dl>{''.join(items)}</dl>"

    def part(self, part: LessonPart) -> str:
        heading = f"<h2>{escape(part.heading or self.words['derivation'])}</h2>"
        given = self.given(part.given) if part.given else ""
        reason = part.reason if not part.given else ""
        said = "".join(f'<p class="why">{escape(each)}</p>' for each in (reason, part.why) if each)
        start = f"<li>{self.line(part.start, part.number)}{said}{self.value(part.value)}</li>"
        steps = "".join(map(self.step, part.steps))
        return f'{heading}{given}<ol class="steps">{start}{steps}</ol>'

    def step(self, step: LessonStep) -> str:
        pieces = [self.line(step.marked, step.number, step.relation)]
        if step.why:
            pieces.append(f'<p class="why">{escape(step.why)}</p>')
        kind = "rule" if step.why else "why"
        pieces.append(f'<p class="{kind}">{self.rule(step)}</p>')
        pieces += [f'<p class="rule">{self.inline(a)} → {self.inline(b)}</p>' for a, b in step.places]
        pieces += [self.value(step.value), *self.conditions(step)]
        if step.remark:
            pieces.append(f'<p class="remark">{escape(step.remark)}</p>')
        whole = "".join(pieces)
        return f'<li class="step">{whole}</li>'

    def rule(self, step: LessonStep) -> str:
        lesson = self.lesson
        said = f"<b>{escape(step.rule_name)}</b>"
        if tagged(step, lesson):
            source = self.link(step.source) if step.source else ""
            tag = escape(self.words[f"basis_{step.basis}"]).replace("{0}", source)
            said += f' <span class="tag">{tag}</span>'
        says = step.explanation if not (step.why and step.basis in {"arithmetic", ""}) else ""
        return said + ((". " if lesson.language == "en" else "：") + escape(says) if says else "")

    def conditions(self, step: LessonStep) -> Iterator[str]:
        lines = conditions_said(step.conditions, self.filled, self.lesson.language)
        yield from (f'<p class="rule">{line}</p>' for line in lines)
        if step.regular:
            heading, _, _ = self.words["regular"].partition("{0}")
            said = "".join(f"<p>{self.filled(each)}</p>" for each in step.regular)
            yield f"<details><summary>{escape(heading.strip(' :：'))}</summary>{said}</details>"

    def results(self) -> Iterator[str]:
        for result in self.lesson.proves:
            first, last = (f'<a href="#{escape(self.lesson.name)}.{n}">{n}</a>' for n in result.lines)
            where = escape(self.words["from_lines"]).replace("{0}", first).replace("{1}", last)
            says = f"<p>{escape(result.says)}</p>" if result.says else ""
            yield f'<p class="inline">{self.filled(result.said)} <span class="no">{where}</span></p>{says}'

    def basis(self) -> Iterator[str]:
        words = self.words
        groups = (("definition", "definitions"), ("law", "laws"), ("derived", "derived"))
        lists = [(heading, [b for b in self.lesson.rests_on if b.basis == kind]) for kind, heading in groups]
        if self.lesson.rests_on:
            yield f"<h2>{words['rests_on']}</h2>"
        for heading, found in lists:
            if found:
                items = "".join(f"<li>{self.rests_on(each)}</li>" for each in found)
                yield f'<p>{words[heading]}</p><ul class="links">{items}</ul>'

    def rests_on(self, each: Basis) -> str:
        said = escape(capital(each.name, self.lesson))
        if each.source and each.basis == "law":
            said += f" ({escape(self.words['rests_on_law']).replace('{0}', self.link(each.source))})"
        elif each.source:
            said += f" ({self.link(each.source)})"
        return said + (f" — {escape(each.note)}" if each.note else "")

    def titled(self, name: str) -> str:
        from loglik.derive.catalogue import title

        return f"{self.link(name)}{gap(self.lesson) or ' '}{escape(title(name, self.lesson.language))}"
