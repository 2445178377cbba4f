"""Sentences with formulas in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from loglik.texts import words as words_of_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from loglik.derive.expressions import Expr
    from loglik.texts import Language


@dataclass(frozen=True)
class Phrase:
    """A sentence with formulas in its places, which the printers fill in; of a condition, of which kind it is."""

    template: str
    formulas: tuple[Expr, ...] = ()
    kind: str = ""

    def filled(self, show: Callable[[Expr], str]) -> str:
        """The sentence with its formulas printed."""
        return self.template.format(*map(show, self.formulas))

    @property
    def text(self) -> str:
        """The template with relations between its formulas as they are printed."""
        return self.template.replace(">=", "≥").replace("<=", "≤").replace("!=", "≠")


def for_every(phrase: Phrase, indices: Sequence[Expr], language: Language) -> Phrase:
    """The phrase, said for every value of indices; the phrase itself where there are none."""
    if not indices:
        return phrase
    words = words_of_page("page", language)
    n = len(phrase.formulas)
    places = reduce(words["comma"].format, [f"{{{n + i}}}" for i in range(len(indices))])
    said = words["every"].replace("{1}", "\0").replace("{0}", phrase.template).replace("\0", places)
    return Phrase(said, (*phrase.formulas, *indices))


def joined(phrases: Sequence[Phrase], language: Language) -> Phrase:
    """Phrases with "and" between them."""
    words = words_of_page("page", language)
    moved: list[str] = []
    formulas: list[Expr] = []
    for phrase in phrases:
        n = len(phrase.formulas)
        moved.append(phrase.template.format(*(f"{{{len(formulas) + i}}}" for i in range(n))))
        formulas += phrase.formulas
    return Phrase(reduce(words["and"].format, moved), tuple(formulas))


def listed(items: Sequence[str], language: Language) -> str:
    """Texts with commas between them."""
    return reduce(words_of_page("page", language)["comma"].format, items) if items else ""


def conditions_said(conditions: Sequence[Phrase], show: Callable[[Phrase], str], language: Language) -> list[str]:
    """The conditions of a step, a line for each kind: that logarithms exist, what their bases are, and others."""
    words = words_of_page("page", language)
    lines = []
    for key, kinds in (("cond_base", {"base"}), ("cond_argument", {"argument"}), ("conditions", {"relation", ""})):
        said = [show(each) for each in conditions if each.kind in kinds]
        lines += [words[key].format(listed(said, language))] if said else []
    return lines
