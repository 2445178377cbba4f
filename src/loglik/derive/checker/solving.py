"""What is given, solved: for the names that it defines, and for a root where it defines none. For the samples only."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from flint import arb

from loglik.derive.evaluate.balls import PRECISION, ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import Family, contains
from loglik.derive.expressions import (
    Add,
    Equation,
    Expr,
    Indexed,
    Mul,
    Number,
    Pow,
    Symbol,
    free_symbols,
    negative,
    number,
    product_of,
    reciprocal,
    sum_of,
    walk,
)
from loglik.derive.kernel.algebra import Monomial, TooLargeError, polynomial
from loglik.derive.kernel.scope import names_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loglik.derive.evaluate.points import Point
    from loglik.derive.model import Given

    Definition = tuple[tuple[str, ...], Expr]


def definitions(given: Sequence[Given], known: Mapping[str, Definition] | None = None) -> dict[str, Definition]:
    """Names that equations define by others: ``c = ...``, ``t[k] = ... for every k``, ``x + y = 1``; none in a circle."""
    found: dict[str, Definition] = dict(known or {})
    for each in given:
        if each.relation.relation != "=":
            continue
        for name, definition in _solved(each):
            others = names_in(definition[1]) - set(definition[0])
            if name not in found and not _reaches(others, name, found):
                found[name] = definition
                break
    return found


def _reaches(names: frozenset[str], goal: str, found: dict[str, Definition]) -> bool:
    seen: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name in found:
            waiting |= names_in(found[name][1]) - set(found[name][0]) - seen
    return goal in seen


def _solved(given: Given) -> Iterator[tuple[str, Definition]]:
    left, right = given.relation.left, given.relation.right
    for one, other in ((left, right), (right, left)):
        closed = not (names_in(other) | names_in(one)) & set(given.every) and not isinstance(other, Equation)
        if isinstance(one, Symbol) and closed:
            yield one.name, ((), other)
        if isinstance(one, Indexed):
            names = tuple(i.name for i in one.indices if isinstance(i, Symbol) and i.name in given.every)
            if len(set(names)) == len(one.indices) and not names_in(other) & (set(given.every) - set(names)):
                yield one.base.name, (names, other)
    try:
        terms, atoms = polynomial(Add((left, negative(right))))
    except TooLargeError:
        return
    for key, atom in sorted(atoms.items()):
        if isinstance(atom, Symbol):
            name, names = atom.name, ()
        elif isinstance(atom, Indexed):
            name, names = atom.base.name, tuple(i.name for i in atom.indices if isinstance(i, Symbol))
        else:
            continue
        elsewhere = any(name in names_in(other) for k, other in atoms.items() if k != key)
        linear = {n for monomial in terms for k, n in monomial if k == key} == {1}
        for_all = set(names) == set(given.every) and len(set(names)) == len(getattr(atom, "indices", ()))
        if elsewhere or not (linear and for_all):
            continue
        beside = {m: c for m, c in terms.items() if (key, 1) in m}
        others = {m: c for m, c in terms.items() if m not in beside}
        factor = _written({tuple(p for p in m if p[0] != key): c for m, c in beside.items()}, atoms)
        yield name, (names, Mul((negative(_written(others, atoms)), reciprocal(factor))))


def _written(terms: Mapping[Monomial, Fraction], atoms: Mapping[str, Expr]) -> Expr:
    return sum_of(product_of([Number(c), *(Pow(atoms[k], number(n)) for k, n in m)]) for m, c in terms.items())


def solvable(equation: Equation, point: Point, fine: Callable[[Point], bool]) -> bool:
    """Whether some value of one name makes two sides equal, at a point that is `fine` otherwise.

    Between neighbouring values with a change of sign a root is looked for by halving: at a root the difference goes to 0, at
    a pole it grows, at a jump it stays. A root that the set of the name leaves out is none.
    """
    difference = Add((equation.left, negative(equation.right)))
    families = {part.base.name: part.base for _, part in walk(difference) if isinstance(part, Indexed)}
    for symbol in sorted(free_symbols(difference), key=lambda s: s.name):
        if symbol.domain.kind not in _CONTINUA:
            continue

        def value(x: Fraction, precision: int = PRECISION, symbol: Symbol = symbol) -> arb | None:
            """The difference of the sides; None where there is none, or the point is not in question."""
            moved = _moved(point, symbol, x, family=symbol.name in families)
            if not contains(symbol.domain.kind, x) or not fine(moved):
                return None
            try:
                return ball(difference, moved, precision).value
            except (UndefinedError, TooWideError):
                return None

        found = [(x, value(x)) for x in _GRID]
        zeros = islice((x for x, v in found if v is not None and v.contains(0)), _MOST_ZEROS)
        if any((far := value(x, FAR)) is not None and far.contains(0) for x in zeros):
            return True
        if any(_root_between(a, b, value, symbol.domain.kind) for a, b in pairwise(found)):
            return True
    return False


def _root_between(
    a: tuple[Fraction, arb | None], b: tuple[Fraction, arb | None], value: Callable[..., arb | None], kind: str
) -> bool:
    (low, first), (high, last) = a, b
    if first is None or last is None or not (first > 0 > last or first < 0 < last):
        return False
    middle, here = low, first
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = value(middle)
        if found is None:
            return False
        here = found
        if here.contains(0):
            far = value(middle, FAR)
            return far is not None and bool(far.contains(0))
        low, high = (middle, high) if (here > 0) == (first > 0) else (low, middle)
    left_out = {"nonzero": 0, "base": 1}.get(kind)
    near = left_out is not None and abs(middle - left_out) < Fraction(1, 2**_HALF)
    return not near and bool(abs(here) < max(abs(first), abs(last)) * arb(2) ** -_HALF)


_CONTINUA = {"real", "nonzero", "positive", "nonnegative", "base", "probability", "unit"}
_HALVINGS, _HALF, _MOST_ZEROS = 120, 60, 3
#: Digits (binary) to which sides have to be equal that are taken as equal: 1 + exp(-1000) is not 1.
FAR = 2**17
_GRID = sorted(
    {sign * Fraction(n, d) for n in (0, 1, 2, 3, 5, 7, 10, 100) for d in (1, 3, 4, 10, 1000) for sign in (1, -1)}
)


def _moved(point: Point, symbol: Symbol, x: Fraction, *, family: bool) -> Point:
    if not family:
        return replace(point, numbers={**point.numbers, symbol.name: x}, values={})
    own = point.families[symbol.name]
    changed = Family(own.name, own.kind, own.seed, own.choices)
    changed.update({**own, (1,): x})
    return replace(point, families={**point.families, symbol.name: changed}, values={})
