"""Signs that relate two terms, and how deep in brackets a token stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.latex.tokens import Token

#: Signs and commands that relate two terms, and how the relation is called.
RELATIONS = {
    "=": "=", "<": "<", ">": ">", "le": "<=", "ge": ">=", "ne": "!=", "approx": "≈", "propto": "∝", "sim": "~", "equiv": "≡",
    "in": "∈", "notin": "∉", "ni": "∋", "to": "→", "leftarrow": "←", "coloneq": ":=", "mapsto": "↦", "subset": "⊂",
    "subseteq": "⊆", "supset": "⊃", "ll": "≪", "gg": "≫", "perp": "⊥", "models": "⊨", "cong": "≅", "prec": "≺", "succ": "≻",
    "leftrightarrow": "↔", "xrightarrow": "→", "eqqcolon": "=:", "asymp": "≍", "lesssim": "≲", "gtrsim": "≳",
}  # fmt: skip
JOINING = frozenset({"+", "-", "cdot", "times", "/", "*", "div", "pm", "odot"})
OPEN, CLOSE = (
    frozenset({"(", "[", "{", "\\{", "lfloor", "lceil", "langle"}),
    frozenset({")", "]", "}", "\\}", "rfloor", "rceil", "rangle"}),
)


def depths_of(tokens: Sequence[Token]) -> list[int]:
    """How deep in braces, brackets and environments each token leads; a bracket too many closes nothing."""
    braces = brackets = 0
    out: list[int] = []
    for token in tokens:
        if token.kind in {"environment", "environment-end"} or token.is_("{", "}"):
            braces += 1 if token.kind == "environment" or token.is_("{") else -1
        elif token.kind == "nothing":
            brackets += 1 if token.text == "left" else -1
        else:
            brackets += token.is_(*OPEN) - token.is_(*CLOSE)
        brackets = max(brackets, 0)
        out.append(max(braces, 0) + brackets)
    return out


def is_relation(token: Token) -> bool:
    """Whether a token is a relation, or begins one that is written with another sign above it."""
    return token.is_(*RELATIONS) or token.is_("overset", "stackrel", "underset")


def relation_at(piece: Sequence[Token], at: int) -> tuple[str, int]:
    """The relation that stands at a place, and where it ends; no sign if none stands there."""
    token = piece[at]
    after = piece[at + 1] if at + 1 < len(piece) else None
    if token.is_("overset", "stackrel", "underset"):
        _, stop = _group(piece, at + 1)
        start, end = _group(piece, stop)
        inner = [t for t in piece[start:end] if not t.is_("{", "}")]
        above = "".join(t.text for t in piece[at + 1 : stop])
        if len(inner) == 1 and inner[0].is_(*RELATIONS):
            sign = RELATIONS[inner[0].text]
            return (":=" if sign == "=" and any(w in above for w in ("def", "triangle", "Delta", "?")) else sign), end
        return "", at
    if token.is_(":") and after is not None and after.is_("="):
        return ":=", at + 2
    if token.is_("=") and after is not None and after.is_(":"):
        return "=:", at + 2
    if token.is_("!") and after is not None and _is_factorial(piece, at):
        return "", at
    if token.is_("<", ">") and _doubled(piece, at):
        operands = [piece[i].kind for i in (at - 1, at + 2) if 0 <= i < len(piece)]
        return ("", at) if "number" in operands else ({"<": "≪", ">": "≫"}[token.text], at + 2)  # 1 << 10
    if token.is_("<", ">") and at and _doubled(piece, at - 1):
        return "", at
    if token.is_("<", ">", "!") and after is not None and after.is_("=") and after.start == token.end:
        return f"{token.text}=", at + 2
    if token.is_("=") and after is not None and after.is_("=") and after.start == token.end:
        return "=", at + 2
    if token.is_("not") and after is not None and after.is_("=", "in"):
        return "!=" if after.text == "=" else "∉", at + 2
    if token.is_("xrightarrow"):
        return "→", _group(piece, at + 1)[1]
    if token.is_(*RELATIONS):
        return RELATIONS[token.text], at + 1
    return "", at


def _doubled(piece: Sequence[Token], at: int) -> bool:
    """Whether a sign stands twice, close together."""
    first, second = piece[at], piece[at + 1] if at + 1 < len(piece) else None
    return second is not None and second.is_(first.text) and second.start == first.end


def _is_factorial(piece: Sequence[Token], at: int) -> bool:
    """Whether ``!=`` ends a factorial: behind a number or a bracket, or close behind a name and before more than one sign."""
    before = piece[at - 1] if at else None
    if before is None or piece[at].spaced:
        return False
    return before.kind == "number" or before.is_(*CLOSE) or (before.kind == "letter" and len(piece) - at > 3)


def _group(piece: Sequence[Token], at: int) -> tuple[int, int]:
    """The tokens of an argument with its braces: from where to where."""
    if at >= len(piece) or not piece[at].is_("{"):
        return at, min(at + 1, len(piece))
    level = 0
    for i in range(at, len(piece)):
        level += piece[i].is_("{") - piece[i].is_("}")
        if level == 0:
            return at, i + 1
    return at, len(piece)
