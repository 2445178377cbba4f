"""The report for people at a terminal: what is wrong with its numbers, what holds in a line each, and the counts."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from loglik.check.report.notation import quoted, steps_of
from loglik.check.report.words import head, say, sentence, troubles, verdict_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.result import FileResult, Judgement, Verdict
    from loglik.texts import Language

#: Verdicts whose formulas are only counted.
_COUNTED: frozenset[Verdict] = frozenset({"definition", "condition", "not-decided", "not-understood"})
_IN_FULL: frozenset[Verdict] = frozenset({"refuted", "inconsistent", "suspicious", "lint"})
_WIDTH = 110


def report(results: Sequence[FileResult], language: Language) -> str:
    """The report on some files."""
    return "\n".join(line for each in results for line in _file(each, language))


def _file(result: FileResult, language: Language) -> Iterator[str]:
    name = shown_name(result)
    if not result.judgements:
        yield say("no-formula", language, file=name)
        yield from troubles(result.document, language)
        return
    for number, each in enumerate(result.judgements, start=1):
        if each.verdict not in _COUNTED:
            yield from _relation(number, each, language, full=each.verdict in _IN_FULL)
    yield ""
    yield say("summary", language, formulas=len(result.judgements), file=name)
    for verdict, n in result.counts.items():
        yield "  " + say("counts", language, n=n, verdict=verdict_word(verdict, language))
    yield from troubles(result.document, language)
    if result.unfinished:
        yield say("unfinished", language, n=result.unfinished)
    if result.known_before:
        yield say("known-before", language, n=result.known_before)
    failed = sum(each.verdict in {"refuted", "inconsistent"} for each in result.judgements)
    yield say("some-found", language, n=failed) if failed else say("none-found", language)
    first = next((i for i, each in enumerate(result.judgements, start=1) if each.verdict in _IN_FULL), 1)
    yield "  " + say("next-explain", language, file=name, n=first)
    yield "  " + say("next-html", language, file=name)


def explained(result: FileResult, number: int, language: Language) -> str:
    """One relation in full."""
    return "\n".join(_relation(number, result.judgements[number - 1], language, full=True, steps=True))


def _relation(
    number: int, judgement: Judgement, language: Language, *, full: bool, steps: bool = False
) -> Iterator[str]:
    word = verdict_word(judgement.verdict, language)
    place = say("place", language, line=judgement.position.line, column=judgement.position.column)
    if not full:
        yield _cut(f"{number:>4}  {word}: {quoted(judgement.tex)}")
        if judgement.verdict == "verified-if":
            yield "      " + "; ".join(sentence(each, language) for each in judgement.assumed[:2])
        return
    yield ""
    yield f"{number:>4}  {word}  ({place})"
    yield f"      {quoted(judgement.tex)}"
    yield f"      {sentence(judgement.reason, language)}"
    yield from _numbers(judgement, language)
    if judgement.suggestion:
        yield f"      {say('suggestion', language)}: {quoted(judgement.suggestion)}"
    yield from (f"      {head(judgement, each, language)}: {sentence(each, language)}" for each in judgement.assumed)
    for each in judgement.notes:
        yield f"      {say('also', language)}: {sentence(each.reason, language)}"
    if judgement.reading:
        yield f"      {say('reading', language)}: {judgement.reading}"
    if steps and judgement.proof is not None:
        yield f"      {say('steps', language)}:"
        for relation, term, rule in steps_of(judgement):
            yield f"        {relation or ' '} {term}" + (f"    [{rule}]" if rule else "")


def _numbers(judgement: Judgement, language: Language) -> Iterator[str]:
    shown = judgement.counterexample
    if shown is None:
        return
    if shown.values:
        values = ", ".join(f"{name} = {value}" for name, value in shown.values)
        yield f"      {say('for', language, values=values)}:"
    yield f"      {say('numbers', language, left=shown.left, right=shown.right)}"


def shown_name(result: FileResult) -> str:
    """The file's name as it is typed in a shell."""
    return quote(quoted(result.document.name))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
