"""Functions in a tree: known ones, unknown ones, distributions, norms, and sums with dots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node, UnreadError, bound_by, is_bold, occurs, written
from loglik.check.model.joint import probability
from loglik.check.model.random import OUTCOME, mean, spread
from loglik.check.model.shapes import (
    Shaped,
    Value,
    cells_of,
    column,
    determinant,
    fresh_index,
    mapped,
    names_of,
    times,
    total,
)
from loglik.derive.expressions import (
    At,
    Derivative,
    Expr,
    Function,
    Indexed,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    exp,
    fraction,
    free_symbols,
    number,
    reciprocal,
    substitute,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.model.convert import Converter

_SOFTMAX = frozenset({"softmax", "Softmax"})
_SUM_SIGN = {"add": Sum, "mul": Product}


def known(name: str, argument: Expr) -> Expr:
    """A known function of one number."""
    if name == "exp":
        return exp(argument)
    if name == "sqrt":
        return Pow(argument, number(1, 2))
    if name == "relu":
        return Function("max", (number(0), argument))
    if name in {"cot", "sec", "csc"}:
        return reciprocal(Function({"cot": "tan", "sec": "cos", "csc": "sin"}[name], (argument,)))
    return Function(name, (argument,))


def call(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """A call: of a known function, of a family over a finite set, or of a function of which nothing is known."""
    name, *written = node.parts
    key = name.text
    if any(part.text == "·" for part in written):
        raise UnreadError("call", f"{key}(·)", node.span)
    if key in _SOFTMAX and len(written) == 1:
        return _softmax(c, name, written[0], bound)
    if key in {"tr", "Tr", "trace"}:
        return _trace(c, node, bound)
    if key in {"Var", "Cov"} and c.naming.random:
        return spread(node, [partial(c.scalar, part) for part in written], bound)
    if key in {"det", "rank"} and len(written) == 1:
        return _of_matrix(c, key, written[0], bound)
    if key in {"det", "diag", "rank", "Var", "Cov", "dim"}:
        raise UnreadError("operator", key, node.span)
    if c.naming.is_sigmoid(key) and len(written) == 1:
        return mapped(c.value(written[0], bound), lambda e: Function("sigmoid", (e,)))
    if key in c.naming.joints:
        return probability(c.naming, node, bound)
    if c.naming.is_family_call(key, written, bound):
        indices = tuple(c.scalar(part, bound) for part in written)
        return Indexed(c.naming.family(key, node), indices)
    called = c.naming.symbol_name(key) + _signature(written, node.text.replace(";", ","))
    indices = tuple(c.scalar(part, bound) for part in name.parts)
    arguments = tuple(_argument(c, part, bound) for part in written)
    if is_bold(key) and key[0].islower():  # a vector of functions
        return column(c.naming.sizes.of(key, len(indices)), lambda i: Function(called, (*indices, i, *arguments)))
    return Function(called, (*indices, *arguments))


def _signature(written: Sequence[Node], separators: str) -> str:
    """What tells functions of one letter apart: bars between arguments, and variables that are named beside their values."""
    if not any(part.kind == "relation" for part in written):
        return separators if separators.strip(",") else ""
    named = [f"{part.parts[0].text}=" if part.kind == "relation" else "" for part in written]
    return "[" + "".join(f"{name}{sign}" for name, sign in zip(named, f"{separators} ", strict=False)).strip() + "]"


def _argument(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Expr:
    """An argument of an unknown function: a number, or a vector that has a name."""
    if node.kind == "relation":  # P(Y = y): the value; the name of the variable is part of the name of the function
        if node.text != "=" or node.parts[0].kind != "name":
            raise UnreadError("event", node.text, node.span)
        return _argument(c, node.parts[1], bound)
    if node.kind == "dots":
        return Symbol("…")
    if node.kind == "name" and node.text in c.naming.random and OUTCOME not in bound and not node.parts:
        return Symbol(c.naming.symbol_name(node.text))  # H(X): of the variable, not of its value
    found = c.value(node, bound)
    if isinstance(found, Shaped):
        if node.kind == "name" and not node.parts:
            return Symbol(c.naming.symbol_name(node.text))
        if node.kind == "name":
            return Indexed(Symbol(c.naming.symbol_name(node.text)), tuple(c.scalar(part, bound) for part in node.parts))
        raise UnreadError("shapes", "argument", node.span)
    return found


#: Letters that are constants where they are differentiated alone.
_CONSTANTS = frozenset("abckmnC")


def prime(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """``f'(x)``: the derivative of the function, where its argument is x; ``(x^2)'``: by the one name that is in it."""
    if len(node.parts) == 1:
        body = c.scalar(node.parts[0], bound)
        free = {s.name for s in free_symbols(body) if not s.name.startswith("#")}
        constant = isinstance(body, Symbol) and body.name[0] in _CONSTANTS  # (c)' = 0
        variable = next(iter(free)) if len(free) == 1 and not constant else "x"
        for _ in range(node.count):
            body = Derivative(body, Symbol(variable))
        return body
    if len(node.parts) != 2:
        raise UnreadError("prime", node.parts[0].text, node.span)

    def derived(argument: Expr) -> Expr:
        variable = argument if isinstance(argument, Symbol) else fresh_variable(argument)
        body = functional(c, node, variable)
        for _ in range(node.count):
            body = Derivative(body, variable)
        return body if variable == argument else At(body, variable, argument)

    return mapped(c.value(node.parts[1], bound), derived)


def functional(c: Converter, node: Node, variable: Symbol) -> Expr:
    """The function of a prime, at a variable."""
    key = node.parts[0].text
    if node.parts[0].parts:
        raise UnreadError("prime", key, node.span)
    if c.naming.is_sigmoid(key):
        return Function("sigmoid", (variable,))
    return Function(c.naming.symbol_name(key), (variable,))


def fresh_variable(argument: Expr) -> Symbol:
    """A name for the variable of a derivative that is taken at a term."""
    taken = {s.name for s in free_symbols(argument)}
    return Symbol(next(n for n in ("u", "v", "u1", "u2", "u3") if n not in taken))


def _softmax(c: Converter, name: Node, argument: Node, bound: Mapping[str, Symbol]) -> Value:
    """A softmax: an element if the argument is one, or if it has an index itself; otherwise all of them."""
    if argument.kind == "name" and len(argument.parts) == 1 and not c.naming.is_vector(argument):
        symbol, place = c.naming.base(argument), c.scalar(argument.parts[0], bound)
        return Function("softmax", (symbol, place, c.naming.sizes.of(argument.text, 0)))
    if argument.kind == "name" and not argument.parts:
        symbol, size = c.naming.base(argument), c.naming.sizes.of(argument.text, 0)
        whole = column(size, lambda i: Function("softmax", (symbol, i, size)))
    else:
        value = c.value(argument, bound)
        if not isinstance(value, Shaped) or value.columns is not None or value.rows is None:
            raise UnreadError("shapes", name.text, argument.span)
        whole = _softmax_of(value, value.rows)
    if name.parts:  # softmax_k(z)
        return whole.element(c.scalar(name.parts[0], bound))
    return whole


def _softmax_of(value: Shaped, size: Expr) -> Shaped:
    k = fresh_index(names_of(value))

    def element(i: Expr) -> Expr:
        return fraction(exp(value.element(i)), total(lambda at: exp(value.element(at)), k, size))

    return column(size, element)


def _trace(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    value = c.value(node.parts[1], bound)
    if not isinstance(value, Shaped) or value.rows is None or value.columns is None:
        raise UnreadError("shapes", "tr", node.span)
    return total(lambda k: value.at(k, k), fresh_index(names_of(value)), value.rows)


def _of_matrix(c: Converter, name: str, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """A determinant: of a matrix that is written out computed, of another one a number of which nothing is known."""
    value = c.value(node, bound)
    if not isinstance(value, Shaped) or value.rows is None or value.columns is None:
        raise UnreadError("shapes", name, node.span)
    if isinstance(value.rows, Number) and isinstance(value.columns, Number):
        if name != "det":
            raise UnreadError("shapes", name, node.span)
        return determinant(cells_of(value), node.span)
    return Function(name, (value.at(number(1), number(2)),))


def element(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """``softmax(z)_i``, ``(Wx + b)_i``."""
    whole = c.value(node.parts[0], bound)
    places = [c.scalar(part, bound) for part in node.parts[1:]]
    if not isinstance(whole, Shaped):
        if isinstance(whole, Function) and node.parts[0].kind == "call":
            return Function(whole.name, (*places, *whole.args))  # f(x)_i: a function for each index
        raise UnreadError("shapes", "_", node.span)
    if whole.directions != len(places):
        raise UnreadError("shapes", "_", node.span)
    return whole.element(*places)


def norm(c: Converter, node: Node, bound: Mapping[str, Symbol], *, squared: bool = False) -> Value:
    """A norm, or its square, as a sum over the elements."""
    value = c.value(node.parts[0], bound)
    order = node.parts[1].text if len(node.parts) > 1 else "2"
    if order not in {"1", "2"} or not isinstance(value, Shaped) or value.directions != 1 or (squared and order == "1"):
        raise UnreadError("norm", order, node.span)
    size = value.rows or value.columns
    k = fresh_index(names_of(value))
    if size is None:
        raise TypeError
    if order == "1":
        return total(lambda at: Function("abs", (value.element(at),)), k, size)
    squares = total(lambda at: Pow(value.element(at), number(2)), k, size)
    return squares if squared else Pow(squares, number(1, 2))


def expectation(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """``E_{x ~ p}[f(x)]`` over a finite set: the sum of p(x) f(x)."""
    over = node.parts[1] if len(node.parts) > 1 else None
    if c.naming.random and (over is None or (over.kind == "name" and over.text in c.naming.random)):
        return mean(lambda inner: c.scalar(node.parts[0], inner), bound)
    variable = bound_by(node)
    if over is None or variable is None or over.kind not in {"relation", "call"}:
        raise UnreadError("expectation", "E", node.span)
    law = over.parts[1] if over.kind == "relation" else over.parts[0]
    if law.kind == "call" and len(law.parts) == 2 and written(law.parts[1]) == written(variable):
        law = law.parts[0]  # x ~ p(x)
    if law.kind != "name":
        raise UnreadError("expectation", "E", node.span)
    key = written(variable)
    index = Symbol(c.naming.symbol_name(key))
    inner = {**bound, key: index}
    weight = c.value(Node("call", law.span, (law, variable)), inner)
    body = c.scalar(node.parts[0], inner)
    if not isinstance(weight, Expr) or isinstance(weight, Function):
        raise UnreadError("expectation", law.text, node.span)
    return Sum(times(weight, body), index, number(1), c.naming.sizes.of(law.text, 0))


def continued(c: Converter, node: Node, bound: Mapping[str, Symbol]) -> Value:
    """``a_1 + a_2 + ... + a_n``: a sum, if the terms before the dots and the last one are the same but for a number."""
    at = next(i for i, part in enumerate(node.parts) if part.kind == "dots")
    before, after = node.parts[:at], node.parts[at + 1 :]
    if not before or len(after) != 1 or any(part.kind == "dots" for part in after):
        raise UnreadError("dots", "…", node.span)
    first, last = c.scalar(before[0], bound), c.scalar(after[0], bound)
    found = _general(first, last)
    if found is None:
        raise UnreadError("dots", "…", node.span)
    body, index, lower, upper = found
    for i, part in enumerate(before):
        wanted = substitute(body, {index.name: Number(lower.value + i)})
        if str(wanted) != str(c.scalar(part, bound)):
            raise UnreadError("dots", "…", node.span)
    if occurs(index.name, node):
        raise UnreadError("dots", "…", node.span)
    return _SUM_SIGN[node.kind](body, index, lower, upper)


def _general(first: Expr, last: Expr) -> tuple[Expr, Symbol, Number, Expr] | None:
    """The term with an index where one has a number and the other a name: everywhere the same ones."""
    index = fresh_index({s.name for e in (first, last) for s in free_symbols(e)})
    pair: list[tuple[Number, Expr]] = []

    def merged(a: Expr, b: Expr) -> Expr | None:
        from loglik.derive.expressions import parts, rebuild

        if a == b:
            return a
        if isinstance(a, Number) and isinstance(b, (Symbol, Number)):
            if pair and pair[0] != (a, b):
                return None
            pair.append((a, b))
            return index
        below_a, below_b = parts(a), parts(b)
        if type(a) is not type(b) or len(below_a) != len(below_b) or not below_a:
            return None
        new = [merged(x, y) for x, y in zip(below_a, below_b, strict=True)]
        return None if None in new else rebuild(a, tuple(e for e in new if e is not None))

    body = merged(first, last)
    if body is None or not pair or pair[0][0].value not in {0, 1}:
        return None
    return body, index, pair[0][0], pair[0][1]
