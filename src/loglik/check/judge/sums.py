"""Names that a text may use for sums without saying so: a normalising constant, a count, a mean.

``Z`` stands for ``sum_i x_i`` where that makes the relation hold, ``mu`` for ``1/n sum_i x_i`` beside ``x_i - mu``, with
weights ``r_i`` for ``sum_i r_i x_i / sum_i r_i``.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from loglik.check.judge.expansion import levels
from loglik.check.judge.ladder import Rung
from loglik.check.result import said
from loglik.check.statement import Definition
from loglik.derive.expressions import (
    MINUS_ONE,
    ONE,
    Add,
    Derivative,
    Expr,
    Indexed,
    Mul,
    Sum,
    Symbol,
    fraction,
    free_symbols,
    negative,
    product_of,
    sum_of,
    walk,
)
from loglik.derive.syntax.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.check.document import Formula
    from loglik.check.judge.claims import Claim

_MOST = 24
#: Letters of counts, totals and normalising constants, and of means.
_TOTALS, _MEANS = frozenset({"N", "n", "M", "m", "S", "Z", "C"}), frozenset({"mu", "m", "c"})
_COMPLEMENTS = {"q": "p", "beta": "alpha"}


def as_sums(claim: Claim, formula: Formula) -> Iterator[Rung]:
    """The claim with a name replaced by a sum that occurs in it, or by a mean of what is summed."""
    yield from islice(_as_sums(claim, formula), _MOST)


def _as_sums(claim: Claim, formula: Formula) -> Iterator[Rung]:
    names = _names(claim)
    for name, (parameters, body) in _parts(names):
        yield from _put_in(claim, formula, name, parameters, body)
    sums = [part for side in (claim.left, claim.right) for _, part in walk(side) if isinstance(part, Sum)]
    for name, (parameters, written) in names.items():
        letter = name.partition("_")[0].removesuffix("vec").removesuffix("bold")
        mean = letter in _MEANS or letter.endswith(("bar", "hat"))
        bodies = [
            body
            for each in dict.fromkeys(sums)
            for body in (*(_means(each, written) if mean else ()), *((each,) if letter in _TOTALS else ()))
        ]
        for body in dict.fromkeys(bodies):
            free = free_symbols(body)
            outside = {s.name for s in free if s.domain.kind == "index"} - {p.name for p in parameters}
            constant = any(isinstance(p, Sum) and p.index not in free_symbols(p.body) for _, p in walk(body))
            if outside or constant or name in {s.name for s in free}:
                continue
            yield from _put_in(claim, formula, name, parameters, body)


def _put_in(claim: Claim, formula: Formula, name: str, parameters: tuple[Symbol, ...], body: Expr) -> Iterator[Rung]:
    put_in = levels(claim.left, claim.right, [Definition(name, parameters, body, "first", formula, -1)])[-1]
    if put_in.used:
        assumed = (said("assume-sum", name=name, tex=plain(body)),)
        yield Rung(assumed, replace(claim, left=put_in.left, right=put_in.right))


def _parts(
    names: Mapping[str, tuple[tuple[Symbol, ...], Expr]],
) -> Iterator[tuple[str, tuple[tuple[Symbol, ...], Expr]]]:
    """``N`` as ``N_1 + N_2``: the whole of its parts, by the letter they have in common; and ``q`` as ``1 - p``."""
    for name, (parameters, _) in names.items():
        letter = name.partition("_")[0]
        others = [e for other, (_, e) in names.items() if other != name and other.partition("_")[0] == letter]
        if len(others) > 1 and letter in _TOTALS:
            yield name, (parameters, sum_of(others))
        if letter in _COMPLEMENTS:
            of = _COMPLEMENTS[letter] + name.removeprefix(letter)
            if of in names:
                yield name, (parameters, sum_of((ONE, negative(names[of][1]))))


def _names(claim: Claim) -> dict[str, tuple[tuple[Symbol, ...], Expr]]:
    """Names that may stand for a sum, with their indices as they stand there: no sizes, no variables of derivatives."""
    found: dict[str, tuple[tuple[Symbol, ...], Expr]] = {}
    places = [part for side in (claim.left, claim.right) for _, part in walk(side)]
    taken = {p.variable.base.name if isinstance(p.variable, Indexed) else p.variable.name for p in places
             if isinstance(p, Derivative)}  # fmt: skip
    free = {s.name for side in (claim.left, claim.right) for s in free_symbols(side)} - taken
    families = {part.base.name for part in places if isinstance(part, Indexed)}
    for part in places:
        if isinstance(part, Indexed) and part.base.name in free:
            letters = tuple(i for i in part.indices if isinstance(i, Symbol))
            if len(set(letters)) == len(part.indices):
                found.setdefault(part.base.name, (letters, part))
        elif isinstance(part, Symbol) and part.name in free - families and part.domain.kind not in {"size", "index"}:
            found.setdefault(part.name, ((), part))
    return found


def _count(e: Sum) -> Expr:
    return e.upper if e.lower == ONE else sum_of((e.upper, ONE, negative(e.lower)))


def _means(e: Sum, name: Expr) -> Iterator[Expr]:
    """The mean of what a name is taken from in the body of a sum, with the weights that stand before it."""
    factors = e.body.factors if isinstance(e.body, Mul) else (e.body,)
    for _, part in walk(e.body):
        if not isinstance(part, Add):
            continue
        rest = [term for term in part.terms if term not in {negative(name), name}]
        if len(rest) == len(part.terms) or not rest:
            continue
        taken = sum_of(rest) if negative(name) in part.terms else negative(sum_of(rest))
        yield fraction(Sum(taken, e.index, e.lower, e.upper), _count(e))
        weights = [f for f in factors if f != MINUS_ONE and _base(name) not in {s.name for s in free_symbols(f)}]
        if weights:
            weight = product_of(weights)
            above = Sum(product_of((*weights, taken)), e.index, e.lower, e.upper)
            yield fraction(above, Sum(weight, e.index, e.lower, e.upper))


def _base(e: Expr) -> str:
    return e.base.name if isinstance(e, Indexed) else e.name if isinstance(e, Symbol) else ""
