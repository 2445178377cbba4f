"""Places in a tree: the tree with another part at a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions.walk import parts, rebuild

if TYPE_CHECKING:
    from loglik.derive.expressions.nodes import Expr


def replace_at(e: Expr, path: tuple[int, ...], new: Expr) -> Expr:
    """The expression with the part at a path exchanged, names bound above it or not."""
    if not path:
        return new
    below = list(parts(e))
    below[path[0]] = replace_at(below[path[0]], path[1:], new)
    return rebuild(e, tuple(below))
