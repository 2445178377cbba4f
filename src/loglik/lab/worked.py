"""Derivations to work: the reader's next line is read, shown and judged by `loglik.practice`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loglik.derive.show.mathml import mathml
from loglik.lab.request_fields import text, texts, whole
from loglik.practice import answer, exercises, hints, read_line
from loglik.practice.exercise import exercise
from loglik.texts import current

if TYPE_CHECKING:
    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation
    from loglik.lab.request_fields import Body
    from loglik.practice import Exercise

_MOST_LINES = 200


def parts(found: Derivation) -> dict[str, Any]:
    """What there is to work: each part with its start, its goal, and the lines that are left out to be filled in."""
    return {
        "parts": [
            {
                "part": each.part,
                "title": each.title(current()),
                "start": _shown(each, each.start),
                "goal": _shown(each, each.goal, each.relation),
                "lines": [{**_shown(each, s.term, s.relation), "line": f"{s.relation} {s.term}"} for s in each.lines],
                "gaps": list(each.left_out(2)),
            }
            for each in exercises(found)
        ]
    }


def shown_lines(found: Derivation, body: Body) -> dict[str, Any]:
    """Lines that were accepted before, as they are shown; and the one that is being typed, if there is one."""
    worked = exercise(found, whole(body, "part", 0, 1000))
    before, made = worked.start, []
    typed = [text(body, "typed")] if body.get("typed") else []
    for each in [*texts(body, "lines", _MOST_LINES), *typed]:
        relation, before = read_line(worked, each, before)
        made.append({**_shown(worked, before, relation), "line": f"{relation} {before}"})
    return {"lines": made}


def judged(found: Derivation, body: Body) -> dict[str, Any]:
    """What the next line is worth: ``loglik.practice/1``, with formulas to show."""
    given = answer(found, whole(body, "part", 0, 1000), texts(body, "lines", _MOST_LINES), text(body, "typed"))
    worked = given.exercise
    return {
        **given.content(),
        "accepted": given.accepted,
        "line": {**_shown(worked, given.term, given.relation), "line": f"{given.relation} {given.term}"},
        "way": [{**_shown(worked, s.term, s.relation), "rule_name": named["rule_name"]}
                for s, named in zip(given.steps, given.content()["steps"], strict=True)],
    }  # fmt: skip


def hinted(found: Derivation, body: Body) -> dict[str, Any]:
    """Three hints for the next line, the last of which all but says it."""
    given = hints(found, whole(body, "part", 0, 1000), texts(body, "lines", _MOST_LINES))
    return {"hints": list(given)}


def _shown(worked: Exercise, e: Expr, relation: str = "") -> dict[str, str]:
    return {"plain": str(e), "math": mathml(e, worked.derivation.natural, before=relation)}
