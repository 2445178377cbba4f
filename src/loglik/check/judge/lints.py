"""Errors that need no meaning: an index that its sum does not use, one that is on one side only, a base that is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.result import Finding, said
from loglik.derive.expressions import E, Expr, Indexed, Log, Product, Sum, Symbol, free_symbols, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loglik.check.statement import Statement


def lints(statement: Statement, index: int, left: Expr | None, right: Expr | None) -> list[Finding]:
    """What is odd about a relation as it is written."""
    found = [*_brackets(statement, index)]
    for side in (left, right):
        if side is not None:
            found += _unused_index(side)
    if left is not None and right is not None:
        found += _one_sided(left, right)
        found += _lost_base((left, right))
    return found


def _finding(key: str, **args: str) -> Finding:
    return Finding("lint", said(key, **args))


def _brackets(statement: Statement, index: int) -> Iterator[Finding]:
    troubles = [statement.misread, *(term.trouble for term in statement.terms[index : index + 2])]
    for each in troubles:
        if each is not None and each.code == "brackets":
            yield _finding("lint-brackets", detail=each.detail)


def _unused_index(e: Expr) -> Iterator[Finding]:
    """A sum whose body has indices, but not its own: ``sum_j exp(x_i)``. ``sum_i 1`` is a sum of a constant, and meant."""
    for _, part in walk(e):
        if not isinstance(part, (Sum, Product)) or part.index.name in _names(part.body):
            continue
        if any(isinstance(inner, Indexed) and _letters(inner) for _, inner in walk(part.body)):
            yield _finding("lint-unused-index", index=part.index.name)


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}


def _letters(e: Indexed) -> set[str]:
    """Letters among the indices of an element."""
    return {s.name for index in e.indices for s in free_symbols(index) if s.domain.kind != "size"}


def _one_sided(left: Expr, right: Expr) -> Iterator[Finding]:
    """Both sides are elements, and one has an index that the other has not: ``a_i = b_i c_j``."""
    one, other = _free_indices(left), _free_indices(right)
    if not one or not other or not (one & other):
        return
    for index in sorted(one ^ other):
        yield _finding("lint-one-sided", index=index)


def _free_indices(e: Expr) -> set[str]:
    free = _names(e)
    families = {part.base.name for _, part in walk(e) if isinstance(part, Indexed)}
    used = [part for _, part in walk(e) if isinstance(part, Indexed)]
    bare = {part.name for part in _bare(e)}
    return {name for part in used for name in _letters(part)} & free - families - bare


def _bare(e: Expr, *, inside: bool = False) -> Iterator[Symbol]:
    """Names that stand outside of indices."""
    from loglik.derive.expressions import parts

    if isinstance(e, Symbol) and not inside:
        yield e
    for part in parts(e):
        yield from _bare(part, inside=inside or isinstance(e, Indexed))


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
    return [each for each in found if not holds or each.reason.key == "lint-brackets"]
