"""Whether a value is where an equation wants it: the equation has to go through 0 there, and nowhere else would do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from loglik.check.judge.opaque import unknown_functions
from loglik.check.judge.points import generic, symbols_of
from loglik.check.judge.values import value
from loglik.check.statement import with_domains
from loglik.derive.evaluate.points import Family, Point, contains, indices
from loglik.derive.expressions import (
    REAL,
    Domain,
    Expr,
    Indexed,
    Sum,
    Symbol,
    fraction,
    free_symbols,
    parts,
    rebuild,
    substitute,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flint import arb


ESTIMATE = re.compile(r"(?<=.)(?:hat|tilde)(?=_|$)|_(?:star|MLE?|MAP|mle?|map|opt|OLS|LS|min|max)(?=_|$)")
_POINTS, _ENOUGH = 24, 3
AT = "#at"
_OF_PROBABILITIES = frozenset({"simplex", "distribution", "unit"})
_HALVINGS = 24
#: Values at which a sign is looked at.
_VALUES = tuple(
    map(Fraction, ("-1000", "-3", "-1", "-1/2", "-1/1000", "1/1000", "1/3", "1/2", "2/3", "1", "3", "1000"))
)


@dataclass(frozen=True)
class Found:
    """What stands on the left, without the marks of an estimate, and what it is said to be."""

    variable: Symbol | Indexed
    body: Expr
    written: str
    unit: Fraction
    run: Domain = REAL

    @property
    def marked(self) -> bool:
        """Whether it is an estimate, or a best value."""
        return self.written != self.name

    @property
    def name(self) -> str:
        """The name, without marks."""
        return self.variable.base.name if isinstance(self.variable, Indexed) else self.variable.name


@dataclass(frozen=True)
class Task:
    """What has to be 0, why, where it stands, and the names that may be found together with this one."""

    residual: Expr
    key: str
    line: int
    open: frozenset[str] | None


def solves(task: Task, found: Found) -> bool | None:
    """Whether the value makes the residual 0 at every point; None if nothing is known."""
    # Numbers that sum to 1 do so at the solution: on the way to it they need not.
    loose = {s.name: Domain("positive") for s in free_symbols(task.residual) if s.domain.kind in _OF_PROBABILITIES}
    residual = with_domains(task.residual, loose)
    variable = with_domains(found.variable, loose)
    if isinstance(variable, (Symbol, Indexed)):
        found = replace(found, variable=variable, body=with_domains(found.body, loose))
    if unknown_functions(residual) or found.written in {s.name for s in free_symbols(residual)} - {found.name}:
        return None
    body = _in_names_of(residual, found.body)
    own, wanted = free_symbols(body), free_symbols(residual)
    names = {s.name for s in own} - {AT}
    if unknown_functions(body) or not names <= {s.name for s in wanted} - {found.name}:
        return None
    left_open = {s.name: s for s in wanted if s.name not in names | {found.name, AT} and s.domain.kind != "size"}
    if task.key == "not-solution" and any(s.domain.kind != "index" for s in left_open.values()):
        return None
    if task.open is not None:
        left_open = {name: symbol for name, symbol in left_open.items() if name in task.open}
    outcomes: list[bool] = []
    for point in _points(residual, body, found.variable):
        holds = _at_point(residual, body, found, [*left_open.values()], point)
        if holds is not None:
            outcomes.append(holds)
        if len(outcomes) >= _ENOUGH:
            break
    # At awkward points what is wrong may be right by chance; what is right is right everywhere.
    return False if outcomes.count(False) > 1 else True if len(outcomes) > 1 and all(outcomes) else None


def _points(residual: Expr, body: Expr, variable: Symbol | Indexed) -> Iterator[Point]:
    """Points of the sets that names come from, and then of positive numbers alone: counts, probabilities."""
    yield from islice(generic([residual, body, variable]), _POINTS)
    real = {name: Domain("positive") for name, s in symbols_of([residual, body]).items() if s.domain == REAL}
    yield from islice(generic([with_domains(e, real) for e in (residual, body, variable)]), _POINTS)


def _at_point(residual: Expr, body: Expr, found: Found, left_open: Sequence[Symbol], point: Point) -> bool | None:
    """Whether the value solves it at a point; None where it cannot be told, or where any value would do."""
    variable = found.variable
    domain = variable.base.domain if isinstance(variable, Indexed) else variable.domain
    run: list[tuple[int, ...]] = [()]
    at: tuple[int, ...] = ()
    if isinstance(variable, Indexed):
        run, at = [(i,) for i in indices(found.run, point)], (int(point.numbers[AT]),)
    solved: dict[tuple[int, ...], Fraction] = {}
    for each in run:
        x = value(body, _moved(point, {AT: Fraction(each[0])}) if each else point)
        if x is None:
            return None
        middle = x.mid().fmpq()
        solved[each] = Fraction(int(middle.p), int(middle.q))
        if not contains(domain.kind, solved[each]):
            return None
    here = _moved(point, {}, found.name, solved)
    got = value(residual, here)

    def with_value(x: Fraction) -> arb | None:
        return value(residual, _moved(here, {}, found.name, {at: x}))

    tried = [x for x in _VALUES if contains(domain.kind, x)]
    around = [with_value(x) for x in tried]
    if got is None or all(each is None or each.contains(0) for each in around):  # any value would do
        return None
    if _is_zero(got, around):
        return True
    if not _crosses(with_value, tried, around):
        return None
    if found.unit:
        ends = [with_value(solved[at] + u) for u in (found.unit, -found.unit)]
        if None in ends or len({x > 0 for x in ends if x is not None}) > 1:
            return True
    for other in left_open:
        moved = [value(residual, _moved(here, {other.name: x})) for x in _VALUES if contains(other.domain.kind, x)]
        if len({x > 0 for x in moved if x is not None and not x.contains(0)}) > 1:
            return None
    return False


def _crosses(f: Callable[[Fraction], arb | None], at: Sequence[Fraction], values: Sequence[arb | None]) -> bool:
    """Whether a function goes through 0 between two of its values, and not through a pole."""
    known = [(x, y) for x, y in zip(at, values, strict=True) if y is not None and not y.contains(0)]
    for (low, below), (high, above) in pairwise(known):
        if (below > 0) == (above > 0):
            continue
        least = abs(below).min(abs(above))
        left, right = low, high
        for _ in range(_HALVINGS):
            middle = (left + right) / 2
            y = f(middle)
            if y is None:
                break
            if y.contains(0) or abs(y) * 100 < least:
                return True
            left, right = (middle, right) if (y > 0) == (below > 0) else (left, middle)
    return False


def _is_zero(x: arb, others: Sequence[arb | None]) -> bool:
    """Whether a number is 0 but for rounding, beside others of its kind."""
    scale = min((abs(float(each.mid())) for each in others if each is not None), default=1.0)
    return x.contains(0) or bool(abs(x) < 1e-30 * (1 + scale))


def _moved(
    point: Point, numbers: dict[str, Fraction], name: str = "", elements: dict[tuple[int, ...], Fraction] | None = None
) -> Point:
    """The point with other values of some names, and of some elements of one."""
    families = dict(point.families)
    values = {**point.numbers, **numbers}
    if elements and () in elements:
        values[name] = elements[()]
    elif elements:
        old = families[name]
        families[name] = Family(name, old.kind, old.seed, old.choices)
        families[name].update({**old, **elements})
    return Point(values, families)


def _in_names_of(residual: Expr, body: Expr) -> Expr:
    """The value in the names of what it solves: estimates without their marks, and means for names with a bar."""
    known = {s.name for s in free_symbols(residual)}
    marks = {
        s.name: ESTIMATE.sub("", s.name)
        for s in free_symbols(body)
        if s.name not in known and ESTIMATE.sub("", s.name) in known
    }
    body = renamed(body, marks)
    return (
        body if known & {s.name for s in free_symbols(body) if s.name.endswith("bar")} else with_means(body, residual)
    )


def with_means(e: Expr, residual: Expr) -> Expr:
    """An expression with the means of what another one sums for names with a bar."""
    for s in free_symbols(e):
        if s.name.endswith("bar") and (mean := _mean(residual, s.name.removesuffix("bar"))):
            e = substitute(e, {s.name: mean})
    return e


def _mean(e: Expr, family: str) -> Expr | None:
    """The mean of a family, over what it is summed over somewhere."""
    for _, part in walk(e):
        if not isinstance(part, Sum):
            continue
        for _, inner in walk(part.body):
            if isinstance(inner, Indexed) and inner.base.name == family and inner.indices == (part.index,):
                return fraction(Sum(inner, part.index, part.lower, part.upper), part.upper)
    return None


def renamed(e: Expr, names: dict[str, str]) -> Expr:
    """The expression with other names for some."""
    if isinstance(e, Symbol):
        return Symbol(names.get(e.name, e.name), e.domain)
    if isinstance(e, Indexed):
        base = Symbol(names.get(e.base.name, e.base.name), e.base.domain)
        return Indexed(base, tuple(renamed(each, names) for each in e.indices), e.upper)
    below = parts(e)
    return rebuild(e, tuple(renamed(each, names) for each in below)) if below and names else e
