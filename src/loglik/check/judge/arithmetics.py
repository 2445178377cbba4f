"""Words and signs by which a document says that it computes with other things than real numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.model.words import mentioned

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Signs in formulas, by what is computed with; the words are in the vocabulary.
_SIGNS = {
    "finite": re.compile(
        r"\\[pb]?mod(?![a-z])|\\mathbb\s*\{?\s*F\s*\}?\s*_|\\mathbb\s*\{?Z\}?\s*(?:_|/)|\\mathrm\{GF\}|"
        r"\\oplus(?![a-z])"
    ),
    "complex": re.compile(
        r"(?<![a-zA-Z_{])[ijk]\s*\^\s*\{?\s*2\s*\}?\s*=\s*-\s*1|\\sqrt\s*\{?\s*-\s*1|(?<![a-zA-Z])e\s*\^\s*\{\s*-?\s*(?:2\s*\\pi\s*)?[ij](?![a-zA-Z_])|"
        r"\\(?:Re|Im)(?![a-zA-Z])|\\mathbb\s*\{?\s*[CH]|\\varepsilon\s*\^\s*\{?2\}?\s*=\s*0|\\epsilon\s*\^\s*\{?2\}?\s*=\s*0"
    ),
}


def arithmetics(words: Sequence[str], sources: Sequence[str]) -> dict[str, str]:
    """What a document computes with beside real numbers, each with the words or signs that say so."""
    found = {kind: _said(kind, words) or _signed(kind, sources) for kind in ("finite", "truth", "complex")}
    return {kind: said for kind, said in found.items() if said}


def _said(kind: str, words: Sequence[str]) -> str:
    return next(filter(None, (mentioned(kind, text) for text in words)), "")


def _signed(kind: str, sources: Sequence[str]) -> str:
    found = (_SIGNS[kind].search(tex) for tex in sources if kind in _SIGNS)
    return next((" ".join(each[0].split()) for each in found if each is not None), "")
