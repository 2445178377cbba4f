"""Points to sample at: exact rational values drawn from the sets the symbols are declared to come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        drawn = _draw(self.kind, rng, awkward=self.seed % 2 == 1)
        self[indices] = Fraction(rng.choice(self.choices)) if self.choices else drawn
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
    values : dict
        Values that were computed here before; for those who compute them.
    """

    numbers: dict[str, Fraction] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    meanings: dict[str, tuple[tuple[str, ...], Expr]] = field(default_factory=dict)
    values: dict[tuple[int, int], tuple[Expr, Any]] = field(default_factory=dict, repr=False, compare=False)

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


def sample(
    symbols: Iterable[Symbol], seed: int, told: Sequence[Fraction] = (), sizes: Mapping[str, int] | None = None
) -> Point:
    """Draw a point: of every second one the values are generic, of the others awkward members of each set.

    Parameters
    ----------
    symbols : iterable of Symbol
        What values are drawn for.
    seed : int
        The same seed gives the same point.
    told : sequence of Fraction
        Numbers that are tried too, since something is said of them.
    sizes : mapping of str to int, optional
        Sizes that are known.
    """
    point = Point()
    known = sorted(symbols, key=lambda s: s.name)
    rng = Random(seed)
    awkward = seed % 2 == 1
    ranges = [s.domain.range for s in known if s.domain.range]
    for size in sorted({r.size for r in ranges} | {s.name for s in known if s.domain.kind == "size"}):
        least = max([2, *(r.lower - r.offset for r in ranges if r.size == size)])
        drawn = least if awkward else rng.randint(least, least + 2)
        point.numbers[size] = Fraction((sizes or {}).get(size, drawn))
    for symbol in known:
        if symbol.name in point.numbers:
            continue
        kind = symbol.domain.kind
        family = Family(symbol.name, kind, seed)
        point.families[symbol.name] = family
        if symbol.domain.range is None:
            point.numbers[symbol.name] = _draw(kind, rng, awkward=awkward, told=told)
            continue
        run = indices(symbol.domain, point)
        if not run:
            continue
        # Awkward indices are at an end of their range, and so often equal.
        point.numbers[symbol.name] = Fraction(run[seed // 2 % 2 - 1] if awkward else rng.choice(run))
        if kind == "index":
            family.choices = tuple(run)
        elif kind == "onehot":
            hot = rng.choice(run)
            family.update({(i,): Fraction(i == hot) for i in run})
        else:
            weights = [rng.randint(1, 30) for _ in run]
            if awkward and kind == "distribution":
                weights = [int(i == len(run) - 1) for i in range(len(run))]
            family.update({(i,): Fraction(w, sum(weights)) for i, w in zip(run, weights, strict=True)})
    return point


def indices(domain: Domain, point: Point) -> list[int]:
    """The indices that a family or an index runs over at a point."""
    if domain.range is None:
        raise TypeError
    return list(range(domain.range.lower, int(point.numbers[domain.range.size]) + domain.range.offset + 1))


_AWKWARD = {
    "positive": ("1", "1/1000", "1000", "2"),
    "nonnegative": ("0", "1", "1000"),
    "base": ("1/2", "1001/1000", "10"),
    "probability": ("1/2", "1/1000", "999/1000"),
    "simplex": ("1/2", "1/1000", "999/1000"),
    "unit": ("0", "1", "1/2"),
    "distribution": ("0", "1"),
    "integer": ("0", "-1", "1", "-3"),
    "size": ("2",),
    "nonzero": ("-1", "1", "-1000"),
    "real": ("0", "1", "-1", "-1000", "1/2"),
}


def _draw(kind: str, rng: Random, *, awkward: bool = False, told: Sequence[Fraction] = ()) -> Fraction:
    if told and rng.random() < 0.5:
        near = rng.choice(told) + rng.choice((Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 7), Fraction(-1, 7)))
        if contains(kind, near):
            return near
    if awkward and kind in _AWKWARD:
        return Fraction(rng.choice(_AWKWARD[kind]))
    positive = Fraction(rng.randint(1, 40), rng.randint(7, 19))
    sign = rng.choice((-1, 1))
    match kind:
        case "positive" | "nonnegative":
            return positive
        case "base":
            return positive if positive != 1 else Fraction(2)
        case "probability" | "unit" | "simplex" | "distribution":
            return Fraction(rng.randint(1, 28), 29)
        case "label" | "onehot":
            return Fraction(rng.randint(0, 1))
        case "integer":
            return Fraction(rng.randint(-4, 5))
        case "index":
            return Fraction(rng.randint(1, 5))
        case "size":
            return Fraction(rng.randint(2, 4))
        case _:
            return sign * positive


def contains(kind: str, x: Fraction) -> bool:
    """Whether a number is in a set of numbers; of families, whether it may be an element."""
    whole = x.denominator == 1
    match kind:
        case "positive":
            return x > 0
        case "nonnegative":
            return x >= 0
        case "nonzero":
            return x != 0
        case "base":
            return x > 0 and x != 1
        case "probability":
            return 0 < x < 1
        case "simplex":
            return 0 < x <= 1
        case "unit" | "distribution":
            return 0 <= x <= 1
        case "label" | "onehot":
            return x in {0, 1}
        case "integer" | "index":
            return whole
        case "size":
            return whole and x >= 2
        case _:
            return True
