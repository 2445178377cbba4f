"""Calls of functions that nothing is known of, as names of their own: equal calls are equal names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loglik.derive.evaluate.elementary import ELEMENTARY
from loglik.derive.expressions import (
    REAL,
    Add,
    Derivative,
    Domain,
    Equation,
    Expr,
    Function,
    Indexed,
    Mul,
    Number,
    Symbol,
    exp,
    free_symbols,
    number,
    parts,
    rebuild,
    substitute,
    walk,
)
from loglik.derive.expressions.walk import binder
from loglik.derive.rules.arrangement import arrangement_key

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Functions that the engine knows the values of.
KNOWN = frozenset({"sigmoid", "softmax", "delta", "abs"}) | ELEMENTARY
_POSITIVE = Domain("positive")
_PROBABILITY = Domain("probability")
_PROBABLE = frozenset({"P", "p", "q", "Q", "Pr", "Prob"})


@dataclass(slots=True)
class Opaque:
    """Calls that were given names, and what each name stands for.

    Parameters
    ----------
    differentiated : frozenset of str
        Functions of which a derivative is taken somewhere: they are generic
        everywhere, so that ``f`` stays what ``f'`` is of.
    """

    names: dict[str, Symbol] = field(default_factory=dict)
    stands_for: dict[str, Expr] = field(default_factory=dict)
    generic: set[str] = field(default_factory=set)
    twin: int = 0
    differentiated: frozenset[str] = frozenset()

    def __call__(self, e: Expr) -> Expr:
        """The expression with names, or generic functions under derivatives, in the place of unknown calls."""
        return self._replaced(e, frozenset(), frozenset())

    @property
    def any(self) -> bool:
        """Whether there was such a call."""
        return bool(self.names or self.generic)

    def _replaced(self, e: Expr, bound: frozenset[str], moving: frozenset[str]) -> Expr:
        if isinstance(e, Function) and e.name not in KNOWN:
            args = tuple(self._replaced(each, bound, moving) for each in e.args)
            inside = {s.name for each in args for s in free_symbols(each)}
            return (
                self._generic(e.name, args)
                if inside & moving or e.name in self.differentiated
                else self._named(e, args, bound)
            )
        if isinstance(e, Derivative):
            own = e.variable.base.name if isinstance(e.variable, Indexed) else e.variable.name
            return Derivative(self._replaced(e.body, bound, moving | {own}), e.variable)
        variable = binder(e)
        if variable is not None:
            body, *rest = parts(e)
            inner = self._replaced(body, bound | {variable.name}, moving)
            return rebuild(e, (inner, rest[0], *(self._replaced(each, bound, moving) for each in rest[1:])))
        below = parts(e)
        return rebuild(e, tuple(self._replaced(each, bound, moving) for each in below)) if below else e

    def _named(self, e: Function, args: tuple[Expr, ...], bound: frozenset[str]) -> Expr:
        """A name for the call: a family over the indices in it, so that ``P(y | x_i)`` has a value for each i."""
        slots: list[Expr] = []
        shape = tuple(_slotted(each, bound, slots) for each in args)
        key = f"{e.name}({', '.join(map(arrangement_key, shape))})"
        if key not in self.names:
            domain = _PROBABILITY if e.name in _PROBABLE else _POSITIVE
            self.names[key] = Symbol(f"{e.name}_call{len(self.names) + 1}", domain)
            self.stands_for[self.names[key].name] = Function(e.name, shape)
        name = self.names[key]
        return Indexed(name, tuple(slots)) if slots else name

    def _generic(self, name: str, args: tuple[Expr, ...]) -> Expr:
        """A function that depends on each argument in its own way: an identity of all functions holds for it."""
        self.generic.add(name)
        total: list[Expr] = [Symbol(f"{name}_gen0", REAL)]
        for i, arg in enumerate(args):
            total += [
                Mul((Symbol(f"{name}_gen{i + 1}", REAL), arg)),
                Mul((Symbol(f"{name}_gen{i + 1}b", REAL), arg, arg)),
            ]
        return exp(Add(tuple(total))) if self.twin == 0 else Add((*total, number(3)))


def differentiated(e: Expr) -> frozenset[str]:
    """Unknown functions of which a derivative is taken by something in their arguments."""
    found: set[str] = set()
    for _, part in walk(e):
        if isinstance(part, Derivative):
            own = part.variable.base.name if isinstance(part.variable, Indexed) else part.variable.name
            calls = [inner for _, inner in walk(part.body) if isinstance(inner, Function) and inner.name not in KNOWN]
            found |= {c.name for c in calls if own in {s.name for arg in c.args for s in free_symbols(arg)}}
    return frozenset(found)


def _slotted(e: Expr, bound: frozenset[str], slots: list[Expr]) -> Expr:
    """An argument with its indices taken out, in the order in which they occur."""

    def slot(index: Expr) -> Expr:
        slots.append(index)
        return Symbol(f"#{len(slots)}")

    if isinstance(e, Symbol) and (e.name in bound or e.domain.kind == "index"):
        return slot(e)
    if isinstance(e, Indexed):
        return Indexed(e.base, tuple(slot(each) for each in e.indices), e.upper)
    if binder(e) is not None or isinstance(e, (Number, Equation)):
        return e
    below = parts(e)
    return rebuild(e, tuple(_slotted(each, bound, slots) for each in below)) if below else e


def unknown_functions(e: Expr) -> set[str]:
    """Names of functions in an expression that have no value."""
    return {part.name for _, part in walk(e) if isinstance(part, Function) and part.name not in KNOWN}


def restored(e: Expr, stands_for: Mapping[str, Expr]) -> Expr:
    """The expression with the calls in the place of the names that stand for them."""
    if isinstance(e, Symbol) and e.name in stands_for:
        return stands_for[e.name]
    if isinstance(e, Indexed) and e.base.name in stands_for:
        indices = {f"#{i}": restored(each, stands_for) for i, each in enumerate(e.indices, start=1)}
        return substitute(stands_for[e.base.name], indices)
    if isinstance(e, Indexed):
        return e
    below = parts(e)
    return rebuild(e, tuple(restored(each, stands_for) for each in below)) if below else e
