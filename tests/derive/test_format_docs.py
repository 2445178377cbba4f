"""The examples of the documentation: every text is read, and what is printed below it is what `check` prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loglik import derive
from loglik.derive.text.lines import KEYWORDS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["derivation-format.md", "derivation-format.ja.md", "own-derivation.md", "own-derivation.ja.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_is_said(page):
    language = "ja" if page.endswith(".ja.md") else "en"
    found = blocks(page)
    texts = [i for i, (kind, _) in enumerate(found) if kind == "loglik"]
    assert texts
    for i in texts:
        report = derive.check(found[i][1], lang=language)
        following = next((block for kind, block in found[i + 1 : i + 3] if kind == "console"), None)
        if page.startswith("own"):
            assert following == f"{report}\n"
        else:
            assert report.verified


@pytest.mark.parametrize("page", PAGES)
def test_python_of_the_pages_runs(page):
    for kind, code in blocks(page):
        if kind == "python":
            exec(code, {})  # noqa: S102  # our own page


@pytest.mark.parametrize("page", PAGES[:2])
def test_every_line_of_the_format_is_described(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    for word in KEYWORDS:
        assert re.search(rf"^\| `{word} ", text, re.MULTILINE), word


@pytest.mark.parametrize("page", ["derivations.md", *PAGES[:2]])
def test_rules_of_the_pages_are_those_of_the_library(page):
    library = "\n".join(path.read_text(encoding="utf-8") for path in Path(derive.__file__).parent.glob("rules/*.txt"))
    shown = [block for kind, block in blocks(page) if kind == "rule"]
    assert shown
    assert all(block in library for block in shown)


@pytest.mark.parametrize("page", PAGES[:2])
def test_every_line_of_a_rule_is_described(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    for word in ("symbols", "when", "sample", "pointwise", "definition"):
        assert re.search(rf"^\| `{word}", text, re.MULTILINE), word
