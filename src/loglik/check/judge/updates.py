"""Steps of an optimiser beside the objective before them: of a loss they go down, ``w := w - eta (w x - y) x``."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from loglik.check.judge.opaque import unknown_functions
from loglik.check.judge.points import generic
from loglik.check.judge.solutions import derivatives_before
from loglik.check.judge.values import value
from loglik.check.model.words import mentioned
from loglik.check.result import Finding, said
from loglik.check.statement import with_domains
from loglik.derive.expressions import Domain, Expr, Indexed, Symbol, free_symbols, negative, parts, rebuild, sum_of

if TYPE_CHECKING:
    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement

_POINTS, _ENOUGH, _MOST_RATES = 24, 6, 2
_SIGNS = frozenset({"←", ":=", "="})


def wrong_way(statement: Statement, around: Surroundings) -> Finding | None:
    """What shows that a step goes up where the text says that it goes down, or down where it says up."""
    left, right = statement.readings[0].terms[:2]
    variable = _variable(left)
    if variable is None or right is None or statement.relations[0].sign not in _SIGNS or statement.context.denied:
        return None
    words = around.words(statement.formula)
    down, up = mentioned("descent", words), mentioned("ascent", words)
    if bool(down) == bool(up):
        return None
    now = _without_steps(right, variable)
    if variable.name not in {s.name for s in free_symbols(now)}:
        return None
    step = sum_of((now, negative(variable)))
    for gradient, line in derivatives_before(statement, variable, around):
        if _signs(step, gradient) == {bool(down)}:
            return Finding("suspicious", said("wrong-way", line=str(line)))
        return None
    return None


def _variable(left: Expr | None) -> Symbol | None:
    """The name that is changed, without the number of the step."""
    match left:
        case Symbol():
            return Symbol(left.name.removesuffix("_new"), left.domain)
        case Indexed():
            return Symbol(left.base.name, left.base.domain)
        case _:
            return None


def _without_steps(e: Expr, variable: Symbol) -> Expr:
    if isinstance(e, Indexed) and e.base.name == variable.name:
        return variable
    below = parts(e)
    return rebuild(e, tuple(_without_steps(each, variable) for each in below)) if below else e


def _signs(step: Expr, gradient: Expr) -> set[bool]:
    """Whether a step goes up, at points; learning rates are positive. Empty if nothing is known."""
    known = {s.name for s in free_symbols(gradient)}
    rates = {s.name for s in free_symbols(step) if s.name not in known}
    if unknown_functions(step) or unknown_functions(gradient) or len(rates) > _MOST_RATES:
        return set()
    positive = {name: Domain("positive") for name in rates}
    step = with_domains(step, positive)
    found: list[bool] = []
    for point in islice(generic([step, gradient]), _POINTS):
        a, b = value(step, point), value(gradient, point)
        if a is not None and b is not None and not (a * b).contains(0):
            found.append(bool(a * b > 0))
    return set(found) if len(found) >= _ENOUGH else set()
