"""Columns that are linear combinations of columns before them: found, verified, and dropped from the end of the list.

Full column rank of some of the rows proves full column rank of all of them, so a sample of rows usually settles the
question. Only when it does not are all rows read: a Cholesky factorisation of the Gram matrix, column by column in
the user's order, proposes candidates and the combination each of them equals; a second read of the rows computes
the residual ``x_j - X c`` itself, which decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.lapack import dpotrf

from loglik.design.blocks import MatrixSum, sum_over_blocks
from loglik.fit.long_column import Bordered, LongColumn, bordered_gram, long_column

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.matrix import Design

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]

INDEPENDENT = 1e-6
"""Share of a column's sum of squares left after the columns before it, above which it is surely independent."""

_FEW_ROWS, _SAMPLE_ROWS = 1_000, 5_000
_INDEPENDENT_IN_SINGLE = 1e-3  # float32 sums are good to about 1e-5
_CANDIDATE = 1e-7  # a column that may be a combination
# A candidate is collinear if its residual is this small, relative to the column.
_RESIDUAL = 1e-9
# Above this many coefficients the Gram matrix would not fit; such designs are fitted with a penalty.
MAX_COLUMNS = 5_000


@dataclass(frozen=True)
class CollinearColumn:
    """A dropped column and what it equals.

    Parameters
    ----------
    position : int
        Storage position.
    combination : dict of int to float
        Storage positions and factors of the kept columns it is the sum of.
    """

    position: int
    combination: dict[int, float]


def collinear_columns(design: Design, free: Indices, threads: int) -> tuple[list[CollinearColumn], int]:
    """Find the columns to drop among `free` (storage positions in list order).

    Parameters
    ----------
    design : Design
        Predictors; dense columns whose mean is far from zero should be centered.
    free : ndarray of int
        Storage positions of the coefficients to be estimated, in list order.
    threads : int
        Threads that walk the blocks.

    Returns
    -------
    dropped : list of CollinearColumn
        What to drop.
    passes : int
        How often all rows were read.
    """
    if free.size == 0:
        return [], 0
    long = long_column(design, free)
    if long is None and free.size > MAX_COLUMNS:
        return [], 0

    # A few rows that settle it roughly, then more of them.
    for rows, threshold, single in (
        (max(_FEW_ROWS, 2 * free.size), _INDEPENDENT_IN_SINGLE, True),
        (max(_SAMPLE_ROWS, 4 * free.size), INDEPENDENT, False),
    ):
        if design.n_rows > 2 * rows:
            sample = design.rows(np.linspace(0, design.n_rows - 1, rows).astype(np.int64))
            some = _cross_products(sample, free, long, threads, single=single)
            left, _ = _sequential_cholesky(some.left, some.squares, threshold, only_whole=True)
            if left.size and left.min() > threshold:
                return [], 0
    products = _cross_products(design, free, long, threads)
    left, combinations = _sequential_cholesky(products.left, products.squares, _CANDIDATE)
    candidates = np.flatnonzero(left <= _CANDIDATE)
    if candidates.size == 0:
        return [], 1
    combined = products.of_all_columns(candidates, combinations[candidates], free.size)
    places = products.places[candidates]
    residual = _residual_norms(design, free, places, combined, threads)
    size = np.sqrt(products.squares[candidates])
    # `size` is 0 for a column of zeros, and rounding for a centered constant column.
    true = residual <= _RESIDUAL * np.maximum(size, np.finfo(float).tiny) + _rounding(design, free[places])
    dropped = [
        CollinearColumn(int(free[place]), {int(free[i]): float(c) for i, c in enumerate(combination) if abs(c) > 1e-9})
        for place, combination in zip(places[true], combined[true], strict=True)
    ]
    return dropped, 2


@dataclass(frozen=True)
class _CrossProducts:
    """``X'X`` over the free columns, or what the levels of a long column leave of the others'.

    Parameters
    ----------
    places : ndarray of shape (M,)
        The columns among the free ones: all, or all but those levels.
    squares : ndarray of shape (M,)
        Their sums of squares.
    left : ndarray of shape (M, M)
        Cross products of what is left of them.
    levels : Bordered or None
        The long column's part.
    """

    places: Indices
    squares: Vector
    left: Matrix
    levels: Bordered | None = None

    def of_all_columns(self, columns: Indices, combinations: Matrix, n_free: int) -> Matrix:
        """Complete combinations of these columns that equal some `columns` by what the levels add to them."""
        combined = np.zeros((columns.size, n_free))
        combined[:, self.places] = combinations
        if self.levels is not None:
            border, d = self.levels.border, self.levels.d
            combined[:, self.levels.levels] = ((border[:, columns] - border @ combinations.T) / d[:, None]).T
        return combined


