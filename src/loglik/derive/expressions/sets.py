"""What it means for a value to be in a declared set, as relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions.domains import domain
from loglik.derive.expressions.nodes import ONE, ZERO, Add, Equation, Expr, Function, Symbol, negative, number

if TYPE_CHECKING:
    from loglik.derive.expressions.domains import Domain


def said_of(e: Expr, declared: Domain) -> tuple[Expr, ...]:
    """What it means for a value to be in a declared set, as conditions."""
    above, below = Equation(e, ">", ZERO), Equation(Add((ONE, negative(e))), ">", ZERO)
    at_least, at_most = Equation(e, ">=", ZERO), Equation(Add((ONE, negative(e))), ">=", ZERO)
    whole, above_two = Function("whole", (e,)), Add((e, number(-2)))
    said: dict[str, tuple[Expr, ...]] = {
        "real": (),
        "nonzero": (Equation(e, "!=", ZERO),),
        "positive": (above,),
        "nonnegative": (at_least,),
        "base": (above, Equation(e, "!=", ONE)),
        "probability": (above, below),
        "unit": (at_least, at_most),
        "label": (at_least, at_most, whole),
        "integer": (whole,),
        "size": (Equation(above_two, ">=", ZERO), whole),
        "index": (Function("in_range", (e, *(ends(declared) or ()))),),
    }
    return said.get(declared.kind, (Function("belongs", (e,)),))  # no term is a family, and nothing proves it


def ends(declared: Domain) -> tuple[Expr, Expr] | None:
    """The first and the last index of a declared range."""
    if declared.range is None:
        return None
    last: Expr = Symbol(declared.range.size, domain("size"))
    if declared.range.offset:
        last = Add((last, number(declared.range.offset)))
    return number(declared.range.lower), last
