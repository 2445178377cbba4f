"""Matching: which meanings of a rule's variables make its pattern the expression at hand.

Nothing here has to be trusted: the checker puts the meanings into the rule again and compares. So matching is kept
simple. In sums and products the fixed parts of a pattern are found first, in any order; then each variable takes one
operand, or all those free of the bound names if it may contain none, and the last one takes what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    Add,
    Derivative,
    Equation,
    Expr,
    Function,
    Indexed,
    Mul,
    Symbol,
    free_symbols,
    parts,
    product_of,
    sum_of,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.instances import Meaning
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.meanings import instantiate
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Meanings = Mapping[str, Meaning]


def matches(
    pattern: Expr, e: Expr, names: frozenset[str], known: Meanings, bound: frozenset[str] = frozenset()
) -> Iterator[Meanings]:
    """All ways to give meanings to `names` so that the pattern is the expression; `bound` are names bound above."""
    if isinstance(pattern, Symbol):
        yield from _symbol(pattern, e, names, known, bound)
        return
    if isinstance(pattern, Function) and pattern.name in names:
        yield from _applied(pattern, e, known, bound)
        return
    if isinstance(pattern, (Add, Mul)):
        operands = list(_flat(e)) if type(e) is type(pattern) else [e]
        yield from _operands(list(_flat(pattern)), operands, type(pattern), names, known, bound)
        return
    if type(pattern) is not type(e):
        return
    if not _same_head(pattern, e):
        return
    variable, actual = binder(pattern), binder(e)
    if variable is not None and actual is not None:
        if actual.name in bound:
            return
        body, rest = body_and_rest(pattern)
        other_body, other_rest = body_and_rest(e)
        inner = {**known, variable.name: Meaning(actual)}
        for found in _all(rest, other_rest, names, known, bound):
            yield from matches(body, other_body, names, {**inner, **found}, bound | {actual.name})
        return
    if isinstance(pattern, Derivative) and isinstance(e, Derivative):
        # The variable first: the body may be a function of it.
        yield from _all((pattern.variable, pattern.body), (e.variable, e.body), names, known, bound)
        return
    yield from _all(parts(pattern), parts(e), names, known, bound)
    if isinstance(pattern, Function) and pattern.name == "delta":  # delta(j, k) is delta(k, j)
        yield from _all(parts(pattern), parts(e)[::-1], names, known, bound)


def _all(
    patterns: tuple[Expr, ...], es: tuple[Expr, ...], names: frozenset[str], known: Meanings, bound: frozenset[str]
) -> Iterator[Meanings]:
    if len(patterns) != len(es):
        return
    if not patterns:
        yield known
        return
    for found in matches(patterns[0], es[0], names, known, bound):
        yield from _all(patterns[1:], es[1:], names, found, bound)


def _same_head(pattern: Expr, e: Expr) -> bool:
    if isinstance(pattern, Equation) and isinstance(e, Equation):
        return pattern.relation == e.relation
    if isinstance(pattern, Indexed) and isinstance(e, Indexed):
        return pattern.upper == e.upper or not pattern.upper
    if parts(pattern):
        return getattr(pattern, "name", "") == getattr(e, "name", "")
    return pattern == e


def _symbol(
    pattern: Symbol, e: Expr, names: frozenset[str], known: Meanings, bound: frozenset[str]
) -> Iterator[Meanings]:
    if pattern.name in known:
        if arrangement_key(known[pattern.name].body) == arrangement_key(e):
            yield known
    elif pattern.name in names:
        if not _caught(e, bound):
            yield {**known, pattern.name: Meaning(e)}
    elif pattern == e and not _caught(e, bound):
        yield known


def _applied(pattern: Function, e: Expr, known: Meanings, bound: frozenset[str]) -> Iterator[Meanings]:
    if pattern.name in known:
        try:
            wanted = instantiate(pattern, known)
        except (KeyError, DataError):
            return
        if arrangement_key(wanted) == arrangement_key(e):
            yield known
        return
    places = [known[a.name].body if isinstance(a, Symbol) and a.name in known else None for a in pattern.args]
    open_names = tuple(p.name for p in places if isinstance(p, Symbol))
    if len(open_names) == len(places) and not _caught(e, bound - set(open_names)):
        yield {**known, pattern.name: Meaning(e, open_names)}


def _caught(e: Expr, bound: frozenset[str]) -> bool:
    return any(s.name in bound for s in free_symbols(e))


def _flat(e: Expr) -> Iterator[Expr]:
    for each in parts(e):
        if type(each) is type(e):
            yield from _flat(each)
        else:
            yield each


def _is_variable(pattern: Expr, names: frozenset[str]) -> bool:
    return isinstance(pattern, (Symbol, Function)) and pattern.name in names


def _operands(
    patterns: list[Expr], es: list[Expr], kind: type, names: frozenset[str], known: Meanings, bound: frozenset[str]
) -> Iterator[Meanings]:
    if not patterns:
        if not es:
            yield known
        return
    # Fixed parts first: they leave the fewest choices.
    patterns = sorted(patterns, key=lambda p: _is_variable(p, names))
    first, rest = patterns[0], patterns[1:]
    join = sum_of if kind is Add else product_of
    if not _is_variable(first, names):
        for i, e in enumerate(es):
            for found in matches(first, e, names, known, bound):
                yield from _operands(rest, es[:i] + es[i + 1 :], kind, names, found, bound)
        return
    if not rest:  # with nothing left, a factor is 1 and a term 0
        yield from matches(first, join(es), names, known, bound)
        return
    free = [e for e in es if not _caught(e, bound)]
    if isinstance(first, Symbol) and first.name not in known and 1 < len(free) < len(es):
        held = [e for e in es if _caught(e, bound)]
        for found in matches(first, join(free), names, known, bound):
            yield from _operands(rest, held, kind, names, found, bound)
    for i, e in enumerate(es):
        for found in matches(first, e, names, known, bound):
            yield from _operands(rest, es[:i] + es[i + 1 :], kind, names, found, bound)
