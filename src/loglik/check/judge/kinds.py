"""What a relation is: a definition, a condition, a claim, or nothing that numbers decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from loglik.check.judge.opaque import unknown_functions
from loglik.check.judge.values import COMPARED
from loglik.derive.expressions import Derivative, Expr, Function, Indexed, Mul, Number, Symbol, free_symbols, walk

if TYPE_CHECKING:
    from loglik.check.statement import Statement

Nature = Literal["definition", "condition", "claim", "open"]

_ORDERS = frozenset({"<", ">", "<=", ">=", "!="})
_DEFINING = frozenset({":=", "=:", "←"})
#: Neither numbers nor rules say anything of these.
_STATED = frozenset({"~", "∈", "→"})


def nature(statement: Statement, index: int, left: Expr, right: Expr) -> Nature:
    """What the relation with this number is, before anything is computed.

    ``open`` are relations that the check has no means to decide (proportional to, implies).
    """
    sign = statement.relations[index].sign
    if sign in _DEFINING or _defined_here(statement, index, left, right):
        return "definition"
    if sign in _STATED:
        return "condition"
    if sign not in COMPARED:
        return "open"
    if sign in _ORDERS and _bounds(left, right):
        return "condition"
    # Of numbers nothing is asked, unless they are members of a list or a table.
    asked = not numbers_only(left, right) or statement.context.wanted == "…"
    if statement.context.wanted and len(statement.relations) == 1 and asked:
        return "condition"
    return "claim"


def _bounds(left: Expr, right: Expr) -> bool:
    """A name alone beside a number, or functions nothing is known of: ``x > 0``, ``P(x)/Q(x) > 0`` say what they are."""
    alone = [e for e in (left, right) if isinstance(e, (Symbol, Indexed)) or unknown_functions(e)]
    return len(alone) == 1 and any(not free_symbols(e) for e in (left, right))


def stated_by_sign(sign: str) -> Literal["definition", "condition"] | None:
    """What a relation is by its sign alone, whatever stands on its sides: ``:=`` defines, ``∈`` says where from."""
    return "definition" if sign in _DEFINING else "condition" if sign in _STATED else None


def _defined_here(statement: Statement, index: int, left: Expr, right: Expr) -> bool:
    """Whether the statement defines something by this very relation: the body of the definition is one of its sides."""
    for each in statement.defines:
        if each.mark == "through" and index == 0 and each.name in _names(left):
            return True
        if each.body in {left, right} and each.name in _names(right if each.body == left else left):
            return True
    return False


def _names(e: Expr) -> set[str]:
    return {part.name for _, part in walk(e) if isinstance(part, (Symbol, Function))}


def may_be_condition(sign: str, left: Expr, right: Expr) -> bool:
    """Whether a relation that does not hold everywhere is likely to be asked for rather than claimed.

    ``x > 0``, ``sum p_k = 1``, ``dL/dw = 0``, ``x = 2``: a name or a number stands alone on one side, and what is on the
    other side does not decide it.
    """
    if isinstance(left, Number) and isinstance(right, Number):
        return False
    if not (free_symbols(left) | free_symbols(right)):
        return False
    if not free_symbols(left) or not free_symbols(right):  # a value, or an equation to be solved
        return True
    if sign in _ORDERS:
        return not (composite(left) and composite(right)) or not (_free(left) & _free(right))
    return not (composite(left) and composite(right))


def composite(e: Expr) -> bool:
    """Whether an expression is more than a name, an element, a number, or a call that nothing is known of."""
    if isinstance(e, Mul) and len(e.factors) == 2 and isinstance(e.factors[0], Number):
        return composite(e.factors[1])
    return not isinstance(e, (Symbol, Indexed, Number))


def numbers_only(left: Expr, right: Expr) -> bool:
    """Whether there is no name and no unknown call on either side."""
    return not any(free_symbols(e) or unknown_functions(e) for e in (left, right))


def has_derivative(e: Expr) -> bool:
    """Whether a derivative is taken somewhere."""
    return any(isinstance(part, Derivative) for _, part in walk(e))


def _free(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)}
