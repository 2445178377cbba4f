"""What the documentation prints is what the command prints, and its ten mistakes are all found and mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loglik.check.checked import Checked, checked_file

DOCS = Path(__file__).parents[2] / "docs"
SESSION = re.compile(r"```markdown\n(.*?)```\n\n```console\n\$ loglik check notes\.md[^\n]*\n(.*?)\n```", re.DOTALL)
PAGES = {"en": "check.md", "ja": "check.ja.md"}


def sessions(language: str) -> list[tuple[str, str]]:
    return SESSION.findall((DOCS / PAGES[language]).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "at"), [(language, at) for language in PAGES for at in range(11)])
def test_sessions_are_as_they_are_shown(language, at):
    text, shown = sessions(language)[at]
    assert Checked((checked_file(text, "notes.md"),), language).text() == shown


@pytest.mark.parametrize("language", PAGES)
def test_ten_mistakes_are_found_and_mended(language):
    gallery = sessions(language)[1:]
    assert len(gallery) == 10
    for text, _ in gallery:
        found = [each for each in checked_file(text, "notes.md").judgements if each.suggestion]
        assert len(found) == 1
        assert found[0].verdict in {"refuted", "suspicious", "lint"}
        mended = text.replace(found[0].tex, found[0].suggestion)
        assert mended != text
        again = {each.verdict for each in checked_file(mended, "notes.md", explain=False).judgements}
        assert again <= {"verified", "supported", "definition", "condition"}
