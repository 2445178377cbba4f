"""MathML, made from the tree. Every formula carries its plain syntax as ``alttext``; no words are inside."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from loglik.derive.show.names import GREEK, split_name
from loglik.derive.show.render import render
from loglik.derive.show.text import RELATIONS

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr

# Between a function's name and its argument: invisible, for those who listen. And between factors.
_APPLY, _TIMES = "<mo>&#x2061;</mo>", "<mo>&#x2062;</mo>"


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
    alt = escape(f"{before} {e}".strip(), quote=True)
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
        shown = f"<mi>{GREEK.get(letter, letter)}</mi>"
        return f"<msub>{shown}<mi>{below}</mi></msub>" if below else shown

    def number(self, digits: str) -> str:  # noqa: D102
        return f"<mn>{digits}</mn>"

    def subscript(self, base: str, below: list[str]) -> str:  # noqa: D102
        return f"<msub>{_one(base)}<mrow>{'<mo>,</mo>'.join(below)}</mrow></msub>"

    def superscript(self, base: str, above: str) -> str:  # noqa: D102
        return f"<msup>{_one(base)}{_one(above)}</msup>"

    def upper_index(self, base: str, above: str) -> str:  # noqa: D102
        return f"<msup>{_one(base)}{self.brackets(above)}</msup>"

    def fraction(self, above: str, below: str) -> str:  # noqa: D102
        return f"<mfrac>{_one(above)}{_one(below)}</mfrac>"

    def logarithm(self, base: str, argument: str, *, bracketed: bool) -> str:  # noqa: D102
        name = f"<msub><mi>log</mi>{_one(base)}</msub>" if base else "<mi>log</mi>"
        return f"<mrow>{name}{_APPLY}{self.brackets(argument) if bracketed else argument}</mrow>"

    def ranged(self, kind: str, index: str, lower: str, upper: str, body: str) -> str:  # noqa: D102
        sign = "∑" if kind == "sum" else "∏"
        below = f"<mrow>{index}<mo>=</mo>{lower}</mrow>"
        operator = f'<munderover><mo movablelimits="false">{sign}</mo>{below}{_one(upper)}</munderover>'
        return f"<mrow>{operator}{body}</mrow>"

    def limit(self, variable: str, point: str, body: str) -> str:  # noqa: D102
        below = f"<mrow>{variable}<mo>→</mo>{point}</mrow>"
        return f'<mrow><munder><mo movablelimits="false">lim</mo>{below}</munder>{_APPLY}{body}</mrow>'

    def derivative(self, variable: str, body: str, *, partial: bool) -> str:  # noqa: D102
        sign = "<mo>∂</mo>" if partial else '<mi mathvariant="normal">d</mi>'
        return f"<mrow><mfrac>{sign}<mrow>{sign}{variable}</mrow></mfrac>{_APPLY}{body}</mrow>"

    def at(self, body: str, variable: str, value: str) -> str:  # noqa: D102
        bar = '<mo stretchy="true" fence="true">|</mo>'
        return f"<msub><mrow>{body}{bar}</mrow><mrow>{variable}<mo>=</mo>{value}</mrow></msub>"

    def root(self, inner: str, *, bracketed: bool) -> str:  # noqa: D102
        del bracketed  # the line above the argument brackets it
        return f"<msqrt>{inner}</msqrt>"

    def absolute(self, inner: str) -> str:  # noqa: D102
        return f"<mrow><mo fence='true'>|</mo>{inner}<mo fence='true'>|</mo></mrow>"

    def call(self, name: str, args: list[str]) -> str:  # noqa: D102
        return f"<mrow><mi>{name}</mi>{_APPLY}{self.brackets('<mo>,</mo>'.join(args))}</mrow>"

    def brackets(self, inner: str) -> str:  # noqa: D102
        return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"

    def product(self, factors: list[str], *, dotted: list[bool]) -> str:  # noqa: D102
        joined = factors[0]
        for i, factor in enumerate(factors[1:], start=1):
            joined += ("<mo>·</mo>" if dotted[i] else _TIMES) + factor
        return f"<mrow>{joined}</mrow>"

    def total(self, terms: list[tuple[bool, str]]) -> str:  # noqa: D102
        first, *rest = terms
        shown = ("<mo>−</mo>" if first[0] else "") + first[1]
        signs = (("−" if negative else "+", term) for negative, term in rest)
        return f"<mrow>{shown}{''.join(f'<mo>{sign}</mo>{term}' for sign, term in signs)}</mrow>"

    def related(self, left: str, relation: str, right: str) -> str:  # noqa: D102
        return f"{left}{_relation(relation)}{right}"


def _one(inner: str) -> str:
    """One element, as scripts and fractions need."""
    return f"<mrow>{inner}</mrow>"
