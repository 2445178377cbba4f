"""Unknowns that stand on one side of a relation only: it may say what they are, and then it claims nothing.

``P(Y | X) = prod_i P(y_i | x_i)`` states a model, ``w_{t+1} = w_t - g`` an update: numbers cannot refute them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.judge.opaque import KNOWN
from loglik.derive.expressions import Expr, Function, Indexed, Symbol, parts, rebuild
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def one_sided(left: Expr, right: Expr) -> list[str]:
    """Names, elements and unknown calls that are on one side only, in plain syntax; sizes and indices do not count.

    ``y_1`` and ``y_k`` may be the same; ``w_{t+1}`` and ``w_t``, ``w_2`` and ``w_1`` are not.
    """
    one, other = dict(_atoms(left, frozenset())), dict(_atoms(right, frozenset()))
    alone = [atom for key, atom in one.items() if not _among(key, other)]
    return [str(atom) for atom in (*alone, *(atom for key, atom in other.items() if not _among(key, one)))]


def atoms(e: Expr) -> list[tuple[str, ...]]:
    """The unknowns of an expression by their keys: names, elements, calls of unknown functions."""
    return [key for key, _ in _atoms(e, frozenset())]


def _among(key: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> bool:
    return any(
        len(key) == len(other)
        and key[0] == other[0]
        and all(a == b or _same_index(a, b) for a, b in zip(key, other, strict=True))
        for other in others
    )


def _same_index(a: str, b: str) -> bool:
    """Whether an index that may be any stands beside a number: ``y_k`` and ``y_1``."""
    return (a == _ANY and b.lstrip("-").isdigit()) or (b == _ANY and a.lstrip("-").isdigit())


#: An index or argument that may be any.
_ANY = arrangement_key(Symbol("#"))


def _atoms(e: Expr, bound: frozenset[str]) -> Iterator[tuple[tuple[str, ...], Expr]]:
    """The unknowns of an expression, each by its name and its indices or arguments, in which indices are alike."""
    match e:
        case Symbol():
            if e.name not in bound and e.domain.kind not in {"size", "index"}:
                yield (e.name,), e
            return
        case Indexed():
            yield (e.base.name, *(arrangement_key(_masked(each, bound)) for each in e.indices)), e
            return
        case Function() if e.name not in KNOWN:
            yield (f"{e.name}()", *(arrangement_key(_masked(each, bound)) for each in e.args)), e
            return
    variable = binder(e)
    inside = bound if variable is None else bound | {variable.name}
    for i, part in enumerate(parts(e)):
        if variable is None or i != 1:
            yield from _atoms(part, inside if i == 0 else bound)


def _masked(e: Expr, bound: frozenset[str]) -> Expr:
    """The expression with all indices alike, whatever they are called."""
    if isinstance(e, Symbol):
        return Symbol("#") if e.name in bound or e.domain.kind == "index" else Symbol(e.name)
    if isinstance(e, Indexed):
        return Indexed(Symbol(e.base.name), tuple(_masked(each, bound) for each in e.indices), e.upper)
    below = parts(e)
    return rebuild(e, tuple(_masked(each, bound) for each in below)) if below else e
