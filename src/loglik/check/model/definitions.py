"""Which statements define something, and what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loglik.check.latex.tree import Node
from loglik.check.model.shapes import UNIT
from loglik.check.statement import Definition, what_is_squared
from loglik.derive.expressions import (
    Add,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Symbol,
    free_symbols,
    product_of,
    sum_of,
    walk,
)
from loglik.derive.expressions import exp as exponential

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from loglik.check.document import Formula
    from loglik.check.statement import Misread, Reading, Relation, Statement

_EQUAL = frozenset({"=", "≡", ":=", "=:"})


def defined_by(
    reading: Reading, relations: tuple[Relation, ...], formula: Formula, number: int, mark: str, used: Collection[str]
) -> tuple[Definition, ...]:
    """What a reading defines.

    Parameters
    ----------
    reading, relations, formula, number
        The statement.
    mark : str
        Words that make it a definition, or the sign; empty if nothing does.
    used : collection of str
        Names that were used in relations before it.
    """
    if not relations or relations[0].sign not in _EQUAL:
        return ()
    left, right = reading.terms[0], reading.terms[1]
    if left is None or right is None:
        return ()
    if relations[0].sign == "=:":
        left, right = right, left
    if (written := _written_out(left, right)) is not None:
        name, cells = written
        body = sum_of(e for row in cells for e in row)
        places: tuple[Expr | None, ...] = (None,) * (2 if len(cells[0]) > 1 and len(cells) > 1 else 1)
        whole = Definition(name, (), body, "first", formula, number, places=places, cells=cells)
        return () if name in _names(body) else (whole,)
    arguments = value_of(left)
    if arguments and isinstance(left, Function) and not free_symbols(right) and str(left) not in used:
        return (Definition(left.name, (), right, "first", formula, number, call=True, places=arguments),)
    found = _named(left)
    if found is None and mark and _named(right) is not None and not isinstance(left, (Symbol, Number)):
        left, right = right, left  # let x + h = Y
        found = _named(left)
    body = right
    how = ""
    if found is None and isinstance(left, Log) and left.base == E and (found := _named(left.argument)) is not None:
        body, how = exponential(right), "through"
    if found is None:
        return ()
    name, parameters, call, members = found
    if isinstance(body, Number) and not mark and relations[0].sign == "=" and (str(left) if members else name) in used:
        return ()  # x = 3: an example
    if _leads_back(body, name, members):
        return ()
    sign = relations[0].sign if relations[0].sign != "=" else ""
    known = how or sign or mark or ("later" if name in used else "first")
    squared = tuple(what_is_squared(each) is not None for each in left.args) if isinstance(left, Function) else ()
    return (Definition(name, parameters, body, known, formula, number, call, squared=squared, places=members),)


_OBJECTS = frozenset(["set", "list", "array", "extreme", "integral", "expectation"])


def unread_definition(
    trees: Sequence[Node | Misread], statement: Statement, used: Collection[str]
) -> tuple[Definition, ...]:
    """A name on the left that is new, and on the right a set, a list, an extreme or another thing that is not read."""
    left, right = trees[0], statement.terms[1].trouble
    if not isinstance(left, Node) or right is None or right.code not in _OBJECTS or statement.relations[0].sign == "=:":
        return ()
    bare = left.parts[0] if left.kind == "call" else left
    plain = left.kind == "name" or (left.kind == "call" and all(part.kind == "name" for part in left.parts))
    if not plain or bare.text in used:
        return ()
    body = Symbol(statement.terms[1].tex)
    call = left.kind == "call"
    return (Definition(bare.text, (), body, "unread", statement.formula, statement.number, call),)


def _written_out(left: Expr, right: Expr) -> tuple[str, tuple[tuple[Expr, ...], ...]] | None:
    """The name of a matrix or list alone on the left, and the rows of what is written out on the right."""
    pairs = [(e.terms if isinstance(e, Add) else (e,)) for e in (left, right)]
    names, cells = set[str](), dict[tuple[int, int], Expr]()
    for named, given in zip(*pairs, strict=False):
        match named, given:
            case Mul(factors=(Symbol(name=unit), Indexed() as place)), Mul(factors=(Symbol(name=same), *rest)):
                if unit != same or not unit.startswith(UNIT) or any(not isinstance(i, Number) for i in place.indices):
                    return None
                names.add(place.base.name)
                numbers = [int(i.value) for i in place.indices if isinstance(i, Number)]
                cells[numbers[0], numbers[1] if len(numbers) > 1 else 1] = product_of(rest)
            case _:
                return None
    if len(names) != 1 or len(pairs[0]) != len(pairs[1]) or len({*pairs[0]}) != len(cells):
        return None
    high, wide = (max(each[at] for each in cells) for at in (0, 1))
    if len(cells) != high * wide:
        return None
    return names.pop(), tuple(tuple(cells[i, j] for j in range(1, wide + 1)) for i in range(1, high + 1))


def _leads_back(body: Expr, name: str, places: tuple[Expr | None, ...]) -> bool:
    """Whether what is defined stands in its own body; ``z_2`` may be made of ``z_1``."""
    if not places or name in {f.name for _, f in walk(body) if isinstance(f, Function)}:
        return name in _names(body)
    members = [part.indices for _, part in walk(body) if isinstance(part, Indexed) and part.base.name == name]
    numbers = all(isinstance(i, Number) for each in members for i, place in zip(each, places, strict=False) if place)
    return not numbers or any(
        len(each) != len(places) or all(p in {None, i} for p, i in zip(places, each, strict=True)) for each in members
    )


def _named(e: Expr) -> tuple[str, tuple[Symbol, ...], bool, tuple[Expr | None, ...]] | None:
    """The name that a left side consists of, with the indices or arguments that are names, and the indices that are none."""
    if isinstance(e, Symbol):
        return e.name, (), False, ()
    if isinstance(e, Indexed):
        parameters = tuple(i for i in e.indices if isinstance(i, Symbol))
        numbers = tuple(i if isinstance(i, Number) else None for i in e.indices)
        known = sum(n is not None for n in numbers)
        if len(parameters) + known == len(e.indices) and len(set(parameters)) == len(parameters):
            return e.base.name, parameters, False, numbers if known else ()
    if isinstance(e, Function) and e.name not in _KNOWN:
        # L(mu, sigma^2) is of sigma; phi(p^2) may be said of primes alone.
        squares = any(isinstance(each, Symbol) for each in e.args)
        bases = (what_is_squared(each) or each for each in e.args) if squares else e.args
        parameters = tuple(each for each in bases if isinstance(each, Symbol))
        of_random = e.name.partition("_")[0] in _OPERATORS and any(a.name[:1].isupper() for a in parameters)
        if len(parameters) == len(e.args) and len(set(parameters)) == len(parameters) and not of_random:
            return e.name, parameters, True, ()
    return None


#: What is said of these for a random variable or an event says nothing of others: ``E(X) = mu``.
_OPERATORS = frozenset({"E", "P", "Pr", "V", "Var", "Cov", "H", "I", "SD", "SE", "D", "Q"})


_SIGNATURE = re.compile(r"[^A-Za-z]")
_KNOWN_TEXT = """
sigmoid softmax delta abs sin cos tan tanh sinh cosh arctan arcsin arccos max min sign floor ceil factorial binomial
logit
"""
_KNOWN = frozenset(_KNOWN_TEXT.split())


def _names(e: Expr) -> set[str]:
    return {s.name for s in free_symbols(e)} | {f.name for _, f in walk(e) if isinstance(f, Function)}


def names_used(terms: tuple[Expr | None, ...]) -> set[str]:
    """All names in the terms of a relation, and the members of families by their numbers."""
    return {name for e in terms if e is not None for name in _names(e) | _members(e)}


def _members(e: Expr) -> set[str]:
    whole = [part for _, part in walk(e)]
    indexed = (part for part in whole if isinstance(part, Indexed))
    members = {str(each) for each in indexed if any(isinstance(i, Number) for i in each.indices)}
    return members | {str(part) for part in whole if value_of(part)}


def value_of(e: Expr) -> tuple[Expr, ...]:
    """The arguments of a probability or a mean, as names: what one of these is says nothing of others."""
    if not isinstance(e, Function) or _SIGNATURE.split(e.name)[0] not in _OPERATORS:
        return ()
    return tuple(Symbol(str(each)) for each in e.args)
