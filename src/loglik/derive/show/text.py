"""Unicode text, on one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.show.names import FUNCTIONS, SPELLED, split_name
from loglik.derive.show.render import render

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr

_BELOW = dict(zip("0123456789aehijklmnoprstuvx+-=()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₌₍₎", strict=True))
_ABOVE = dict(zip("0123456789KMNTijkmnptxy+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹ᴷᴹᴺᵀⁱʲᵏᵐⁿᵖᵗˣʸ⁺⁻⁽⁾", strict=True))
#: Around what is marked; terminals make a colour of them.
START, END = "\ufdd2", "\ufdd3"
RELATIONS = {"=": "=", "<=": "≤", ">=": "≥", "<": "<", ">": ">", "!=": "≠", "<=>": "⇔"}


def text(e: Expr, natural: str = "log") -> str:
    """An expression as a line of Unicode text.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> text(parse("-1/N*sum(t[k]*log(y[k], a)^2, k, 1, K)"))
    '−1/N · ∑ₖ₌₁ᴷ tₖ (logₐ yₖ)²'
    """
    return render(e, TextStyle(natural))


def _shifted(inner: str, letters: dict[str, str], mark: str) -> str:
    """Small letters if Unicode has them all, otherwise a mark and brackets."""
    if START in inner:  # small letters are marked as a whole
        return f"{START}{_shifted(inner.replace(START, '').replace(END, ''), letters, mark)}{END}"
    plain = inner.replace("−", "-").replace(" ", "")
    if all(c in letters for c in plain):
        return "".join(letters[c] for c in plain)
    simple = inner.isalnum() or (inner.startswith("(") and inner.endswith(")"))
    return f"{mark}{inner}" if simple else f"{mark}({inner})"


def _has_bar(piece: str) -> bool:
    """Whether a piece is a fraction at its outermost level; the bar of a derivative is none."""
    level = 0
    for before, c in zip(f" {piece}", piece, strict=False):
        level += (c in "([{") - (c in ")]}")
        if c == "/" and not level and before not in "d∂":
            return True
    return False


@dataclass(frozen=True)
class TextStyle:
    """The pieces in Unicode text."""

    natural: str = "log"
    linear: bool = True

    def name(self, name: str) -> str:  # noqa: D102
        letter, below = split_name(name)
        letter = SPELLED.get(letter, letter)
        return letter + (_shifted(below, _BELOW, "_") if below else "")

    def number(self, digits: str) -> str:  # noqa: D102
        return digits

    def subscript(self, base: str, below: list[str]) -> str:  # noqa: D102
        short = all(len(each) == 1 for each in below)
        return base + _shifted("".join(below) if short else ",".join(below), _BELOW, "_")

    def superscript(self, base: str, above: str) -> str:  # noqa: D102
        return base + _shifted(above, _ABOVE, "^")

    def upper_index(self, base: str, above: str) -> str:  # noqa: D102
        return base + _shifted(f"({above})", _ABOVE, "^")

    def fraction(self, above: str, below: str) -> str:  # noqa: D102
        return f"{above}/{below}"

    def logarithm(self, base: str, argument: str, *, bracketed: bool) -> str:  # noqa: D102
        return f"log{_shifted(base, _BELOW, '_') if base else ''}{f'({argument})' if bracketed else f' {argument}'}"

    def ranged(self, kind: str, index: str, lower: str, upper: str, body: str) -> str:  # noqa: D102
        sign = "∑" if kind == "sum" else "∏"
        below, above = f"{index}={lower}", upper.replace("−", "-").replace(" ", "")
        if all(c in _BELOW for c in below) and all(c in _ABOVE for c in above):
            return f"{sign}{_shifted(below, _BELOW, '')}{_shifted(above, _ABOVE, '')} {body}"
        return f"{sign}[{index}={lower}..{upper}] {body}"

    def limit(self, variable: str, point: str, body: str) -> str:  # noqa: D102
        return f"lim[{variable}→{point}] {body}"

    def derivative(self, variable: str, body: str, *, partial: bool) -> str:  # noqa: D102
        sign = "∂" if partial else "d"
        return f"{sign}/{sign}{variable} {body}"

    def at(self, body: str, variable: str, value: str) -> str:  # noqa: D102
        return f"[{body}]{{{variable} = {value}}}"

    def root(self, inner: str, *, bracketed: bool) -> str:  # noqa: D102
        return f"√({inner})" if bracketed else f"√{inner}"

    def absolute(self, inner: str) -> str:  # noqa: D102
        return f"|{inner}|"

    def call(self, name: str, args: list[str]) -> str:  # noqa: D102
        return f"{SPELLED[FUNCTIONS[name]] if name in FUNCTIONS else name}({', '.join(args)})"

    def marked(self, inner: str) -> str:  # noqa: D102
        return f"{START}{inner}{END}"

    def brackets(self, inner: str) -> str:  # noqa: D102
        return f"({inner})"

    def product(self, factors: list[str], *, dotted: list[bool]) -> str:  # noqa: D102
        joined = factors[0]
        for i, factor in enumerate(factors[1:], start=1):
            # A fraction on one line ends where a dot says so.
            divided = _has_bar(factors[i - 1]) or _has_bar(factor)
            joined += f" · {factor}" if divided else f"·{factor}" if dotted[i] else f" {factor}"
        return joined

    def total(self, terms: list[tuple[bool, str]]) -> str:  # noqa: D102
        first, *rest = terms
        return ("−" if first[0] else "") + first[1] + "".join(f" {'−' if n else '+'} {t}" for n, t in rest)

    def related(self, left: str, relation: str, right: str) -> str:  # noqa: D102
        return f"{left} {RELATIONS[relation]} {right}"
