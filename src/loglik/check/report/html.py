"""The report as a page of its own: the document's formulas, coloured by verdict, with what is known of each below it.

Nothing is fetched and nothing runs. What comes from the document is escaped.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from loglik.check.report.notation import mathml, quoted, steps_of
from loglik.check.report.words import head, say, sentence, troubles, verdict_word
from loglik.check.result import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.result import FileResult, Judgement
    from loglik.texts import Language

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #777; --bad: #b00020; --odd: #b26a00; --good: #1b7f4b;
        --if: #2a6f97; }
body { font: 1rem/1.6 system-ui, "Noto Sans JP", "Hiragino Sans", sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; } td { padding: .1rem 1rem .1rem 0; } td.n { text-align: right; }
article { border-left: .35rem solid var(--line); padding: .2rem .9rem; margin: .9rem 0; }
article p, article dl { margin: .2rem 0; } .place, dt, code { color: var(--soft); font-size: .88rem; }
code { white-space: pre-wrap; overflow-wrap: anywhere; } math { font-size: 1.12em; } .term { overflow-x: auto; }
.term math { display: block math; text-align: left; width: max-content; margin: 0; }
.relation math { display: inline math; }
b.v { font-weight: 600; } dd { margin: 0 0 .3rem 1.2rem; }
ol { list-style: none; padding-left: 1rem; } ol small { color: var(--soft); }
.refuted, .inconsistent { border-color: var(--bad); } .refuted b.v, .inconsistent b.v { color: var(--bad); }
.suspicious, .lint { border-color: var(--odd); } .suspicious b.v, .lint b.v { color: var(--odd); }
.verified, .supported { border-color: var(--good); } .verified b.v, .supported b.v { color: var(--good); }
.verified-if { border-color: var(--if); } .verified-if b.v { color: var(--if); }
"""


def report(results: Sequence[FileResult], language: Language) -> str:
    """The page; well-formed XML as well."""
    title = say("title", language, file=", ".join(each.document.name for each in results))
    body = "\n".join(section(each, language) for each in results)
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{language}">\n'
        '<head>\n<meta charset="utf-8"/>\n<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def section(result: FileResult, language: Language) -> str:
    """One file as a ``section`` element."""
    name = result.document.name
    rows = "".join(
        f'<tr><td class="n">{n}</td><td>{_text(verdict_word(verdict, language))}</td></tr>'
        for verdict, n in result.counts.items()
    )
    failed = sum(each.verdict in {"refuted", "inconsistent"} for each in result.judgements)
    said = say("some-found", language, n=failed) if failed else say("none-found", language)
    pieces = [f"<h1>{_text(say('title', language, file=name))}</h1>", f"<p>{_text(said)}</p>", f"<table>{rows}</table>"]
    pieces += [f"<p>{_text(each)}</p>" for each in troubles(result.document, language)]
    if result.unfinished:
        pieces.append(f"<p>{_text(say('unfinished', language, n=result.unfinished))}</p>")
    pieces += [_article(i, each, language) for i, each in enumerate(result.judgements, start=1)]
    return f'<section class="loglik-check" lang="{language}">\n' + "\n".join(pieces) + "\n</section>"


def fragment(results: Sequence[FileResult], language: Language) -> str:
    """The sections with their style, to be shown within another page, such as a notebook."""
    return f"<style>{_STYLE.split('h1 {', 1)[1].join(['h1 {', ''])}</style>" + "\n".join(
        section(each, language) for each in results
    )


def _article(number: int, judgement: Judgement, language: Language) -> str:
    assert judgement.verdict in VERDICTS  # noqa: S101  # it becomes the name of a class
    word = _text(verdict_word(judgement.verdict, language))
    place = _text(say("place", language, line=judgement.position.line, column=judgement.position.column))
    pieces = [
        f'<p><b class="v">{word}</b> <span class="place">{number} · {place}</span></p>',
        _formula(judgement),
        f"<p>{_text(sentence(judgement.reason, language))}</p>",
        *_details(judgement, language),
        *_steps(judgement, language),
    ]
    return f'<article class="{judgement.verdict}" id="r{number}">{"".join(pieces)}</article>'


def _formula(judgement: Judgement) -> str:
    """As mathematics where it was read, and its source below; else its source alone."""
    source = f"<code>{_text(quoted(judgement.tex))}</code>"
    statement = judgement.statement
    if not statement.readings:
        return f"<p>{source}</p>"
    left, right = statement.readings[0].terms[judgement.index : judgement.index + 2]
    if left is None or right is None:
        return f"<p>{source}</p>"
    sign = statement.relations[judgement.index].sign
    sides = mathml(left, statement, block=False), mathml(right, statement, before=sign, block=False)
    return f'<div class="term relation">{" ".join(sides)}</div><p>{source}</p>'


def _details(judgement: Judgement, language: Language) -> Iterator[str]:
    shown = judgement.counterexample
    if shown is not None:
        values = ", ".join(f"{name} = {value}" for name, value in shown.values)
        where = say("for", language, values=values) + " " if values else ""
        yield f"<p>{_text(where + say('numbers', language, left=shown.left, right=shown.right))}</p>"
    if judgement.suggestion:
        yield f"<p>{_text(say('suggestion', language))}: <code>{_text(quoted(judgement.suggestion))}</code></p>"
    for title, said in groupby(judgement.assumed, key=lambda each: head(judgement, each, language)):
        items = "".join(f"<dd>{_text(sentence(each, language))}</dd>" for each in said)
        yield f"<dl><dt>{_text(title)}</dt>{items}</dl>"
    if judgement.notes:
        items = "".join(f"<dd>{_text(sentence(each.reason, language))}</dd>" for each in judgement.notes)
        yield f"<dl><dt>{_text(say('also', language))}</dt>{items}</dl>"


def _steps(judgement: Judgement, language: Language) -> Iterator[str]:
    """The steps that the document leaves out, folded."""
    steps = steps_of(judgement)
    if not steps:
        return
    items = "".join(
        f'<li><div class="term">{mathml(term, judgement.statement, before=relation)}</div><small>{_text(rule)}</small></li>'
        for relation, term, rule in steps
    )
    yield f"<details><summary>{_text(say('steps', language))}</summary><ol>{items}</ol></details>"


def _text(text: str) -> str:
    """Escaped, without the control characters that no page may contain."""
    return escape(
        "".join(c if c >= " " or c in "\n\t" else "\ufffd" for c in text).replace("\ufffe", "").replace("\uffff", "")
    )
