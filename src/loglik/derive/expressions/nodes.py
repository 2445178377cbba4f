"""The nodes of an expression.

A minus is a factor -1 and a quotient a power of -1: ``a - b/c`` is ``Add(a, Mul(-1, b, Pow(c, -1)))``. So each law has to
be stated once only; the printers make signs and fractions of them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from loglik.derive.expressions.domains import REAL, Domain
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DEPTH = 80
MAX_SIZE = 5_000

RELATIONS = ("=", "<=", ">=", "<", ">", "!=", "<=>")


@dataclass(frozen=True)
class Expr:
    """Base of the nodes; `depth` and `size` count from the leaves up and are bounded for every tree that exists."""

    depth: int = field(init=False, repr=False, compare=False, default=1)
    size: int = field(init=False, repr=False, compare=False, default=1)

    def _grow(self, *below: Expr, name: Expr | None = None) -> None:
        if name is not None and not isinstance(name, Symbol):
            raise DataError("LL160.place_of_name", name=name)
        depth = 1 + max((each.depth for each in below), default=0)
        size = 1 + sum(each.size for each in below)
        if depth > MAX_DEPTH or size > MAX_SIZE:
            raise DataError("LL162.nested_expression", depth=depth, size=size, most_deep=MAX_DEPTH, most_parts=MAX_SIZE)
        # The only writes to a frozen node: before anybody else has seen it.
        object.__setattr__(self, "depth", depth)
        object.__setattr__(self, "size", size)


@dataclass(frozen=True)
class Symbol(Expr):
    """A name with the set its values come from; also the name of an indexed family."""

    name: str
    domain: Domain = REAL


@dataclass(frozen=True)
class Number(Expr):
    """An exact rational number."""

    value: Fraction


@dataclass(frozen=True)
class Constant(Expr):
    """A number with a name of its own: ``e``."""

    name: str


@dataclass(frozen=True)
class Indexed(Expr):
    """An element of a family: ``y[k]`` (index below) or ``P^[m]`` (index above, in brackets)."""

    base: Symbol
    indices: tuple[Expr, ...]
    upper: bool = False

    def __post_init__(self) -> None:
        self._grow(self.base, *self.indices, name=self.base)
        if not self.indices:
            raise DataError("LL160.no_index", name=self.base.name)


@dataclass(frozen=True)
class Add(Expr):
    """A sum of two or more terms, in their order."""

    terms: tuple[Expr, ...]

    def __post_init__(self) -> None:
        _at_least_two(self.terms)
        self._grow(*self.terms)


@dataclass(frozen=True)
class Mul(Expr):
    """A product of two or more factors, in their order."""

    factors: tuple[Expr, ...]

    def __post_init__(self) -> None:
        _at_least_two(self.factors)
        self._grow(*self.factors)


@dataclass(frozen=True)
class Pow(Expr):
    """``base ^ exponent``; the exponential function is ``Pow(E, x)``."""

    base: Expr
    exponent: Expr

    def __post_init__(self) -> None:
        self._grow(self.base, self.exponent)


@dataclass(frozen=True)
class Log(Expr):
    """Logarithm with its base always there; the natural one has base ``E``."""

    argument: Expr
    base: Expr

    def __post_init__(self) -> None:
        self._grow(self.argument, self.base)


@dataclass(frozen=True)
class _Ranged(Expr):
    """`body` for `index` from `lower` to `upper`; binds `index` in `body`."""

    body: Expr
    index: Symbol
    lower: Expr
    upper: Expr

    def __post_init__(self) -> None:
        self._grow(self.body, self.index, self.lower, self.upper, name=self.index)


@dataclass(frozen=True)
class Sum(_Ranged):
    """A sum over a range."""


@dataclass(frozen=True)
class Product(_Ranged):
    """A product over a range."""


@dataclass(frozen=True)
class Limit(Expr):
    """Limit of `body` as `variable` goes to `point` through values other than `point`; binds `variable`."""

    body: Expr
    variable: Symbol
    point: Expr

    def __post_init__(self) -> None:
        self._grow(self.body, self.variable, self.point, name=self.variable)


@dataclass(frozen=True)
class Derivative(Expr):
    """Derivative of `body` by `variable`, at the value the variable has: it does not bind the variable."""

    body: Expr
    variable: Symbol | Indexed

    def __post_init__(self) -> None:
        name = self.variable.base if isinstance(self.variable, Indexed) else self.variable
        self._grow(self.body, self.variable, name=name)


@dataclass(frozen=True)
class At(Expr):
    """`body` where `variable` is `value`; binds `variable` in `body`. The chain rule needs it."""

    body: Expr
    variable: Symbol
    value: Expr

    def __post_init__(self) -> None:
        self._grow(self.body, self.variable, self.value, name=self.variable)


@dataclass(frozen=True)
class Function(Expr):
    """A named function of its arguments: ``sigmoid(u)``, ``softmax(x, k, K)``, ``delta(j, k)``."""

    name: str
    args: tuple[Expr, ...]

    def __post_init__(self) -> None:
        self._grow(*self.args)


@dataclass(frozen=True)
class Equation(Expr):
    """A relation between two expressions, or (``<=>``) between two relations."""

    left: Expr
    relation: str
    right: Expr

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise DataError("LL160.relation", relation=self.relation, known=" ".join(RELATIONS))
        self._grow(self.left, self.right)


@dataclass(frozen=True)
class Chain(Expr):
    """``a = b <= c``: three terms or more, with a relation between neighbours."""

    terms: tuple[Expr, ...]
    relations: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.terms) < 3 or len(self.relations) != len(self.terms) - 1:
            raise DataError("LL160.chain")
        self._grow(*self.terms)


def _at_least_two(operands: tuple[Expr, ...]) -> None:
    if len(operands) < 2:
        raise DataError("LL160.operands")


def number(numerator: int, denominator: int = 1) -> Number:
    """An exact rational number."""
    return Number(Fraction(numerator, denominator))


ZERO, ONE, MINUS_ONE, E = number(0), number(1), number(-1), Constant("e")


def sum_of(terms: Iterable[Expr]) -> Expr:
    """``Add``, or the term itself if there is one, or 0 if there is none."""
    found = tuple(terms)
    return Add(found) if len(found) > 1 else found[0] if found else ZERO


def product_of(factors: Iterable[Expr]) -> Expr:
    """``Mul``, or the factor itself if there is one, or 1 if there is none."""
    found = tuple(factors)
    return Mul(found) if len(found) > 1 else found[0] if found else ONE


def negative(e: Expr) -> Expr:
    """``-e`` as a product."""
    return Mul((MINUS_ONE, e))


def reciprocal(e: Expr) -> Pow:
    """``1/e`` as a power."""
    return Pow(e, MINUS_ONE)


def fraction(numerator: Expr, denominator: Expr) -> Expr:
    """``numerator/denominator`` as a product."""
    return Mul((numerator, reciprocal(denominator)))


def exp(e: Expr) -> Pow:
    """The exponential function."""
    return Pow(E, e)
