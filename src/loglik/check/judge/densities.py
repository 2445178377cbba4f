r"""Densities that are told as such, and whose integral, or sum, is 1 over no set that is usual.

Where :math:`\int f(x) \, dx` converges and is not 1 for any of the sets, a factor is wrong.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from itertools import permutations
from math import cosh, exp, isfinite, pi, sinh, tanh
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.judge.opaque import unknown_functions
from loglik.check.judge.values import value
from loglik.check.result import Finding, said
from loglik.derive.evaluate.points import Point
from loglik.derive.expressions import (
    Derivative,
    Function,
    Indexed,
    Mul,
    Number,
    Product,
    Sum,
    Symbol,
    free_symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loglik.check.judge.slips import Allowance
    from loglik.check.statement import Statement
    from loglik.derive.expressions import Expr

_TOLD = re.compile(
    r"[Dd]ensit(y|ies)|PDF|pdf|PMF|pmf|[Pp]robability (function|distribution)|[Mm]ass function"
    r"|確率密度|密度関数|確率関数|密度函数|概率函数|확률함수|확률밀도"
)
_OTHERWISE = re.compile(
    r"[Ll]og|ln|対数|对数|[Pp]roportional|[Uu]nnormali|constant|比例|正規化|[Tt]runcat|[Cc]umulative"
    r"|[Ll]ikelihood|尤度|似然"
)
_NAMES = re.compile(r"[fp](_[A-Za-z]+)?\|?|P\[[A-Z]=\](\|)?|P")
_STEPS, _STEP = 34, 0.1
_LAST = 80
_NEAR, _SURE, _EQUAL = 1e-3, 0.1, 1e-4
_MOST_NAMES = 3
_SECONDS = 0.8
#: Letters of probabilities, and what the other letters stand for.
_PROBABILITIES = frozenset({"p", "q", "theta", "pi", "phi", "mu_"})
_VALUES = ((Fraction(2), Fraction(3), Fraction(5)), (Fraction(1, 3), Fraction(3, 5), Fraction(1, 7)))

_Total = tuple[float, float]


def no_density(statement: Statement, index: int, words: str, allowance: Allowance) -> list[Finding]:
    """The finding that what is told to be a density has another integral than 1; nothing if that is not known."""
    left, right = statement.readings[0].terms[index : index + 2] if statement.readings else (None, None)
    if not isinstance(left, Function) or right is None or index or statement.context.denied or allowance.left <= 0:
        return []
    if len(left.args) > 1 and "|" not in left.name:  # of several variables
        return []
    if not _NAMES.fullmatch(left.name) or not _TOLD.search(words) or _OTHERWISE.search(words):
        return []
    variable, names = left.args[0], {s.name for s in free_symbols(right)}
    if not isinstance(variable, Symbol) or variable.name not in names or not _is_plain(right):
        return []
    others = sorted(names - {variable.name})
    started = thread_time()
    found = _is_one(right, variable.name, others, started + min(_SECONDS, allowance.left))
    allowance.left -= thread_time() - started
    return [Finding("suspicious", said("density-not-one"))] if found is False else []


def _is_plain(e: Expr) -> bool:
    """A product of at least two factors, of elementary functions of names without indices."""
    hidden = (Sum, Product, Derivative, Indexed)
    if not isinstance(e, Mul) or unknown_functions(e) or any(isinstance(part, hidden) for _, part in walk(e)):
        return False
    names = [s for s in free_symbols(e) if s.domain.kind != "index"]
    return len([f for f in e.factors if not isinstance(f, Number)]) > 1 and len(names) <= _MOST_NAMES + 1


def _is_one(e: Expr, variable: str, others: list[str], until: float) -> bool | None:
    """Whether the integral is 1 over some set for some values of the other names; False if it is finite and never is."""
    finite = False
    for values in _VALUES:
        given = {
            n: Fraction(1, 3) if n.rstrip("_") in _PROBABILITIES else v for n, v in zip(others, values, strict=False)
        }

        def at(x: float, given: Mapping[str, Fraction] = given) -> float:
            found = value(e, Point({**given, variable: Fraction(x)}), 64)
            return 0.0 if found is None else float(found)

        for total in _totals(at, given):
            if thread_time() > until:
                return None
            if total is None:
                continue
            found, error = total
            if abs(found - 1) < max(_NEAR, error):
                return True
            finite = True
    return False if finite else None


def _totals(at: Callable[[float], float], given: Mapping[str, Fraction]) -> Iterator[_Total | None]:
    """The integrals and sums over the usual sets, with their errors; None where they do not converge."""
    yield _integral(at, _anywhere)
    for start in {0.0, *map(float, given.values())}:
        yield _integral(at, partial(_behind, start))
    ends = sorted({0.0, 1.0, -1.0, pi, -pi, 2 * pi, *(s * float(v) for v in given.values() for s in (1, -1))})
    for a, b in permutations(ends, 2):
        if a < b and (a in {0.0, -b} or {a, b} <= {float(v) for v in given.values()}):
            yield _integral(at, partial(_between, a, b))
    terms = [at(float(k)) for k in range(_LAST)]
    yield _converged(terms, 0)
    yield _converged(terms, 1)
    yield terms[0] + terms[1], 0.0
    yield at(-1.0) + terms[1], 0.0
    for v in given.values():
        if v.denominator == 1:
            yield sum(terms[: int(v) + 1]), 0.0
            yield sum(terms[1 : int(v) + 1]), 0.0
            yield _converged(terms, int(v))


def _anywhere(t: float) -> tuple[float, float]:
    u = pi / 2 * sinh(t)
    return sinh(u), pi / 2 * cosh(t) * cosh(u)


def _behind(a: float, t: float) -> tuple[float, float]:
    u = exp(pi / 2 * sinh(t))
    return a + u, pi / 2 * cosh(t) * u


def _between(a: float, b: float, t: float) -> tuple[float, float]:
    u = pi / 2 * sinh(t)
    return (a + b) / 2 + (b - a) / 2 * tanh(u), (b - a) / 2 * pi / 2 * cosh(t) / cosh(u) ** 2


def _integral(at: Callable[[float], float], place: Callable[[float], tuple[float, float]]) -> _Total | None:
    """By the double-exponential rule with two steps; the error is their difference."""
    fine = []
    for k in range(-_STEPS, _STEPS + 1):
        x, weight = place(k * _STEP)
        term = at(x) * weight if isfinite(x) and isfinite(weight) else 0.0
        if not isfinite(term):
            return None
        fine.append(term * _STEP)
    whole, half = sum(fine), 2 * sum(fine[::2])
    error = abs(whole - half)
    return (whole, error) if error < _SURE * abs(whole) and max(map(abs, (fine[0], fine[-1]))) < _EQUAL else None


def _converged(terms: list[float], first: int) -> _Total | None:
    """A sum from a term on; None if the last ones still count."""
    return (sum(terms[first:]), abs(terms[-1])) if all(map(isfinite, terms)) and abs(terms[-1]) < _EQUAL else None
