"""Exact derivatives of a formula's factors by a column: the rules of calculus on its tree, the splines by their own.

A B-spline of degree d has the derivative ``d (B_k / (t_{k+d} - t_k) - B_{k+1} / (t_{k+d+1} - t_{k+1}))`` with B of degree
d - 1 (de Boor, A Practical Guide to Splines, 1978, chapter X).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.formula.terms import name_of
from loglik.design.formula.transforms import LEARNT, values
from loglik.errors import DataError
from loglik.kernels.rows.splines import splines

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Matrix, Vector
    from loglik.design.formula.grammar import Tree
    from loglik.design.formula.transforms import Rows

_STEPS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_LN2, _LN10 = float(np.log(2.0)), float(np.log(10.0))
# f'(a) of each function, from a and f(a).
_SLOPES: dict[str, Callable[[Vector, Vector], Vector]] = {
    "exp": lambda a, f: f,  # noqa: ARG005
    "expm1": lambda a, f: f + 1.0,  # noqa: ARG005
    "sqrt": lambda a, f: 0.5 / f,  # noqa: ARG005
    "abs": lambda a, f: a / f,
    "log": lambda a, f: 1.0 / a,  # noqa: ARG005
    "log2": lambda a, f: 1.0 / (a * _LN2),  # noqa: ARG005
    "log10": lambda a, f: 1.0 / (a * _LN10),  # noqa: ARG005
    "log1p": lambda a, f: 1.0 / (1.0 + a),  # noqa: ARG005
    "neg": lambda a, f: np.full_like(a, -1.0),  # noqa: ARG005
}


def derivative(tree: Tree, column: str, rows: Rows) -> Matrix | None:
    """Derivatives of a factor's columns by a column of the data: n x m, or 1 x m where they are constant; None for 0.

    At a knot where a spline of degree 1 has a corner it is the derivative to the right.

    Parameters
    ----------
    tree : Tree
        A learnt factor of numbers.
    column : str
        Name of the column.
    rows : Rows
        Where it is wanted.

    Raises
    ------
    DataError
        LL246 a factor has no derivative: a comparison, or a corner or a pole at a row.
    """
    operation = tree[0]
    if operation == "col":
        return np.ones((1, 1)) if tree[1] == column else None
    if operation == "num":
        return None
    if operation == "I":
        return derivative(tree[1], column, rows)
    if operation in LEARNT:
        inner = derivative(tree[1], column, rows)
        return None if inner is None else _basis(operation, values(tree[1], rows), tree[2]["state"]) * inner
    parts = [derivative(a, column, rows) for a in tree[1:]]
    if all(part is None for part in parts):
        return None
    if operation in _STEPS:
        raise DataError("LL246.step", factor=name_of(tree), column=column)
    arguments = [values(a, rows) for a in tree[1:]]
    slopes = [None if part is None else part[:, 0] for part in parts]
    with np.errstate(all="ignore"):
        made = _by_rule(operation, arguments, slopes, tree, rows)
    made = np.atleast_1d(np.asarray(made, dtype=np.float64))
    bad = ~np.isfinite(made)
    if bad.any():
        raise DataError("LL246.row", factor=name_of(tree), column=column, row=rows.number(int(bad.argmax())))
    return made[:, None]


def _by_rule(operation: str, arguments: list[Vector], slopes: list[Vector | None], tree: Tree, rows: Rows) -> Any:
    """Sum, product, quotient, power and chain rule."""
    a, da = arguments[0], slopes[0]
    if operation in _SLOPES and da is not None:
        return _SLOPES[operation](a, values(tree, rows)) * da
    b, db = arguments[1], slopes[1]
    parts: list[Any] = []
    if operation in {"+", "-"}:
        sign = 1.0 if operation == "+" else -1.0
        parts = [part for part in (da, None if db is None else sign * db) if part is not None]
    elif operation == "*":
        parts = [slope * other for slope, other in ((da, b), (db, a)) if slope is not None]
    elif operation == "/":
        parts = [*([] if da is None else [da / b]), *([] if db is None else [-a * db / (b * b)])]
    else:  # a^b
        if da is not None:
            parts.append(np.where(b == 0.0, 0.0, b * np.power(a, np.where(b == 0.0, 0.0, b - 1.0)) * da))
        if db is not None:
            parts.append(np.power(a, b) * np.log(a) * db)
    return sum(parts[1:], parts[0])


def _basis(function: str, x: Vector, state: dict[str, Any]) -> Matrix:
    if function in {"center", "scale"}:
        return np.full((1, 1), 1.0 / state["spread"])
    if function == "poly":
        return _poly(x, state)
    if function == "bs":
        return _splines(x, state, int(state["degree"]), np.eye(int(state["width"])))
    return _splines(x, state, 3, np.array(state["rotation"]))


def _poly(x: Vector, state: dict[str, Any]) -> Matrix:
    """The three-term recurrence, differentiated."""
    z = (x - state["mean"]) / state["scale"]
    alpha, norm = state["alpha"], state["norm"]
    before, here = np.zeros_like(z), np.ones_like(z)
    slope_before, slope = np.zeros_like(z), np.zeros_like(z)
    made = np.empty((x.size, len(alpha)))
    for d, a in enumerate(alpha):
        ratio = norm[d] / norm[d - 1] if d else 0.0
        slope_before, slope = slope, here + (z - a) * slope - ratio * slope_before
        before, here = here, (z - a) * here - ratio * before
        made[:, d] = slope / (np.sqrt(norm[d + 1]) * state["scale"])
    return made


def _splines(x: Vector, state: dict[str, Any], degree: int, combined: Matrix) -> Matrix:
    """Derivatives of combinations of B-splines: combinations of those of one degree less."""
    if not state["intercept"]:
        combined = np.concatenate([np.zeros((1, combined.shape[1])), combined])
    knots = np.array(state["knots"], dtype=np.float64)
    gaps = knots[degree + 1 : -1] - knots[1 : -degree - 1]
    lower = degree * np.diff(combined, axis=0) / np.where(gaps > 0.0, gaps, np.inf)[:, None]
    made = np.empty((x.size, combined.shape[1]))
    splines(np.ascontiguousarray(x), knots[1:-1], degree - 1, np.ascontiguousarray(lower), made)
    return made
