"""What indices run over: the first and last value, the same for all places of families that share an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.check.model.display import plain_name
from loglik.check.model.families import family_of
from loglik.derive.expressions import Add, Domain, Expr, Number, Symbol, number, sum_of
from loglik.derive.expressions.domains import Range

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from loglik.check.latex.tree import Node
    from loglik.check.model.families import Family

SIZE = Domain("size")
#: An index by its letter, or a place of a family by the family's key and the number of the place.
Key = tuple[str, int]
Bounds = tuple["Node", "Node"]


@dataclass
class Sizes:
    """The ranges of a statement.

    Parameters
    ----------
    told : mapping of Key to (lower, upper)
        Bounds that the document gives elsewhere.
    """

    told: Mapping[Key, Bounds] = field(default_factory=dict)
    explicit: dict[Key, Bounds] = field(default_factory=dict)
    parent: dict[Key, Key] = field(default_factory=dict)

    def root(self, key: Key) -> Key:
        """The representative of all places with the same range."""
        while (above := self.parent.get(key, key)) != key:
            key = above
        return key

    def join(self, a: Key, b: Key) -> None:
        """Two places have the same range."""
        first, second = self.root(a), self.root(b)
        self.parent.setdefault(a, first)
        self.parent.setdefault(b, second)
        if first != second:
            self.parent[max(first, second)] = min(first, second)

    def learn(
        self,
        trees: Iterable[Node],
        canonical: Mapping[str, str],
        vectors: Iterable[str] = (),
        apart: Collection[str] = (),
        of_vectors: Collection[Family] = (),
    ) -> None:
        """Which places share a range, and the bounds that are written; arguments of the names `apart` have their own."""
        known = {*vectors}
        for tree in trees:
            for node in tree.walk():
                if node.kind == "big" and node.count == 4:
                    self.explicit.setdefault((node.parts[1].text, -1), (node.parts[2], node.parts[3]))
                if node.kind == "name":
                    for place, part in enumerate(node.parts):
                        if part.kind == "name" and not part.parts:
                            self.join((canonical.get(node.text, node.text), place), (part.text, -1))
                if node.kind == "call" and node.parts[0].text not in apart:
                    for place, part in enumerate(node.parts[1:]):
                        if part.kind == "name" and not part.parts:
                            self.join((canonical.get(node.parts[0].text, node.parts[0].text), place), (part.text, -1))
                if node.kind == "function" and node.text == "delta" and all(part.kind == "name" for part in node.parts):
                    self.join((node.parts[0].text, -1), (node.parts[1].text, -1))
                if node.kind in {"mul", "add"}:
                    self._joined_vectors(node, canonical, known, of_vectors)

    def _joined_vectors(
        self, node: Node, canonical: Mapping[str, str], vectors: set[str], of_vectors: Collection[Family]
    ) -> None:
        """Factors of a product share the inner direction, terms of a sum all of them; the indices of families come first."""
        keys = []
        for part in node.parts:
            bare = part.parts[0] if part.kind in {"transpose", "neg"} else part
            known = bare.kind == "name" and (not bare.parts or family_of(bare) in of_vectors)
            keys.append((canonical.get(bare.text, bare.text) if known else "", len(bare.parts) if known else 0, part))
        for (a, at, left), (b, to, right) in zip(keys, keys[1:], strict=False):
            if not a or not b or not ({a, b} & vectors or at or to):
                continue
            if node.kind == "add" or (left.kind == "transpose" and right.kind == "name"):
                self.join((a, at), (b, to))
            elif left.kind == "name" and right.kind == "name" and not at:
                self.join((a, 1), (b, to))

    def _found(self, key: Key) -> Bounds | None:
        root = self.root(key)
        members = [key, *(k for k in (*self.parent, root) if self.root(k) == root)]
        for source in (self.explicit, self.told):
            for member in members:
                if member in source:
                    return source[member]
        return None

    def bounds(self, index: Node) -> tuple[Expr, Expr]:
        """First and last value of an index that is written without bounds."""
        return self._bounds((index.text, -1))

    def of(self, key: str, place: int) -> Expr:
        """The last value at a place of a family."""
        return self._bounds((key, place))[1]

    def before(self, key: str, place: int) -> int:
        """What is taken from 1 to get the first value at a place of a family: 1 where it counts from 0."""
        first = self._bounds((key, place))[0]
        return 1 - int(first.value) if isinstance(first, Number) else 0

    def _bounds(self, key: Key) -> tuple[Expr, Expr]:
        found = self._found(key)
        if found is not None:
            lower, upper = _simple(found[0]), _simple(found[1])
            if lower is not None and upper is not None:
                return lower, upper
        name, place = self.root(key)
        return number(1), Symbol(plain_name(f"#{name}{place + 1 if place > 0 else ''}"), SIZE)

    def range_of(self, key: Key) -> Range:
        """The same as a range of a domain."""
        lower, upper = self._bounds(key)
        first = int(lower.value) if isinstance(lower, Number) else 1
        if isinstance(upper, Symbol):
            return Range(first, upper.name)
        if isinstance(upper, Add) and isinstance(upper.terms[0], Symbol) and upper.terms[1:] == (number(-1),):
            return Range(first, upper.terms[0].name, -1)
        return Range(first, plain_name(f"#{key[0]}"))


def _simple(node: Node) -> Expr | None:
    """A bound that is a number, a name, or a name less 1."""
    if node.kind == "number" and node.text.isdigit():
        return number(int(node.text))
    if node.kind == "name" and not node.parts:
        return Symbol(plain_name(node.text), SIZE)
    if node.kind == "abs" and node.parts[0].kind == "name" and not node.parts[0].parts:
        return Symbol(plain_name(f"#{node.parts[0].text}"), SIZE)
    if node.kind == "add" and len(node.parts) == 2 and node.parts[1].kind == "neg":
        name, one = _simple(node.parts[0]), node.parts[1].parts[0]
        if isinstance(name, Symbol) and one.kind == "number" and one.text == "1":
            return sum_of([name, number(-1)])
    return None
