r"""TeX documents: prose, formulas, and the macros that the document defines. ``\input`` is not followed."""

from __future__ import annotations

import re
from time import thread_time
from typing import TYPE_CHECKING

from loglik.check.document import Document, Formula, Note, Prose, Trouble
from loglik.check.readers.limits import MAX_FORMULA, MAX_FORMULAS, MAX_SECONDS, MAX_TROUBLES
from loglik.check.readers.markdown import ENVIRONMENTS
from loglik.check.readers.mending import mended
from loglik.check.readers.places import File

if TYPE_CHECKING:
    from typing import Literal

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_NOTE = re.compile(r"(?<!\\)%\s*loglik:\s*([^\n]{1,400})")
_VERBATIM = re.compile(r"\\begin\{(verbatim|lstlisting|minted|comment|tikzpicture)\*?\}.*?\\end\{\1\*?\}", re.DOTALL)
_EVENT = re.compile(
    r"(?P<macro>\\(?:re|provide)?newcommand\b|\\DeclareMathOperator\b|\\def\s*(?=\\)|\\newcommandx\b)"
    r"|(?P<refused>\\(?:input|include|subfile|usepackage)\b(?:\[[^\]]*\])?\{[^{}]*\})"
    rf"|\\begin\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}"
    r"|(?P<heading>\\(?P<rank>chapter|section|subsection|subsubsection|paragraph)\*?\s*\{)"
    r"|(?P<frame>\\(?:begin|end)\{frame\}|\\frametitle)"
    r"|(?P<dollars>(?<!\\)\$\$)|(?P<bracket>(?<!\\)\\\[)|(?P<paren>(?<!\\)\\\()|(?P<dollar>(?<!\\)\$)"
    r"|(?P<break>\n[ \t]*\n|\\par\b|\\item\b)"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_RANKS = {"chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_COMMAND = re.compile(
    r"\\(?:begin|end)\{[^{}]*\}(?:\[[^\]]*\])?|\\(?:label|ref|eqref|cite\w*)\{[^{}]*\}|\\[A-Za-z]+\*?|[{}]|~"
)


def read_tex(text: str, name: str) -> Document:
    """Read a TeX document."""
    return _Tex(text, name).read()


class _Tex:
    """The text with comments blanked, and what is found so far."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.file = File(text)
        self.source = self.file.whole()
        self.notes = [Note(found[1], self.file.position(found.start()), 0) for found in _NOTE.finditer(text)]
        bare = _COMMENT.sub(lambda found: " " * len(found[0]), text)
        self.text = _VERBATIM.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), bare)
        self.source.text = self.text
        self.parts: list[Prose | Formula] = []
        self.troubles: list[Trouble] = []
        self.macros: list[str] = []
        self.block = self.count = 0

    def read(self) -> Document:
        at = 0
        end = thread_time() + MAX_SECONDS
        while (found := _EVENT.search(self.text, at)) and self.count < MAX_FORMULAS and thread_time() < end:
            self.prose(at, found.start())
            at = self.event(found)
        if found is not None:
            reached = f"{MAX_FORMULAS} formulas" if self.count >= MAX_FORMULAS else f"{MAX_SECONDS:.0f} s"
            self.troubles.append(Trouble("limit", reached, self.source.position(at)))
        else:
            self.prose(at, len(self.text))
        return Document(
            self.name, "latex", tuple(self.parts), tuple(self.notes), tuple(self.troubles), "\n".join(self.macros)
        )

    def event(self, found: re.Match[str]) -> int:
        """Take what was found; returns where to go on."""
        start, end = found.span()
        if found["break"] or found["frame"]:
            self.block += 1
            if found["frame"]:
                self.parts.append(Prose("", self.source.area(start, end), self.block, "heading", 3))
            return end
        if found["refused"]:
            if not found[0].startswith("\\usepackage"):
                self.trouble("not-followed", found[0][:80], start)
            return end
        if found["macro"]:
            stop = self.end_of_definition(end)
            self.macros.append(self.text[start:stop])
            return stop
        if found["heading"]:
            stop = self.balanced(end - 1)
            self.block += 1
            title = Prose(
                self.text[end : stop - 1], self.source.area(start, stop), self.block, "heading", _RANKS[found["rank"]]
            )
            self.parts.append(title)
            self.block += 1
            return stop
        return self.formula(found)

    def formula(self, found: re.Match[str]) -> int:
        start, end = found.span()
        env = found["env"]
        closing = f"\\end{{{env}}}" if env else {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}[found[0]]
        limit = end + MAX_FORMULA
        stop = self.text.find(closing, end, limit)
        while stop > 0 and closing == "$" and self.text[stop - 1] == "\\":
            stop = self.text.find(closing, stop + 1, limit)
        paragraph = _PARAGRAPH.search(self.text, end, limit)
        inline = closing in {"$", "\\)"}
        if stop < 0 or (inline and paragraph is not None and paragraph.start() < stop):
            self.trouble("unpaired", found[0], start)
            return end
        kind: Literal["inline", "display"] = "inline" if inline else "display"
        inner = (start, stop + len(closing)) if env else (end, stop)
        tex, repairs = mended(self.source[inner[0] : inner[1]], markdown=False)
        area = self.source.area(start, stop + len(closing))
        self.parts.append(Formula(tex.text, kind, area, self.block, tex.stretches(), repairs=repairs))
        self.count += 1
        return stop + len(closing)

    def prose(self, start: int, end: int) -> None:
        text = _COMMAND.sub(lambda found: "" if found[0] in "{}" else " ", self.text[start:end])
        if text.strip():
            self.parts.append(Prose(text, self.source.area(start, end), self.block))

    def trouble(self, code: str, detail: str, at: int) -> None:
        if len(self.troubles) < MAX_TROUBLES:
            self.troubles.append(Trouble(code, detail, self.source.position(at)))

    def end_of_definition(self, at: int) -> int:
        r"""Behind the arguments of ``\newcommand``: a name in braces or not, optional arguments, a body in braces."""
        name = re.compile(
            r"\*?\s*(?:\{\s*\\[A-Za-z@]+\s*\}|\\[A-Za-z@]+|\\.)\s*(?:\[[^\]]*\]\s*){0,2}(?:#\d)*\s*"
        ).match(self.text, at)
        if name is None or self.text[name.end() : name.end() + 1] != "{":
            return at
        return self.balanced(name.end())

    def balanced(self, at: int) -> int:
        """Behind the brace that closes the one at a place; behind the line if there is none."""
        level = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, at, min(len(self.text), at + 20_000)):
            level += (found[0] == "{") - (found[0] == "}")
            if level == 0:
                return found.end()
        newline = self.text.find("\n", at)
        return newline if newline >= 0 else len(self.text)
