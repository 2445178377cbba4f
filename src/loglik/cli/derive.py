"""``loglik derive``: the derivations of the formulas, step by step, and whether they are checked."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from loglik.cli.streams import console, print_json
from loglik.design.standard_input import standard_input
from loglik.errors import DataError
from loglik.texts import Language, current

if TYPE_CHECKING:
    from loglik.derive.checker import Report
    from loglik.derive.checker.derivations import Verdict

_PIPED_WIDTH = 100


def derive(
    name: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    /,
    *,
    upto: int | None = None,
    lang: Language | None = None,
    format_: Annotated[
        Literal["text", "latex", "markdown", "mathml", "html", "json"], Parameter(name="--format")
    ] = "text",
    check: Annotated[bool, Parameter(name="--check", negative="")] = False,
    practice: Annotated[bool, Parameter(name="--practice", negative="")] = False,
    left_out: int | None = None,
    values: Annotated[bool, Parameter(name="--values", negative="")] = False,
    mistakes: Annotated[bool, Parameter(name="--mistakes", negative="")] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Show how a formula is derived: every step, the rule that it uses, and its conditions.

    Without a name, list all derivations, or with --format html put all of them on one page. With the name of a file,
    show or check derivations of your own; the format is described in docs/derivation-format.md.

    Parameters
    ----------
    name
        Name of a derivation, such as log-derivative; or a file of your own, such as mine.txt; or - for the standard input.
    upto
        Show only this many steps.
    lang
        Language of the output; by default that of the locale, or of LOGLIK_LANG.
    format_
        How to print it; html is a page of its own.
    check
        Check every step and print the counts: of one derivation, of all, or of a file, with what is missing in it.
    practice
        Work it yourself: write the next line, hear what it is worth, ask for hints.
    left_out
        Work it with every so many-th line left out, and the others shown.
    values
        Show every line with its value at the example.
    mistakes
        Show common mistakes, each with a counterexample found by the checker and with what holds instead.
    as_json
        The same as --format json: the loglik.derivation/1 document, with --check that of the checked steps.
    """
    from loglik.derive.catalogue import derivation, names
    from loglik.derive.show.document import document

    format_ = "json" if as_json else format_
    lang = lang or current()
    if practice or left_out is not None:
        from loglik.cli.practice import practise

        return practise(name, lang, every=left_out, as_json=format_ == "json")
    if mistakes:
        return _mistakes(name, lang, format_)
    if name is not None and name not in names() and _is_file(name):
        return _own(name, upto, lang, format_, check=check, values=values)
    if check:
        return _check(names() if name is None else (name,), lang, format_)
    if name is None:
        return _list(lang, format_)
    shown = document(derivation(name), lang, upto, values=values)
    if format_ == "text":
        _print_text(shown.text(marks=True))
    elif format_ == "json":
        print_json(json.loads(shown.json()), indent=1)
    else:
        print(getattr(shown, format_)().rstrip("\n"))  # noqa: T201
    return 0


def _is_file(name: str) -> bool:
    """Names of derivations have no dots and no slashes."""
    if name == "-" or any(c in name for c in "./\\"):
        return True
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # no file can be called so
        return False


def _own(name: str, upto: int | None, lang: Language, format_: str, *, check: bool, values: bool) -> int:
    """A file of one's own: checked always, and shown as the catalogue is, or as the list of its steps."""
    from loglik.derive.own.check import check as check_text

    found = check_text(_standard_input() if name == "-" else Path(name), lang=lang)
    if format_ == "json":
        print_json(found.content(), indent=1)
    elif check:
        print(found.text() if format_ == "text" else found.page(format_, upto, values=values).rstrip("\n"))  # noqa: T201
    elif format_ == "text":
        _print_text(found.page("text", upto, values=values))
    else:
        print(found.page(format_, upto, values=values).rstrip("\n"))  # noqa: T201
    return 0 if found.verified or not check else 1


