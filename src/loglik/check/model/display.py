"""Names from their keys: in plain syntax, and as the document writes them."""

from __future__ import annotations

from loglik.check.latex.signs import GREEK
from loglik.derive.syntax.parser import RESERVED

_ACCENTS = ("hat", "tilde", "bar", "vec", "ddot", "dot", "check", "breve")
_STYLES = {"bold": "\\mathbf", "cal": "\\mathcal", "bb": "\\mathbb", "under": "\\underline"}
_MARKS = {"prime": "'", "star": "^{*}", "plus": "^{+}", "minus": "^{-}", "dagger": "^{\\dagger}"}


def plain_name(key: str) -> str:
    """The name of a symbol; those that mean something in plain syntax get a bar.

    Examples
    --------
    >>> plain_name("z[i]"), plain_name("d"), plain_name("w_bold")
    ('z_i', 'd_', 'w_bold')
    """
    plain = "".join(c if c.isalnum() or c in "_#" else "_" for c in key).rstrip("_") or key
    return f"{plain}_" if plain in RESERVED else plain


def tex_of_name(key: str) -> str:
    r"""The TeX of a name.

    Examples
    --------
    >>> print(*map(tex_of_name, ("x", "theta", "yhat", "w_bold", "D_KL", "loss", "x_prime", "muhat_bold")))
    x \theta \hat{y} \mathbf{w} D_{\mathrm{KL}} \mathrm{loss} x' \hat{\mathbf{\mu}}
    """
    if key.startswith("#"):  # a size without a name: the number of values of an index
        bare = key[1:].rstrip("0123456789")
        return f"n_{{{tex_of_name(bare)}}}"
    first, *more = key.split("_")
    accents: list[str] = []
    while (accent := next((a for a in _ACCENTS if first.endswith(a) and first != a), None)) is not None and (
        len(first) - len(accent) == 1 or first.removesuffix(accent).rstrip() in GREEK or accents
    ):
        first = first.removesuffix(accent)
        accents.append(accent)
    found = _letter(first)
    labels: list[str] = []
    marks = ""
    for part in more:
        style = next((s for s in _STYLES if part.startswith(s) and part.removeprefix(s) in {"", *_ACCENTS}), None)
        if style is not None:
            found = f"{_STYLES[style]}{{{found}}}"
            accents += [part.removeprefix(style)] if part != style else []
        elif part in _MARKS:
            marks += _MARKS[part]
        elif part:
            labels.append(_letter(part))
    for accent in accents:
        found = f"\\{accent}{{{found}}}"
    return found + (f"_{{{','.join(labels)}}}" if labels else "") + marks


def _letter(text: str) -> str:
    if text in GREEK:
        return f"\\{text}"
    return text if len(text) == 1 else f"\\mathrm{{{text}}}"
