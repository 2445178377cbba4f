"""What the use of a name says of its values: a logarithm is taken of what is positive, and divided by what is not 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import ONE, REAL, Add, Domain, Expr, Indexed, Log, Mul, Number, Pow, Symbol, parts, walk

if TYPE_CHECKING:
    from collections.abc import Iterable


def by_use(sides: Iterable[Expr]) -> dict[str, Domain]:
    """Sets of names of which nothing is known but how they are used: a logarithm is taken of what is positive."""
    positive: set[str] = set()
    below_one: set[str] = set()
    nonzero: set[str] = set()
    known: dict[str, Domain] = {}
    for side in sides:
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
