"""Templates with named values: how numbers, lists, plurals and what may be absent are written, in each language.

Beside the format specifications of Python (``{n:,}``, ``{x:.3g}``, ``{word!r}``) there are

- ``{n:row|rows}``: the first word where the number is 1 (or the list has one item), else the second;
- ``{more:if: and in {more:,} more}``: the text where the value is neither 0, empty nor None, else nothing; ``unless:`` the
  other way round;
- ``{names:list 4}``: names in quotation marks, and how many more there are beyond so many;
- ``{names:names 12}``: names as they are, and how many more there are beyond so many;
- ``{clauses:clauses}``: texts joined by semicolons;
- ``{names:or}``, ``{names:and}``: names as they are, "a, b or c"; ``{names:any}``: each in quotation marks, with "or";
- ``{word:similar}``: asks whether this word was meant, or nothing where there is none.
"""

from __future__ import annotations

from functools import reduce
from string import Formatter
from typing import TYPE_CHECKING, Any

from loglik.texts.files import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from loglik.texts.language import Language

JOINED = "\ufdd0"
"""After a Japanese word that stands for a value: takes away the space that a file name would need there (a noncharacter)."""


def render(template: str, values: Mapping[str, object], language: Language) -> str:
    """Put values into a template.

    Parameters
    ----------
    template : str
        Text with ``{name}`` and the specifications above.
    values : mapping
        The values by their names.
    language : {"en", "ja"}
        Of the words between the items of lists, and the like.

    Examples
    --------
    >>> render("{n:,} {n:row|rows}{more:if: and {more:,} more}", {"n": 1, "more": 2000}, "en")
    '1 row and 2,000 more'
    >>> render("{names:list 2} are constant", {"names": ["a", "b", "c"]}, "en")
    '"a", "b" and 1 more are constant'
    >>> render("{names:list 2}は定数である", {"names": ["a", "b", "c"]}, "ja")
    '「a」、「b」ほか 1 個は定数である'
    """
    return _Template(language).vformat(template, (), values).replace(f"{JOINED} ", "").replace(JOINED, "")


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the values that a template asks for.

    Examples
    --------
    >>> sorted(placeholders("{n:,} rows{more:if: and {most!r}}"))
    ['more', 'most', 'n']
    """
    found: set[str] = set()
    for _, name, spec, _ in Formatter().parse(template):
        if name is not None:
            found |= {name, *placeholders(spec or "")}
    return frozenset(found)


class _Template(Formatter):
    def __init__(self, language: Language) -> None:
        self._words = words("phrases", language)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("if:"):
            return format_spec.removeprefix("if:") if value else ""
        if format_spec.startswith("unless:"):
            return "" if value else format_spec.removeprefix("unless:")
        if "|" in format_spec:
            one, other = format_spec.split("|")
            return one if (len(value) if isinstance(value, (list, tuple)) else value) == 1 else other
        kind, _, limit = format_spec.partition(" ")
        if kind in _KINDS:
            return _KINDS[kind](value, int(limit or len(value or ())), self._words)
        return str(super().format_field(value, format_spec))


def _quoted(names: Sequence[object], limit: int, phrases: Mapping[str, str]) -> str:
    text = _joined([phrases["quoted"].format(name) for name in names[:limit]], phrases)
    return phrases["more"].format(text, len(names) - limit) if len(names) > limit else text


def _plain(names: Sequence[object], limit: int, phrases: Mapping[str, str]) -> str:
    text = _joined([str(name) for name in names[:limit]], phrases)
    return phrases["ellipsis"].format(text, len(names) - limit) if len(names) > limit else text


def _any(names: Sequence[object], limit: int, phrases: Mapping[str, str]) -> str:
    return reduce(phrases["or"].format, [phrases["quoted"].format(name) for name in names[:limit]])


def _clauses(clauses: Sequence[object], limit: int, phrases: Mapping[str, str]) -> str:
    return reduce(phrases["clause"].format, [str(clause) for clause in clauses[:limit]])


def _joined(items: Sequence[str], phrases: Mapping[str, str]) -> str:
    return reduce(phrases["comma"].format, items) if items else ""


def _with(word: str) -> Callable[[Sequence[object], int, Mapping[str, str]], str]:
    def joined(names: Sequence[object], limit: int, phrases: Mapping[str, str]) -> str:
        *others, last = [str(name) for name in names[:limit]] or [""]
        return phrases[word].format(_joined(others, phrases), last) if others else last

    return joined


def _similar(word: object, _: int, phrases: Mapping[str, str]) -> str:
    return phrases["similar"].format(word) if word else ""


_KINDS: dict[str, Callable[[Any, int, Mapping[str, str]], str]] = {
    "clauses": _clauses,
    "list": _quoted,
    "names": _plain,
    "and": _with("and"),
    "any": _any,
    "or": _with("or"),
    "similar": _similar,
}
