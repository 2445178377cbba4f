"""Whether the maximum-likelihood estimate of a small design exists, in whole numbers.

With ``a_ik = x_i (e_y - e_k)`` for each row i and each class k other than its own y, a direction d separates when all
``a_ik' d >= 0`` and one of them is > 0. Stiemke: there is none if and only if ``sum_ik v_ik a_ik = 0`` has a solution
with all v > 0. Gordan: all ``a_ik' d > 0`` is possible (complete separation) if and only if it has none with v >= 0
but v = 0.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from exact_simplex import Feasible, feasible_point

Verdict = Literal["exists", "complete", "quasi-complete"]


def whole_numbers(column: np.ndarray) -> np.ndarray:
    """The column times a power of two, or any other factor, that makes whole numbers of its floats: exactly, as Python's."""
    ratios = [float(v).as_integer_ratio() for v in column]
    denominator = max(q for _, q in ratios)  # powers of two all of them
    numbers = np.array([p * (denominator // q) for p, q in ratios], dtype=object)
    return numbers // max(int(np.gcd.reduce(numbers)), 1)


def whole_design(columns: list[np.ndarray], *, intercept: bool) -> np.ndarray:
    """The columns as whole numbers, with a column of ones before them if there is an intercept.

    A column's factor changes no verdict, nor with an intercept does its datum.
    """
    exact = [whole_numbers(c) for c in columns]
    if intercept:
        exact = [np.ones(columns[0].size if columns else 0, dtype=object), *(e - e.min() for e in exact)]
    return np.array(exact, dtype=object).T


def margin_rows(x: np.ndarray, label: np.ndarray, n_classes: int) -> np.ndarray:
    """All different a_ik, one below the other; the last class has no coefficients."""
    n, p = x.shape
    rows = set()
    for i in range(n):
        values = tuple(x[i].tolist())
        y = int(label[i])
        for k in range(n_classes):
            if k != y:
                row = [0] * (p * (n_classes - 1))
                if y < n_classes - 1:
                    row[y * p : (y + 1) * p] = values
                if k < n_classes - 1:
                    row[k * p : (k + 1) * p] = [-v for v in values]
                rows.add(tuple(row))
    return np.array(sorted(rows), dtype=object).reshape(len(rows), p * (n_classes - 1))


def verdict_of_rows(a: np.ndarray) -> Verdict:
    """Decide for the rows ``a_ik``."""
    if isinstance(feasible_point(a.T, -a.sum(axis=0)), Feasible):  # v = 1 + this point
        return "exists"
    one = np.concatenate([a.T, np.ones((1, a.shape[0]), dtype=object)])
    right = np.zeros(one.shape[0], dtype=object)
    right[-1] = 1
    return "quasi-complete" if isinstance(feasible_point(one, right), Feasible) else "complete"


def verdict(columns: list[np.ndarray], label: np.ndarray, n_classes: int, *, intercept: bool) -> Verdict:
    """Decide for columns of floats, taken for the numbers that they are to the last bit."""
    if not columns and not intercept:
        return "exists"
    x = whole_design(columns, intercept=intercept) if columns else np.ones((label.size, 1), dtype=object)
    return verdict_of_rows(margin_rows(x, label, n_classes))


def separated_within(columns: list[np.ndarray], label: np.ndarray, radii: list[np.ndarray], *, intercept: bool) -> bool:
    """Whether two classes are separated for one member of a ball: each number may move by its radius.

    Where d_j > 0 the member that favours d most has ``x_ij + r_ij`` in rows of class 0, whose margin is ``x_i' d``, and
    ``x_ij - r_ij`` in the others; where d_j < 0 the other way round. So each pattern of signs has one member to look at.
    """
    sign = np.where(label == 0, 1, -1)
    exact = [_common(c, r) for c, r in zip(columns, radii, strict=True)]
    n, q = label.size, len(columns)
    for pattern in range(2**q):
        signs = [1 if pattern >> j & 1 else -1 for j in range(q)]
        # In u = sign_j d_j >= 0: margins and the signs of u are all to be >= 0, the margins not all 0.
        favoured = [sign * x * s + r for (x, r), s in zip(exact, signs, strict=True)]
        body = np.array(([sign.astype(object)] if intercept else []) + favoured, dtype=object)
        slack = np.eye(q, dtype=int).astype(object)
        if intercept:
            slack = np.concatenate([np.zeros((1, q), dtype=object), slack])
        if not isinstance(feasible_point(np.concatenate([body, slack], axis=1), -body.sum(axis=1)), Feasible):
            return True
    return n == 0


def _common(values: np.ndarray, radii: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    both = whole_numbers(np.concatenate([values, radii]))
    return both[: values.size], both[values.size :]
