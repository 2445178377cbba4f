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
