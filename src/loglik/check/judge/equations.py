"""Whether a relation that does not hold everywhere is a claim, or an equation to be solved, a value, or what something is."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from loglik.check.judge.claims import ENOUGH
from loglik.check.judge.kinds import composite, has_derivative, may_be_condition, numbers_only
from loglik.check.judge.opaque import KNOWN, unknown_functions
from loglik.check.judge.points import generic
from loglik.check.judge.unknowns import one_sided
from loglik.check.judge.values import value
from loglik.check.result import Finding, said
from loglik.derive.expressions import (
    Derivative,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Number,
    Pow,
    Symbol,
    free_symbols,
    negative,
    product_of,
    substitute,
    sum_of,
    walk,
)
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.check.judge.expansion import Expanded
    from loglik.check.statement import Definition, Statement

#: Gates that are open since a relation may be an equation to be solved.
OF_EQUATIONS = frozenset({"gate-alone", "gate-name-alone", "gate-one-side"})

_OF_MATRICES, _OF_VALUES = 12, 4


def is_known(left: Expr, right: Expr) -> bool:
    """Whether both sides are made of functions whose values are known, and more than products and sums of letters."""
    found = [part for e in (left, right) for _, part in walk(e)]
    calls = [part for part in found if isinstance(part, Function)]
    more = any(isinstance(part, (Log, Derivative)) or (isinstance(part, Pow) and part.base == E) for part in found)
    return all(part.name in KNOWN for part in calls) and (more or bool(calls))


def asked_for(statement: Statement, index: int, left: Expr, right: Expr) -> bool:
    """Whether a relation that does not hold everywhere is taken for a condition: as a rule not where it is said to follow."""
    follows = index > 0 or bool(statement.context.announced)
    value = index == 0 and bool(free_symbols(left)) != bool(free_symbols(right))
    alone = value or isinstance(left, (Symbol, Indexed)) or isinstance(right, (Symbol, Indexed))
    return (alone or not follows) and may_be_condition(statement.relations[index].sign, left, right)


def never_holds(statement: Statement, index: int, left: Expr, right: Expr) -> bool:
    """Whether the sides differ by one number wherever they are tried: then nothing solves it, ``cos^2 x + sin^2 x = 2``."""
    if (
        statement.relations[index].sign != "="
        or numbers_only(left, right)
        or unknown_functions(left) | unknown_functions(right)
    ):
        return False
    difference = sum_of((left, negative(right)))
    found = [
        value(e, point) for e in (difference, _nearer_zero(difference)) for point in islice(generic([e], ()), ENOUGH)
    ]
    values = [each for each in found if each is not None]
    return len(values) > 1 and all(each.overlaps(values[0]) and not each.contains(0) for each in values)


def is_claimed(statement: Statement, index: int, sides: tuple[Expr, Expr], way: Expanded) -> bool:
    """Whether nothing solves it, or the text has given its letters their values, or what is differentiated."""
    if statement.context.wanted:
        return False
    return _is_computed(*sides, way) or (
        not _names_alone(*sides, {each.name for each in way.used if each.call and each.places})
        and (_given_here(statement, way) or never_holds(statement, index, way.left, way.right))
    )


def _given_here(statement: Statement, way: Expanded) -> bool:
    """Whether numbers alone remain with what the same paragraph, or the one before it, says of the letters.

    A matrix is written out once, and computed with for longer.
    """
    near = (0 <= statement.formula.block - each.formula.block <= _near(each) for each in way.used)
    return numbers_only(way.left, way.right) and all(near)


def _near(definition: Definition) -> int:
    """Blocks behind a definition in which it is still meant: probabilities are given for the formulas of an example."""
    return _OF_MATRICES if definition.cells else _OF_VALUES if definition.call and definition.places else 1


def _names_alone(left: Expr, right: Expr, given: set[str]) -> bool:
    """Whether a name is a whole side: ``n = n + 1`` counts on. Calls that have values are no names."""
    return any(unknown_functions(e) - {"det", *given} or (not composite(e) and free_symbols(e)) for e in (left, right))


def _is_computed(left: Expr, right: Expr, way: Expanded) -> bool:
    """Whether the left side is a derivative of what is known, and the right side is made of its names."""
    own, other = way.left, way.right
    names = {s.name for s in free_symbols(other)}
    if not isinstance(left, Derivative) or has_derivative(right) or unknown_functions(own) | unknown_functions(other):
        return False
    known = bool(way.used) or composite(left.body)
    return known and bool(names) and names <= {s.name for s in free_symbols(own)}


def _nearer_zero(e: Expr) -> Expr:
    """The same at a thousandth of its numbers: ``exp(-2000 t^2)`` is nothing at 1 and at 2, but not near 0."""
    families = {part.base.name for _, part in walk(e) if isinstance(part, Indexed)}
    names = [s for s in free_symbols(e) if s.domain.kind not in {"index", "size"} and s.name not in families]
    try:
        return substitute(e, {s.name: product_of((Number(Fraction(1, 1000)), s)) for s in names})
    except DataError:  # nothing can be put in for the variable of a derivative
        return e


def claims_nothing(
    statement: Statement, index: int, written_: tuple[Expr, Expr], expanded: tuple[Expr, Expr]
) -> Finding | None:
    """A relation that fails, but that may say what something is of which nothing else is known, or ask for it."""
    if numbers_only(*written_):
        return None
    given = {
        s.name
        for each in statement.conditions
        if each.relation is not None and each.relation.relation == "="
        for s in free_symbols(each.relation)
    }
    unknown = [name for name in one_sided(*expanded) if name not in given]
    if unknown:
        return Finding("condition", said("may-determine", names=", ".join(unknown[:4])))
    if asked_for(statement, index, *written_):
        return Finding("condition", said("may-be-condition"))
    return None
