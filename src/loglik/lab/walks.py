"""Derivations to walk: line by line with rule, condition and place, and every line at one's own numbers."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from loglik.derive.catalogue import derivation as of_catalogue
from loglik.derive.catalogue import names, title, uses
from loglik.derive.evaluate.duals import UndefinedError
from loglik.derive.expressions import Equation
from loglik.derive.show.example import decimal, example_point
from loglik.derive.show.lesson import lesson
from loglik.derive.show.mathml import mathml
from loglik.derive.show.page_html import filled
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.derive.evaluate.points import Point
    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation, Part
    from loglik.derive.show.lesson import Lesson, LessonGiven
    from loglik.derive.show.step_words import LessonStep
    from loglik.lab.request_fields import Body
    from loglik.texts import Language


@lru_cache
def catalogue(language: Language) -> list[dict[str, Any]]:
    """All derivations with what they use: the prerequisite graph."""
    return [{"name": name, "title": title(name, language), "uses": list(uses(name))} for name in names()]


@lru_cache(maxsize=100)
def of_name(name: str, language: Language) -> dict[str, Any]:
    """A derivation of the catalogue, checked."""
    return content(lesson(of_catalogue(name), language))


def content(shown: Lesson) -> dict[str, Any]:
    """A derivation with its words, formulas as MathML and in plain syntax."""

    def formula(e: Expr, relation: str = "") -> dict[str, str]:
        return {"plain": str(e), "math": mathml(e, shown.natural, before=relation)}

    def inline(e: Expr) -> str:
        return mathml(e, shown.natural, block=False)

    def step(each: LessonStep) -> dict[str, Any]:
        return {
            "plain": str(each.term),
            "math": mathml(each.marked, shown.natural, before=each.relation),
            "why": each.why,
            "marked": mathml(each.marked, shown.natural, before=each.relation),
            "number": each.number,
            "relation": each.relation,
            "basis": each.basis,
            "derived_in": each.source,
            "rule": each.rule,
            "rule_name": each.rule_name,
            "explanation": each.explanation,
            "places": [{"before": inline(a), "after": inline(b)} for a, b in each.places],
            "conditions": [filled(phrase, inline) for phrase in each.conditions],
            "verdict": each.verdict,
            "remark": each.remark,
            "points": each.points,
        }

    def given(each: LessonGiven) -> dict[str, str]:
        return {"html": filled(each.said, inline), "reason": each.reason}

    return {
        "name": shown.name,
        "title": shown.title,
        "says": shown.says,
        "verdict": shown.verdict,
        "verified": shown.verified,
        "total": shown.total,
        "assumptions": [{"html": filled(phrase, inline), "reason": why} for phrase, why in shown.assumptions],
        "symbols": [
            {
                "html": escape(row.shown) if isinstance(row.shown, str) else inline(row.shown),
                "says": row.says,
                "values": filled(row.domain, inline) if row.domain else "",
                "reason": row.reason,
            }
            for row in shown.symbols
        ],
        "given": [given(each) for each in shown.given],
        "parts": [
            {
                "heading": part.heading,
                "reason": part.reason,
                "given": [given(each) for each in part.given],
                "number": part.number,
                "why": part.why,
                "start": formula(part.start),
                "steps": [step(each) for each in part.steps],
            }
            for part in shown.parts
        ],
        "proves": [filled(result.said, inline) for result in shown.proves],
        "uses": list(shown.uses),
        "used_by": list(shown.used_by),
        "computed_by": list(shown.computed_by),
        "values": [{"html": inline(e), "name": escape(str(e)), "value": value} for e, value in shown.example.values]
        if shown.example
        else [],
    }


def at_numbers(found: Derivation, body: Body) -> dict[str, Any]:
    """Every line of a derivation at numbers: those of its example, or the reader's.

    A line that has no value there (a limit, an equation, a name without a number, a case that these numbers are not) is
    null.

    Raises
    ------
    DataError
        LL422 no number, or a name that the derivation does not have.
    """
    point = _with(example_point(found), body.get("values") or {})
    return {"parts": [_values(part, point) for part in found.parts]}


def _values(part: Part, point: Point) -> list[str | None]:
    """Of each line; none where what the part takes as given is false at these numbers."""
    given = [each.relation for each in part.given.values() if each.relation.relation == "="]
    sides = [(_value(each.left, point), _value(each.right, point)) for each in given]
    here = all(None in pair or float(pair[0] or 0) == float(pair[1] or 0) for pair in sides)
    return [_value(term, point) if here else None for term in (part.start, *(step.term for step in part.steps))]


def _with(point: Point, given: Any) -> Point:
    from fractions import Fraction

    if not isinstance(given, dict):
        raise DataError("LL422.number_at", field="values")
    places = {str(key): key for key in point.numbers}
    families = {
        f"{name}[{', '.join(map(str, at))}]": (family, at) for name, family in point.families.items() for at in family
    }
    families |= {
        f"{name}^[{', '.join(map(str, at))}]": (family, at) for name, family in point.families.items() for at in family
    }
    for name, value in given.items():
        try:
            number = Fraction(str(value)[:40])
        except (ValueError, ZeroDivisionError):
            raise DataError("LL422.number_at", field=name) from None
        if name in places:
            point.numbers[places[name]] = number
        elif name in families:
            family, at = families[name]
            family[at] = number
        else:
            raise DataError("LL422.number_at", field=name)
    return point


def _value(term: Expr, point: Point) -> str | None:
    if isinstance(term, Equation):
        return None
    try:
        return decimal(term, point)
    except (KeyError, ArithmeticError, DataError, UndefinedError, TypeError, ValueError):
        return None
