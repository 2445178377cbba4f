"""Walking a tree: parts of a node, paths to sub-expressions, names that are free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loglik.derive.expressions.nodes import At, Expr, Limit, Product, Sum, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

_BINDERS = (Sum, Product, Limit, At)
_COUNTS = frozenset({"depth", "size"})


def parts(e: Expr) -> tuple[Expr, ...]:
    """The expressions directly below a node, names of bound variables included, in the order of its fields."""
    kept: tuple[Expr, ...] | None = e.__dict__.get("_parts")
    if kept is not None:
        return kept
    found: list[Expr] = []
    for name in _names(e):
        value = getattr(e, name)
        if isinstance(value, Expr):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(each for each in value if isinstance(each, Expr))
    # Nodes do not change, so what is worked out once can stay with them; fields and equality know nothing of it.
    e.__dict__["_parts"] = below = tuple(found)
    return below


def _names(e: Expr) -> list[str]:
    return [name for name in e.__dataclass_fields__ if name not in _COUNTS]


def rebuild(e: Expr, new: tuple[Expr, ...]) -> Expr:
    """The node with other parts; ``rebuild(e, parts(e)) == e``."""
    changes: dict[str, Any] = {}
    at = 0
    for name in _names(e):
        value = getattr(e, name)
        if isinstance(value, Expr):
            changes[name] = new[at]
            at += 1
        elif isinstance(value, tuple) and value and isinstance(value[0], Expr):
            changes[name] = new[at : at + len(value)]
            at += len(value)
    return replace(e, **changes) if changes else e


def walk(e: Expr, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Expr]]:
    """All sub-expressions with their paths, from the top down."""
    yield path, e
    for i, part in enumerate(parts(e)):
        yield from walk(part, (*path, i))


def binder(e: Expr) -> Symbol | None:
    """The variable that a node binds in its body."""
    if isinstance(e, (Sum, Product)):
        return e.index
    return e.variable if isinstance(e, (Limit, At)) else None


def body_and_rest(e: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """The body of a binding node, where its variable counts, and its other parts, where it does not."""
    if not isinstance(e, _BINDERS):
        raise TypeError
    below = parts(e)
    return below[0], below[2:]


def free_symbols(e: Expr) -> frozenset[Symbol]:
    """Symbols that are not bound; names of families count, and the variable of a derivative is free."""
    kept: frozenset[Symbol] | None = e.__dict__.get("_free")
    if kept is None:
        e.__dict__["_free"] = kept = _free_symbols(e)
    return kept


def _free_symbols(e: Expr) -> frozenset[Symbol]:
    bound = binder(e)
    if isinstance(e, Symbol):
        return frozenset({e})
    if bound is not None:
        body, rest = body_and_rest(e)
        inside = frozenset(s for s in free_symbols(body) if s.name != bound.name)
        return inside.union(*(free_symbols(each) for each in rest))
    return frozenset().union(*(free_symbols(each) for each in parts(e)))
