"""What the rest of a document says of names: defined in what could not be read, or tied to others by an equation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.check.document import Prose
from loglik.derive.expressions import Function, Indexed, Symbol, free_symbols

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.document import Document, Formula
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Expr


@dataclass(frozen=True)
class Surroundings:
    """Of all statements of a document.

    Parameters
    ----------
    unread : mapping of str to int
        Names that stand alone before a term that could not be read, with the number of the statement.
    tied : tuple of (line, names)
        Equations that the text asks for ("subject to"), with the names that they tie.
    """

    unread: Mapping[str, int] = field(default_factory=dict)
    tied: tuple[tuple[int, frozenset[str]], ...] = ()


def surroundings(statements: Sequence[Statement]) -> Surroundings:
    """Look through a document once."""
    unread: dict[str, int] = {}
    tied = []
    for each in statements:
        if not each.readings:
            continue
        terms = each.readings[0].terms
        if len(terms) > 1 and terms[1] is None and (name := _head(terms[0])):
            unread[name] = each.number
        if each.context.wanted and len(terms) == 2 and None not in terms:
            names = frozenset(s.name for e in terms if e is not None for s in free_symbols(e))
            tied.append((each.formula.area.start.line, names))
    return Surroundings(unread, tuple(tied))


def words_around(document: Document, formula: Formula, before: int = 3) -> str:
    """The text of a formula's own block and of some pieces of text before it."""
    own = [part.text for part in document.parts if isinstance(part, Prose) and part.block == formula.block]
    earlier = [
        p.text for p in document.parts if isinstance(p, Prose) and p.kind != "code" and p.area.end <= formula.area.start
    ]
    return " ".join([*earlier[-before:], *own])


def _head(e: Expr | None) -> str:
    """The name of what stands alone on a side."""
    match e:
        case Symbol() | Function():
            return e.name
        case Indexed():
            return e.base.name
        case _:
            return ""
