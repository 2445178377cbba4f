"""The names of one statement: symbols with their sets, elements of families, vectors by their elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.hints import INDEX_LETTERS
from loglik.check.latex.tree import Node, UnreadError, bound_by, is_bold, written
from loglik.check.model.display import plain_name
from loglik.check.model.families import family_of
from loglik.check.model.joint import joints
from loglik.check.model.random import random_variables
from loglik.check.model.shapes import Shaped, Value, column
from loglik.check.model.sizes import SIZE, Sizes
from loglik.derive.expressions import REAL, Constant, Domain, E, Expr, Function, Indexed, Symbol, number, sum_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loglik.check.model.kinds import Kinds

_WITH_RANGE = frozenset({"simplex", "distribution", "onehot"})


class Naming:
    """What names become, where a statement stands.

    Parameters
    ----------
    kinds : Kinds
        The names of the document.
    domains : mapping of str to kind of domain
        What is known of their values here, by key.
    trees : sequence of Node
        The terms of the statement.
    joint : bool
        Whether probabilities are those of one distribution.
    """

    def __init__(self, kinds: Kinds, domains: Mapping[str, str], trees: Sequence[Node], *, joint: bool = True) -> None:
        self.kinds = kinds
        self.domains = domains
        self.joints = joints(trees) if joint else {}
        self.random = random_variables(trees)
        self.sizes = Sizes(kinds.told)
        self.sizes.learn(trees, kinds.canonical, kinds.vectors | kinds.matrices, self.joints, kinds.of_vectors)
        self.written: dict[str, str] = {}  # names to keys
        self.summed = {written(b) for t in trees for n in t.walk() if (b := bound_by(n)) is not None}
        self.indexing = {
            p.text
            for t in trees
            for n in t.walk()
            if n.kind == "name"
            for p in n.parts
            if p.kind == "name" and not p.parts
        }
        self.bounding = {
            size.text
            for t in trees
            for n in t.walk()
            if n.kind == "big" and n.count == 4
            for size in _sizes_in(n.parts[3])
        }
        self.below = {n.text for t in trees for n in t.walk() if n.kind == "name" and n.parts and not n.count}
        self.arities: dict[str, set[int]] = {}
        for tree in trees:
            for node in tree.walk():
                if node.kind == "call":
                    self.arities.setdefault(node.parts[0].text, set()).add(len(node.parts))

    # -- names

    def symbol_name(self, key: str) -> str:
        """The name of a symbol; those that mean something in plain syntax get a bar."""
        name = plain_name(key)
        self.written[name] = key
        return name

    def is_e(self) -> bool:
        """Whether e is Euler's number."""
        return not self.kinds.plain_e

    def is_sigmoid(self, key: str) -> bool:
        """Whether a name that is called is the sigmoid function."""
        return key in {"sigmoid", "Sigmoid", "logistic"} or (key == "sigma" and self.kinds.sigmoid)

    def is_vector(self, node: Node) -> bool:
        """Whether a name with the indices that it has is a vector."""
        key = self.kinds.key(node)
        return (key in self.kinds.vectors and (not node.parts or is_bold(node.text))) or self._of_vectors(node)

    def _of_vectors(self, node: Node) -> bool:
        return bool(node.parts) and family_of(node) in self.kinds.of_vectors

    def labels(self, part: Node) -> bool:
        """Whether an index is none, since it is a vector or a matrix."""
        if part.kind != "name":
            return False
        key = self.kinds.key(part)
        return is_bold(part.text) or (
            not part.parts
            and (key in self.kinds.vectors or key in self.kinds.matrices)
            and part.text not in self.summed
        )

    def hints_index(self, part: Node) -> bool:
        """Whether a name among indices is one itself."""
        return not part.parts and part.text in (self.summed | INDEX_LETTERS)

    def plain(self, node: Node) -> Value:
        """A name without indices."""
        key = node.text
        if key == "e" and self.is_e():
            return E
        if key == "pi" and not self.kinds.plain_pi:
            return Constant("pi")
        if key == "zero_bold":
            return number(0)
        if key == "one_bold":
            return column(self.sizes.of(key, 0), lambda _: number(1))
        if key == "I_bold":
            rows, columns = (self.sizes.of(self.kinds.key(node), place) for place in (0, 1))
            return Shaped(rows, columns, lambda i, j: Function("delta", (i, j)))
        if self.kinds.is_matrix(key):
            return self._matrix(node, ())
        if self.kinds.is_vector(key):
            return self._vector(node, ())
        return Symbol(self.symbol_name(self.kinds.key(node)), self.domain(node))

    def indexed(self, node: Node, places: tuple[Expr, ...]) -> Value:
        """A name with indices: an element, or a row of vectors that have numbers."""
        key = self.kinds.canonical.get(f"{node.text}[]", self.kinds.key(node))
        if is_bold(node.text):
            if self.kinds.is_matrix(node.text):
                if len(places) == 1:
                    return self._matrix(node, places)
            elif len(places) <= 2:
                return self._vector(node, places)
        if node.text == "delta" and len(places) == 2 and not node.count:
            return Function("delta", places)
        above = node.count == len(places)
        name = self.symbol_name(f"{key}_sup" if node.count and not self._only_above(node) else key)
        self.written[name] = node.text
        if self._of_vectors(node):
            symbol = Symbol(name, self.domain(node, family=True))
            size, shift = self._direction(key, len(places))
            return column(size, lambda i: Indexed(symbol, (*places, shift(i))))
        return Indexed(Symbol(name, self.domain(node)), places, above)

    def _only_above(self, node: Node) -> bool:
        """Whether the name is not written with an index below alone, so that x^(i) and x_i cannot be confused."""
        return node.text not in self.below

    def _vector(self, node: Node, before: tuple[Expr, ...]) -> Shaped:
        symbol = self.base(node)
        size, shift = self._direction(self.kinds.key(node), len(before))
        return column(size, lambda i: Indexed(symbol, (*before, shift(i))))

    def _matrix(self, node: Node, before: tuple[Expr, ...]) -> Shaped:
        symbol, key = self.base(node), self.kinds.key(node)
        (rows, down), (columns, across) = (self._direction(key, len(before) + place) for place in (0, 1))
        return Shaped(rows, columns, lambda i, j: Indexed(symbol, (*before, down(i), across(j))))

    def _direction(self, key: str, place: int) -> tuple[Expr, Callable[[Expr], Expr]]:
        """How many elements there are in a direction, and the index of the i-th: i - 1 where they are counted from 0."""
        last, before = self.sizes.of(key, place), self.sizes.before(key, place)
        if not before:
            return last, lambda i: i
        return sum_of((last, number(before))), lambda i: sum_of((i, number(-before)))

    def base(self, node: Node) -> Symbol:
        """The symbol of a family."""
        key = self.kinds.key(node)
        return Symbol(self.symbol_name(key), self.domain(node, family=True))

    def family(self, key: str, node: Node) -> Symbol:
        """The symbol of a family that is written as calls: p(x) where x runs over a finite set."""
        return Symbol(self.symbol_name(key), self.domain(node.parts[0], family=True, places=len(node.parts) - 1))

    def is_family_call(self, key: str, written_: Sequence[Node], bound: Mapping[str, Symbol]) -> bool:
        """Whether p(x) is an element: its arguments are indices that a sum of the statement binds."""
        if not written_ or not all(part.kind == "name" and written(part) in self.summed for part in written_):
            return False
        if len(self.arities.get(key, ())) > 1 or (key in {"f", "g", "h"} and not bound):
            raise UnreadError("probability", key, written_[0].span)
        return True

    # -- sets

    def domain(self, node: Node, *, family: bool = False, places: int = 0) -> Domain:
        """The set that the values of a name come from."""
        key = self.kinds.key(node)
        kind = self.domains.get(key) or self.domains.get(node.text)
        if not node.parts and not family:
            if key in self.bounding:
                return SIZE
            if key in self.indexing and kind is None:
                return Domain("index", self.sizes.range_of((key, -1)))
        if kind is None or kind == "real":
            return REAL
        if kind in _WITH_RANGE:
            count = places or len(node.parts) or 1
            if count != 1:
                return Domain("unit")
            return Domain(kind, self.sizes.range_of((key, count - 1)))  # type: ignore[arg-type]
        return Domain(kind) if kind != "index" else Domain("index", self.sizes.range_of((key, -1)))  # type: ignore[arg-type]


def _sizes_in(bound: Node) -> Iterator[Node]:
    """Names that the last value of an index is made of: ``K - 1``, ``2 m``."""
    if bound.kind == "name" and not bound.parts:
        yield bound
    elif bound.kind in {"add", "neg", "mul"}:
        for part in bound.parts:
            yield from _sizes_in(part)
