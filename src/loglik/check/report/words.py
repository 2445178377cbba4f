"""Sentences of the reports in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.texts import render, words

if TYPE_CHECKING:
    from loglik.check.document import Document, Trouble
    from loglik.check.result import Judgement, Said, Verdict
    from loglik.texts import Language


def say(key: str, language: Language, /, **values: object) -> str:
    """A sentence of ``words/*/verdicts.txt`` with its values."""
    return render(words("verdicts", language)[key], values, language)


def head(judgement: Judgement, said: Said, language: Language) -> str:
    """What stands before something that a judgement rests on: it is assumed, taken for granted, or leaves it open."""
    if said.key.startswith("gate-"):
        return say("open", language)
    return say("assumed" if judgement.verdict == "verified-if" else "because", language)


def sentence(said: Said, language: Language) -> str:
    """What is said, in words. Troubles of which nothing more is known are told by their detail."""
    known = words("verdicts", language)
    key = said.key
    if key not in known and key.startswith("misread-"):
        key = "misread-other"
    args = {name: known.get(f"usual-{value}", value) if name == "what" else value for name, value in said.args}
    return render(known[key], {"detail": "", "source": "", **args}, language)


def troubles(document: Document, language: Language, most: int = 5) -> list[str]:
    """Damaged places and limits that were reached, the limits first: where something was not read."""
    ordered = sorted(document.troubles, key=lambda each: each.code != "limit")
    return [trouble(each, language) for each in ordered[:most]]


def trouble(found: Trouble, language: Language) -> str:
    """One of them."""
    return say(f"trouble-{found.code}", language, line=found.position.line, detail=found.detail)


def verdict_word(verdict: Verdict, language: Language) -> str:
    """How a verdict is called."""
    return words("verdicts", language)[f"verdict-{verdict}"]
