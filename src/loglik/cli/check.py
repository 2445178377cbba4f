"""``loglik check``: what the formulas of documents are worth."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from loglik.cli.streams import console, print_json
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loglik.check.checked import Checked
    from loglik.check.result import FileResult

_FORMATS = Literal["terminal", "json", "sarif", "github", "html"]
_FOR_MACHINES = frozenset({"json", "sarif", "github"})


def check(
    *files: Annotated[str, Parameter(allow_leading_hyphen=True)],
    as_: Annotated[Literal["markdown", "html", "latex", "notebook"] | None, Parameter(name="--as")] = None,
    format_: Annotated[_FORMATS, Parameter(name="--format")] = "terminal",
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    fail_on: Literal["refuted", "suspicious"] = "refuted",
    explain: int | None = None,
    assume: tuple[str, ...] = (),
    baseline: Path | None = None,
    steps: bool = True,
    lang: Literal["en", "ja"] | None = None,
) -> int:
    """Check the mathematics of Markdown, HTML, LaTeX and notebook files: which formulas hold, and which are wrong.

    Exit status 1 where something is refuted or contradicted elsewhere in the text, 2 where a file cannot be read.

    Parameters
    ----------
    files
        The documents; - is standard input.
    as_
        How to read them; by default the ending says so, and .txt is Markdown.
    format_
        How to print the report; html is a page of its own.
    as_json
        The same as --format json: the loglik.check/1 document.
    fail_on
        Which verdicts end with exit status 1: refuted (and inconsistent), or suspicious ones too.
    explain
        Show the relation with this number in full, with the steps between its sides.
    assume
        What a text does not say of its names, such as --assume "t: onehot".
    baseline
        An earlier report (--format json) whose findings are not shown again.
    steps
        Look for the named rules between the sides of what holds; --no-steps is quicker.
    lang
        Language of the report.
    """
    from loglik.check.baseline import read_baseline
    from loglik.check.checked import Checked
    from loglik.check.report.words import troubles
    from loglik.texts.language import of_environment

    if not files:
        raise DataError("LL410.no-file")
    known = None if baseline is None else read_baseline(baseline)
    language = lang or of_environment()
    assumed = _assumed(assume)
    results = tuple(_one(name, as_, assumed, explain=steps or explain is not None) for name in files)
    found = Checked(results, language)
    if explain is not None:
        return _explained(found, explain)
    if known is not None:
        found = found.without(known)
    _print(found, "json" if as_json else format_)
    if as_json or format_ in _FOR_MACHINES:  # the others tell it themselves
        for told in (each for file in found.files for each in troubles(file.document, found.language)):
            print(told, file=sys.stderr)  # noqa: T201
    failing = {"refuted", "inconsistent", *(("suspicious",) if fail_on == "suspicious" else ())}
    return int(any(each.verdict in failing for each in found.judgements))


def _one(name: str, as_: str | None, assumed: dict[str, str], *, explain: bool) -> FileResult:
    from loglik.check.checked import MAX_BYTES, checked_file, read_bytes
    from loglik.design.standard_input import standard_input

    data = standard_input(most=MAX_BYTES) if name == "-" else read_bytes(Path(name))
    with _progress(name) as moved:
        return checked_file(data, name, as_=as_, assume=assumed, explain=explain, progress=moved)


def _assumed(assume: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for each in assume:
        name, colon, said = each.partition(":")
        if not (colon and name.strip() and said.strip()):
            raise DataError("LL410.assume", text=each)
        found[name.strip()] = said.strip()
    return found


def _explained(found: Checked, number: int) -> int:
    from loglik.check.report.terminal import explained

    for file in found.files:
        if 1 <= number <= len(file.judgements):
            print(explained(file, number, found.language))  # noqa: T201
            return 0
    counts = max((len(file.judgements) for file in found.files), default=0)
    raise DataError("LL410.explain", number=number, count=counts)


def _print(found: Checked, format_: str) -> None:
    if format_ == "json":
        print_json(found.content(), indent=1)
    elif format_ == "sarif":
        print_json(found.sarif(), indent=1)
    elif format_ == "github":
        if text := found.github():
            print(text)  # noqa: T201
    elif format_ == "html":
        print(found.html().rstrip("\n"))  # noqa: T201
    else:
        print(found.text())  # noqa: T201


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None] | None]:
    """A moving line on a terminal, for documents that take a while; nothing elsewhere."""
    notes = console(stderr=True)
    if not notes.is_terminal or not sys.stderr.isatty():
        yield None
        return
    from rich.markup import escape

    with notes.status(escape(name)) as status:
        yield lambda done, total: status.update(escape(f"{name}: {done} / {total}"))
