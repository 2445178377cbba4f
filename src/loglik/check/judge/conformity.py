r"""Sizes of vectors and matrices as the text tells them, ``X \in \mathbb{R}^{n \times p}``, put through products.

What cannot be multiplied as it stands, and can with one transpose put in or left out, is suspicious.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.check.result import Judgement
    from loglik.check.statement import Statement

#: Rows and columns; a number is 1 by 1, and None is what nothing is known of.
Size = tuple[str, str]
_NUMBER: Size = ("1", "1")
_SET = re.compile(
    r"\\(?:mathbb|Bbb|mathbf)?\s*\{?\s*R\}?\s*\^\s*(?:\{(?P<many>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(?P<one>\w))\s*[.,;]?\s*"
)
_ELEMENTWISE = frozenset({"odot", "circ", "star", "*", "times", "otimes"})


class _Misfit(Exception):  # noqa: N818
    """Two factors that cannot be multiplied."""

    def __init__(self, left: Size, right: Size) -> None:
        super().__init__()
        self.sizes = left, right


@dataclass(frozen=True)
class Sizes:
    """What a document tells of sizes.

    Parameters
    ----------
    told : mapping of str to Size
        By the keys of names; of two that differ, neither.
    turned : frozenset of str
        Names of which a transpose is written somewhere: their author tells rows from columns.
    """

    told: Mapping[str, Size] = field(default_factory=dict)
    turned: frozenset[str] = frozenset()


def sizes_told(statements: Sequence[Statement]) -> Sizes:
    """Look through a document once."""
    told: dict[str, Size | None] = {}
    for each in statements:
        if not each.relations or each.relations[0].sign != "∈":
            continue
        size, name = _size(each.terms[1].tex), each.sketch(0)
        if size is not None and isinstance(name, Node) and name.kind == "name" and not name.parts:
            told[name.text] = size if told.get(name.text, size) == size else None
    inverses = (tree for each in statements if "-1" in each.formula.tex for tree in each.sketches)
    for name in {n for tree in inverses if isinstance(tree, Node) for node in tree.walk() for n in _tall(node)}:
        told.setdefault(name, (f"n_{name}", f"p_{name}") if told else ("n", "p"))
    known = {name: size for name, size in told.items() if size is not None}
    if not known:
        return Sizes()
    trees = (tree for each in statements if "^" in each.formula.tex for tree in each.sketches if isinstance(tree, Node))
    turned = {node.parts[0].text for tree in trees for node in tree.walk() if node.kind == "transpose"}
    return Sizes(known, frozenset(turned))


def _tall(node: Node) -> Iterator[str]:
    """The name of a matrix in ``(X^T X)^{-1}``: nobody writes that of a square one."""
    if node.kind != "power" or node.parts[1].kind != "neg" or node.parts[1].parts[0].text != "1":
        return
    inner = _uncalled(node).parts[-1].parts[0]
    inner = inner.parts[0] if inner.kind == "group" else inner
    match list(inner.parts) if inner.kind == "mul" else []:
        case [
            Node(kind="transpose", parts=(Node(kind="name", parts=()) as first,)),
            Node(kind="name", parts=()) as second,
        ]:
            if first.text == second.text:
                yield first.text


def _uncalled(node: Node) -> Node:
    """A power as a product, where a matrix before a bracket was read as a function: ``X (X^T X)^{-1}``."""
    base, exponent = node.parts
    if base.kind != "call" or len(base.parts) != 2:
        return Node("mul", node.span, (node,))
    name, inner = base.parts
    return Node("mul", node.span, (name, Node("power", node.span, (Node("group", inner.span, (inner,)), exponent))))


def _without_calls(node: Node, sizes: Sizes) -> Node:
    parts = tuple(_without_calls(part, sizes) for part in node.parts)
    new = replace(node, parts=parts)
    if node.kind == "power" and parts[0].kind == "call" and parts[0].parts[0].text in sizes.told:
        return _uncalled(new)
    return new


def _size(tex: str) -> Size | None:
    found = _SET.fullmatch(tex.strip())
    if found is None:
        return None
    sides = re.split(r"\\times|×", found["many"] or found["one"])
    texts = [re.sub(r"[\s{}]", "", side) for side in sides]
    return (texts[0], texts[1] if len(texts) == 2 else "1") if len(texts) <= 2 and all(texts) else None


def beside_sizes(found: Judgement, sizes: Sizes) -> Judgement:
    """A judgement with what the told sizes say of its factors."""
    unlike = misfit(found.statement, found.index, sizes)
    if unlike is None:
        return found
    return found.found(unlike[0], suggestion=unlike[1])


def misfit(statement: Statement, index: int, sizes: Sizes) -> tuple[Finding, str] | None:
    """Factors of a relation that do not fit, and the source with the one transpose with which all do; None if all fit."""
    if not sizes.told or statement.context.denied:
        return None
    for tree in map(statement.sketch, (index, index + 1)):
        if not isinstance(tree, Node):
            continue
        tree = _without_calls(tree, sizes)  # noqa: PLW2901
        wrong = _wrong(tree, sizes)
        if wrong is None:
            continue
        where = next((where for new, where in _turned(tree) if _wrong(new, sizes) is None), None)
        if where is not None:
            one, other = ("×".join(size) for size in wrong)
            return Finding("suspicious", said("sizes-differ", one=one, other=other)), _source(statement, index, where)
    return None


def _wrong(tree: Node, sizes: Sizes) -> tuple[Size, Size] | None:
    """The sizes of the first two factors that do not fit."""
    try:
        _of(tree, sizes)
    except _Misfit as error:
        return error.sizes
    return None


def _of(node: Node, sizes: Sizes) -> Size | None:
    """The size of what a tree stands for; None if it is not known."""
    match node.kind:
        case "number" | "norm" | "abs":
            return _NUMBER
        case "name" if not node.parts:
            return sizes.told.get(node.text)
        case "group" | "neg":
            return _of(node.parts[0], sizes)
        case "transpose":
            found = _of(node.parts[0], sizes)
            return None if found is None else found[::-1]
        case "add":
            terms = {size for part in node.parts if (size := _of(part, sizes)) is not None and size != _NUMBER}
            return terms.pop() if len(terms) == 1 else None
        case "div":
            below = _of(node.parts[1], sizes)
            above = _of(node.parts[0], sizes)
            return above if below in {None, _NUMBER} else None
        case "power":
            found = _of(node.parts[0], sizes)
            inverse = node.parts[1].kind == "neg" and node.parts[1].parts[0].text == "1"
            return found if inverse and found is not None and found[0] == found[1] else None
        case "mul":
            return _product(node, sizes)
        case _:
            for part in node.parts:
                _of(part, sizes)
            return None


def _product(node: Node, sizes: Sizes) -> Size | None:
    parts = [_of(part, sizes) for part in node.parts]
    if node.text in _ELEMENTWISE or (node.text == "cdot" and any(part and "1" in part for part in parts)):
        return None
    found: Size | None = _NUMBER
    for at, part in enumerate(parts):
        before = node.parts[at - 1]
        if (
            at
            and before.kind == "name"
            and before.text not in sizes.turned
            and found is not None
            and found[1] == "1" != found[0]
        ):
            return None  # x W: whoever turns no vector may write rows
        if part is None or found is None:
            found = None if found != _NUMBER or part is None else part
        elif _NUMBER in {found, part}:
            found = part if found == _NUMBER else found
        elif found[1] != part[0]:
            columns = found[1] == part[1] == "1" and found[0] != part[0]
            if (
                columns or found[0] == part[1] == "1" or not _comparable(found[1], part[0])
            ):  # other letters may be meant
                return None
            raise _Misfit(found, part)
        else:
            found = (found[0], part[1])
    return found


def _comparable(one: str, other: str) -> bool:
    """Whether two lengths can be known to differ: 8 may be what m is."""
    return one == "1" or other == "1" or one.isdigit() == other.isdigit()


def _turned(node: Node) -> Iterator[tuple[Node, Node]]:
    """The tree with one name transposed, or no longer, and the part in which that is."""
    if node.kind == "transpose" and node.parts[0].kind == "name":
        yield node.parts[0], node
    elif node.kind == "name":
        yield Node("transpose", node.span, (node,)), node
    else:
        for at, part in enumerate(node.parts):
            for new, where in _turned(part):
                yield replace(node, parts=(*node.parts[:at], new, *node.parts[at + 1 :])), where


def _source(statement: Statement, index: int, where: Node) -> str:
    """The source of the relation with the transpose put in or left out."""
    tex = statement.formula.tex
    inner, start, end = where.span, statement.terms[index].span.start, statement.terms[index + 1].span.end
    bare = where.parts[0].span if where.kind == "transpose" else inner
    new = tex[bare.start : bare.end] + ("" if where.kind == "transpose" else r"^\top")
    return tex[start : inner.start] + new + tex[inner.end : end]
