r"""What single signs are: Unicode and full-width mathematics in the commands that mean the same, aliases, letters."""

from __future__ import annotations

import unicodedata

_GREEK_TEXT = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi
omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph
"""
GREEK = frozenset(_GREEK_TEXT.split())

#: Commands that say the same as another one.
ALIASES = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma", "varpi": "pi",
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "leq": "le", "leqq": "le", "leqslant": "le", "geq": "ge", "geqq": "ge",
    "geqslant": "ge", "neq": "ne", "lt": "<", "gt": ">", "lVert": "|", "rVert": "|", "Vert": "|", "lvert": "vert",
    "rvert": "vert", "mid": "vert", "lbrack": "[", "rbrack": "]", "lbrace": "{", "rbrace": "}", "rightarrow": "to",
    "longrightarrow": "to", "gets": "leftarrow", "implies": "Rightarrow", "Longrightarrow": "Rightarrow", "iff":
    "Leftrightarrow", "Longleftrightarrow": "Leftrightarrow", "ast": "*", "coloneqq": "coloneq", "triangleq": "coloneq",
    "stackrel{def}": "coloneq", "dotsb": "dots", "ldots": "dots", "cdots": "dots", "dotsc": "dots", "dotsm": "dots",
    "dotso": "dots", "vdots": "vdots", "lg": "log", "intercal": "top", "bm": "boldsymbol", "pmb": "boldsymbol",
    "mathbf": "boldsymbol", "bf": "boldsymbol", "mathbfit": "boldsymbol", "symbf": "boldsymbol", "widehat": "hat",
    "widetilde": "tilde", "overline": "bar", "overrightarrow": "vec", "thickapprox": "approx", "simeq": "approx", "approxeq":
    "approx", "dbinom": "binom", "tbinom": "binom", "Bbb": "mathbb", "cal": "mathcal", "mathscr": "mathcal", "mathfrak":
    "mathcal", "bmod": "mod", "owns": "ni", "land": "wedge", "lor": "vee", "mathrm{d}": "differential", "R": "reals",
    "operatornamewithlimits": "operatorname", "textstyle": "displaystyle", "colon": ":", "parallel": "|", "Pr": "Pr",
    "vec": "vec", "infin": "infty", "sdot": "cdot", "prime": "prime", "Sum": "sum", "dag": "dagger", "middle": "middle",
    "doteq": "coloneq", "equiv": "equiv", "propto": "propto", "lmoustache": "(", "argmax": "argmax", "argmin": "argmin",
}  # fmt: skip

_UNICODE = {
    "∑": "sum", "∏": "prod", "∂": "partial", "∇": "nabla", "√": "sqrt", "×": "times", "·": "cdot", "⋅": "cdot", "∙": "cdot",
    "・": "cdot", "•": "cdot", "÷": "div", "−": "-", "–": "-", "≤": "le", "≦": "le", "⩽": "le", "≥": "ge", "≧": "ge", "⩾": "ge", "≠": "ne",
    "≈": "approx", "≒": "approx", "≃": "approx", "∝": "propto", "∼": "sim", "∞": "infty", "∈": "in", "∉": "notin", "→": "to",
    "←": "leftarrow", "⇒": "Rightarrow", "⇔": "Leftrightarrow", "≡": "equiv", "≜": "coloneq", "≔": "coloneq", "∫": "int",
    "∣": "vert", "∥": "|", "‖": "|", "⊤": "top", "ᵀ": "^top", "′": "'", "″": "''", "…": "dots", "⋯": "dots", "∘": "circ",
    "⊙": "odot", "⊗": "otimes", "∪": "cup", "∩": "cap", "⊆": "subseteq", "⊂": "subset", "∀": "forall", "∃": "exists",
    "∴": "therefore", "∵": "because", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil", "⟨": "langle", "⟩": "rangle",
    "ℓ": "ell", "ℝ": "reals", "±": "pm", "¬": "neg", "∅": "emptyset", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "∗": "*",
    "⊥": "perp", "≪": "ll", "≫": "gg", "🤷": "?", "ı": "imath", "²": "^2", "³": "^3", "¹": "^1", "⁰": "^0", "⁴": "^4",
    "⁵": "^5", "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9", "⁻": "^-", "ⁿ": "^n", "ⁱ": "^i", "₀": "_0", "₁": "_1", "₂": "_2",
    "₃": "_3", "₄": "_4", "₅": "_5", "₆": "_6", "₇": "_7", "₈": "_8", "₉": "_9", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₙ": "_n",
    "ₘ": "_m", "ₜ": "_t", "ₓ": "_x", "½": "half", "∶": ":",
}  # fmt: skip

_GREEK_NAMES = {"lamda": "lambda", "final sigma": "sigma"}


def plain_sign(char: str) -> str:
    r"""What a character beyond ASCII is written as: ASCII signs, ``\command``, ``^2``, ``_i``; itself if nothing is known.

    Examples
    --------
    >>> plain_sign("Σ"), plain_sign("∑"), plain_sign("＝"), plain_sign("𝑥"), plain_sign("²")
    ('\\Sigma', '\\sum', '=', 'x', '^2')
    """
    found = _UNICODE.get(char)
    if found is not None:
        return f"\\{found}" if found.isalpha() and len(found) > 1 else {"|": "\\|"}.get(found, found)
    shape = unicodedata.normalize("NFKC", char)
    if len(shape) == 1 and shape.isascii():
        return shape
    name = unicodedata.name(shape[:1], "")
    if len(shape) == 1 and name.startswith("GREEK ") and " LETTER " in name:
        letter = name.split(" LETTER ")[1].split(" WITH ")[0].lower()
        letter = _GREEK_NAMES.get(letter, letter)
        if letter in GREEK:
            return f"\\{letter.capitalize() if 'CAPITAL' in name else letter}"
    return char


def is_word_character(char: str) -> bool:
    """Whether a character beyond ASCII is of a word in a language, such as kana and Chinese characters."""
    return char.isalpha() or char in "ー々〜「」『』（）、。：；"
