"""The worked instance of a derivation: both sides of what it proves, for given numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.duals import UndefinedError
from loglik.derive.evaluate.points import Family, Point
from loglik.derive.expressions import Expr, Indexed, Symbol, number, walk

if TYPE_CHECKING:
    from loglik.derive.expressions import Equation
    from loglik.derive.model import Derivation

_DIGITS = 12


@dataclass(frozen=True)
class Worked:
    """The example: values of the names, and of both sides."""

    values: tuple[tuple[Expr, str], ...]
    statement: Equation
    left: str
    right: str


class _Listed(Family):
    """A family of which the elements in the example exist, and no others."""

    def __missing__(self, indices: tuple[int, ...]) -> Fraction:
        raise UndefinedError(f"{self.name}[{', '.join(map(str, indices))}]")


def example_point(derivation: Derivation) -> Point:
    """The numbers of the example as a point. Families count from where their indices do: 0 or 1."""
    first = 0 if any(d.range and not d.range.lower for d in derivation.symbols.values()) else 1
    point = Point()
    for name, given in derivation.example.numbers.items():
        if isinstance(given, str):
            point.numbers[name] = Fraction(given)
            continue
        family = _Listed(name, "real", 0)
        for i, row in enumerate(given, start=first):
            if isinstance(row, str):
                family[i,] = Fraction(row)
            else:
                family.update({(i, j): Fraction(value) for j, value in enumerate(row, start=first)})
        point.families[name] = family
    return point


def worked(derivation: Derivation) -> Worked | None:
    """Both sides of what is proved, for the numbers of the example; nothing if there are none."""
    if not derivation.example.numbers:
        return None
    statement = derivation.proves[derivation.example.statement]
    point = example_point(derivation)
    sides = [decimal(side, point) for side in (statement.left, statement.right)]
    return Worked(tuple(_values(derivation, point)), statement, *sides)


def decimal(e: Expr, point: Point) -> str:
    """The value of an expression, as many digits as are certain, twelve at most."""
    value = ball(e, point).value
    shown = str(value.str(_DIGITS, radius=False))
    return shown.rstrip("0").rstrip(".") if "." in shown and "e" not in shown else shown


def _values(derivation: Derivation, point: Point) -> list[tuple[Expr, str]]:
    raised = {e.base.name for claim in derivation.proves for _, e in walk(claim) if isinstance(e, Indexed) and e.upper}
    found: list[tuple[Expr, str]] = []
    for name in derivation.example.numbers:
        symbol = Symbol(name, derivation.symbols[name])
        if name in point.families:
            for at, value in sorted(point.families[name].items()):
                found.append((Indexed(symbol, tuple(number(i) for i in at), name in raised), str(value)))
        else:
            found.append((symbol, str(point.numbers[name])))
    return found
