"""The field axioms: whether two expressions are the same quotient of polynomials in what they are made of.

Everything that is not a sum, a product or a whole power (a log, a sum over a range, a symbol) is an indeterminate, so
equality here is equality for all values for which the denominators are not 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from loglik.derive.expressions import Add, Expr, Mul, Number, Pow, parts
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key, written_number

Monomial: TypeAlias = tuple[tuple[str, int], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]
Quotient: TypeAlias = tuple[Polynomial, Polynomial]

_MAX_TERMS = 2_000
_MAX_POWER = 12
_MAX_DIGITS = 20_000  # binary


class TooLargeError(ArithmeticError):
    """The expanded form has too many terms; nothing is decided."""


def same_quotient(a: Expr, b: Expr) -> bool:
    """Whether two expressions are equal by the field axioms alone."""
    try:
        (above, below), (other_above, other_below) = _quotient(a), _quotient(b)
        return _times(above, other_below) == _times(other_above, below)
    except (TooLargeError, ZeroDivisionError):
        return False


def polynomial(e: Expr) -> tuple[Polynomial, dict[str, Expr]]:
    """An expression as a polynomial in what is no sum, product or whole power above 0, and what these names stand for.

    Raises
    ------
    TooLargeError
        It has too many terms.
    """
    atoms: dict[str, Expr] = {}
    return _quotient(e, atoms)[0], atoms


def _quotient(e: Expr, atoms: dict[str, Expr] | None = None) -> Quotient:
    """Above and below the line; if `atoms` are asked for, nothing is below, and what is divided by is one of them."""
    one = _constant(Fraction(1))
    match e:
        case Number():
            return _constant(e.value), one
        case Add():
            above, below = _constant(Fraction(0)), one
            for term in e.terms:
                top, bottom = _quotient(term, atoms)
                if bottom == below:
                    above = _plus(above, top)
                else:
                    above, below = _plus(_times(above, bottom), _times(top, below)), _times(below, bottom)
            return above, below
        case Mul():
            above, below = one, one
            for factor in e.factors:
                top, bottom = _quotient(factor, atoms)
                above, below = _times(above, top), _times(below, bottom)
            return above, below
        case Pow() if (n := _whole_power(e)) is not None and (n > 0 or atoms is None):
            above, below = _quotient(e.base, atoms)
            if n < 0:
                if not above:
                    raise ZeroDivisionError
                above, below = below, above
            top, bottom = above, below
            for _ in range(abs(n) - 1):
                top, bottom = _times(top, above), _times(bottom, below)
            return top, bottom
    name = _atom(e) if atoms is None else arrangement_key(e)
    if atoms is not None:
        atoms[name] = e
    return {((name, 1),): Fraction(1)}, one


def _whole_power(e: Pow) -> int | None:
    n = written_number(e.exponent)
    return int(n) if n is not None and n.denominator == 1 and 0 < abs(n) <= _MAX_POWER else None


def _atom(e: Expr) -> str:
    """A name for an indeterminate, the same for arguments that are equal by the field axioms."""
    below = parts(e)
    if not below or binder(e) is not None:
        return arrangement_key(e)
    head = f"{type(e).__name__}.{getattr(e, 'name', '')}.{getattr(e, 'upper', '')}"
    return f"{head}({';'.join(canonical(each) for each in below)})"


def canonical(e: Expr) -> str:
    """A text that expressions share if they are equal by the field axioms, as long as no sum is divided by."""
    above, below = _quotient(e)
    if len(below) == 1:  # a single monomial divides every term
        ((bottom, factor),) = below.items()
        inverse = {tuple((name, -n) for name, n in bottom): 1 / factor}
        return _written(_times(above, inverse))
    return f"({_written(above)})/({_written(below)})"


def _written(p: Polynomial) -> str:
    return "+".join(sorted(f"{c}*{'*'.join(f'{name}^{n}' for name, n in m)}" for m, c in p.items()))


def _constant(value: Fraction) -> Polynomial:
    return {(): value} if value else {}


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for monomial, c in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + c
    return {m: c for m, c in total.items() if c}


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > _MAX_TERMS:
        raise TooLargeError
    total: Polynomial = {}
    for m, c in a.items():
        for n, d in b.items():
            powers = dict(m)
            for name, k in n:
                powers[name] = powers.get(name, 0) + k
            joined = tuple(sorted((name, k) for name, k in powers.items() if k))
            total[joined] = total.get(joined, Fraction(0)) + c * d
            if total[joined].numerator.bit_length() + total[joined].denominator.bit_length() > _MAX_DIGITS:
                raise TooLargeError
    return {m: c for m, c in total.items() if c}
