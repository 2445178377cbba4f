"""What is lost in a formula, or stands twice in it, by its look alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.judge.outline import Part, negated, outline
from loglik.check.latex.tree import Node, written
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Names of probabilities and densities.
_PROBABILITIES = frozenset({"p", "q", "P", "Pr", "f"})
_ONE = Part("number", "1")


def odd_terms(trees: Sequence[Node]) -> Iterator[Finding]:
    """What is odd about the terms of both sides of a relation, or of a term alone."""
    yield from _lost_log([outline(each) for each in trees])
    for tree in trees:
        yield from _of_itself(tree)
    if len(trees) == 2:
        yield from _cancels(*trees)


def _cancels(left: Node, right: Node) -> Iterator[Finding]:
    """What a name or a call is said to be is a term less itself: ``B = log p(y|m_1) - log p(y|m_1)``."""
    if left.kind not in {"name", "call"} or right.kind != "add" or len(right.parts) != 2:
        return
    one, other = right.parts
    if other.kind == "neg" and any(each.kind == "call" for each in one.walk()) and _same(one, other.parts[0]):
        yield Finding("lint", said("lint-cancels"))


def _same(one: Node, other: Node) -> bool:
    """Whether two parts are written alike."""
    if (one.kind, one.text, one.count, len(one.parts)) != (other.kind, other.text, other.count, len(other.parts)):
        return False
    return all(map(_same, one.parts, other.parts))


def _of_itself(tree: Node) -> Iterator[Finding]:
    """A square of ``x_1 - x_1``, a derivative of y by y among others, a probability of x given x."""
    for node in tree.walk():
        inner = node.parts[0] if node.kind in {"power", "abs", "norm"} else node
        while inner.kind == "group":
            inner = inner.parts[0]
        if inner is not node and inner.kind == "add" and len(inner.parts) == 2:
            one, other = inner.parts
            if other.kind == "neg" and one.kind == "name" and one.parts and _same(one, other.parts[0]):
                yield Finding("lint", said("lint-cancels"))
                return
        if node.kind == "mul" and any(
            each.kind == "derivative" and written(each.parts[0]) == written(each.parts[1])
            for each in node.parts
            if each.parts and {part.kind for part in each.parts} == {"name"}
        ):
            yield Finding("lint", said("lint-given-itself"))
            return
        if node.kind == "call" and node.text == "|" and is_probability(outline(node)):
            of, given = node.parts[1:]
            if of.kind == given.kind == "relation" and of.text == given.text == "=":
                of, given = of.parts[0], given.parts[0]
            if of.kind == "name" and outline(of).key == outline(given).key:
                yield Finding("lint", said("lint-given-itself"))
                return


def _lost_log(parts: Sequence[Part]) -> Iterator[Finding]:
    """A probability among logarithms of probabilities: ``log p(x) = sum p(x_i)``, ``log p(x|y) + p(y)``."""
    if len(parts) == 2 and any(_unlike(*pair) for pair in (parts, parts[::-1])):
        yield Finding("lint", said("lint-lost-log"))
        return
    for part in (each for whole in parts for each in whole.walk() if each.kind == "sum"):
        kinds = [_scale(each) for each in part.parts]
        heads = {each.parts[0].text for each in part.walk() if is_probability(each)}
        if "log" in kinds and "bare" in kinds and "other" not in kinds and "f" not in heads:
            yield Finding("lint", said("lint-lost-log"))
            return


def _unlike(one: Part, other: Part) -> bool:
    """Whether one side is the logarithm of a probability, and the other a sum of such probabilities."""
    inside = one.parts[0] if one.kind == "function" and one.text == "log" else None
    if inside is None or not (is_probability(inside) or _is_likelihood(inside)):
        return False
    below = list(other.walk())
    if any(each.kind == "function" and each.text in {"log", "exp"} for each in below):
        return _half_logarithmic(other)
    return (
        other.kind == "big" and any(map(is_probability, below)) and not any(each.kind == "derivative" for each in below)
    )


def _is_likelihood(part: Part) -> bool:
    return part.kind == "call" and part.parts[0].text.partition("_")[0] == "L"


def _half_logarithmic(part: Part) -> bool:
    """``a log x + b (1 - x)``: one term has its logarithm, the other has lost it."""
    factors = [each.parts[0].parts if each.kind == "product" else () for each in part.parts]
    logs = {e.parts[0].key for some in factors for e in some if e.kind == "function" and e.text == "log"}
    rest = [e for some in factors for e in some if e.kind == "sum" and len(some) > 1]
    others = {negated(e).key for each in rest if _ONE in each.parts for e in each.parts if e.kind == "neg"}
    return part.kind == "sum" and bool(logs & others)


def is_probability(part: Part) -> bool:
    """Whether a part is the call of a probability or a density."""
    return part.kind == "call" and part.parts[0].text.partition("_")[0] in _PROBABILITIES


def _scale(part: Part) -> str:
    """Whether a term is of logarithms of probabilities, of probabilities alone, or of something else."""
    if part.kind in {"neg", "big", "expectation"}:
        return _scale(part.parts[0])
    if part.kind == "product" and not part.parts[1].parts:
        kinds = {_scale(each) for each in part.parts[0].parts}
        return "log" if "log" in kinds else "bare" if kinds == {"bare"} else "other"
    if part.kind == "function" and part.text == "log":
        return "log" if any(is_probability(each) for each in part.walk()) else "other"
    return "bare" if is_probability(part) else "other"
