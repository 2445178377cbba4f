"""What a document says of its names: in words, in small formulas, in notes to the checker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node
from loglik.check.model import words
from loglik.check.model.meaning import Told
from loglik.check.model.use import compared, membership
from loglik.check.statement import Misread, Source
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.check.document import Document
    from loglik.check.latex.chains import Chain
    from loglik.check.model.items import Item


def told_by(item: Item) -> Iterator[tuple[str, Told]]:
    """What a formula and the words beside it say of names: ``the probability p``, ``x > 0``, ``y in {0, 1}``."""
    line = item.formula.area.start.line
    keys = _mentioned(item)
    if keys:
        found = words.kind_said(item.before, item.after)
        if found is not None:
            for key in keys:
                yield key, Told(found[0], Source("words", found[1], item.formula, line))
        return
    for chain, trees in zip(item.chains, item.trees, strict=True):
        yield from _told_by_formula(item, chain, trees, line)


def _told_by_formula(
    item: Item, chain: Chain, trees: tuple[Node | Misread, ...], line: int
) -> Iterator[tuple[str, Told]]:
    if len(chain.terms) == 3:
        yield from _between(item, chain, trees, line)
    if len(chain.terms) != 2:
        return
    sign = chain.relations[0][0]
    left = trees[0]
    stretch = item.formula.tex[chain.terms[0][0].start : chain.terms[-1][-1].end] if all(chain.terms) else ""
    source = Source("notation", stretch, item.formula, line)
    if not isinstance(left, Node):
        return
    if sign == "∈" and left.kind == "name":
        kind = membership(chain.terms[1])
        if kind == "vector" and "times" in {t.text for t in chain.terms[1]}:
            kind = "matrix"
        if kind:
            yield left.text, Told(kind, source)
        return
    right = trees[1]
    if not isinstance(right, Node) or right.kind != "number":
        return
    if left.kind == "name" and sign != "=" and (kind := compared(sign, right.text)):
        yield left.text, Told(kind, source)
    elif left.kind == "big" and left.text == "sum" and sign == "=" and right.text == "1" and left.count >= 2:
        body, index = left.parts[:2]
        if body.kind == "name" and [part.text for part in body.parts] == [index.text]:
            yield body.text, Told("simplex", source)


def _between(item: Item, chain: Chain, trees: tuple[Node | Misread, ...], line: int) -> Iterator[tuple[str, Told]]:
    """``0 < p < 1``: a name between two numbers."""
    low, name, high = trees
    signs = tuple(sign for sign, _ in chain.relations)
    if not (isinstance(low, Node) and isinstance(name, Node) and isinstance(high, Node)):
        return
    if low.kind != "number" or name.kind != "name" or not set(signs) <= {"<", "<="}:
        return
    unit = high.kind == "number" and (low.text, high.text) == ("0", "1")
    kind = ("probability" if "<" in signs else "unit") if unit else "positive" if signs[0] == "<" else "nonnegative"
    source = Source("notation", item.formula.tex[chain.terms[0][0].start : chain.terms[-1][-1].end], item.formula, line)
    yield name.text, Told(kind, source)


def _mentioned(item: Item) -> list[str]:
    """The names of an inline formula that consists of nothing else."""
    if item.formula.kind != "inline":
        return []
    keys: list[str] = []
    for chain, trees in zip(item.chains, item.trees, strict=True):
        tree = trees[0] if len(trees) == 1 else None
        if chain.relations or not isinstance(tree, Node) or tree.kind not in {"name", "call"}:
            return []
        keys.append(tree.text if tree.kind == "name" else tree.parts[0].text)
    return keys


def noted(document: Document) -> dict[str, Told]:
    """What notes to the checker say: ``t is onehot``, ``p: probability``."""
    found: dict[str, Told] = {}
    for note in document.notes:
        for piece in note.text.split(";"):
            name, _, kind = piece.replace(" is ", ":").partition(":")
            if kind.strip() and kind.strip().lower().replace("-", "") in _SETS:
                source = Source("note", note.text, None, note.position.line)
                found[_key(name.strip())] = Told(kind.strip().lower().replace("-", ""), source)
    return found


#: What only numbers are told to be.
NUMBERS = frozenset({"nonzero", "positive", "nonnegative", "base", "probability", "unit", "label", "integer", "size"})
_SETS_TEXT = """
real nonzero positive nonnegative base probability unit label simplex distribution onehot integer size vector matrix
"""
_SETS = frozenset(_SETS_TEXT.split())


def assumed_of(assumed: Mapping[str, str]) -> dict[str, Told]:
    """What is assumed of names beside what the document says."""
    for name, kind in assumed.items():
        if kind not in _SETS:
            raise DataError("LL403.set", kind=kind, name=name, sets=sorted(_SETS))
    return {_key(name): Told(kind, Source("note", f"{name}: {kind}")) for name, kind in assumed.items()}


def _key(name: str) -> str:
    return name.strip("$").removeprefix("\\")
