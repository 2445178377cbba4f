"""Whither coefficients go where a likelihood has no maximum: their sign in all ways to its supremum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from loglik.array_types import Matrix, Vector

Tends = Literal["finite", "+inf", "-inf", "undetermined"]

# Share of the largest margin that is rounding.
_ROUNDING = 1e-9
# Different margins up to which a programme tells the signs; and how much of its bounds is more than rounding.
_MOST_DIFFERENT, _SIGNED = 20_000, 1e-7


def tends(null: Matrix, margins: Matrix) -> tuple[Tends, ...]:
    """What becomes of each coefficient: its sign in all combinations of null vectors that raise all margins.

    Parameters
    ----------
    null : ndarray of shape (q, D)
        Directions that change nothing of what touches.
    margins : ndarray of shape (m, q)
        What each of them does to what is to be raised.
    """
    q = null.shape[0]
    size = np.abs(margins).max(axis=0, initial=0.0)
    scale = np.where(size > 0.0, size, 1.0)
    margins = margins / scale
    margins[np.abs(margins) < _ROUNDING] = 0.0
    largest = np.abs(margins).max(axis=1, initial=0.0)
    rows = np.unique((margins / np.where(largest > 0.0, largest, 1.0)[:, None]).round(12), axis=0)
    told = q == 1 or rows.shape[0] <= _MOST_DIFFERENT
    out: list[Tends] = []
    for column in (null / scale[:, None]).T:
        if not column.any():
            out.append("finite")
        elif told and _is_positive(column, rows):
            out.append("+inf")
        else:
            out.append("-inf" if told and _is_positive(-column, rows) else "undetermined")
    return tuple(out)


def _is_positive(column: Vector, rows: Matrix) -> bool:
    """Whether ``column z > 0`` for all z with ``rows z > 0``: those that raise every row."""
    size = np.abs(column).max()
    if column.size == 1:
        return bool((rows * column > 0.0).all())
    found = linprog(column / size, A_ub=-rows, b_ub=-np.ones(rows.shape[0]), bounds=(None, None))
    return bool(found.status == 0 and found.fun > _SIGNED)
