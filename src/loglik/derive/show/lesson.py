"""A derivation with its words: what every printer prints, in one language, with the checker's verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from loglik.derive.checker import check
from loglik.derive.model import Words
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.show.phrases import Phrase, for_every, joined
from loglik.derive.show.step_words import Cited, LessonStep, basis_of, step_words
from loglik.derive.show.symbols import SymbolRow, every, free_indices, symbol_rows
from loglik.derive.show.values import values_of
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.derive.checker import Report
    from loglik.derive.expressions import Equation, Expr
    from loglik.derive.model import Derivation, Given, Part
    from loglik.derive.show.example import Worked

Language = Literal["en", "ja"]


@dataclass(frozen=True)
class LessonPart:
    """One chain with its words.

    `reason` says where a first term that is an equation comes from, and `why` why one starts there.
    """

    name: str
    heading: str
    number: int
    start: Expr
    value: str
    reason: str
    why: str
    given: tuple[LessonGiven, ...]
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True)
class LessonGiven:
    """What is given: the relation, said for every index that it is given for, and why."""

    relation: Equation
    said: Phrase
    reason: str


@dataclass(frozen=True)
class Result:
    """What is proved: the relation with what it holds for and under, the lines that prove it, and what it says."""

    relation: Equation
    given: tuple[Equation, ...]
    said: Phrase
    lines: tuple[int, int]
    says: str


@dataclass(frozen=True)
class Basis:
    """A rule that a page rests on: what it is called, why it holds, and the derivation that proves it."""

    rule: str
    name: str
    basis: str
    source: str
    note: str


@dataclass(frozen=True)
class Lesson:
    """A derivation with all that is printed of it."""

    name: str
    language: Language
    title: str
    says: str
    natural: str
    formulas: tuple[str, ...]
    symbols: tuple[SymbolRow, ...]
    given: tuple[LessonGiven, ...]
    parts: tuple[LessonPart, ...]
    proves: tuple[Result, ...]
    rests_on: tuple[Basis, ...]
    uses: tuple[str, ...]
    used_by: tuple[str, ...]
    computed_by: tuple[str, ...]
    example: Worked | None
    shown: int
    total: int
    verified: int
    values: bool = False

    @property
    def assumptions(self) -> tuple[tuple[Phrase, str], ...]:
        """Domains that restrict, with the reasons for them."""
        return tuple((row.domain, row.reason) for row in self.symbols if row.assumed and row.domain is not None)

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
    derivation: Derivation,
    language: Language = "en",
    upto: int | None = None,
    report: Report | None = None,
    *,
    values: bool = False,
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
    values : bool
        Whether every line is printed with its value at the example.
    """
    from loglik.derive.catalogue import names, used_by, used_in
    from loglik.derive.show.example import worked

    words = words_of(derivation, language)
    own = derivation.name not in names()
    report = check(derivation) if report is None else report
    # Lines are numbered through the page: the first term of each part, and its steps.
    ends = tuple(accumulate(1 + len(part.steps) for part in derivation.parts))
    lines = {part.name: end for part, end in zip(derivation.parts, ends, strict=True)}
    cited = Cited(words, lines, language)
    parts, left = [], derivation.steps if upto is None else max(0, upto)
    for i, part in enumerate(derivation.parts):
        if i and not left:
            break
        parts.append(_part(derivation, part, report, i, left, cited))
        left -= min(left, len(part.steps))
    shown = sum(len(part.steps) for part in parts)
    complete = shown == derivation.steps
    proved = complete and report.verified
    return Lesson(
        derivation.name,
        language,
        words.title or derivation.name,
        words.says,
        derivation.natural,
        derivation.formulas,
        symbol_rows(derivation, language, words, own=own),
        _given(derivation, derivation.given, words, language),
        tuple(parts),
        tuple(_result(derivation, i, cited) for i in range(len(derivation.proves))) if proved else (),
        _rests_on(parts, language),
        used_in(derivation),
        () if own else used_by(derivation.name),
        derivation.computed_by,
        worked(derivation) if complete else None,
        shown,
        derivation.steps,
        report.count("verified"),
        values,
    )