def _standard_input() -> str:
    """At most a little more than a text may have: what is longer is refused, not read to its end."""
    from loglik.derive.text.lines import MAX_BYTES, MAX_CHARACTERS

    data = standard_input(most=MAX_BYTES)
    try:
        return data.decode("utf-8-sig") + "\n"
    except UnicodeDecodeError as error:
        if len(data) > MAX_CHARACTERS and error.end >= len(data):  # too long, and cut within a character
            return data.decode("utf-8-sig", "ignore") + "\n"
        raise DataError("LL185.not_utf8", byte=error.start) from error


def _list(lang: Language, format_: str) -> int:
    from loglik.derive.catalogue import derivation, names, title

    if format_ == "json":
        found = [
            {"name": name, "title": title(name, lang), "formulas": list(derivation(name).formulas)} for name in names()
        ]
        document = {"schema": "loglik.derivations/1", "derivations": found}
        print_json(document, indent=1)
        return 0
    if format_ == "html":
        from loglik.derive.show.document import get
        from loglik.derive.show.page_html import pages

        print(pages([get(name, lang).lesson for name in names()]).rstrip("\n"))  # noqa: T201
        return 0
    width = max(map(len, names()))
    for name in names():
        print(f"{name:<{width}}  {title(name, lang)}")  # noqa: T201
    return 0


def _mistakes(name: str | None, lang: Language, format_: str) -> int:
    from loglik.derive.mistakes import mistake, names
    from loglik.derive.mistakes.pages import content, page
    from loglik.texts import words

    found = [mistake(each) for each in (names() if name is None else (name,))]
    if format_ == "json":
        print_json(content(found, lang), indent=1)
        return 0
    if format_ != "text":
        print(page(found, format_, lang))  # noqa: T201
        return 0
    _print_text(page(found, format_, lang))
    print(f"\n{words('mistakes', lang)['next'].format(names()[0])}")  # noqa: T201
    return 0


def _print_text(text: str) -> None:
    """Sentences are wrapped at the width of the terminal; formulas stay on one line, coloured where they changed."""
    from loglik.cli.explain import wrapped
    from loglik.derive.show.text import END, START

    out = console()
    colour = ("\x1b[1;36m", "\x1b[0m") if out.is_terminal and not out.no_color else ("", "")
    text = text.replace(START, colour[0]).replace(END, colour[1])
    width = out.width if out.is_terminal else _PIPED_WIDTH
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if indent in {0, 8} and line.strip():
            for piece in wrapped(line.strip(), width - indent):
                print(" " * indent + piece)  # noqa: T201
        else:
            print(line)  # noqa: T201


def _check(wanted: tuple[str, ...], lang: Language, format_: str) -> int:
    from loglik.derive.catalogue import derivation, text
    from loglik.derive.checker import check
    from loglik.texts import words as words_of_page

    if format_ == "json":
        from loglik.derive.own.check import check as check_text

        found = check_text("\n".join(map(text, wanted)), lang=lang)
        print_json(found.content(), indent=1)
        return 0 if found.verified else 1
    words = words_of_page("page", lang)
    columns: tuple[Verdict, ...] = ("verified", "supported", "conditional", "not decided", "refuted")
    reports: list[Report] = []
    rows = []
    for name in wanted:
        report = check(derivation(name))
        reports.append(report)
        rows.append([name, str(len(report.steps)), *(str(report.count(each)) for each in columns)])
    total = [words["total"], *(str(sum(int(row[i]) for row in rows)) for i in range(1, len(columns) + 2))]
    head = [words["derivation"], words["steps"], *(words[each] for each in columns)]
    _print_table([head, *rows, *([total] if len(rows) > 1 else [])])
    for report in reports:
        _print_open(report)
    return 0 if all(report.verified for report in reports) else 1


def _print_table(rows: list[list[str]]) -> None:
    from rich.cells import cell_len

    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            text + " " * (width - cell_len(text)) if not i else " " * (width - cell_len(text)) + text
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())  # noqa: T201


def _print_open(report: Report) -> None:
    """What is not verified, and why: on stderr, as findings are."""
    for fault in report.faults:
        print(f"{report.name}: {fault}", file=sys.stderr)  # noqa: T201
    for number, step in enumerate(report.steps, start=1):
        if step.verdict != "verified":
            print(f"{report.name}, {number}: {step.verdict}: {step.reason}", file=sys.stderr)  # noqa: T201
