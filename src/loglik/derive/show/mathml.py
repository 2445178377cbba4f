"""MathML, made from the tree. Every formula carries its plain syntax as ``alttext``; no words are inside."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from loglik.derive.expressions import (
    MINUS_ONE,
    Add,
    Equation,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    product_of,
)
from loglik.derive.show.marks import Marked, bare, unmarked
from loglik.derive.show.names import FUNCTIONS, HATTED, SPELLED, split_name
from loglik.derive.show.render import OPEN, PRODUCT, at_least, is_open, render, signed
from loglik.derive.show.text import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.derive.expressions import Expr

# Between a function's name and its argument, and between factors: invisible, for those who listen.
_APPLY, _TIMES = "<mo>&#x2061;</mo>", "<mo>&#x2062;</mo>"
# Around the names of functions. MathML Core gives them no space of their own.
_THIN = '<mspace width="0.1667em"/>'
# Sums with fewer parts stay whole, and products.
_SHORT, _LONG = 14, 24
_TALL = re.compile(r"<m(?:frac|under|over|underover|sqrt)\b|<msu[bp]><mrow>.*<msu[bp]>")
_SINGLE = re.compile(r"<(m[in])>.</\1>")
_NAMED = re.compile(r"(?:<mrow(?: class=\"new\")?>)*(?:<msub>)?<mi>log<")


def mathml(e: Expr, natural: str = "log", *, block: bool = True, before: str = "") -> str:
    """An expression as a ``<math>`` element.

    Parameters
    ----------
    e : Expr
        The expression.
    natural : {"log", "log_e"}
        How the natural logarithm is written.
    block : bool
        On a line of its own.
    before : str
        A relation that stands before it, as in the steps of a chain.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> "<mi>log</mi><mo>&#x2061;</mo>" in mathml(parse("log(x)"))
    True
    """
    style = MathMLStyle(natural)
    sign = _relation(before) if before else ""
    alt = escape(f"{before} {unmarked(e)}".strip(), quote=True)
    display = "block" if block else "inline"
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}" alttext="{alt}">'
        f"<mrow>{sign}{render(e, style)}</mrow></math>"
    )


def _relation(sign: str) -> str:
    return f"<mo>{escape(RELATIONS[sign])}</mo>"


@dataclass(frozen=True)
class MathMLStyle:
    """The pieces in MathML."""

    natural: str = "log"
    linear: bool = False

    def name(self, name: str) -> str:  # noqa: D102
        letter, below = split_name(name)
        letter = SPELLED.get(letter, letter)
        shown = f"<mi>{letter}</mi>"
        if letter in HATTED:
            shown = f'<mover accent="true"><mi>{HATTED[letter]}</mi><mo stretchy="false">^</mo></mover>'
        return f"<msub>{shown}<mi>{below}</mi></msub>" if below else shown

    def number(self, digits: str) -> str:  # noqa: D102
        return f"<mn>{digits}</mn>"

    def subscript(self, base: str, below: list[str]) -> str:  # noqa: D102
        between = "" if all(_SINGLE.fullmatch(each) for each in below) else "<mo>,</mo>"
        return f"<msub>{_one(base)}<mrow>{between.join(below)}</mrow></msub>"

    def superscript(self, base: str, above: str) -> str:  # noqa: D102
        return f"<msup>{_one(base)}{_one(above)}</msup>"

    def upper_index(self, base: str, above: str) -> str:  # noqa: D102
        return f"<msup>{_one(base)}{self.brackets(above)}</msup>"

    def fraction(self, above: str, below: str) -> str:  # noqa: D102
        return f"<mfrac>{_one(above)}{_one(below)}</mfrac>"

    def logarithm(self, base: str, argument: str, *, bracketed: bool) -> str:  # noqa: D102
        name = f"<msub><mi>log</mi>{_one(base)}</msub>" if base else "<mi>log</mi>"
        return f"<mrow>{name}{_APPLY}{self.brackets(argument) if bracketed else f'{_THIN}{argument}'}</mrow>"

    def ranged(self, kind: str, index: str, lower: str, upper: str, body: str) -> str:  # noqa: D102
        sign = "∑" if kind == "sum" else "∏"
        below = f"<mrow>{index}<mo>=</mo>{lower}</mrow>"
        return f"<mrow><munderover><mo>{sign}</mo>{below}{_one(upper)}</munderover>{_before(body)}{body}</mrow>"

    def limit(self, variable: str, point: str, body: str) -> str:  # noqa: D102
        below = f"<mrow>{variable}<mo>→</mo>{point}</mrow>"
        name = '<mo movablelimits="true" lspace="0" rspace="0">lim</mo>'
        return f"<mrow><munder>{name}{below}</munder>{_APPLY}{_THIN}{body}</mrow>"

    def derivative(self, variable: str, body: str, *, partial: bool) -> str:  # noqa: D102
        sign = "<mi>∂</mi>" if partial else '<mi mathvariant="normal">d</mi>'
        return f"<mrow><mfrac>{sign}<mrow>{sign}{variable}</mrow></mfrac>{_APPLY}{_THIN}{body}</mrow>"

    def at(self, body: str, variable: str, value: str) -> str:  # noqa: D102
        bar = '<mo stretchy="true" fence="true">|</mo>'
        return f"<msub><mrow>{body}{bar}</mrow><mrow>{variable}<mo>=</mo>{value}</mrow></msub>"

    def root(self, inner: str, *, bracketed: bool) -> str:  # noqa: D102
        del bracketed  # the line above the argument brackets it
        return f"<msqrt>{inner}</msqrt>"

    def absolute(self, inner: str) -> str:  # noqa: D102
        bar = f'<mo fence="true"{_stretchy(inner)}>|</mo>'
        return f"<mrow>{bar}{inner}{bar}</mrow>"

    def call(self, name: str, args: list[str]) -> str:  # noqa: D102
        letter = SPELLED[FUNCTIONS[name]] if name in FUNCTIONS else name
        return f"<mrow><mi>{letter}</mi>{_APPLY}{self.brackets('<mo>,</mo>'.join(args))}</mrow>"

    def marked(self, inner: str) -> str:  # noqa: D102
        return f'<mrow class="new">{inner}</mrow>'

    def brackets(self, inner: str) -> str:  # noqa: D102
        fixed = _stretchy(inner)
        return f"<mrow><mo{fixed}>(</mo>{inner}<mo{fixed}>)</mo></mrow>"

    def product(self, factors: list[str], *, dotted: list[bool]) -> str:  # noqa: D102
        joined = factors[0]
        for i, factor in enumerate(factors[1:], start=1):
            joined += "<mo>·</mo>" if dotted[i] else f"{_TIMES}{_before(factor)}"
            joined += factor
        return f"<mrow>{joined}</mrow>"

    def total(self, terms: list[tuple[bool, str]]) -> str:  # noqa: D102
        first, *rest = terms
        shown = ("<mo>−</mo>" if first[0] else "") + first[1]
        signs = (("−" if negative else "+", term) for negative, term in rest)
        return f"<mrow>{shown}{''.join(f'<mo>{sign}</mo>{term}' for sign, term in signs)}</mrow>"

    def related(self, left: str, relation: str, right: str) -> str:  # noqa: D102
        return f"{left}{_relation(relation)}{right}"


def _stretchy(inner: str) -> str:
    """Brackets keep their size where nothing tall is in them."""
    return "" if _TALL.search(inner) else ' stretchy="false"'


def _before(factor: str) -> str:
    """A thin space before a factor that begins with the name of a function."""
    return _THIN if _NAMED.match(factor) else ""


def _one(inner: str) -> str:
    """One element, as scripts and fractions need."""
    return f"<mrow>{inner}</mrow>"


def broken(e: Expr, natural: str = "log", *, before: str = "") -> str:
    """A formula on a line of its own, in pieces between which a narrow screen may break it: at relations and outer signs."""
    style = MathMLStyle(natural)
    pieces = _pieces(e, style)
    if before:
        shown, alt = pieces[0]
        pieces[0] = _relation(before) + shown, f"{before} {alt}"
    return " ".join(
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" displaystyle="true" '
        f'alttext="{escape(alt, quote=True)}"><mrow>{shown}</mrow></math>'
        for shown, alt in pieces
    )


def _pieces(e: Expr, style: MathMLStyle) -> list[tuple[str, str]]:
    """The pieces with their plain syntax, each with the sign before it."""
    match e:
        case Marked():
            return [(style.marked(shown), alt) for shown, alt in _pieces(e.inner, style)]
        case Equation():
            (shown, alt), *rest = _pieces(e.right, style)
            return [*_pieces(e.left, style), (_relation(e.relation) + shown, f"{e.relation} {alt}"), *rest]
        case Add() if e.size > _SHORT:
            return [piece for i, term in enumerate(e.terms) for piece in _term(term, style, first=not i)]
        case Mul(factors=(*others, last)) if e.size > _LONG and is_open(last) and _apart(others):
            before = product_of(others)
            shown = render(before, style) if isinstance(before, (Mul, Number)) else at_least(before, PRODUCT, style)
            return [(shown, str(unmarked(before))), *_pieces(last, style)]
        case Mul() if e.size > _LONG and not any(isinstance(bare(each), (Number, Pow)) for each in e.factors):
            levels = [*[PRODUCT] * (len(e.factors) - 1), OPEN]
            return [(at_least(f, level, style), str(unmarked(f))) for f, level in zip(e.factors, levels, strict=True)]
        case Sum() | Product() if e.size > _LONG and not isinstance(bare(e.body), Add):
            head = replace(e, body=Symbol(""))
            bounds = ", ".join(str(unmarked(each)) for each in (e.index, e.lower, e.upper))
            return [(render(head, style), f"{type(e).__name__.lower()}({bounds})"), *_pieces(e.body, style)]
        case _:
            return [(render(e, style), str(unmarked(e)))]


def _apart(factors: Sequence[Expr]) -> bool:
    """Whether factors may stand in a piece of their own: no bare sign, and no sum that would reach into the next one."""
    return tuple(factors) != (MINUS_ONE,) and not is_open(factors[-1])


def _term(term: Expr, style: MathMLStyle, *, first: bool) -> list[tuple[str, str]]:
    """A term of a sum with its sign before it."""
    negative, shown = signed(term, style)
    sign = f'<mo form="{"prefix" if first else "infix"}">{"−" if negative else "+"}</mo>'
    whole = negative or isinstance(bare(term), (Add, Equation))
    pieces = [(shown, str(unmarked(term)))] if whole else _pieces(term, style)
    (shown, alt), *rest = pieces
    return [((sign if negative or not first else "") + shown, alt if first else f"+ {alt}"), *rest]
