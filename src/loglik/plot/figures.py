"""A picture with what is said below it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loglik.texts import render, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.plot.canvas import Canvas
    from loglik.texts import Language


def words_of(picture: str, language: Language) -> Callable[..., str]:
    """What gives the words of a picture by their keys, its values put in."""
    said = words("plot", language)
    return lambda key, **values: render(said[f"{picture}_{key}"], values, language)


def figure(made: Canvas, word: Callable[..., str], *beside: str, **values: object) -> str:
    """The ``figure`` element of a picture.

    Parameters
    ----------
    made : Canvas
        The picture.
    word : callable
        Its words, of which ``title`` and ``caption`` are asked for.
    *beside : str
        More elements, such as a table.
    **values
        What its caption names.
    """
    caption = f"<figcaption>{escape(word('caption', **values))}</figcaption>"
    return f'<figure class="picture">{made.svg(word("title"))}{"".join(beside)}{caption}</figure>'
