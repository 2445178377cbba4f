"""Notebooks: the Markdown cells of a Jupyter file, every character with its place in the JSON."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs, but public in the module
from time import thread_time
from typing import TYPE_CHECKING, Any

from loglik.check.document import Document, Formula, Prose
from loglik.check.readers.limits import MAX_FORMULAS, MAX_SECONDS
from loglik.check.readers.markdown import MarkdownText
from loglik.check.readers.places import File, Located
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.check.document import Note, Trouble

_PIECE = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


class _Placed(str):
    """A string of the JSON, and where it begins behind its quote."""

    __slots__ = ("start",)
    start: int


def _placed(text: str, begin: int, strict: bool = True) -> tuple[_Placed, int]:  # noqa: FBT001, FBT002  # json calls it so
    value, end = scanstring(text, begin, strict)
    placed = _Placed(value)
    placed.start = begin
    return placed, end


def read_notebook(text: str, name: str) -> Document:
    """Read a Jupyter notebook.

    Raises
    ------
    DataError
        LL402: no notebook.
    """
    decoder = json.JSONDecoder(strict=False)
    decoder.parse_string = _placed  # type: ignore[attr-defined]  # read by the scanner
    decoder.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]  # the one that calls parse_string
    try:
        found: Any = decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise DataError("LL402.json", name=name, reason=str(error)) from None
    cells = found.get("cells") if isinstance(found, dict) else None
    if cells is None and isinstance(found, dict) and isinstance(found.get("worksheets"), list):
        cells = [c for sheet in found["worksheets"] if isinstance(sheet, dict) for c in sheet.get("cells", ())]
    if not isinstance(cells, list):
        raise DataError("LL402.cells", name=name)
    file = File(text)
    parts: list[Prose | Formula] = []
    notes: list[Note] = []
    troubles: list[Trouble] = []
    end = thread_time() + MAX_SECONDS
    for number, cell in enumerate(cells, start=1):
        if thread_time() > end:
            break
        if not isinstance(cell, dict) or cell.get("cell_type") not in {"markdown", "heading"}:
            continue
        source = _located(file, cell.get("source"))
        if MarkdownText(source, parts, notes, troubles, number).read() >= MAX_FORMULAS:
            break
    return Document(name, "notebook", tuple(parts), tuple(notes), tuple(troubles))


def _located(file: File, source: object) -> Located:
    """The text of a cell, which is a string or a list of strings."""
    pieces = [source] if isinstance(source, str) else source if isinstance(source, list) else []
    offsets: list[int] = []
    for piece in pieces:
        if isinstance(piece, _Placed):
            offsets += _offsets(file.text, piece)
    return Located(file, "".join(each for each in pieces if isinstance(each, _Placed)), offsets)


def _offsets(text: str, piece: _Placed) -> list[int]:
    """Where each character of a string stands in the file: escapes are longer than what they mean."""
    offsets: list[int] = []
    at = piece.start
    for char in piece:
        found = _PIECE.match(text, at)
        if found is None:
            raise IndexError
        offsets.append(at)
        at = found.end()
        if ord(char) > 0xFFFF and found[0].startswith("\\u"):  # written as two escapes
            at += len(found[0])
    return offsets
