"""Doubts that the writing itself raises: units behind numbers, dots, annotations, names that are matrices or means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.judge.kinds import numbers_only
from loglik.check.judge.values import in_thousands
from loglik.check.result import Said, said
from loglik.derive.expressions import (
    ZERO,
    Expr,
    Function,
    Indexed,
    Mul,
    Number,
    Pow,
    Sum,
    Symbol,
    free_symbols,
    walk,
)
from loglik.derive.syntax.notations import HALF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.check.judge.surroundings import Surroundings
    from loglik.check.statement import Statement

_CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_DEGREES = frozenset({30, 45, 60, 90, 120, 135, 150, 180, 270, 360})
_DOTS = re.compile(r"\\[clv]?dots|…|⋯|\.\.\.")
# Something is said to vanish, or to be so, below a brace or a stroke.
_ANNOTATED = re.compile(
    r"\\(under|over)brace\b.*?\}\s*[_^]\s*\{[^{}]*(=|\\to|≈)|\\cancel|\\(under|over)set|\\stackrel|0\s*\\text\{x\}"
)
#: A colon between two numbers, and a number with the uncertainty of its last digits behind it.
_RATIO = re.compile(r"(?:\d|[)\]}])\s*(?::|∶|\\colon|\{:\})\s*(?:\d|[(\[]|\\(?:left|[td]?frac))")
_UNCERTAIN = re.compile(r"\d\.\d*\(\d{1,2}\)")
_UNITS = re.compile(r"[万億亿兆千百割折倍円元]|\\(?:text|mathrm|textrm|rm|mbox|operatorname|unit)\b|%|°|[A-Za-z]")
_COMMANDS = re.compile(
    r"(?<![a-zA-Z])\\?(?:log|ln|exp|sin|cos|tan|sqrt)(?![a-zA-Z])|"
    r"\\(?:frac|dfrac|tfrac|times|cdot|div|left|right|[bB]igg?[lr]?|approx|pi|,|;|!| |quad|begin|end|displaystyle|pm|binom|"
    r"sum|prod)(?![a-zA-Z])|\be\b(?=\s*\^)|\{(?:aligned|align\*?|split|[bBpvV]?(?:small)?matrix)\}|"
    r"\\det(?![a-zA-Z])"
)
_BESIDE = re.compile(
    r"[A-Za-z]|\s?(?:[kKMGTP]i?[Bb]?\b|B\b|bits?\b|nats?\b|bytes?\b|[mµnk]?s\b|%|percent|million|billion|[kMG]?Hz|"
    r"[GTP]?FLOP|[kcm]?m\b|kg\b|°|万|億|兆|千|百|倍)"
)
#: The set that a sum runs over.
_OVER = re.compile(r"\\(?:sum|prod)(?:\\(?:no)?limits)?\s*_\s*\{[^{}]*?\\in\s*((?:[^{}]|\{[^{}]*\})*)\}")
_INTERVAL = re.compile(r"\[[^\[\]]*,[^\[\]]*\]")


def doubts(statement: Statement, index: int, sides: tuple[Expr, Expr], around: Surroundings) -> Iterator[Said]:
    """What may be meant otherwise than it was read."""
    tex = statement.formula.tex[statement.span.start : statement.span.end]
    if _DOTS.search(tex):
        yield said("gate-dots")
    if _ANNOTATED.search(tex):
        yield said("gate-annotated")
    if _RATIO.search(tex):
        yield said("gate-ratio")
    if numbers_only(*sides):
        terms = " ".join(term.tex for term in statement.terms[index : index + 2])
        behind = statement.formula.tex[statement.terms[index + 1].span.end :][:24].split("\\\\")[0].split("&")[0]
        beside = around.behind(statement.formula)
        last = index + 2 == len(statement.terms)
        for name in statement.context.names.values():  # an index of a sum is no unit
            terms = re.sub(rf"(?<![a-zA-Z]){re.escape(name.tex)}(?![a-zA-Z])", " ", terms) if name.tex else terms
        written = _UNITS.search(_COMMANDS.sub(" ", terms)) or (last and _unit(behind, beside))
        if written or _INTERVAL.search(terms) or in_thousands(*sides):
            yield said("gate-units")
        if _UNCERTAIN.search(terms):
            yield said("gate-rounded")
    if any(map(_is_capital, sides)):
        yield said("gate-kind")
    if len({"".join(found.split()) for found in _OVER.findall(tex)}) > 1:
        yield said("gate-sets")
    if any(map(_in_degrees, sides)):
        yield said("gate-units")
    yield from _elements(sides)


def _unit(behind: str, beside: str) -> bool:
    """Whether a unit follows a formula: in its own source, or in the text right behind it."""
    return bool(_UNITS.search(_COMMANDS.sub(" ", behind))) or bool(_BESIDE.match(beside))


def _elements(sides: tuple[Expr, Expr]) -> Iterator[Said]:
    """Elements one by one beside a sum over all of them, and lengths of vectors: how many there are is not said."""
    places = [part for e in sides for _, part in walk(e)]
    single = {p.base.name for p in places if isinstance(p, Indexed) and any(isinstance(i, Number) for i in p.indices)}
    sums = [part for part in places if isinstance(part, Sum)]
    summed = {p.base.name for each in sums for _, p in walk(each.body) if isinstance(p, Indexed)}
    from_zero = any(each.lower == ZERO for each in sums) and any(str(each.upper).startswith("#") for each in sums)
    if single & summed or from_zero or _several_ranges(sums):
        yield said("gate-elements")
    roots = [part.base for part in places if isinstance(part, Pow) and part.exponent == HALF]
    below = [p.base for p in places if isinstance(p, Pow) and isinstance(p.exponent, Number) and p.exponent.value < 0]
    squares = [e for e in below if isinstance(e, Sum) and isinstance(e.body, Mul) and len({*e.body.factors}) == 1]
    if squares or any(isinstance(part, Sum) for e in roots for _, part in walk(e)):
        yield said("gate-norm")


def _several_ranges(sums: list[Sum]) -> bool:
    """Whether a family is summed past a size as well, to ``N + p``: what its elements are there may be said elsewhere."""
    families = [{p.base.name for _, p in walk(each.body) if isinstance(p, Indexed)} for each in sums]
    beyond = [not all(isinstance(e, (Number, Symbol)) for e in (each.lower, each.upper)) for each in sums]
    return any(
        past and sum(bool(one & other) for other in families) > 1 for past, one in zip(beyond, families, strict=True)
    )


def _in_degrees(e: Expr) -> bool:
    """Whether an angle may be measured in degrees: ``tan(180 - t)``."""
    angles = [
        part.args[0] for _, part in walk(e) if isinstance(part, Function) and part.name in _CIRCULAR and part.args
    ]
    return any(isinstance(part, Number) and part.value in _DEGREES for angle in angles for _, part in walk(angle))


def _is_capital(e: Expr) -> bool:
    """Whether a capital letter is in it that is no size: a matrix, a set, a random variable, a point."""
    return any(s.name[:1].isupper() and s.domain.kind not in {"size", "index"} for s in free_symbols(e))
