"""All rules, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.rules import calculus, curvature, families, functions, limits, logarithms, powers, ranges, roots
from loglik.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from loglik.derive.rules.model import Rule

_SHELVES = (logarithms, powers, limits, calculus, functions, roots, ranges, families, curvature)

RULES: dict[str, Rule] = {each.id: each for shelf in _SHELVES for each in shelf.RULES}


def rule(name: str) -> Rule:
    """Look up a rule.

    Examples
    --------
    >>> rule("log-product").statement
    'log(X*Y, a) = log(X, a) + log(Y, a)'
    """
    if name not in RULES:
        raise DataError("LL163", f'no rule "{name}"{did_you_mean(name, RULES)}')
    return RULES[name]
