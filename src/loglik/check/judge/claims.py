"""A claim tried at points: whether it holds at all of them, and two at which it does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.points import generic, small, symbols_of, used
from loglik.check.judge.use import by_use
from loglik.check.judge.values import Sides, sides, value
from loglik.check.statement import with_domains
from loglik.derive.expressions import REAL, Domain, Equation, Expr, Product, Sum, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from loglik.derive.evaluate.points import Point

#: Points that have to agree, and that are tried before nothing is said.
ENOUGH, _TRIED = 8, 24


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation with all that decides whether it holds at a point.

    Parameters
    ----------
    left, right : Expr
        The sides, with the sets of their names.
    sign : str
        The relation.
    conditions : tuple of Equation
        Points that do not satisfy these do not count.
    printed : mapping
        The decimals of the formula, each with a unit of its last digit.
    rounded : bool
        Whether decimals that are computed with may be rounded.
    shaped : callable, optional
        What is done to each point: rows that sum to one, a matrix made symmetric.
    """

    left: Expr
    sign: str
    right: Expr
    conditions: tuple[Equation, ...] = ()
    printed: Mapping[Fraction, Fraction] = field(default_factory=dict)
    rounded: bool = False
    shaped: Callable[[Point], None] | None = None

    def at(self, point: Point) -> Sides | None:
        """Both sides at a point."""
        if self.shaped is not None:
            self.shaped(point)
        return sides(self.left, self.sign, self.right, point, self.printed, rounded=self.rounded)

    def has_one_side(self, point: Point) -> bool:
        """Whether one side alone has a value at a point."""
        return (value(self.left, point) is None) != (value(self.right, point) is None)

    def with_domains(self, domains: Mapping[str, Domain]) -> Claim:
        """The claim with other sets for some names."""
        left, right = (with_domains(e, domains) for e in (self.left, self.right))
        conditions = tuple(c for each in self.conditions if isinstance(c := with_domains(each, domains), Equation))
        return replace(self, left=left, right=right, conditions=conditions)


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the points say.

    Parameters
    ----------
    agreed : int
        Points at which both sides have a value and the relation holds.
    apart : tuple of (Point, Sides)
        At most two points at which it does not.
    different : int
        How many of these points differ in the numbers that matter.
    lopsided : int
        Points at which one side alone has a value.
    restricted : str
        The set that all real names had to come from for the sides to have a value: ``positive`` or ``probability``.
    """

    agreed: int = 0
    apart: tuple[tuple[Point, Sides], ...] = ()
    different: int = 0
    lopsided: int = 0
    restricted: str = ""

    @property
    def holds(self) -> bool:
        """Whether it holds wherever it was tried, and not only where one side happens to have a value."""
        return self.agreed > 0 and not self.apart and self.lopsided <= 2 * self.agreed

    @property
    def fails(self) -> bool:
        """Whether it fails at two points."""
        return len(self.apart) == 2

    @property
    def nowhere(self) -> bool:
        """Whether the sides have a value at no point."""
        return not self.agreed and not self.apart


def sampled(claim: Claim, until: float, enough: int = ENOUGH) -> Sampled:
    """Try a claim at points; where it has no value anywhere, with names from smaller sets."""
    found = _sampled(claim, until, enough)
    if found.agreed + len(found.apart) < 2 or found.lopsided > found.agreed:
        told = by_use((claim.left, claim.right))
        found = _sampled(claim.with_domains(told), until, enough) if told else found
    for kind in ("positive", "probability"):
        if not found.nowhere or thread_time() > until:
            break
        real = {name: Domain(kind) for name, s in symbols_of([claim.left, claim.right]).items() if s.domain == REAL}
        if real:
            found = replace(_sampled(claim.with_domains(real), until, enough), restricted=kind)
    return found


def true_somewhere(claim: Claim) -> bool:
    """Whether there are points at which it holds: an inequality may then need a range that the text does not state."""
    return any(
        (found := claim.at(point)) is not None and found.holds
        for points in (generic, small)
        for point in islice(points([claim.left, claim.right], claim.conditions), _TRIED)
    )


def _is_empty(e: Sum | Product, point: Point) -> bool:
    """Whether nothing is summed at a point: then the summands agree with anything."""
    lower, upper = value(e.lower, point), value(e.upper, point)
    return lower is not None and upper is not None and bool(upper < lower)


def _sampled(claim: Claim, until: float, enough: int) -> Sampled:
    agreed, apart = 0, []
    different = set()
    lopsided = 0
    sums = [part for e in (claim.left, claim.right) for _, part in walk(e) if isinstance(part, (Sum, Product))]
    for tried, point in enumerate(generic([claim.left, claim.right], claim.conditions), start=1):
        found = claim.at(point) if not any(_is_empty(each, point) for each in sums) else None
        lopsided += found is None and claim.has_one_side(point)
        if found is not None and found.holds:
            agreed += 1
            different.add(tuple(used(point, [claim.left, claim.right])))
        elif found is not None and found.holds is False:
            apart.append((point, found))
        if agreed >= enough or len(apart) == 2 or tried >= _TRIED or thread_time() > until:
            break
    return Sampled(agreed, tuple(apart), len(different), lopsided)
