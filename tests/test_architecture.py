"""Files and packages that the documents on the architecture name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test_layers import checked

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["docs/architecture.md", "docs/architecture.ja.md", "CONTRIBUTING.md"]
PACKAGES = [path for path in (ROOT / "src" / "loglik").iterdir() if path.is_dir()]
PLACES = [ROOT / "src" / "loglik", ROOT / "src", ROOT, ROOT / "docs", ROOT / "benchmarks" / "fit", *PACKAGES]


def named(document: str) -> list[str]:
    """What stands in backticks and looks like a path, without the parts that are to be thought of (NAME, LL230)."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.findall(r"`([\w./-]+/|[\w./-]*\w\.(?:py|txt|md|toml|json|svg))`", text)
    return [name for name in found if not re.search(r"[A-Z]{2,}", name.replace("CONTRIBUTING", ""))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_are_there(document: str) -> None:
    paths = named(document)
    assert len(paths) > 20
    lost = [path for path in paths if "/" in path and not any((place / path).exists() for place in PLACES)]
    assert not lost


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/architecture.ja.md"])
def test_links_lead_somewhere(document: str) -> None:
    home = (ROOT / document).parent
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / document).read_text(encoding="utf-8"))
    assert links
    assert not [link for link in links if not (home / link).exists()]


def test_both_languages_name_the_same_files() -> None:
    assert named("docs/architecture.md") == named("docs/architecture.ja.md")


def test_picture_has_every_package() -> None:
    drawn = (ROOT / "docs" / "pictures" / "layers.svg").read_text(encoding="utf-8")
    names = {name for layer in checked() for name in layer}
    assert set(re.findall(r'class="name">(\w+)<', drawn)) == names
    assert len(drawn) < 40_000
