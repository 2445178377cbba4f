"""What a text finds for a name, beside what it was to be found from: the extreme of a function before it, or an equation.

``J(w) = sum_i (y_i - w x_i)^2`` and then, at the minimum, ``w = ...``: the derivative of J has to be 0 there. Nothing is said
unless that derivative takes both signs as the name moves, and unless nothing that the solution leaves open makes it vanish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from loglik.check.judge.expansion import levels
from loglik.check.judge.kinds import composite
from loglik.check.judge.mending import edited
from loglik.check.judge.opaque import unknown_functions
from loglik.check.judge.points import generic, symbols_of
from loglik.check.judge.values import printed_decimals, value
from loglik.check.model.words import mentioned
from loglik.check.result import Finding, said
from loglik.check.statement import with_domains
from loglik.derive.evaluate.points import Family, Point, contains, indices
from loglik.derive.expressions import (
    REAL,
    Derivative,
    Domain,
    Expr,
    Indexed,
    Pow,
    Sum,
    Symbol,
    fraction,
    free_symbols,
    negative,
    number,
    parts,
    rebuild,
    substitute,
    sum_of,
    walk,
)
from loglik.derive.syntax.notations import HALF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flint import arb

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Definition, Statement

#: Statements back to which something may be what is solved, and how many are tried of each kind.
_NEAR, _MOST = 8, 3
_NEAR_EQUATION = 3
_POINTS, _ENOUGH = 24, 3
_AT = "#at"
_OF_PROBABILITIES = frozenset({"simplex", "distribution", "unit"})
_HALVINGS = 24
#: Values at which a sign is looked at.
_VALUES = tuple(
    map(Fraction, ("-1000", "-3", "-1", "-1/2", "-1/1000", "1/1000", "1/3", "1/2", "2/3", "1", "3", "1000"))
)

_ESTIMATE = re.compile(r"(?<=.)(?:hat|tilde)(?=_|$)|_(?:star|MLE?|MAP|mle?|map|opt|OLS|LS|min|max)(?=_|$)")
_OBJECTIVE = re.compile(
    r"(?:obj\w*|[LJECSQRFl]|ell|L_cal|J_cal|E_cal|C_cal|F_cal|N?LL|RSS|SSE?|MSE|\w*[lL]oss\w*|[cC]ost|loglik\w*)(?:_\w+)?"
)


@dataclass(frozen=True)
class _Found:
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
        return self.variable.base.name if isinstance(self.variable, Indexed) else self.variable.name


@dataclass(frozen=True)
class _Task:
    """What has to be 0, why, where it stands, and the names that may be found together with this one."""

    residual: Expr
    key: str
    line: int
    open: frozenset[str] | None


def unsolved(statement: Statement, around: Surroundings, until: float) -> tuple[Finding, str] | None:
    """What a value does not solve, with the edit with which it does, if there is one; None if it solves it, or who knows."""
    left, right = statement.readings[0].terms[:2]
    if left is None or right is None or statement.relations[0].sign not in {"=", ":="} or statement.context.denied:
        return None
    found = _found(left, right, statement)
    if found is None:
        return None
    words = around.words(statement.formula)
    solving = bool(mentioned("solved", words))
    computed = composite(found.body) and (solving or bool(statement.context.announced))
    tasks = [
        *(islice(_extremes(statement, found, around), _MOST) if solving or found.marked else ()),
        *(islice(_equations(statement, found, around), _MOST) if computed else ()),
    ]
    said_of = [(each, _solves(each, found)) for each in tasks]
    failed = next((each for each, holds in said_of if holds is False), None)
    if failed is None or any(holds for _, holds in said_of):
        return None
    suggestion = next(
        (
            tex
            for new, tex in edited(statement, 0, until)
            if new is not None and (other := _found(left, new, statement)) is not None and _solves(failed, other)
        ),
        "",
    )
    return Finding("suspicious", said(failed.key, line=str(failed.line))), suggestion


def _found(left: Expr, right: Expr, statement: Statement) -> _Found | None:
    body = right
    if isinstance(left, Pow) and left.exponent == number(2):  # sigma^2 = ...
        left, body = left.base, Pow(right, HALF)
    units = printed_decimals(statement.terms[1].tex)
    unit = max(units.values(), default=Fraction(0))
    run = REAL
    match left:
        case Symbol():
            name = left.name
            variable: Symbol | Indexed = Symbol(_ESTIMATE.sub("", name), left.domain)
        case Indexed(indices=(Symbol() as index,)) if index.domain.range is not None:
            name = left.base.name
            run = index.domain
            at = Symbol(_AT, run)
            variable = Indexed(Symbol(_ESTIMATE.sub("", name), left.base.domain), (at,))
            body = substitute(body, {index.name: at})
        case _:
            return None
    found = _Found(variable, body, name, unit, run)
    return found if found.name not in {s.name for s in free_symbols(body)} else None


def _extremes(statement: Statement, found: _Found, around: Surroundings) -> Iterator[_Task]:
    """Functions just before that may be as large or as small as they can be."""
    earlier = before(statement, around)
    for each in earlier:
        parameters = {p.name for p in each.parameters}
        objective = found.name in parameters if each.call else _OBJECTIVE.fullmatch(each.name) is not None
        by_itself = found.marked and found.written in {s.name for s in free_symbols(each.body)}  # of y, with yhat in it
        if objective and not by_itself and each.name != found.name and _occurs(found.variable, each.body):
            others = [d for d in earlier if d.name not in {each.name, found.name}]
            # Where the derivative by another one is 0, it may be put in as it was found before this one is looked for.
            others += [e for d in earlier if (e := _unmarked(d)) is not None and e.name != found.name]
            residual = levels(Derivative(each.body, found.variable), number(0), others)[-1].left
            residual = _with_means(residual, each.body)
            unknown = frozenset(parameters) if each.call else None
            yield _Task(residual, "not-extreme", each.formula.area.start.line, unknown)


def _unmarked(estimate: Definition) -> Definition | None:
    """What is said of an estimate as said of what is estimated; None if the name has no mark."""
    plain = _ESTIMATE.sub("", estimate.name)
    if plain == estimate.name or estimate.parameters:
        return None
    names = {s.name: _ESTIMATE.sub("", s.name) for s in free_symbols(estimate.body)}
    return replace(estimate, name=plain, body=_renamed(estimate.body, names))


def derivatives_before(statement: Statement, variable: Symbol, around: Surroundings) -> Iterator[tuple[Expr, int]]:
    """The derivatives of the objectives just before by a name, and their lines."""
    for task in _extremes(statement, _Found(variable, variable, variable.name, Fraction(0)), around):
        yield task.residual, task.line


def _equations(statement: Statement, found: _Found, around: Surroundings) -> Iterator[_Task]:
    for each in reversed(around.equations.get(found.name, ())):
        near = each.section == statement.context.section and 0 < statement.number - each.number <= _NEAR_EQUATION
        if near and _occurs(found.variable, residual := sum_of((each.left, negative(each.right)))):
            yield _Task(_at_the_same(residual, found.variable), "not-solution", each.line, None)


def _at_the_same(residual: Expr, variable: Symbol | Indexed) -> Expr:
    """The residual at the place of the variable, where it is said for each place: ``n_k/p_k - a = 0``."""
    free = {s.name for s in free_symbols(residual)}
    elements = (part for _, part in walk(residual) if isinstance(part, Indexed) and isinstance(variable, Indexed))
    places = {str(part.indices[0]) for part in elements if _is_place(part, variable, free)}
    return substitute(residual, {places.pop(): variable.indices[0]}) if len(places) == 1 else residual


def _is_place(e: Indexed, variable: Symbol | Indexed, free: set[str]) -> bool:
    index = e.indices[0]
    return isinstance(variable, Indexed) and e.base.name == variable.base.name and str(index) in free


def before(statement: Statement, around: Surroundings) -> list[Definition]:
    """The definitions just before, nearest first."""
    section = around.defined.get(statement.context.section, ())
    return [each for each in reversed(section) if 0 < statement.number - each.number <= _NEAR]


def _occurs(variable: Symbol | Indexed, e: Expr) -> bool:
    """Whether the variable occurs, with as many indices as it has."""
    if isinstance(variable, Symbol):
        families = {part.base.name for _, part in walk(e) if isinstance(part, Indexed)}
        return variable.name not in families and variable.name in {s.name for s in free_symbols(e)}
    elements = [part for _, part in walk(e) if isinstance(part, Indexed) and part.base.name == variable.base.name]
    return bool(elements) and all(len(part.indices) == len(variable.indices) for part in elements)


def _solves(task: _Task, found: _Found) -> bool | None:
    """Whether the value makes the residual 0 at every point; None if nothing is known."""
    # Numbers that sum to 1 do so at the solution: on the way to it they need not.
    loose = {s.name: Domain("positive") for s in free_symbols(task.residual) if s.domain.kind in _OF_PROBABILITIES}
    residual = with_domains(task.residual, loose)
    found = replace(found, variable=with_domains(found.variable, loose), body=with_domains(found.body, loose))
    if unknown_functions(residual) or found.written in {s.name for s in free_symbols(residual)} - {found.name}:
        return None
    body = _in_names_of(residual, found.body)
    own, wanted = free_symbols(body), free_symbols(residual)
    names = {s.name for s in own} - {_AT}
    if unknown_functions(body) or not names <= {s.name for s in wanted} - {found.name}:
        return None
    left_open = {s.name: s for s in wanted if s.name not in names | {found.name, _AT} and s.domain.kind != "size"}
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


def _at_point(residual: Expr, body: Expr, found: _Found, left_open: Sequence[Symbol], point: Point) -> bool | None:
    """Whether the value solves it at a point; None where it cannot be told, or where any value would do."""
    variable = found.variable
    domain = variable.base.domain if isinstance(variable, Indexed) else variable.domain
    run: list[tuple[int, ...]] = [()]
    at: tuple[int, ...] = ()
    if isinstance(variable, Indexed):
        run, at = [(i,) for i in indices(found.run, point)], (int(point.numbers[_AT]),)
    solved: dict[tuple[int, ...], Fraction] = {}
    for each in run:
        x = value(body, _moved(point, {_AT: Fraction(each[0])}) if each else point)
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
    renamed = {
        s.name: _ESTIMATE.sub("", s.name)
        for s in free_symbols(body)
        if s.name not in known and _ESTIMATE.sub("", s.name) in known
    }
    body = _renamed(body, renamed)
    return body if known & {s.name for s in free_symbols(body) if s.name.endswith("bar")} else _with_means(body, residual)


def _with_means(e: Expr, residual: Expr) -> Expr:
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


def _renamed(e: Expr, names: dict[str, str]) -> Expr:
    if isinstance(e, Symbol):
        return Symbol(names.get(e.name, e.name), e.domain)
    if isinstance(e, Indexed):
        base = Symbol(names.get(e.base.name, e.base.name), e.base.domain)
        return Indexed(base, tuple(_renamed(each, names) for each in e.indices), e.upper)
    below = parts(e)
    return rebuild(e, tuple(_renamed(each, names) for each in below)) if below and names else e
