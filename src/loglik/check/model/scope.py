"""The definitions that a statement may use: earlier ones, nearest first, and later ones of its paragraph."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from loglik.check.model.definitions import names_used, value_of
from loglik.derive.expressions import Function, Indexed, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loglik.check.statement import Definition, DefinitionKey, Statement
    from loglik.derive.expressions import Expr

    Known: TypeAlias = Mapping[str, Mapping[DefinitionKey, Sequence[Definition]]]

#: Definitions of one name that a statement may use, how deep they are put into one another, how many are looked at.
_MOST_DEFINITIONS, _DEEP, _LOOKED_AT = 2, 6, 8

#: Blocks behind the definition of a member of a family in which it is still meant: the next example has other ones.
_FAR = 12


def in_context(found: Sequence[Statement]) -> list[Statement]:
    """The statements with the definitions in scope of each: earlier ones, and later ones of its paragraph."""
    known: dict[str, dict[DefinitionKey, list[Definition]]] = {}
    for each in found:
        for definition in each.defines:
            if definition.mark == "unread":
                continue
            known.setdefault(definition.name, {}).setdefault(definition.key, []).append(definition)
    return [_with_definitions(each, known) if each.readings and each.relations else each for each in found]


def _with_definitions(statement_: Statement, known: Known) -> Statement:
    chosen: list[Definition] = []
    wanted = [key for name in statement_.context.names for key in known.get(name, ()) if not _of_member(key)]
    wanted += _members((e for reading in statement_.readings for e in reading.terms if e is not None), known)
    seen: set[DefinitionKey] = set()
    for _ in range(_DEEP):
        new: list[DefinitionKey] = []
        for key in wanted:
            if key in seen:
                continue
            seen.add(key)
            for definition in _nearest(known[key[0]][key], statement_):
                chosen.append(definition)
                names = names_used((definition.body,))
                new += [key for name in names for key in known.get(name, ()) if not _of_member(key)]
                new += _members((definition.body,), known)
        if not new:
            break
        wanted = new
    return replace(statement_, context=replace(statement_.context, definitions=tuple(chosen)))


def _of_member(key: DefinitionKey) -> bool:
    return isinstance(key[2], tuple)


def _members(terms: Iterable[Expr], known: Known) -> list[DefinitionKey]:
    """Definitions of the members of families that stand in some terms by their numbers, ``z_1``."""
    found: dict[DefinitionKey, None] = {}
    for _, part in (each for e in terms for each in walk(e)):
        if isinstance(part, Function) and (part.name, True, value_of(part)) in known.get(part.name, ()):
            found[part.name, True, value_of(part)] = None
        if isinstance(part, Indexed) and part.base.name in known:
            for key in known[part.base.name]:
                if isinstance(key[2], tuple) and _is_member(part, key[2]):
                    found[key] = None
    return list(found)


def _is_member(e: Indexed, places: tuple[Expr | None, ...]) -> bool:
    same = len(places) == len(e.indices)
    return same and all(place in {None, i} for place, i in zip(places, e.indices, strict=True))


def _nearest(definitions: Sequence[Definition], statement_: Statement) -> list[Definition]:
    at = bisect_left(definitions, statement_.number, key=lambda d: d.number)
    block = statement_.formula.block
    earlier = [
        d for d in definitions[max(0, at - _MOST_DEFINITIONS) : at] if not d.places or block - d.formula.block <= _FAR
    ]
    later = [
        d
        for d in definitions[at : at + _LOOKED_AT]
        if d.number > statement_.number and d.mark not in {"first", "later"} and d.formula.block <= block + 2
    ]
    return [*later[:1], *reversed(earlier)][:_MOST_DEFINITIONS]
