"""What the rest of a document says of a formula: the words around it, names that were not understood, names that are tied."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from loglik.cached import cached_property
from loglik.check.document import Prose
from loglik.check.judge.arithmetics import arithmetics
from loglik.check.judge.distributions_told import distributions_told
from loglik.check.judge.languages import is_foreign
from loglik.check.judge.notation import GOES_ON, TWO_VALUES, numbered_above, own_letters
from loglik.check.judge.points import symbols_of
from loglik.check.judge.use import by_use
from loglik.check.model.shapes import UNIT
from loglik.derive.expressions import Function, Indexed, Mul, Number, Pow, Symbol, free_symbols

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loglik.check.document import Document, Formula, Position
    from loglik.check.statement import Definition, Statement
    from loglik.derive.expressions import Domain, Expr

# Pieces of text before a formula's own block, and equations that tie names, which are looked at.
_BEFORE, _MOST_TIED = 3, 200
#: Characters of text before a formula that tell what it is about.
_MOST_BEFORE = 600


@dataclass(frozen=True)
class Equated:
    """Two sides that a statement says are equal, with its number, section and line."""

    left: Expr
    right: Expr
    number: int
    section: int
    line: int


@dataclass(frozen=True)
class Surroundings:
    """Of all statements of a document.

    Parameters
    ----------
    unread : mapping of str to int
        Names that stand alone before a term that could not be read, with the number of the statement.
    tied : tuple of (line, names)
        Equations that the text asks for ("subject to"), with the names that they tie.
    used : mapping of int to mapping of str to Domain
        For each section the sets that its formulas restrict names to, by taking their logarithms.
    numbered : frozenset of str
        Names that have a superscript 1 or 0 somewhere: their superscripts count.
    own : frozenset of str
        Letters of constants that are quantities of the document's own somewhere: pi, e.
    foreign : bool
        Whether its words are of a language that the check does not know.
    signs : bool
        Whether something takes the values 1 and -1 alone, or 1 and 0.
    arithmetics : mapping of str to str
        What the document computes with beside real numbers, each with the words that say so.
    cases : frozenset of str
        Functions of which something is said for products or powers: ``phi(ab) = phi(a) phi(b)``.
    members : frozenset of str
        Families of which single members are given by themselves: ``a_2 = a_0/2``.
    continued : frozenset of Position
        Where formulas begin that may go on in the next one, which begins with a plus.
    asked : mapping of int to list of Statement
        For each block the equations in it that define no name: they may tie the letters of those behind them.
    equations : mapping of str to tuple of Equated
        For each name the equations that it stands in, other than as what they define.
    defined : mapping of int to tuple of Definition
        For each section the definitions in it, in their order.
    prose : tuple of Prose
        The text without code.
    ends : tuple of Position
        Where each piece of the text ends.
    distributions : tuple of (Position, str)
        Where a formula names distributions, and their names in words.
    """

    unread: Mapping[str, int] = field(default_factory=dict)
    tied: tuple[tuple[int, frozenset[str]], ...] = ()
    used: Mapping[int, Mapping[str, Domain]] = field(default_factory=dict)
    numbered: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    foreign: bool = False
    signs: bool = False
    arithmetics: Mapping[str, str] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    continued: frozenset[Position] = frozenset()
    asked: Mapping[int, list[Statement]] = field(default_factory=dict)
    equations: Mapping[str, tuple[Equated, ...]] = field(default_factory=dict)
    defined: Mapping[int, tuple[Definition, ...]] = field(default_factory=dict)
    prose: tuple[Prose, ...] = ()
    ends: tuple[Position, ...] = ()
    distributions: tuple[tuple[Position, str], ...] = ()

    def behind(self, formula: Formula) -> str:
        """The text right behind a formula in its block; empty if there is none."""
        at = bisect_left(self.ends, formula.area.end)
        while at < len(self.prose) and self.prose[at].area.end <= formula.area.end:
            at += 1
        if at == len(self.prose) or self.prose[at].block != formula.block:
            return ""
        return self.prose[at].text[:12]

    def told(self, statement: Statement) -> Mapping[str, Domain]:
        """The sets that the formulas of a statement's section restrict names to."""
        return self.used.get(statement.context.section, {})

    def between(self, first: Formula, second: Formula) -> tuple[Prose, ...]:
        """The text from one formula to another one."""
        return self.prose[bisect_left(self.ends, first.area.end) : bisect_left(self.ends, second.area.start) + 1]

    def block(self, formula: Formula) -> str:
        """The text of a formula's block, and the piece before it where that ends with a colon or without a full stop."""
        at = bisect_left(self.ends, formula.area.start)
        own = self._own(formula, at)
        if own or not at:
            return own
        before = self.prose[at - 1].text.rstrip()
        return "" if self.prose[at - 1].kind == "heading" else before[-200:]

    def _own(self, formula: Formula, at: int) -> str:
        while at and self.prose[at - 1].block == formula.block:
            at -= 1
        found = []
        while at < len(self.prose) and self.prose[at].block == formula.block:
            found.append(self.prose[at].text)
            at += 1
        return " ".join(found)

    def words(self, formula: Formula) -> str:
        """The text of a formula's block and of some pieces before it."""
        at = bisect_left(self.ends, formula.area.start)
        behind = at
        while behind < len(self.prose) and self.prose[behind].block == formula.block:
            behind += 1
        return " ".join(each.text for each in self.prose[max(0, at - _BEFORE) : behind])

    def topic(self, formula: Formula) -> tuple[str, str]:
        """The words around a formula; and with them those before in its section, and the headings above it."""
        at = bisect_left(self.ends, formula.area.start)
        found, level, length = list[str](), 7, 0
        for place in reversed(self.headings[: bisect_left(self.headings, at)]):
            if self.prose[place].level < level:
                found.insert(0, self.prose[place].text)
                level = self.prose[place].level
        while at and self.prose[at - 1].kind != "heading" and length < _MOST_BEFORE:
            at -= 1
            length += len(self.prose[at].text)
            found.append(self.prose[at].text)
        near = self.words(formula)
        last = bisect_left(self.told_at, formula.area.end)
        first = bisect_left(self.told_at, self.prose[at].area.start) if at < len(self.prose) else last
        return near, " ".join((*found, near, *(text for _, text in self.distributions[first:last])))

    @cached_property
    def told_at(self) -> tuple[Position, ...]:
        """Where formulas name distributions."""
        return tuple(place for place, _ in self.distributions)

    @cached_property
    def headings(self) -> tuple[int, ...]:
        """Which pieces of the text are headings."""
        return tuple(place for place, each in enumerate(self.prose) if each.kind == "heading")


