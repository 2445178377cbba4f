"""A proof that the maximum-likelihood estimate exists, from the point where the optimiser stands.

With p the probabilities there, g the gradient, H the Hessian and ``H s = g``, the weights of the pairs of a row i and a
class k other than its own y,

    beta_ik = w_i p_ik (1 - (u_ik - sum_l p_il u_il)),    u_ik = x_i' (s_y - s_k),

have ``sum_ik beta_ik x_i (e_y - e_k) = g - H s = 0``. Where all are positive no direction separates the classes, and
the estimate exists (Stiemke; see `certificate`). They are, if no row's predictors range over 1 along s. With ``nu`` the
Newton decrement, the length of s in the Hessian norm, and ``R`` the largest range of any row over directions of unit
length there, ``nu R < 1`` is enough. For separable classes the product stays at 1 or above however far the optimiser
runs: losses ``a exp(-t)`` have ``nu = sqrt(a exp(-t))`` and ``R = 1 / sqrt(a exp(-t))``.

The probabilities may be any numbers: no error is made by taking those that were computed. The sums over rows are
rounded, and the numbers of the columns are known to rounding; `sound` bounds what both can do to nu and R.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import SHORT
from loglik.fit.existence.ball import KNOWN_TO, UNIT
from loglik.fit.gram import Weighting, least_curvature, weighted_gram
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.kernels.rows.products import largest_square
from loglik.parallel.executor import RowKernel

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.design.rows import Rows
    from loglik.fit.hessian.form import Factor, HessianForm
    from loglik.fit.objective import Evaluation, Objective

MAX_BOUNDED = 6_000
"""Coefficients up to which curvature is bounded by a matrix."""

ENOUGH = 0.9
"""What the product of decrement and range must not exceed: 1, less the rounding of a few operations."""

_MAX_EXACT = 1_000
_POWER_STEPS = 8
_EXPONENTIAL = 30
# Rows of which sums are made one after another: those of a block, and the share of a run of blocks.
# There are two runs at least, and no more where a sum is large.
_BLOCK, _RUNS = 65_536, 2
# Of a column beside eliminated levels, below which rounding would have a part in the bounds.
_LEAST_SHARE = 1e-8


def row_range_bound(design: Design, sizes: Vector, free: Indices, variance: Vector, c: int) -> float:
    """Upper bound of ``R``, from the columns' largest sizes: ``|x' v| <= sum_j |x_j| sqrt((H^-1)_jj)`` for ``|v|_H = 1``.

    Parameters
    ----------
    design : Design
        Predictors.
    sizes : ndarray of shape (P,)
        Largest size of each column.
    free : ndarray of int
        Storage positions of the estimated coefficients.
    variance : ndarray of shape (c * free.size,)
        Diagonal of the inverse Hessian.
    c : int
        Number of linear predictors.
    """
    spread = np.zeros((c, design.n_coefficients))
    spread[:, free] = np.sqrt(np.maximum(variance, 0.0)).reshape(c, -1)
    bound = np.zeros(c)
    for block in design.blocks:
        bound += block.reach(spread, sizes)
    # Two classes: the other class's predictor is 0. More: the range is at most twice the largest size.
    return float(bound.max()) * (1.0 if c == 1 else 2.0)


@dataclass(frozen=True)
class Floor:
    """What a matrix that the Hessian is nowhere below bounds.

    Parameters
    ----------
    squared_decrement : float
        Upper bound of the squared Newton decrement.
    variance : ndarray of shape (C * P,)
        Upper bounds of ``diag(H^-1)``.
    diagonal : ndarray of shape (C * P,)
        Diagonal of the matrix.
    rounding : float
        What its elements, divided by the roots of the diagonal, may miss beside the rounding of sums over rows.
    matrix : ndarray or None
        The matrix A: of all coefficients, or of those of one class where the same serves them all.
    """

    squared_decrement: float
    variance: Vector
    diagonal: Vector
    rounding: float = 0.0
    matrix: Matrix | None = None


def floor_from_rows(objective: Objective, point: Evaluation, rows: Objective, form: HessianForm) -> Floor | None:
    """Bound the Hessian by that of some of the rows: each only adds curvature.

    Where D x D is large, by ``I kron sum_i w_i l_i x_i x_i' / W`` with l_i a bound of the smallest eigenvalue of
    ``diag(p_i) - p_i p_i'``, whose inverse is ``diag(1/p) + 11'/p_ref``.

    Parameters
    ----------
    objective : Objective
        All rows.
    point : Evaluation
        Where the optimiser stands.
    rows : Objective
        Some of the rows.
    form : HessianForm
        How exact Hessians are held.

    Returns
    -------
    Floor or None
        None if these rows leave some direction without curvature.
    """
    theta, g, c = point.theta, point.gradient, objective.n_classes_free
    share = rows.total_weight / objective.total_weight
    if not form.is_whole:
        apart = form.factor(rows, point)
        if apart.jitter or apart.least_share < _LEAST_SHARE:
            return None
        return floor_of(apart, g, share)
    if objective.size > MAX_BOUNDED:
        return None
    if c == 1 or rows.size <= _MAX_EXACT:
        hessian = rows.evaluate(theta, hessian=True).hessian
        if hessian is None:
            return None
        matrix, by_class = hessian * share, g[:, None]
    else:
        least = weighted_gram(rows.executor, Weighting(least_curvature, rows.at(theta)))[0]
        matrix, by_class = least[np.ix_(rows.free, rows.free)] / objective.total_weight, g.reshape(c, -1).T
    floor = ScaledCholesky.of(matrix)
    if floor.jitter:
        return None
    times = by_class.shape[1]
    variance, diagonal = np.tile(floor.inverse_diagonal(), times), np.tile(floor.diagonal(), times)
    return Floor(float((by_class * floor.solve(by_class)).sum()), variance, diagonal, 0.0, matrix)


def floor_of(factor: Factor, gradient: Vector, share: float = 1.0) -> Floor:
    """Of a factored matrix that the Hessian is nowhere below `share` times."""
    return Floor(
        float(gradient @ factor.solve(gradient)) / share,
        factor.inverse_diagonal() / share,
        factor.diagonal() * share,
        factor.rounding,
    )


def decrement_times_range(objective: Objective, floor: Floor, largest: Vector) -> float:
    """Upper bound of ``nu R``, the closer one if the one at hand proves nothing; at most `ENOUGH`, the estimate exists.

    Parameters
    ----------
    objective : Objective
        All rows.
    floor : Floor
        Of the Hessian.
    largest : ndarray of shape (q,)
        Largest size of each dense column as it is.
    """
    c, center = objective.n_classes_free, np.abs(objective.design.center)
    decrement, stretch = sound(objective, floor, largest)
    if not np.isfinite(decrement):
        return np.inf
    moved = objective.design.sizes((largest + center) * (1.0 + KNOWN_TO))
    reach = stretch * row_range_bound(objective.design, moved, objective.free, floor.variance, c)
    bound = decrement * reach * _moved_on(reach)
    if bound <= ENOUGH or floor.matrix is None or not objective.design.is_usual:
        return bound
    reach = min(reach, stretch * row_length_bound(objective, floor.matrix))
    return decrement * reach * _moved_on(reach)


def _moved_on(reach: float) -> float:
    """By what factor probabilities may be smaller at the point than where the Hessian was taken, one short step before."""
    return float(np.exp(min(2.0 * np.sqrt(SHORT) * reach, 700.0)))


def summed_in_a_row(n_rows: int) -> int:
    """Rows that are added up one after another, at most."""
    return min(n_rows, _BLOCK + n_rows // _RUNS)


def sound(objective: Objective, floor: Floor, largest: Vector) -> tuple[float, float]:
    """Decrement that rounding cannot exceed, and by what factor it may stretch ranges; infinite where it rules all.

    Divided by the roots of its diagonal, the matrix has a least eigenvalue of at least 1 over the trace of its inverse.
    Sums of n products are good to ``n u`` of the sum of their sizes, which is at most 1 in these units (Cauchy and
    Schwarz); numbers known to e add ``e / s_j``, s_j the root of the diagonal.

    Parameters
    ----------
    objective : Objective
        All rows.
    floor : Floor
        Of the Hessian.
    largest : ndarray of shape (q,)
        Largest size of each dense column as it is.
    """
    design, free, size = objective.design, objective.free, floor.diagonal.size
    in_a_row = summed_in_a_row(design.n_rows)
    summing = np.full(design.n_coefficients, UNIT * (in_a_row + 64.0))
    biggest, unknown = design.sizes(largest + np.abs(design.center)), np.zeros(design.n_coefficients)
    unknown[design.numeric.numbers] = KNOWN_TO * largest
    for block in design.blocks[1:]:
        if not block.is_exact:
            unknown[block.span] = KNOWN_TO * biggest[block.span]
            summing[block.span] = UNIT * (np.minimum(block.filled(), in_a_row) + 64.0)
    summing, unknown = summing[free], unknown[free]
    squares = floor.diagonal.reshape(-1, free.size)  # a row for each class
    if not squares.min(initial=1.0) > 0.0:
        return np.inf, np.inf
    inverse = (1.0 / squares).sum(axis=0)
    # The sum over a row of one column and another has no more products than either: sqrt(gamma_j gamma_k) bounds both.
    missed = squares.shape[0] * float(summing.sum()) + size * (floor.rounding + (size + 2) * UNIT)
    missed += 2.0 * math.sqrt(size * float(unknown**2 @ inverse))
    least = 1.0 / float(floor.diagonal @ floor.variance)
    if not missed < least / 2.0:
        return np.inf, np.inf
    stretch = 1.0 / math.sqrt(1.0 - missed / least)
    of_gradient = (summing * biggest[free] + unknown) ** 2 @ inverse
    decrement = math.sqrt(max(floor.squared_decrement, 0.0)) + math.sqrt(float(of_gradient) / least)
    return stretch * decrement, stretch


def rows_worth_two_passes(objective: Objective) -> int:
    """How many rows' floor costs about as much arithmetic as two gradients of all rows."""
    design, c, p = objective.design, objective.n_classes_free, objective.free.size
    entries = design.entries_per_row
    a_row = c * (2 * entries + _EXPONENTIAL)
    whole = c == 1 or objective.size <= _MAX_EXACT
    of_the_floor = a_row + entries**2 / 2 * (c * (c + 1) / 2 if whole else 1)
    return min(design.n_rows, max(3 * p, int(2.0 * design.n_rows * a_row / of_the_floor)))


