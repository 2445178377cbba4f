"""The check of the site's links finds those that lead nowhere, and no others."""

from __future__ import annotations

import runpy
from pathlib import Path

SITE = Path(__file__).parents[2] / "docs" / "site"


def test_links_that_lead_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="#top"></a><a href="in/b.html#%E5%AF%BE"></a><a href="https://x.org/y"></a>'
        '<a href="in/b.html#no"></a><a href="#no"></a><img src="p.svg?v=1"/><a href="c.html"></a>'
    )
    (tmp_path / "in" / "b.html").write_text(
        '<p id="対"><a href="../a.html"></a><a href="a.html"></a></p>', encoding="utf-8"
    )
    (tmp_path / "p.svg").write_text("<svg/>")
    lost = runpy.run_path(str(SITE / "links.py"))["lost_links"](tmp_path)
    assert lost == ["a.html: #no", "a.html: c.html", "a.html: in/b.html#no", "in/b.html: a.html"]


def test_every_page_of_the_documents_that_is_listed_is_there():
    listed = {
        line.strip()
        for path in SITE.glob("*.md")
        for block in path.read_text(encoding="utf-8").split("```{toctree}")[1:]
        for line in block.split("```")[0].splitlines()
        if line.strip() and not line.startswith(":")
    }
    made = {"catalogue", "catalogue.ja", "example-report", "example-report.ja", "contributing", "changelog"}
    there = {p.stem for place in (SITE, SITE.parent) for p in (*place.glob("*.md"), *place.glob("*.rst"))}
    assert listed - made - there == set()
