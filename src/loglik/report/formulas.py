"""The formulas of one fit as MathML, with its own names and numbers."""

from __future__ import annotations

import math
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from loglik.design.features import INTERCEPT
from loglik.plot.labels import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loglik.inference.wald import Term
    from loglik.model.classifier import Classifier

_TERMS, MOST_CLASSES = 12, 6


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _name(text: str) -> str:
    return f"<mtext>{escape(short(text, 48))}</mtext>"


def _sub(base: str, index: str) -> str:
    return f"<msub>{base}{index}</msub>"


def _number(value: float) -> str:
    """A number of five digits, as a power of ten where it is far from one."""
    text = f"{value:.5g}"
    digits, e, power = text.partition("e")
    if not e:
        return f"<mn>{text}</mn>"
    return _row(f"<mn>{digits}</mn>", "<mo>·</mo>", f"<msup><mn>10</mn>{_signed(int(power))}</msup>")


def _signed(value: float) -> str:
    return _row("<mo>−</mo>", _number(-value)) if value < 0 else _number(value)


def _block(*parts: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{_row(*parts)}</math>'


_EQUALS, _PLUS, _MINUS, _U = "<mo>=</mo>", "<mo>+</mo>", "<mo>−</mo>", "<mi>u</mi>"
_EXP = "<msup><mi>e</mi>{}</msup>"


def predictors(model: Classifier) -> list[str]:
    """Linear predictor of each class that has one: its coefficients times its columns; of many the first."""
    made: list[str] = []
    several = len(model.classes) > 2
    for class_, terms in groupby(model.report.terms, key=lambda t: t.class_):
        if len(made) == MOST_CLASSES:
            break
        left = _sub(_U, _name(class_)) if several else _U
        offset = [_PLUS, _name(model.report.offset)] if model.report.offset else []
        made.append(_block(left, _EQUALS, *_sum(list(terms)), *offset))
    return made


def _sum(terms: list[Term]) -> Iterable[str]:
    first = True
    for term in terms[:_TERMS]:
        if math.isnan(term.estimate):
            continue
        sign = _MINUS if term.estimate < 0 else "" if first else _PLUS
        size = "<mi>∞</mi>" if math.isinf(term.estimate) else _number(abs(term.estimate))
        yield sign + size + ("" if term.term == INTERCEPT else f"<mo>·</mo>{_name(term.term)}")
        first = False
    if first:
        yield "<mn>0</mn>"
    if len(terms) > _TERMS:
        yield "<mo>+</mo><mo>…</mo>"


def probability(model: Classifier) -> str:
    """Sigmoid or softmax, with the names of the classes."""
    if len(model.classes) == 2:
        below = _row("<mn>1</mn>", _PLUS, _EXP.format(_row(_MINUS, _U)))
        left = _row("<mi>P</mi>", "<mo>(</mo>", _name(model.classes[model.order[0]]), "<mo>)</mo>")
        return _block(
            left, _EQUALS, "<mi>σ</mi><mo>(</mo>", _U, "<mo>)</mo>", _EQUALS, f"<mfrac><mn>1</mn>{below}</mfrac>"
        )
    k, j = "<mi>k</mi>", "<mi>j</mi>"
    above, one = _EXP.format(_sub(_U, k)), _EXP.format(_sub(_U, j))
    below = _row(f"<munder><mo>∑</mo>{j}</munder>", one)
    return _block("<mi>P</mi><mo>(</mo>", k, "<mo>)</mo>", _EQUALS, f"<mfrac>{above}{below}</mfrac>")


def objective(model: Classifier) -> str | None:
    """What was minimised, with its value."""
    report = model.report
    if report.overall is None:
        return None
    i = "<mi>i</mi>"
    logs = _row(_sub("<mi>w</mi>", i), "<mi>log</mi>", '<mspace width="0.17em"/>', _sub("<mi>P</mi>", i))
    mean = _row(_MINUS, "<mfrac><mn>1</mn><mi>W</mi></mfrac>", f"<munder><mo>∑</mo>{i}</munder>", logs)
    return _block("<mi>E</mi>", _EQUALS, mean, _EQUALS, _signed(report.overall.cross_entropy))
