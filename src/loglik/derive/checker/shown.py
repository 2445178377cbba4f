"""What the kernel found, as it is shown: with the names that were written, and what is divided by among the conditions."""

from __future__ import annotations

from loglik.derive.expressions import ZERO, At, Equation, Expr, Function, Mul, Pow, Product, Sum, Symbol, parts, rebuild
from loglik.derive.expressions.walk import binder
from loglik.derive.kernel.scope import MARK
from loglik.derive.kernel.step import Application
from loglik.derive.rules.arrangement import arrangement_key, written_number


def spoken(e: Expr) -> Expr:
    """The expression with bound names as they were written: to be shown, not to be reasoned with."""
    if isinstance(e, Symbol):
        return Symbol(e.name.split(MARK, 1)[0], e.domain)
    return rebuild(e, tuple(map(spoken, parts(e)))) if parts(e) else e


def shown(found: Application, *, divided: bool) -> Application:
    """An application with its bound names as they were written, and its conditions without what they stand under.

    Parameters
    ----------
    found : Application
        As the kernel made it.
    divided : bool
        Whether that nothing is divided by 0 is told as a condition.
    """
    conditions = list(_divisors((found.before, found.after))) if divided else []
    for c in found.conditions:
        match c:
            case Sum() | Product():  # for every index
                conditions.append(c.body)
            case Function("concave", (At() as f, _)):
                conditions.append(Function("concave", (f.body, f.variable)))
            case _:
                conditions.append(c)
    told, open_ = (tuple(map(spoken, each)) for each in (conditions, found.open))
    return Application(spoken(found.before), spoken(found.after), told, open_, backwards=found.backwards)


def _divisors(sides: tuple[Expr, Expr]) -> tuple[Expr, ...]:
    """What is divided by, outside of what binds a name."""
    found: dict[str, Expr] = {}
    waiting = list(sides)
    while waiting:
        e = waiting.pop(0)
        if binder(e) is None:
            waiting += parts(e)
        if isinstance(e, Pow) and (written_number(e.exponent) or 0) < 0:
            for factor in e.base.factors if isinstance(e.base, Mul) else (e.base,):
                found.setdefault(arrangement_key(factor), Equation(factor, "!=", ZERO))
    return tuple(found.values())
