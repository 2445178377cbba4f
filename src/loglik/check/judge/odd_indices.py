"""Indices that are odd by the look of a formula, so that they are noticed too where nothing can be computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.judge.odd_terms import is_probability
from loglik.check.judge.outline import Part, outline
from loglik.check.latex.tokens import tokens
from loglik.check.latex.tree import Node, bound_by, written
from loglik.check.result import Finding, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loglik.check.statement import Statement

#: Letters that are indices wherever they hang, and those that say how many there are.
_LETTERS, _SIZES = frozenset("ijklmnt"), frozenset("nNmMK")
#: What the members are counted by, and how many there are.
_COUNTED = {"i": "NnMmTB", "n": "N", "m": "M", "k": "K", "t": "T", "j": "NnMm"}
_SUMMED = frozenset({"big", "expectation", "integral", "dots", "array", "list"})
#: Accents of what is one number for all of a sample.
_SUMMARIES = ("bar", "hat", "tilde")


def odd_indices(statement: Statement, trees: Sequence[Node], *, unread: bool) -> Iterator[Finding]:
    """What is odd about the indices of both sides of a relation, or of a term alone.

    Parameters
    ----------
    statement : Statement
        What it belongs to.
    trees : sequence of Node
        What could be read of its sides.
    unread : bool
        Whether nothing is computed with it, so that no other part of the check looks at its indices.
    """
    for tree in trees:
        yield from _mean_of_the_same(tree)
        if unread or any(each.kind == "relation" for each in tree.walk()):  # I(y = k) is read as a name
            yield from _unused(tree)
        if unread:
            yield from _outside(tree)
    if len(trees) != 2:
        return
    unequal = any(term.tex.count(r"\ne") for term in statement.terms)  # sum_{i \ne j} runs over both
    unread = unread and not unequal
    for look in (_mean_of_one, _other_count, _bound_and_free, _event_without, *([_one_sided] if unread else [])):
        yield from look(*trees)
    yield from _unused_argument(statement, *trees)


def _indices_of(name: Node) -> set[str]:
    """Letters among the indices of a name: ``i`` of ``x_{i+1}``."""
    inner = (each for part in name.parts for each in part.walk())
    return {each.text for each in inner if each.kind == "name" and not each.parts and each.text in _LETTERS}


def _used(node: Node) -> set[str]:
    """All names in a tree that stand for themselves, those in indices included."""
    return {each.text for each in node.walk() if each.kind == "name"}


def _unused(tree: Node) -> Iterator[Finding]:
    """A sum over what does not occur in it, though elements of other indices do."""
    for node in tree.walk():
        if node.kind != "big" or node.count < 2 or node.parts[1].kind != "name":
            continue
        body, bound = node.parts[:2]
        names = [each for each in body.walk() if each.kind == "name"]
        if bound.text in _used(body) or any(each.kind in {"dots", "set"} for each in body.walk()):
            continue
        if bound.text in _LETTERS and any(_indices_of(each) for each in names):
            yield Finding("lint", said("lint-unused-index", index=bound.text))


def _outside(tree: Node) -> Iterator[Finding]:
    """An element divided by a sum of such elements over its own index."""
    for node in tree.walk():
        if node.kind != "div":
            continue
        above, below = node.parts
        for total in (each for each in below.walk() if each.kind == "big" and each.count >= 2):
            body, bound = total.parts[:2]
            own = outline(body).key
            if (
                bound.kind == "name"
                and own in {outline(each).key for each in above.walk()}
                and bound.text in _free(above)
            ):
                yield Finding("lint", said("lint-outside-sum", index=written(bound)))
                return


def _free(node: Node) -> set[str]:
    """Names that are free in a tree."""
    below = set[str]().union(*(_free(part) for part in node.parts))
    if node.kind == "name":
        return below | {node.text}
    bound = bound_by(node)
    return below if bound is None else below - {bound.text}


def _free_indices(node: Node) -> set[str]:
    below = set[str]().union(*(_free_indices(part) for part in node.parts))
    if node.kind == "name":
        return below | _indices_of(node)
    if node.kind == "big" and node.count >= 2:
        return below - {each.text for each in node.parts[1].walk()}
    if node.kind in {"expectation", "extreme", "integral"} and len(node.parts) > 1:
        return below - _used(node.parts[1])
    return below


def _one_sided(left: Node, right: Node) -> Iterator[Finding]:
    """Elements on both sides, and one index on one side only, of a family that stands there with another one as well."""
    one, other = _free_indices(left), _free_indices(right)
    if not one & other or any(each.kind == "dots" for side in (left, right) for each in side.walk()):
        return
    for odd, side in ((one - other, left), (other - one, right)):
        for letter in sorted(odd):
            if _is_mixed(letter, side, one & other):
                yield Finding("lint", said("lint-one-sided", index=letter))


def _is_mixed(letter: str, side: Node, shared: set[str]) -> bool:
    names = [each for each in side.walk() if each.kind == "name" and len(each.parts) == 1]
    with_letter = {each.text for each in names if written(each.parts[0]) == letter}
    with_others = {each.text for each in names if written(each.parts[0]) in shared}
    return bool(with_letter & with_others)


def _mean_of_one(left: Node, right: Node) -> Iterator[Finding]:
    """``S = (x_n - m)^2/N``: a mean whose sum is lost."""
    part = outline(right)
    part = part.parts[0] if part.kind == "neg" else part
    if left.kind not in {"name", "call"} or part.kind != "product" or any(n.kind in _SUMMED for n in right.walk()):
        return
    above, below = (each.parts for each in part.parts)
    size = below[0].text if len(below) == 1 and below[0].kind == "name" and not below[0].parts else ""
    inside = [each for factor in above for each in factor.walk() if each.kind == "name" and len(each.parts) == 1]
    for index, sizes in _COUNTED.items():
        own = [each for each in inside if each.parts[0].key == Part("name", index).key]
        if size and size in sizes and len(own) > 1 and index not in _free(left) | _free_indices(left):
            yield Finding("lint", said("lint-mean-of-one", index=index, size=size))


def _unused_argument(statement: Statement, left: Node, right: Node) -> Iterator[Finding]:
    """``f(x) = 1/(b - a)`` if ``a <= b``: what the function is of stands neither in the value nor in the condition."""
    told = [each.tex for each in statement.conditions if re.search(r"[<>]|\\(le|ge|leq|geq|in)(?![a-z])", each.tex)]
    if not told or left.kind != "call" or len(left.parts) != 2 or left.parts[1].kind != "name" or left.parts[1].parts:
        return
    if not is_probability(outline(left)) or right.kind in {"name", "number"}:
        return
    argument = left.parts[1].text
    beside = _free(right)
    letters = {token.text for each in told for token in tokens(each)}
    if beside and argument not in beside | letters and beside <= letters:
        yield Finding("lint", said("lint-argument-unused", name=argument))


def _mean_of_the_same(tree: Node) -> Iterator[Finding]:
    """``1/N sum_{i=1}^N (x - m)^2``: a mean over what does not depend on its index, and is no number."""
    for part in outline(tree).walk():
        if part.kind != "product":
            continue
        above, below = (each.parts for each in part.parts)
        for total in (each for each in above if each.kind == "big" and each.text == "sum" and len(each.parts) == 4):
            body, bound, _, upper = total.parts
            names = {each.text for each in body.walk()}
            counts = {each.key for factor in below for each in factor.walk()}
            differences = [each for inner in body.walk() if inner.kind == "sum" for each in inner.walk()]
            varied = any(each.kind == "name" and not each.text.endswith(_SUMMARIES) for each in differences)
            plain = not any(each.kind in {"relation", "dots", "set", "word"} for each in body.walk())
            if plain and varied and upper.key in counts and bound.kind == "name" and bound.text not in names:
                yield Finding("lint", said("lint-unused-index", index=bound.text))


def _other_count(left: Node, right: Node) -> Iterator[Finding]:
    """``MSE = 1/m sum_{i=1}^n (y_i - f_i)^2``: divided by another number than that of the terms."""
    part = outline(right)
    counts = {
        each.parts[3].key
        for tree in (left, right)
        for each in outline(tree).walk()
        if each.kind == "big" and len(each.parts) == 4
    }
    for mean in (each for each in part.walk() if each.kind == "product"):
        above, below = (each.parts for each in mean.parts)
        if len(above) != 1 or len(below) != 1 or above[0].kind != "big" or len(above[0].parts) != 4:
            continue
        body, _, _, upper = above[0].parts
        size = below[0]
        used = [each.text.lower() for each in body.walk() if each.kind == "name"]
        if not (size.kind == upper.kind == "name" and size.text in _SIZES and upper.text in _SIZES):
            continue
        squares = any(each.kind in {"power", "norm", "abs", "function"} for each in body.walk())
        if size.key not in counts and size.text.lower() not in used and not size.parts and squares:
            yield Finding("lint", said("lint-other-count", size=size.text, upper=upper.text))


def _bound_and_free(left: Node, right: Node) -> Iterator[Finding]:
    """``m_k = sum_j r_jk x_j / r_jk``: an index that a sum runs over, and that stands beside the sum as well."""
    bound = {each.parts[1].text for each in right.walk() if each.kind == "big" and each.count >= 2}
    if left.kind in {"name", "call"} and not any(each.kind in {"dots", "relation"} for each in right.walk()):
        for letter in sorted(bound & _free_indices(right) - _used(left)):
            yield Finding("lint", said("lint-outside-sum", index=letter))


def _event_without(left: Node, right: Node) -> Iterator[Finding]:
    """``P(X=i, Y=j) = f_i g_i``: an index of an event that the value does not have, though it has another."""
    if left.kind != "call" or right.kind == "number" or not is_probability(outline(left)):
        return
    events = [each for each in left.parts[1:] if each.kind == "relation" and each.text == "="]
    values = [
        each.parts[-1].text for each in events if each.parts[-1].kind == "name" and each.parts[-1].text in _LETTERS
    ]
    own = _free_indices(right)
    if len(values) == len(left.parts) - 1 and own and own < set(values) and not (_used(right) & (set(values) - own)):
        for letter in sorted(set(values) - own):
            yield Finding("lint", said("lint-one-sided", index=letter))
