"""Sets of values inferred from how names are used in a statement, and from small formulas that say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loglik.check.latex.tokens import Token
    from loglik.check.latex.tree import Node

_MEMBERS = (
    (r"\{01\}|\{0,1\}", "label"),
    (r"\(0,1\)", "probability"),
    (r"\[0,1\]", "unit"),
    (r"\(0,(?:infty|\+infty)\)", "positive"),
    (r"\[0,(?:infty|\+infty)\)", "nonnegative"),
    (r"(?:reals|mathbb\{R\}|mathbbR|R)(?:_\{?(?:\+|>0|\+\+)\}?|\^\+|\^\{\+\})", "positive"),
    (r"(?:mathbb\{?N\}?|mathbb\{?Z\}?\^\+)", "integer"),
    (r"mathbb\{?Z\}?", "integer"),
    (r"(?:reals|mathbb\{?R\}?|R)\^\{?[^{}]*times[^{}]*\}?", "matrix"),
    (r"(?:reals|mathbb\{?R\}?|R)\^.*", "vector"),
)


def membership(tokens: Sequence[Token]) -> str:
    """The set or kind that the right side of ``x ∈ ...`` names; empty if it is not known."""
    text = "".join("{" if t.text == "\\{" else "}" if t.text == "\\}" else t.text for t in tokens if t.kind != "end")
    return next((kind for pattern, kind in _MEMBERS if re.fullmatch(pattern, text)), "")


def compared(sign: str, number: str) -> str:
    """What ``x > 0`` says of x."""
    if number == "0":
        return {">": "positive", ">=": "nonnegative", "!=": "nonzero"}.get(sign, "")
    return "positive" if sign in {">", ">="} and number == "1" else ""


def used_as(trees: Iterable[Node]) -> dict[str, tuple[str, Node]]:
    """Names whose logarithm or root is taken: the set that makes it a real number, and where."""
    found: dict[str, tuple[str, Node]] = {}
    complements: set[str] = set()
    for tree in trees:
        for node in tree.walk():
            if node.kind == "log":
                for key in _factors(node.parts[0]):
                    found.setdefault(key, ("positive", node))
                for key in _complements(node.parts[0]):
                    complements.add(key)
                if len(node.parts) > 1 and node.parts[1].kind == "name":
                    found[node.parts[1].text] = ("base", node)
            elif node.kind == "root" and len(node.parts) == 1 and node.parts[0].kind == "name":
                found.setdefault(node.parts[0].text, ("nonnegative", node))
    for key in complements:
        if key in found and found[key][0] == "positive":
            found[key] = ("probability", found[key][1])
    return found


def _factors(node: Node) -> Iterable[str]:
    """Names that are multiplied, divided or raised: all are positive if the whole is to be, each by itself."""
    if node.kind == "name" and node.text != "e":
        yield node.text
    elif node.kind in {"mul", "div", "group"}:
        for part in node.parts:
            yield from _factors(part)
    elif node.kind == "power" or (node.kind == "big" and node.text == "prod"):
        yield from _factors(node.parts[0])


def _complements(node: Node) -> Iterable[str]:
    """P in log(1 - p)."""
    if node.kind in {"group", "power"}:
        yield from _complements(node.parts[0])
    elif node.kind in {"mul", "div"}:
        for part in node.parts:
            yield from _complements(part)
    elif node.kind == "big":
        yield from _complements(node.parts[0])
    elif node.kind == "add" and len(node.parts) == 2 and node.parts[0].text == "1" and node.parts[1].kind == "neg":
        inner = node.parts[1].parts[0]
        if inner.kind == "name":
            yield inner.text
