"""The words of the page with their formulas: ``$log(x)$`` in plain syntax becomes MathML, as in the derivations."""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from loglik.derive.show.mathml import mathml
from loglik.derive.syntax.parser import parse
from loglik.errors import LoglikError
from loglik.texts import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.texts import Language

_MARKED = re.compile(r"\$\$(?P<block>[^$]+)\$\$|\$(?P<inline>[^$]+)\$|\*(?P<strong>[^*]+)\*|`(?P<code>[^`]+)`")


@cache
def words(language: Language) -> Mapping[str, str]:
    """The words of the page by their keys, as they are written."""
    found: dict[str, str] = json.loads(read("loglik.lab", f"words/{language}.json"))
    return found


@cache
def marked_words(language: Language) -> dict[str, str]:
    """Those with formulas or emphasis in them, as HTML."""
    return {key: html(text) for key, text in words(language).items() if _MARKED.search(text)}


def html(text: str) -> str:
    """A text with its formulas (``$...$``, ``$$...$$`` on a line of its own), emphasis (``*...*``) and code.

    Raises
    ------
    DataError
        LL160, LL161: a formula that cannot be read.

    Examples
    --------
    >>> html("a < b: *always*")
    'a &lt; b: <strong>always</strong>'
    """
    pieces, at = [], 0
    for found in _MARKED.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        pieces.append(_written(found))
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def unreadable(text: str) -> str:
    """The first formula of a text that cannot be read, with its dollar signs; empty if there is none."""
    for found in _MARKED.finditer(text):
        try:
            _written(found)
        except LoglikError:
            return found[0]
    return ""


def _written(found: re.Match[str]) -> str:
    kind, inner = found.lastgroup, found[found.lastgroup or 0]
    if kind in {"strong", "code"}:
        return f"<{kind}>{escape(inner)}</{kind}>"
    return mathml(parse(inner), block=kind == "block")
