"""The definitions that a statement may use: earlier ones, nearest first, and later ones of its paragraph."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.model.definitions import names_used

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.statement import Definition, Statement

#: Definitions of one name that a statement may use, how deep they are put into one another, how many are looked at.
_MOST_DEFINITIONS, _DEEP, _LOOKED_AT = 2, 6, 8


def in_context(found: Sequence[Statement]) -> list[Statement]:
    """The statements with the definitions in scope of each: earlier ones, and later ones of its paragraph."""
    known: dict[str, list[Definition]] = {}
    for each in found:
        for definition in each.defines:
            if definition.mark == "unread":
                continue
            known.setdefault(definition.name, []).append(definition)
    return [_with_definitions(each, known) if each.readings and each.relations else each for each in found]


def _with_definitions(statement_: Statement, known: Mapping[str, Sequence[Definition]]) -> Statement:
    wanted = list(statement_.context.names)
    chosen: list[Definition] = []
    seen: set[str] = set()
    for _ in range(_DEEP):
        new: list[str] = []
        for name in wanted:
            if name in seen or name not in known:
                continue
            seen.add(name)
            for definition in _nearest(known[name], statement_):
                chosen.append(definition)
                new += names_used((definition.body,))
        if not new:
            break
        wanted = new
    return replace(statement_, context=replace(statement_.context, definitions=tuple(chosen)))


def _nearest(definitions: Sequence[Definition], statement_: Statement) -> list[Definition]:
    at = bisect_left(definitions, statement_.number, key=lambda d: d.number)
    earlier = definitions[max(0, at - _MOST_DEFINITIONS) : at]
    block = statement_.formula.block
    later = [
        d
        for d in definitions[at : at + _LOOKED_AT]
        if d.number > statement_.number and d.mark not in {"first", "later"} and d.formula.block <= block + 2
    ]
    return [*later[:1], *reversed(earlier)][:_MOST_DEFINITIONS]
