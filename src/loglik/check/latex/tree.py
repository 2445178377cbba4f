"""Trees of what is written, before it is known what the names mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.statement import Misread, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Node:
    r"""A part of a formula.

    Parameters
    ----------
    kind : str
        ``number``: `text` in digits. ``name``: `text` its key; `parts` its indices, the first `count` of them above.
        ``add``, ``mul`` (`text` the sign, empty where none is written), ``neg``, ``div``, ``power``, ``root`` (radicand,
        index), ``abs``, ``norm`` (and its order), ``group`` (brackets that the author wrote), ``transpose``, ``factorial``.
        ``call``: a name (first part) applied to the others; `text` the separators, one sign each. ``prime``: the same,
        differentiated `count` times. ``element``: a vector and indices. ``function``: a known one, `text` its name.
        ``log``: argument and, if written, base. ``big``: `text` ``sum`` or ``prod``; parts body, then index, lower, upper as
        far as `count` says (1: body alone; 2: and an index; 3: and the lower one, or the upper one in a ``last``; 4: all).
        ``limit``: body, variable, point. ``derivative``: body, variable. ``nabla``: body and, if written, variable.
        ``expectation``: body and, if written, what it is over.
        ``dots``, ``infinity``, ``list`` (`text` the separators), ``relation`` (`text` its sign).
    """

    kind: str
    span: Span
    parts: tuple[Node, ...] = ()
    text: str = ""
    count: int = 0

    def walk(self) -> Iterator[Node]:
        """All nodes, from the top down."""
        yield self
        for part in self.parts:
            yield from part.walk()


class UnreadError(Exception):
    """Something in a formula is not understood."""

    def __init__(self, code: str, detail: str, span: Span) -> None:
        super().__init__(code)
        self.misread = Misread(code, detail, span)


def is_bold(key: str) -> bool:
    """Whether a name is written as vectors and matrices are, whatever hangs on it."""
    return "_bold" in key or key.split("_", maxsplit=1)[0].endswith("vec")


def written(name: Node) -> str:
    """A name with its indices, as a key: ``z[i]``."""
    return name.text + (f"[{','.join(written(part) for part in name.parts)}]" if name.parts else "")


def bound_by(node: Node) -> Node | None:
    """The index that a sum, a product or a mean binds."""
    if node.kind == "big" and node.count >= 2:
        return node.parts[1]
    if node.kind != "expectation" or len(node.parts) < 2:
        return None
    over = node.parts[1]
    if over.kind == "relation":
        over = over.parts[0]
    elif over.kind == "call" and len(over.parts) == 2:
        over = over.parts[1]
    return over if over.kind == "name" else None


def occurs(key: str, node: Node) -> bool:
    """Whether a name, with its indices if it has some, occurs free in a tree."""
    if node.kind == "name" and written(node) == key:
        return True
    if node.kind == "big" and node.count >= 2 and written(node.parts[1]) == key:
        return any(occurs(key, part) for part in node.parts[2:])
    if node.kind == "limit" and written(node.parts[1]) == key:
        return occurs(key, node.parts[2])
    return any(occurs(key, part) for part in node.parts)
