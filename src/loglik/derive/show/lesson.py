"""A derivation with its words: what every printer prints, in one language, with the checker's verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal

from loglik.derive.checker import check
from loglik.derive.expressions import Equation, Expr, Function, Limit, Symbol, free_symbols, walk
from loglik.derive.model import Words
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loglik.derive.checker import Report, StepReport
    from loglik.derive.model import Derivation, Given, Part, Step
    from loglik.derive.show.example import Worked

Language = Literal["en", "ja"]

# A place is shown if that helps: two short expressions, in one or two places.
_SMALL, _PLACES = 40, 2


@dataclass(frozen=True)
class Phrase:
    """A sentence with formulas in its places; the printers fill them in."""

    template: str
    formulas: tuple[Expr, ...] = ()

    def filled(self, show: Callable[[Expr], str]) -> str:
        """The sentence with its formulas printed."""
        return self.template.format(*map(show, self.formulas))


@dataclass(frozen=True)
class LessonStep:
    """One step with its words."""

    relation: str
    term: Expr
    rule: str
    rule_name: str
    explanation: str
    replaced: tuple[tuple[Expr, Expr], ...]
    conditions: tuple[Phrase, ...]
    verdict: str
    remark: str
    points: int

    @property
    def places(self) -> tuple[tuple[Expr, Expr], ...]:
        """What was replaced by what, where that is a small part of the term and not the whole."""
        whole = arrangement_key(self.term)
        small = [(a, b) for a, b in self.replaced if arrangement_key(b) != whole and a.size + b.size <= _SMALL]
        return tuple(small) if len(small) <= _PLACES else ()


@dataclass(frozen=True)
class LessonPart:
    """One chain with its words; `reason` says where a first term that is an equation comes from."""

    heading: str
    start: Expr
    reason: str
    given: tuple[tuple[Equation, str], ...]
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True)
class Lesson:
    """A derivation with all that is printed of it."""

    name: str
    language: Language
    title: str
    says: str
    natural: str
    formulas: tuple[str, ...]
    assumptions: tuple[tuple[Phrase, str], ...]
    given: tuple[tuple[Equation, str], ...]
    parts: tuple[LessonPart, ...]
    proves: tuple[Phrase, ...]
    uses: tuple[str, ...]
    used_by: tuple[str, ...]
    computed_by: tuple[str, ...]
    example: Worked | None
    shown: int
    total: int
    verified: int

    @property
    def verdict(self) -> str:
        """One sentence on what the checker found."""
        if self.verified == self.total:
            return self.words["all_verified"].format(self.total)
        return self.words["some_verified"].format(self.verified, self.total)

    @property
    def words(self) -> Mapping[str, str]:
        """Headings in the language of the lesson."""
        return words_of_page("page", self.language)


def lesson(
    derivation: Derivation, language: Language = "en", upto: int | None = None, report: Report | None = None
) -> Lesson:
    """Put a derivation and its words together, and check it.

    Parameters
    ----------
    derivation : Derivation
        From the catalogue, or one of your own.
    language : {"en", "ja"}
        Language of the words.
    upto : int, optional
        Show only this many steps, to go on alone from there.
    report : Report, optional
        What the checker says, if it has been asked already.
    """
    from loglik.derive.catalogue import names, used_by, used_in
    from loglik.derive.show.example import worked

    words = words_of(derivation, language)
    own = derivation.name not in names()
    report = check(derivation) if report is None else report
    parts, left = [], derivation.steps if upto is None else max(0, upto)
    for i, part in enumerate(derivation.parts):
        if i and not left:
            break
        parts.append(_part(derivation, part, report, i, left, language))
        left -= min(left, len(part.steps))
    complete = sum(len(part.steps) for part in parts) == derivation.steps
    return Lesson(
        derivation.name,
        language,
        words.title or derivation.name,
        words.says,
        derivation.natural,
        derivation.formulas,
        _assumptions(derivation, language, words),
        _given(derivation.given, words),
        tuple(parts),
        tuple(_claim(derivation, claim, language) for claim in derivation.proves)
        if complete and report.verified
        else (),
        used_in(derivation),
        () if own else used_by(derivation.name),
        derivation.computed_by,
        worked(derivation) if complete else None,
        sum(len(part.steps) for part in parts),
        derivation.steps,
        report.count("verified"),
    )


def words_of(derivation: Derivation, language: Language) -> Words:
    """What is said in a language, or if nothing is, in the other one."""
    return derivation.words.get(language) or next(iter(derivation.words.values()), Words())


def _claim(derivation: Derivation, claim: Equation, language: Language) -> Phrase:
    """A result, with what was given where it was proved."""
    key = arrangement_key(claim)
    part = next(part for part in derivation.parts if arrangement_key(part.proves) == key)
    given = [found.relation for found in (*derivation.given.values(), *part.given.values())]
    if not given:
        return Phrase("{0}", (claim,))
    texts = words_of_page("page", language)
    places = reduce(texts["and"].format, [f"{{{i}}}" for i in range(1, len(given) + 1)])
    return Phrase(texts["if"].replace("{1}", places), (claim, *given))


def _given(given: Mapping[str, Given], words: Words) -> tuple[tuple[Equation, str], ...]:
    return tuple((found.relation, words.given.get(name, "")) for name, found in given.items())


def _assumptions(derivation: Derivation, language: Language, words: Words) -> tuple[tuple[Phrase, str], ...]:
    found = []
    for name, declared in derivation.symbols.items():
        said = words_of_page("domains", language)[declared.kind]
        reason = words.reasons.get(name, words_of_page("domain_reasons", language)[declared.kind])
        if declared.kind not in {"real", "index"}:  # they restrict nothing
            found.append((Phrase(said, (Symbol(name, declared),)), reason))
    return tuple(found)


def _part(derivation: Derivation, part: Part, report: Report, number: int, most: int, language: Language) -> LessonPart:
    texts, words = words_of_page("page", language), words_of(derivation, language)
    source, _, name = part.begin.partition(":")
    if source == "identity":
        reason = texts["identity"]
    elif source == "given":
        reason = words.given.get(name, "")
    elif source == "part":
        reason = texts["cited_part"].format(words.parts.get(name, name))
    else:
        reason = ""
    terms = (part.start, *(step.term for step in part.steps))
    steps = zip(terms, part.steps[:most], report.parts[number], strict=False)
    return LessonPart(
        words.parts.get(part.name, part.name if len(derivation.parts) > 1 else ""),
        part.start,
        reason,
        _given(part.given, words),
        tuple(_step(derivation, before, step, found, language) for before, step, found in steps),
    )


def _step(derivation: Derivation, before: Expr, step: Step, found: StepReport, language: Language) -> LessonStep:
    texts, words = words_of_page("page", language), words_of(derivation, language)
    source, _, name = step.rule.partition(":")
    if source == "given" and name:
        rule_name, explanation = texts["cited_given"], words.given.get(name, "")
    elif source == "part" and name:
        rule_name, explanation = texts["cited_part"].format(words.parts.get(name, name)), ""
    else:
        known = RULES[step.rule].words if step.rule in RULES else {}
        rule_name, explanation = known.get(language, (step.rule or texts["no_rule"], ""))
    if language == "en":
        rule_name = rule_name[0].upper() + rule_name[1:]
    limits = [e for _, e in (*walk(before), *walk(step.term)) if isinstance(e, Limit)]
    replaced = {
        arrangement_key(a.before) + "|" + arrangement_key(a.after): (a.before, a.after) for a in found.applications
    }
    return LessonStep(
        step.relation,
        step.term,
        step.rule,
        rule_name,
        explanation,
        tuple(replaced.values()),
        _conditions(found, limits, words_of_page("conditions", language)),
        found.verdict,
        _remark(found, texts),
        found.points,
    )


def _conditions(found: StepReport, limits: list[Limit], texts: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Conditions that say something: not those about written numbers, each once."""
    phrases: dict[str, Phrase] = {}
    for application in found.applications:
        for condition in application.conditions:
            limited = [e for _, e in walk(condition) if isinstance(e, Limit)]
            nothing = isinstance(condition, Function) and not free_symbols(condition.args[0])
            if (not free_symbols(condition) or nothing) and not limited:
                continue
            near = next((n for n in limits if n.variable.name in {s.name for s in free_symbols(condition)}), None)
            if isinstance(condition, Function):
                phrase = Phrase(texts[condition.name], condition.args)
            elif isinstance(condition, Equation) and near is not None:
                phrase = Phrase(texts["near"], (condition, near.variable, near.point))
            elif isinstance(condition, Equation):
                phrase = Phrase("{0}", (condition,))
            else:
                continue
            phrases.setdefault(arrangement_key(condition), phrase)
    return tuple(phrases.values())


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