def _cross_products(
    design: Design, free: Indices, long: LongColumn | None, threads: int, *, single: bool = False
) -> _CrossProducts:
    if long is None:
        gram = _gram(design, free, threads, single=single)
        return _CrossProducts(np.arange(free.size), gram.diagonal(), gram)
    apart = bordered_gram(design, free, long, lambda lo, hi: np.ones(hi - lo), 1.0, threads)
    return _CrossProducts(apart.others, apart.rest.diagonal(), apart.schur(threads), apart)


def _rounding(design: Design, positions: Indices) -> Vector:
    """Size of the rounding errors in centered columns, as the norm over all rows."""
    center = np.zeros(design.n_coefficients)
    center[1 : 1 + design.center.size] = np.abs(design.center)
    return np.asarray(4.0 * np.finfo(float).eps * center[positions] * np.sqrt(design.n_rows))


def _gram(design: Design, free: Indices, threads: int, *, single: bool = False) -> Matrix:
    p = design.n_coefficients

    def add(lo: int, hi: int, total: MatrixSum) -> None:
        design.add_gram(lo, hi, np.ones(hi - lo), total.sums, single=single)

    total = sum_over_blocks(
        design.n_rows,
        design.block_rows,
        lambda: MatrixSum(np.zeros((p, p))),
        add,
        threads=threads,
        accumulator_bytes=8 * p * p,
    )
    return design.symmetric_from_parts(total.sums)[np.ix_(free, free)]


def _sequential_cholesky(
    gram: Matrix, squares: Vector, tolerance: float, *, only_whole: bool = False
) -> tuple[Vector, Matrix]:
    """Regress each column on the kept columns before it.

    Returns the share of each column's sum of squares that is left, and the regression coefficients (row j for
    column j). Columns at or below the tolerance are not kept. With `only_whole`, nothing is worked out (and nothing
    returned) where there is such a column.
    """
    p = gram.shape[0]
    scale = np.sqrt(np.where(squares > 0.0, squares, 1.0))
    unit = gram / scale / scale[:, None]
    lower, failed = dpotrf(unit.T, lower=True)  # nothing to drop, the usual case: one call
    whole = lower.diagonal() ** 2
    if not failed and p and whole.min() > tolerance:
        return whole, np.zeros((0, 0))
    if only_whole:
        return np.zeros(0), np.zeros((0, 0))
    kept: list[int] = []
    left = np.zeros(p)
    lower = np.zeros((p, p))  # rows of the factor, one per kept column
    combinations = np.zeros((p, p))
    for j in range(p):
        k = len(kept)
        row = _forward(lower[:k, :k], unit[kept, j])
        left[j] = unit[j, j] - row @ row if squares[j] > 0.0 else 0.0
        if left[j] > tolerance:
            lower[k, :k] = row
            lower[k, k] = np.sqrt(left[j])
            kept.append(j)
        elif k:
            combinations[j, kept] = _backward(lower[:k, :k], row) * scale[j] / scale[kept]
    return left, combinations


def _forward(lower: Matrix, b: Vector) -> Vector:
    from scipy.linalg import solve_triangular

    return np.asarray(solve_triangular(lower, b, lower=True, check_finite=False)) if b.size else b


def _backward(lower: Matrix, b: Vector) -> Vector:
    from scipy.linalg import solve_triangular

    return np.asarray(solve_triangular(lower, b, lower=True, trans=1, check_finite=False))


def _residual_norms(design: Design, free: Indices, candidates: Indices, combinations: Matrix, threads: int) -> Vector:
    """Norm over all rows of ``x_j - X c_j`` for each candidate."""
    weights = np.zeros((candidates.size, design.n_coefficients))
    weights[:, free] = -combinations
    weights[np.arange(candidates.size), free[candidates]] += 1.0

    def zeros() -> MatrixSum:
        return MatrixSum(np.zeros(candidates.size))

    def add(lo: int, hi: int, total: MatrixSum) -> None:
        residual = design.linear_predictor(lo, hi, weights)
        total.sums += np.einsum("ij,ij->i", residual, residual)

    total = sum_over_blocks(design.n_rows, design.block_rows, zeros, add, threads=threads)
    return np.sqrt(total.sums)
