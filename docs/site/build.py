"""``make docs``: put the pages of ``docs/`` together with derivations, pictures and a report, and build the site.

Everything goes into ``build/docs``: the pages as Sphinx reads them into ``source``, the site into ``html``.
"""

from __future__ import annotations

import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
from links import lost_links
from sklearn.datasets import load_iris
from sphinx.cmd.build import build_main

import loglik
from loglik.derive.catalogue import derivation, names
from loglik.derive.show.lesson import lesson
from loglik.derive.show.page_html import section
from loglik.derive.show.style import style_within
from loglik.plot.pictures import drawn
from loglik.report import write_report

ROOT = Path(__file__).parents[2]
SITE, OUT = ROOT / "docs" / "site", ROOT / "build" / "docs"
SOURCE = OUT / "source"
Language = Literal["en", "ja"]
WORDS = {
    "en": {
        "catalogue": "All derivations",
        "report": "An example of a report",
        "seen": "The report of a fit to 100 irises of two species, as `loglik report` writes it: [{name}]({name}). "
        "It is one file, which needs nothing from elsewhere.",
    },
    "ja": {
        "catalogue": "導出の一覧",
        "report": "報告書の見本",
        "seen": "2 種のアヤメ 100 株への当てはめの報告書を、`loglik report` が書くとおりに示す：[{name}]({name})。"
        "一つのファイルであり、ほかに何も要らない。",
    },
}


def suffix(language: Language) -> str:
    """What the names of pages of a language end in."""
    return "" if language == "en" else ".ja"


@cache
def shown(name: str, language: Language) -> tuple[str, str]:
    """Title and body of a derivation."""
    made = lesson(derivation(name), language)
    body = re.sub(r"<h1[^>]*>.*?</h1>", "", section(made), count=1, flags=re.DOTALL)
    body = re.sub(r'href="([\w-]+)\.html"', rf'href="\1{suffix(language)}.html"', body)
    return made.title, f'<div class="derivation">{body}</div>'


def raw(html: str) -> str:
    """Elements as they are, for MyST."""
    return "```{raw} html\n" + html.replace("```", "&#96;&#96;&#96;") + "\n```\n"


def derivations() -> None:
    """A page for each derivation in each language, and one that lists them."""
    (SOURCE / "derivation").mkdir(parents=True)
    for language in ("en", "ja"):
        end = suffix(language)
        for name in names():
            title, body = shown(name, language)
            (SOURCE / "derivation" / f"{name}{end}.md").write_text(f"# {title}\n\n{raw(body)}", encoding="utf-8")
        rows = "\n".join(f"derivation/{name}{end}" for name in names())
        text = f"# {WORDS[language]['catalogue']}\n\n```{{toctree}}\n:maxdepth: 1\n\n{rows}\n```\n"
        (SOURCE / f"catalogue{end}.md").write_text(text, encoding="utf-8")


def pages() -> None:
    """The pages as they are written, with links and pictures that the site has."""
    for path in sorted((ROOT / "docs").glob("*.md")):
        language: Language = "ja" if path.name.endswith(".ja.md") else "en"
        (SOURCE / path.name).write_text(changed(path.read_text(encoding="utf-8"), language), encoding="utf-8")
    for name, path in (("contributing.md", ROOT / "CONTRIBUTING.md"), ("changelog.md", ROOT / "CHANGELOG.md")):
        (SOURCE / name).write_text(changed(path.read_text(encoding="utf-8"), "en"), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "pictures", SOURCE / "pictures")
    for path in SITE.iterdir():
        if path.suffix in {".md", ".rst"}:
            shutil.copy(path, SOURCE)
    listed = {line for path in SITE.glob("*.md") for line in path.read_text(encoding="utf-8").splitlines()}
    for language, page in (("en", "reference.md"), ("ja", "ja.md")):
        others = [p.stem for p in SOURCE.glob("*.md") if p.stem not in listed | {"index"} | own_pages(SITE)]
        some = sorted(name for name in others if name.endswith(".ja") == (language == "ja"))
        if some:  # pages that no list has yet come last
            with (SOURCE / page).open("a", encoding="utf-8") as stream:
                stream.write("\n```{toctree}\n:maxdepth: 1\n\n" + "\n".join(some) + "\n```\n")
    (SOURCE / "_static").mkdir()
    css = (SITE / "pictures.css").read_text(encoding="utf-8") + style_within(".derivation")
    (SOURCE / "_static" / "pictures.css").write_text(css, encoding="utf-8")


# A line that ends and one that begins with Japanese are one sentence, in which a line break would be a space.
_BROKEN = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff60])\n(?=[\u3001-\u9fff\uff01-\uff60])")


def own_pages(folder: Path) -> set[str]:
    """Names of the pages of the site's own."""
    return {path.stem for path in folder.glob("*.md")}


def changed(text: str, language: Language) -> str:
    """Links to files that are no pages become those of pages, or plain text; a marked place gets its picture.

    ``<!-- picture: NAME -->`` stands where a page of the site has a picture.
    """

    def link(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        if (made := re.fullmatch(r"(?:\.\./)*src/loglik/derive/catalogue/([\w-]+)\.txt", target)) is not None:
            return f"[{words}](derivation/{made[1]}{suffix(language)}.md)"
        if target.startswith(("http:", "https:", "#")):
            return found[0]
        page, _, anchor = target.partition("#")
        page = {"../CONTRIBUTING.md": "contributing.md", "../CHANGELOG.md": "changelog.md"}.get(page, page)
        page = page.removeprefix("docs/")
        there = (ROOT / "docs" / page).exists() or page in {"contributing.md", "changelog.md"}
        if page.startswith("../") or not there:
            return words
        return f"[{words}]({page}{'#' * bool(anchor)}{anchor})"

    text = re.sub(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)", link, text)
    if language == "ja":
        parts = re.split(r"^(```.*?^```)$", text, flags=re.MULTILINE | re.DOTALL)
        text = "".join(part if i % 2 else _BROKEN.sub("", part) for i, part in enumerate(parts))
    return re.sub(r"<!-- picture: ([a-z_]+) -->", lambda found: raw(drawn(found[1], language)), text)


def example_report() -> None:
    """A report in each language, and a page that leads to it."""
    iris = load_iris(as_frame=True)
    data = iris.data.rename(columns=lambda name: name.removesuffix(" (cm)").replace(" ", "_"))
    data["species"] = pd.Series(iris.target_names[iris.target])
    data = data[data["species"] != "setosa"]
    model = loglik.fit_classifier(data, "species")
    (OUT / "extra").mkdir()
    for language in ("en", "ja"):
        name = f"iris-report{suffix(language)}.html"
        write_report(model, OUT / "extra" / name, data, language=language)
        words = WORDS[language]
        text = f"# {words['report']}\n\n{words['seen'].format(name=name)}\n"
        text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
        (SOURCE / f"example-report{suffix(language)}.md").write_text(text, encoding="utf-8")


def main() -> int:
    """Build the site; the status is that of Sphinx, for which a warning is an error."""
    shutil.rmtree(OUT, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    pages()
    derivations()
    example_report()
    options = ["-b", "html", "-c", str(SITE), "-W", "--keep-going", "-q", "-D", f"html_extra_path={OUT / 'extra'}"]
    status = build_main([*options, "-d", str(OUT / "doctrees"), str(SOURCE), str(OUT / "html")])
    lost = lost_links(OUT / "html")
    for link in lost:
        print(f"leads nowhere: {link}", file=sys.stderr)
    status = status or int(bool(lost))
    if status == 0:
        print(f"site: {OUT.relative_to(ROOT) / 'html' / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
