"""The cookbook runs: its commands print what stands below them, and its tables hold what was printed there and here."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import runpy
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from loglik.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGES = {language: ROOT / "docs" / name for language, name in (("en", "cookbook.md"), ("ja", "cookbook.ja.md"))}
SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\d|\d)(?:\.\d+)?(?:e[-+]?\d+)?|[-+]inf")


def sections(language: str) -> dict[str, str]:
    """Text of each analysis by its number, what comes before the first at 0."""
    parts = re.split(r"^## (\d+)\. ", PAGES[language].read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {"0": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(console|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, and what it prints."""
    for part in re.split(r"^\$ loglik ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def table(text: str) -> list[tuple[str, str, str]]:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in re.findall(r"^\|.*\|$", text, re.MULTILINE)
    ]
    return [row for row in rows[2:] if len(row) == 3]


def numbers(text: str) -> list[str]:
    return [n.replace(",", "") for n in NUMBER.findall(text)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory with the CSV files."""
    place = tmp_path_factory.mktemp("cookbook")
    with contextlib.chdir(place):
        runpy.run_path(str(ROOT / "demo" / "cookbook_data.py"), run_name="__main__")
    return place


def run(section: str, text: str) -> str:
    """Run the blocks of an analysis, compare what they print, and return it."""
    checker, globs, printed = doctest.OutputChecker(), {}, []
    exec("import loglik\nimport pandas as pd", globs)  # noqa: S102 - the lines at the head of the page
    for kind, block in blocks(text):
        pairs: list[tuple[str, str, str]] = []
        if kind == "console":
            for command, want in commands(block):
                out = io.StringIO()
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                    main(shlex.split(command))
                pairs.append((command, want, out.getvalue()))
        else:
            for example in doctest.DocTestParser().get_examples(block):
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    exec(compile(example.source, f"cookbook {section}", "single"), globs)  # noqa: S102
                pairs.append((example.source, example.want, out.getvalue()))
        for source, want, got in pairs:
            assert checker.check_output(want, got, SAME), f"{section}: {source}\n--- got\n{got}"
            printed.append(got)
    return "\n".join(printed)


@pytest.mark.parametrize("section", list(sections("en"))[1:])
def test_analysis(section: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data)
    text = sections("en")[section]
    printed = set(numbers(run(section, text)))
    rows = table(text)
    assert rows
    for name, there, here in rows:
        infinite = here in {"+inf", "-inf"}
        for theirs, ours in [("", here)] if infinite else zip(numbers(there), numbers(here), strict=True):
            assert ours in printed, f"{name}: {ours} is not on the page"
            if infinite:  # beside where the iterations of others stopped
                continue
            digits = len(theirs.partition("e")[0].partition(".")[2])
            shown = len(ours.partition("e")[0].partition(".")[2])
            assert abs(float(theirs) - float(ours)) <= 0.5001 * (10.0**-digits + 10.0**-shown), name


def test_both_languages_do_the_same() -> None:
    english, japanese = sections("en"), sections("ja")
    assert list(english) == list(japanese)
    for number, text in english.items():
        assert blocks(text) == blocks(japanese[number]), number
        assert [row[1:] for row in table(text)] == [row[1:] for row in table(japanese[number])]
