"""The words of one step: why it is taken, by which rule, what it changes, and under which conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import MINUS_ONE, Equation, Expr, Function, Limit, Log, Pow, free_symbols, walk
from loglik.derive.expressions.walk import binder
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.show.marks import changed
from loglik.derive.show.phrases import Phrase
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.checker import StepReport
    from loglik.derive.model import Step, Words
    from loglik.texts import Language

# A place is shown if that helps: two short expressions, in one or two places.
_SMALL, _PLACES = 40, 2
#: Conditions that hold of all formulas one meets, and are checked all the same.
_REGULAR = frozenset({"free", "differentiable", "independent", "nonempty", "in_range"})
# Rules that say what their condition says; and reciprocals, which are not 0 where what they are of is not.
_SAID_BY_THE_STEP = frozenset({"not-negative", "not-positive", "less-than", "less-or-equal"})


@dataclass(frozen=True)
class LessonStep:
    """One step with its words.

    Parameters
    ----------
    number : int
        Of the line on its page.
    relation, term
        As in the derivation; `marked` is the term with what changed marked.
    rule, rule_name, explanation : str
        The rule, what it is called, and what it says in the direction in which it is used.
    basis : str
        ``definition``, ``law``, ``derived``, ``arithmetic``, ``given`` or ``part``; `source` is the derivation that proves it
        or that it rests on.
    why : str
        Why this step is taken here.
    value : str
        The term's value at the example.
    """

    number: int
    relation: str
    term: Expr
    marked: Expr
    rule: str
    rule_name: str
    explanation: str
    basis: str
    source: str
    why: str
    value: str
    replaced: tuple[tuple[Expr, Expr], ...]
    conditions: tuple[Phrase, ...]
    regular: tuple[Phrase, ...]
    verdict: str
    remark: str
    points: int

    @property
    def places(self) -> tuple[tuple[Expr, Expr], ...]:
        """What was replaced by what, where that is a small part of the term and not the whole."""
        whole = arrangement_key(self.term)
        small = [(a, b) for a, b in self.replaced if arrangement_key(b) != whole and a.size + b.size <= _SMALL]
        return tuple(small) if len(small) <= _PLACES else ()

    @property
    def said(self) -> str:
        """Why the step is taken, or else what its rule says."""
        return self.why or self.explanation


@dataclass(frozen=True)
class Cited:
    """What a step may cite on its page: the words of the derivation, and the numbers of the lines that parts end in."""

    words: Words
    lines: Mapping[str, int]
    language: Language


def step_words(
    number: int, place: str, before: Expr, step: Step, found: StepReport, cited: Cited, value: str
) -> LessonStep:
    """A step with its words; `place` is its name among the words of the derivation."""
    language = cited.language
    texts = words_of_page("page", language)
    rule_name, explanation = _rule(step, found, cited, texts)
    if language == "en":
        rule_name = rule_name[0].upper() + rule_name[1:]
    limits = [e for _, e in (*walk(before), *walk(step.term)) if isinstance(e, Limit)]
    replaced = {
        arrangement_key(a.before) + "|" + arrangement_key(a.after): (
            as_written(a.before, before),
            as_written(a.after, step.term),
        )
        for a in found.applications
    }
    shown = tuple((a, b) for a, b in replaced.values() if a is not None and b is not None)
    said = _conditions(found, limits, (before, step.term), words_of_page("conditions", language))
    said = () if step.rule in _SAID_BY_THE_STEP else said
    basis, source = basis_of(step.rule)
    return LessonStep(
        number,
        step.relation,
        step.term,
        changed(before, step.term),
        step.rule,
        rule_name,
        explanation,
        basis,
        source,
        cited.words.steps.get(place, ""),
        value,
        shown,
        tuple(phrase for phrase in said if phrase.kind not in _REGULAR),
        tuple(phrase for phrase in said if phrase.kind in _REGULAR),
        found.verdict,
        _remark(found, texts),
        found.points,
    )


def basis_of(rule: str) -> tuple[str, str]:
    """Why a rule holds, and the derivation that proves it or that it rests on."""
    source, _, name = rule.partition(":")
    if source in {"given", "part"} and name:
        return source, ""
    known = RULES.get(rule)
    if known is None:
        return "", ""
    return (known.basis if known.kind == "pattern" else "arithmetic"), known.derivation


def _rule(step: Step, found: StepReport, cited: Cited, texts: Mapping[str, str]) -> tuple[str, str]:
    source, _, name = step.rule.partition(":")
    if source == "given" and name:
        return texts["cited_given"], cited.words.given.get(name, "")
    if source == "part" and name:
        line = cited.lines.get(name)
        said = (
            texts["cited_line"].format(line) if line else texts["cited_part"].format(cited.words.parts.get(name, name))
        )
        return said, ""
    known = RULES[step.rule].words if step.rule in RULES else {}
    rule_name, explanation = known.get(cited.language, (step.rule or texts["no_rule"], ""))
    backwards = bool(found.applications) and all(a.backwards for a in found.applications)
    reversed_ = words_of_page("backwards", cited.language)
    return rule_name, reversed_.get(step.rule, explanation) if backwards else explanation


def as_written(e: Expr, term: Expr) -> Expr | None:
    """A part of a term with the names of its indices as they are in the term, not as they are in the rule; if it is there."""
    if not any(binder(each) is not None for _, each in walk(e)):
        return e
    key = arrangement_key(e)
    return next((each for _, each in walk(term) if each.size == e.size and arrangement_key(each) == key), None)


def _conditions(
    found: StepReport, limits: list[Limit], terms: tuple[Expr, Expr], texts: Mapping[str, str]
) -> tuple[Phrase, ...]:
    """Conditions that say something: not those about written numbers, each once."""
    logarithms = [
        e for a in found.applications for side in (a.before, a.after) for _, e in walk(side) if isinstance(e, Log)
    ]
    arguments, bases = ({arrangement_key(getattr(e, name)) for e in logarithms} for name in ("argument", "base"))
    phrases: dict[str, Phrase] = {}
    for application in found.applications:
        for condition in application.conditions:
            limited = [e for _, e in walk(condition) if isinstance(e, Limit)]
            nothing = isinstance(condition, Function) and not free_symbols(condition.args[0])
            if ((not free_symbols(condition) or nothing) and not limited) or _of_reciprocal(condition):
                continue
            near = next((n for n in limits if n.variable.name in {s.name for s in free_symbols(condition)}), None)
            if isinstance(condition, Function):
                args = tuple(
                    as_written(each, terms[0]) or as_written(each, terms[1]) or each for each in condition.args
                )
                kind = condition.name if condition.name in _REGULAR else "relation"
                phrase = Phrase(texts[condition.name], args, kind)
            elif isinstance(condition, Equation) and near is not None:
                kind = "argument" if arrangement_key(condition.left) in arguments else "relation"
                phrase = Phrase(texts["near"], (condition, near.variable, near.point), kind)
            elif isinstance(condition, Equation):
                key = arrangement_key(condition.left)
                kind = "base" if key in bases else "argument" if key in arguments else "relation"
                phrase = Phrase("{0}", (condition,), kind)
            else:
                continue
            phrases.setdefault(arrangement_key(condition), phrase)
    return tuple(phrases.values())


def _of_reciprocal(condition: Expr) -> bool:
    return (
        isinstance(condition, Equation)
        and condition.relation == "!="
        and isinstance(condition.left, Pow)
        and condition.left.exponent == MINUS_ONE
    )


def _remark(found: StepReport, words: Mapping[str, str]) -> str:
    """Why a step is not verified; nothing if it is."""
    match found.verdict:
        case "verified":
            return ""
        case "supported":
            return words["supported_at"].format(found.points, found.reason)
        case "refuted":
            return words["refuted_at"].format(found.reason)
        case "conditional":
            return words["conditional_on"].format(found.reason)
        case _:
            return words["not_decided_why"].format(found.reason)
