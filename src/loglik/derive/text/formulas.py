"""Formulas in a text: errors say where in the text they are, and names without a domain are real numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.derive.expressions import REAL, Domain, Equation, Expr
from loglik.derive.syntax.parser import parse
from loglik.derive.syntax.tokens import FormulaError
from loglik.derive.text.lines import moved, refused
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from loglik.derive.text.lines import Passage

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_WITH = re.compile(r"\s+with\s+")
# At the end of a step: the rule, in brackets or not. What is given and what a part proved are cited with a colon.
_CITED = r"(?:given|part)(?:\s*:\s*|[ \t]+)[A-Za-z0-9_.-]+"
_RULE = re.compile(rf"(\s+)(\[\s*)?({_CITED}|[A-Za-z][A-Za-z0-9_.-]*)(?(2)\s*\])$")


class Names(dict[str, Domain]):
    """The declared names; every other name is a real number."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Domain:
        return REAL

    def declared(self, name: str) -> bool:
        """Whether a name has a domain of its own."""
        return dict.__contains__(self, name)


@dataclass(frozen=True)
class Term:
    """A term of a chain with what stands beside it: its rule with the place of its name, and what follows ``with``."""

    e: Expr
    rule: str = ""
    place: tuple[int, int] | None = None
    uses: Passage | None = None


def formula(passage: Passage, names: Names) -> Expr:
    """Read a formula; errors name line and column."""
    try:
        return parse(passage.text, names)
    except DataError as error:  # of a formula, or of a tree that is too large
        raise moved(error, passage.place(error.place if isinstance(error, FormulaError) else 0)) from error


def relation(passage: Passage, names: Names) -> Equation:
    """Read a relation between two terms, or an equivalence of two."""
    found = formula(passage, names)
    if not isinstance(found, Equation):
        raise refused("LL185.no_relation", passage.place(), text=passage.text)
    return found


def pair(entry: Passage) -> tuple[Passage, Passage]:
    """The two sides of ``name = value``."""
    key, sign, _ = entry.text.partition("=")
    if not sign:
        raise refused("LL185.no_pair", entry.place(), text=entry.text)
    return entry.piece(0, len(key)), entry.piece(len(key) + 1)


def one_name(body: Passage) -> str:
    """The name of a part, or of what is given."""
    if not NAME.fullmatch(body.text):
        raise refused("LL185.no_name", body.place(), text=body.text)
    return body.text


def term(body: Passage, names: Names, known: Collection[str]) -> Term:
    """Read a term with the rule beside it, if there is one: a formula never ends in a second operand."""
    uses = None
    if found := _WITH.search(body.text):
        uses, body = body.piece(found.end()), body.piece(0, found.start())
    found = _RULE.search(body.text)
    if found is None:
        return Term(formula(body, names), uses=uses)
    rule = re.sub(r"\s*:\s*|\s+", ":", found[3])
    try:
        e = formula(body.piece(0, found.start()), names)
    except DataError as error:
        try:  # the last word belongs to the formula: d/dx y
            return Term(formula(body, names), uses=uses)
        except DataError:
            raise error from None
    apart = len(found[1]) > 1 or found[1] == "\t"
    if rule not in known and ":" not in rule and rule != "identity" and not apart:
        return Term(formula(body, names), uses=uses)
    return Term(e, rule, body.place(found.start(3)), uses)
