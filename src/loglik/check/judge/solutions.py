"""What a text finds for a name, beside what it was to be found from: the extreme of a function before it, or an equation.

``J(w) = sum_i (y_i - w x_i)^2`` and then, at the minimum, ``w = ...``: the derivative of J has to be 0 there. Nothing is said
unless that derivative takes both signs as the name moves, and unless nothing that the solution leaves open makes it vanish.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from loglik.check.judge.expansion import levels
from loglik.check.judge.kinds import composite
from loglik.check.judge.mending import edited
from loglik.check.judge.roots import AT, ESTIMATE, Found, Task, renamed, solves, with_means
from loglik.check.judge.values import printed_decimals
from loglik.check.model.words import mentioned
from loglik.check.result import Finding, said
from loglik.derive.expressions import (
    REAL,
    Derivative,
    Expr,
    Indexed,
    Pow,
    Symbol,
    free_symbols,
    negative,
    number,
    substitute,
    sum_of,
    walk,
)
from loglik.derive.syntax.notations import HALF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Definition, Statement

#: Statements back to which something may be what is solved, and how many are tried of each kind.
_NEAR, _MOST = 8, 3
_NEAR_EQUATION = 3

_OBJECTIVE = re.compile(
    r"(?:obj\w*|[LJECSQRFl]|ell|L_cal|J_cal|E_cal|C_cal|F_cal|N?LL|RSS|SSE?|MSE|\w*[lL]oss\w*|[cC]ost|loglik\w*)(?:_\w+)?"
)


def unsolved(statement: Statement, around: Surroundings, until: float) -> tuple[Finding, str] | None:
    """What a value does not solve, with the edit with which it does, if there is one; None if it solves it, or who knows."""
    left, right = statement.readings[0].terms[:2]
    if left is None or right is None or statement.relations[0].sign not in {"=", ":="} or statement.context.denied:
        return None
    if statement.context.wanted == "…":  # k = 0, 1, 2, ...
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
    said_of = [(each, solves(each, found)) for each in tasks]
    failed = next((each for each, holds in said_of if holds is False), None)
    if failed is None or any(holds for _, holds in said_of):
        return None
    suggestion = next(
        (
            tex
            for new, tex in edited(statement, 0, until)
            if new is not None and (other := _found(left, new, statement)) is not None and solves(failed, other)
        ),
        "",
    )
    return Finding("suspicious", said(failed.key, line=str(failed.line))), suggestion


def _found(left: Expr, right: Expr, statement: Statement) -> Found | None:
    body = right
    if isinstance(left, Pow) and left.exponent == number(2):  # sigma^2 = ...
        left, body = left.base, Pow(right, HALF)
    units = printed_decimals(statement.terms[1].tex)
    unit = max(units.values(), default=Fraction(0))
    run = REAL
    match left:
        case Symbol():
            name = left.name
            variable: Symbol | Indexed = Symbol(ESTIMATE.sub("", name), left.domain)
        case Indexed(indices=(Symbol() as index,)) if index.domain.range is not None:
            name = left.base.name
            run = index.domain
            at = Symbol(AT, run)
            variable = Indexed(Symbol(ESTIMATE.sub("", name), left.base.domain), (at,))
            body = substitute(body, {index.name: at})
        case _:
            return None
    found = Found(variable, body, name, unit, run)
    return found if found.name not in {s.name for s in free_symbols(body)} else None


def _extremes(statement: Statement, found: Found, around: Surroundings) -> Iterator[Task]:
    """Functions just before that may be as large or as small as they can be."""
    earlier = before(statement, around)
    for each in earlier:
        parameters = {p.name for p in each.parameters}
        objective = found.name in parameters if each.call else _OBJECTIVE.fullmatch(each.name) is not None
        by_itself = found.marked and found.written in {s.name for s in free_symbols(each.body)}  # of y, with yhat in it
        if objective and not by_itself and each.name != found.name and _occurs(found.variable, each.body):
            others = [d for d in earlier if d.name not in {each.name, found.name}]
            # Where the derivative by another one is 0, it may be put in as it was found before this one is looked for.
            own = {s.name for s in free_symbols(found.body)}
            estimates = (each for each in earlier if each.name not in own | {found.written})
            others += [e for d in estimates if (e := _unmarked(d)) is not None and e.name != found.name]
            residual = levels(Derivative(each.body, found.variable), number(0), others)[-1].left
            residual = with_means(residual, each.body)
            unknown = frozenset(parameters) if each.call else None
            yield Task(residual, "not-extreme", each.formula.area.start.line, unknown)


def _unmarked(estimate: Definition) -> Definition | None:
    """What is said of an estimate as said of what is estimated; None if the name has no mark."""
    plain = ESTIMATE.sub("", estimate.name)
    if plain == estimate.name or estimate.parameters:
        return None
    names = {s.name: ESTIMATE.sub("", s.name) for s in free_symbols(estimate.body)}
    return replace(estimate, name=plain, body=renamed(estimate.body, names))


def derivatives_before(statement: Statement, variable: Symbol, around: Surroundings) -> Iterator[tuple[Expr, int]]:
    """The derivatives of the objectives just before by a name, and their lines."""
    for task in _extremes(statement, Found(variable, variable, variable.name, Fraction(0)), around):
        yield task.residual, task.line


def _equations(statement: Statement, found: Found, around: Surroundings) -> Iterator[Task]:
    for each in reversed(around.equations.get(found.name, ())):
        near = each.section == statement.context.section and 0 < statement.number - each.number <= _NEAR_EQUATION
        if near and _occurs(found.variable, residual := sum_of((each.left, negative(each.right)))):
            yield Task(_at_the_same(residual, found.variable), "not-solution", each.line, None)


def _at_the_same(residual: Expr, variable: Symbol | Indexed) -> Expr:
    """The residual at the place of the variable, where it is said for each place: ``n_k/p_k - a = 0``."""
    if isinstance(variable, Symbol):
        return residual
    free = {s.name for s in free_symbols(residual)}
    elements = (
        part for _, part in walk(residual) if isinstance(part, Indexed) and part.base.name == variable.base.name
    )
    places = {name for part in elements if (name := str(part.indices[0])) in free}
    return substitute(residual, {places.pop(): variable.indices[0]}) if len(places) == 1 else residual


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
