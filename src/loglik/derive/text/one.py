"""The text format: the statements of one derivation become that derivation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.derive.expressions import REAL, Equation, Expr, Symbol, domain
from loglik.derive.model import Derivation, Example, Given, Part, Step
from loglik.derive.syntax.characters import strange
from loglik.derive.syntax.parser import RESERVED
from loglik.derive.text.formulas import NAME, Names, formula, one_name, pair, relation, term
from loglik.derive.text.lines import KEYWORDS, LANGUAGES, Passage, Statement, moved, refused
from loglik.derive.text.numbers import numbers
from loglik.derive.text.whole import check_names, check_rules, words
from loglik.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Place = tuple[int, int]

_EVERY = re.compile(r"\s+for every\s+")


@dataclass(frozen=True)
class Written:
    """A derivation, and where it stands in its text.

    Parameters
    ----------
    derivation : Derivation
        What is written.
    lemma : bool
        It is stated to be used in others.
    place : (int, int)
        Line and column of its name.
    places : mapping of (part, step) to (int, int)
        Line and column of each term, parts from 0 and steps from 1; step 0 is the first term.
    rules : mapping of (part, step) to (int, int)
        Line and column of the names of the rules.
    undeclared : tuple of str
        Names without a domain, which are taken for real numbers.
    """

    derivation: Derivation
    lemma: bool
    place: Place
    places: Mapping[tuple[int, int], Place]
    rules: Mapping[tuple[int, int], Place]
    undeclared: tuple[str, ...]


def one(head: Statement, body: list[Statement], known: Collection[str]) -> Written:
    """Read one derivation.

    Parameters
    ----------
    head : Statement
        The line with its name.
    body : list of Statement
        What stands below it.
    known : collection of str
        Names of rules, and of the derivations of the text.
    """
    return _Reader(head, known).read(body)


@dataclass
class _Part:
    """A part while it is read."""

    name: str
    place: Place
    start: Expr | None = None
    begin: str = ""
    steps: list[Step] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)
    solution: dict[str, tuple[tuple[str, ...], Expr]] = field(default_factory=dict)


class _Reader:
    """One derivation while it is read: what is declared, and the parts so far."""

    def __init__(self, head: Statement, known: Collection[str]) -> None:
        name, _, formulas = head.body.text.partition("[")
        self.lemma, self.place, self.known = head.head == "lemma", head.place, known
        self.name = name.strip()
        self.formulas = tuple(each.strip() for each in formulas.rstrip("]").split(",")) if formulas else ()
        self.names = Names()
        self.given: dict[str, Given] = {}
        self.parts: list[_Part] = []
        self.proves: list[Equation] = []
        self.example, self.natural = Example({}), "log"
        self.computed_by: tuple[str, ...] = ()
        self.places: dict[tuple[int, int], Place] = {}
        self.rules: dict[tuple[int, int], Place] = {}
        self.words: dict[str, dict[tuple[str, str], list[str]]] = {}
        self.owner = ("title", "")

    def read(self, body: list[Statement]) -> Written:
        for each in body:
            if each.kind == "symbols":
                self.symbols(each.body)
        for each in body:
            if each.kind in LANGUAGES:
                self.words.setdefault(each.kind, {}).setdefault(self.owner, []).append(each.body.text)
            elif each.kind != "symbols":
                getattr(self, f"on_{each.kind}")(each)
        return self.written()

    # -- statements

    def symbols(self, body: Passage) -> None:
        for entry in body.split(";"):
            names, colon, said = entry.text.partition(":")
            if not entry.text:
                continue
            if not colon:
                raise refused("LL185.symbols", entry.place())
            try:
                declared = domain(" ".join(said.split()))
            except DataError as error:
                raise moved(error, entry.piece(len(names) + 1).place()) from error
            for each in entry.piece(0, len(names)).split(","):
                symbol = formula(each, self.names)
                if not isinstance(symbol, Symbol) or each.text in KEYWORDS | RESERVED:
                    raise refused("LL185.no_symbol", each.place(), text=each.text)
                if dict.__contains__(self.names, symbol.name):
                    raise refused("LL188.declared_twice", each.place(), name=symbol.name)
                self.names[symbol.name] = declared

    def on_natural(self, each: Statement) -> None:
        if each.body.text not in {"log", "log_e"}:
            raise refused("LL185.natural", each.place)
        self.natural = each.body.text

    def on_computed(self, each: Statement) -> None:
        self.computed_by += tuple(entry.text for entry in each.body.split(";"))

    def on_because(self, each: Statement) -> None:
        self.owner = ("reasons", one_name(each.body))

    def on_where(self, each: Statement) -> None:
        self.owner = ("meanings", one_name(each.body))

    def on_part(self, each: Statement) -> None:
        name = one_name(each.body)
        if any(part.name == name for part in self.parts):
            raise refused("LL188.parts_alike", each.place, name=name)
        self.parts.append(_Part(name, each.place))
        self.owner = ("parts", name)

    def on_given(self, each: Statement) -> None:
        name, colon, _ = each.body.text.partition(":")
        here = self.parts[-1].given if self.parts else self.given
        if not colon and NAME.fullmatch(name) and (earlier := self.earlier_given(name)) is not None:
            here[name] = earlier
            return
        body = each.body.piece(len(name) + 1) if colon else each.body
        name = name.strip() if colon else str(len(here) + 1)
        if not NAME.fullmatch(name):
            raise refused("LL185.name_of_given", each.place, name=name)
        if name in here or (self.parts and name in self.given):
            raise refused("LL188.given_twice", each.place, name=name)
        every: tuple[str, ...] = ()
        if found := _EVERY.search(body.text):
            every = tuple(index.text for index in body.piece(found.end()).split(","))
            body = body.piece(0, found.start())
        here[name] = Given(relation(body, self.names), every)
        self.owner = ("given", name)

    def earlier_given(self, name: str) -> Given | None:
        return next((part.given[name] for part in self.parts[:-1] if name in part.given), None)

    def on_solution(self, each: Statement) -> None:
        for entry in each.body.split(";"):
            key, value = pair(entry)
            symbol, _, at = key.text.partition("[")
            indices = tuple(i.strip() for i in at.rstrip("]").split(",")) if at else ()
            self.part(each.place).solution[symbol] = (indices, formula(value, self.names))

    def on_proves(self, each: Statement) -> None:
        self.proves.append(relation(each.body, self.names))
        self.owner = ("results", str(len(self.proves)))

    def on_example(self, each: Statement) -> None:
        body, statement = each.body, 1
        if found := re.match(r"([0-9]{1,6})\s*:", body.text):
            body, statement = body.piece(found.end()), int(found[1])
        values = {}
        for entry in body.split(";"):
            key, value = pair(entry)
            if key.text in values:
                raise refused("LL188.example_twice", key.place(), text=key.text)
            values[key.text] = numbers(value)
        self.example = Example(values, statement - 1)

    def on_term(self, each: Statement) -> None:
        part = self.part(each.place)
        if part.start is not None and (said := strange(each.body.text[0])):
            raise refused("LL187.relation_sign", each.place, said=said)
        if part.start is not None:
            raise refused("LL185.term_without_relation", each.place)
        part.start, part.begin, uses = self.term(each.body, 0)
        if uses is not None:
            raise refused("LL185.rule_of_first_term", uses.place())
        self.owner = ("steps", f"{part.name}.0")

    def on_step(self, each: Statement) -> None:
        part = self.part(each.place)
        if part.start is None:
            raise refused("LL185.step_before_term", each.place)
        term, rule, uses = self.term(each.body, len(part.steps) + 1)
        put: dict[str, Expr] = {}
        for entry in uses.split(";") if uses is not None else ():
            key, value = pair(entry)
            put[key.text] = formula(value, self.names)
        part.steps.append(Step(each.head, term, rule, put))
        self.owner = ("steps", f"{part.name}.{len(part.steps)}")

    def part(self, place: Place) -> _Part:
        if not self.parts:
            self.parts.append(_Part("main", place))
        return self.parts[-1]

    def term(self, body: Passage, step: int) -> tuple[Expr, str, Passage | None]:
        """The term, its rule, and what follows ``with``; their places are kept."""
        key = (len(self.parts) - 1, step)
        found = term(body, self.names, self.known)
        self.places[key] = body.place()
        if found.place is not None:
            self.rules[key] = found.place
        return found.e, found.rule, found.uses

    # -- the whole

    def written(self) -> Written:
        if not any(part.start is not None for part in self.parts):
            raise refused("LL185.no_terms", self.place, name=self.name)
        parts = tuple(self.finished(part) for part in self.parts)
        check_rules(parts, self.given, self.known, lambda i, step: self.rules.get((i, step), self.places[i, step]))
        derivation = Derivation(
            self.name,
            dict(self.names),
            self.given,
            parts,
            tuple(self.proves) or (self.proved(parts[-1], self.parts[-1].place),),
            self.example,
            self.formulas,
            self.natural,
            {language: words(found, language) for language, found in self.words.items()},
            self.computed_by,
        )
        undeclared = check_names(derivation, self.names, self.place)
        derivation.symbols.update(dict.fromkeys(undeclared, REAL))  # type: ignore[attr-defined]  # still our own
        self.check_example(derivation)
        return Written(derivation, self.lemma, self.place, self.places, self.rules, undeclared)

    def finished(self, part: _Part) -> Part:
        if part.start is None or not part.steps:
            several = len(self.parts) > 1
            raise refused("LL185.no_steps", part.place, part=part.name if several else "", name=self.name)
        found = Part(part.name, part.start, tuple(part.steps), part.begin, part.given, part.solution)
        self.proved(found, part.place)
        return found

    def proved(self, part: Part, place: Place) -> Equation:
        try:
            return part.proves
        except DataError as error:
            raise refused("LL185.chain", place, said=error.said) from error

    def check_example(self, derivation: Derivation) -> None:
        if derivation.example.statement not in range(len(derivation.proves)):
            raise refused("LL185.example_of_no_result", self.place)
        for name in derivation.example.numbers:
            if name not in derivation.symbols:
                raise refused("LL161.example_name", self.place, name=name, near=nearest(name, derivation.symbols))
