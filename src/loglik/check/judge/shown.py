"""What shows a judgement: numbers, and what was taken for granted, in the notation of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.check.judge.matrices import differing
from loglik.check.judge.opaque import restored
from loglik.check.judge.points import small, used
from loglik.check.judge.values import written
from loglik.check.model.shapes import UNIT
from loglik.check.result import Counterexample, Said, said
from loglik.derive.expressions import Indexed, Symbol, free_symbols, number
from loglik.derive.syntax.plain import plain

if TYPE_CHECKING:
    from loglik.check.judge.relation import Attempt
    from loglik.check.statement import Statement
    from loglik.derive.evaluate.points import Point

_SMALL_POINTS = 48


def taken_for_granted(statement: Statement, attempt: Attempt) -> tuple[Said, ...]:
    """What was taken for granted: definitions that were put in, sets of values, a reading."""
    found = [
        said("used-definition", name=statement.context.tex(each.name), line=str(each.formula.area.start.line))
        for each in attempt.expanded.used
    ]
    for name in sorted({s.name for e in (attempt.claim.left, attempt.claim.right) for s in free_symbols(e)}):
        known = statement.context.names.get(name)
        if known is None or known.domain.kind in {"real", "index", "size"}:
            continue
        source = known.sources[0].text if known.sources else ""
        found.append(said(f"known-{known.domain.kind}", name=known.tex, source=source))
    if attempt.found.restricted:
        found.append(said(f"restricted-{attempt.found.restricted}"))
    if attempt.reading is not statement.readings[0]:
        found += [said("read-as", choice=each) for each in attempt.reading.choices]
    return tuple(dict.fromkeys(found))


def in_tex(statement: Statement, sentence: Said, attempt: Attempt) -> Said:
    """What is said of names, with the names as the document writes them."""
    return Said(
        sentence.key,
        tuple(
            (key, _element(statement, attempt, value, ()) if key in {"name", "other"} else value)
            for key, value in sentence.args
        ),
    )


def counterexample(statement: Statement, attempt: Attempt) -> Counterexample | None:
    """The simplest numbers found for which the relation does not hold, in the document's notation."""
    claim = attempt.claim
    if attempt.opaque.generic:
        return None
    best: tuple[float, Point] | None = None
    for i, point in enumerate(small([claim.left, claim.right], claim.conditions, _SMALL_POINTS)):
        found = claim.at(point)
        if found is None or found.holds is not False:
            continue
        cost = sum(_cost(x) for _, _, x in used(point, [claim.left, claim.right]))
        if best is None or cost < best[0]:
            best = cost, point
        if i > _SMALL_POINTS // 2:
            break
    point = best[1] if best is not None else attempt.found.apart[0][0]
    both = claim.at(differing(point, claim.at) or point)
    if both is None:
        return None
    values = tuple(
        (_element(statement, attempt, name, at), str(x))
        for name, at, x in used(point, [claim.left, claim.right])
        if not name.startswith(("#", UNIT))  # the length of a vector, a place in a matrix: the text does not name them
    )
    return Counterexample(values, written(both.left, both.right), written(both.right, both.left))


def _cost(x: object) -> float:
    """How hard a number is on the reader: 1, then 2, 0, 1/2 ..."""
    return {"1": 0.0, "2": 1.0, "0": 1.5, "1/2": 2.0, "-1": 2.5, "3": 2.5}.get(str(x), 4.0)


def _element(statement: Statement, attempt: Attempt, name: str, at: tuple[int, ...]) -> str:
    below = "".join(map(str, at)) if all(0 <= i <= 9 for i in at) else ", ".join(map(str, at))
    if name in attempt.opaque.stands_for:
        element = Indexed(Symbol(name), tuple(number(i) for i in at)) if at else Symbol(name)
        return plain(restored(element, attempt.opaque.stands_for))
    base = statement.context.tex(name)
    return f"{base}_{{{below}}}" if len(below) > 1 else f"{base}_{below}" if below else base
