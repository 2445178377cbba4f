"""A derivation that shows itself: the object that `loglik.derive.get` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.cached import cached_property

if TYPE_CHECKING:
    from loglik.derive.checker import Report
    from loglik.derive.model import Derivation
    from loglik.derive.show.lesson import Language, Lesson


@dataclass(frozen=True)
class Document:
    """A derivation in one language, printed by its methods and, in a notebook, by itself.

    Parameters
    ----------
    derivation : Derivation
        Steps, rules and assumptions as data.
    language : {"en", "ja"}
        Language of the text.
    upto : int, optional
        Show only this many steps.
    values : bool
        Show every line with its value at the example.
    """

    derivation: Derivation
    language: Language = "en"
    upto: int | None = None
    values: bool = False

    @cached_property
    def lesson(self) -> Lesson:
        """The derivation with its words and verdicts."""
        from loglik.derive.show.lesson import lesson

        return lesson(self.derivation, self.language, self.upto, values=self.values)

    def check(self) -> Report:
        """Check every step; see `loglik.derive.checker`."""
        from loglik.derive.checker import check

        return check(self.derivation)

    def text(self, *, marks: bool = False) -> str:
        """Unicode text for the terminal; with `marks`, what a step changed stands between two signs of `show.text`."""
        from loglik.derive.show.page_text import page

        return page(self.lesson, marks=marks)

    def latex(self) -> str:
        """The steps as LaTeX ``align*`` environments."""
        from loglik.derive.show.page_latex import page

        return page(self.lesson)

    def markdown(self) -> str:
        """Markdown with LaTeX formulas."""
        from loglik.derive.show.page_markdown import page

        return page(self.lesson)

    def mathml(self) -> str:
        """An XML fragment: one ``section`` with a ``math`` element for each term."""
        from loglik.derive.show.page_html import section

        return section(self.lesson)

    def html(self) -> str:
        """A page of its own, with nothing fetched from anywhere."""
        from loglik.derive.show.page_html import page

        return page(self.lesson)

    def json(self) -> str:
        """The ``loglik.derivation/1`` document."""
        from loglik.derive.show.page_json import page

        return page(self.lesson)

    def _repr_html_(self) -> str:
        return self.mathml()

    def _repr_latex_(self) -> str:
        from loglik.derive.show.page_latex import aligned

        return aligned(self.lesson)

    def __str__(self) -> str:
        return self.text()


def document(derivation: Derivation, lang: str = "en", upto: int | None = None, *, values: bool = False) -> Document:
    """A document in a language.

    Raises
    ------
    DataError
        LL100: there is no such language.
    """
    from loglik.errors import DataError

    if lang not in {"en", "ja"}:
        raise DataError("LL100.language", lang=lang)
    return Document(derivation, "ja" if lang == "ja" else "en", upto, values)


def get(name: str, lang: str = "en", *, values: bool = False) -> Document:
    r"""A derivation of the catalogue, ready to be shown: in a notebook by itself, elsewhere by its methods.

    Parameters
    ----------
    name : str
        Such as ``log-derivative``; `loglik.derive.names` lists them.
    lang : {"en", "ja"}
        Language of the text.
    values : bool
        Show every line with its value at the example.

    Examples
    --------
    >>> print(get("log-of-one").markdown().splitlines()[0])
    # The logarithm of 1
    """
    from loglik.derive.catalogue import derivation

    return document(derivation(name), lang, values=values)
