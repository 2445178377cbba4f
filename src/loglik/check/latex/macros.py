r"""Macros of the document: ``\newcommand``, ``\def`` and ``\DeclareMathOperator``, expanded as text, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loglik.check.statement import Misread, Span

#: Expansions in one formula; one that needs more has a loop in it.
MAX_EXPANSIONS = 400
MAX_LENGTH = 40_000

_DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand\*?|newcommandx\*?)\s*(?:\{\s*\\(?P<a>[A-Za-z]+)\s*\}|\\(?P<b>[A-Za-z]+))\s*"
    r"(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]]*)\])?\s*(?=\{)"
    r"|\\(?P<operator>DeclareMathOperator)\*?\s*(?:\{\s*\\(?P<c>[A-Za-z]+)\s*\}|\\(?P<d>[A-Za-z]+))\s*(?=\{)"
    r"|\\def\s*\\(?P<e>[A-Za-z]+)\s*(?P<holes>(?:#\d)*)\s*(?=\{)"
)


#: What commands mean in most preambles that are not at hand: of packages (nicefrac, physics), and by convention.
_USUAL_TEXT = r"""
nicefrac 2 \frac{#1}{#2}
sfrac 2 \frac{#1}{#2}
flatfrac 2 \frac{#1}{#2}
dv 2 \frac{d #1}{d #2}
pdv 2 \frac{\partial #1}{\partial #2}
vect 1 \boldsymbol{#1}
bvec 1 \boldsymbol{#1}
mat 1 \boldsymbol{#1}
vb 1 \boldsymbol{#1}
vv 1 \boldsymbol{#1}
mathbold 1 \boldsymbol{#1}
norm 1 \lVert #1 \rVert
abs 1 \lvert #1 \rvert
E 0 \mathbb{E}
half 0 \frac{1}{2}
given 0 \mid
eps 0 \epsilon
T 0 \top
transpose 0 \top
tran 0 \top
gcd 0 \operatorname{gcd}
lcm 0 \operatorname{lcm}
argmax 0 \operatorname{argmax}
argmin 0 \operatorname{argmin}
RR 0 \mathbb{R}
NN 0 \mathbb{N}
ZZ 0 \mathbb{Z}
QQ 0 \mathbb{Q}
CC 0 \mathbb{C}
defeq 0 \coloneqq
eqdef 0 \coloneqq
triangledown 0 \nabla
"""
_COMMAND = re.compile(r"\\([A-Za-z]+)")


@dataclass(frozen=True)
class Macro:
    """What a command stands for."""

    body: str
    arguments: int = 0
    default: str | None = None


USUAL = {
    name: Macro(body, int(count))
    for name, count, body in (line.split(" ", 2) for line in _USUAL_TEXT.strip().splitlines())
}
_MAY_BE_USUAL = re.compile(rf"\\(?:{'|'.join(USUAL)})(?![A-Za-z])")


def with_usual(text: str, known: dict[str, Macro]) -> dict[str, Macro]:
    """The macros of the document, and the usual ones where the formula has one that the document does not define."""
    return {**USUAL, **known} if _MAY_BE_USUAL.search(text) else known


def definitions(text: str) -> dict[str, Macro]:
    r"""The macros that a preamble or a formula defines.

    Examples
    --------
    >>> definitions(r"\newcommand{\E}[1]{\mathbb{E}[#1]} \def\half{\frac12}")
    {'E': Macro(body='\\mathbb{E}[#1]', arguments=1, default=None), 'half': Macro(body='\\frac12', arguments=0, default=None)}
    """
    found: dict[str, Macro] = {}
    for match in _DEFINITION.finditer(text):
        end = _group_end(text, match.end())
        body = text[match.end() + 1 : end - 1]
        name = next(match[g] for g in "abcde" if match[g])
        if match["operator"]:
            body = f"\\operatorname{{{body}}}"
        count = int(match["count"] or 0) or (match["holes"] or "").count("#")
        found[name] = Macro(body, count, match["default"])
    return found


def without_definitions(text: str) -> str:
    """The formula with blanks where macros are defined."""
    out, at = [], 0
    for match in _DEFINITION.finditer(text):
        if match.start() < at:
            continue
        end = _group_end(text, match.end())
        out += [text[at : match.start()], " " * (end - match.start())]
        at = end
    return "".join([*out, text[at:]])


def expanded(text: str, macros: dict[str, Macro]) -> tuple[str, list[int]] | Misread:
    """The formula with macros written out, and for each of its characters the offset in the formula."""
    offsets = list(range(len(text)))
    if not macros:
        return text, offsets
    at = 0
    found = None
    for _ in range(MAX_EXPANSIONS):
        found = next((each for each in _COMMAND.finditer(text, at) if each[1] in macros), None)
        if found is None:
            return text, offsets
        macro = macros[found[1]]
        values, end = _arguments(text, found.end(), macro)
        if values is None:
            return Misread("macro", found[0], _span(offsets, found.start(), found.end()))
        pieces: list[tuple[str, list[int]]] = []
        for piece in re.split(r"(#\d)", macro.body):
            hole = re.fullmatch(r"#(\d)", piece)
            if hole and int(hole[1]) <= len(values):
                a, b = values[int(hole[1]) - 1]
                pieces.append(
                    (text[a:b], offsets[a:b]) if a >= 0 else (macro.default or "", [offsets[found.start()]] * b)
                )
            else:
                pieces.append((piece, [offsets[found.start()]] * len(piece)))
        new = "".join(piece for piece, _ in pieces)
        glue = " " if new[-1:].isalpha() and text[end : end + 1].isalpha() else ""
        own = [o for _, each in pieces for o in each] + [offsets[found.start()]] * len(glue)
        own[-1:] = [offsets[end - 1]] * bool(own)  # what comes of a macro ends where its call ends
        text = text[: found.start()] + new + glue + text[end:]
        offsets = offsets[: found.start()] + own + offsets[end:]
        at = found.start()
        if len(text) > MAX_LENGTH:
            break
    return Misread("endless", found[0] if found else "", Span(0, 0))


def _span(offsets: list[int], start: int, end: int) -> Span:
    return Span(offsets[start], offsets[end - 1] + 1)


def _arguments(text: str, at: int, macro: Macro) -> tuple[list[tuple[int, int]] | None, int]:
    values: list[tuple[int, int]] = []
    count = macro.arguments
    if macro.default is not None and count:
        optional = re.compile(r"\s*\[([^\]]*)\]").match(text, at)
        values.append(optional.span(1) if optional else (-1, len(macro.default)))
        at = optional.end() if optional else at
        count -= 1
    for _ in range(count):
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text):
            return None, at
        if text[at] == "{":
            end = _group_end(text, at)
            values.append((at + 1, end - 1))
        else:
            command = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL).match(text, at)
            end = command.end() if command else at + 1
            values.append((at, end))
        at = end
    return values, at


def _group_end(text: str, at: int) -> int:
    level = 0
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        level += (found[0] == "{") - (found[0] == "}")
        if level == 0:
            return found.end()
    return len(text)
