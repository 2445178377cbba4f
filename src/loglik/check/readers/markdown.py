r"""Markdown to prose and formulas.

What blocks there are says markdown-it, after display formulas, which may hold blank lines and signs that mean something to
Markdown, were masked. Formulas are looked for block by block, so that a dollar sign without its partner does no harm beyond.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import thread_time
from typing import TYPE_CHECKING, Literal

from loglik.check.document import Document, Formula, Note, Prose, Trouble
from loglik.check.readers.limits import MAX_BLOCK, MAX_FORMULA, MAX_FORMULAS, MAX_SECONDS, MAX_TROUBLES
from loglik.check.readers.mending import mended
from loglik.check.readers.places import File, Located

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Environments that are formulas without delimiters around them.
ENVIRONMENTS = (
    "equation|align|aligned|alignat|eqnarray|gather|gathered|multline|split|math|displaymath|flalign|dmath|IEEEeqnarray|"
    "xalignat"
)

_FENCE = re.compile(r"(?m)^(?P<lead>[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)$")
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"<!--\s*loglik:\s*(.{1,400}?)\s*-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_DISPLAY = re.compile(
    r"(?<!\\)(?P<dollars>\$\$)|(?P<twice>\\\\\[)|(?<!\\)(?P<bracket>\\\[)"
    rf"|\\begin\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}"
    r"|\{\{<\s*katex[^>]*>\}\}|(?P<code>`[^`\n]+`)|(?P<short>\{%\s*(?:katex|math|latex)[^%]*%\})"
)
#: What no reader sees as a formula: code and what is struck out, and tags with attributes.
_UNSEEN = (
    r"<(?P<unseen>code|pre|kbd|samp|del|s|strike|script|style|template)\b[^<>]{0,200}>.{0,2000}?</(?P=unseen)\s*>"
    r"|<[A-Za-z][\w-]{0,20}(?:\s[^<>]{0,400}?)?=\s*\"[^\"<>]{0,400}\"[^<>]{0,400}>|~~[^~\n]{1,400}~~"
)
_INLINE = re.compile(
    rf"(?P<code>{_UNSEEN}|"
    r"<!--.{0,2000}?-->|(?<!`)(?P<ticks>`{1,8})(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))"
    r"|\$`(?P<ticked>[^`\n]+)`\$"
    r"|\\\\\((?P<twice>.{1,2000}?)\\\\\)|(?<!\\)\\\((?P<once>.{1,2000}?)(?<!\\)\\\)"
    r"|\{\{<\s*katex[^>]*>\}\}(?P<katex>.{1,2000}?)\{\{<\s*/katex\s*>\}\}"
    r"|(?<![\\$])\$(?P<dollar>(?:[^$\\]|\\.|\\$)+?)\$(?!\$)"
    r"|(?<!\\)\$\$(?P<dollars>(?:[^$\\]|\\.)+?)\$\$",
    re.DOTALL,
)
_TAG = re.compile(
    r"<!--.*?-->|</?[A-Za-z][^<>]*>|!?\[(?=[^\]]*\]\()|\]\([^)\s]*\)|\*\*|__|(?<!\w)[*_]|[*_](?!\w)", re.DOTALL
)
_MARKER = re.compile(r"(?m)^[ \t]*(?:#{1,6}|>+|[-*+]|\d+[.)])[ \t]+")
_MARKER_BELOW = re.compile(rf"(?<=\n){_MARKER.pattern.removeprefix('(?m)^')}")
_WORDS = re.compile(
    r"\\(?:text|mathrm|mbox|operatorname|textbf|textit|label|tag|begin|end|hspace)\*?\s*\{[^{}]*\}|\\[A-Za-z]+"
)
_PLAIN_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,}(?![A-Za-z])")
_KANA = re.compile(r"[぀-ヿ㐀-鿿가-힣]")
_NOT_IN_MATH = re.compile(r"(?m)^[ \t>]*(?:#{1,6}[ \t]|```|~~~|<!--|</?(?:div|p|table|ul|ol|h[1-6])\b|:label:)")


@dataclass(frozen=True)
class _Found:
    """A formula in the text of a block: all of it, and what stands between the delimiters."""

    start: int
    end: int
    inner: tuple[int, int]
    kind: Literal["inline", "display"]


@dataclass
class _Block:
    start: int
    end: int
    kind: Literal["text", "heading", "quote", "code"] = "text"
    level: int = 0


def read_markdown(text: str, name: str) -> Document:
    """Read a Markdown file."""
    file = File(text)
    parts: list[Prose | Formula] = []
    notes: list[Note] = []
    troubles: list[Trouble] = []
    MarkdownText(file.whole(), parts, notes, troubles).read()
    return Document(name, "markdown", tuple(parts), tuple(notes), tuple(troubles))


class MarkdownText:
    """Markdown, a file or the cell of a notebook; what is found is added to lists that several may share."""

    def __init__(
        self,
        source: Located,
        parts: list[Prose | Formula],
        notes: list[Note],
        troubles: list[Trouble],
        cell: int = 0,
    ) -> None:
        self.source, self.parts, self.notes, self.troubles, self.cell = source, parts, notes, troubles, cell
        self.block = parts[-1].block + 1 if parts else 0
        self.count = sum(isinstance(part, Formula) for part in parts)
        self.displays: list[_Found] = []

    def read(self) -> int:
        """Add what is found; returns the number of formulas in all."""
        text = self.source.text
        masked = self.masked(text)
        starts = [0, *(i + 1 for i, char in enumerate(masked) if char == "\n")]
        starts.append(len(masked) + 1)
        displays = iter(self.displays)
        waiting = next(displays, None)
        end = thread_time() + MAX_SECONDS
        for block in self.blocks(masked, starts):
            found: list[_Found] = []
            while waiting is not None and waiting.start < block.end:
                if waiting.start >= block.start:
                    found.append(waiting)
                waiting = next(displays, None)
            self.add(block, found)
            self.block += 1
            if self.count >= MAX_FORMULAS or thread_time() > end:
                reached = f"{MAX_FORMULAS} formulas" if self.count >= MAX_FORMULAS else f"{MAX_SECONDS:.0f} s"
                self.troubles.append(Trouble("limit", reached, self.source.position(block.start)))
                break
        return self.count

    def read_block(self, kind: Literal["text", "heading"], level: int) -> int:
        """Add what is found in a text that is one block and no Markdown; returns the number of formulas in all."""
        text = self.source.text
        self.find_displays(text, 0, len(text), list(text))
        self.add(_Block(0, len(text), kind, level), self.displays)
        return self.count

    def trouble(self, code: str, detail: str, at: int) -> None:
        """Note that something is damaged."""
        if len(self.troubles) >= MAX_TROUBLES:
            return
        self.troubles.append(Trouble(code, detail, self.source.position(at)))

    # -- what is no Markdown

    def masked(self, text: str) -> str:
        """The text with formulas, front matter and comments made letters, so that they cannot be taken for Markdown."""
        out = list(text)
        front = _FRONT.match(text)
        at = front.end() if front else 0
        _blank(out, 0, at)
        for found in _NOTE.finditer(text):
            self.notes.append(Note(found[1], self.source.position(found.start()), self.block))
        # Comments and fences are found in one pass: each may hold the other's marks.
        fence, comment = _FENCE.search(text, at), _COMMENT.search(text, at)
        while at < len(text):
            fence = _FENCE.search(text, at) if fence is not None and fence.start() < at else fence
            comment = _COMMENT.search(text, at) if comment is not None and comment.start() < at else comment
            first = min((f for f in (fence, comment) if f), key=lambda f: f.start(), default=None)
            self.find_displays(text, at, first.start() if first else len(text), out)
            if first is None:
                break
            if first is comment:
                _mask(out, *first.span())
                at = first.end()
            else:
                at = self.fence(text, first, out)
        return "".join(out)

    def fence(self, text: str, opening: re.Match[str], out: list[str]) -> int:
        """Step over fenced code; a fence of mathematics is a display formula."""
        mark = opening["mark"]
        closing = re.compile(rf"(?m)^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$").search(text, opening.end() + 1)
        inner = opening.end() + 1, closing.start() if closing else len(text)
        end = closing.end() if closing else len(text)
        if opening["info"].strip() in {"math", "{math}"}:
            self.displays.append(_Found(opening.start("mark"), end, inner, "display"))
            _mask(out, opening.start("mark"), end)
        return max(end, opening.end())

    def find_displays(self, text: str, at: int, stop: int, out: list[str]) -> None:
        """Note the display formulas between two places, and mask them."""
        while found := _DISPLAY.search(text, at, stop):
            at = found.end()
            if self.count + len(self.displays) >= MAX_FORMULAS:
                break
            if found["code"]:
                continue
            pair = self.partner(text, found, stop)
            if pair is None:
                continue
            start, end, inner = found.start(), pair[1], (found.end(), pair[0])
            if found["env"]:
                inner = start, end
            alone = self.alone(text, start, end)
            kind: Literal["inline", "display"] = "display" if alone or "\n" in text[start:end] else "inline"
            self.displays.append(_Found(start, end, inner, kind if found["dollars"] else "display"))
            _mask(out, start, end)
            at = end

    @staticmethod
    def alone(text: str, start: int, end: int) -> bool:
        """Whether nothing but marks of lists and quotes stands beside it on its lines."""
        before = text[max(0, start - 200) : start].rsplit("\n", 1)[-1]
        after = text[end : end + 200].split("\n", 1)[0]
        return not before.strip(" \t>-*+.0123456789)") and not after.strip(" \t.,;:。、，")

    def partner(self, text: str, found: re.Match[str], stop: int) -> tuple[int, int] | None:
        """Where the formula ends: start and end of the closing delimiter. None if it has none of its own."""
        if found["env"]:
            closing = f"\\end{{{found['env']}}}"
        elif found["dollars"]:
            closing = "$$"
        else:
            closing = {"\\\\[": "\\\\]", "\\[": "\\]"}.get(found[0], "")
            if not closing:
                closing = "{{< /katex >}}" if found[0].startswith("{{") else "{% end"
        stop = min(stop, found.end() + MAX_FORMULA)
        at = text.find(closing, found.end(), stop)
        while at > 0 and closing == "\\]" and text[at - 1] == "\\":
            at = text.find(closing, at + 1, stop)
        if at >= 0 and not _prose_like(text[found.end() : at]):
            end = at + len(closing)
            if closing == "{% end":
                end = text.find("%}", end, stop) + 2
            return at, end
        if found[0] != "$$" and not found["env"]:
            return None
        self.trouble("unpaired", found[0], found.start())
        return None

    # -- blocks

    def blocks(self, masked: str, starts: list[int]) -> Iterator[_Block]:
        """Paragraphs, headings, rows of tables, code."""
        from markdown_it import MarkdownIt

        parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable(["inline", "reference"])
        quotes = 0
        done = -1
        for token in parser.parse(masked):
            quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
            if token.map is None:
                continue
            first, last = token.map
            if token.type not in {"heading_open", "paragraph_open", "tr_open", "html_block", "code_block", "fence"}:
                continue
            if first <= done and token.type != "tr_open":
                first = done + 1
            if first >= last:
                continue
            done = last - 1
            block = _Block(starts[first], min(starts[last] if last < len(starts) else len(masked), len(masked)))
            if token.type == "heading_open":
                block.kind, block.level = "heading", int(token.tag[1])
            elif token.type in {"code_block", "fence"}:
                block.kind = "code"
            elif quotes:
                block.kind = "quote"
            yield block

    # -- formulas and prose of a block

    def add(self, block: _Block, displays: list[_Found]) -> None:
        """Add the formulas and the prose of a block."""
        if block.kind == "code" and not displays:
            text = self.source.text[block.start : block.end]
            self.parts.append(Prose(text[:2000], self.source.area(block.start, block.end), self.block, "code"))
            return
        found = list(displays)
        edges = [block.start, *(e for d in displays for e in (d.start, d.end)), block.end]
        if block.kind != "code":
            for start, end in zip(edges[::2], edges[1::2], strict=True):
                found += self.inline(start, end)
        at = block.start
        for each in sorted(found, key=lambda f: f.start):
            self.prose(block, at, each.start)
            self.formula(each)
            at = each.end
        self.prose(block, at, block.end)

    def inline(self, start: int, end: int) -> Iterator[_Found]:
        """The inline formulas of a stretch."""
        text = self.source.text
        at = start
        if end - start > MAX_BLOCK:
            self.trouble("limit", f"{MAX_BLOCK} characters of a paragraph", start + MAX_BLOCK)
            end = start + MAX_BLOCK
        strays = 0
        while found := _INLINE.search(text, at, end):
            at = found.end()
            if found["code"]:
                continue
            group = next(g for g in ("ticked", "twice", "once", "katex", "dollar", "dollars") if found[g] is not None)
            if group == "dollar" and not _formula_like(found[group], text[at : at + 1]):
                self.stray(found)
                at = found.start() + 1
                strays += 1
                if strays > MAX_TROUBLES:
                    break
                continue
            yield _Found(found.start(), found.end(), found.span(group), "inline")

    def stray(self, found: re.Match[str]) -> None:
        """Note a dollar sign without a partner."""
        if not re.match(r"\$\s*\d", found[0]):  # money
            self.trouble("unpaired", "$", found.start())

    def prose(self, block: _Block, start: int, end: int) -> None:
        """Add what stands between two formulas."""
        text = _TAG.sub("", self.source.text[start:end])
        begins = start == 0 or self.source.text[start - 1] == "\n"
        text = (_MARKER if begins else _MARKER_BELOW).sub("", text)
        if text.strip():
            self.parts.append(Prose(text, self.source.area(start, end), self.block, block.kind, block.level))

    def formula(self, found: _Found) -> None:
        """Add a formula."""
        if self.count >= MAX_FORMULAS:
            return
        self.count += 1
        inner, repairs = mended(self.source[found.inner[0] : found.inner[1]], markdown=True)
        area = self.source.area(found.start, found.end)
        self.parts.append(
            Formula(inner.text, found.kind, area, self.block, inner.stretches(), cell=self.cell, repairs=repairs)
        )


def _blank(out: list[str], start: int, end: int) -> None:
    for i in range(start, end):
        if out[i] != "\n":
            out[i] = " "


def _mask(out: list[str], start: int, end: int) -> None:
    """Letters instead, newlines included: a formula is part of one line, whatever its own lines begin with."""
    out[start:end] = "x" * (end - start)


def _prose_like(text: str) -> bool:
    """Whether what stands between two delimiters is text: they are no pair."""
    if _NOT_IN_MATH.search(text):
        return True
    for paragraph in re.split(r"\n[ \t]*\n", text):
        bare = _WORDS.sub(" ", paragraph)
        if len(_PLAIN_WORD.findall(bare)) > 12 + len(bare) // 60 or len(_KANA.findall(bare)) > 30 + len(bare) // 10:
            return True
    return False


def _formula_like(inner: str, behind: str) -> bool:
    """Whether ``$...$`` is a formula, not two prices or a text between two of them."""
    if not inner.strip() or re.search(r"\n[ \t]*\n", inner):
        return False
    if inner[0].isspace() != inner[-1].isspace() and not ("\\" in inner or "=" in inner or len(inner.strip()) <= 3):
        return False
    if behind.isdigit():
        return False
    bare = _WORDS.sub(" ", inner)
    words, kana = len(_PLAIN_WORD.findall(bare)), len(_KANA.findall(bare))
    return words <= 3 + len(bare) // 30 and kana <= 10 + len(bare) // 10
