"""Annotations for the logs of GitHub's workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.report.notation import quoted
from loglik.check.report.words import say, sentence, verdict_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.result import FileResult, Judgement, Verdict
    from loglik.texts import Language

_LEVELS: dict[Verdict, str] = {
    "refuted": "error",
    "inconsistent": "error",
    "suspicious": "warning",
    "lint": "warning",
    "verified-if": "notice",
}


def report(results: Sequence[FileResult], language: Language) -> str:
    """One line for each finding that somebody should look at."""
    lines = [
        _line(result.document.name, each, _LEVELS[each.verdict], language)
        for result in results
        for each in result.judgements
        if each.verdict in _LEVELS
    ]
    return "\n".join(lines)


def _line(file: str, judgement: Judgement, level: str, language: Language) -> str:
    place = f"file={_property(file)},line={judgement.position.line},col={judgement.position.column}"
    title = _property(f"loglik: {verdict_word(judgement.verdict, language)}")
    return f"::{level} {place},title={title}::{_data(message(judgement, language))}"


def message(judgement: Judgement, language: Language) -> str:
    """The relation, why, the numbers and the edit, in a few lines."""
    lines = [quoted(judgement.tex), sentence(judgement.reason, language)]
    if (shown := judgement.counterexample) is not None:
        values = ", ".join(f"{name} = {value}" for name, value in shown.values)
        lines += [say("for", language, values=values)] if values else []
        lines.append(say("numbers", language, left=shown.left, right=shown.right))
    if judgement.suggestion:
        lines.append(f"{say('suggestion', language)}: {quoted(judgement.suggestion)}")
    if judgement.verdict == "verified-if":
        lines += [sentence(each, language) for each in judgement.assumed]
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
