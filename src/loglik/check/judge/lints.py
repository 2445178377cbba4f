"""Errors that need no meaning: an index that its sum does not use, one that is on one side only, a base that is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.judge.edits import paired
from loglik.check.judge.looks import odd_looks
from loglik.check.result import Finding, said
from loglik.derive.expressions import (
    Add,
    Derivative,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Pow,
    Product,
    Sum,
    Symbol,
    free_symbols,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loglik.check.statement import Statement

#: Parts of a term that nobody writes twice.
_LONG = 6
#: Lints of how something is written, whether or not it holds.
_ODD_ANYHOW = frozenset({"lint-brackets", "lint-outside-sum", "lint-same-ends", "lint-nothing-derived"})


def lints(statement: Statement, index: int, left: Expr | None, right: Expr | None) -> list[Finding]:
    """What is odd about a relation as it is written."""
    found = [*_brackets(statement, index), *odd_looks(statement, index, unread=left is None or right is None)]
    for side in (left, right):
        if side is not None:
            found += [*_unused_index(side), *_twice(side), *_outside_its_sum(side)]
    if left is not None and right is not None:
        found += _captured(left, right)
        restricted = " ".join(each.tex for each in statement.conditions)
        for each in _one_sided(left, right, {s.name for s in statement.readings[0].elements}):
            found += [each] if dict(each.reason.args)["index"] not in restricted else []
        found += _lost_base((left, right))
    return found


def _finding(key: str, **args: str) -> Finding:
    return Finding("lint", said(key, **args))


def _brackets(statement: Statement, index: int) -> Iterator[Finding]:
    troubles = [statement.misread, *(term.trouble for term in statement.terms[index : index + 2])]
    for each in troubles:
        if each is not None and each.code == "brackets" and not paired(_source(statement, index)):
            yield _finding("lint-brackets", detail=each.detail)


def _source(statement: Statement, index: int) -> str:
    """The source of a relation, both sides included."""
    first, last = statement.terms[index], statement.terms[min(index + 1, len(statement.terms) - 1)]
    return statement.formula.tex[first.span.start : last.span.end]


def _unused_index(e: Expr) -> Iterator[Finding]:
    """A sum whose body has indices, but not its own: ``sum_j exp(x_i)``. ``sum_i 1`` is a sum of a constant, and meant."""
    for _, part in walk(e):
        if not isinstance(part, (Sum, Product)) or part.index.name in _names(part.body):
            continue
        if any(isinstance(inner, Function) and "=" in inner.name for _, inner in walk(part.body)):
            continue  # I(y = k): what stands there is read as part of the name
        last = {s.name for s in free_symbols(part.upper)}
        elements = [inner for _, inner in walk(part.body) if isinstance(inner, Indexed)]
        if any(
            _letters(each) or any(isinstance(i, Symbol) and i.name in last for i in each.indices) for each in elements
        ):
            yield _finding("lint-unused-index", index=part.index.name)


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _twice(e: Expr) -> Iterator[Finding]:
    """The same long term twice in a sum: the second was to be another one. What is shown to be ``2 a`` holds."""
    for _, part in walk(e):
        if isinstance(part, Add) and any(part.terms.count(term) > 1 for term in part.terms if term.size >= _LONG):
            yield _finding("lint-twice")
            return


def _outside_its_sum(e: Expr) -> Iterator[Finding]:
    """An element divided by a sum over its own index: ``exp(z_i) / sum_i exp(z_i)``."""
    if _of_events(e):  # a sum that nobody wrote
        return
    for _, part in walk(e):
        if not isinstance(part, Mul):
            continue
        below = [f.base for f in part.factors if isinstance(f, Pow) and isinstance(f.base, Sum)]
        for total in below:
            outside = [f for f in part.factors if f != total and not (isinstance(f, Pow) and f.base == total)]
            if total.index.name in {i for f in outside for i in _free_indices(f)} and str(total.body) in map(
                str, outside
            ):
                yield _finding("lint-outside-sum", index=total.index.name)
                return


def _letters(e: Indexed) -> set[str]:
    """Letters among the indices of an element."""
    return {s.name for index in e.indices for s in free_symbols(index) if s.domain.kind != "size"}


def _one_sided(left: Expr, right: Expr, elements: set[str]) -> Iterator[Finding]:
    """Both sides are elements, and one has an index that the other has not: ``a_ij = b_i c_k``, ``a_i = sum_i b_j``."""
    one, other = (_free_indices(e) - elements for e in (left, right))
    exchanged = one and other and ((one - other) & _bound(right) or (other - one) & _bound(left))
    if any(_of_events(e) for e in (left, right)):  # sums that nobody wrote
        return
    if _of_one_case(left, right, elements):
        return
    if one & other or exchanged:
        beside = (one - other - _names(right)) | (other - one - _names(left))  # x_j^k has its k as an exponent
        for index in sorted(beside - _labels((left, right))):
            yield _finding("lint-one-sided", index=index)


def _labels(sides: Sequence[Expr]) -> set[str]:
    """Letters that are one word, ``W_{in}``, where neither is the index of anything else; and names of families: ``W_c``."""
    families = {part.base.name for e in sides for _, part in walk(e) if isinstance(part, Indexed)}
    named = {re.sub("(hat|tilde|bar)$", "", name) for name in families}
    parts = [part for e in sides for _, part in walk(e) if isinstance(part, Indexed)]
    places = [tuple(str(i) for i in part.indices) for part in parts]
    words = {each for each in places if len(each) == 2 and all(len(letter) == 1 for letter in each)}
    alone = [each for each in words if not any(set(each) & set(other) for other in places if other != each)]
    return (named | {letter for each in alone for letter in each}).difference(*map(_bound, sides))


def _of_one_case(left: Expr, right: Expr, elements: set[str]) -> bool:
    """Whether a loss without indices is differentiated and nothing summed: it is that of one case, which is not named.

    By a vector, sums without bounds are products of vectors.
    """
    sums = [e for _, e in walk(right) if isinstance(e, (Sum, Product))]
    summed = any(not (elements and str(e.upper).startswith("#")) for e in sums)
    return not summed and any(isinstance(e, Derivative) and isinstance(e.body, Symbol) for _, e in walk(left))


def _captured(left: Expr, right: Expr) -> Iterator[Finding]:
    """A call has an argument that is an index of a sum on the other side, and nothing else there: ``P(k) = 1/sum_k e_k``."""
    if not isinstance(left, Function) or _of_events(right):
        return
    free = _names(right)
    for part in [part for _, part in walk(right) if isinstance(part, (Sum, Product))]:
        arguments = {arg.name for arg in left.args if isinstance(arg, Symbol)}
        own = {inner.name for each in left.args for inner in free_symbols(each)}
        if part.index.name in arguments and part.index.name not in free and own & free - {part.index.name}:
            yield _finding("lint-one-sided", index=part.index.name)


def _free_indices(e: Expr) -> set[str]:
    """Indices that an expression has for itself, by their use in elements; those within indices are labels."""
    places = [part.variable if isinstance(part, Derivative) else part for _, part in walk(e)]
    used = [index for part in places if isinstance(part, Indexed) for index in part.indices]
    names = {s.name for index in used if not _has_element(index) for s in free_symbols(index) if _is_index(s)}
    return names & _names(e)


def _of_events(e: Expr) -> bool:
    return any(isinstance(part, Indexed) and part.base.name.endswith("_joint") for _, part in walk(e))


def _bound(e: Expr) -> set[str]:
    """Indices that sums and products run over."""
    return {part.index.name for _, part in walk(e) if isinstance(part, (Sum, Product))}


def _has_element(e: Expr) -> bool:
    return any(isinstance(part, (Indexed, Function)) for _, part in walk(e))


def _is_index(s: Symbol) -> bool:
    return s.domain.kind == "index" and s.domain.range is not None


def _lost_base(sides: Sequence[Expr]) -> Iterator[Finding]:
    """``log_b`` beside ``log`` of the same names; in a change of base the base itself stands in a logarithm."""
    logs = [part for side in sides for _, part in walk(side) if isinstance(part, Log)]
    based = [each for each in logs if isinstance(each.base, Symbol)]
    natural = [each for each in logs if each.base == E]
    for base in sorted({each.base.name for each in based if isinstance(each.base, Symbol)}):
        below = set[str]().union(*(_names(each.argument) for each in based if _is(each.base, base)))
        beside = [each for each in natural if _names(each.argument) & below]
        if beside and not any(base in _names(each.argument) for each in natural):
            yield _finding("lint-lost-base", base=base)


def _is(e: Expr, name: str) -> bool:
    return isinstance(e, Symbol) and e.name == name


def without_true(found: Iterable[Finding], *, holds: bool) -> list[Finding]:
    """What remains of the lints of a relation that holds: an index that does nothing there is meant so."""
    return [each for each in found if not holds or each.reason.key in _ODD_ANYHOW]
