"""What sort of thing each name of a document is: from how it is written and used, before anything is said in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.check.latex.tree import is_bold
from loglik.check.model.families import families_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from loglik.check.latex.tree import Node
    from loglik.check.model.families import Family
    from loglik.check.model.sizes import Bounds, Key


@dataclass
class Kinds:
    """The names of a document.

    Parameters
    ----------
    vectors, matrices, families, called : set of str
        Keys of names that are vectors, matrices, written with indices, or called.
    of_vectors : set of Family
        Names that are vectors with the indices that they have, in plain type.
    canonical : dict of str to str
        The key under which a name is known: a bold letter and its elements in plain type are one name.
    told : dict of Key to (lower, upper)
        Bounds of ranges that are written somewhere.
    sigmoid : bool
        Whether sigma, called, is the sigmoid function.
    errors, powers : int
        How often e has an index, and how often it is raised to what is no name: it is Euler's number, unless it is a name
        of its own more often.
    plain_pi : bool
        Whether pi is a name of its own.
    gradients : set of str
        Names that gradients are by.
    """

    vectors: set[str] = field(default_factory=set)
    matrices: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    of_vectors: set[Family] = field(default_factory=set)
    canonical: dict[str, str] = field(default_factory=dict)
    told: dict[Key, Bounds] = field(default_factory=dict)
    sigmoid: bool = False
    errors: int = 0
    powers: int = 0
    plain_pi: bool = False
    gradients: set[str] = field(default_factory=set)
    uses: Counter[str] = field(default_factory=Counter)

    @property
    def plain_e(self) -> bool:
        """Whether e is a name of its own."""
        return self.errors > self.powers

    def key(self, name: Node) -> str:
        """The key under which a name is known."""
        return self.canonical.get(name.text, name.text)

    def is_vector(self, key: str) -> bool:
        """Whether a name without indices is a vector."""
        return self.canonical.get(key, key) in self.vectors

    def is_matrix(self, key: str) -> bool:
        """Whether a name without indices is a matrix."""
        return self.canonical.get(key, key) in self.matrices


def learned(
    chains: Iterable[Sequence[Node]], vectors: Iterable[str], matrices: Iterable[str], numbers: Collection[str] = ()
) -> Kinds:
    """The names of all chains of trees of a chapter; `vectors`, `matrices` and `numbers` are called so in words."""
    chains = list(chains)
    trees = [tree for chain in chains for tree in chain]
    kinds = Kinds(sigmoid=not any(_another_sigma(chain) for chain in chains))
    indexed: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for tree in trees:
        for node in tree.walk():
            _seen(node, kinds, indexed, alone)
    for chain in chains:
        _written_out(chain, kinds)
    kinds.vectors |= {key for key in vectors if not _capital(key)}
    kinds.matrices |= {key for key in matrices if _capital(key)}
    _bold(kinds, indexed, alone)
    # A gradient is by a vector, if there are elements of it.
    kinds.vectors |= {key for key in kinds.gradients if indexed[key] and not _capital(key)}
    kinds.vectors = {kinds.canonical.get(key, key) for key in kinds.vectors} - kinds.matrices
    kinds.matrices = {kinds.canonical.get(key, key) for key in kinds.matrices}
    kinds.of_vectors = {each for each in families_of(chains, numbers) if each[0] not in kinds.canonical}
    kinds.families = {kinds.canonical.get(key, key) for key in indexed}
    for tree in trees:
        for node in tree.walk():
            if node.kind == "big" and node.count == 4:
                _bounds_told(node, kinds)
    return kinds


_EXPONENTIAL = frozenset({"exp", "tanh", "sigmoid"})


def _another_sigma(chain: Sequence[Node]) -> bool:
    """Whether a chain defines a sigma that is not the sigmoid function: its right side has no exponential, or an index."""
    for at, (left, right) in enumerate(zip(chain, chain[1:], strict=False)):
        indexed = left.kind == "element" or (left.kind == "call" and bool(left.parts[0].parts))
        call = left.parts[0] if left.kind == "element" else left
        if call.kind != "call" or call.parts[0].text != "sigma":
            continue
        inner = list(right.walk())
        argument = call.parts[1] if len(call.parts) == 2 else call
        if argument.kind != "name" or any(n.kind == "call" and n.parts[0].text == "sigma" for n in inner):
            continue
        exponential = any(
            (n.kind == "function" and n.text in _EXPONENTIAL) or (n.kind == "power" and n.parts[0].text == "e")
            for n in inner
        )
        if exponential and (indexed or any(n.kind == "big" for n in inner)):
            return True
        if at == 0 and (indexed or not exponential):
            return True
    return False


_OF_MATRICES = frozenset({"det", "tr", "Tr", "trace", "rank"})


def _seen(node: Node, kinds: Kinds, indexed: Counter[str], alone: Counter[str]) -> None:
    key = node.text
    if node.kind == "name":
        kinds.uses[key] += 1
        (indexed if node.parts else alone)[key] += 1
        kinds.errors += key == "e" and bool(node.parts)
        if key == "pi" and node.parts:
            kinds.plain_pi = True
        if is_bold(key):
            (kinds.matrices if _capital(key) and "_bold" in key else kinds.vectors).add(key)
    elif node.kind == "power":
        base, exponent = node.parts
        kinds.powers += base.text == "e" and not base.parts and (exponent.kind != "name" or bool(exponent.parts))
    elif node.kind == "nabla":
        kinds.gradients |= _variable_of(node)
    elif node.kind == "transpose":
        inner = node.parts[0]
        if inner.kind == "name":
            (kinds.matrices if _capital(inner.text.split("_")[0]) else kinds.vectors).add(inner.text)
    elif node.kind in {"norm", "inner"}:
        _directed(node, kinds)
    elif node.kind == "call" and node.parts[0].text in _OF_MATRICES and len(node.parts) == 2:
        inside = node.parts[1]
        factors = inside.parts if inside.kind == "mul" else (inside,)
        kinds.matrices |= {f.text for f in factors if f.kind == "name" and _capital(f.text) and not f.parts}
    elif node.kind in {"call", "prime"} and node.parts[0].kind == "name":
        kinds.called.add(node.parts[0].text)
        if node.parts[0].text == "pi":
            kinds.plain_pi = True
    elif node.kind == "mul" and node.text in {"", "cdot"}:
        # x in w^T x is a vector as w is.
        for left, right in zip(node.parts, node.parts[1:], strict=False):
            if left.kind != "transpose" or left.parts[0].kind != "name" or right.kind != "name":
                continue
            bold = is_bold(right.text)
            if not _capital(left.parts[0].text) and (bold or not _capital(right.text)):
                (kinds.matrices if _capital(right.text) else kinds.vectors).add(right.text)


def _variable_of(gradient: Node) -> set[str]:
    """The name that a gradient is by: below its sign, or the one argument of the function."""
    body, *by = gradient.parts
    if not by and body.kind == "call" and len(body.parts) == 2:
        by = [body.parts[1]]
    return {by[0].text} if by and by[0].kind == "name" and not by[0].parts else set()


def _written_out(chain: Sequence[Node], kinds: Kinds) -> None:
    """A name alone beside a matrix that is written out is a matrix; beside a column or a list a vector."""
    shapes = [tree for tree in chain if tree.kind == "array" and tree.text != "vmatrix"]
    for tree in chain if shapes else ():
        if tree.kind == "name" and not tree.parts:
            matrix = shapes[0].text != "list" and 1 < shapes[0].count < len(shapes[0].parts)
            (kinds.matrices if matrix else kinds.vectors).add(tree.text)


def _directed(node: Node, kinds: Kinds) -> None:
    """Names within a norm or an inner product: terms are vectors, what stands before them in a product a matrix."""
    for part in node.parts if node.kind == "inner" else node.parts[:1]:
        terms = part.parts if part.kind == "add" else (part,)
        for term in (t.parts[0] if t.kind == "neg" else t for t in terms):
            factors = term.parts if term.kind == "mul" and term.text == "" else (term,)
            if factors[-1].kind == "name" and not _capital(factors[-1].text):
                kinds.vectors.add(factors[-1].text)
                kinds.matrices |= {
                    f.text for f in factors[:-1] if f.kind == "name" and _capital(f.text) and not f.parts
                }


def _capital(letter: str) -> bool:
    return letter[:1].isupper()


def _bold(kinds: Kinds, indexed: Counter[str], alone: Counter[str]) -> None:
    """A bold letter and the same letter in plain type with indices are one name."""
    for key in sorted(k for k in {*indexed, *alone} if "_bold" in k):
        plain = key.replace("_bold", "")
        if plain in indexed or plain in alone:
            # A plain letter that also stands alone is a number beside the vector; with indices it is an element.
            kinds.canonical[f"{plain}[]" if alone[plain] else plain] = key


def _bounds_told(node: Node, kinds: Kinds) -> None:
    body, index, lower, upper = node.parts
    for inner in body.walk():
        if inner.kind == "name":
            for place, part in enumerate(inner.parts):
                if part.kind == "name" and part.text == index.text and not part.parts:
                    kinds.told.setdefault((kinds.key(inner), place), (lower, upper))
