"""Where the likelihood of separated classes tends to: what is finite there, and what is not (two classes).

Along a direction d that separates, rows with ``x'd != 0`` are predicted ever better, and in the limit add nothing. They
are left out; on the rows that remain (they *touch*) it is asked again, until their estimate exists. A coefficient is
finite if it is the same for all coefficients that predict the rows that touch alike: if ``n_j = 0`` for every n with
``X_touch n = 0``. Another one grows without end, with the sign that it has in all n
that raise every other row, if it is the same in all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.limit_profile import bound_of, fall_along, held_at, scale_of
from loglik.fit.limit_signs import Tends, tends
from loglik.fit.loss import PREDICTORS, At
from loglik.fit.maximise import maximise
from loglik.parallel.executor import executor_of

if TYPE_CHECKING:
    from loglik.array_types import Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.options import Options
    from loglik.fit.solution import Solution

# Share of the largest margin, and of a null vector's largest entry, that is rounding.
_TOUCHING, _NOUGHT = 1e-9, 1e-9
_ROUNDS_TO_LIMIT = 50


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
    """

    log_likelihood: float
    solution: Solution | None
    touching: Indices
    free: Indices
    tends: tuple[Tends, ...]


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
    """What becomes of each coefficient, the rows left out being raised."""
    wide = np.zeros((null.shape[0], design.n_coefficients))
    wide[:, free] = null
    raised = np.ones(design.n_rows, dtype=np.bool_)
    raised[touching] = False
    return tends(null, (_margins(design, wide, threads) * (1 - 2 * label))[:, raised].T)


def fall_of(first: Solution, log_likelihood: float, place: int, sign: float, z: float) -> tuple[float, float]:
    """Likelihood-ratio statistic of a coefficient that grows without end, and the finite bound of its profile interval.

    Parameters
    ----------
    first : Solution
        The fit of all rows.
    log_likelihood : float
        Its supremum.
    place : int
        Place of the coefficient among the free ones.
    sign : float
        1 or -1: whither it grows.
    z : float
        The fall of twice the likelihood at the bound is ``z^2``.
    """
    objective = first.objective.likelihood
    a = first.recoding.jacobian(objective.free)[place]
    fall = fall_along(objective, log_likelihood, *held_at(a))
    statistic = max(fall(0.0), 0.0)
    step = scale_of(objective, a) * sign * (-1.0 if statistic < z * z else 1.0)
    return statistic, bound_of(fall, 0.0, step, z)
