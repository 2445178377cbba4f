"""What the page of model formulas writes can be read, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loglik.design.formula.grammar import read
from loglik.design.formula.terms import terms_of

DOCS = Path(__file__).parents[3] / "docs"


def written(page: str) -> list[str]:
    """The terms in the first column of the table."""
    table = (DOCS / page).read_text(encoding="utf-8").split("\n## ")[0]
    return [
        code
        for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for code in re.findall(r"`([^`]+)`(?!`)", line)
    ]


@pytest.mark.parametrize("code", [c for c in written("model-formulas.md") if re.search(r"[~(:*/%.]", c)])
def test_it_can_be_read(code: str) -> None:
    terms_of(read(code if "~" in code else f"y ~ {code}"), ["a", "b"])


def test_both_languages_write_the_same() -> None:
    assert written("model-formulas.md") == written("model-formulas.ja.md")
    assert len(written("model-formulas.md")) > 25
