"""The terms of a formula: `a*b` is a, b and a:b. Terms are products of factors, in R's order: those of few factors first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING

from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.formula.grammar import Formula, Tree

MOST_TERMS = 5_000

Term = tuple[str, ...]
"""Names of the factors of a product; the empty one is the intercept."""

_Found = dict[int, Term]
"""Terms by the bits of their factors, in the order in which they were found."""

_INTERCEPT: _Found = {0: ()}


@dataclass(frozen=True)
class Terms:
    """What a formula adds up.

    Parameters
    ----------
    intercept : bool
        Whether the model has one.
    terms : tuple of Term
        All others, in R's order.
    factors : dict of str to Tree
        The tree of each factor, by its name.
    offsets : tuple of Tree
        What is added as it is.
    """

    intercept: bool
    terms: tuple[Term, ...]
    factors: dict[str, Tree]
    offsets: tuple[Tree, ...]


def terms_of(formula: Formula, others: Sequence[str]) -> Terms:
    """Expand a formula.

    Parameters
    ----------
    formula : Formula
        What was read.
    others : sequence of str
        The columns that ``.`` stands for: all but those of the target.

    Raises
    ------
    DataError
        LL251 there are too many terms.
    """
    factors: dict[str, tuple[int, Tree]] = {}
    found = _expand(formula.right, others, factors, top=True).values()
    trees = {name: tree for name, (_, tree) in factors.items()}
    offsets = tuple(trees[t[0]][1] for t in found if len(t) == 1 and trees[t[0]][0] == "offset")
    kept = [t for t in found if t and not any(trees[f][0] == "offset" for f in t)]
    inside = [t for t in found if len(t) > 1 and any(trees[f][0] == "offset" for f in t)]
    if inside:
        raise DataError("LL250.offset")
    kept.sort(key=len)  # stable
    used = {f: trees[f] for t in kept for f in t}
    return Terms(() in found, tuple(kept), used, offsets)


def _expand(tree: Tree, others: Sequence[str], factors: dict[str, tuple[int, Tree]], *, top: bool = False) -> _Found:
    """Terms of a tree, each once; those of a whole formula begin with the intercept."""
    operation = tree[0]
    if operation in {"+", "-"} and len(tree) == 3:
        # Sums lean to the left, and may be long: no recursion along them.
        spine = []
        while tree[0] in {"+", "-"} and len(tree) == 3:
            spine.append((tree[0], tree[2]))
            tree = tree[1]
        found = _expand(tree, others, factors, top=top)
        for sign, part in reversed(spine):
            zero = part == ["0"]  # + 0 is - 1
            more = _INTERCEPT if zero else _expand(part, others, factors)
            if (sign == "+") != zero:
                _add(found, more)
            else:
                for bits in more:
                    found.pop(bits, None)
        return found
    found = dict(_INTERCEPT) if top else {}
    if operation == "1":
        return dict(_INTERCEPT)
    if operation == "0":
        return {}
    if operation == ".":
        for name in others:
            _add(found, _factor(["col", name], factors))
    elif operation in {"*", "/", ":", "%in%"} and len(tree) == 3:
        left, right = _expand(tree[1], others, factors), _expand(tree[2], others, factors)
        if operation == "*":
            _add(found, left)
            _add(found, right)
            _multiply(found, left, right)
        elif operation == "/":  # all that is on the left, and the right within it
            _add(found, left)
            whole = {reduce(or_, left, 0): tuple(dict.fromkeys(f for t in left.values() for f in t))}
            _multiply(found, whole, right)
        elif operation == "%in%":
            _multiply(found, right, left)
        else:
            _multiply(found, left, right)
    elif operation == "^" and isinstance(tree[2], int):
        base = last = _expand(tree[1], others, factors)
        _add(found, base)
        for _ in range(tree[2] - 1):
            before = len(found)
            _multiply(found, last, base)
            last = dict(islice(found.items(), before, None))  # products of the others are there
    else:
        _add(found, _factor(tree, factors))
    return found


def _factor(tree: Tree, factors: dict[str, tuple[int, Tree]]) -> _Found:
    name = name_of(tree)
    bit, _ = factors.setdefault(name, (1 << len(factors), tree))
    return {bit: (name,)}


def _add(found: _Found, more: _Found) -> None:
    """Each term once: b:a is a:b."""
    for bits, term in more.items():
        found.setdefault(bits, term)
    if len(found) > MOST_TERMS:
        _too_many()


def _multiply(found: _Found, left: _Found, right: _Found) -> None:
    if len(left) * len(right) > MOST_TERMS * 10:
        _too_many()
    for a, names in left.items():
        for b, others in right.items():
            if a | b not in found:
                found[a | b] = tuple(dict.fromkeys(names + others)) if a & b else names + others
        if len(found) > MOST_TERMS:
            _too_many()


def _too_many() -> None:
    raise DataError("LL251.terms", most=MOST_TERMS)


_BINARY = frozenset({"+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!="})


def name_of(tree: Tree) -> str:
    """A factor as a formula writes it, always in the same way."""
    operation = tree[0]
    if operation == "col":
        plain = tree[1].replace(".", "_").isidentifier()
        return tree[1] if plain else f"`{tree[1]}`"
    if operation == "num":
        return f"{tree[1]:.17g}" if tree[1] != int(tree[1]) or abs(tree[1]) > 1e15 else str(int(tree[1]))
    if operation == "neg":
        return f"-{_in_brackets(tree[1], {'+', '-', '*', '/'})}"
    if operation in _BINARY and len(tree) == 3:
        tight = operation in {"*", "/", "^"}
        left = {"+", "-", "neg", "^"} if operation == "^" else {"+", "-"} if tight else set[str]()
        right = {"+", "-", "*", "/", "neg"} if tight else {"+", "-", "neg"} if operation in {"+", "-"} else set[str]()
        space = "" if tight else " "
        return f"{_in_brackets(tree[1], left)}{space}{operation}{space}{_in_brackets(tree[2], right)}"
    arguments = [name_of(a) for a in tree[1:] if isinstance(a, list)]
    options = [f"{k}={_value(v)}" for a in tree[1:] if isinstance(a, dict) for k, v in a.items() if k != "state"]
    return f"{operation}({', '.join([*arguments, *options])})"


def _in_brackets(tree: Tree, loose: set[str]) -> str:
    name = name_of(tree)
    return f"({name})" if tree[0] in loose else name


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"c({', '.join(f'{v:g}' for v in value)})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f'"{value}"' if isinstance(value, str) else f"{value}"
