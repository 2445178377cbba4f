"""HTML: formulas as MathJax and KaTeX find them in the text, the TeX that rendered pages carry, and simple MathML."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal

from loglik.check.document import Document, Formula, Note, Prose, Trouble
from loglik.check.readers.limits import MAX_FORMULAS
from loglik.check.readers.markdown import MarkdownText
from loglik.check.readers.mathml import Element, tex_of
from loglik.check.readers.mending import mended
from loglik.check.readers.places import File, Located

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCKS_TEXT = """
p div section article header footer main aside nav ul ol li dl dt dd table tr td th blockquote figure figcaption
h1 h2 h3 h4 h5 h6 hr body details summary center form fieldset
"""
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
_SILENT = frozenset(
    ["script", "style", "pre", "code", "textarea", "svg", "head", "button", "select", "noscript", "template"]
)
_VOID = frozenset(
    ["br", "img", "hr", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source", "track"]
)
#: Classes of elements that show a formula once more, as pictures of its signs.
_SHOWN_AGAIN = re.compile(
    r"\b(?:katex-html|MathJax(?:_Preview|_CHTML|_SVG|_Display)?|MathJax_Processed|mjx-chtml|mjx-math)\b"
)


def read_html(text: str, name: str) -> Document:
    """Read an HTML file."""
    page = _Page(text)
    page.feed(text)
    page.close()
    page.flush()
    return Document(name, "html", tuple(page.parts), tuple(page.notes), tuple(page.troubles))


class _Page(HTMLParser):
    """Text is gathered by blocks and searched for formulas; formulas with a markup of their own are added as they end."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.file = File(text)
        self.parts: list[Prose | Formula] = []
        self.notes: list[Note] = []
        self.troubles: list[Trouble] = []
        self.count = self.block = self.level = 0
        self.text: list[str] = []
        self.offsets: list[int] = []
        self.silent: list[str] = []  # the element whose content is not read, and those of the same kind within
        self.script: tuple[Literal["inline", "display"], int] | None = None
        self.math: list[Element] = []  # open elements of a MathML formula, from its root
        self.math_start = 0

    def here(self) -> int:
        """The offset of what is being parsed."""
        line, column = self.getpos()
        return self.file.starts[line - 1] + column

    # -- what the parser calls

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        attributes = {key: value or "" for key, value in attrs}
        if self.math or tag == "math":
            self.open_math(tag, attributes)
        elif tag in _VOID:
            if tag == "br" and not self.silent:
                self.add("\n", [self.here()])
        elif self.silent:
            if tag == self.silent[-1]:
                self.silent.append(tag)
        elif tag == "script" and attributes.get("type", "").startswith("math/tex"):
            self.script = "display" if "display" in attributes["type"] else "inline", self.here()
        elif tag in _SILENT or _SHOWN_AGAIN.search(attributes.get("class", "")):
            self.silent.append(tag)
        elif tag in _BLOCKS:
            self.flush()
            self.level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        if self.math:
            self.math[-1].children.append(Element(tag, {key: value or "" for key, value in attrs}))
        elif tag == "br" and not self.silent:
            self.add("\n", [self.here()])

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if self.math:
            self.close_math(tag)
        elif self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
        elif tag == "script":
            self.script = None
        elif tag in _BLOCKS:
            self.flush()

    def handle_data(self, data: str) -> None:
        """Text."""
        start = self.here()
        if self.script is not None:
            self.written(data, range(start, start + len(data)), *self.script)
        else:
            self.add(data, range(start, start + len(data)))

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self.entity(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self.entity(f"&#{name};")

    def entity(self, source: str) -> None:
        """A character that is written by name or number."""
        text = unescape(source)
        self.add(text, [self.here()] * len(text))

    def handle_comment(self, data: str) -> None:
        """A comment, which may be a note to the checker."""
        found = re.fullmatch(r"\s*loglik:\s*(.{1,400}?)\s*", data, re.DOTALL)
        if found:
            self.notes.append(Note(found[1], self.file.position(self.here()), self.block))

    # -- text

    def add(self, text: str, offsets: Sequence[int]) -> None:
        """Text of the block, or of an element of MathML."""
        if self.math:
            self.math[-1].children.append(text)
        elif not self.silent:
            self.text.append(text)
            self.offsets += offsets

    def flush(self) -> None:
        """End the block."""
        text = "".join(self.text)
        if text.strip() and self.count < MAX_FORMULAS:
            source = Located(self.file, text, self.offsets)
            found = MarkdownText(source, self.parts, self.notes, self.troubles)
            found.block, found.count = self.block, self.count
            self.count = found.read_block("heading" if self.level else "text", self.level)
        if text.strip():
            self.block += 1
        self.text, self.offsets = [], []

    def written(self, text: str, offsets: Sequence[int], kind: Literal["inline", "display"], start: int) -> None:
        """A formula that has an element of its own."""
        if not text.strip() or self.count >= MAX_FORMULAS:
            return
        block = self.block
        self.flush()
        self.block = block  # the paragraph goes on
        tex, repairs = mended(Located(self.file, text, offsets), markdown=False)
        area = self.file.whole().area(start, max(start + 1, offsets[-1] + 1 if len(offsets) else start + 1))
        self.parts.append(Formula(tex.text, kind, area, self.block, tex.stretches(), repairs=repairs))
        self.count += 1

    # -- MathML

    def open_math(self, tag: str, attributes: dict[str, str]) -> None:
        """An element of a formula."""
        if not self.math:
            self.math_start = self.here()
        element = Element(tag, attributes)
        if self.math:
            self.math[-1].children.append(element)
        self.math.append(element)

    def close_math(self, tag: str) -> None:
        """End an element of a formula; at its root, add the formula."""
        at = next((i for i in range(len(self.math) - 1, -1, -1) if self.math[i].tag == tag), None)
        if at is None:
            return
        root = self.math[0]
        del self.math[at:]
        if self.math or self.silent:
            return
        tex = _annotation(root) or tex_of(root)
        kind: Literal["inline", "display"] = "display" if root.attributes.get("display") == "block" else "inline"
        self.written(tex, [self.math_start] * len(tex), kind, self.math_start)


def _annotation(root: Element) -> str:
    """The TeX that a formula was made from, if it carries it."""
    stack: list[Element] = [root]
    while stack:
        element = stack.pop()
        if element.tag == "annotation" and "tex" in element.attributes.get("encoding", "").lower():
            return element.text().strip()
        stack += [child for child in element.children if isinstance(child, Element)]
    alternative = root.attributes.get("alttext", "")
    return alternative if "\\" in alternative or "=" in alternative else ""
