"""A file of one's own, checked: rules that are left out are found, domains that are missing are suggested."""

from __future__ import annotations

import re
from dataclasses import replace
from os import PathLike
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

from loglik.derive.checker import check as check_derivation
from loglik.derive.model import Example
from loglik.derive.own.lemmas import given_in, in_order, rule_of, usable
from loglik.derive.own.report import CheckedDerivation, CheckedStep, CheckedText
from loglik.derive.own.search import SECONDS, Completed, completed
from loglik.derive.own.suggest import for_every, suggestions
from loglik.derive.rules import RULES
from loglik.derive.show.example import worked
from loglik.derive.text.lines import MAX_BYTES
from loglik.derive.text.reader import Written, read
from loglik.errors import DataError
from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loglik.derive.checker import Report, StepReport
    from loglik.derive.model import Step
    from loglik.derive.rules import Rule
    from loglik.derive.show.lesson import Language

#: Of a file name; a text on one line is longer, or holds what no file name does.
_FILE_NAME = re.compile(r"[^\n]{1,1000}")


def check(text_or_path: str | PathLike[str], *, lang: str = "en") -> CheckedText:
    r"""Check the derivations of a text: every step, what it proves, and what is missing.

    Parameters
    ----------
    text_or_path : str or path
        A text in the format of ``docs/derivation-format.md``, or the name of a file that holds one.
    lang : {"en", "ja"}
        Language in which the result shows itself.

    Returns
    -------
    CheckedText
        With `verified`, and `steps` each with `verdict`, `points`, `reason`, `rule`, `line` and `column`.

    Raises
    ------
    DataError
        The text cannot be read: with line, column and what to do. See `loglik.derive.text.reader.read`.

    Notes
    -----
    A step is verified by the checker alone. The search for rules that are left out only proposes; what it proposes goes
    through the same check as what was written.

    Examples
    --------
    >>> found = check("log-of-root\nsymbols x: positive\n    log(x^(1/2))\n  = 1/2*log(x)")
    >>> found.verified, found.steps[0].rule
    (True, 'log-power')
    """
    if not isinstance(text_or_path, (str, PathLike)):
        raise DataError("LL185.neither", type=type(text_or_path).__name__)
    if lang not in {"en", "ja"}:
        raise DataError("LL100.language", lang=lang)
    language = cast("Language", lang)
    text, name = _text(text_or_path)
    written = read(text, _slug(name))
    until = monotonic() + SECONDS
    found: dict[str, CheckedDerivation] = {}
    rules: dict[str, Rule] = dict(RULES)
    for each in in_order(written):
        lemmas = {w.derivation.name: w for w in written if w.derivation.name in found}
        available = _available(each, lemmas, rules)
        checked = _checked(each, available, found, until, language)
        found[checked.name] = checked
        if checked.name not in RULES and len(each.derivation.proves) == 1:
            rules[checked.name] = rule_of(checked.derivation, rules)
    return CheckedText(name, tuple(found[w.derivation.name] for w in written), language)


def _text(text_or_path: str | PathLike[str]) -> tuple[str, str]:
    """The text, and the name of the file that it is from."""
    if isinstance(text_or_path, str) and not _is_file_name(text_or_path):
        return text_or_path, ""
    path = Path(text_or_path)
    try:
        with path.open("rb") as file:  # a device may have no end
            data = file.read(MAX_BYTES)
    except FileNotFoundError:
        raise DataError("LL101.no_derivations", path=path) from None
    except IsADirectoryError:
        raise DataError("LL101.a_directory", path=path) from None
    except (OSError, ValueError) as error:  # a ValueError: what no path can be
        said = getattr(error, "strerror", None) or str(error)
        raise DataError("LL101.no_text", path=str(path)[:100], why=said) from error
    if len(data) == MAX_BYTES:
        raise DataError("LL162.bytes", path=path, most=MAX_BYTES)
    try:
        return data.decode("utf-8"), path.name
    except UnicodeDecodeError as error:
        raise DataError("LL185.file_not_utf8", path=path, byte=error.start) from error


def _is_file_name(text: str) -> bool:
    """A text on one line is no derivation; it is meant as the name of a file, unless no file would be called so."""
    if not _FILE_NAME.fullmatch(text) or "\0" in text:
        return False
    try:
        return not re.search(r"[\s=]", text) or Path(text).is_file()
    except OSError:  # too long for a name
        return False


