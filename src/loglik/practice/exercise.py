"""What there is to work: a part of a derivation, from its first term to its last, forwards or with lines left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.catalogue import names
from loglik.derive.expressions import Equation, Expr
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key
from loglik.derive.show.lesson import words_of
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loglik.derive.model import Derivation, Part, Step
    from loglik.derive.rules import Rule
    from loglik.texts import Language


@dataclass(frozen=True)
class Exercise:
    """One part of a derivation.

    Parameters
    ----------
    derivation : Derivation
        Where it is from.
    part : int
        Which part, from 0.
    """

    derivation: Derivation
    part: int

    @property
    def work(self) -> Part:
        """The part itself."""
        return self.derivation.parts[self.part]

    @property
    def start(self) -> Expr:
        """The first term, or the first equation."""
        return self.work.start

    @property
    def relation(self) -> str:
        """In which relation the goal is to stand to the start."""
        return "<=>" if isinstance(self.start, Equation) else self.work.proves.relation

    @property
    def goal(self) -> Expr:
        """The last term."""
        return self.terms[-1]

    @property
    def terms(self) -> tuple[Expr, ...]:
        """All terms as the derivation has them."""
        return (self.start, *(step.term for step in self.lines))

    @property
    def lines(self) -> tuple[Step, ...]:
        """The steps as the derivation has them."""
        return self.work.steps

    def title(self, language: Language) -> str:
        """The heading of the part, or the title of the derivation where that is all there is."""
        words = words_of(self.derivation, language)
        return words.parts.get(self.work.name, words.title or self.derivation.name)

    def place_of(self, term: Expr) -> int | None:
        """Which line of the derivation a term is: to the letter, else up to its arrangement, the last one of several."""
        key = arrangement_key(term)
        alike = [i for i, each in enumerate(self.terms) if arrangement_key(each) == key]
        return max(alike, key=lambda i: (self.terms[i] == term, i), default=None)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """What may be used: nothing that this derivation, or a later one, proves."""
        known = names()
        later = set(known[known.index(self.derivation.name) :]) if self.derivation.name in known else set()
        return {name: r for name, r in RULES.items() if not (r.basis == "derived" and r.derivation in later)}

    def left_out(self, every: int) -> tuple[int, ...]:
        """The lines (from 1) to be filled in if every so many-th one is left out; at least one."""
        n = len(self.lines)
        return tuple(range(min(every, n), n + 1, every))


def exercises(derivation: Derivation) -> tuple[Exercise, ...]:
    """The parts of a derivation that have steps."""
    return tuple(Exercise(derivation, i) for i, part in enumerate(derivation.parts) if part.steps)


def exercise(derivation: Derivation, part: int) -> Exercise:
    """One of them.

    Raises
    ------
    DataError
        LL226: there is no such part.
    """
    found = {each.part: each for each in exercises(derivation)}
    if part not in found:
        raise DataError("LL226.part", part=part, known=_listed(found))
    return found[part]


def _listed(parts: Iterable[int]) -> str:
    return ", ".join(map(str, parts))
