"""What the words of a text say of its formulas and names, in the languages that `vocabulary` has."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

#: Languages that put spaces between words, and those that do not.
_SPACED, _UNSPACED = ("english",), ("japanese", "chinese")
_LONGEST = 40
Place = Literal["words", "before", "after"]


def mentioned(subject: str, text: str) -> str:
    """The words in a text that say something, as the vocabulary has it; empty if there are none."""
    return _found(subject, "words", text)


def announced(before: str, after: str) -> str:
    """Words that announce a consequence."""
    return _found("announced", "before", before[-80:]) or _found("announced", "after", after[:20])


def denied(before: str, after: str) -> str:
    """Words that deny what is said, or ask."""
    return (
        mentioned("denied", before[-160:])
        or mentioned("denied", after[:100])
        or _found("denied", "before", before[-20:])
        or _found("denied", "after", after[:40])
    )


def wanted(before: str, after: str) -> str:
    """Words that make it a condition, an equation to be solved, an assumption or an example."""
    return _found("wanted", "before", before[-60:]) or _found("wanted", "after", after[:30])


def defined(before: str, after: str) -> str:
    """Words that make it a definition."""
    return _found("defined", "after", after[:16]) or _found("defined", "before", before[-50:])


def kind_said(before: str, after: str) -> tuple[str, str] | None:
    """What is said of a name by the words directly before and behind it: a set or kind, and the words."""
    if not _found("other-kind", "before", before):
        for kind, (pattern, _) in _kinds().items():
            found = pattern.search(before[-60:])
            # "the probability that ...": a number; "the probability of the class k" is none that a name stands for alone.
            if found is not None and not (kind == "probability" and re.match(r"\s*(?:of|that)\b", after)):
                return kind, found[0].strip(" ,:(（")
    for kind, (_, pattern) in _kinds().items():
        found = pattern.search(after[:60])
        if found is not None:
            return kind, found[0].strip()
    return None


def _found(subject: str, place: Place, text: str) -> str:
    found = _pattern(subject, place).search(text)
    return "" if found is None else " ".join(found[0].split())[:_LONGEST]


@cache
def _pattern(subject: str, place: Place) -> re.Pattern[str]:
    """The words of a subject, in all languages."""
    listed = {language: _vocabulary(language).get(subject, {}) for language in (*_SPACED, *_UNSPACED)}
    found = []
    for language, entry in listed.items():
        if place not in entry:
            continue
        whole, end = (r"\b", ".。") if language in _SPACED else ("", "。")
        words = f"(?:{'|'.join(entry[place])})"
        match place:
            case "words":
                found.append(f"{whole}{words}{whole}")
            case "before":
                found.append(f"{whole}{words}{whole}[^{end}]{{0,{entry['reach']}}}$")
            case "after":
                found.append(rf"^\s*{words}")
    return re.compile("|".join(found), re.IGNORECASE)


@cache
def _vocabulary(language: str) -> dict[str, dict[str, Any]]:
    text = files("loglik.check.model").joinpath("vocabulary", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """How each kind is said before a name, and behind it."""
    found = {}
    for kind, spaced in _vocabulary("english")["kinds"].items():
        unspaced = "|".join(words for each in _UNSPACED if (words := _vocabulary(each)["kinds"].get(kind)))
        before = rf"\b(?:{spaced})\s*[,:(]?\s*$|(?:{unspaced})(?:を|が|は|、|である)?\s*[(（]?\s*$"
        after = (
            r"^\s*(?:,\s*)?(?:is|are|be|denotes?|represents?|as)\s+(?:also\s+)?(?:a|an|the|some|any|two|both)?\s*"
            rf"(?:{spaced})\b(?!\s+of\s+\w+ing)|"
            rf"^\s*(?:は|を|が|是|为|為)\s*[^\s。、，,$]{{0,8}}?(?:{unspaced})(?:で|と|。|、|，|を表|になる|$)"
        )
        found[kind] = re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)
    return found
