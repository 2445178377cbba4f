"""Expressions as functions of NumPy numbers: a formula that runs, for comparison with the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.derive.expressions import (
    Add,
    At,
    Constant,
    E,
    Expr,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def evaluate_numpy(e: Expr, values: Mapping[str, Any]) -> Any:
    """Value of an expression in NumPy arithmetic; limits and derivatives have none.

    Indices count as they are written in the formula: ``y[1]`` is the first element of ``values["y"]`` if the sum begins
    at 1, so pass arrays through `from_one` where the formula counts from 1.

    Parameters
    ----------
    e : Expr
        The formula.
    values : mapping of str to number, array or mapping
        What the names stand for; an indexed name is an array or a mapping from indices.

    Examples
    --------
    >>> from loglik.derive import parse
    >>> e = parse("-sum(t[k]*log(y[k]), k, 1, K)")
    >>> values = {"t": from_one([0.0, 1.0]), "y": from_one([0.5, 0.5]), "K": 2}
    >>> float(evaluate_numpy(e, values))
    0.6931471805599453
    """

    def run(e: Expr, values: Mapping[str, Any]) -> Any:
        match e:
            case Number():
                return float(e.value) if e.value.denominator > 1 else int(e.value)
            case Constant():
                return np.e
            case Symbol():
                return values[e.name]
            case Indexed():
                at = tuple(int(run(each, values)) for each in e.indices)
                return values[e.base.name][at if len(at) > 1 else at[0]]
            case Add():
                return sum(run(each, values) for each in e.terms)
            case Mul():
                return np.prod([run(each, values) for each in e.factors], axis=0)
            case Pow():
                exponent = run(e.exponent, values)
                return np.exp(exponent) if e.base == E else np.power(np.float64(run(e.base, values)), exponent)
            case Log():
                natural = np.log(run(e.argument, values))
                return natural if e.base == E else natural / np.log(run(e.base, values))
            case Sum() | Product():
                steps = range(int(run(e.lower, values)), int(run(e.upper, values)) + 1)
                each_value = [run(e.body, {**values, e.index.name: i}) for i in steps]
                return np.sum(each_value, axis=0) if isinstance(e, Sum) else np.prod(each_value, axis=0)
            case At():
                return run(e.body, {**values, e.variable.name: run(e.value, values)})
            case Function("abs", (u,)):
                return np.abs(run(u, values))
            case Function("sigmoid", (u,)):
                return 1 / (1 + np.exp(-run(u, values)))
            case Function("delta", (i, j)):
                return int(run(i, values) == run(j, values))
            case Function("softmax", (Symbol(name=name), k, size)):
                powers = [np.exp(values[name][i]) for i in range(1, int(run(size, values)) + 1)]
                return powers[int(run(k, values)) - 1] / np.sum(powers, axis=0)
            case _:
                raise TypeError(f"{type(e).__name__} has no value in NumPy arithmetic")

    return run(e, values)


def from_one(row: Any) -> dict[int, Any]:
    """The elements of a sequence under the indices 1, 2, 3 and so on."""
    return dict(enumerate(row, start=1))
