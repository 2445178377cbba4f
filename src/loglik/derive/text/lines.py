"""The text format, first half: a text becomes statements, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.derive.syntax.characters import invisible, strange
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 400_000
#: More than a text of so many characters can have; what is longer is refused without being read to its end.
MAX_BYTES = 4 * MAX_CHARACTERS + 4
#: Of all lines, not of one statement: formulas have their own limit.
MAX_LINES = 10_000

#: Words that begin a statement; none of them is a name in a formula.
KEYWORDS = frozenset(
    {"symbols", "given", "part", "proves", "example", "solution", "natural", "because", "where", "computed"}
)
LANGUAGES = ("en", "ja")
RELATIONS = ("<=>", "<=", ">=", "!=", "=", "<", ">")

_HEADER = re.compile(r"(?:(lemma)\s+)?([A-Za-z][A-Za-z0-9_.-]*)(?:\s+\[([^\[\]]*)\])?")
_KEYWORD = re.compile(rf"({'|'.join(sorted(KEYWORDS))}|lemma)\b")
_WORDS = re.compile(rf"({'|'.join(LANGUAGES)})\s*:\s*")
_UNUSUAL = re.compile(r"[^\x20-\x7e\t]")
_RELATION = re.compile("|".join(map(re.escape, RELATIONS)))
# What cannot end a formula, and what cannot begin one: the formula goes on in the next line. (A minus may begin one.)
_GOES_ON = re.compile(r"(?:[-+*/^=,;<>]|\b(?:with|for every))$")
_CONTINUES = re.compile(r"[+*/^)\],;]")


@dataclass(frozen=True)
class Passage:
    """A piece of the text that knows where it stands: the characters, and where each of its lines begins."""

    text: str
    #: (offset in `text`, line, column), by offset; lines and columns count from 1.
    origins: tuple[tuple[int, int, int], ...]

    def place(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of a character."""
        start, line, column = next(o for o in reversed(self.origins) if o[0] <= max(offset, 0))
        return line, column + offset - start

    def piece(self, start: int, stop: int | None = None) -> Passage:
        """The piece between two offsets, without spaces around it."""
        stop = len(self.text) if stop is None else stop
        while start < stop and self.text[start].isspace():
            start += 1
        while start < stop and self.text[stop - 1].isspace():
            stop -= 1
        line, column = self.place(start)
        inside = tuple((o - start, ln, c) for o, ln, c in self.origins if start < o < stop)
        return Passage(self.text[start:stop], ((0, line, column), *inside))

    def split(self, mark: str) -> Iterator[Passage]:
        """The pieces between marks that stand outside all brackets."""
        level, start = 0, 0
        for i, c in enumerate(self.text):
            level += (c in "([") - (c in ")]")
            if c == mark and level == 0:
                yield self.piece(start, i)
                start = i + 1
        yield self.piece(start)


@dataclass(frozen=True)
class Statement:
    """One statement: its kind (a keyword, a language, ``header``, ``step`` or ``term``), its head, and what follows."""

    kind: str
    head: str
    body: Passage

    @property
    def place(self) -> tuple[int, int]:
        """Line and column at which the body begins."""
        return self.body.place()


def refused(key: str, place: tuple[int, int], **values: Any) -> DataError:
    """An error at a place of the text."""
    return moved(DataError(key, **values), place)


def moved(error: DataError, place: tuple[int, int]) -> DataError:
    """The error with a place in the text in place of its own."""
    line, column = place
    return DataError(error.said.at(line=line, column=column))


def statements(text: str) -> Iterator[Statement]:
    """Cut a text into statements.

    A formula goes on in the next line where a bracket is open or an operator, a comma or a semicolon ends or begins the line.

    Raises
    ------
    DataError
        LL162: too long. LL187: a character that is not what it seems.
    """
    lines = _lines(text)
    i = 0
    while i < len(lines):
        number, line = lines[i]
        i += 1
        if not line.strip():
            continue
        start = len(line) - len(line.lstrip())
        kind, head, body = _kind(line, start, number)
        pieces, origins = [line[body:].rstrip()], [(0, number, body + 1)]
        size, level = len(pieces[0]) + 1, _open(pieces[0])
        while kind not in LANGUAGES and i < len(lines) and _goes_on(pieces[-1], level, lines[i][1]):
            below, following = lines[i]
            origins.append((size, below, len(following) - len(following.lstrip()) + 1))
            pieces.append(following.strip())
            size, level = size + len(pieces[-1]) + 1, level + _open(pieces[-1])
            i += 1
        yield Statement(kind, head, Passage("\n".join(pieces), tuple(origins)).piece(0))


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines without comments, numbered from 1."""
    if len(text) > MAX_CHARACTERS:
        raise DataError("LL162.characters", n=len(text), most=MAX_CHARACTERS)
    found = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if len(found) > MAX_LINES:
        raise DataError("LL162.lines", n=len(found), most=MAX_LINES)
    for number, line in enumerate(found, start=1):
        for c in _UNUSUAL.finditer(line):
            if invisible(c[0]) or c[0] in "\u037e\u0387":
                raise refused("LL187.in_text", (number, c.start() + 1), said=strange(c[0]))
    return [
        (number, line if _WORDS.match(line.lstrip()) else line.partition("#")[0])
        for number, line in enumerate(found, start=1)
    ]


def _kind(line: str, start: int, number: int) -> tuple[str, str, int]:
    """Kind and head of a line, and where its body begins."""
    if found := _WORDS.match(line, start):
        return found[1], "", found.end()
    if found := _RELATION.match(line, start):
        return "step", found[0], found.end()
    if start == 0 and (found := _HEADER.fullmatch(line.rstrip())) and found[2] not in {*KEYWORDS, "lemma"}:
        return "header", found[1] or "", found.start(2)
    if (found := _KEYWORD.match(line, start)) is not None:
        if found[1] == "lemma":
            raise refused("LL185.lemma", (number, start + 1))
        return found[1], "", found.end()
    return "term", "", start


def _open(piece: str) -> int:
    """How many more brackets a piece opens than it closes."""
    return sum(map(piece.count, "([")) - sum(map(piece.count, ")]"))


def _goes_on(last: str, level: int, following: str) -> bool:
    """Whether a statement goes on in the next line."""
    beginning = following.strip()
    if not beginning or _WORDS.match(beginning) or _KEYWORD.match(beginning):
        return False
    if _CONTINUES.match(beginning):
        return True
    return not _RELATION.match(beginning) and (level > 0 or bool(_GOES_ON.search(last)))
