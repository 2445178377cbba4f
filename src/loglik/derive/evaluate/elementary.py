"""Values of functions that no rule is about: the checker of documents samples them.

Each has its value on balls and its derivative, written with the functions of `duals`, so that derivatives of any order
have values too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import arb

from loglik.derive.evaluate.duals import (
    Dual,
    TooWideError,
    UndefinedError,
    Value,
    add,
    exponential,
    invert,
    multiply,
    plain_ball,
    power,
    slope_part,
    value_part,
    whole_power,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def elementary(name: str, args: Sequence[Value]) -> Value:
    """Value of a named function; derivatives are carried along.

    Raises
    ------
    UndefinedError
        There is no such function, or it has no value there.
    TooWideError
        The ball does not tell.
    """
    if name in {"max", "min"} and args:
        return _extreme(args, largest=name == "max")
    if name == "binomial" and len(args) == 2:
        n, k = args
        rest = add(n, multiply(arb(-1), k))
        below = multiply(elementary("factorial", [k]), elementary("factorial", [rest]))
        return multiply(elementary("factorial", [n]), invert(below))
    if name not in _OF_ONE or len(args) != 1:
        raise UndefinedError(name)
    return _of_one(name, args[0])


def _of_one(name: str, x: Value) -> Value:
    value, slope = _OF_ONE[name]
    if isinstance(x, arb):
        found = value(x)
        if not found.is_finite():
            raise (UndefinedError if x.is_exact() else TooWideError)
        return found
    n = x.level
    inner = value_part(x, n)
    return Dual(n, _of_one(name, inner), multiply(slope(inner), slope_part(x, n)))


def _extreme(args: Sequence[Value], *, largest: bool) -> Value:
    """The largest or the smallest; where two may be equal it has a value, but which one moves is not known."""
    best = args[0]
    for each in args[1:]:
        a, b = plain_ball(best), plain_ball(each)
        if a.overlaps(b):
            if isinstance(best, Dual) or isinstance(each, Dual):
                raise (UndefinedError if a.is_exact() and b.is_exact() else TooWideError)
            best = best.max(each) if largest else best.min(each)
        elif bool(b > a) == largest:
            best = each
    return best


def _minus(x: Value) -> Value:
    return multiply(arb(-1), x)


def _one_minus_square(x: Value) -> Value:
    return add(arb(1), _minus(multiply(x, x)))


def _step(x: arb) -> arb:
    """The sign of a number."""
    if x.contains(0) and not x.is_zero():
        raise TooWideError
    return arb(0) if x.is_zero() else arb(1) if x > 0 else arb(-1)


def _rounded(x: arb, round_: Callable[[arb], arb]) -> arb:
    found = round_(x)
    if not found.is_exact():
        raise TooWideError
    return found


def _gamma(x: arb) -> arb:
    if abs(x) > _MAX_GAMMA:  # its digits would fill the memory
        raise TooWideError
    return x.gamma()


def _factorial_slope(x: Value) -> Value:
    """``x! psi(x + 1)``; of whole numbers only the value is asked for, as a rule."""
    if isinstance(x, Dual):
        raise UndefinedError
    return _gamma(x + 1) * (x + 1).digamma()


def _flat(x: Value) -> Value:
    del x
    return arb(0)


def _bell(x: Value) -> Value:
    return multiply(arb(2) / arb.pi().sqrt(), exponential(_minus(multiply(x, x))))


_HALF = arb(0.5)
_MAX_GAMMA = 100_000
_OF_ONE: dict[str, tuple[Callable[[arb], arb], Callable[[Value], Value]]] = {
    "sin": (arb.sin, lambda x: _of_one("cos", x)),
    "cos": (arb.cos, lambda x: _minus(_of_one("sin", x))),
    "tan": (arb.tan, lambda x: add(arb(1), whole_power(_of_one("tan", x), 2))),
    "sinh": (arb.sinh, lambda x: _of_one("cosh", x)),
    "cosh": (arb.cosh, lambda x: _of_one("sinh", x)),
    "tanh": (arb.tanh, lambda x: _one_minus_square(_of_one("tanh", x))),
    "arcsin": (arb.asin, lambda x: invert(power(_one_minus_square(x), _HALF))),
    "arccos": (arb.acos, lambda x: _minus(invert(power(_one_minus_square(x), _HALF)))),
    "arctan": (arb.atan, lambda x: invert(add(arb(1), multiply(x, x)))),
    "erf": (arb.erf, _bell),
    "sign": (_step, _flat),
    "floor": (lambda x: _rounded(x, arb.floor), _flat),
    "ceil": (lambda x: _rounded(x, arb.ceil), _flat),
    "factorial": (lambda x: _gamma(x + 1), _factorial_slope),
    "gammafn": (_gamma, lambda x: _factorial_slope(add(x, arb(-1)))),
}

#: Names of functions that have values here.
ELEMENTARY = frozenset({*_OF_ONE, "max", "min", "binomial"})
