"""Sentences of the reports in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.texts import render, words

if TYPE_CHECKING:
    from loglik.check.result import Said, Verdict
    from loglik.texts import Language


def say(key: str, language: Language, /, **values: object) -> str:
    """A sentence of ``words/*/verdicts.txt`` with its values."""
    return render(words("verdicts", language)[key], values, language)


def sentence(said: Said, language: Language) -> str:
    """What is said, in words. Troubles of which nothing more is known are told by their detail."""
    known = words("verdicts", language)
    key = said.key
    if key not in known and key.startswith("misread-"):
        key = "misread-other"
    return render(known[key], {"detail": "", "source": "", **dict(said.args)}, language)


def verdict_word(verdict: Verdict, language: Language) -> str:
    """How a verdict is called."""
    return words("verdicts", language)[f"verdict-{verdict}"]
