"""Whether two outlines are the same function of their names: a formula written in another way is no slip of it.

Both are computed at two points, under every pairing of the one's names with the other's.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loglik.check.judge.outline import Part

_MOST_NAMES = 4
_NEAR = 1e-9
#: Numbers without any relation between them, in and out of the unit interval.
_POINTS = ((0.3713, 0.6171, 0.2339, 0.8123, 0.4987), (1.7391, 2.3117, 3.1459, 2.8713, 1.2297))


def same_value(form: Part, part: Part, bound: Mapping[str, Part]) -> bool:
    """Whether a formula has the values of a usual one; False if there are more than names and functions in either.

    Parameters
    ----------
    form, part : Part
        The usual formula and the document's.
    bound : mapping of str to Part
        What names of the usual one stand for already.
    """
    one, other = ({each.key: each.text for each in _atoms(side)} for side in (form, part))
    if len(one) != len(other) or len(one) > _MOST_NAMES or not all((*one.values(), *other.values())):
        return False
    fixed = {key: bound[name].key for key, name in one.items() if name in bound}
    if not set(fixed.values()) <= set(other):
        return False
    free, left = [key for key in one if key not in fixed], [key for key in other if key not in fixed.values()]
    return len(free) == len(left) and any(
        all(_agree(form, part, {**fixed, **dict(zip(free, order, strict=True))}, point) for point in _POINTS)
        for order in permutations(left)
    )


def _agree(form: Part, part: Part, pairs: Mapping[str, str], point: Sequence[float]) -> bool:
    a = _value(form, dict(zip(pairs, point, strict=False)))
    b = _value(part, dict(zip(pairs.values(), point, strict=False)))
    return a is not None and b is not None and abs(a - b) <= _NEAR * max(abs(a), abs(b))


def _atoms(part: Part) -> Iterator[Part]:
    """Parts that nothing is computed of: bare names, as long as the `text` of all of them says so."""
    if part.kind in _COMPUTED or (part.kind == "function" and part.text in _FUNCTIONS) or _gamma(part):
        for each in part.parts[bool(_gamma(part)) :]:
            yield from _atoms(each)
    elif part.kind not in {"number", "constant"}:
        yield part if part.kind == "name" and not part.parts else replace(part, text="")


def _gamma(part: Part) -> bool:
    return part.kind == "call" and len(part.parts) == 2 and part.parts[0].text == "Gamma"


def _value(part: Part, values: Mapping[str, float]) -> complex | None:
    if part.key in values:
        return values[part.key]
    try:
        if part.kind == "number":
            return float(part.text)
        if part.kind == "constant":
            return {"e": math.e, "pi": math.pi}[part.text]
        rule = _FUNCTIONS.get(part.text) if part.kind == "function" else _COMPUTED.get(part.kind)
        below = [_value(each, values) for each in part.parts[bool(_gamma(part)) :]]
        known = [each for each in below if each is not None]
        if len(known) != len(below):
            return None
        return _real_gamma(*known) if _gamma(part) else rule(*known) if rule else None
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _real_gamma(x: complex) -> complex:
    return math.gamma(x.real)


def _product(*factors: complex) -> complex:
    return math.prod(factors, start=complex(1))


_COMPUTED: dict[str, Callable[..., complex]] = {
    "sum": lambda *terms: sum(terms, complex(0)),
    "product": lambda above, below: above / below,
    "above": _product,
    "below": _product,
    "neg": lambda x: -x,
    "power": lambda base, exponent: complex(base) ** exponent,
    "root": lambda x, n=2: complex(x) ** (1 / n),
    "factorial": lambda x: _real_gamma(x + 1),
    "abs": abs,
}
_FUNCTIONS: dict[str, Callable[..., complex]] = {
    "exp": cmath.exp,
    "log": cmath.log,
    "binomial": lambda n, k: _real_gamma(n + 1) / _real_gamma(k + 1) / _real_gamma(n - k + 1),
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
}


__all__ = ["same_value"]
