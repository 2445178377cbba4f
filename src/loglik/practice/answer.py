"""What a line is worth: right by which rule, a bigger step than one rule, wrong at a point, or true only under a condition.

The samples may refute, the kernel alone says right (`loglik.derive.checker`); the search only proposes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from loglik.derive.checker.alone import alone
from loglik.derive.checker.derivations import VERIFIED
from loglik.derive.checker.sampling import compare, points_for
from loglik.derive.expressions import Equation, Function
from loglik.derive.kernel.parts import places
from loglik.derive.kernel.results import proved, unfounded
from loglik.derive.model import Step
from loglik.derive.own.search import found_for
from loglik.derive.own.suggest import for_every
from loglik.derive.show.text import RELATIONS, text
from loglik.practice.counterexample import Counterexample, counterexample
from loglik.practice.exercise import exercise
from loglik.practice.reading import read_lines
from loglik.texts import current, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation
    from loglik.practice.exercise import Exercise
    from loglik.texts import Language

SCHEMA = "loglik.practice/1"
SECONDS = 4.0
Verdict = Literal["right", "bigger", "wrong", "condition", "undecided", "same"]
_WEAKER = ("<=", ">=")
ACCEPTED: tuple[Verdict, ...] = ("right", "bigger")
"""Verdicts after which the reader goes on from the new line."""


@dataclass(frozen=True)
class Answer:
    """What is said of a line.

    Parameters
    ----------
    exercise : Exercise
        What is worked.
    relation : str
        How the line was read: its relation to the line before,
    term : Expr
        and its term.
    verdict : str
        ``right``: one rule gives it, its conditions proved. ``bigger``: `steps` give it together. ``wrong``: it fails at
        `counterexample`. ``condition``: it is true if `missing` holds, which is not known here. ``undecided``: true at
        `points` points, but no rules were found that give it. ``same``: the line before again.
    steps : tuple of Step
        The steps that give it, each with its rule.
    counterexample : Counterexample or None
        Where it fails, with the values of both lines.
    missing : tuple of Expr
        Conditions that are not known to hold; of an accepted line, limits whose existence the lines to come have to show.
    points : int
        Points at which both lines agreed.
    complete : bool
        The goal is reached.
    """

    exercise: Exercise
    relation: str
    term: Expr
    verdict: Verdict
    steps: tuple[Step, ...] = ()
    counterexample: Counterexample | None = None
    missing: tuple[Expr, ...] = ()
    points: int = 0
    complete: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the reader may go on from here."""
        return self.verdict in ACCEPTED

    def says(self, language: Language | None = None) -> str:
        """One or two sentences."""
        language = language or current()
        said, natural = words("practice", language), self.exercise.derivation.natural
        rules = [rule_name(self.exercise, step.rule, language) for step in self.steps]
        at = self.counterexample
        if self.verdict == "wrong" and at is not None and None in {at.left, at.right}:
            template = said["wrong_no_value"]
        elif self.verdict == "undecided" and self.points == 0:
            template = said["undecided_nowhere"]
        else:
            template = said[self.verdict]
        found = template.format(
            rule=rules[0] if rules else "",
            rules=reduce(said["then"].format, rules) if rules else "",
            count=len(rules),
            at=at.at if at else "",
            left=(at.left or said["no_value"]) if at else "",
            right=(at.right or said["no_value"]) if at else "",
            relation=RELATIONS[self.relation],
            missing=", ".join(dict.fromkeys(text(for_every(c), natural) for c in self.missing)),
            points=self.points,
        )
        if self.accepted and self.missing:
            found = f"{found} {said['owed']}"
        return f"{found} {said['complete']}" if self.complete else found

    def content(self, language: Language | None = None) -> dict[str, Any]:
        """The document ``loglik.practice/1``."""
        language = language or current()
        named = [(step, rule_name(self.exercise, step.rule, language)) for step in self.steps]
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "says": self.says(language),
            "line": _line(self.relation, self.term, self.exercise),
            "rule": {"id": named[0][0].rule, "name": named[0][1]} if self.verdict == "right" and named else None,
            "steps": [{**_line(s.relation, s.term, self.exercise), "rule": s.rule, "rule_name": name} for s, name in named],
            "counterexample": None if self.counterexample is None else self.counterexample.content(),
            "missing": list(dict.fromkeys(str(for_every(c)) for c in self.missing)),
            "points": self.points,
            "complete": self.complete,
        }  # fmt: skip


def _line(relation: str, term: Expr, worked: Exercise) -> dict[str, str]:
    return {"relation": relation, "plain": str(term), "text": text(term, worked.derivation.natural)}


def rule_name(worked: Exercise, rule: str, language: Language) -> str:
    """What a rule is called, or where a relation is from that is used like one."""
    source, _, name = rule.partition(":")
    if name:
        return words("page", language)["cited_given" if source == "given" else "cited_part"].format(name)
    known = worked.rules.get(rule)
    return known.words[language][0] if known is not None and language in known.words else rule


