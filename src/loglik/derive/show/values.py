"""Every line of a derivation as a number: its value at the example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.expressions import Equation, Expr, Indexed, Number, Symbol
from loglik.derive.show.example import decimal, example_point
from loglik.derive.show.text import RELATIONS

if TYPE_CHECKING:
    from fractions import Fraction

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Derivation, Part


def values_of(derivation: Derivation, part: Part) -> tuple[str, ...]:
    """The value of the first term and of each step, in digits that are certain; nothing where there is none."""
    if not derivation.example.numbers:
        return ("",) * (1 + len(part.steps))
    point = part_point(derivation, part)
    return tuple(value_at(term, point) for term in (part.start, *(step.term for step in part.steps)))


def part_point(derivation: Derivation, part: Part) -> Point:
    """The example as it is in a part: where a case is looked at, what it is about has the value of the case."""
    point = example_point(derivation)
    for given in part.given.values():
        match given.relation:
            case Equation(left=Symbol(name=name), relation="=", right=Number(value=value)):
                point.numbers[name] = value
            case Equation(left=Indexed(indices=(at,)) as element, relation="=", right=Number(value=value)):
                index = _whole(at, point)
                if index is not None and element.base.name in point.families:
                    point.families[element.base.name][int(index),] = value
            case _:
                pass
    return point


def _whole(e: Expr, point: Point) -> Fraction | None:
    if isinstance(e, Number):
        return e.value
    return point.numbers.get(e.name) if isinstance(e, Symbol) else None


def value_at(term: Expr, point: Point) -> str:
    """A number; of an equation, both sides with the relation between them. Nothing where a side has no value."""
    try:
        if isinstance(term, Equation):
            sides = [value_at(side, point) for side in (term.left, term.right)]
            return f" {RELATIONS[term.relation]} ".join(sides) if all(sides) else ""
        return decimal(term, point)
    except (UndefinedError, TooWideError, KeyError, ArithmeticError):
        return ""
