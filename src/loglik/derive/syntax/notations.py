"""Notations that are written out as they are read: roots, means over finite sets, vectors and matrices by their elements.

They are short for trees that there are already, so no rule has to know them: ``dot(u, v, 1, n)`` is read as
``sum(u[i]*v[i], i, 1, n)`` and printed so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.derive.expressions.domains import REAL
from loglik.derive.expressions.nodes import Expr, Indexed, Mul, Sum, Symbol, number
from loglik.derive.expressions.walk import free_symbols
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loglik.derive.expressions.domains import Domain

#: The exponent of a root.
HALF = number(1, 2)


def dot(names: Mapping[str, Domain], u: Expr, v: Expr, lower: Expr, upper: Expr) -> Expr:
    """The product of two vectors."""
    (i,) = _indices(names, 1, u, v)
    return Sum(Mul((_at(u, i), _at(v, i))), i, lower, upper)


def matvec(names: Mapping[str, Domain], a: Expr, x: Expr, row: Expr, lower: Expr, upper: Expr) -> Expr:
    """An element of the product of a matrix and a vector."""
    (j,) = _indices(names, 1, a, x, row)
    return Sum(Mul((_at(a, row, j), _at(x, j))), j, lower, upper)


def matmul(names: Mapping[str, Domain], a: Expr, b: Expr, row: Expr, column: Expr, lower: Expr, upper: Expr) -> Expr:
    """An element of the product of two matrices."""
    (k,) = _indices(names, 1, a, b, row, column)
    return Sum(Mul((_at(a, row, k), _at(b, k, column))), k, lower, upper)


def quadratic(names: Mapping[str, Domain], a: Expr, x: Expr, lower: Expr, upper: Expr) -> Expr:
    """A quadratic form: a vector on both sides of a matrix."""
    i, j = _indices(names, 2, a, x)
    return Sum(Sum(Mul((_at(x, i), _at(a, i, j), _at(x, j))), j, lower, upper), i, lower, upper)


def trace(names: Mapping[str, Domain], a: Expr, lower: Expr, upper: Expr) -> Expr:
    """The sum of the diagonal of a matrix."""
    (i,) = _indices(names, 1, a)
    return Sum(_at(a, i, i), i, lower, upper)


#: Name: number of arguments, and what they are written out as.
NOTATIONS: dict[str, tuple[int, Callable[..., Expr]]] = {
    "dot": (4, dot),
    "matvec": (5, matvec),
    "matmul": (6, matmul),
    "quadratic": (4, quadratic),
    "trace": (3, trace),
}


def expectation(body: Expr, index: Symbol, family: Expr, lower: Expr, upper: Expr) -> Expr:
    """The mean of a body over an index, with a family of probabilities for weights."""
    return Sum(Mul((_at(family, index), body)), index, lower, upper)


def _at(family: Expr, *indices: Expr) -> Indexed:
    if not isinstance(family, Symbol):
        raise DataError("LL160.no_family", family=family)
    return Indexed(family, indices)


def _indices(names: Mapping[str, Domain], count: int, *beside: Expr) -> tuple[Symbol, ...]:
    """Names for the indices of a sum that nothing beside it contains."""
    taken = {s.name for e in beside for s in free_symbols(e)}
    free = [name for name in ("i", "j", "k", "l", "m", "n", *(f"i_{n}" for n in range(1, 99))) if name not in taken]
    return tuple(Symbol(name, names.get(name, REAL)) for name in free[:count])
