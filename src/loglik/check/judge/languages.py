"""Whether a text is in a language whose words the check knows: English, Japanese or Chinese.

In others nothing tells it that a formula is a mistake that is warned of, or holds nearly.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENGLISH_TEXT = """
the of and is are to we that for in a an by with as this it if so thus hence then let be on has have not from where which at
can
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+")
#: Letters that are looked at; the share of English words among them, and of letters that English does not have.
_MOST, _FEW, _LEAST_SHARE, _ACCENTED = 20_000, 8, 0.08, 0.01
_KNOWN = frozenset(
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "GREEK", "KATAKANA-HIRAGANA", "FULLWIDTH", "HALFWIDTH", "IDEOGRAPHIC"}
)


def is_foreign(texts: Iterable[str]) -> bool:
    """Whether the words are of none of the languages that are known.

    Examples
    --------
    >>> is_foreign(["Thus we get", "for all"]), is_foreign(["すなわち"]), is_foreign(["Erreur fréquente"])
    (False, False, True)
    """
    text = ""
    for each in texts:
        text += f" {each}"
        if len(text) > _MOST:
            break
    scripts = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    letters = scripts.total()
    unknown = sum(n for script, n in scripts.items() if script not in _KNOWN)
    if not letters or unknown * 5 > letters:
        return bool(letters)
    if (letters - scripts["LATIN"] - scripts["GREEK"]) * 5 > letters:
        return False
    words = [each.lower() for each in _WORD.findall(text)]
    english = sum(each in _ENGLISH for each in words)
    accented = sum(not c.isascii() for c in text if c.isalpha())
    return english < _LEAST_SHARE * len(words) and (len(words) > _FEW or accented > _ACCENTED * letters)
