"""Trees of what is written, without what is a matter of taste: brackets, the order of terms, where a minus stands.

Nothing is computed, so that notation can be compared which has no value: means, norms, extremes, events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from operator import is_
from typing import TYPE_CHECKING

from loglik.cached import cached_property
from loglik.check.latex.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True)
class Part:
    """A part of an outline.

    Parameters
    ----------
    kind : str
        ``sum``; ``product`` (of an ``above`` and a ``below``); ``neg``, around terms of a sum and around the whole;
        ``name`` (`text` its key; `parts` its indices); ``hole``; else as in `loglik.check.latex.tree.Node`.
    text : str
        What tells it from others of its kind.
    parts : tuple of Part
        In the order in which they are written.
    """

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()

    @cached_property
    def key(self) -> str:
        """Equal for parts that differ in the order of terms and factors only."""
        keys = [part.key for part in self.parts]
        if self.kind in {"sum", "above", "below"}:
            keys.sort()
        return f"{self.kind}:{self.text}({','.join(keys)})"

    @cached_property
    def size(self) -> int:
        """How many names, numbers and functions there are."""
        return (self.kind not in {"product", "above", "below", "sum"}) + sum(part.size for part in self.parts)

    def walk(self) -> Iterator[Part]:
        """All parts, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def replaced(self, old: Part, new: Part) -> Part:
        """The outline with another part wherever `old` stands."""
        if self.key == old.key:
            return new
        if not self.parts:
            return self
        below = tuple(part.replaced(old, new) for part in self.parts)
        return self if all(map(is_, below, self.parts)) else Part(self.kind, self.text, below)


ONE = Part("number", "1")


def outline(node: Node) -> Part:
    """The outline of a tree."""
    return _CASES.get(node.kind, _other)(node)


def negated(part: Part) -> Part:
    """With the sign at the top."""
    if part.kind == "neg":
        return part.parts[0]
    if part.kind == "sum":
        return Part("sum", parts=tuple(negated(each) for each in part.parts))
    return Part("neg", parts=(part,))


def _unsigned(part: Part) -> tuple[bool, Part]:
    """Whether a minus is drawn out of a factor, and what remains."""
    if part.kind == "neg":
        return True, part.parts[0]
    if part.kind == "sum" and all(each.kind == "neg" for each in part.parts):
        return True, negated(part)
    return False, part


def _other(node: Node) -> Part:
    return Part(node.kind, node.text, tuple(map(outline, node.parts)))


def _name(node: Node) -> Part:
    if node.text in _WORDS:
        return Part("word", _WORDS[node.text])
    if node.text in {"e", "pi"} and not node.parts:
        return Part("constant", node.text)
    return _other(node)


def _add(node: Node) -> Part:
    terms = [term for each in map(outline, node.parts) for term in (each.parts if each.kind == "sum" else (each,))]
    return Part("sum", parts=tuple(terms))


def _product(node: Node) -> Part:
    above, below, minus = list[Part](), list[Part](), False

    def take(part: Part, *, under: bool) -> None:
        nonlocal minus
        signed, bare = _unsigned(part)
        minus ^= signed
        if bare.kind == "product":
            above.extend(bare.parts[under].parts)
            below.extend(bare.parts[not under].parts)
        elif bare != Part("number", "1"):
            (below if under else above).append(bare)

    if node.kind == "div":
        take(outline(node.parts[0]), under=False)
        take(outline(node.parts[1]), under=True)
    else:
        for each in _called(node.parts):
            take(each, under=False)
    if len(above) == 1 and not below:
        found = above[0]
    elif not above and not below:
        found = Part("number", "1")
    else:
        found = Part("product", parts=(Part("above", parts=tuple(above)), Part("below", parts=tuple(below))))
    return negated(found) if minus else found


def _called(nodes: Sequence[Node]) -> Iterator[Part]:
    """The factors: a name before another in brackets is called, whatever it is to be computed with."""
    before: Part | None = None
    for node in nodes:
        part = outline(node)
        arguments = _arguments(node, part)
        if before is not None and before.kind == "name" and arguments:
            before = Part("call", "," * (len(arguments) - 1), (before, *arguments))
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def _arguments(node: Node, part: Part) -> tuple[Part, ...]:
    """What is between brackets, if it can only be an argument."""
    if node.kind == "array" and node.text == "list":
        return part.parts
    return (part,) if node.kind == "group" and node.text == "(" and part.kind == "name" else ()


def _power(node: Node) -> Part:
    base, exponent = map(outline, node.parts)
    if base == Part("constant", "e"):
        return Part("function", "exp", (exponent,))
    return Part("power", parts=(base, exponent))


def _big(node: Node) -> Part:
    body, *bounds = map(outline, node.parts)
    minus, bare = _unsigned(body) if node.text == "sum" else (False, body)
    if len(bounds) == 3 and bounds[1] == Part("number", "0"):  # from 0 to n - 1 are n
        last = bounds[2]
        less = Part("neg", parts=(Part("number", "1"),))
        if last.kind == "sum" and len(last.parts) == 2 and last.parts[1] == less:
            bounds[1:] = [Part("number", "1"), last.parts[0]]
    found = Part("big", node.text, (bare, *bounds))
    return negated(found) if minus else found


