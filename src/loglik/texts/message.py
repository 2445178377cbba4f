"""A message of the program: which one it is, and the values in it; it becomes text when it is read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from numbers import Number
from typing import TYPE_CHECKING, Any, Self

from loglik.texts.files import document, unfold, words
from loglik.texts.language import current
from loglik.texts.template import JOINED, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loglik.texts.language import Language


@dataclass(frozen=True)
class Message:
    """A sentence with values, and what to do about it.

    Parameters
    ----------
    key : str
        ``"LL101.missing"``: section ``missing`` of ``texts/messages/en/LL101.md``, whose first paragraph is the message
        and whose second the hint.
    values : mapping
        The values that the templates name.
    fixed : tuple of str, optional
        Message and hint where they are known as texts alone, such as those of a model file.
    place : mapping, optional
        Where in a text it is: ``line`` and ``column``, or ``character``, each from 1.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fixed: tuple[str, str] | None = None
    place: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", {name: _lasting(value) for name, value in self.values.items()})

    @classmethod
    def of(cls, key: str, **values: Any) -> Message:
        """Return the message of a key with its values by name."""
        return cls(key, values)

    @property
    def code(self) -> str:
        """``LLnnn``."""
        return self.key.partition(".")[0]

    def text(self, language: Language | None = None) -> str:
        """Return the message in a language, by default that of the context."""
        return self._parts(language)[0]

    def hint(self, language: Language | None = None) -> str:
        """Return what to do about it; empty where there is nothing to say."""
        return self._parts(language)[1]

    def _parts(self, language: Language | None) -> tuple[str, str]:
        if self.fixed is not None:
            return self.fixed
        language = language or current()
        message, hint = templates(self.key, language)
        values = {name: _spoken(value, language) for name, value in self.values.items()}
        said = render(message, values, language)
        if self.place:
            said = words("phrases", language)["at_line" if "line" in self.place else "at_character"].format(
                said=said, **self.place
            )
        return said, render(hint, values, language)

    def at(self, **place: int) -> Message:
        """Return the message at a place of a text, which the sentence then names."""
        return replace(self, place=place)

    @property
    def advice(self) -> Advice:
        """The hint as a value of another message."""
        return Advice(self)

    def plain_values(self) -> dict[str, Any]:
        """Return the values as JSON has them: numbers, texts, booleans, nulls and lists of them."""
        return {name: _plain(value) for name, value in {**self.values, **self.place}.items()}


@dataclass(frozen=True)
class Advice:
    """The hint of a message, as a value of another one."""

    message: Message

    def text(self, language: Language | None = None) -> str:
        """Return the hint in a language."""
        return self.message.hint(language)


class Phrase(str):  # noqa: SLOT000  # as _Shown
    """Words that are a value of messages, such as "the data frame": English as a text, and in either language in a message.

    Parameters
    ----------
    key : str
        Of ``texts/words/en/values.txt``.
    **values
        What its template names.

    Examples
    --------
    >>> Phrase("data_frame"), Phrase("data_frame").text("ja")
    ('the data frame', 'データフレーム')
    """

    _key: str
    _values: dict[str, Any]

    def __new__(cls, key: str, **values: Any) -> Self:  # noqa: D102
        made = super().__new__(cls, render(words("values", "en")[key], values, "en"))
        made._key, made._values = key, values
        return made

    def text(self, language: Language) -> str:
        """Return the words in a language."""
        values = {name: _spoken(value, language) for name, value in self._values.items()}
        return render(words("values", language)[self._key], values, language)

    def __reduce__(self) -> tuple[Any, ...]:
        return _phrase, (self._key, self._values)


def _phrase(key: str, values: dict[str, Any]) -> Phrase:
    return Phrase(key, **values)


def say(page: str, key: str, **values: Any) -> str:
    """Return words of a page with values, in the language of the context.

    Parameters
    ----------
    page : str
        Name of the file of words.
    key : str
        Of the words.
    **values
        What the template names.

    Examples
    --------
    >>> say("command", "kept", path="model.json")
    'Model kept in model.json.'
    """
    language = current()
    spoken = {name: _spoken(value, language) for name, value in values.items()}
    return render(words(page, language)[key], spoken, language)


def templates(key: str, language: Language) -> tuple[str, str]:
    """Return the templates of a message and its hint.

    Raises
    ------
    KeyError, FileNotFoundError
        No such message.
    """
    code, _, section = key.partition(".")
    message, _, hint = document("loglik.texts", f"messages/{language}/{code}.md").sections[section].partition("\n\n")
    return unfold(message), unfold(hint)


class _Shown(str):  # noqa: SLOT000  # mypy does not see the attribute of a slot in __new__
    """What an object looks like, for it may be large, or change, or not be of a kind that another process knows."""

    _repr: str

    def __new__(cls, text: str, representation: str) -> Self:
        made = super().__new__(cls, text)
        made._repr = representation
        return made

    def __repr__(self) -> str:
        return self._repr

    def __reduce__(self) -> tuple[Any, ...]:
        return _Shown, (str(self), self._repr)


def _spoken(value: Any, language: Language) -> Any:
    if isinstance(value, Phrase):
        said = value.text(language)
        return said if said[-1:].isascii() else said + JOINED
    if isinstance(value, (Message, Advice)):
        return value.text(language)
    return [_spoken(each, language) for each in value] if isinstance(value, list) else value


def _lasting(value: Any) -> Any:
    if value is None or isinstance(value, (str, Message, Advice)):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a scalar of NumPy
        value = value.item()
    if isinstance(value, Number) or type(value) is bool:
        return value
    if isinstance(value, (list, tuple)):
        return type(value)(_lasting(each) for each in value) if type(value) in {list, tuple} else tuple(value)
    return _Shown(str(value), repr(value))


def _plain(value: Any) -> Any:
    if isinstance(value, (Message, Advice)):
        return value.text()
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if value is None or type(value) in {str, int, bool} or (type(value) is float and math.isfinite(value)):
        return value
    return str(value)
