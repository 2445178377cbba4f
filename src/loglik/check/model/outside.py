"""Formulas that go on outside of their delimiters: ``12<sup>2</sup> $+ 6 = 150$``, ``cos $(1-1) = 1$``, ``$12 +$ $3 = 15$``.

The term at that end is not all there, so that nothing can be said of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.document import Formula, Prose
from loglik.check.latex.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.chains import Chain

_SIGN = "[+×·÷/^√∙⋅−]"
#: Ends of a text that are the beginning of the term behind it: a digit or a sign close by, a number and a sign, a function.
_BEGINS = re.compile(
    rf"(?:\d|{_SIGN}|[–-])$|[\d)²³]\s*{_SIGN}\s*$|√\s*$"
    r"|(?<![a-zA-Z])(?:log|ln|exp|sin|cos|tan|sqrt|det|lim|half of|twice|(?:half|twice|double|square|cube|root|logarithm|"
    r"absolute value|inverse|negative|percent) of|\d times)\s*$|半分の\s*$|%\s+(?:of|von|de|di)\s*$",
    re.IGNORECASE,
)
#: Ends of a text to which a formula belongs that begins with an operator, or with a bracket close by.
_OPERAND, _NAME = re.compile(r"[\d²³%]\s*$"), re.compile(r"[a-zA-Z)]$")
#: Beginnings of a text that are the end of the term before it.
_ENDS = re.compile(r"[.,]?\d|\s*[+×·÷^∙⋅](?=\s*[\d(]|\s*$)|\s*[*/−–-](?=\d)|\s*[−*/-]\s(?=\d)")
_OPERATOR = re.compile(r"\s*(?:[+\-*/^_−×·÷]|\\(?:times|cdot|div|pm)(?![a-zA-Z]))")
_OPEN_END = re.compile(r"(?:[+\-*/(\[−×·÷]|\\(?:times|cdot|div|left\())\s*$")
_BRACKET = re.compile(r"\s*(?:\\left\s*)?[(\[^_']")


def outside(parts: Sequence[Prose | Formula], at: int) -> tuple[bool, bool]:
    """Whether an inline formula goes on before it, and behind it."""
    formula = parts[at]
    if not isinstance(formula, Formula) or formula.kind == "display":
        return False, False
    return _begins_before(_neighbour(parts, at, -1), formula.tex), _ends_behind(_neighbour(parts, at, 1))


def marked(chains: Sequence[Chain], *, before: bool, behind: bool) -> list[Chain]:
    """The chains of a formula, with a token that is not read where the first or the last term goes on outside."""
    found = list(chains)
    if before and found and found[0].terms[0]:
        first, *others = found[0].terms
        found[0] = replace(found[0], terms=[[Token("outside", "", first[0].start, first[0].start), *first], *others])
    if behind and found and found[-1].terms[-1]:
        *others, last = found[-1].terms
        found[-1] = replace(found[-1], terms=[*others, [*last, Token("outside", "", last[-1].end, last[-1].end)]])
    return found


def _neighbour(parts: Sequence[Prose | Formula], at: int, step: int) -> Prose | Formula | None:
    """What stands beside a formula in its block."""
    other = parts[at + step] if 0 <= at + step < len(parts) else None
    return other if other is not None and other.block == parts[at].block else None


def _begins_before(before: Prose | Formula | None, tex: str) -> bool:
    if before is None:
        return False
    if isinstance(before, Formula):
        return before.kind == "inline" and bool(_OPERATOR.match(tex) or _OPEN_END.search(before.tex))
    if _BEGINS.search(before.text):
        return True
    glued = _OPERAND if _OPERATOR.match(tex) else _NAME if _BRACKET.match(tex) else None
    return glued is not None and glued.search(before.text) is not None


def _ends_behind(behind: Prose | Formula | None) -> bool:
    if isinstance(behind, Formula):
        return behind.kind == "inline" and bool(_OPERATOR.match(behind.tex))
    return behind is not None and _ENDS.match(behind.text) is not None
