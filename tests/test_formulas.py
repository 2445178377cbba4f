"""docs/formulas.md: numbers that are cited exist, names in it import, and derivations derive what they are said to."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from loglik.cli.app import app
from loglik.derive.catalogue import derivation, names

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (\d+\.\d+) \| (.*) \| (.*) \| (.*) \| (.*) \|$", re.MULTILINE)
NUMBER = re.compile(r"\b\d+\.\d+\b")
#: "formula 6.2", "formulas 5.1 to 5.6, and 6.2", "(docs/formulas.md, 6.2)".
CITED = re.compile(r"\b[Ff]ormulas?\s+(\d+\.\d+(?:(?:,?\s+(?:and|to|or)\s+|,\s+)\d+\.\d+)*)")
PLACES = [
    *(ROOT / "src").rglob("*.py"),
    *(path for path in (ROOT / "docs").glob("*.md") if not path.name.startswith("formulas")),
    *(ROOT / "tests").rglob("*.py"),
    ROOT / "README.md",
]


def rows(page):
    found = ROW.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    return {number: rest for number, *rest in found}


ENGLISH, JAPANESE = rows("formulas.md"), rows("formulas.ja.md")


def test_both_languages_have_the_same_formulas():
    assert list(ENGLISH) == list(JAPANESE)
    for number, (formula, _, _, computed) in ENGLISH.items():
        assert (formula, computed) == (JAPANESE[number][0], JAPANESE[number][3]), number
    for page in (ENGLISH, JAPANESE):
        assert all(formula and derived and computed for formula, _, derived, computed in page.values())


def test_formulas_are_numbered_in_order_within_sections():
    seen = {}
    for number in ENGLISH:
        section, place = map(int, number.split("."))
        assert place == seen.get(section, 0) + 1, number
        seen[section] = place
    assert list(seen) == list(range(1, len(seen) + 1))
    assert len(re.findall(r"^## ", (ROOT / "docs/formulas.md").read_text(encoding="utf-8"), re.MULTILINE)) == len(seen)


def test_numbers_that_are_cited_exist():
    cited = {}
    for path in PLACES:
        for found in CITED.findall(path.read_text(encoding="utf-8")):
            for number in NUMBER.findall(found):
                cited.setdefault(number, path.name)
    missing = {number: path for number, path in cited.items() if number not in ENGLISH}
    assert not missing
    assert len(cited) >= 20
    first = (re.match(r"(?:\d+\.\d+(?:, |;|$))+", derived) for _, _, derived, _ in ENGLISH.values())
    assert {number for found in first if found for number in NUMBER.findall(found[0])} <= ENGLISH.keys()


def test_nothing_cites_what_is_defined_nowhere():
    old = re.compile(r"\bTexts? [A-D]\b|\b[ACD]\.(?:def|inv|open|next|loss|like|model|1hot)\b")
    for path in PLACES:
        if path != Path(__file__):
            assert not old.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", names())
def test_derivations_derive_the_formulas_that_link_to_them(name):
    linked = {number for number, (_, _, derived, _) in ENGLISH.items() if f"[`{name}`]" in derived}
    assert linked == set(derivation(name).formulas)
    assert linked == {number for number, (_, _, derived, _) in JAPANESE.items() if f"[`{name}`]" in derived}


@pytest.mark.parametrize("page", ["formulas.md", "formulas.ja.md"])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", (ROOT / "docs" / page).read_text(encoding="utf-8")):
        assert (ROOT / "docs" / target).exists(), target


COMPUTING = sorted(
    {found for row in ENGLISH.values() for found in re.findall(r"\[`([^`]+)`\]\(\.\./([^)]+)\)", row[3])}
)


@pytest.mark.parametrize(("name", "file"), COMPUTING, ids=[name for name, _ in COMPUTING])
def test_what_computes_a_formula_is_where_the_link_leads(name, file):
    text = (ROOT / file).read_text(encoding="utf-8")
    if name.startswith("loglik "):
        command, *options = name.split()[1:]
        assert command in set(app)
        assert f"def {command}(" in text
        text += (ROOT / "src/loglik/cli/options.py").read_text(encoding="utf-8")
        assert all(option.lstrip("-") in text for option in options)
        return
    parts = name.split(".")
    for depth in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:depth]))
        except ModuleNotFoundError:
            continue
        for part in parts[depth:]:
            found = inspect.getattr_static(found, part) if inspect.isclass(found) else getattr(found, part)
        assert callable(found) or isinstance(found, (property, classmethod, staticmethod)), name
        assert re.search(rf"^ *(?:def|class) {parts[-1]}\b", text, re.MULTILINE), file
        return
    pytest.fail(name)
