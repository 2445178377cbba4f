r"""Means: ``\mathbb{E}_{x \sim p}[f(x)]``, ``E[X]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node

if TYPE_CHECKING:
    from loglik.check.latex.parser import Parser


def expectation(p: Parser) -> Node | None:
    r"""``\mathbb{E}_{x \sim p}[f(x)]``: the body, and what the mean is over, where that is written."""
    first = p.at
    if p.next.is_("mathbb"):
        if [t.text for t in p.tokens[p.at + 1 : p.at + 4]] not in (
            ["{", "E", "}"],
            ["E"],
        ) and p.ahead().text != "E":
            return None
        p.step()
        p.argument()
    else:
        p.step()
    over: tuple[int, int] | None = None
    if p.next.is_("_"):
        p.step()
        over = p.argument()
    spread = over is not None and any(t.is_("sim", "(") for t in p.tokens[slice(*over)])
    if not (p.next.is_("[", "\\{") or (spread and (p.next.is_("(") or p.begins_factor()))):
        p.at = first
        return None
    brackets = p.next.is_("[", "\\{", "(")
    closing = {"[": "]", "\\{": "\\}", "(": ")"}.get(p.next.text, "")
    if brackets:
        p.step()
        p.bars.append("call")
        body = p.total()
        p.bars.pop()
        if p.next.is_("vert", "|"):
            if not p.sketched:
                raise p.unread("expectation", "E[ | ]")
            p.step()
            given = _event(p)
            while p.take(","):
                given = Node("list", p.span(first), (given, _event(p)), ",")
            p.expect(closing)
            return Node("expectation", p.span(first), (body, given), "|")
        p.expect(closing)
    else:
        body = p.product()
    parts: tuple[Node, ...] = (body,)
    if over is not None:
        parts += (p.within(*over, lambda: _spread(p)),)
    return Node("expectation", p.span(first), parts)


def _event(p: Parser) -> Node:
    """What is given: ``X``, ``X = x``."""
    first = p.at
    left = p.total()
    return Node("relation", p.span(first), (left, p.total()), "=") if p.take("=") else left


def _spread(p: Parser) -> Node:
    """What a mean is over: ``x``, ``x ~ p``, ``p(x)``."""
    first = p.at
    left = p.total()
    if not p.take("sim"):
        return left
    return Node("relation", p.span(first), (left, p.total()), "~")
