"""Matrices that are written out, and powers of matrices that are not computed: what failing says of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from loglik.check.judge.kinds import has_derivative
from loglik.check.judge.unknowns import one_sided
from loglik.check.model.shapes import POWER, UNIT
from loglik.derive.expressions import Add, Function, Indexed, Mul, free_symbols, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.check.judge.values import Sides
    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Expr


def unsettled(sides: tuple[Expr, Expr]) -> str | None:
    """Why a relation that fails is not decided: a power of a matrix stands for any matrix, letters for what is elsewhere."""
    if any(isinstance(part, Function) and part.name in {POWER, "det", "rank"} for e in sides for _, part in walk(e)):
        return "undecided-power"
    names = {s.name for e in sides for s in free_symbols(e)}
    if not any(name.startswith(UNIT) for name in names) or all(name.startswith(UNIT) for name in names):
        return None
    computed = has_derivative(sides[0]) and not has_derivative(sides[1]) and not one_sided(*sides)  # a gradient
    return None if computed else "undecided-array"


def written_out(sides: tuple[Expr, Expr]) -> bool:
    """Whether a relation is one between matrices or lists that are written out."""
    return any(s.name.startswith(UNIT) for e in sides for s in free_symbols(e))


def differing(point: Point, at: Callable[[Point], Sides | None]) -> Point | None:
    """The point at which a single element of two matrices is compared, the first that differs; None without matrices."""
    units = sorted(name for name in point.numbers if name.startswith(UNIT))
    for unit in units:
        found = replace(point, numbers={**point.numbers, **{name: Fraction(name == unit) for name in units}}, values={})
        both = at(found)
        if both is not None and both.holds is False:
            return found
    return None


def gives(left: Expr, right: Expr) -> bool:
    """Whether a name alone is given the elements that are written out on the right."""
    names = {part.base.name for _, part in walk(left) if isinstance(part, Indexed)}
    others = {s.name for s in free_symbols(right)}
    terms = left.terms if isinstance(left, Add) else (left,)
    alone = all(isinstance(e, Mul) and len(e.factors) == 2 and isinstance(e.factors[1], Indexed) for e in terms)
    return written_out((left, right)) and alone and len(names) == 1 and not names & others
