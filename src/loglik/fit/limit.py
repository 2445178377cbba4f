"""Where the likelihood of separated classes tends to: what is finite there, and what is not (two classes).

Along a direction d that separates, rows with ``x'd != 0`` are predicted ever better, and in the limit add nothing. They
are left out; on the rows that remain (they *touch*) it is asked again, until their estimate exists. A coefficient is
finite if it is the same for all coefficients that predict the rows that touch alike: if ``n_j = 0`` for every n with
``X_touch n = 0``. Another one grows without end, with the sign that it has in all n
that raise every other row, if it is the same in all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import brentq, linprog

from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.held import minimum_held
from loglik.fit.loss import PREDICTORS, At
from loglik.fit.maximise import maximise
from loglik.parallel.executor import executor_of

if TYPE_CHECKING:
    from loglik.array_types import Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.options import Options
    from loglik.fit.solution import Solution

Tends = Literal["finite", "+inf", "-inf", "undetermined"]

# Share of the largest margin, and of a null vector's largest entry, that is rounding.
_TOUCHING, _NOUGHT = 1e-9, 1e-9
_ROUNDS_TO_LIMIT = 50
# Different rows up to which a programme tells the signs; and how much of its bounds is more than rounding.
_MOST_DIFFERENT_ROWS, _SIGNED = 20_000, 1e-7
# Refits of a bound: doublings of the distance, tolerance.
_DOUBLINGS, _TOL, _STEPS = 60, 1e-10, 200


@dataclass(frozen=True)
class Limit:
    """Where a separated likelihood tends to.

    Parameters
    ----------
    log_likelihood : float
        Its supremum, in nats.
    solution : Solution or None
        The fit of the rows that touch; None if there are none.
    touching : ndarray of int
        These rows.
    free : ndarray of int
        Storage positions of the coefficients of all rows, in list order.
    tends : tuple of str
        What becomes of each.
    directions : int
        Dimension of the coefficients that the rows that touch leave open.
    """

    log_likelihood: float
    solution: Solution | None
    touching: Indices
    free: Indices
    tends: tuple[Tends, ...]
    directions: int


def limit_of(
    design: Design, label: Labels, weight: Vector, offset: Matrix | None, options: Options, first: Solution
) -> Limit:
    """Find the limit; `first` is the fit of all rows, which are separated, and the other parameters are its own.

    Raises
    ------
    DataError
        LL243 the rows that touch were not told from the others.
    """
    options = replace(options, trajectory=False, callback=None)
    touching, solution, found = np.arange(design.n_rows), first, first.separation
    threads = first.objective.threads
    for _ in range(_ROUNDS_TO_LIMIT):
        if found is None:
            break
        margin = _margins(design.rows(touching), found.direction, threads)[0] * (1 - 2 * label[touching])
        kept = margin <= _TOUCHING * margin.max(initial=0.0)
        if kept.all():
            raise DataError("LL243.undecided")
        touching = touching[kept]
        some = label[touching]
        if not touching.size or (options.intercept and (some == some[0]).all()):
            touching = touching[:0]  # what is left of one class the intercept parts from nothing
            break
        solution = maximise(
            design.rows(touching), some, 2, weight[touching],
            None if offset is None else np.ascontiguousarray(offset[:, touching]), options,
        )  # fmt: skip
        found = solution.separation
    if touching.size and not solution.converged:
        raise DataError("LL243.undecided")
    free = first.objective.free
    null = _null_space(free, solution) if touching.size else np.eye(free.size)
    return Limit(
        solution.point.log_likelihood if touching.size else 0.0,
        solution if touching.size else None,
        touching,
        free,
        _tends(design, label, touching, free, null, threads),
        null.shape[0],
    )


def _margins(design: Design, beta: Matrix, threads: int) -> Matrix:
    """Linear predictors of each row of beta."""
    return executor_of(Rows(design), threads).collect(PREDICTORS, At(family_for(2), beta), beta.shape[0])


def _null_space(free: Indices, solution: Solution) -> Matrix:
    """Vectors n over the free coefficients with ``X n = 0`` on the rows of a fit: one for each column that it left out."""
    place = {int(j): i for i, j in enumerate(free)}
    left_out = [column for column in solution.collinear if column.position in place]
    null = np.zeros((len(left_out), free.size))
    for n, column in zip(null, left_out, strict=True):
        n[place[column.position]] = 1.0
        for j, factor in column.combination.items():
            n[place[j]] -= factor
        n[np.abs(n) < _NOUGHT * np.abs(n).max()] = 0.0
    # Levels without a row among those that touch are columns of noughts.
    used = set(solution.objective.free.tolist()) | {column.position for column in left_out}
    empty = [place[int(j)] for j in free if int(j) not in used]
    return np.concatenate([null, np.eye(free.size)[empty]])


def _tends(
    design: Design, label: Labels, touching: Indices, free: Indices, null: Matrix, threads: int
) -> tuple[Tends, ...]:
    """What becomes of each coefficient: its sign in all combinations of null vectors that raise each row left out."""
    q = null.shape[0]
    wide = np.zeros((q, design.n_coefficients))
    wide[:, free] = null
    raised = np.ones(design.n_rows, dtype=np.bool_)
    raised[touching] = False
    margins = (_margins(design, wide, threads) * (1 - 2 * label))[:, raised].T
    size = np.abs(margins).max(axis=0, initial=0.0)
    scale = np.where(size > 0.0, size, 1.0)
    margins = margins / scale
    margins[np.abs(margins) < _TOUCHING] = 0.0
    largest = np.abs(margins).max(axis=1, initial=0.0)
    rows = np.unique((margins / np.where(largest > 0.0, largest, 1.0)[:, None]).round(12), axis=0)
    told = q == 1 or rows.shape[0] <= _MOST_DIFFERENT_ROWS
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


def fall_of(first: Solution, limit: Limit, position: int, sign: float, z: float) -> tuple[float, float]:
    """Test and bound of a coefficient that grows without end, where the limit leaves one direction open.

    Parameters
    ----------
    first : Solution
        The fit of all rows.
    limit : Limit
        Where it tends to.
    position : int
        Place of the coefficient among `limit.free`.
    sign : float
        1 or -1: whither it grows.
    z : float
        The fall of twice the likelihood at the bound is ``z^2``.

    Returns
    -------
    statistic : float
        Twice the fall of the supremum where the coefficient is 0.
    bound : float
        Its finite bound.
    """
    objective = first.objective.likelihood
    a = first.recoding.jacobian(objective.free)[position]
    basis = np.delete(np.eye(a.size), position, axis=1)
    basis[position] = -np.delete(a, position) / a[position]
    unit = np.zeros(a.size)
    unit[position] = 1.0 / a[position]
    others = np.zeros(a.size)

    def fall(value: float) -> float:
        nonlocal others
        start = basis @ np.delete(others, position) + value * unit
        at = minimum_held(objective, start, basis, _TOL, _STEPS)
        others = at.theta
        return 2.0 * (limit.log_likelihood - at.log_likelihood)

    statistic = max(fall(0.0), 0.0)
    # One standard deviation of the column's scores, so that its units drop out.
    step = 1.0 / float(np.sqrt(_curvature(first, a)))
    away = -1.0 if statistic < z * z else 1.0
    near, far = 0.0, step
    for _ in range(_DOUBLINGS):
        if (fall(sign * away * far) - z * z) * away < 0.0:
            break
        near, far = far, 2.0 * far
    else:
        return statistic, float("nan")
    others = np.zeros(a.size)
    return statistic, float(
        brentq(
            lambda v: fall(v) - z * z, *sorted((sign * away * near, sign * away * far)), xtol=1e-10 * step, rtol=1e-12
        )
    )


def _curvature(first: Solution, a: Vector) -> float:
    """Information of the direction of a at the null model, at least a little."""
    here = first.objective.likelihood.evaluate(np.zeros(a.size), hessian=True)
    unit = a / float(a @ a)
    if here.hessian is None:
        return 1.0
    return max(float(unit @ here.hessian @ unit), float(np.finfo(float).tiny))
