"""Linear feasibility in whole numbers: ``M v = b, v >= 0``, answered with a solution or Farkas' proof that there is none.

The first phase of the simplex method on a tableau of integers that all have one denominator, the last pivot (Edmonds,
1967): each pivot divides without remainder, so nothing is rounded and nothing grows beyond a minor of M.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Products of two such numbers, and the difference of two products, are int64.
_PLAIN = 2**31 - 1


@dataclass(frozen=True)
class Feasible:
    """``M v = b`` with ``v = values / denominator >= 0``."""

    values: np.ndarray
    denominator: int


@dataclass(frozen=True)
class Infeasible:
    """``M' d >= 0`` and ``b' d < 0``: no v >= 0 can have M v = b."""

    direction: np.ndarray


def feasible_point(matrix: np.ndarray, right: np.ndarray) -> Feasible | Infeasible:
    """Decide ``M v = b, v >= 0`` for whole numbers (object or int64 arrays); the answer is checked before it is given."""
    m, n = matrix.shape
    sign = np.where(right < 0, -1, 1)
    body = np.concatenate([matrix * sign[:, None], np.eye(m, dtype=int), (right * sign)[:, None]], axis=1)
    # Below it the sum of the artificial variables' rows: what is left to be explained, and by which columns it falls.
    cost = body.sum(axis=0)
    cost[n : n + m] = 0
    table = _narrow(np.concatenate([body, cost[None]]))
    basis = list(range(n, n + m))
    denominator = 1
    pivots = 0
    while table[m, -1] > 0:
        # Largest coefficient first; Bland's smallest index once the search has become long, for then it must end.
        row_of_costs = table[m, :n]
        j = int(np.argmax(row_of_costs)) if pivots < 4 * m else int(np.argmax(row_of_costs > 0))
        if row_of_costs[j] <= 0:
            # An artificial column k stands at y_k - 1, with y the dual point: y' M <= 0 and y' b > 0.
            dual = table[m, n : n + m].astype(object) + denominator
            return _checked_no(matrix, right, -dual * sign)
        i = _leaving(table, j, basis, m)
        table, denominator = _pivot(table, i, j, denominator)
        basis[i] = j
        pivots += 1
    values = np.zeros(n, dtype=object)
    for i, j in enumerate(basis):
        if j < n:
            values[j] = int(table[i, -1])
    return _checked_yes(matrix, right, values, denominator)


def _narrow(table: np.ndarray) -> np.ndarray:
    return table.astype(np.int64) if max(abs(table.max()), abs(table.min())) <= _PLAIN else table.astype(object)


def _leaving(table: np.ndarray, j: int, basis: list[int], m: int) -> int:
    """Row of the smallest ratio; of equal ones that of the smallest index (Bland)."""
    right, column = table[:m, -1].tolist(), table[:m, j].tolist()
    row = -1
    for i in range(m):
        if column[i] > 0:
            difference = right[i] * column[row] - right[row] * column[i] if row >= 0 else -1
            if difference < 0 or (difference == 0 and basis[i] < basis[row]):
                row = i
    assert row >= 0, "the sum of artificial variables is bounded"
    return row


def _pivot(table: np.ndarray, i: int, j: int, denominator: int) -> tuple[np.ndarray, int]:
    if table.dtype != object and max(int(table.max()), -int(table.min())) > _PLAIN:
        table = table.astype(object)
    pivot, row = table[i, j], table[i].copy()
    changed = (table * pivot - np.multiply.outer(table[:, j], row)) // denominator
    changed[i] = row
    return changed, int(pivot)


def _checked_yes(matrix: np.ndarray, right: np.ndarray, values: np.ndarray, denominator: int) -> Feasible:
    assert denominator > 0
    assert (values >= 0).all()
    assert (matrix.astype(object) @ values == right.astype(object) * denominator).all()
    return Feasible(values, denominator)


def _checked_no(matrix: np.ndarray, right: np.ndarray, direction: np.ndarray) -> Infeasible:
    assert (matrix.T.astype(object) @ direction >= 0).all()
    assert right.astype(object) @ direction < 0
    return Infeasible(direction)