def _slug(name: str) -> str:
    found = re.sub(r"[^A-Za-z0-9_.-]+", "-", name.rpartition(".")[0] or name).strip("-.")
    return found if re.match(r"[A-Za-z]", found) else "derivation"


def _available(each: Written, lemmas: Mapping[str, Written], rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The rules that a derivation may use: those of the library, and the lemmas whose names mean the same here."""
    unusable = {name: why for name, lemma in lemmas.items() if (why := usable(lemma, each.derivation))}
    for i, part in enumerate(each.derivation.parts):
        for j, step in enumerate(part.steps, start=1):
            if step.rule in unusable and step.rule not in RULES:
                place = each.rules.get((i, j), each.places[i, j])
                raise DataError(unusable[step.rule].at(line=place[0], column=place[1]))
    return {name: rule for name, rule in rules.items() if name in RULES or name not in unusable}


def _checked(
    each: Written, rules: Mapping[str, Rule], found: Mapping[str, CheckedDerivation], until: float, language: Language
) -> CheckedDerivation:
    searched = {
        name: rule
        for name, rule in rules.items()
        if name not in found
        or (found[name].verified and given_in(found[name].derivation, each.derivation, each.derivation.parts))
    }
    whole = completed(each.derivation, searched, until)
    report = check_derivation(whole.derivation, rules)
    steps = tuple(_steps(each, whole, report, found, language))
    words = words_of_page("check", language)
    notes = [words["undeclared"].format(", ".join(each.undeclared))] if each.undeclared else []
    if not all(step.points for step in steps) and (
        each.derivation.given or any(part.given for part in each.derivation.parts)
    ):
        notes.append(words["no_points"])
    derivation = whole.derivation
    try:
        worked(derivation)
    except (KeyError, ArithmeticError, DataError) as error:
        notes.append(words["no_example"].format(error))
        derivation = replace(derivation, example=Example({}))
    said = () if report.verified else suggestions(derivation, report, rules, lambda d: check_derivation(d, rules))
    if said:
        missing = ", ".join(each.add for each in said)
        steps = tuple(
            replace(step, reason=words["missing"].format(step.reason, missing))
            if step.verdict in {"conditional", "refuted"}
            else step
            for step in steps
        )
    return CheckedDerivation(
        each.derivation.name,
        each.lemma,
        each.place[0],
        steps,
        report.faults,
        said,
        tuple(notes),
        derivation,
        report,
    )


def _steps(
    each: Written, whole: Completed, report: Report, found: Mapping[str, CheckedDerivation], language: Language
) -> Iterable[CheckedStep]:
    """The reports on the steps that were written; several found ones stand for one."""
    for i, (part, new) in enumerate(zip(each.derivation.parts, whole.derivation.parts, strict=True)):
        at = 0
        for j, (step, count) in enumerate(zip(part.steps, whole.counts[i], strict=True), start=1):
            chain, reports = new.steps[at : at + count], report.parts[i][at : at + count]
            at += count
            worst = max(reports, key=_badness)
            open_lemmas = [
                s.rule for s in chain if s.rule in found and s.rule not in RULES and not found[s.rule].verified
            ]
            if open_lemmas and worst.verdict.startswith("verified"):
                reason = words_of_page("check", language)["lemma_open"].format(", ".join(open_lemmas))
                worst = replace(worst, verdict="conditional", reason=reason)
            line, column = each.places[i, j]
            yield CheckedStep(
                step.relation,
                step.term,
                ", ".join(s.rule for s in chain),
                not step.rule,
                worst.verdict,
                min(r.points for r in reports),
                _reason(chain, worst, language),
                line,
                column,
                tuple(chain),
            )


def _reason(chain: Sequence[Step], worst: StepReport, language: Language) -> str:
    if worst.verdict == "conditional" and worst.open:
        return ", ".join(dict.fromkeys(str(for_every(c)) for c in worst.open))
    return (
        worst.reason if chain[0].rule or worst.verdict == "refuted" else words_of_page("check", language)["none_found"]
    )


def _badness(report: StepReport) -> int:
    order = ("verified", "verified (no sample)", "conditional", "supported", "not decided", "refuted")
    return order.index(report.verdict)
