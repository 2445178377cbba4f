"""Points at which the relations of documents are tried: generic and awkward ones, and small whole numbers to show."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from loglik.check.judge.values import value
from loglik.derive.evaluate.points import Family, Point, contains, indices, sample
from loglik.derive.expressions import REAL, Equation, Indexed, Symbol, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loglik.derive.expressions import Expr

#: What is put in for names in counterexamples, the simplest first.
SMALL = (1, 2, Fraction(1, 2), 3, 0, -1, Fraction(1, 3), Fraction(1, 4))
_TRIES = 60


def symbols_of(expressions: Iterable[Expr]) -> dict[str, Symbol]:
    """The names in expressions, bound ones included; of a name with two sets of values the one that says more counts."""
    found: dict[str, Symbol] = {}
    for e in expressions:
        for _, part in walk(e):
            if isinstance(part, Symbol) and (part.name not in found or found[part.name].domain == REAL):
                found[part.name] = part
    return found


def generic(expressions: Sequence[Expr], conditions: Sequence[Equation] = ()) -> Iterator[Point]:
    """Points of the sets the names come from that satisfy the conditions; every second one is awkward."""
    symbols = symbols_of([*expressions, *conditions])
    for seed in range(_TRIES):
        point = sample(symbols.values(), seed)
        _fill(point, expressions)
        if all(_true(each, point) for each in conditions):
            yield point


def small(expressions: Sequence[Expr], conditions: Sequence[Equation] = (), most: int = 40) -> Iterator[Point]:
    """Points of small numbers, the simplest first, that satisfy the conditions."""
    symbols = symbols_of([*expressions, *conditions])
    points = (_small_point(symbols, expressions, seed) for seed in range(most))
    return (point for point in points if all(_true(each, point) for each in conditions))


def _true(condition: Equation, point: Point) -> bool:
    a, b = value(condition.left, point), value(condition.right, point)
    if a is None or b is None:
        return False
    match condition.relation:
        case "=":
            return bool(a.overlaps(b))
        case "!=":
            return not a.overlaps(b)
        case "<":
            return bool(a < b)
        case ">":
            return bool(a > b)
        case "<=":
            return bool(a <= b)
        case ">=":
            return bool(a >= b)
        case _:
            return False


def _fill(point: Point, expressions: Sequence[Expr]) -> None:
    """Names without a value of their own, such as a bound index, need none."""
    del expressions
    for name in [name for name in point.families if name not in point.numbers]:
        point.numbers[name] = Fraction(1)


class _SmallFamily(Family):
    """Elements drawn from the small numbers."""

    def __missing__(self, at: tuple[int, ...]) -> Fraction:
        rng = Random(f"{self.seed} {self.name} {at}")  # noqa: S311  # points, not secrets
        self[at] = _small(self.kind, rng, self.seed)
        return self[at]


def _small(kind: str, rng: Random, seed: int) -> Fraction:
    allowed = [Fraction(x) for x in SMALL if contains(kind, Fraction(x))] or [Fraction(1)]
    return allowed[0] if seed == 0 else rng.choice(list(islice(allowed, 2 + seed // 6)))


def _small_point(symbols: dict[str, Symbol], expressions: Sequence[Expr], seed: int) -> Point:
    del expressions
    point = Point()
    rng = Random(f"small {seed}")  # noqa: S311
    ranges = [s.domain.range for s in symbols.values() if s.domain.range is not None]
    sizes = {r.size for r in ranges} | {s.name for s in symbols.values() if s.domain.kind == "size"}
    for size in sorted(sizes):
        least = max([2, *(r.lower - r.offset for r in ranges if r.size == size)])
        point.numbers[size] = Fraction(least + (seed % 8 == 7))
    for name in sorted(symbols.keys() - sizes):
        domain = symbols[name].domain
        family = _SmallFamily(name, domain.kind, seed)
        point.families[name] = family
        if domain.range is None:
            point.numbers[name] = _small(domain.kind, rng, seed)
            continue
        run = indices(domain, point)
        point.numbers[name] = Fraction(run[0] if seed == 0 or not run else rng.choice(run))
        if domain.kind == "index":
            family.choices = tuple(run)
        elif domain.kind == "onehot":
            hot = run[0] if seed == 0 else rng.choice(run)
            family.update({(i,): Fraction(i == hot) for i in run})
        else:
            weights = [1 if seed == 0 else rng.choice((1, 2, 3)) for _ in run]
            family.update({(i,): Fraction(w, sum(weights)) for i, w in zip(run, weights, strict=True)})
    return point


def used(point: Point, expressions: Sequence[Expr]) -> list[tuple[str, tuple[int, ...], Fraction]]:
    """The names and elements that the values of expressions rest on, with their numbers."""
    found: list[tuple[str, tuple[int, ...], Fraction]] = []
    symbols = {s.name for e in expressions for s in _free(e)}
    families = {part.base.name for e in expressions for _, part in walk(e) if isinstance(part, Indexed)}
    for name in sorted(symbols):
        if name in families or (name in point.families and any(at for at in point.families[name])):
            found += [(name, at, x) for at, x in sorted(point.families.get(name, {}).items()) if at]
        elif name in point.numbers:
            found.append((name, (), point.numbers[name]))
    return found


def _free(e: Expr) -> Iterable[Symbol]:
    from loglik.derive.expressions import free_symbols

    return free_symbols(e)
