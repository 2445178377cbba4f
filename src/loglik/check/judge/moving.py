"""Two expressions as functions of some of their names: their values while these move and the others stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.judge.points import symbols_of
from loglik.check.judge.use import by_use
from loglik.check.judge.values import value
from loglik.check.statement import with_domains
from loglik.derive.evaluate.points import Point, sample
from loglik.derive.expressions import Domain, Expr, free_symbols

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from flint import arb

    from loglik.check.judge.opaque import Opaque

_SEEDS, _APART = 12, 1000


def sets(own: Expr, other: Expr) -> Iterator[Mapping[str, Domain]]:
    """Sets that names may come from: as it is known, by their use, positive numbers, probabilities."""
    yield {}
    told = by_use([own, other])
    yield told
    known = symbols_of([own, other]).items()
    yield {**{name: Domain("positive") for name, s in known if s.domain.kind == "real"}, **told}
    yield {name: Domain("probability") for name, s in known if s.domain.kind in {"real", "positive"}}


def moved_with(opaque: Opaque, moving: Collection[str]) -> frozenset[str]:
    """The names that move, and those that stand for calls with one of them as an argument: ``p(x_i; theta)``."""
    return frozenset(moving) | {
        name for name, call in opaque.stands_for.items() if {s.name for s in free_symbols(call)} & set(moving)
    }


def values_moving(own: Expr, other: Expr, moving: Collection[str], places: int) -> Iterator[list[tuple[arb, arb]]]:
    """The values of both at some places that differ in the moving names alone; where they have none, from other sets."""
    for domains in sets(own, other):
        a, b = (with_domains(e, domains) for e in (own, other))
        symbols = symbols_of([a, b]).values()
        yielded = 0
        for seed in range(0, 2 * _SEEDS, 2):  # generic points alone
            first = sample(symbols, seed)
            points = [first]
            for shift in range(1, places):
                drawn = sample(symbols, seed + _APART * shift)
                numbers = {name: x for name, x in drawn.numbers.items() if name in moving}
                families = {name: each for name, each in drawn.families.items() if name in moving}
                points.append(Point({**first.numbers, **numbers}, {**first.families, **families}))
            found = [(x, y) for p in points if (x := value(a, p)) is not None and (y := value(b, p)) is not None]
            if len(found) == places:
                yielded += 1
                yield found
        if yielded > 1:
            return