def answer(derivation: Derivation, part: int, lines: Sequence[str], line: str, *, seconds: float = SECONDS) -> Answer:
    """Say what the next line is worth.

    Parameters
    ----------
    derivation : Derivation
        From the catalogue, or one of your own.
    part : int
        Which part of it is worked, from 0.
    lines : sequence of str
        The lines so far, without the first term.
    line : str
        The next one: plain syntax or LaTeX, with its relation to the line before or without.
    seconds : float
        When to give up the search for the rules of a bigger step.

    Returns
    -------
    Answer
        With `verdict`, `says` and what belongs to it.

    Raises
    ------
    DataError
        A line cannot be read (LL160 to LL162, LL187, LL226).

    Examples
    --------
    >>> from loglik.derive.catalogue import derivation
    >>> found = answer(derivation("log-product"), 0, [], "log(a^log(X, a)*a^log(Y, a), a)")
    >>> found.verdict, found.steps[0].rule
    ('right', 'power-of-log')
    >>> answer(derivation("log-product"), 0, [], "log(X, a)*log(Y, a)").verdict
    'wrong'
    """
    worked = exercise(derivation, part)
    *done, (relation, term) = read_lines(worked, [*lines, line])
    before = done[-1][1] if done else worked.start
    found = judged(worked, before, Step(relation, term, ""), monotonic() + seconds)
    scope = next(each.scope for each in places(derivation, {}) if each.part.name == worked.work.name)
    terms = (worked.start, *(each for _, each in done), term)
    so_far = proved(worked.start, [*(r for r, _ in done), relation], term, reason=bool(worked.work.begin))
    reached = worked.place_of(term) == len(worked.lines)
    fits = isinstance(term, Equation) or (so_far is not None and so_far.relation in {"=", worked.relation})
    if not (found[0] in ACCEPTED and reached and fits and not unfounded(terms, scope)):
        return Answer(worked, relation, term, *found)
    return Answer(worked, relation, term, *found, complete=True)


def judged(
    worked: Exercise, before: Expr, step: Step, until: float
) -> tuple[Verdict, tuple[Step, ...], Counterexample | None, tuple[Expr, ...], int]:
    """The verdict on a step, with what belongs to it."""
    if before == step.term:
        return "same", (), None, (), 0
    part, derivation = worked.work, worked.derivation
    given = [*derivation.given.values(), *part.given.values()]
    points = points_for([before, step.term], part.solution, given)
    if step.relation == "<=>" and part.solution:  # equations are alike elsewhere too, not at the solution alone
        points += points_for([before, step.term], {}, ())
    failed = counterexample(before, step.relation, step.term, points)
    if failed is not None:
        return "wrong", (), failed, (), 0
    steps = _of_the_derivation(worked, before, step) or found_for(derivation, part, before, step, worked.rules, until)
    terms = [before, *(each.term for each in steps)]
    reports = [alone(derivation, part, a, each, worked.rules) for a, each in zip(terms, steps, strict=False)]
    verdict = "right" if len(steps) == 1 else "bigger"
    if all(report.verdict in VERIFIED for report in reports):
        return verdict, steps, None, (), len(points)  # type: ignore[return-value]  # one of the two above
    if step.relation in _WEAKER:  # what is equal is also at most and at least so much
        equal = judged(worked, before, replace(step, relation="="), until)
        if equal[0] in ACCEPTED:
            return equal
    open_ = tuple(condition for report in reports for condition in report.open)
    if Equation(before, step.relation, step.term) in open_:  # the line itself, which says nothing
        open_ = ()
    if open_ and all(report.verdict in {*VERIFIED, "conditional"} for report in reports):
        owed = all(isinstance(each, Function) and each.name == "exists" for each in open_)
        return (verdict if owed else "condition"), steps, None, open_, len(points)  # type: ignore[return-value]
    return "undecided", (), None, (), compare(before, step.relation, step.term, points).agreed


def _of_the_derivation(worked: Exercise, before: Expr, step: Step) -> tuple[Step, ...]:
    """The derivation's own steps, where both lines are lines of it, up to arithmetic with written numbers."""
    first, last = worked.place_of(before), worked.place_of(step.term)
    if first is None or last is None or last <= first:
        return ()
    steps = [*worked.lines[first:last]]
    if before != worked.terms[first]:
        steps.insert(0, Step("=", worked.terms[first], "arithmetic"))
    if step.term != worked.terms[last]:
        steps.append(Step("=", step.term, "arithmetic"))
    whole = proved(before, [each.relation for each in steps], step.term, reason=bool(worked.work.begin))
    return tuple(steps) if isinstance(step.term, Equation) or (whole and step.relation == whole.relation) else ()
