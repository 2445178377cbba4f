"""Pages of common mistakes: what is often written, where it fails, and what holds instead."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from loglik.derive.rules import RULES
from loglik.derive.show.latex import latex
from loglik.derive.show.lesson import words_of
from loglik.derive.show.mathml import broken, mathml
from loglik.derive.show.page_html import document
from loglik.derive.show.page_latex import escaped
from loglik.derive.show.phrases import listed
from loglik.derive.show.text import text
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loglik.derive.expressions import Expr
    from loglik.derive.mistakes.catalogue import Mistake
    from loglik.texts import Language

SCHEMA = "loglik.mistakes/1"


def page(found: Sequence[Mistake], format_: str, language: Language) -> str:
    """All of them, in one of the formats of derivations but JSON."""
    match format_:
        case "latex":
            return "\n\n".join(_latex(each, language) for each in found)
        case "markdown":
            return "\n\n".join(_markdown(each, language) for each in found)
        case "mathml":
            return _sections(found, language)
        case "html":
            title = words_of_page("mistakes", language)["title"]
            body = f"<h1>{escape(title)}</h1>\n{_sections(found, language)}"
            return document(title, language, body)
        case _:
            return "\n\n".join("\n".join(_text(each, language)) for each in found)


def content(found: Iterable[Mistake], language: Language) -> dict[str, Any]:
    """The ``loglik.mistakes/1`` document."""

    def one(each: Mistake) -> dict[str, Any]:
        words, counter = words_of(each.derivation, language), each.counterexample
        return {
            "name": each.derivation.name,
            "title": words.title,
            "says": words.says,
            "claim": str(each.claim),
            "rule": each.rule,
            "counterexample": {str(e): value for e, value in counter.values},
            "left": counter.left,
            "right": counter.right,
            "instead": str(each.instead),
        }

    return {"schema": SCHEMA, "language": language, "mistakes": [one(each) for each in found]}


def _said(each: Mistake, language: Language, show: Callable[[Expr], str]) -> tuple[str, str, str, str]:
    """Where it fails, both sides there, by which rule what holds is proved, and which rule was misused."""
    words, counter = words_of_page("mistakes", language), each.counterexample
    values = listed([f"{show(e)} = {value}" for e, value in counter.values], language)
    rules = dict.fromkeys(step.rule for step in each.derivation.parts[1].steps)
    proved = listed([RULES[rule].words[language][0] for rule in rules if rule in RULES], language)
    misused = RULES[each.rule].words[language][0] if RULES[each.rule].kind == "pattern" else ""
    return (
        words["fails_at"].format(values),
        words["sides"].format(counter.left, counter.right),
        words["proved_by"].format(proved),
        words["misused"].format(misused) if misused else "",
    )


def _text(each: Mistake, language: Language) -> list[str]:
    words, own = words_of_page("mistakes", language), words_of(each.derivation, language)
    fails, sides, proved, misused = _said(each, language, text)
    lines = [own.title, own.says, "", f"  {words['wrong']}  {text(each.claim)}"]
    lines += [f"        {line}" for line in (fails, sides, misused) if line]
    return [*lines, f"  {words['right']}  {text(each.instead)}", f"        {proved}"]


def _markdown(each: Mistake, language: Language) -> str:
    words, own = words_of_page("mistakes", language), words_of(each.derivation, language)
    fails, sides, proved, misused = _said(each, language, lambda e: f"${latex(e)}$")
    below = " ".join(filter(None, (fails, sides, misused)))
    return (
        f"## {own.title}\n\n{own.says}\n\n**{words['wrong']}**\n\n$${latex(each.claim)}$$\n\n{below}\n\n"
        f"**{words['right']}**\n\n$${latex(each.instead)}$$\n\n{proved}\n"
    )


def _latex(each: Mistake, language: Language) -> str:
    words, own = words_of_page("mistakes", language), words_of(each.derivation, language)
    counter = each.counterexample
    values = r",\; ".join(f"{latex(e)} = {value}" for e, value in counter.values)
    _, sides, proved, _ = _said(each, language, str)
    return (
        f"\\paragraph{{{escaped(own.title)}}} {escaped(own.says)}\n"
        f"\\begin{{align*}}\n\\text{{{escaped(words['wrong'])}}} && {latex(each.claim)} \\\\\n"
        f"& && {values}\n\\end{{align*}}\n"
        f"{escaped(sides)}\n"
        f"\\begin{{align*}}\n\\text{{{escaped(words['right'])}}} && {latex(each.instead)}\n\\end{{align*}}\n{escaped(proved)}"
    )


def _sections(found: Iterable[Mistake], language: Language) -> str:
    return "\n".join(_section(each, language) for each in found)


def _section(each: Mistake, language: Language) -> str:
    words, own = words_of_page("mistakes", language), words_of(each.derivation, language)

    def inline(e: Expr) -> str:
        return mathml(e, block=False)

    fails, sides, proved, misused = _said(each, language, inline)
    below = "".join(f'<p class="why inline">{said}</p>' for said in (fails, escape(sides), escape(misused)) if said)
    return (
        f'<section id="{escape(each.derivation.name)}" lang="{language}"><h2>{escape(own.title)}</h2>'
        f'<p>{escape(own.says)}</p><p class="remark">{words["wrong"]}</p>'
        f'<div class="term">{broken(each.claim)}</div>{below}'
        f'<div class="results"><p><b>{words["right"]}</b></p><div class="term">{broken(each.instead)}</div>'
        f'<p class="rule">{escape(proved)}</p></div></section>'
    )
