"""The named rules that lead from one side of a relation to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.chains import Connection, context_of, verified
from loglik.derive.connection import connect
from loglik.derive.expressions import (
    ONE,
    REAL,
    Add,
    Domain,
    Expr,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Symbol,
    parts,
    walk,
)
from loglik.derive.kernel.algebra import same_quotient
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.check.judge.claims import Claim

#: Sides with more parts are not searched between.
LARGEST = 250


def prove(claim: Claim, seconds: float) -> Connection | None:
    """A chain of verified steps from the left side to the right one; of an inequality, upwards.

    Names of which nothing is known are taken from the sets in which both sides have a value, as they are written.
    """
    if claim.sign not in {"=", "≡", "<=", ">="} or claim.left.size + claim.right.size > LARGEST:
        return None
    if claim.shaped is not None:
        return None
    told = claim.with_domains(by_use(claim))
    first, last = (told.right, told.left) if claim.sign == ">=" else (told.left, told.right)
    relation = "<=" if claim.sign in {"<=", ">="} else "="
    try:
        return connect(first, last, relation=relation, seconds=seconds)
    except (DataError, RecursionError, ArithmeticError):
        return None


def by_arithmetic(claim: Claim) -> Connection | None:
    """The one step of a relation whose sides are equal by arithmetic alone."""
    if claim.sign not in {"=", "≡"} or claim.shaped is not None or not same_quotient(claim.left, claim.right):
        return None
    told = claim.with_domains(by_use(claim))
    try:
        return verified([(told.left, ""), (told.right, "arithmetic")], context_of())
    except (DataError, RecursionError, ArithmeticError):
        return None


def by_use(claim: Claim) -> Mapping[str, Domain]:
    """Sets of names of which nothing is known but how they are used: a logarithm is taken of what is positive."""
    positive: set[str] = set()
    below_one: set[str] = set()
    nonzero: set[str] = set()
    known: dict[str, Domain] = {}
    for side in (claim.left, claim.right):
        for _, part in walk(side):
            if isinstance(part, Symbol):
                known.setdefault(part.name, part.domain)
            elif isinstance(part, Log):
                _positive(part.argument, positive, below_one)
            elif isinstance(part, Pow):
                if not isinstance(part.exponent, Number) or part.exponent.value.denominator != 1:
                    _positive(part.base, positive, below_one)
                elif part.exponent.value < 0:
                    nonzero |= _factors(part.base)
    found = {}
    for name, domain in known.items():
        if domain != REAL:
            continue
        if name in positive & below_one:
            found[name] = Domain("probability")
        elif name in positive:
            found[name] = Domain("positive")
        elif name in nonzero:
            found[name] = Domain("nonzero")
    return found


def _positive(e: Expr, positive: set[str], below_one: set[str]) -> None:
    positive |= _factors(e)
    if isinstance(e, Add) and len(e.terms) == 2 and e.terms[0] == ONE:
        rest = e.terms[1]
        if isinstance(rest, Mul) and isinstance(rest.factors[0], Number) and rest.factors[0].value < 0:
            below_one |= _factors(rest)
    for part in parts(e):
        if isinstance(part, Add) and isinstance(e, Mul):
            _positive(part, positive, below_one)


def _factors(e: Expr) -> set[str]:
    """Names and families that are factors, above or below the line."""
    match e:
        case Symbol():
            return {e.name}
        case Indexed():
            return {e.base.name}
        case Mul():
            return set[str]().union(*map(_factors, e.factors))
        case Pow():
            return _factors(e.base)
        case _:
            return set()
