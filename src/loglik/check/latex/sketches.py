r"""What the check computes nothing with, but may compare by its look: extremes over a set, integrals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node

if TYPE_CHECKING:
    from loglik.check.latex.parser import Parser
    from loglik.check.statement import Span

OVER = frozenset({"max", "min", "sup", "inf", "arg", "argmax", "argmin", "int", "iint"})


def over(p: Parser) -> Node:
    r"""``\max_a Q(s, a)``, ``\int f(x) dx``: the body and, where it is written, what it is over."""
    first = p.at
    word = p.step().text
    if word == "arg" and p.next.is_("max", "min"):
        word += p.step().text
    below: tuple[Node, ...] = ()
    while p.next.is_("_", "^"):
        lower = p.step().text == "_"
        place = p.argument()
        if lower and word not in {"int", "iint"}:
            below = (p.within(*place, p.total),)
    if word == "iint":
        inner = _integral(p, first)
        return _of_body(inner, p.span(first)) or inner
    return _integral(p, first) if word == "int" else Node("extreme", p.span(first), (p.signed(), *below), word)


def _of_body(inner: Node, span: Span) -> Node | None:
    r"""The integral of an integral whose body ends with another ``d``: ``\int \int f(x, y) dx dy``."""
    body, variable = inner.parts
    if not _ends(body):
        return None
    below, own = _apart(body)
    return Node("integral", span, (Node("integral", inner.span, (below, variable)), own))


def _apart(product: Node) -> tuple[Node, Node]:
    """The factors before the ``d``, and the variable behind it."""
    *body, variable = product.parts
    if variable.text[0] == "d" and len(variable.text) > 1:
        variable = Node("name", variable.span, variable.parts, variable.text[1:])
    else:
        body.pop()
    return body[0] if len(body) == 1 else Node("mul", product.span, tuple(body)), variable


def _integral(p: Parser, first: int) -> Node:
    """The body up to the ``d``, and the variable behind it."""
    factors = [p.product()]
    if factors[0].kind == "integral" and (found := _of_body(factors[0], p.span(first))) is not None:
        return found
    while not _ends(factors[-1]) and p.next.is_("+", "-"):
        sign = p.step()
        term = p.product()
        factors.append(term if sign.text == "+" else Node("neg", term.span, (term,)))
    if not _ends(last := factors[-1]):
        raise p.unread("integral", "\\int", p.tokens[first])
    factors[-1], variable = _apart(last)
    whole = factors[0] if len(factors) == 1 else Node("add", p.span(first), tuple(factors))
    return Node("integral", p.span(first), (whole, variable))


def _ends(node: Node) -> bool:
    """Whether a product ends with ``d x``."""
    if node.kind != "mul" or node.parts[-1].kind != "name":
        return False
    last = node.parts[-1].text
    return (last[0] == "d" and len(last) > 1) or (len(node.parts) > 2 and node.parts[-2].text == "d")
