"""Families of vectors in plain type: ``w_k`` in ``w_k^T x`` is a vector with a number, unless it is a number elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.check.latex.tree import is_bold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from loglik.check.latex.tree import Node

#: A name with so many indices above and so many in all: the sample x^(i) is a vector where the element x_j is a number.
Family = tuple[str, int, int]
#: What takes numbers, not vectors; ``softmax`` is none of them.
_OF_NUMBERS = frozenset({"log", "function", "root", "abs", "factorial"})
_ELEMENTWISE = frozenset({"sigma", "sigmoid", "tanh", "exp"})


def family_of(name: Node) -> Family:
    """The family that a name with indices belongs to."""
    return name.text, name.count, len(name.parts)


def families_of(chains: Iterable[Sequence[Node]], numbers: Collection[str]) -> set[Family]:
    """The families of vectors of a chapter; the document says of `numbers` that they are numbers.

    A family is one that is transposed in a product, stands behind what is transposed, or in a norm or an inner product.
    It is none where a member is used as a number: added to one, squared, divided by, within a logarithm; or where it is
    an element of the vector of the same letter.
    """
    found = _Found()
    chains = list(chains)
    for chain in chains:
        for tree in chain:
            for node in tree.walk():
                found.vectors(node)
    if not found.families:
        return set()
    for chain in chains:
        found.side_by_side(chain)
        found.elements(chain)
        for tree in chain:
            for node in tree.walk():
                found.numbers(node)
    return {each for each in found.families - found.scalars if each[0] not in numbers}


@dataclass
class _Found:
    """Families that stand where vectors do, families that stand where numbers do, and vectors without indices."""

    families: set[Family] = field(default_factory=set)
    scalars: set[Family] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def vectors(self, node: Node) -> None:
        """Names of a product with a transpose, of a norm, of an inner product."""
        if node.kind in {"norm", "inner"}:
            for part in node.parts if node.kind == "inner" else node.parts[:1]:
                for term in _terms(part):
                    self._vector(term.parts[-1] if term.kind == "mul" and term.text == "" else term)
        elif node.kind == "mul" and node.text in {"", "cdot"}:
            for at, part in enumerate(node.parts):
                if part.kind != "transpose" or len(node.parts) == 1:
                    continue
                for term in _terms(part.parts[0]):
                    self._vector(term)
                behind = next((p for p in node.parts[at + 1 :] if not _matrix(p)), None)
                if behind is not None and not _capital(_base(part.parts[0])):
                    for term in _terms(behind):
                        self._vector(term)

    def _vector(self, name: Node) -> None:
        if name.kind != "name" or is_bold(name.text) or name.text[:1].isupper():
            return
        if name.parts:
            self.families.add(family_of(name))
        else:
            self.alone.add(name.text)

    def numbers(self, node: Node) -> None:
        """What only a number can be."""
        if node.kind == "power":
            self._scalar(node.parts[1] if node.parts[0].text == "e" and not node.parts[0].parts else node.parts[0])
        elif node.kind in _OF_NUMBERS:
            for part in node.parts:
                self._scalar(part)
        elif node.kind == "div":
            self._scalar(node.parts[1])
        elif node.kind == "add" and any(t.kind == "number" or self._number(t) for t in _terms(node)):
            for part in node.parts:
                self._scalar(part)
        elif node.kind == "derivative" and node.parts[1].text in self.alone:
            self._scalar(node.parts[1])
        elif node.kind == "mul" and node.text == "" and not any(p.kind == "transpose" for p in node.parts):
            members = [p for p in node.parts if p.kind == "name" and p.parts and family_of(p) in self.families]
            if len(members) > 1:
                self.scalars.update(map(family_of, members))
            names = [p for p in node.parts if p.kind == "name" and p.text in self.alone]
            for left, right in zip(names, names[1:], strict=False):  # w_j x_j, of w^T x
                if [p.text for p in left.parts] == [p.text for p in right.parts]:
                    self.scalars.update(map(family_of, (left, right)))

    def side_by_side(self, chain: Sequence[Node]) -> None:
        """What equals an inner product is a number."""
        if any(self._number(tree) for tree in chain):
            for tree in chain:
                self._scalar(tree)

    def elements(self, chain: Sequence[Node]) -> None:
        """In ``w_k^T x = sum_j w_{jk} x_j`` the vectors are columns of their elements: not how families are read here."""
        names = [n for tree in chain for n in tree.walk() if n.kind == "name" and n.parts]
        for name in names:
            if family_of(name) in self.families and name.parts[0].kind == "name" and len(name.parts) == 1:
                label = name.parts[0].text
                longer = [[p.text for p in n.parts] for n in names if n.text == name.text and len(n.parts) == 2]
                if any(label == second != first for first, second in longer):
                    self.scalars.add(family_of(name))

    def _scalar(self, node: Node) -> None:
        if node.kind == "name" and node.parts:
            self.scalars.add(family_of(node))
        elif node.kind in {"add", "neg", "group"}:
            for part in node.parts:
                self._scalar(part)
        elif node.kind in {"div", "big"}:
            self._scalar(node.parts[0])
        elif node.kind == "mul" and node.text == "" and not any(p.kind == "transpose" for p in node.parts):
            for part in node.parts:
                self._scalar(part)

    def _number(self, node: Node) -> bool:
        """Whether a term is surely a number, for the inner product in it."""
        if node.kind in {"inner", "norm"}:
            return True
        if node.kind in {"neg", "group", "add"}:
            return any(map(self._number, node.parts))
        if node.kind in {"div", "big", "power", "log", "function"}:
            at = node.kind == "power" and node.parts[0].text == "e"
            return self._number(node.parts[at])
        if node.kind == "call":
            return node.parts[0].text in _ELEMENTWISE and len(node.parts) == 2 and self._number(node.parts[1])
        return node.kind == "mul" and self._contracted(node.parts)

    def _contracted(self, factors: Sequence[Node]) -> bool:
        """Whether of some factors each vector is transposed and met by another one."""
        opened = closed = False
        for factor in factors:
            if factor.kind == "transpose" and not _capital(_base(factor.parts[0])):
                if opened:
                    return False
                opened = True
            elif opened and not _matrix(factor):
                if factor.kind not in {"name", "group", "call", "add"}:
                    return False
                opened, closed = False, True
            elif not opened and not self._plain(factor):
                return False
        return closed and not opened

    def _plain(self, factor: Node) -> bool:
        """Whether a factor is no vector and no matrix, as far as names go."""
        if factor.kind == "name":
            known = family_of(factor) in self.families if factor.parts else factor.text in self.alone
            return not known and not is_bold(factor.text) and not factor.text[:1].isupper()
        return factor.kind == "number"


def _terms(node: Node) -> Iterator[Node]:
    """The terms of a sum, without signs and brackets."""
    if node.kind in {"add", "neg", "group"}:
        for part in node.parts:
            yield from _terms(part)
    else:
        yield node


def _base(node: Node) -> str:
    """The letter that a factor is made of: W of W^T and of W^-1."""
    while node.kind in {"group", "transpose", "power", "neg"}:
        node = node.parts[0]
    return node.text if node.kind == "name" else ""


def _capital(key: str) -> bool:
    return key[:1].isupper()


def _matrix(node: Node) -> bool:
    return _capital(_base(node))
