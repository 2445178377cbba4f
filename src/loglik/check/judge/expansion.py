"""Definitions of the document put into its claims, down to the variables of derivatives and not below them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loglik.check.judge.application import applied, of_member, of_written_out, spelled_out
from loglik.check.model.definitions import value_of
from loglik.derive.expressions import (
    Derivative,
    Expr,
    Function,
    Indexed,
    Number,
    Sum,
    Symbol,
    free_symbols,
    parts,
    rebuild,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loglik.check.statement import Definition, DefinitionKey

#: How deep definitions are put into definitions, and how large a side may become.
MAX_LEVEL, MAX_PARTS = 6, 1500


@dataclass(frozen=True, slots=True)
class Expanded:
    """Two sides with definitions put in.

    Parameters
    ----------
    left, right : Expr
        The sides.
    used : tuple of Definition
        What was put in.
    usual : tuple of str
        Names that were taken for what texts usually mean by them.
    """

    left: Expr
    right: Expr
    used: tuple[Definition, ...] = ()
    usual: tuple[str, ...] = ()


def levels(left: Expr, right: Expr, definitions: Sequence[Definition]) -> list[Expanded]:
    """The sides as they stand, then with definitions put in, one level after the other.

    Of several definitions of a name the nearest is put in; `alternatives` takes the others.
    """
    return put_in(left, right, _without(nearest(definitions), *variables_of(left), *variables_of(right)))


def nearest(definitions: Sequence[Definition]) -> dict[DefinitionKey, Definition]:
    """Of several definitions of a name the first."""
    found: dict[DefinitionKey, Definition] = {}
    for each in definitions:
        found.setdefault(each.key, each)
    return found


def alternatives(left: Expr, right: Expr, definitions: Sequence[Definition], most: int = 4) -> list[Expanded]:
    """The sides with one name by another of its definitions, all others by the nearest, as deep as they go."""
    found: list[Expanded] = []
    for position, other in enumerate(definitions):
        earlier = [each for each in definitions[:position] if each.key == other.key]
        if not earlier or len(found) >= most:
            continue
        rest = [each for each in definitions if each.key != other.key]
        found += levels(left, right, [other, *rest])[-1:]
    return found


def one_by_one(left: Expr, right: Expr, definitions: Sequence[Definition], most: int = 6) -> list[Expanded]:
    """The sides with a single definition put in: what others would lead back to, or away from."""
    found = (levels(left, right, [each]) for each in definitions[: 4 * most])
    return [ways[1] for ways in found if len(ways) > 1][:most]


def put_in(left: Expr, right: Expr, usable: Mapping[DefinitionKey, Definition]) -> list[Expanded]:
    """The sides with definitions put in, one level after the other; below a derivative none of its variable."""
    found = [Expanded(left, right)]
    used: dict[DefinitionKey, Definition] = {}
    for _ in range(MAX_LEVEL):
        now = found[-1]
        try:
            new_left, new_right = (_once(side, usable, used) for side in (now.left, now.right))
        except DataError:  # too large, or a name that cannot be put where it is wanted
            break
        if (new_left, new_right) == (now.left, now.right) or new_left.size + new_right.size > MAX_PARTS:
            break
        found.append(Expanded(new_left, new_right, tuple(used.values())))
        # A name that comes back through its own definition stays as it is from then on.
        usable = {key: each for key, each in usable.items() if key not in used or not _circular(each, usable)}
    return found


def variables_of(e: Expr) -> set[Symbol | Indexed]:
    """What derivatives in an expression are taken by."""
    return {part.variable for _, part in walk(e) if isinstance(part, Derivative)}


def _without(nearest: Mapping[DefinitionKey, Definition], *stop: Symbol | Indexed) -> dict[DefinitionKey, Definition]:
    """The definitions of all other names."""
    return {key: each for key, each in nearest.items() if not any(_stands_for(each, by) for by in stop)}


def _stands_for(definition: Definition, e: Symbol | Indexed) -> bool:
    """Whether a definition may be of this name: of ``z_2`` it is not of ``z_1``."""
    if isinstance(e, Symbol) or not definition.places:
        return definition.name == (e.name if isinstance(e, Symbol) else e.base.name)
    return definition.name == e.base.name and may_be_one(definition.places, e.indices)


def may_be_one(one: Sequence[Expr | None], other: Sequence[Expr | None]) -> bool:
    """Whether the indices of two members of a family may be the same: no two numbers among them differ."""
    pairs = zip(one, other, strict=False)
    return not any(isinstance(a, Number) and isinstance(b, Number) and a != b for a, b in pairs)


def _circular(definition: Definition, usable: Mapping[DefinitionKey, Definition]) -> bool:
    """Whether the body of a definition leads back to its name."""
    if definition.places:  # of members of a family each is made of earlier ones
        return False
    seen: set[str] = set()
    left = [definition.body]
    while left:
        for name in _names(left.pop()) - seen:
            seen.add(name)
            left += [each.body for (known, _, _), each in usable.items() if known == name]
    return definition.name in seen


def _names(e: Expr) -> set[str]:
    """Names of symbols, families and functions in an expression."""
    return {part.name for _, part in walk(e) if isinstance(part, (Symbol, Function))}


def _once(
    e: Expr,
    nearest: Mapping[DefinitionKey, Definition],
    used: dict[DefinitionKey, Definition],
    bound: frozenset[str] = frozenset(),
    *,
    differentiated: bool = False,
) -> Expr:
    """One level of definitions put in, everywhere at once; bound names stand for themselves."""
    match e:
        case Symbol():
            key: DefinitionKey = (e.name, False, 0)
            if differentiated and key not in nearest:
                key = _as_called(e.name, nearest) or key
            if e.name in bound or key not in nearest:
                return e
            used[key] = nearest[key]
            return nearest[key].body
        case Indexed():
            indices = tuple(_once(each, nearest, used, bound) for each in e.indices)
            return applied(of_member(e.base.name, indices, nearest), indices, used) or Indexed(e.base, indices, e.upper)
        case Function():
            args = tuple(_once(each, nearest, used, bound) for each in e.args)
            value = nearest.get((e.name, True, value_of(e)))
            if value is not None and value.places:
                return used.setdefault(value.key, value).body
            found = applied(nearest.get((e.name, True, len(args))), args, used)
            return found or of_written_out(e, nearest, used) or Function(e.name, args)
        case Sum() if (terms := spelled_out(e, nearest)) is not None:
            return terms
        case Derivative():
            above = _without(nearest, e.variable)
            return Derivative(_once(e.body, above, used, bound, differentiated=True), e.variable)
    variable = binder(e)
    if variable is not None:
        body, *rest = parts(e)
        inner = _once(body, nearest, used, bound | {variable.name})
        return rebuild(e, (inner, rest[0], *(_once(each, nearest, used, bound) for each in rest[1:])))
    below = parts(e)
    new = tuple(_once(each, nearest, used, bound, differentiated=differentiated) for each in below)
    return rebuild(e, new) if below else e


def _as_called(name: str, nearest: Mapping[DefinitionKey, Definition]) -> DefinitionKey | None:
    """A function that is written without its arguments: ``L(w, b) = ...`` and then ``dL/dw``."""
    found = [key for key in nearest if key[0] == name and key[1]]
    return found[0] if len(found) == 1 else None


def with_sigmoid(way: Expanded) -> Expanded | None:
    """The sides with the sigmoid function for a function sigma that the text does not define; None if there is none."""
    left, right = (_sigmoid(e) for e in (way.left, way.right))
    return None if (left, right) == (way.left, way.right) else replace(way, left=left, right=right, usual=("sigma",))


def _sigmoid(e: Expr) -> Expr:
    if isinstance(e, Function) and e.name == "sigma" and len(e.args) == 1:
        return Function("sigmoid", (_sigmoid(e.args[0]),))
    below = parts(e)
    return rebuild(e, tuple(_sigmoid(each) for each in below)) if below else e


def depends_unknown(e: Expr, opaque: Iterable[str] = ()) -> bool:
    """Whether a derivative is taken of something in which its variable does not occur.

    What is written so (``dL/dw`` with L a letter) depends on the variable in a way the text does not say: 0 is not meant.
    """
    del opaque
    for _, part in walk(e):
        if not isinstance(part, Derivative):
            continue
        own = part.variable.base.name if isinstance(part.variable, Indexed) else part.variable.name
        names = {s.name for s in free_symbols(part.body)}
        if (own not in names or _of_another(part)) and not _is_number(part.body):
            return True
    return False


def _of_another(e: Derivative) -> bool:
    """Whether it is ``dv_3/dv_2``: members of a family, of which other formulas tell how one is made of another."""
    if not isinstance(e.variable, Indexed):
        return False
    base = e.variable.base.name
    members = [part.indices for _, part in walk(e.body) if isinstance(part, Indexed) and part.base.name == base]
    return not any(may_be_one(each, e.variable.indices) for each in members)


def _is_number(e: Expr) -> bool:
    return not free_symbols(e)
