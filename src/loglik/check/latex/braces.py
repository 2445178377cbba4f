r"""The tokens of a term without braces that say nothing, ``{\bf w}_2``, and with the arguments of ``\frac12`` apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.calls import FUNCTIONS, LOGARITHMS
from loglik.check.latex.names import ACCENTS
from loglik.check.latex.signs import GREEK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.tokens import Token

#: Commands that take what stands in the next braces.
_TAKING = ("frac", "sqrt", "binom", "underbrace", "overbrace", "boxed", "textcolor", "overset", "underset", "stackrel")


def arguments_marked(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``\frac12`` as two arguments, and without braces around a name that scripts follow: ``{\bf w}_2``."""
    out: list[Token] = []
    for token in _called_without_braces(_functions_without_braces(_lower_scripts_first(tokens))):
        digits = token.kind == "number" and len(token.text) > 1 and token.text.isdigit()
        if digits and out and out[-1].is_("frac", "binom"):
            middle = token.start + 1
            out.append(type(token)("number", token.text[0], token.start, middle))
            out.append(type(token)("number", token.text[1:], middle, token.end))
        else:
            out.append(token)
        if token.is_("_", "^", "'", "(") and len(out) > 3 and out[-2].is_("}"):
            _unbraced(out)
    return out


def _called_without_braces(tokens: Sequence[Token]) -> list[Token]:
    r"""``\sigma{(z)}`` as ``\sigma(z)``."""
    out = list(tokens)
    at = 1
    while at < len(out) - 2:
        before = out[at - 1]
        name = before.kind in {"letter", "word", "upright"} or (before.kind == "command" and before.text in GREEK)
        if name and out[at].is_("{") and out[at + 1].is_("("):
            end = _script_end(out, at)
            script = at > 1 and out[at - 2].is_("_", "^")
            if out[end - 2].is_(")") and not script:
                del out[end - 1], out[at]
        at += 1
    return out


def _functions_without_braces(tokens: Sequence[Token]) -> list[Token]:
    r"""``{{\cos}^{2}}x`` as ``\cos^{2}x``: a function alone in braces, with its scripts or without."""
    out = list(tokens)
    at = len(out) - 2
    while at >= 0:
        inner = out[at + 1]
        if out[at].is_("{") and inner.kind == "command" and inner.text in {*FUNCTIONS, *LOGARITHMS} - {"sqrt"}:
            end = at + 2
            while end < len(out) - 1 and out[end].is_("^", "_"):
                end = _script_end(out, end + 1)
            before = out[at - 1] if at else None
            argument = before is not None and (before.is_("_", "^", "}", *ACCENTS, *_TAKING))
            if end < len(out) and out[end].is_("}") and not argument:
                del out[end], out[at]
        at -= 1
    return out


def _lower_scripts_first(tokens: Sequence[Token]) -> list[Token]:
    """``x^2_i`` as ``x_i^2``: what is below belongs to the name, what is above may be a power of the whole."""
    out = list(tokens)
    at = 0
    while at < len(out) - 3:
        if out[at].is_("^") and (middle := _script_end(out, at + 1)) < len(out) and out[middle].is_("_"):
            end = _script_end(out, middle + 1)
            out[at:end] = [*out[middle:end], *out[at:middle]]
            at = end
        at += 1
    return out


def _script_end(tokens: Sequence[Token], at: int) -> int:
    """Behind a group in braces or one sign."""
    if at >= len(tokens) or not tokens[at].is_("{"):
        return at + 1
    level = 0
    for i in range(at, len(tokens)):
        level += tokens[i].is_("{") - tokens[i].is_("}")
        if level == 0:
            return i + 1
    return len(tokens)


def _unbraced(out: list[Token]) -> None:
    """Take away the braces that end before the last token, if a single name is in them and they are no argument."""
    level = 0
    for at in range(len(out) - 2, max(len(out) - 9, -1), -1):
        level += out[at].is_("}") - out[at].is_("{")
        if level == 0:
            break
    else:
        return
    before = out[at - 1] if at else None
    inner = out[at + 1 : -2]
    accented = len(inner) > 1 and inner[0].kind == "command" and inner[0].text in ACCENTS
    if before is not None and (before.is_("_", "^", "}", "]", *ACCENTS) or before.is_(*_TAKING)):
        return
    if (len(inner) == 1 and inner[0].kind in {"letter", "word", "upright", "command"}) or accented:
        del out[-2], out[at]
