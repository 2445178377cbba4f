"""Readers: a file to prose and formulas. Nothing in it is evaluated, followed or fetched."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from loglik.check.document import Document, Trouble
from loglik.check.readers.limits import MAX_CHARACTERS
from loglik.errors import DataError

if TYPE_CHECKING:
    from loglik.check.document import Format

_ENDINGS: dict[str, Format] = {
    ".ipynb": "notebook",
    ".tex": "latex",
    ".ltx": "latex",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}

__all__ = ["read"]


def read(data: bytes | str, name: str = "-", format: Format | None = None) -> Document:  # noqa: A002  # what it is called
    """Read a document.

    Parameters
    ----------
    data : bytes or str
        What is in the file; bytes are UTF-8 or, with a byte order mark, UTF-16.
    name : str
        The file's name, whose ending says how it is read: ``.ipynb``, ``.tex``, ``.html``; anything else is Markdown.
    format : {"markdown", "html", "latex", "notebook"}, optional
        How to read it, whatever it is called.

    Returns
    -------
    Document
        Prose and formulas in order; what is damaged, and limits that were reached, are in its `troubles`.

    Raises
    ------
    DataError
        LL401: no text. LL402: no notebook.
    """
    text = data if isinstance(data, str) else _decoded(data, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _reader(format or _ENDINGS.get(PurePath(name).suffix.lower(), "markdown"), text[:MAX_CHARACTERS], name)
    if len(text) <= MAX_CHARACTERS:
        return found
    last = found.parts[-1].area.end if found.parts else None
    if last is None:
        return found
    trouble = Trouble("limit", f"{MAX_CHARACTERS} characters", last)
    return Document(found.name, found.format, found.parts, found.notes, (*found.troubles, trouble), found.macros)


def _reader(format: Format, text: str, name: str) -> Document:  # noqa: A002
    from loglik.check.readers import html, markdown, notebook, tex

    if format == "notebook":
        return notebook.read_notebook(text, name)
    if format == "html":
        return html.read_html(text, name)
    if format == "latex":
        return tex.read_tex(text, name)
    return markdown.read_markdown(text, name)


def _decoded(data: bytes, name: str) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError("LL401.encoding", name=name, at=error.start) from None
    if "\0" in text[:10_000]:
        raise DataError("LL401.zeros", name=name)
    return text
