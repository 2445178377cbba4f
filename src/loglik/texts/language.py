"""In which language a text is rendered: one place decides, when it is rendered."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_chosen: ContextVar[Language | None] = ContextVar("loglik_language", default=None)


def current() -> Language:
    """Return the language of this context: what `use` set, else ``LOGLIK_LANG``, else English.

    Examples
    --------
    >>> with use("ja"):
    ...     current()
    'ja'
    """
    return _chosen.get() or named(os.environ.get("LOGLIK_LANG", "")) or "en"


@contextmanager
def use(language: Language) -> Iterator[None]:
    """Render texts in `language` within the block, in this thread or task alone.

    Parameters
    ----------
    language : {"en", "ja"}
        The language.
    """
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def of_environment(environment: Mapping[str, str] | None = None) -> Language:
    """Return the language that a terminal asks for: ``LOGLIK_LANG``, else the locale of messages, else English.

    Parameters
    ----------
    environment : mapping, optional
        By default that of the process.

    Examples
    --------
    >>> of_environment({"LANG": "ja_JP.UTF-8"})
    'ja'
    >>> of_environment({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"})
    'en'
    """
    variables = os.environ if environment is None else environment
    if chosen := named(variables.get("LOGLIK_LANG", "")):
        return chosen
    locale = next((variables[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if variables.get(name)), "")
    return named(locale) or "en"


def named(text: str) -> Language | None:
    """Return the language that a name such as ``ja``, ``ja_JP.UTF-8`` or ``en-GB`` begins with, if there is a text in it."""
    first = text.strip().lower().replace("-", "_").partition(".")[0].partition("_")[0]
    return next((each for each in LANGUAGES if each == first), None)


def keeping_language(text: str) -> str:
    """Let commands in a text keep the language that was asked for with ``--lang``, where the terminal's is another one.

    In Japanese a command ends where the next Japanese character stands; elsewhere only those that end a line, and
    ``loglik explain LLnnn``, can be told from the sentence around them.
    """
    language = current()
    if language == of_environment():
        return text
    ends = r"\s*(?:[^\x00-\x7f]|$)" if language == "ja" else r"\s*$"
    command = rf"(?<!\w)loglik (?:explain LL\d+|[a-zA-Z]+[ !#-~]*?)(?<! )(?={ends})"
    return re.sub(command, lambda found: _with_flag(found[0], language), text, flags=re.MULTILINE)


def _with_flag(command: str, language: Language) -> str:
    return command if "--lang" in command else f"{command} --lang {language}"