def _call(node: Node) -> Part:
    parts = tuple(map(outline, node.parts))
    less = negated(parts[0])
    less_than_one = len(parts) == 2 and parts[1].kind == "sum" and less in parts[1].parts and ONE in parts[1].parts
    weighted = len(parts) == 2 and parts[0].kind == "name" and parts[0].text.partition("_")[0] in {"W", "U"}
    if less_than_one or weighted or (len(parts) == 2 and parts[0].text != "P" and _stands_in(parts[0], parts[1])):
        return _multiplied(parts)  # p (1 - p), d (|a| - d/2), W (r h)
    return Part("call", re.sub("[^|]", ",", node.text), parts)


def _stands_in(name: Part, part: Part) -> bool:
    """Whether a name is in a term, other than called there: ``d (|a| - d/2)`` is a product."""
    below = part.parts[1:] if part.kind == "call" else part.parts
    return (part.kind == "name" and part.key == name.key) or any(_stands_in(name, each) for each in below)


def _absolute(node: Node) -> Part:
    inner = outline(node.parts[0])
    return Part("norm", parts=inner.parts) if inner.kind == "abs" else Part("abs", parts=(inner,))  # ||x||


#: Functions that are called by their names everywhere.
_WORDS = {
    "Var": "Var",
    "var": "Var",
    "Cov": "Cov",
    "cov": "Cov",
    "softmax": "softmax",
    "Softmax": "softmax",
    "SE": "SE",
    "det": "det",
} | dict.fromkeys(("tr", "Tr", "trace", "Trace"), "tr")
_WORDS |= {each: each for each in ("TP", "FP", "TN", "FN")} | {each: each.upper() for each in ("tp", "fp", "tn", "fn")}


def flat(part: Part) -> Part:
    r"""The outline with ``w^T x`` and ``\langle w, x \rangle`` of vectors as products, as ``w \cdot x`` is."""
    below = tuple(map(flat, part.parts))
    if part.kind == "inner":
        return _multiplied(below)
    if part.kind == "above" and any(each.kind in {"transpose", "product"} for each in below):
        pairs = zip(below, (*below[1:], None), strict=True)
        plain = [_vector(each) if other is not None and not _is_matrix(other) else each for each, other in pairs]
        return Part("above", parts=tuple(f for each in plain for f in _factors(each)))
    return replace(part, parts=below) if below else part


def _multiplied(parts: tuple[Part, ...]) -> Part:
    return Part(
        "product", parts=(Part("above", parts=tuple(f for each in parts for f in _factors(each))), Part("below"))
    )


def _factors(part: Part) -> tuple[Part, ...]:
    return part.parts[0].parts if part.kind == "product" and not part.parts[1].parts else (part,)


def _vector(part: Part) -> Part:
    """A vector without its transpose."""
    return part.parts[0] if part.kind == "transpose" and not _is_matrix(part) else part


def _is_matrix(part: Part) -> bool:
    """Whether something is called by a capital letter."""
    while part.kind in {"transpose", "power", "product", "above"} and part.parts:
        part = part.parts[0]
    return part.kind not in {"name", "call", "element", "function", "sum"} or (
        part.kind == "name" and part.text[:1].isupper()
    )


def transposes(part: Part) -> Part:
    r"""The outline with ``X'`` and ``X^H`` as transposes of a matrix."""
    if part.kind == "name" and part.text.endswith("_prime"):
        return Part("transpose", parts=(Part("name", part.text.removesuffix("_prime"), part.parts),))
    below = tuple(map(transposes, part.parts))
    if part.kind == "prime" and len(part.parts) == 1:
        return Part("transpose", parts=below)
    if part.kind == "power" and part.parts[1] == Part("name", "H"):
        return Part("transpose", parts=below[:1])
    return replace(part, parts=below)


_CASES: dict[str, Callable[[Node], Part]] = {
    "name": _name,
    "group": lambda node: outline(node.parts[0]),
    "neg": lambda node: negated(outline(node.parts[0])),
    "add": _add,
    "mul": _product,
    "div": _product,
    "power": _power,
    "big": _big,
    "integral": lambda node: _big(Node("big", node.span, node.parts, "sum", 2)),
    "expectation": lambda node: Part(
        "expectation", node.text, tuple(map(outline, node.parts if node.text else node.parts[:1]))
    ),
    "call": _call,
    "prime": lambda node: Part("prime", "'" * node.count, tuple(map(outline, node.parts))),
    "abs": _absolute,
    "relation": lambda node: outline(node.parts[-1]) if node.text == "=" else _other(node),  # P(X = x) as P(x)
    "inner": lambda node: Part("inner", "", tuple(map(outline, node.parts))),
    "log": lambda node: Part("function", "log", (outline(node.parts[0]),)),
    "norm": lambda node: Part("norm", "", (outline(node.parts[0]),)),
    "nabla": lambda node: Part("derivative" if len(node.parts) == 2 else "nabla", "", tuple(map(outline, node.parts))),
}
