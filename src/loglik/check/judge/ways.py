"""The ways in which a relation is tried: as it stands, and with definitions of the document put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.check.judge.chain_rule import along_chains
from loglik.check.judge.expansion import (
    Expanded,
    alternatives,
    depends_unknown,
    levels,
    one_by_one,
    with_sigmoid,
)
from loglik.check.judge.kinds import numbers_only
from loglik.check.model.shapes import UNIT
from loglik.derive.expressions import free_symbols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.statement import Definition
    from loglik.derive.expressions import Expr


@dataclass(frozen=True)
class Ways:
    """The ways, in the order in which they are tried.

    Parameters
    ----------
    every : tuple of Expanded
        All of them; if the relation holds in one, it holds.
    deepest : Expanded
        With every definition put in: the one that has to fail for it to be false.
    under_assumptions : tuple of Expanded
        Those that are tried once more under assumptions that the text does not state.
    """

    every: tuple[Expanded, ...]
    deepest: Expanded
    under_assumptions: tuple[Expanded, ...]


def _is_example(definition: Definition) -> bool:
    """Whether members of a family are given as numbers: what is said of all of them is not said of these."""
    return bool(definition.places) and not free_symbols(definition.body)


def _numbers(way: Expanded) -> bool:
    """Whether numbers alone remain, in places of matrices or not."""
    names = {s.name for e in (way.left, way.right) for s in free_symbols(e)}
    return all(name.startswith(UNIT) for name in names)


def ways(left: Expr, right: Expr, definitions: Sequence[Definition]) -> Ways:
    """The ways to try a relation."""
    straight, given = levels(left, right, definitions), definitions
    if any(map(_is_example, straight[-1].used)) and not _numbers(straight[-1]):
        definitions = [each for each in definitions if not _is_example(each)]
        straight = levels(left, right, definitions)
    deepest = straight[-1]
    found = list(straight)
    if (usual := with_sigmoid(deepest)) is not None:
        found.append(usual)
        deepest = usual
    # What stands on both sides may keep its own meaning: what the text says of it elsewhere may be another example.
    shared = {s.name for s in free_symbols(left)} & {s.name for s in free_symbols(right)}
    kept = levels(left, right, [each for each in definitions if each.name not in shared])[-1]
    found.append(with_sigmoid(kept) or kept)
    if (plain := with_sigmoid(straight[0])) is not None:  # even where the text says of sigma what is no sigmoid
        found.append(plain)
    if len(straight[-1].used) > 1:
        found += one_by_one(left, right, definitions)
    found += alternatives(left, right, definitions)
    if (chained := along_chains(left, right, given)) is not None:
        found.append(chained)
        unknown = depends_unknown(deepest.left) or depends_unknown(deepest.right)
        if unknown or numbers_only(chained.left, chained.right):
            deepest = chained
    once: dict[tuple[Expr, Expr], Expanded] = {}
    for each in found:
        once.setdefault((each.left, each.right), each)
    again = {(each.left, each.right): each for each in (straight[0], with_sigmoid(kept) or kept, deepest)}
    return Ways(tuple(once.values()), deepest, tuple(again.values()))
