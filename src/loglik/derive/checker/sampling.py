"""Samples of a step: both sides in ball arithmetic at points of the declared domain. They can refute, never prove."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from typing import TYPE_CHECKING

from loglik.derive.checker.solving import FAR, definitions, solvable
from loglik.derive.evaluate.balls import PRECISION, Ball, ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import contains, indices, sample
from loglik.derive.expressions import Equation, Expr, Indexed, Number, Symbol, parts, rebuild, substitute, walk
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.scope import Scope
from loglik.derive.rules.arrangement import written_number
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Given

    Solution = Mapping[str, tuple[tuple[str, ...], Expr]]

POINTS = 8
_HIGH = 12 * PRECISION
_TRIES, _MORE_TRIES, _MOST_WIDE, _MOST_VALUES = 40, 200, 3, 60
# Points that seem to satisfy what is given, and are looked at closely.
_WITNESSES = 12


@dataclass(frozen=True)
class Samples:
    """What the points say.

    Parameters
    ----------
    agreed : int
        Points at which both sides have a value and the relation may hold.
    refuted_at : str
        A point at which it certainly does not hold.
    estimated : bool
        Limits are in it: the values are estimates, not proofs.
    """

    agreed: int = 0
    refuted_at: str = ""
    estimated: bool = False


def points_for(
    expressions: Iterable[Expr], solution: Solution, given: Iterable[Given], count: int = POINTS
) -> list[Point]:
    """Points of the domain that satisfy what is given."""
    return list(islice(_points([*expressions], solution, [*given], _TRIES if count <= POINTS else 4 * count), count))


def satisfiable(given: Sequence[Given], solution: Solution) -> bool:
    """Whether values are known that satisfy what is given: by the solution, by a definition, or by a root found."""
    if any(_certain(given, point) for point in islice(_points([], solution, [*given], _MORE_TRIES), _WITNESSES)):
        return True
    left = [g for g in given if g.relation.relation == "=" and not _defines(g, given)]
    if len(left) != 1 or left[0].every:
        return False
    others = [g for g in given if g is not left[0]]

    def fine(point: Point) -> bool:
        return _in_their_sets(point.meanings, symbols, point) and all(_true_at(g, point) for g in others)

    symbols = {s.name: s for g in given for s in symbols_in(g.relation)}
    points = islice(_points([g.relation for g in given], solution, others, _TRIES), _WITNESSES)
    return any(solvable(left[0].relation, point, fine) for point in points if _certain(others, point))


def _certain(given: Sequence[Given], point: Point) -> bool:
    """Whether a point that seems to satisfy what is given does.

    Sides that are equal to many more digits are taken as equal; what is said for all members of an infinite set has to be
    proved with the numbers of the point put in.
    """
    for each in given:
        if each.relation.relation == "=" and not _true_at(each, point, FAR):
            return False
        endless = [s for s in symbols_in(each.relation) if s.name in each.every and s.domain.range is None]
        if endless and not _proved_at(each, point):
            return False
    return True


def _proved_at(given: Given, point: Point) -> bool:
    """Whether the kernel proves what is given for every value of its names, with the numbers of the point for the others."""
    symbols = symbols_in(given.relation)
    every = {s.name: s for s in symbols if s.name in given.every}
    endless = {name: s.domain for name, s in every.items() if s.domain.range is None}
    ranged = [s for s in every.values() if s.domain.range is not None]
    for values in product(*(indices(s.domain, point) for s in ranged)):
        numbers = {s.name: Fraction(i) for s, i in zip(ranged, values, strict=True)}
        fixed = {name: x for name, x in point.numbers.items() if name not in {*every, *point.meanings}}
        try:
            said = _with_numbers(substitute(given.relation, _as_terms({**fixed, **numbers})), point)
        except DataError:
            return False
        if not isinstance(said, Equation):
            return False
        same = said.relation == "=" and same_quotient(said.left, said.right)
        if not (same or holds(said, Scope(endless))):
            return False
    return True


def _as_terms(numbers: Mapping[str, Fraction]) -> dict[str, Expr]:
    return {name: Number(x) for name, x in numbers.items()}


def _with_numbers(e: Expr, point: Point) -> Expr:
    """A formula with the numbers of the point for the elements of families."""
    if isinstance(e, Indexed) and e.base.name in point.families and e.base.name not in point.meanings:
        at = [written_number(i) for i in e.indices]
        if all(i is not None and i.denominator == 1 for i in at):
            return Number(point.families[e.base.name][tuple(int(i) for i in at if i is not None)])
    below = parts(e)
    return rebuild(e, tuple(_with_numbers(each, point) for each in below)) if below else e


def _defines(given: Given, every: Sequence[Given]) -> bool:
    found = definitions(every)
    own = given.relation.left
    return (own.base.name if isinstance(own, Indexed) else getattr(own, "name", "")) in found


def _points(expressions: list[Expr], solution: Solution, given: list[Given], tries: int) -> Iterator[Point]:
    meanings = definitions(given, solution)
    all_of = [*expressions, *(e for _, e in meanings.values()), *(g.relation for g in given)]
    symbols = {s.name: s for e in all_of for s in symbols_in(e)}
    told = [e.value for g in given for _, e in walk(g.relation) if isinstance(e, Number)]
    sizes = {
        name: int(e.value)
        for name, (_, e) in meanings.items()
        if isinstance(e, Number) and name in symbols and symbols[name].domain.kind == "size"
    }
    for seed in range(tries):
        point = sample(symbols.values(), seed, told, sizes)
        point.meanings.update(meanings)
        if _in_their_sets(meanings, symbols, point) and all(_true_at(g, point) for g in given):
            yield point


def symbols_in(e: Expr) -> set[Symbol]:
    """All symbols, bound ones included."""
    return {part for _, part in walk(e) if isinstance(part, Symbol)}


def _in_their_sets(meanings: Solution, symbols: Mapping[str, Symbol], point: Point) -> bool:
    """Whether the values that follow from others are in the sets their names are declared to come from."""
    for name, (names, _) in meanings.items():
        symbol = symbols.get(name)
        if symbol is None or symbol.domain.kind == "real":
            continue
        kind, run = symbol.domain.kind, indices(symbol.domain, point) if symbol.domain.range is not None else [1, 2]
        elements: list[Expr] = [symbol]
        if names:
            elements = [Indexed(symbol, (Number(Fraction(i)),)) for i in run] if len(names) == 1 else []
        try:
            values = [_rational(ball(e, point)) for e in elements]
        except (UndefinedError, TooWideError):
            return False
        if not all(contains(kind, x) for x in values):
            return False
        if kind == "index" and symbol.domain.range is not None and not set(values) <= {Fraction(i) for i in run}:
            return False
        if (
            kind in {"simplex", "distribution", "onehot"}
            and values
            and abs(sum(values, Fraction(-1))) > Fraction(1, 10**9)
        ):
            return False
    return True


def _rational(value: Ball) -> Fraction:
    """The value if it is exact, or a number near it."""
    middle = value.value.mid().fmpq()
    exact = Fraction(int(middle.p), int(middle.q))
    return exact if value.value.is_exact() else exact.limit_denominator(10**12)


def _true_at(given: Given, point: Point, precision: int = PRECISION) -> bool:
    """Whether what is given may hold at a point, for every value of the names that it is given for."""
    every = sorted((s for s in symbols_in(given.relation) if s.name in given.every), key=lambda s: s.name)
    told = {e.value for _, e in walk(given.relation) if isinstance(e, Number)} | set(point.numbers.values())
    runs = [_tried(symbol, point, told) for symbol in every]
    for values in islice(product(*runs), _MOST_VALUES):
        numbers = {s.name: x for s, x in zip(every, values, strict=True)}
        moved = replace(point, numbers={**point.numbers, **numbers}, values={})
        try:
            if not truth(given.relation, moved, precision):
                return False
        except (TooWideError, UndefinedError):
            return False
    return True


def _tried(symbol: Symbol, point: Point, told: set[Fraction]) -> list[Fraction]:
    """Values of a name that something is given for all of: its range, or numbers that are spoken of and their neighbours."""
    if symbol.domain.range is not None:
        return [Fraction(i) for i in indices(symbol.domain, point)]
    near = {y for x in told for y in (x, x + 1, x - 1, x / 2, -x)}
    drawn = {sample([symbol], seed).numbers.get(symbol.name, Fraction(0)) for seed in range(12)}
    return sorted(x for x in near | drawn if contains(symbol.domain.kind, x))


def truth(relation: Equation, point: Point, precision: int = PRECISION) -> bool | None:
    """False if the relation certainly does not hold at the point; None if the balls do not tell."""
    if relation.relation == "<=>":
        sides = [
            truth(side, point, precision) for side in (relation.left, relation.right) if isinstance(side, Equation)
        ]
        return None if None in sides else len(sides) == 2 and sides[0] == sides[1]
    left, right = ball(relation.left, point, precision), ball(relation.right, point, precision)
    return _compared(left, relation.relation, right)


def _compared(left: Ball, relation: str, right: Ball) -> bool | None:
    """Whether a relation holds between two values; None if the balls do not tell. Equal is what may be equal."""
    match relation:
        case "=":
            return left.overlaps(right)
        case "<" | ">=":
            found = _below(left, right)
            return found if found is None or relation == "<" else not found
        case ">" | "<=":
            found = _below(right, left)
            return found if found is None or relation == ">" else not found
        case _:
            exact = left.value.is_exact() and right.value.is_exact()
            return None if not exact and left.overlaps(right) else not left.overlaps(right)


def _below(a: Ball, b: Ball) -> bool | None:
    return True if a.value < b.value else False if a.value >= b.value else None


def compare(before: Expr, relation: str, after: Expr, points: Iterable[Point], *, exact: bool = False) -> Samples:
    """Sample a relation between two terms, or (``<=>``) between two equations; `exact` takes many more digits."""
    agreed, wide, estimated = 0, 0, False
    statement = Equation(before, relation, after)
    names = {s.name for s in symbols_in(statement)}
    precision = _HIGH if exact else PRECISION
    for point in points:
        values = [_value_or_none(side, point, precision) for side in (before, after)]
        wide += "wide" in values
        if wide == _MOST_WIDE:  # too much work, and more so at the next point
            break
        if values == ["undefined", "undefined"] or "wide" in values:
            continue
        if "undefined" in values:
            return Samples(agreed, point.shown(names) or "everywhere", estimated)
        estimated = estimated or any(isinstance(v, Ball) and v.estimate for v in values)
        first, second = values
        if isinstance(first, Ball) and isinstance(second, Ball):
            holds = _compared(first, relation, second)
        else:
            holds = None if None in values else first == second
        if holds is None:
            continue
        if not holds:
            return Samples(agreed, point.shown(names) or "everywhere", estimated)
        agreed += 1
    return Samples(agreed, "", estimated)


def _value_or_none(side: Expr, point: Point, precision: int) -> Ball | bool | str | None:
    """The value of a side, whether it holds, or why it has no value; a term stands in two steps and is computed once."""
    key = id(side), precision
    if key not in point.values:
        point.values[key] = side, _computed(side, point, precision)  # with the side, so that it stays the one meant
    found: Ball | bool | str | None = point.values[key][1]
    return found


def _computed(side: Expr, point: Point, precision: int) -> Ball | bool | str | None:
    try:
        return truth(side, point, precision) if isinstance(side, Equation) else ball(side, point, precision)
    except UndefinedError:
        return "undefined"
    except TooWideError:
        return "wide"
