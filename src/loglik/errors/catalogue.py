"""The catalogue behind ``loglik explain CODE``: what each code means and what to do about it, in two languages.

The texts are the files of ``loglik/texts/messages``; examples and follow-up commands are code, the same in every
language, and stand in the English file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.texts import document, names
from loglik.texts.files import unfold

if TYPE_CHECKING:
    from loglik.texts import Language


@dataclass(frozen=True)
class Explanation:
    """What a code means, in one language.

    Texts hold paragraphs with an empty line between them; a paragraph is one line, and lines that begin with four
    spaces are formulas, to be shown as they are.

    Parameters
    ----------
    code : str
        ``LLnnn``.
    title : str
        One short line.
    meaning : str
        What happened, and why it matters.
    what_to_do : str
        Options and arguments that help.
    example : str
        A command line or Python lines that give the code; empty for a few codes.
    next_command : str
        A command line that is useful next.
    """

    code: str
    title: str
    meaning: str
    what_to_do: str
    example: str
    next_command: str


def codes() -> tuple[str, ...]:
    """All codes that are explained, in order."""
    return names("loglik.texts", "messages/en", ".md")


def explanation(code: str, language: Language = "en") -> Explanation:
    """Look up a code.

    Raises
    ------
    FileNotFoundError
        No such code.

    Examples
    --------
    >>> explanation("LL204").title
    'A column is constant and was left out'
    """
    found = document("loglik.texts", f"messages/{language}/{code}.md")
    front = document("loglik.texts", f"messages/en/{code}.md").front
    return Explanation(
        code,
        found.front["title"],
        unfold(found.body),
        unfold(found.sections["what_to_do"]),
        front.get("example", ""),
        front.get("next", "loglik explain"),
    )
