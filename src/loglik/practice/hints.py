"""Three hints, each saying more than the one before: the idea, the rule with its place, the line."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from loglik.derive.checker.alone import alone
from loglik.derive.expressions import Equation
from loglik.derive.model import Step
from loglik.derive.show.lesson import words_of
from loglik.derive.show.text import RELATIONS, text
from loglik.practice.answer import judged, rule_name
from loglik.practice.exercise import exercise
from loglik.practice.reading import read_lines
from loglik.texts import current, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation
    from loglik.practice.exercise import Exercise
    from loglik.texts import Language

_SECONDS, _SECONDS_A_LINE = 3.0, 1.0


def hints(
    derivation: Derivation, part: int, lines: Sequence[str], *, language: Language | None = None
) -> tuple[str, str, str]:
    """Give three hints on the next line: what to do, by which rule and where, and the line itself.

    Parameters
    ----------
    derivation : Derivation
        From the catalogue, or one of your own.
    part : int
        Which part of it is worked, from 0.
    lines : sequence of str
        The lines so far, without the first term.
    language : {"en", "ja"}, optional
        By default that of the context.
    """
    worked = exercise(derivation, part)
    done = read_lines(worked, lines)
    return hints_at(worked, done[-1][1] if done else worked.start, language or current())


def hints_at(worked: Exercise, before: Expr, language: Language) -> tuple[str, str, str]:
    """Hints on the line that follows a term."""
    said, natural = words("practice", language), worked.derivation.natural
    step = next_step(worked, before)
    if step is None:
        back = text(worked.terms[-2], natural)
        return (
            said["aim"].format(goal=text(worked.goal, natural)),
            said["hint_back"],
            said["hint_line"].format(line=back),
        )
    known = worked.rules.get(step.rule)
    explained = known.words[language][1] if known is not None and language in known.words else ""
    name = rule_name(worked, step.rule, language)
    report = alone(worked.derivation, worked.work, before, step, worked.rules)
    place = next(((a.before, a.after) for a in report.applications), None)
    second = (
        said["hint_rule"].format(rule=name)
        if place is None
        else said["hint_place"].format(rule=name, before=text(place[0], natural), after=text(place[1], natural))
    )
    first = _why(worked, before, step, language) or explained or said["hint_idea"].format(rule=name)
    line = f"{RELATIONS[step.relation]} {text(step.term, natural)}"
    return first, second, said["hint_line"].format(line=line)


def _why(worked: Exercise, before: Expr, step: Step, language: Language) -> str:
    """What the derivation says of the step, if it is one of its own."""
    place = worked.place_of(before)
    if place is None or place >= len(worked.lines) or step != worked.lines[place]:
        return ""
    return words_of(worked.derivation, language).steps.get(f"{worked.work.name}.{place + 1}", "")


def next_step(worked: Exercise, before: Expr) -> Step | None:
    """A step that leads on from a term: the derivation's own, or the first of those that lead back to its lines."""
    place = worked.place_of(before)
    if place is not None and before != worked.terms[place]:
        return Step("<=>" if isinstance(before, Equation) else "=", worked.terms[place], "arithmetic")
    if place is not None:
        return worked.lines[place] if place < len(worked.lines) else None
    until = monotonic() + _SECONDS
    for line in reversed(worked.lines):
        if monotonic() > until:
            break
        verdict, steps, *_ = judged(
            worked,
            before,
            Step("=" if line.relation != "<=>" else "<=>", line.term, ""),
            min(until, monotonic() + _SECONDS_A_LINE),
        )
        if verdict in {"right", "bigger"}:
            return steps[0]
    return None
