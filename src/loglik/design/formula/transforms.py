"""Columns of numbers that a factor of a formula stands for, and what is learnt for them on the rows of a fit.

A learnt tree holds numbers in the place of what the data decided (means, knots, recurrences), as JSON does: evaluated
again it gives the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.formula.terms import name_of
from loglik.errors import DataError
from loglik.kernels.rows.splines import splines

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from loglik.array_types import Indices, Mask, Matrix, Vector
    from loglik.design.formula.grammar import Tree

LEARNT = frozenset({"center", "scale", "poly", "bs", "ns"})
"""Functions whose columns depend on all rows of the fit."""
_MOST_FACTORS = 16
_ROWS_AT_A_TIME = 1 << 13
ARITHMETIC: dict[str, np.ufunc] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, "neg": np.negative,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
    "exp": np.exp, "expm1": np.expm1, "sqrt": np.sqrt, "abs": np.abs,
    "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p,
}  # fmt: skip
"""What may stand in a tree beside them, each of numbers alone."""


def columns_in(tree: Tree) -> list[str]:
    """Names of the columns that a factor reads, each once."""
    if tree[0] == "col":
        return [tree[1]]
    inner = [columns_in(a) for a in tree[1:] if isinstance(a, list) and a and isinstance(a[0], str)]
    return list(dict.fromkeys(name for names in inner for name in names))


@dataclass(frozen=True)
class Rows:
    """Numbers of some rows.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n,)
        Columns by their names, none of their values missing.
    kept : ndarray of bool or int, or None
        Which rows of the source they are part of, or the row of each, for messages; all if None.
    first : int
        Place of the first of them among those.
    """

    columns: Mapping[str, Vector]
    kept: Mask | Indices | None = None
    first: int = 0

    def number(self, i: int) -> int:
        """Number of a row in the source, from 1."""
        if self.kept is None:
            return 1 + self.first + i
        rows = np.flatnonzero(self.kept) if self.kept.dtype == np.bool_ else self.kept
        return 1 + int(rows[self.first + i])

    def some(self, places: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]) -> Rows:
        """The rows at these places, which are those of the source that `kept` says."""
        return Rows({c: x[places] for c, x in self.columns.items()}, kept)


def learn(tree: Tree, rows: Rows) -> Tree:
    """A tree with what the rows decide put in as numbers.

    Parameters
    ----------
    tree : Tree
        A factor of numbers.
    rows : Rows
        The rows of the fit.

    Raises
    ------
    DataError
        LL253 a function has no value for a row; LL254 too few distinct values for so many columns.
    """
    if tree[0] in {"col", "num"}:
        return tree
    learnt: Tree = [tree[0], *(learn(a, rows) if isinstance(a, list) else a for a in tree[1:])]
    if tree[0] in LEARNT:
        x = values(learnt[1], rows)
        options: dict[str, Any] = learnt[2] if len(learnt) > 2 else {}
        if "state" not in options:
            learnt = [tree[0], learnt[1], {**options, "state": _STATES[tree[0]](x, options, name_of(tree))}]
    return learnt


def values(tree: Tree, rows: Rows) -> Vector:
    """The one column of a factor that has one.

    Raises
    ------
    DataError
        LL253 a function has no value for a row.
    """
    made = matrix(tree, rows)
    if made.shape[1] != 1:
        raise DataError("LL250.columns", factor=name_of(tree), n=made.shape[1])
    return made[:, 0]


def matrix(tree: Tree, rows: Rows) -> Matrix:
    """All columns of a factor: n x m.

    Parameters
    ----------
    tree : Tree
        A learnt factor of numbers.
    rows : Rows
        Where it is wanted.

    Raises
    ------
    DataError
        LL253 a function has no value for a row; LL255 a value outside the knots of the fit.
    """
    operation = tree[0]
    if operation == "col":
        return rows.columns[tree[1]][:, None]
    if operation == "num":
        return np.full((1, 1), float(tree[1]))
    if operation == "I":
        return matrix(tree[1], rows)
    if operation in LEARNT:
        return _basis(operation, values(tree[1], rows), tree, rows)
    arguments = [values(a, rows) for a in tree[1:]]
    with np.errstate(all="ignore"):
        made = np.asarray(_applied(operation, arguments), dtype=np.float64)
    bad = ~np.isfinite(made)
    for argument in arguments:  # what is missing or infinite before has been seen before
        bad &= np.isfinite(argument)
    if bad.any():
        row = int(bad.argmax())
        given = ", ".join(f"{float(a[row if a.size > 1 else 0]):g}" for a in arguments)
        raise DataError("LL253.value", factor=name_of(tree), row=rows.number(row), function=operation, given=given)
    return made[:, None]


def width(tree: Tree) -> int:
    """How many columns a learnt factor has."""
    state = tree[2].get("state") if tree[0] in LEARNT and len(tree) > 2 else None
    return int(state["width"]) if isinstance(state, dict) else 1


def _applied(operation: str, arguments: list[Vector]) -> npt.NDArray[Any]:
    """An operation on columns, each row by itself: NumPy takes another way to ``x^2`` where there is one row alone."""
    if operation == "^" and arguments[1].size == 1 and abs(arguments[1][0]) <= _MOST_FACTORS:
        exponent = float(arguments[1][0])
        if exponent.is_integer():
            made = np.ones_like(arguments[0])
            for _ in range(int(abs(exponent))):
                made *= arguments[0]
            return made if exponent >= 0.0 else 1.0 / made
    full = np.broadcast_arrays(*arguments)
    return np.asarray(ARITHMETIC[operation](*(np.ascontiguousarray(a) for a in full)))


def _basis(function: str, x: Vector, tree: Tree, rows: Rows) -> Matrix:
    """Columns of a learnt function, some rows at a time: splines are made in a form that is larger than they are."""
    state = tree[2]["state"]
    if "knots" in state:
        out = (x < state["knots"][0]) | (x > state["knots"][-1])
        if out.any():
            low, high, row = state["knots"][0], state["knots"][-1], int(out.argmax())
            raise DataError(
                "LL255.outside", factor=name_of(tree), value=float(x[row]), row=rows.number(row), low=low, high=high
            )
    made = np.empty((x.size, int(state["width"])), order="F")
    for lo in range(0, x.size, _ROWS_AT_A_TIME):
        made[lo : lo + _ROWS_AT_A_TIME] = _BASES[function](x[lo : lo + _ROWS_AT_A_TIME], state)
    return made


# What each function learns, and its columns.


def _center(x: Vector, _options: dict[str, Any], _name: str) -> dict[str, Any]:
    return {"width": 1, "mean": float(x.mean()), "spread": 1.0}


def _scale(x: Vector, _options: dict[str, Any], name: str) -> dict[str, Any]:
    spread = float(x.std(ddof=1)) if x.size > 1 else 0.0
    if spread == 0.0:
        _too_few(name, 1, 2)
    return {"width": 1, "mean": float(x.mean()), "spread": spread}


def _moved(x: Vector, state: dict[str, Any]) -> Matrix:
    return np.asarray((x - state["mean"]) / state["spread"])[:, None]


def _poly(x: Vector, options: dict[str, Any], name: str) -> dict[str, Any]:
    """Three-term recurrence of the polynomials orthogonal over the rows (Forsythe 1957; Kennedy and Gentle 1980)."""
    degree = int(options.get("degree", 1))
    _enough(x, degree, name)
    mean = float(x.mean())
    scale = float(np.abs(x - mean).max())
    z = (x - mean) / scale
    alpha, norm = [], [float(x.size)]
    before, here = np.zeros_like(z), np.ones_like(z)
    for _ in range(degree):
        a = float((z * here * here).sum() / norm[-1])
        ratio = norm[-1] / norm[-2] if len(norm) > 1 else 0.0
        before, here = here, (z - a) * here - ratio * before
        alpha.append(a)
        norm.append(float((here * here).sum()))
    return {"width": degree, "mean": mean, "scale": scale, "alpha": alpha, "norm": norm}


def _poly_columns(x: Vector, state: dict[str, Any]) -> Matrix:
    z = (x - state["mean"]) / state["scale"]
    alpha, norm = state["alpha"], state["norm"]
    before, here = np.zeros_like(z), np.ones_like(z)
    made = np.empty((x.size, len(alpha)))
    for d, a in enumerate(alpha):
        ratio = norm[d] / norm[d - 1] if d else 0.0
        before, here = here, (z - a) * here - ratio * before
        made[:, d] = here / np.sqrt(norm[d + 1])
    return made


def _knots(x: Vector, options: dict[str, Any], name: str, order: int, given: int) -> list[float]:
    """Knots of a spline, those at the ends `order` times: the inner ones at quantiles, or as they are given."""
    low, high = float(x.min()), float(x.max())
    inner = [float(k) for k in options.get("knots", [])]
    if not inner and given > 0:
        inner = np.quantile(x, np.linspace(0.0, 1.0, given + 2)[1:-1]).tolist()
    if low == high or any(not low < k < high for k in inner):
        raise DataError("LL254.knots", factor=name, knots=[f"{k:g}" for k in inner], low=low, high=high)
    return [low] * order + sorted(inner) + [high] * order


def _bs(x: Vector, options: dict[str, Any], name: str) -> dict[str, Any]:
    """B-splines on a clamped knot vector, less the first unless `intercept` (as R's `bs`)."""
    degree, whole = int(options.get("degree", 3)), bool(options.get("intercept", False))
    given = int(options["df"]) - degree - whole if "df" in options and "knots" not in options else 0
    if given < 0:
        raise DataError("LL254.df", factor=name, least=degree + whole)
    knots = _knots(x, options, name, degree + 1, given)
    made = len(knots) - degree - 1 - (not whole)
    _enough(x, made, name)
    return {"width": made, "degree": degree, "knots": knots, "intercept": whole}


def _bs_columns(x: Vector, state: dict[str, Any]) -> Matrix:
    return _splines(x, state, state["degree"], np.eye(state["width"]))


def _ns(x: Vector, options: dict[str, Any], name: str) -> dict[str, Any]:
    """Natural cubic splines: second derivative 0 at both ends, by a rotation of the B-splines (as R's `ns`)."""
    whole = bool(options.get("intercept", False))
    given = int(options["df"]) - 1 - whole if "df" in options and "knots" not in options else 0
    if given < 0:
        raise DataError("LL254.df", factor=name, least=1 + whole)
    knots = _knots(x, options, name, 4, given)
    curvature = _second_derivatives(np.array(knots))[:, 0 if whole else 1 :]
    from scipy.linalg import qr

    rotation = qr(curvature.T)[0][:, 2:]
    _enough(x, rotation.shape[1], name)
    return {"width": rotation.shape[1], "knots": knots, "intercept": whole, "rotation": rotation.tolist()}


def _second_derivatives(knots: Vector) -> Matrix:
    """Second derivatives of the cubic B-splines at both ends."""
    identity = np.eye(knots.size - 4)
    from scipy.interpolate import BSpline  # takes a tenth of a second

    return np.array([[float(BSpline(knots, row, 3)(at, nu=2)) for row in identity] for at in (knots[0], knots[-1])])


def _ns_columns(x: Vector, state: dict[str, Any]) -> Matrix:
    return _splines(x, state, 3, np.array(state["rotation"]))


def _splines(x: Vector, state: dict[str, Any], degree: int, combined: Matrix) -> Matrix:
    """Combinations of B-splines, of which the first is left out unless `intercept`."""
    if not state["intercept"]:
        combined = np.concatenate([np.zeros((1, combined.shape[1])), combined])
    made = np.empty((x.size, combined.shape[1]))
    splines(x, np.array(state["knots"], dtype=np.float64), degree, combined, made)
    return made


def _enough(x: Vector, columns: int, name: str) -> None:
    """Refuse fewer distinct values than that; mostly the first rows have them, and the others need not be sorted."""
    if np.unique(x[:100_000]).size <= columns and (distinct := np.unique(x).size) <= columns:
        _too_few(name, distinct, columns + 1)


def _too_few(name: str, distinct: int, wanted: int) -> None:
    raise DataError("LL254.distinct", factor=name, n=distinct, wanted=wanted)


_STATES = {"center": _center, "scale": _scale, "poly": _poly, "bs": _bs, "ns": _ns}
_BASES = {"center": _moved, "scale": _moved, "poly": _poly_columns, "bs": _bs_columns, "ns": _ns_columns}
