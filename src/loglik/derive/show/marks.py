"""What a step changed, marked in the term after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import Add, Equation, Expr, Indexed, Mul, Number, Pow, Symbol, parts, rebuild
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Marked(Expr):
    """An expression that is marked where it is printed; nothing else knows of it."""

    inner: Expr

    def __post_init__(self) -> None:
        self._grow(self.inner)


def bare(e: Expr) -> Expr:
    """The expression without a mark around it."""
    return e.inner if isinstance(e, Marked) else e


def changed(before: Expr, after: Expr) -> Expr:
    """The term after a step, with a mark around each of the smallest parts that the term before does not have there.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> after = changed(parse("log(X*Y)"), parse("log(X) + log(Y)"))
    >>> isinstance(after, Marked)
    True
    >>> changed(parse("1 + log(X^2)"), parse("1 + 2*log(X)")).terms[0] == parse("1")
    True
    """
    return after if _same(before, after) else _marked(before, after)


def _same(a: Expr, b: Expr) -> bool:
    return a == b or arrangement_key(a) == arrangement_key(b)


def _marked(before: Expr, after: Expr) -> Expr:
    if type(before) is not type(after) or isinstance(after, (Symbol, Number, Indexed)):
        return Marked(after)
    if isinstance(after, Equation) and isinstance(before, Equation) and before.relation == after.relation:
        return _pairwise(parts(before), after)
    if isinstance(after, (Add, Mul)):
        return _among(parts(before), after)
    if isinstance(after, Pow) and isinstance(before, Pow) and not _same(before.exponent, after.exponent):
        return Marked(after) if _is_number(after.exponent) else _pairwise(parts(before), after)
    if binder(after) is not None:  # bounds and names of indices are not marked alone
        body, *rest = parts(after)
        first, *others = parts(before)
        if len(rest) != len(others) or not all(map(_same, rest[1:], others[1:])) or rest[0] != others[0]:
            return Marked(after)
        return rebuild(after, (changed(first, body), *rest))
    return _pairwise(parts(before), after)


def _is_number(e: Expr) -> bool:
    return isinstance(e, Number)


def _pairwise(before: Sequence[Expr], after: Expr) -> Expr:
    """Part by part, where there are as many of them as before."""
    below = parts(after)
    if len(before) != len(below):
        return Marked(after)
    made = tuple(b if a == b or _fixed(b) else changed(a, b) for a, b in zip(before, below, strict=True))
    return rebuild(after, made) if made != below else Marked(after)


def _fixed(e: Expr) -> bool:
    """Numbers, which the printers make signs and fractions of."""
    return isinstance(e, Number)


def _among(before: Sequence[Expr], after: Add | Mul) -> Expr:
    """Terms or factors: those that were there before stay as they are, in whatever order."""
    left = list(before)
    new: list[int] = []
    below = parts(after)
    for i, each in enumerate(below):
        found = next((j for j, other in enumerate(left) if _same(other, each)), None)
        if found is None:
            new.append(i)
        else:
            del left[found]
    if not new or (len(new) == len(below) != 1 and len(left) != len(new)):
        return Marked(after)
    pairs = dict(zip(new, left, strict=False)) if len(new) == len(left) else {}
    made = list(below)
    for i in new:
        marked = _operand(pairs.get(i), below[i])
        if marked is None:
            return Marked(after)
        made[i] = marked
    return rebuild(after, tuple(made))


def _operand(before: Expr | None, after: Expr) -> Expr | None:
    """A marked term or factor that prints as it did; None where signs and fraction bars would not survive."""
    if isinstance(after, Number):
        return None
    if isinstance(after, Pow) and _is_number(after.exponent) and after.exponent.value < 0:  # type: ignore[attr-defined]
        below = before.base if isinstance(before, Pow) and before.exponent == after.exponent else None
        inner = after.base if below is None else changed(below, after.base)
        return rebuild(
            after, (inner if isinstance(inner, Marked) or below is not None else Marked(inner), after.exponent)
        )
    found = changed(before, after) if before is not None else Marked(after)
    whole = bare(found)
    if isinstance(found, Marked) and isinstance(whole, Mul) and isinstance(whole.factors[0], Number):
        return rebuild(whole, (whole.factors[0], *(_operand(None, each) or each for each in whole.factors[1:])))
    return found


def unmarked(e: Expr) -> Expr:
    """The expression without any marks."""
    if isinstance(e, Marked):
        return unmarked(e.inner)
    below = parts(e)
    made = tuple(map(unmarked, below))
    return rebuild(e, made) if made != below else e
