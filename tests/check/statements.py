"""Statements made by hand from formulas in plain syntax, as a reader would hand them on; and what is said of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check import check
from loglik.check.document import Area, Formula, Position
from loglik.check.statement import Context, Reading, Relation, Span, Statement, Term
from loglik.derive.expressions import Expr, domain
from loglik.derive.syntax.parser import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.check.result import Judgement
    from loglik.check.statement import Definition


def verdicts(text: str, **options) -> list[str]:
    """Of all relations of a text."""
    return [each.verdict for each in check(text, explain=False, **options).judgements]


def only(text: str) -> Judgement:
    """Of the one relation on the last line of a text."""
    (found,) = (each for each in check(text, explain=False).judgements if each.position.line == text.count("\n") + 1)
    return found


FUNCTIONS = ("sin", "cos", "tanh", "max", "f", "g", "P")


def expression(text: str, symbols: str = "") -> Expr:
    """A formula; `symbols` declares names as ``x, y: positive; k: index 1..K``, others are real numbers."""
    declared = {}
    for entry in filter(str.strip, symbols.split(";")):
        names, _, said = entry.partition(":")
        declared |= {name.strip(): domain(said.strip()) for name in names.split(",")}
    names = {
        name: domain("real")
        for name in ["a", "b", "c", "h", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z", "f", "g", "n", "m"]
    }
    return parse(text, {**names, **declared}, FUNCTIONS)


def statement(
    terms: str | Sequence[str], symbols: str = "", definitions: Sequence[Definition] = (), **context: str
) -> Statement:
    """A chain such as ``log(x^2) = 2*log(x)`` in its one reading."""
    written = terms.split(" = ") if isinstance(terms, str) else list(terms)
    tex, spans, relations = "", [], []
    for i, each in enumerate(written):
        if i:
            relations.append(Relation("=", Span(len(tex) + 1, len(tex) + 2)))
            tex += " = "
        spans.append(Span(len(tex), len(tex) + len(each)))
        tex += each
    start = Position(1, 1)
    formula = Formula(tex, "display", Area(start, Position(1, len(tex) + 1)), 0, ((0, start),))
    reading = Reading(tuple(expression(each, symbols) for each in written))
    found = tuple(Term(tex[s.start : s.end], s) for s in spans)
    known = Context(definitions=tuple(definitions), **context)
    return Statement(formula, 7, Span(0, len(tex)), found, tuple(relations), (reading,), context=known)
