"""Samples of a step: both sides in ball arithmetic at points of the declared domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.evaluate.balls import Ball, ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import sample
from loglik.derive.expressions import Equation, Expr, Symbol, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Given

POINTS = 6


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
    expressions: Iterable[Expr],
    solution: Mapping[str, tuple[tuple[str, ...], Expr]],
    given: Iterable[Given],
    count: int = POINTS,
) -> list[Point]:
    """Points of the domain that satisfy what is given."""
    given = list(given)
    all_of = [*expressions, *(e for _, e in solution.values()), *(g.relation for g in given)]
    symbols = {s.name: s for e in all_of for s in symbols_in(e)}
    found = []
    for seed in range(4 * count):
        point = sample(symbols.values(), seed)
        point.meanings.update(solution)
        if all(_true_at(g.relation, point) for g in given):
            found.append(point)
        if len(found) == count:
            break
    return found


def symbols_in(e: Expr) -> set[Symbol]:
    """All symbols, bound ones included."""
    return {part for _, part in walk(e) if isinstance(part, Symbol)}


def _true_at(relation: Equation, point: Point) -> bool:
    try:
        return truth(relation, point) is not False
    except (TooWideError, UndefinedError):
        return False


def truth(relation: Equation, point: Point) -> bool | None:
    """False if the relation certainly does not hold at the point; None if a limit leaves it open."""
    if relation.relation == "<=>":
        sides = [truth(side, point) for side in (relation.left, relation.right) if isinstance(side, Equation)]
        return None if None in sides else sides[0] == sides[1]
    left, right = ball(relation.left, point), ball(relation.right, point)
    return _compared(left, relation.relation, right)


def _compared(left: Ball, relation: str, right: Ball) -> bool:
    match relation:
        case "=":
            return left.overlaps(right)
        case "<=" | "<":
            return not left.value > right.value
        case ">=" | ">":
            return not left.value < right.value
        case _:
            return not (left.value.is_exact() and left.value == right.value)


def compare(before: Expr, relation: str, after: Expr, points: Iterable[Point]) -> Samples:
    """Sample a relation between two terms, or (``<=>``) between two equations."""
    agreed, estimated = 0, False
    statement = Equation(before, relation, after)
    names = {s.name for s in symbols_in(statement)}
    for point in points:
        values = [_value_or_none(side, point) for side in (before, after)]
        if values == ["undefined", "undefined"] or "wide" in values:
            continue
        if "undefined" in values:
            return Samples(agreed, point.shown(names) or "everywhere", estimated)
        estimated = estimated or any(isinstance(v, Ball) and v.estimate for v in values)
        first, second = values
        if isinstance(first, Ball) and isinstance(second, Ball):
            holds = _compared(first, relation, second)
        else:
            holds = first == second
        if not holds:
            return Samples(agreed, point.shown(names) or "everywhere", estimated)
        agreed += 1
    return Samples(agreed, "", estimated)


def _value_or_none(side: Expr, point: Point) -> Ball | bool | str | None:
    try:
        return truth(side, point) if isinstance(side, Equation) else ball(side, point)
    except UndefinedError:
        return "undefined"
    except TooWideError:
        return "wide"
