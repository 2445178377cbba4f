"""Points to sample at: exact rational values drawn from the sets the symbols are declared to come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.derive.expressions import Domain, Expr, Symbol

Indices = tuple[int, ...]


class Family(dict[Indices, Fraction]):
    """Elements of an indexed name, each drawn when it is first asked for."""

    def __init__(self, name: str, kind: str, seed: int, choices: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.name, self.kind, self.seed, self.choices = name, kind, seed, choices

    def __missing__(self, indices: Indices) -> Fraction:
        # A generator of its own, so that the order in which elements are asked for does not matter.
        rng = Random(f"{self.seed} {self.name} {indices}")
        self[indices] = Fraction(rng.choice(self.choices)) if self.choices else _draw(self.kind, rng)
        return self[indices]


@dataclass
class Point:
    """Values of symbols, and expressions that further symbols stand for.

    Parameters
    ----------
    numbers : dict of str to Fraction
        Values of plain symbols.
    families : dict of str to Family
        Values of indexed names.
    meanings : dict of str to (names of indices, expression)
        Names whose value follows from the others, such as a stationary point.
    """

    numbers: dict[str, Fraction] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    meanings: dict[str, tuple[tuple[str, ...], Expr]] = field(default_factory=dict)

    def shown(self, names: Iterable[str]) -> str:
        """The values that were used, for a report."""
        found = []
        for name in sorted(names):
            family = self.families.get(name)
            if name in self.meanings:
                continue
            if family:
                found += [
                    f"{name}[{', '.join(map(str, at))}] = {value}" for at, value in sorted(family.items()) if at != ()
                ]
            elif name in self.numbers:
                found.append(f"{name} = {self.numbers[name]}")
        return ", ".join(found)


def sample(symbols: Iterable[Symbol], seed: int) -> Point:
    """Draw a point: generic values, two classes or more, nothing one-hot unless it is declared so."""
    point = Point()
    known = sorted(symbols, key=lambda s: s.name)
    rng = Random(seed)
    sizes = {s.domain.range.size for s in known if s.domain.range} | {s.name for s in known if s.domain.kind == "size"}
    for size in sorted(sizes):
        point.numbers[size] = Fraction(rng.randint(2, 4))
    for symbol in known:
        if symbol.name in sizes:
            continue
        kind = symbol.domain.kind
        family = Family(symbol.name, kind, seed)
        point.families[symbol.name] = family
        if symbol.domain.range is None:
            point.numbers[symbol.name] = _draw(kind, rng)
            continue
        run = indices(symbol.domain, point)
        point.numbers[symbol.name] = Fraction(rng.choice(run))
        if kind == "index":
            family.choices = tuple(run)
        if kind in {"simplex", "distribution"}:
            weights = [rng.randint(1, 30) for _ in run]
            if kind == "distribution" and seed % 3 == 2:
                weights[0] = 0
            family.update({(i,): Fraction(w, sum(weights)) for i, w in zip(run, weights, strict=True)})
        elif kind == "onehot":
            hot = rng.choice(run)
            family.update({(i,): Fraction(i == hot) for i in run})
    return point


def indices(domain: Domain, point: Point) -> list[int]:
    """The indices that a family or an index runs over at a point."""
    if domain.range is None:
        raise TypeError
    return list(range(domain.range.lower, int(point.numbers[domain.range.size]) + domain.range.offset + 1))


def _draw(kind: str, rng: Random) -> Fraction:
    positive = Fraction(rng.randint(1, 40), rng.randint(7, 19))
    sign = rng.choice((-1, 1))
    match kind:
        case "positive" | "nonnegative":
            return positive
        case "base":
            return positive if positive != 1 else Fraction(2)
        case "probability" | "unit" | "simplex":
            return Fraction(rng.randint(1, 28), 29)
        case "label" | "onehot":
            return Fraction(rng.randint(0, 1))
        case "integer" | "index":
            return Fraction(rng.randint(1, 5))
        case "size":
            return Fraction(rng.randint(2, 4))
        case _:
            return sign * positive
