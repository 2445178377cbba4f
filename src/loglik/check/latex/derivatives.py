r"""Derivatives: ``\frac{\partial L}{\partial w}``, ``\frac{d}{dx} f``, ``dL/dw``, ``\partial_w L``, ``\nabla_w L``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex import calls, names
from loglik.check.latex.signs import GREEK
from loglik.check.latex.tree import Node, UnreadError
from loglik.check.statement import Span

if TYPE_CHECKING:
    from loglik.check.latex.parser import Parser
    from loglik.check.latex.tokens import Token

_HIGHEST = 4


def _is_d(token: Token) -> bool:
    return token.is_("partial", "delta") or (token.kind in {"letter", "upright"} and token.text == "d")


def written_as_fraction(p: Parser, above: tuple[int, int], below: tuple[int, int], first: int) -> Node | None:
    """The derivative that a fraction stands for, if it is one."""
    top, bottom = p.tokens[slice(*above)], p.tokens[slice(*below)]
    if not top or not bottom or not _is_d(top[0]) or not _is_d(bottom[0]) or top[0].text != bottom[0].text:
        return None
    if top[0].is_("delta") and len(top) > 1 and top[1].is_("_"):
        return None
    variables = _variables(p, *below)
    if variables is None:
        return None
    start, order = _order(p, above[0] + 1, above[1])
    if order == 1 and len(variables) == 2 and variables[0] is variables[1]:  # by a variance
        square = Node("power", variables[0].span, (variables[0], Node("number", variables[0].span, text="2")))
        variables = [square]
    if order != len(variables):
        raise UnreadError("derivative", "order", Span(top[0].start, bottom[-1].end))
    body = _operand(p) if start == above[1] else p.within(start, above[1], p.total)
    if start != above[1] and p.next.is_("(") and not p.next.spaced and calls.argument_like(p):
        raise p.unread("derivative", "point")
    return derived(body, variables, p.span(first))


def derived(body: Node, variables: list[Node], span: Span) -> Node:
    """The derivative by one variable after the other, the last written first."""
    for variable in reversed(variables):
        body = Node("derivative", span, (body, variable))
    return body


def _order(p: Parser, start: int, stop: int) -> tuple[int, int]:
    r"""Behind the order in ``\partial^2``, and the order."""
    if start < stop and p.tokens[start].is_("^"):
        kept = p.at, p.stop
        p.at, p.stop = start + 1, stop
        a, b = p.argument()
        at = p.at
        p.at, p.stop = kept
        if b - a != 1 or p.tokens[a].kind != "number" or not 1 <= int(float(p.tokens[a].text)) <= _HIGHEST:
            raise UnreadError("derivative", "order", Span(p.tokens[start].start, p.tokens[b - 1].end))
        return at, int(float(p.tokens[a].text))
    return start, 1


def _variables(p: Parser, start: int, stop: int) -> list[Node] | None:
    r"""The variables in ``\partial w_i \partial w_j`` or ``\partial x^2``, one for each differentiation."""
    kept = p.at, p.stop, p.bars
    p.at, p.stop, p.bars = start, stop, []
    found: list[Node] = []
    try:
        while p.at < p.stop:
            if not _is_d(p.next):
                return None
            p.step()
            variable = variable_of(p)
            if variable is None:
                return None
            times = 1
            if p.next.is_("^"):
                at, times = _order(p, p.at, p.stop)
                p.at = at
            elif p.next.is_("("):
                return None
            found += [variable] * times
    finally:
        p.at, p.stop, p.bars = kept
    return found or None


def variable_of(p: Parser) -> Node | None:
    """A name behind a d, in brackets or braces or without."""
    if p.next.is_("{"):
        start, stop = p.argument()
        return p.within(start, stop, lambda: names.name(p)) if p.tokens[start].kind != "number" else None
    bracketed = p.take("(")
    if not names.begins_name(p):
        return None
    plain, p.hints.plain_d = p.hints.plain_d, True
    try:
        found = names.name(p)
    finally:
        p.hints.plain_d = plain
    return found if not bracketed or p.take(")") else None


def _operand(p: Parser) -> Node:
    """What a derivative without a body is taken of: brackets behind it, or the product that follows."""
    first = p.at
    if p.next.kind == "end" or not p.begins_factor():
        raise p.unread("derivative", "body")
    body = p.factor()
    if body.kind == "group" and not p.begins_factor() and not p.next.is_("*", "cdot", "times", "/"):
        return body
    if body.kind == "group" and p.choices.choose(f"d/dx (a) b at {p.tokens[first].start}", "first", "all") == "first":
        return body
    p.at = first
    return p.product()


def written_inline(p: Parser) -> Node | None:
    r"""``dL/dw`` or ``\partial L / \partial w``: None if something else stands next."""
    token, first = p.next, p.at
    if not _is_d(token) or token.is_("delta"):
        return None
    slash = _slash(p)
    if slash is None:
        return None
    stop = slash + 1
    kept = p.at, p.stop
    if not _is_d(p.tokens[stop]) or p.tokens[stop].text != token.text:
        return None
    p.at = stop + 1
    variable = variable_of(p)
    if variable is None:
        p.at, p.stop = kept
        return None
    after = p.at
    start, order = _order(p, first + 1, slash)
    if order != 1 or p.next.is_("^"):
        raise p.unread("derivative", "order", token)
    if start == slash:
        body = _operand(p)
        after = p.at
    else:
        body = p.within(start, slash, p.total)
    p.at = after
    return Node("derivative", p.span(first), (body, variable))


def _slash(p: Parser) -> int | None:
    """Where the line of the fraction stands that a d begins; nothing but a name or brackets may stand between."""
    at = p.at + 1
    level = 0
    while at < p.stop - 1 and at < p.at + 40:
        token = p.tokens[at]
        level += token.is_("(", "{", "[") - token.is_(")", "}", "]")
        if level == 0 and token.is_("/"):
            return at
        if level == 0 and token.is_("+", "-", "=", "cdot", "*", ",", "sum", "prod", "frac"):
            return None
        at += 1
    return None


def partial(p: Parser, first: int) -> Node:
    r"""``\partial_w L``; a fraction on one line was looked for before."""
    if not p.next.is_("_"):
        raise p.unread("derivative", "\\partial", p.tokens[first])
    p.step()
    variables = list(names.indices(p, *p.argument()))
    if not all(v.kind == "name" for v in variables):
        raise p.unread("derivative", "variable", p.tokens[first])
    return derived(_operand(p), variables, p.span(first))


def nabla(p: Parser, first: int) -> Node:
    r"""``\nabla_w L`` and ``\nabla L``."""
    variable: tuple[Node, ...] = ()
    if p.next.is_("^"):
        raise p.unread("operator", "\\nabla^2")
    if p.next.is_("_"):
        p.step()
        start, stop = p.argument()
        if not (
            p.tokens[start].kind in {"letter", "word", "upright"} or p.tokens[start].text in {*GREEK, *names.ACCENTS}
        ):
            raise p.unread("derivative", "variable", p.tokens[start])
        variable = (p.within(start, stop, lambda: names.name(p)),)
    if p.next.is_("cdot", "times"):
        raise p.unread("operator")
    return Node("nabla", p.span(first), (_next_factor(p), *variable))


def _next_factor(p: Parser) -> Node:
    """What a nabla is taken of: the factor behind it; perhaps all that follows."""
    first = p.at
    if not p.begins_factor():
        raise p.unread("derivative", "body")
    body = p.factor()
    more = p.begins_factor() or p.next.is_("/", "*", "cdot")
    if (
        more
        and body.kind != "group"
        and p.choices.choose(f"nabla a b at {p.tokens[first].start}", "first", "all") == "all"
    ):
        p.at = first
        return p.product()
    return body
