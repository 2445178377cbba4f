"""Inequalities that a section states as conditions: they restrict what is said after them of the same names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loglik.check.statement import Condition, Span, Statement, with_domains
from loglik.derive.expressions import Equation, Expr, Function, free_symbols, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loglik.derive.expressions import Domain

_SIGNS = frozenset({"<", "<=", ">", ">=", "!="})
#: Parts of a side; a bound is short.
_SIZE = 12


class Bounds:
    """The inequalities stated so far, the latest for each set of names."""

    def __init__(self) -> None:
        self.section = -1
        self.known: dict[frozenset[str], tuple[Statement, list[Condition]]] = {}

    def applied(self, statement: Statement) -> Statement:
        """The statement restricted by what was stated before it in its section, which is then noted itself."""
        if statement.context.section != self.section:
            self.section, self.known = statement.context.section, {}
        names = statement.context.names
        domains = {name: known.domain for name, known in names.items()}
        here = [
            _with_domains(each, domains)
            for keys, (source, conditions) in self.known.items()
            if keys <= names.keys() and source.formula is not statement.formula
            for each in conditions
        ]
        self._note(statement)
        return (
            replace(statement, conditions=(*statement.conditions, *here)) if here and statement.relations else statement
        )

    def _note(self, statement: Statement) -> None:
        condition = statement.formula.kind == "inline" and not statement.context.denied
        if statement.context.announced and not statement.context.wanted:
            condition = False
        if not condition or not statement.relations or not {r.sign for r in statement.relations} <= _SIGNS:
            return
        found = list(_conditions(statement))
        keys = frozenset(s.name for each in found if each.relation for s in free_symbols(each.relation))
        if found and keys:
            self.known[keys] = statement, found


def _conditions(statement: Statement) -> Iterator[Condition]:
    if not statement.readings:
        return
    terms = statement.readings[0].terms
    tex = statement.formula.tex[statement.span.start : statement.span.end]
    for left, relation, right in zip(terms, statement.relations, terms[1:], strict=False):
        if left is None or right is None or not (_is_bound(left) and _is_bound(right)):
            return
        yield Condition(tex, Span(0, 0), Equation(left, relation.sign, right))


def _is_bound(e: Expr) -> bool:
    """Whether a side is short, and no function that is not known stands in it."""
    return e.size <= _SIZE and not any(isinstance(f, Function) and f.name != "abs" for _, f in walk(e))


def _with_domains(condition: Condition, domains: Mapping[str, Domain]) -> Condition:
    relation = condition.relation
    if relation is None:
        return condition
    known = {s.name: domains[s.name] for s in free_symbols(relation) if s.name in domains}
    left, right = (with_domains(side, known) for side in (relation.left, relation.right))
    return replace(condition, relation=Equation(left, relation.relation, right))
