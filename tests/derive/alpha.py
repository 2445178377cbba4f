"""Alpha-equivalence, of its own for the tests: the name of a bound index does not matter."""

from __future__ import annotations

from loglik.derive.expressions.nodes import Chain, Constant, Equation, Expr, Indexed, Number, Symbol
from loglik.derive.expressions.walk import binder, body_and_rest, parts


def alpha_key(e: Expr, bound: tuple[str, ...] = ()) -> str:
    """A text that two expressions share exactly if they differ in names of bound variables only.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> alpha_key(parse("sum(k, k, 1, 3)")) == alpha_key(parse("sum(j, j, 1, 3)"))
    True
    """
    if isinstance(e, Symbol):
        # Innermost binding first: a name bound twice means the inner one.
        return f"#{bound.index(e.name)}" if e.name in bound else f"{e.name}:{e.domain.kind}"
    if isinstance(e, Number):
        return str(e.value)
    if isinstance(e, Constant):
        return f"={e.name}"
    head = type(e).__name__
    variable = binder(e)
    if variable is not None:
        body, rest = body_and_rest(e)
        inner = alpha_key(body, (variable.name, *bound))
        return f"{head}({inner};{','.join(alpha_key(each, bound) for each in rest)})"
    match e:
        case Equation():
            head = e.relation
        case Chain():
            head = " ".join(e.relations)
        case Indexed():
            head = "Indexed^" if e.upper else "Indexed"
        case _:
            head = f"{head}.{name}" if (name := getattr(e, "name", "")) else head
    return f"{head}({','.join(alpha_key(each, bound) for each in parts(e))})"


def alpha_equal(a: Expr, b: Expr) -> bool:
    """Equal up to the names of bound variables."""
    return a == b or alpha_key(a) == alpha_key(b)
