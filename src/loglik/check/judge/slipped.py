"""What a slip may do with a part of an outline, and what two parts have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.judge.outline import ONE, Part, negated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Functions that are left out, or put in.
_LEFT_OUT = frozenset({"exp", "log", "abs"})


def as_fraction(part: Part) -> Part:
    """A product, of what is one factor too."""
    if part.kind == "product":
        return part
    return Part("product", parts=(Part("above", parts=() if part == ONE else (part,)), Part("below")))


def inside(part: Part) -> Part | None:
    """What is below something that is easily left out: a minus, a logarithm, a root, a power, ``1 -``."""
    if part.kind in {"neg", "root", "transpose", "power", "factorial"}:
        return part.parts[0]
    if part.kind == "function" and part.text in _LEFT_OUT:
        return part.parts[0]
    if part.kind == "sum" and len(part.parts) == 2 and ONE in part.parts:
        (other,) = (each for each in part.parts if each != ONE)
        return negated(other) if other.kind == "neg" else None
    return None


def bracketed_otherwise(part: Part) -> Iterator[Part]:
    """The same signs with a bracket elsewhere: ``1 - log x`` as ``log(1 - x)``, ``log(a)/b`` as ``log(a/b)``."""
    if part.kind == "sum" and len(part.parts) == 2 and ONE in part.parts:
        (other,) = (each for each in part.parts if each != ONE)
        if other.kind == "neg" and other.parts[0].kind == "function":
            inner = other.parts[0]
            yield replace(inner, parts=(Part("sum", parts=(ONE, negated(inner.parts[0]))),))
    if part.kind != "product":
        return
    above, below = (each.parts for each in part.parts)
    for at, factor in enumerate(above):
        others = (*above[:at], *above[at + 1 :])
        if factor.kind in {"function", "power", "root"} and (below or others):
            up, down = as_fraction(factor.parts[0]).parts
            whole = (Part("above", parts=(*up.parts, *others)), Part("below", parts=(*down.parts, *below)))
            yield replace(factor, parts=(Part("product", parts=whole), *factor.parts[1:]))
        if below and len(above) > 1:
            yield Part("product", parts=(Part("above", parts=others), Part("below", parts=(*below, factor))))


def head(part: Part) -> Part:
    r"""What is called, or the name without its indices; ``q`` and ``q_\phi`` are the same, and so are P and p."""
    if part.kind == "call":
        return head(part.parts[0])
    return Part("name", part.text.partition("_")[0].lower()) if part.kind == "name" else part


def same_density(one: Part, other: Part) -> bool:
    """Whether two names are one but for a subscript of one of them."""
    names = one.kind == other.kind == "name" and not (one.parts or other.parts)
    return names and not ("_" in one.text and "_" in other.text) and head(one).key == head(other).key


def moves(index: Part) -> bool:
    """Whether an index is another one plus or minus a number."""
    return index.kind == "sum" and {each.kind for each in map(_unsigned, index.parts)} == {"hole", "number"}


def _unsigned(part: Part) -> Part:
    return negated(part) if part.kind == "neg" else part


def shifted(indices: Sequence[Part], part: Part) -> bool:
    """Whether a name has t for an index where t - 1 is meant, or the other way round."""
    if part.kind != "name" or len(part.parts) != len(indices):
        return False
    pairs = [(one, other) for one, other in zip(indices, part.parts, strict=True) if one.key != other.key]
    return (
        len(pairs) == 1
        and {each.kind for each in pairs[0]} == {"name", "sum"}
        and _base(pairs[0][0]) == _base(pairs[0][1])
    )


def _base(index: Part) -> str:
    """The name in an index such as ``t - 1``."""
    return next((each.text for each in index.walk() if each.kind == "name"), "")


def called(part: Part) -> str:
    """What something is called by."""
    while part.kind in {"call", "element", "power", "prime"}:
        part = part.parts[0]
    return part.text if part.kind == "name" else ""