def words_of(derivation: Derivation, language: Language) -> Words:
    """What is said in a language, or if nothing is, in the other one."""
    return derivation.words.get(language) or next(iter(derivation.words.values()), Words())


def _result(derivation: Derivation, number: int, cited: Cited) -> Result:
    """A result, with all that was given where it was proved."""
    claim = derivation.proves[number]
    key = arrangement_key(claim)
    part = next(part for part in derivation.parts if arrangement_key(part.proves) == key)
    given = _given(derivation, {**derivation.given, **part.given}, cited.words, cited.language)
    # What is given for one index holds for that one alone, and so does the result.
    alone = {s.name for each in given for s in free_indices(each.relation, derivation.symbols)} - {
        name for found in (*derivation.given.values(), *part.given.values()) for name in found.every
    }
    indices = [s for s in free_indices(claim, derivation.symbols) if s.name not in alone]
    said = for_every(Phrase("{0}", (claim,)), indices, cited.language)
    if given:
        n = len(said.formulas)
        under = joined([each.said for each in given], cited.language)
        places = under.template.format(*(f"{{{n + i}}}" for i in range(len(under.formulas))))
        template = words_of_page("page", cited.language)["if"].replace("{1}", "\0").replace("{0}", said.template)
        said = Phrase(template.replace("\0", places), (*said.formulas, *under.formulas))
    end = cited.lines[part.name]
    lines = end - len(part.steps), end
    return Result(
        claim, tuple(each.relation for each in given), said, lines, cited.words.results.get(str(number + 1), "")
    )


def _given(
    derivation: Derivation,
    given: Mapping[str, Given],
    words: Words,
    language: Language,
    *,
    before: tuple[Part, ...] = (),
) -> tuple[LessonGiven, ...]:
    """What is given; the reason is said where it is given first."""
    said = {name for part in before for name in part.given}
    return tuple(
        LessonGiven(
            found.relation,
            for_every(
                Phrase("{0}", (found.relation,)), every(found.relation, found.every, derivation.symbols), language
            ),
            "" if name in said else words.given.get(name, ""),
        )
        for name, found in given.items()
    )


def _part(derivation: Derivation, part: Part, report: Report, number: int, most: int, cited: Cited) -> LessonPart:
    texts, words = words_of_page("page", cited.language), cited.words
    source, _, name = part.begin.partition(":")
    if source == "identity":
        reason = texts["identity"]
    elif source == "given":
        reason = words.given.get(name, "")
    elif source == "part":
        reason = texts["cited_line"].format(cited.lines[name])
    else:
        reason = ""
    first = cited.lines[part.name] - len(part.steps)
    terms = (part.start, *(step.term for step in part.steps))
    values = values_of(derivation, part)
    steps = zip(terms, part.steps[:most], report.parts[number], values[1:], strict=False)
    return LessonPart(
        part.name,
        words.parts.get(part.name, part.name if len(derivation.parts) > 1 else ""),
        first,
        part.start,
        values[0],
        reason,
        words.steps.get(f"{part.name}.0", ""),
        _given(derivation, part.given, words, cited.language, before=derivation.parts[:number]),
        tuple(
            step_words(first + i, f"{part.name}.{i}", before, step, found, cited, value)
            for i, (before, step, found, value) in enumerate(steps, start=1)
        ),
    )


def _rests_on(parts: list[LessonPart], language: Language) -> tuple[Basis, ...]:
    """The definitions, laws and derived results that the steps use, each once, in the order of their first use."""
    used = dict.fromkeys(step.rule for part in parts for step in part.steps if step.rule in RULES)
    notes = words_of_page("basis", language)
    found = []
    for rule in used:
        basis, source = basis_of(rule)
        if basis != "arithmetic":
            name = RULES[rule].words[language][0] or rule
            found.append(Basis(rule, name, basis, source, notes.get(rule, "")))
    return tuple(found)
