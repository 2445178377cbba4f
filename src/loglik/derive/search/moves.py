"""Single moves: all that one rule makes of an expression. For the search of `connect`; nothing here has to be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    ONE,
    Add,
    Derivative,
    E,
    Equation,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Symbol,
    free_symbols,
    parts,
    product_of,
    rebuild,
    replace_at,
    sum_of,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.instances import Meaning
from loglik.derive.kernel.scope import Scope
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.search.matching import matches
from loglik.derive.search.meanings import declared_in, instantiate
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
    places = list(_places(e, ()))
    for rule in rules:
        if rule.kind != "pattern" or rule.equation.relation not in {"=", "<="}:
            continue
        sides = (rule.equation.left, rule.equation.right)
        ways = ((0, 1), (1, 0)) if rule.equation.relation == "=" else ((1, 0),) if from_end else ((0, 1),)
        for here, there in ways:
            if _is_bare(sides[here], rule):
                yield from ((new, rule.id) for new in _put_for_bare(e, sides[here], sides[there], rule, other))
            else:
                yield from ((new, rule.id) for new in _by_rule(e, places, sides[here], sides[there], rule, other))


@dataclass(frozen=True)
class _Place:
    """Where a rule may be applied: path and expression, the kinds of nodes in it, and the nodes above it."""

    path: tuple[int, ...]
    e: Expr
    kinds: frozenset[str]
    above: tuple[Expr, ...]


def _places(e: Expr, path: tuple[int, ...], above: tuple[Expr, ...] = ()) -> Iterator[_Place]:
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    kinds = {_kind(e)}
    for i, part in enumerate(below):
        inner = list(_places(part, (*path, i), (*above, e) if fixed else above))
        kinds |= inner[-1].kinds
        if not (fixed and i):  # the variable and the bounds are no places
            yield from inner
    yield _Place(path, e, frozenset(kinds), above)


def _kind(e: Expr) -> str:
    return e.name if isinstance(e, Function) else type(e).__name__


@cache
def _needed(rule_id: str, pattern: Expr, names: frozenset[str]) -> frozenset[str]:
    """Kinds of nodes without which a pattern cannot be there."""
    del rule_id
    found = {_kind(part) for _, part in walk(pattern)}
    return frozenset(found - names - {"Symbol", "Number", "Add", "Mul"})


def _by_rule(e: Expr, places: list[_Place], here: Expr, there: Expr, rule: Rule, other: Expr) -> Iterator[Expr]:
    needed = _needed(rule.id, here, rule.names)
    fits = [place for place in places if type(place.e) is type(here) and needed <= place.kinds]
    for place in fits:
        part, above = place.e, place.above
        among = _among_some(part, here, there, rule, other, above) if isinstance(part, (Add, Mul)) else ()
        for new in chain(_results(part, here, there, rule, other, above), among):
            try:
                yield replace_at(e, place.path, new)
            except DataError:
                continue
    if len(fits) > 1:
        everywhere = _everywhere(e, here, there, rule, other)
        if everywhere is not None and everywhere != e:
            yield everywhere


def _is_bare(pattern: Expr, rule: Rule) -> bool:
    """A pattern that fits everything."""
    return isinstance(pattern, (Symbol, Function)) and pattern.name in rule.names


def _results(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr, above: tuple[Expr, ...] = ()) -> Iterator[Expr]:
    for found in islice(matches(here, e, rule.names, {}), _MATCHES):
        for meanings in _completed(found, rule, other):
            try:
                if _plausible(rule, meanings, above):
                    yield instantiate(there, meanings)
            except (DataError, KeyError, ValueError):
                continue


def _plausible(rule: Rule, meanings: Mapping[str, Meaning], above: tuple[Expr, ...]) -> bool:
    """Whether the conditions that are quickly looked at hold. The checker looks at all of them in the end."""
    bound = {b.name for _, part in walk(rule.equation) if (b := binder(part)) is not None}
    above_names = {b.name for node in above if (b := binder(node)) is not None}
    for condition in rule.conditions:
        relation = isinstance(condition, Equation) and not bound & {s.name for s in free_symbols(condition)}
        quick = relation or (isinstance(condition, Function) and condition.name in {"free", "in_range", "simplex"})
        if not quick:
            continue
        stated = instantiate(condition, meanings)
        names = declared_in([stated])
        if not names.keys() & above_names and not holds(stated, Scope(names)):
            return False
    return True


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
    families = {x.base.name for _, x in walk(other) if isinstance(x, Indexed)}
    kinds = {"base", "positive", "real", "nonzero"}
    symbols = {s.name: s for s in free_symbols(other) if s.domain.kind in kinds and s.name not in families}
    return [*[*{**bases, **powers, **symbols}.values()][:6], ONE]


def _among_some(
    e: Add | Mul, here: Expr, there: Expr, rule: Rule, other: Expr, above: tuple[Expr, ...]
) -> Iterator[Expr]:
    """The rule for some operands of a sum or product, the others left as they are."""
    operands = parts(e)
    if len(operands) > _MOST_OPERANDS:
        return
    join = sum_of if isinstance(e, Add) else product_of
    for size in range(2, len(operands)):
        for chosen in combinations(range(len(operands)), size):
            some = join(operands[i] for i in chosen)
            rest = [x for i, x in enumerate(operands) if i not in chosen]
            for new in _results(some, here, there, rule, other, above):
                yield join([*rest[: chosen[0]], new, *rest[chosen[0] :]])


def _everywhere(e: Expr, here: Expr, there: Expr, rule: Rule, other: Expr, above: tuple[Expr, ...] = ()) -> Expr | None:
    """The rule in every place where it fits, from the top."""
    if type(e) is type(here):
        for new in _results(e, here, there, rule, other, above):
            return new
    below = parts(e)
    fixed = binder(e) is not None or isinstance(e, Derivative)
    inner = (*above, e) if fixed else above
    changed = tuple(
        part if fixed and i else _everywhere(part, here, there, rule, other, inner) or part
        for i, part in enumerate(below)
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
        for found in islice(matches(there, shown, rule.names, {}), 2):
            if here.name not in found:  # the other side, such as the Y of X < Y, says nothing of this one
                continue
            value = found[here.name].body
            key = arrangement_key(value), arrangement_key(shown)
            if key in seen or isinstance(value, Number) or value == e:
                continue
            seen.add(key)
            new = _replaced(e, key[0], shown)
            if new != e:
                yield new
    missing = sorted(rule.names - {here.name})
    for guess in guesses(other) if len(missing) == 1 else []:
        meanings = {here.name: Meaning(e), missing[0]: Meaning(guess)}
        try:
            if _plausible(rule, meanings, ()):
                yield instantiate(there, meanings)
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