def surroundings(document: Document, statements: Sequence[Statement]) -> Surroundings:
    """Look through a document once."""
    unread: dict[str, int] = {}
    tied: list[tuple[int, frozenset[str]]] = []
    used: dict[int, dict[str, Domain]] = {}
    cases: set[str] = set()
    members: set[str] = set()
    asked: dict[int, list[Statement]] = {}
    for each in statements:
        if not each.readings:
            continue
        terms = each.readings[0].terms
        match terms[0]:
            case Function() if any(isinstance(arg, (Mul, Pow)) and len(free_symbols(arg)) > 1 for arg in terms[0].args):
                cases.add(terms[0].name)
            case Indexed() if len(terms) > 1 and all(isinstance(index, Number) for index in terms[0].indices):
                members.add(terms[0].base.name)
        if len(terms) == 2 and None not in terms and not each.defines and each.relations[0].sign == "=":
            asked.setdefault(each.formula.block, []).append(each)
        here = used.setdefault(each.context.section, {})
        read = [e for e in terms if e is not None]
        known = {name: symbol.domain for name, symbol in symbols_of(read).items()}
        for name, domain in {**known, **by_use(read)}.items():
            if domain.kind == "probability" or (domain.kind == "positive" and name not in here):
                here[name] = domain
        if len(terms) > 1 and terms[1] is None and (name := _head(terms[0])):
            unread[name] = each.number
        if len(read) > 1 and terms[0] is not None and (out := _given(read)):
            unread.update(dict.fromkeys(out, each.number))
        if each.context.wanted and len(terms) == 2 and None not in terms and len(tied) < _MOST_TIED:
            names = frozenset(s.name for e in terms if e is not None for s in free_symbols(e))
            tied.append((each.formula.area.start.line, names))
    prose = tuple(part for part in document.parts if isinstance(part, Prose) and part.kind != "code")
    sources = [each.tex for each in document.formulas]
    return Surroundings(
        unread,
        tuple(tied),
        used,
        numbered_above(sources),
        own_letters(sources),
        is_foreign(each.text for each in prose),
        any(map(TWO_VALUES.search, (*sources, *(each.text for each in prose)))),
        arithmetics([each.text for each in prose], sources),
        frozenset(cases),
        frozenset(members),
        frozenset(a.area.start for a, b in pairwise(document.formulas) if GOES_ON.match(b.tex)),
        asked,
        _equations(statements),
        _defined(statements),
        prose,
        tuple(each.area.end for each in prose),
        tuple((each.area.start, told) for each in document.formulas if (told := distributions_told(each.tex))),
    )


def _given(terms: Sequence[Expr]) -> set[str]:
    """Names on the left of a matrix or list that is written out in numbers."""
    left, right = ({s.name for s in free_symbols(e)} for e in terms[:2])
    units = {name for name in right if name.startswith(UNIT)}
    return left - units if units and units == right else set()


def _equations(statements: Sequence[Statement]) -> dict[str, tuple[Equated, ...]]:
    """Equations that may be solved for a name: it is not alone on their left, and they hold for some of its values."""
    found: dict[str, list[Equated]] = {}
    for each in statements:
        if not each.readings or each.context.denied:
            continue
        terms = each.readings[0].terms
        for index, relation in enumerate(each.relations):
            left, right = terms[index : index + 2]
            if left is None or right is None or relation.sign not in {"=", "≡"}:
                continue
            equated = Equated(left, right, each.number, each.context.section, each.formula.area.start.line)
            names = {s.name for e in (left, right) for s in free_symbols(e) if s.domain.kind not in {"index", "size"}}
            for name in names - {_head(left), _head(right)}:
                found.setdefault(name, []).append(equated)
    return {name: tuple(each) for name, each in found.items()}


def _defined(statements: Sequence[Statement]) -> dict[int, tuple[Definition, ...]]:
    """The definitions whose bodies are read, section by section."""
    found: dict[int, list[Definition]] = {}
    for each in statements:
        if not each.context.denied:
            found.setdefault(each.context.section, []).extend(d for d in each.defines if d.mark != "unread")
    return {section: tuple(each) for section, each in found.items()}


def _head(e: Expr | None) -> str:
    """The name of what stands alone on a side."""
    match e:
        case Symbol() | Function():
            return e.name
        case Indexed():
            return e.base.name
        case _:
            return ""
