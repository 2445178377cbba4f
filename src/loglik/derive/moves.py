"""Single moves: all that one rule makes of an expression. For the search of `connect`; nothing here has to be trusted."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ONE,
    Add,
    Derivative,
    E,
    Expr,
    Function,
    Log,
    Mul,
    Number,
    Pow,
    Symbol,
    free_symbols,
    parts,
    product_of,
    rebuild,
    sum_of,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.rules.instances import Meaning, instantiate
from loglik.derive.rules.matching import matches
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loglik.derive.rules import Rule

_MATCHES = 6
_MOST_OPERANDS = 7


def moves(e: Expr, rules: Sequence[Rule], other: Expr, *, from_end: bool) -> Iterator[tuple[Expr, str]]:
    """Expressions that are one rule away, with the rule's id.

    Parameters
    ----------
    e : Expr
        Where to go from.
    rules : sequence of Rule
        What may be used.
    other : Expr
        The expression that the search comes from on the other side: it suggests what to put in.
    from_end : bool
        The move is made backwards, towards the start: inequalities are used from right to left.
    """
    for rule in rules:
        if rule.kind != "pattern" or rule.equation.relation not in {"=", "<="}:
            continue
        sides = (rule.equation.left, rule.equation.right)
        ways = ((0, 1), (1, 0)) if rule.equation.relation == "=" else ((1, 0),) if from_end else ((0, 1),)
        for here, there in ways:
            if _is_bare(sides[here], rule):
                yield from ((new, rule.id) for new in _put_for_bare(e, sides[here], sides[there], rule, other))
                continue
            yield from ((new, rule.id) for new in _somewhere(e, sides[here], sides[there], rule, other))
            everywhere = _everywhere(e, sides[here], sides[there], rule, other)
            if everywhere is not None and everywhere != e:
                yield everywhere, rule.id


def _is_bare(pattern: Expr, rule: Rule) -> bool:
    """A pattern that fits everything."""
    return isinstance(pattern, (Symbol, Function)) and pattern.name in rule.names


def _results(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr) -> Iterator[Expr]:
    for found in islice(matches(here, e, rule.names, {}), _MATCHES):
        for meanings in _completed(found, rule, other):
            try:
                yield instantiate(there, meanings)
            except (DataError, KeyError, ValueError):
                continue


def _completed(found: Mapping[str, Meaning], rule: Rule, other: Expr) -> Iterator[Mapping[str, Meaning]]:
    """Give meanings to what the pattern left open: bases and symbols of the other side."""
    missing = sorted(rule.names - found.keys())
    if not missing:
        yield found
    elif len(missing) == 1 and missing[0] not in rule.applied:
        for guess in guesses(other):
            yield {**found, missing[0]: Meaning(guess)}


def guesses(other: Expr) -> list[Expr]:
    """What may stand for a variable that the pattern leaves open: bases, symbols, and 1."""
    bases = {arrangement_key(x.base): x.base for _, x in walk(other) if isinstance(x, Log)}
    powers = {arrangement_key(x.base): x.base for _, x in walk(other) if isinstance(x, Pow) and x.base == E}
    symbols = {s.name: s for s in free_symbols(other) if s.domain.kind in {"base", "positive", "real", "nonzero"}}
    return [*[*{**bases, **powers, **symbols}.values()][:6], ONE]


def _somewhere(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr) -> Iterator[Expr]:
    """The rule in one place."""
    for new in _results(e, here, there, rule, other):
        yield new
    if type(here) is type(e) and isinstance(e, (Add, Mul)):
        yield from _among_some(e, here, there, rule, other)
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    for i, part in enumerate(below):
        if fixed and i:  # the variable and the bounds
            continue
        for new in _somewhere(part, here, there, rule, other):
            try:
                yield rebuild(e, (*below[:i], new, *below[i + 1 :]))
            except DataError:
                continue


def _among_some(e: Add | Mul, here: Expr, there: Expr, rule: Rule, other: Expr) -> Iterator[Expr]:
    """The rule for some operands of a sum or product, the others left as they are."""
    operands = parts(e)
    if len(operands) > _MOST_OPERANDS:
        return
    join = sum_of if isinstance(e, Add) else product_of
    for size in range(2, len(operands)):
        for chosen in combinations(range(len(operands)), size):
            some = join(operands[i] for i in chosen)
            rest = [x for i, x in enumerate(operands) if i not in chosen]
            for new in _results(some, here, there, rule, other):
                yield join([*rest[: chosen[0]], new, *rest[chosen[0] :]])


def _everywhere(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr) -> Expr | None:
    """The rule in every place where it fits, from the top."""
    for new in _results(e, here, there, rule, other):
        return new
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    changed = tuple(
        part if fixed and i else _everywhere(part, here, there, rule, other) or part for i, part in enumerate(below)
    )
    if changed == below:
        return None
    try:
        return rebuild(e, changed)
    except DataError:
        return None


def _put_for_bare(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr) -> Iterator[Expr]:
    """What fits everything is used where the other side shows the result, and for the whole."""
    if not isinstance(here, Symbol):
        return
    if not rule.names & {s.name for s in free_symbols(there)}:  # such as X <= 0
        yield there
        return
    seen = set()
    for _, shown in walk(other):
        for meanings in islice(matches(there, shown, rule.names, {}), 2):
            value = meanings[here.name].body
            key = arrangement_key(value), arrangement_key(shown)
            if key in seen or isinstance(value, Number):
                continue
            seen.add(key)
            new = _replaced(e, key[0], shown)
            if new != e:
                yield new
    for guess in guesses(other):
        missing = sorted(rule.names - {here.name})
        if len(missing) == 1:
            try:
                yield instantiate(there, {here.name: Meaning(e), missing.pop(): Meaning(guess)})
            except DataError:
                continue


def _replaced(e: Expr, key: str, new: Expr) -> Expr:
    """The expression with a part of a certain key exchanged everywhere, but not within what is put in."""
    if arrangement_key(e) == key:
        return new
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    try:
        return rebuild(e, tuple(p if fixed and i else _replaced(p, key, new) for i, p in enumerate(below)))
    except DataError:
        return e
