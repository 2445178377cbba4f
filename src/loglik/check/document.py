"""A document as its reader hands it on: prose and formulas in order, each with its place in the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Format = Literal["markdown", "html", "latex", "notebook"]


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in the file: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Area:
    """From the first character to the one behind the last."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Prose:
    """Text between formulas.

    Parameters
    ----------
    text : str
        The text, without markup.
    area : Area
        Where it stands.
    block : int
        Number of the paragraph, heading or item; formulas in the same one have the same number.
    kind : {"text", "heading", "quote", "code"}
        What kind of block it is in. Code is handed on only so that scopes can see where it stands.
    level : int
        Of a heading, 1 to 6; otherwise 0.
    """

    text: str
    area: Area
    block: int
    kind: Literal["text", "heading", "quote", "code"] = "text"
    level: int = 0


@dataclass(frozen=True, slots=True)
class Formula:
    r"""A formula as it is written, delimiters left out.

    Parameters
    ----------
    tex : str
        The source. Damaged markup is mended here only where it can mean one thing (a lone ``\`` before a line's end is
        the ``\\`` that a Markdown reader ate); `repairs` says so.
    kind : {"inline", "display"}
        How it is set.
    area : Area
        Where it stands, delimiters included.
    block : int
        Number of its paragraph.
    lines : tuple of (offset, Position)
        For each stretch of `tex` that is contiguous in the file: where it begins in both.
    label : str
        Its label or tag, if it has one.
    cell : int
        Of a notebook, the number of the cell, from 1; otherwise 0.
    repairs : tuple of str
        What was mended, in codes: ``row-break``, ``dollar``, ...
    """

    tex: str
    kind: Literal["inline", "display"]
    area: Area
    block: int
    lines: tuple[tuple[int, Position], ...] = ()
    label: str = ""
    cell: int = 0
    repairs: tuple[str, ...] = ()

    def at(self, offset: int) -> Position:
        """The place in the file of a character of `tex`."""
        found = bisect_right(self.lines, offset, key=lambda each: each[0]) - 1
        if found < 0:
            return self.area.start
        start, place = self.lines[found]
        return Position(place.line, place.column + offset - start)


@dataclass(frozen=True, slots=True)
class Note:
    """What a document says to the checker: ``<!-- loglik: t is onehot -->`` or ``<!-- loglik: ignore -->``."""

    text: str
    position: Position
    block: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Markup that is damaged, or a limit that was reached: `code` is one word, `detail` names what was found."""

    code: str
    detail: str
    position: Position


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found.

    Parameters
    ----------
    name : str
        The file, or ``-``.
    format : Format
        How it was read.
    parts : tuple of Prose or Formula
        In the order of the file.
    notes : tuple of Note
        What the document says to the checker.
    troubles : tuple of Trouble
        Damage, and limits that were reached.
    macros : str
        Definitions of macros that hold for all formulas (a preamble), as they are written.
    """

    name: str
    format: Format
    parts: tuple[Prose | Formula, ...]
    notes: tuple[Note, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    macros: str = ""

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas alone."""
        return tuple(part for part in self.parts if isinstance(part, Formula))
