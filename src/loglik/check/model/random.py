"""Random variables on a finite set of outcomes: E[X], Var(X), Cov(X, Y), so that their laws hold by construction.

A random variable is a family of numbers, one for each outcome; the mean is the sum of them with the weights of the outcomes,
by the sum of the weights. Outside a mean it stands for its value at any one outcome.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node, UnreadError
from loglik.check.model.shapes import times
from loglik.derive.expressions import Domain, Expr, Indexed, Sum, Symbol, fraction, number, sum_of
from loglik.derive.expressions.domains import Range
from loglik.derive.expressions.nodes import MINUS_ONE, Mul, Pow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OUTCOME = "outcome"
_SIZE = Symbol("#outcome", Domain("size"))
_WEIGHT = Symbol("weight", Domain("positive"))
_OF_RANDOM = frozenset(["Var", "Cov"])
_CAPITAL = re.compile(r"[A-Z](?:_|$)")


def random_variables(trees: Sequence[Node]) -> set[str]:
    """Names that are random: capital letters of which a mean or a variance is taken, or what a mean is over."""
    found: set[str] = set()
    sizes = {n.parts[3].text for tree in trees for n in tree.walk() if n.kind == "big" and n.count == 4}
    for tree in trees:
        for node in tree.walk():
            if node.kind == "expectation" and len(node.parts) == 1:
                found |= _capitals(node.parts[0])
            elif node.kind == "expectation" and node.parts[1].kind == "name" and not node.parts[1].parts:
                found.add(node.parts[1].text)
            elif node.kind == "call" and node.parts[0].text in _OF_RANDOM:
                found |= {key for part in node.parts[1:] for key in _capitals(part)}
    return found - sizes


def _capitals(tree: Node) -> set[str]:
    called = {node.parts[0].text for node in tree.walk() if node.kind in {"call", "prime"}}
    names = {node.text for node in tree.walk() if node.kind == "name"}
    return {key for key in names - called if _CAPITAL.match(key) and not key.endswith("_bb")}


def outcome(bound: Mapping[str, Symbol]) -> Symbol:
    """The outcome at which a random variable is looked at."""
    return bound.get(OUTCOME) or Symbol(OUTCOME, Domain("index", Range(1, _SIZE.name)))


def mean(body: Callable[[Mapping[str, Symbol]], Expr], bound: Mapping[str, Symbol]) -> Expr:
    """The mean of what a body is at each outcome."""
    index = Symbol(OUTCOME)
    weight = Indexed(_WEIGHT, (index,))
    value = body({**bound, OUTCOME: index})
    return fraction(Sum(times(weight, value), index, number(1), _SIZE), Sum(weight, index, number(1), _SIZE))


def spread(call: Node, bodies: Sequence[Callable[[Mapping[str, Symbol]], Expr]], bound: Mapping[str, Symbol]) -> Expr:
    """``Var(X) = E[X^2] - E[X]^2`` and ``Cov(X, Y) = E[X Y] - E[X] E[Y]``."""
    first, other = bodies[0], bodies[-1]
    if len(bodies) != {"Var": 1, "Cov": 2}[call.parts[0].text]:
        raise UnreadError("operator", call.parts[0].text, call.span)
    if len(bodies) == 1:
        square = mean(lambda inner: Pow(first(inner), number(2)), bound)
        return sum_of([square, Mul((MINUS_ONE, Pow(mean(first, bound), number(2))))])
    product = mean(lambda inner: times(first(inner), other(inner)), bound)
    return sum_of([product, Mul((MINUS_ONE, mean(first, bound), mean(other, bound)))])
