"""Read the text files of the package: once, when first needed, and from a wheel or a zip file too.

Two formats, so plain that a reader of the file needs no other words about them:

- *pairs*: ``key: text`` on a line; lines indented below it continue the text, each as a line of its own; a line that
  begins with ``#`` is a comment.
- *documents*: pairs between two lines ``---``, then text, then sections under ``## key``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from inspect import cleandoc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.texts.language import Language

_JAPANESE_PUNCTUATION = "、。，．（）「」『』・：；"


@dataclass(frozen=True)
class Document:
    """A text with what is said of it and parts that have names.

    Parameters
    ----------
    front : mapping
        The pairs at its beginning.
    body : str
        Text before the first section.
    sections : mapping
        Name of each section and its text.
    """

    front: Mapping[str, str]
    body: str
    sections: Mapping[str, str]


@cache
def read(package: str, name: str) -> str:
    """Return the content of a data file of a package.

    Parameters
    ----------
    package : str
        Such as ``"loglik.texts"``.
    name : str
        Path within the package, with slashes.
    """
    return files(package).joinpath(*name.split("/")).read_text(encoding="utf-8")


@cache
def names(package: str, folder: str, ending: str) -> tuple[str, ...]:
    """Return the names of the data files in a folder, sorted and without their ending."""
    found = (each.name for each in files(package).joinpath(*folder.split("/")).iterdir())
    return tuple(sorted(name.removesuffix(ending) for name in found if name.endswith(ending)))


@cache
def words(name: str, language: Language) -> Mapping[str, str]:
    """Return the words of a page in one language, by their keys.

    Parameters
    ----------
    name : str
        Of the file, such as ``"dice"``.
    language : {"en", "ja"}
        The language.

    Examples
    --------
    >>> words("dice", "ja")["count"]
    '度数 t_k'
    """
    return pairs(read("loglik.texts", f"words/{language}/{name}.txt"))


@cache
def document(package: str, name: str) -> Document:
    """Return a file of front matter, text and sections."""
    return parse(read(package, name))


def pairs(text: str) -> dict[str, str]:
    r"""Read ``key: text`` lines.

    Raises
    ------
    ValueError
        A line that is neither, or a key that comes twice.

    Examples
    --------
    >>> pairs("title: A die: {n}\n# for Python\nexample:\n    import loglik\n    loglik.fit()\n")
    {'title': 'A die: {n}', 'example': 'import loglik\nloglik.fit()'}
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        key, colon, value = line.partition(":")
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            lines.append(line)
        elif colon and key not in found:
            lines = found[key] = [value.strip()]
        else:
            message = f"neither a new key nor an indented line: {line!r}"
            raise ValueError(message)
    return {key: cleandoc("\n".join(lines)) for key, lines in found.items()}


def parse(text: str) -> Document:
    r"""Take a document apart.

    Examples
    --------
    >>> parse("---\ntitle: T\n---\n\nOne.\n\n## more\n\nTwo.\n")
    Document(front={'title': 'T'}, body='One.', sections={'more': 'Two.'})
    """
    start, front, rest = ("\n" + text).split("\n---\n", 2)
    if start.strip():
        message = f"text before the front matter: {start!r}"
        raise ValueError(message)
    body, *parts = ("\n" + rest).split("\n## ")
    sections: dict[str, str] = {}
    for part in parts:
        name, _, content = part.partition("\n")
        if name in sections:
            message = f"two sections {name!r}"
            raise ValueError(message)
        sections[name] = content.strip("\n")
    return Document(pairs(front), body.strip("\n"), sections)


def unfold(text: str) -> str:
    r"""Join the lines of each paragraph; formulas (indented lines) stay lines of their own.

    Lines are joined with a space, but with none between Japanese characters or beside Japanese punctuation.

    Examples
    --------
    >>> unfold("one\ntwo\n    x = 1\nthree")
    'one two\n    x = 1\nthree'
    >>> unfold("尤度は\n単調に増加する")
    '尤度は単調に増加する'
    """
    lines: list[str] = []
    for line in text.split("\n"):
        previous = lines[-1] if lines else ""
        if not line or not previous or line.startswith(" ") or previous.startswith(" "):
            lines.append(line)
        else:
            ends = previous[-1], line[0]
            japanese = not any(c.isascii() for c in ends) or any(c in _JAPANESE_PUNCTUATION for c in ends)
            lines[-1] = f"{previous}{'' if japanese else ' '}{line}"
    return "\n".join(lines)
