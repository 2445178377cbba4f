"""What is known of a file of derivations, as it is shown: in a terminal, in a notebook, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from loglik.derive.show import page_html, page_json, page_text
from loglik.derive.show.text import RELATIONS
from loglik.derive.show.text import text as unicode_text
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from loglik.derive.checker import Report
    from loglik.derive.expressions import Expr
    from loglik.derive.model import Derivation, Step
    from loglik.derive.own.suggest import Suggestion
    from loglik.derive.show.lesson import Language, Lesson


@dataclass(frozen=True)
class CheckedStep:
    """One step as it was written, and what is known of it.

    Parameters
    ----------
    relation : str
        To the term before.
    term : Expr
        The term after.
    rule : str
        The rule that was named, or found; several found ones with ``, `` between them; empty if none was found.
    searched : bool
        No rule was named, so one was searched for.
    verdict : str
        ``verified``, or what is less than that; see `loglik.derive.checker.StepReport`.
    points : int
        Points at which both sides agreed.
    reason : str
        Why it is not verified.
    line, column : int
        Where the term stands in the text.
    chain : tuple of Step
        The steps that stand for it: one, or those that were found.
    """

    relation: str
    term: Expr
    rule: str
    searched: bool
    verdict: str
    points: int
    reason: str
    line: int
    column: int
    chain: tuple[Step, ...]


@dataclass(frozen=True)
class CheckedDerivation:
    """One derivation of a file, and what is known of it.

    Parameters
    ----------
    name : str
        Its name.
    lemma : bool
        It is stated as a lemma.
    line : int
        Where it begins.
    steps : tuple of CheckedStep
        Its steps, part by part.
    faults : tuple of str
        What is wrong with the whole.
    suggestions : tuple of Suggestion
        What to add so that more steps are verified.
    notes : tuple of str
        What else is to be known: names taken for real numbers.
    derivation : Derivation
        As data, with the rules that were found.
    report : Report
        The checker's own report on it.
    """

    name: str
    lemma: bool
    line: int
    steps: tuple[CheckedStep, ...]
    faults: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    notes: tuple[str, ...]
    derivation: Derivation
    report: Report

    @property
    def verified(self) -> bool:
        """Every step is verified, and together they prove what is claimed."""
        return self.report.verified and not self.faults and all(s.verdict.startswith("verified") for s in self.steps)

    def lesson(self, language: Language = "en", upto: int | None = None, *, values: bool = False) -> Lesson:
        """The derivation with its words, as printers print it."""
        from loglik.derive.show.lesson import lesson

        return lesson(self.derivation, language, upto, self.report, values=values)


@dataclass(frozen=True)
class CheckedText:
    """What `loglik.derive.check` found in a text; it shows itself in a notebook.

    Parameters
    ----------
    name : str
        Name of the file; empty for a text.
    derivations : tuple of CheckedDerivation
        In the order of the text.
    language : {"en", "ja"}
        Language in which it shows itself.
    """

    name: str
    derivations: tuple[CheckedDerivation, ...]
    language: Language = "en"

    @property
    def verified(self) -> bool:
        """Every derivation is verified."""
        return all(each.verified for each in self.derivations)

    @property
    def steps(self) -> tuple[CheckedStep, ...]:
        """The steps of all derivations in a row."""
        return tuple(step for each in self.derivations for step in each.steps)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What to add to the derivations."""
        return tuple(each for found in self.derivations for each in found.suggestions)

    def text(self) -> str:
        """For the terminal: each step with its line, its rule and its verdict, then what is missing."""
        return "\n\n".join(_text(each, self.language) for each in self.derivations)

    def page(self, format_: str, upto: int | None = None, *, values: bool = False) -> str:
        """All derivations with their words, in one of the formats of the catalogue."""
        from loglik.derive.show import page_latex, page_markdown

        lessons = [each.lesson(self.language, upto, values=values) for each in self.derivations]
        match format_:
            case "text":
                return "\n\n".join(map(page_text.page, lessons))
            case "latex":
                return "\n".join(map(page_latex.page, lessons))
            case "markdown":
                return "\n".join(map(page_markdown.page, lessons))
            case "mathml":
                return "\n".join(map(page_html.section, lessons))
            case "html":
                return page_html.pages(lessons)
            case _:
                return self.json()

    def json(self) -> str:
        """A ``loglik.derivation/1`` document with the verdicts."""
        return json.dumps(self.content(), ensure_ascii=False, indent=1)

    def content(self) -> dict[str, Any]:
        """The document as a dictionary."""
        return {
            "schema": page_json.SCHEMA,
            "file": self.name,
            "language": self.language,
            "verified": self.verified,
            "steps": [_step(found, step) for found in self.derivations for step in found.steps],
            "suggestions": [_suggestion(found, each) for found in self.derivations for each in found.suggestions],
            "derivations": [
                {
                    **page_json.content(found.lesson(self.language)),
                    "lemma": found.lemma,
                    "line": found.line,
                    "checked": found.verified,
                    "faults": list(found.faults),
                    "notes": list(found.notes),
                }
                for found in self.derivations
            ],
        }

    def _repr_html_(self) -> str:
        return "\n".join(_html(each, self.language) for each in self.derivations)

    def __str__(self) -> str:
        return self.text()


def _step(found: CheckedDerivation, step: CheckedStep) -> dict[str, Any]:
    return {
        "derivation": found.name,
        "line": step.line,
        "column": step.column,
        "relation": step.relation,
        "term": str(step.term),
        "rule": step.rule,
        "searched": step.searched,
        "verdict": step.verdict,
        "points": step.points,
        "reason": step.reason,
        "chain": [{"relation": s.relation, "term": str(s.term), "rule": s.rule} for s in step.chain],
    }


def _suggestion(found: CheckedDerivation, each: Suggestion) -> dict[str, Any]:
    return {"derivation": found.name, "add": each.add, "write": each.write, "verified": each.verified}


def _text(found: CheckedDerivation, language: Language) -> str:
    words = words_of_page("check", language)
    natural = found.derivation.natural
    lines = [words["lemma" if found.lemma else "derivation"].format(found.name)]
    for step in found.steps:
        rule = (words["found"] if step.searched else "[{0}]").format(step.rule) if step.rule else words["no_rule"]
        lines.append(
            f"  {step.line:>4}  {RELATIONS[step.relation]} {unicode_text(step.term, natural)}    {rule}    "
            f"{words[step.verdict]}" + (f" ({words['points'].format(step.points)})" if step.points else "")
        )
        if len(step.chain) > 1:
            lines += [
                f"          {RELATIONS[s.relation]} {unicode_text(s.term, natural)}    [{s.rule}]" for s in step.chain
            ]
        if step.reason and not step.verdict.startswith("verified"):
            lines.append(f"        {step.reason}")
    lines += [f"  {fault}" for fault in found.faults]
    lines += [f"  {words['add'].format(each.add, each.write)}" for each in found.suggestions]
    lines += [f"  {note}" for note in found.notes]
    lines.append(words["all_verified" if found.verified else "not_verified"].format(_count(found), len(found.steps)))
    return "\n".join(lines)


def _count(found: CheckedDerivation) -> int:
    return sum(step.verdict.startswith("verified") for step in found.steps)


def _html(found: CheckedDerivation, language: Language) -> str:
    words = words_of_page("check", language)
    said = [*found.faults, *(words["add"].format(each.add, each.write) for each in found.suggestions), *found.notes]
    below = "".join(f"<li>{escape(each)}</li>" for each in said)
    return page_html.section(found.lesson(language)) + (f"\n<ul>{below}</ul>" if below else "")
