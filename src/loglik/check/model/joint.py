"""Probabilities on finite sets: P(A, B), P(A) and P(A | B) of one joint distribution, so that the laws hold by construction.

A letter that is called with several signatures in one statement is a distribution over all the variables that it is called
with, each with a finite number of values; its weights are positive and need not sum to 1:
P(A | B) is the sum of the weights of A and B by the sum of those of B, and P(A) the same where B says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node, UnreadError, bound_by, written
from loglik.derive.expressions import Domain, Expr, Indexed, Sum, Symbol, fraction, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.model.naming import Naming

#: Letters that name distributions, without what hangs on them.
_LETTERS = frozenset(["P", "p", "q", "Q", "Pr", "r"])
_MOST_VARIABLES = 4


def joints(trees: Sequence[Node]) -> dict[str, tuple[Node, ...]]:
    """The letters that are distributions over several variables, with the variables."""
    bound = {written(b) for tree in trees for node in tree.walk() if (b := bound_by(node)) is not None}
    calls: dict[str, list[Node]] = {}
    for tree in trees:
        for node in tree.walk():
            if node.kind == "call" and node.parts[0].text.split("_")[0] in _LETTERS:
                calls.setdefault(node.parts[0].text, []).append(node)
    found: dict[str, tuple[Node, ...]] = {}
    for key, each in calls.items():
        split = [_split(call) for call in each]
        variables = {written(v): v for arguments, _, _ in split for v in arguments}
        signatures = {(signs, *map(written, arguments)) for arguments, signs, _ in split}
        simple = all(_is_variable(v, bound) for v in variables.values())
        bars = all(signs.count("|") <= 1 and set(signs) <= {",", "|"} for _, signs, _ in split)
        one_parameter = len({parameters for _, _, parameters in split}) == 1
        elsewhere = any(_occurs_elsewhere(v, tree, key) for v in variables for tree in trees)
        if (
            simple
            and bars
            and one_parameter
            and not elsewhere
            and len(signatures) > 1
            and len(variables) <= _MOST_VARIABLES
        ):
            found[key] = tuple(variables.values())
    return found


def _split(call: Node) -> tuple[list[Node], str, tuple[str, ...]]:
    """The variables of a call, the signs between them, and the parameters behind a semicolon."""
    arguments, signs = list(call.parts[1:]), call.text
    at = signs.find(";")
    if at < 0:
        return arguments, signs, ()
    return arguments[: at + 1], signs[:at], tuple(written(each) for each in arguments[at + 1 :])


def _occurs_elsewhere(variable: str, node: Node, letter: str) -> bool:
    """Whether a variable is also a number in the statement: then it is none over whose values is summed alone."""
    if node.kind == "call" and node.parts[0].text == letter:
        return False
    if node.kind == "name" and variable in {written(node), node.text, f"{node.text}_bold"}:
        return True
    index = bound_by(node)
    return any(_occurs_elsewhere(variable, part, letter) for part in node.parts if part is not index)


def _is_variable(node: Node, bound: set[str]) -> bool:
    """Whether an argument is a variable: a name whose own indices no sum of the statement moves."""
    return node.kind == "name" and not any(part.kind == "name" and part.text in bound for part in node.parts)


def probability(naming: Naming, call: Node, bound: Mapping[str, Symbol]) -> Expr:
    """The probability of what stands before the bar, given what stands behind it."""
    name = call.parts[0]
    if name.parts:
        raise UnreadError("probability", name.text, call.span)
    arguments, signs, _ = _split(call)
    bar = signs.find("|")
    given = [] if bar < 0 else arguments[bar + 1 :]
    return fraction(_weight(naming, name, arguments, bound), _weight(naming, name, given, bound))


def _weight(naming: Naming, name: Node, known: Sequence[Node], bound: Mapping[str, Symbol]) -> Expr:
    """The weight of an event: the sum over all variables of which it says nothing."""
    variables = naming.joints[name.text]
    fixed = {written(each) for each in known}
    values = []
    for variable in variables:
        key = written(variable)
        if key in fixed:
            values.append(bound.get(key) or _free(naming, variable))
        else:
            values.append(Symbol(naming.symbol_name(key)))
    found: Expr = Indexed(Symbol(naming.symbol_name(f"{name.text}_joint"), Domain("positive")), tuple(values))
    for variable in reversed(variables):
        if written(variable) not in fixed:
            found = Sum(found, Symbol(naming.symbol_name(written(variable))), number(1), _size(naming, variable))
    return found


def _free(naming: Naming, variable: Node) -> Symbol:
    return Symbol(naming.symbol_name(written(variable)), Domain("index", naming.sizes.range_of((variable.text, -1))))


def _size(naming: Naming, variable: Node) -> Expr:
    return naming.sizes.bounds(variable)[1]
