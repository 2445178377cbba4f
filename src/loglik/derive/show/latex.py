"""LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.show.names import FUNCTIONS, HATTED, SPELLED, split_name
from loglik.derive.show.render import render

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">", "!=": r"\ne", "<=>": r"\iff"}


def latex(e: Expr, natural: str = "log") -> str:
    r"""An expression in LaTeX, for mathematics mode.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> print(latex(parse("d/dx log(x, a) = 1/(x*log(a))"), "log_e"))
    \frac{d}{dx} \log_{a} x = \frac{1}{x \, \log_{e} a}
    """
    return render(e, LatexStyle(natural))


@dataclass(frozen=True)
class LatexStyle:
    """The pieces in LaTeX."""

    natural: str = "log"
    linear: bool = False

    def name(self, name: str) -> str:  # noqa: D102
        letter, below = split_name(name)
        shown = SPELLED.get(letter, letter)
        if shown in HATTED:
            letter = f"\\hat{{{HATTED[shown]}}}"
        elif shown != letter:
            letter = f"\\{letter}"
        elif len(letter) > 1:
            letter = f"\\mathit{{{letter}}}"
        return letter + (f"_{{\\mathrm{{{below}}}}}" if below else "")

    def number(self, digits: str) -> str:  # noqa: D102
        return digits

    def subscript(self, base: str, below: list[str]) -> str:  # noqa: D102
        short = all(len(each) == 1 for each in below)
        inner = "".join(below) if short else ", ".join(below)
        if base.endswith("}") and "_{" in base:  # one index below is enough
            return f"{base[:-1]},{inner}}}"
        return f"{base}_{{{inner}}}"

    def superscript(self, base: str, above: str) -> str:  # noqa: D102
        return f"{base}^{{{above}}}"

    def upper_index(self, base: str, above: str) -> str:  # noqa: D102
        return f"{base}^{{({above})}}"

    def fraction(self, above: str, below: str) -> str:  # noqa: D102
        return f"\\frac{{{above}}}{{{below}}}"

    def logarithm(self, base: str, argument: str, *, bracketed: bool) -> str:  # noqa: D102
        below = f"_{{{base}}}" if base else ""
        return f"\\log{below}{self.brackets(argument) if bracketed else f' {argument}'}"

    def ranged(self, kind: str, index: str, lower: str, upper: str, body: str) -> str:  # noqa: D102
        return f"\\{'sum' if kind == 'sum' else 'prod'}_{{{index}={lower}}}^{{{upper}}} {body}"

    def limit(self, variable: str, point: str, body: str) -> str:  # noqa: D102
        return f"\\lim_{{{variable} \\to {point}}} {body}"

    def derivative(self, variable: str, body: str, *, partial: bool) -> str:  # noqa: D102
        sign = r"\partial " if partial else "d"
        return f"\\frac{{{sign.strip()}}}{{{sign}{variable}}} {body}"

    def at(self, body: str, variable: str, value: str) -> str:  # noqa: D102
        return f"\\left. {body} \\right|_{{{variable} = {value}}}"

    def root(self, inner: str, *, bracketed: bool) -> str:  # noqa: D102
        del bracketed  # the line above the argument brackets it
        return f"\\sqrt{{{inner}}}"

    def absolute(self, inner: str) -> str:  # noqa: D102
        return f"\\left|{inner}\\right|"

    def call(self, name: str, args: list[str]) -> str:  # noqa: D102
        sign = f"\\{FUNCTIONS[name]}" if name in FUNCTIONS else f"\\operatorname{{{name}}}"
        return f"{sign}{self.brackets(', '.join(args))}"

    def marked(self, inner: str) -> str:  # noqa: D102
        return f"\\boldsymbol{{{inner}}}"

    def brackets(self, inner: str) -> str:  # noqa: D102
        return f"\\left({inner}\\right)"

    def product(self, factors: list[str], *, dotted: list[bool]) -> str:  # noqa: D102
        joined = factors[0]
        for i, factor in enumerate(factors[1:], start=1):
            joined += f" \\cdot {factor}" if dotted[i] else f" \\, {factor}"
        return joined

    def total(self, terms: list[tuple[bool, str]]) -> str:  # noqa: D102
        first, *rest = terms
        return ("-" if first[0] else "") + first[1] + "".join(f" {'-' if n else '+'} {t}" for n, t in rest)

    def related(self, left: str, relation: str, right: str) -> str:  # noqa: D102
        return f"{left} {RELATIONS[relation]} {right}"
