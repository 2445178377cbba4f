"""Characters that are not what they seem: full-width signs, letters of other alphabets, signs that nobody sees.

Two names that look the same and are not, or a sign that is taken for another one, would let a reader believe something
else than what is checked. So such characters have no meaning in formulas, and are named together with what to write.
"""

from __future__ import annotations

import re
import unicodedata

from loglik.texts import Phrase

#: Signs as they are printed, and how they are typed.
_TYPED = {
    "−": "-",
    "–": "-",
    "—": "-",
    "‐": "-",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "÷": "/",
    "∕": "/",
    "≤": "<=",
    "≦": "<=",
    "≥": ">=",
    "≧": ">=",
    "≠": "!=",
    "→": "->",
    "⇔": "<=>",
    "∑": "sum(...)",
    "∏": "product(...)",
    "√": "sqrt(...)",
    "∂": "d/dx",
    "、": ",",
    "。": ".",
    "“": '"',
    "”": '"',
}
_GREEK_AS_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_CYRILLIC_AS_LATIN = dict(zip("АВЕЅІЈКМНОРСТУХаеорсухіјѕԁԛԝ", "ABESIJKMHOPCTYXaeopcyxijsdqw", strict=True))
#: Greek letters that are names of their own, but not beside the Latin letter that they look like.
_ALIKE = dict(zip("νρχυικϲ", "vpxuikc", strict=True))
#: Greek letters that may stand in names: those that no Latin letter looks the same as.
GREEK = "".join(
    c for c in map(chr, [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)]) if c not in _GREEK_AS_LATIN and c != "ς"
)
#: Letters by their names, as they are printed: Greek ones, and the y with a hat that a prediction has.
SPELLED = {
    "alpha": "α",
    "beta": "β",
    "delta": "δ",
    "lambda": "λ",
    "mu": "μ",
    "sigma": "σ",
    "tau": "τ",
    "theta": "θ",
    "yp": "ŷ",
}
_KEYBOARD = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}  # full-width forms, which Japanese keyboards give
_PLAIN = str.maketrans(_KEYBOARD | {c: plain for c, plain in _TYPED.items() if not plain[0].isalpha()})
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def as_typed(text: str) -> str:
    """Full-width forms, signs of print and raised numbers as plain signs, for lines that are shown as they are read.

    Examples
    --------
    >>> as_typed("＝ ｌｏｇ（x²） − 2×y")
    '= log(x^2) - 2*y'
    """
    return _RAISED.sub(lambda m: "^" + unicodedata.normalize("NFKC", m[0]), text.translate(_PLAIN))


def invisible(c: str) -> bool:
    """Whether a character shows nothing, or changes how others are shown; spaces, tabs and line ends do neither."""
    return unicodedata.category(c) in _INVISIBLE and c not in "\n\t"


def strange(c: str) -> str:
    """What is wrong with a character that has no meaning in formulas, and what to write; nothing for plain signs.

    Examples
    --------
    >>> strange("\u037e")
    '";" is GREEK QUESTION MARK (U+037E), not ";": write ";"'
    >>> strange("$")
    ''
    """
    named = f"{unicodedata.name(c, Phrase('nameless'))} (U+{ord(c):04X})"
    if invisible(c):
        return Phrase("strange_invisible", named=named)
    plain = _GREEK_AS_LATIN.get(c) or _CYRILLIC_AS_LATIN.get(c) or _TYPED.get(c)
    if plain is None and ord(c) > 127:
        alike = unicodedata.normalize("NFKC", c)
        plain = alike if alike.isascii() and alike != c else None
    if plain is not None:
        return Phrase("strange_typed", sign=unicodedata.normalize("NFC", c), named=named, plain=plain)
    return Phrase("strange_unused", sign=c, named=named) if ord(c) > 127 else ""


def skeleton(name: str) -> str:
    """What a name looks like; names with the same skeleton are taken for each other.

    Examples
    --------
    >>> skeleton("ν_1") == skeleton("v1")
    True
    """
    letter, *below = name.split("_")
    return "".join(_ALIKE.get(c, c) for c in "".join([SPELLED.get(letter, letter), *below]))