def row_length_bound(objective: Objective, matrix: Matrix) -> float:
    """Upper bound of ``R`` from the rows' lengths: ``|x' v| <= |S^-1 x| / sqrt(least eigenvalue)`` for ``|v|_A <= 1``.

    ``S = sqrt(diag A)``, and the eigenvalue is that of ``S^-1 A S^-1``. The difference of two classes' predictors is the
    product of v with a row that has x in two places.

    Parameters
    ----------
    objective : Objective
        All rows, of numbers and levels.
    matrix : ndarray
        A, as in `Floor`.
    """
    scale = np.sqrt(matrix.diagonal())
    least = least_eigenvalue(matrix / scale / scale[:, None])
    design, c = objective.design, objective.n_classes_free
    if least == 0.0:
        return np.inf
    weights = np.zeros((scale.size // objective.free.size, design.n_coefficients))
    weights[:, objective.free] = 1.0 / scale.reshape(weights.shape[0], -1) ** 2

    objective.passes.count += 1
    square = objective.executor.sum(LONGEST, weights).value
    return float(np.sqrt((1.0 if c == 1 else 2.0) * square / least))


def least_eigenvalue(unit: Matrix) -> float:
    """Lower bound of the least eigenvalue of a positive definite matrix with unit diagonal; 0 if none was found.

    Power iteration with the inverse guesses it, and that ``A - (mu + e) I`` has a Cholesky factor proves that mu is one:
    the factor's product with its transpose is off by less than ``e = D (D + 8) u`` where the diagonal is 1 at most.
    """
    factor = ScaledCholesky.of(unit)
    v = np.random.default_rng(7).standard_normal((unit.shape[0],))
    for _ in range(_POWER_STEPS):
        v = factor.solve(v * (1.0 / float(np.linalg.norm(v))))
    size, d = float(np.linalg.norm(v)), unit.shape[0]
    missed = d * (d + 8) * UNIT
    for share in (0.7, 0.3, 0.1):
        mu = share / size
        if mu <= missed:
            return 0.0
        if ScaledCholesky.of(unit - (mu + missed) * np.eye(d)).jitter == 0.0:
            return mu
    return 0.0


@dataclass
class _Largest:
    """The largest of what was seen."""

    value: float = 0.0
    nbytes = 8

    def __iadd__(self, other: Self) -> Self:
        self.value = max(self.value, other.value)
        return self


def _nothing_seen(rows: Rows, weights: Matrix) -> _Largest:  # noqa: ARG001
    return _Largest()


def _add_longest(block: Rows, weights: Matrix, total: _Largest) -> None:
    design = block.design
    total.value = max(total.value, float(largest_square(design.dense, design.center, design.codes, weights)))


LONGEST = RowKernel(_nothing_seen, _add_longest)
"""``max_ci sum_j w_cj x_ij^2`` over rows of numbers and levels, for the rows of w."""
