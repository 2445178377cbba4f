r"""Formulas that a Markdown processor or an editor damaged, mended where they can mean one thing only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loglik.check.readers.places import Located

_ROWS = re.compile(r"\\begin\{(?:align|aligned|eqnarray|gather|gathered|split|cases|array|[bpvV]?matrix|multline)")
_ENTITY = re.compile(r"&(lt|gt|amp|le|ge|ne|nbsp|quot);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "le": "≤", "ge": "≥", "ne": "≠", "nbsp": " ", "quot": '"'}
#: A lone backslash before the end of a line, or before the mark of a column: what is left of two.
_LONE = re.compile(r"(?<!\\)\\(?=[ \t]*\n)|(?<!\\)\\(?=[ \t]+&)")
_FOUR = re.compile(r"\\{4}|\\{3}(?=\s)")
_UNDERSCORE = re.compile(r"(?<!\\)\\(?=_)|(?<!\\)\\(?=\*)")
_PERCENT = re.compile(r"(?<=\d)\\(?=\\%)")
_BRACE = re.compile(r"\\(?=\\[{}])")
_PREFIX = re.compile(r"(?m)^[ \t]{0,3}>[ ]?")
_CJK_DOLLAR = re.compile(r"[\u200b\ufeff]")


def mended(source: Located, *, markdown: bool) -> tuple[Located, tuple[str, ...]]:
    r"""A formula's source as its author meant it, and codes of what was mended.

    Parameters
    ----------
    source : Located
        What stands between the delimiters.
    markdown : bool
        Whether a Markdown processor was written for: it takes ``\\\\`` for ``\\`` and ``\_`` for ``_``.
    """
    repairs: list[str] = []

    def mend(pattern: re.Pattern[str], by: str, code: str) -> None:
        nonlocal source
        new = source.replaced(pattern, by)
        if new is not source:
            repairs.append(code)
            source = new

    source = source.replaced(_CJK_DOLLAR, "")
    new = source.replaced(_ENTITY, lambda found: _ENTITIES[found[1]])
    if new is not source:
        source = new
        repairs.append("entity")
    if not markdown:
        return source, tuple(repairs)
    source = source.replaced(_PREFIX, "") if ">" in source.text and "\n" in source.text else source
    mend(_PERCENT, "", "escaped")
    if _FOUR.search(source.text):
        mend(_FOUR, r"\\\\", "escaped")
        mend(_BRACE, "", "escaped")
    elif not _ROWS.search(source.text):
        mend(_BRACE, "", "escaped")
    mend(_UNDERSCORE, "", "escaped")
    if "\n" in source.text.strip() or _ROWS.search(source.text):
        mend(_LONE, r"\\\\", "row-break")
    return source, tuple(dict.fromkeys(repairs))
