"""Columns taken apart: what is left of each beside the others, to the digits that the rows hold.

The Gram matrix alone tells dependences to half the digits: its rounding hides what a nearly dependent column has of
its own. So the columns that are surely independent by the Gram matrix come first; what they leave of the others is
computed from the rows, and again until it is orthogonal to them; among these residuals the same question is asked,
and so on. A residual that the rounding of the stored numbers could have left is a dependence. It is one whatever the
order of the columns; a residual that is not much larger decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpotrf

from loglik.design.rows import Rows
from loglik.errors import DataError
from loglik.fit.gram import Weighting, ones, weighted_gram
from loglik.fit.hessian.bordered import Bordered, HighCardinality, SchurFactor, bordered_gram
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.parallel.executor import MatrixSums, RowKernel, executor_of, rows_per_block

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Mask, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.column_stats import ColumnStats
    from loglik.fit.hessian.form import Factor
    from loglik.parallel.executor import Executor

INDEPENDENT = 1e-6
"""Share of a column's sum of squares left after the columns before it, above which it is surely independent."""

# Units in the last place by which a stored number may differ from what it stands for: a few operations.
_ULPS = 8.0
# Residuals beyond rounding, but within this multiple of it, are neither a dependence nor numbers to compute with.
_UNDECIDED, _FEW_DIGITS = 30.0, 3_000.0
_WHOLE = 2.0**53
# Columns beyond as many as rows, among which as many independent ones are looked for.
_SPARE = 32
# Residuals are orthogonal when another projection takes this share of their squares.
_ORTHOGONAL, _MOST_PROJECTIONS = 1e-4, 4


@dataclass(frozen=True)
class Parts:
    """What the columns are made of.

    Parameters
    ----------
    dependent : ndarray of int
        Storage positions of the columns that the others add up to.
    dependences : ndarray of shape (m, P)
        Combinations of the design's columns that are zero to the rounding of the stored numbers, one for each of them.
    replaced : ndarray of int
        Storage positions of dense columns that others nearly add up to, each before those whose residual needs it.
    residuals : ndarray of shape (., P)
        What is left of them, in terms of the design's columns.
    rounding : ndarray of shape (m,)
        Root mean square of what rounding may have left in each of these combinations.
    sizes : ndarray of shape (P,)
        Root mean square of each column of the design; 1 where it is zero or not free.
    passes : int
        How often the rows were read.
    """

    dependent: Indices
    dependences: Matrix
    replaced: Indices
    residuals: Matrix
    rounding: Vector
    sizes: Vector
    passes: int


@dataclass(frozen=True)
class _First:
    """The columns that the Gram matrix shows to be independent, and the factor of their cross products."""

    positions: Indices
    factor: Factor


@dataclass(frozen=True)
class _Stage:
    """Residuals that are orthogonal to all columns before them, in terms of the design's columns, and their factor."""

    weights: Matrix
    factor: Factor


@dataclass
class _AnyOf:
    """Whether something was found, for each column."""

    found: Mask

    @property
    def nbytes(self) -> int:
        return int(self.found.nbytes)

    def __iadd__(self, other: Self) -> Self:
        self.found |= other.found
        return self


def take_apart(design: Design, free: Indices, stats: ColumnStats, long: HighCardinality | None, threads: int) -> Parts:
    """Find the dependences among columns, and what is left of the columns that nearly depend on others.

    Parameters
    ----------
    design : Design
        Predictors; dense columns whose mean is far from zero should be centered.
    free : ndarray of int
        Storage positions of the columns, in list order.
    stats : ColumnStats
        Of the dense columns as they are.
    long : HighCardinality or None
        The column whose levels are eliminated.
    threads : int
        Threads that walk the blocks.
    """
    wide = _more_columns_than_rows(design, free) if free.size > 2 * design.n_rows else None
    if wide is not None:
        return wide
    products = cross_products(design, free, long, threads)
    sizes = np.ones(design.n_coefficients)
    sizes[free[products.places]] = np.sqrt(products.squares / design.n_rows)
    if products.levels is not None:
        sizes[free[products.levels.levels]] = np.sqrt(products.levels.d / design.n_rows)
    error = _rounding(design, stats, sizes, threads)
    is_zero = products.squares <= design.n_rows * error[free[products.places]] ** 2
    # Indicators are exact: what nearly depends shall be a dense column, which can be replaced.
    is_dense = design.numeric.holds_number(free[products.places])
    order = np.concatenate([np.flatnonzero(~is_dense & ~is_zero), np.flatnonzero(is_dense & ~is_zero)])
    wanted = np.full(order.size, INDEPENDENT)
    kept, on_kept = _kept_in_turn(products.left[np.ix_(order, order)], products.squares[order], wanted)
    first = _first(free, products, order[kept], threads)
    open_ = np.setdiff1d(np.arange(order.size), kept)
    positions = free[products.places]
    candidates = positions[order[open_]]
    weights = np.zeros((candidates.size, design.n_coefficients))
    weights[:, positions[order]] = -on_kept[open_]
    weights[np.arange(candidates.size), candidates] = 1.0

    dependent = [positions[is_zero]]
    dependences = [(np.arange(design.n_coefficients) == positions[is_zero][:, None]).astype(np.float64)]
    few_digits = False
    replaced, stages, passes = [np.zeros(0, dtype=np.int64)], list[_Stage](), 2
    while candidates.size:
        weights, gram, reads = _orthogonal_to(first, stages, design, weights, error, threads)
        passes += reads
        beyond = gram.diagonal() / (design.n_rows * (np.abs(weights) @ error) ** 2)
        zero = beyond <= 1.0
        undecided = beyond <= _UNDECIDED**2
        # Nor is a dependence certain that hangs on residuals of few digits.
        _refuse_undecided(design, weights[undecided if few_digits else undecided & ~zero], sizes)
        dependent.append(candidates[zero])
        dependences.append(weights[zero])
        candidates, weights, gram = candidates[~zero], weights[~zero], gram[np.ix_(~zero, ~zero)]
        # What other residuals leave of one must be beyond its rounding too.
        wanted = np.maximum(INDEPENDENT, _UNDECIDED**2 / beyond[~zero])
        kept, on_kept = _kept_in_turn(gram, gram.diagonal(), wanted)
        if kept.size:
            stages.append(_Stage(weights[kept], ScaledCholesky.of(gram[np.ix_(kept, kept)])))
            replaced.append(candidates[kept])
            few_digits |= bool((beyond[~zero][kept] <= _FEW_DIGITS**2).any())
        open_ = np.setdiff1d(np.arange(candidates.size), kept)
        candidates, weights = candidates[open_], (weights - on_kept @ weights)[open_]
    found, residuals = np.concatenate(replaced), [stage.weights for stage in stages]
    can_be = design.numeric.holds(found)
    none = np.zeros((0, design.n_coefficients))
    zeros = np.concatenate(dependences)
    return Parts(
        np.concatenate(dependent),
        zeros,
        found[can_be],
        np.concatenate([none, *residuals])[can_be],
        np.abs(zeros) @ error,
        np.where(sizes > 0.0, sizes, 1.0),
        passes,
    )


def _more_columns_than_rows(design: Design, free: Indices) -> Parts | None:
    """Dense columns of which the first few already span all rows: the others are combinations of these, whatever they are.

    None where they do not, or where there are other columns than dense ones.
    """
    n = design.n_rows
    if len(design.blocks) > 1:
        return None
    x = np.concatenate([np.ones((n, 1)), design.dense - design.center], axis=1)[:, free]
    head = x[:, : n + _SPARE]
    gram = head.T @ head
    kept, _ = _kept_in_turn(gram, gram.diagonal(), np.full(head.shape[1], INDEPENDENT))
    if kept.size < n:
        return None
    others = np.setdiff1d(np.arange(free.size), kept)
    weights = np.zeros((others.size, design.n_coefficients))
    weights[:, free[kept]] = -np.linalg.solve(x[:, kept], x[:, others]).T
    weights[np.arange(others.size), free[others]] = 1.0
    sizes = np.ones(design.n_coefficients)
    sizes[free] = np.sqrt(np.einsum("ij,ij->j", x, x) / n)
    none = np.zeros((0, design.n_coefficients))
    return Parts(free[others], weights, free[:0], none, np.zeros(others.size), np.where(sizes > 0.0, sizes, 1.0), 1)


def _refuse_undecided(design: Design, weights: Matrix, sizes: Vector) -> None:
    """LL210: columns that may or may not be dependent."""
    if not weights.size:
        return
    shares = np.abs(weights[0]) * sizes
    involved = [j for j in design.list_order.tolist() if j and shares[j] > 1e-6 * shares.max()]
    names = [design.term_names[j] for j in involved]
    raise DataError("LL210.repeat", columns=names, names=names)


def _rounding(design: Design, stats: ColumnStats, sizes: Vector, threads: int) -> Vector:
    """Root mean square of what rounding may have left in each column: of its stored numbers, and of the arithmetic here.

    Whole numbers are stored as they are.
    """
    error = np.finfo(np.float64).eps / 2.0 * sizes
    stored = np.finfo(design.dense.dtype).eps / 2.0 * np.hypot(stats.spread, stats.mean)
    broken = executor_of(Rows(design), threads).sum(BROKEN, None).found
    error[design.numeric.numbers] += np.where(broken, stored, 0.0)
    return np.asarray(_ULPS * error)


def _not_broken(rows: Rows, parameters: None) -> _AnyOf:  # noqa: ARG001
    return _AnyOf(np.zeros(rows.design.numeric.n_numbers, dtype=bool))


def _add_broken(block: Rows, parameters: None, total: _AnyOf) -> None:  # noqa: ARG001
    x = block.design.dense
    total.found |= ~((x == np.floor(x)) & (np.abs(x) <= _WHOLE)).all(axis=0)


BROKEN = RowKernel(_not_broken, _add_broken)
"""Which columns of numbers have others than whole ones."""


def _first(free: Indices, products: CrossProducts, kept: Indices, threads: int) -> _First:
    kept = np.sort(kept)
    positions, gram = free[products.places[kept]], products.left[np.ix_(kept, kept)]
    levels = products.levels
    if levels is None:
        return _First(positions, ScaledCholesky.of(gram))
    n = levels.d.size
    apart = Bordered(
        np.arange(n), np.arange(n, n + kept.size), levels.d, levels.border[:, kept], levels.rest[np.ix_(kept, kept)]
    )
    return _First(np.concatenate([free[levels.levels], positions]), SchurFactor.of(apart, threads))


def _orthogonal_to(
    first: _First, stages: list[_Stage], design: Design, weights: Matrix, error: Vector, threads: int
) -> tuple[Matrix, Matrix, int]:
    """Project residuals until they are orthogonal to what comes before; their weights, cross products, and the reads."""
    reads = 0
    while reads < _MOST_PROJECTIONS:
        reads += 1
        with_columns, with_residuals = _products(design, stages, weights, threads).sums
        gram = with_residuals[:, -weights.shape[0] :]
        rounding = design.n_rows * (np.abs(weights) @ error) ** 2
        squares = np.maximum(gram.diagonal(), rounding)
        weights, gram = weights.copy(), gram.copy()
        on_first = with_columns[:, first.positions]
        step = first.factor.solve(on_first.T).T
        weights[:, first.positions] -= step
        gram -= step @ on_first.T
        start = 0
        for stage in stages:
            on_stage = with_residuals[:, start : start + stage.weights.shape[0]]
            step = stage.factor.solve(on_stage.T).T
            weights -= step @ stage.weights
            gram -= step @ on_stage.T
            start += stage.weights.shape[0]
        taken = 1.0 - np.maximum(gram.diagonal(), 0.0) / squares
        if (taken[squares > rounding] <= _ORTHOGONAL).all():
            break
    return weights, (gram + gram.T) / 2.0, reads


def _products(design: Design, stages: list[_Stage], weights: Matrix, threads: int) -> MatrixSums:
    rows = np.concatenate([*(stage.weights for stage in stages), weights])
    return executor_of(Rows(design), threads).sum(PROJECTIONS, _Projections(rows, weights.shape[0]))


@dataclass(frozen=True, eq=False)
class _Projections:
    """Residuals in terms of the design's columns: those of earlier stages, and the last m, which are looked at."""

    weights: Matrix
    m: int


def _zeros(rows: Rows, of: _Projections) -> MatrixSums:
    return MatrixSums((np.zeros((of.m, rows.design.n_coefficients)), np.zeros((of.m, of.weights.shape[0]))))


def _add(block: Rows, of: _Projections, total: MatrixSums) -> None:
    z = block.design.matvec(of.weights)
    own = np.ascontiguousarray(z[-of.m :])
    with_columns, with_residuals = total.sums
    with_residuals += own @ z.T
    block.design.transpose_matvec(own, with_columns)


def _block(rows: Rows, of: _Projections) -> int:
    return min(rows.block_rows, rows_per_block(8 * of.weights.shape[0]))


PROJECTIONS = RowKernel(_zeros, _add, _block)
"""Products of residuals with the columns of the design, and with residuals."""


@dataclass(frozen=True)
class CrossProducts:
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


def cross_products(
    design: Design, free: Indices, long: HighCardinality | None, threads: int, *, single: bool = False
) -> CrossProducts:
    """Read the rows for the cross products of the free columns."""
    executor: Executor[Rows] = executor_of(Rows(design), threads)
    if long is None:
        gram = weighted_gram(executor, Weighting(ones, single=single))[0][np.ix_(free, free)]
        return CrossProducts(np.arange(free.size), gram.diagonal(), gram)
    apart = bordered_gram(executor, free, long, Weighting(ones), 1.0)
    return CrossProducts(apart.others, apart.rest.diagonal(), apart.schur(threads), apart)


def independent(gram: Matrix, squares: Vector, tolerance: float) -> bool:
    """Whether the columns before it leave more than this share of each column's sum of squares."""
    lower, failed = dpotrf(_unit(gram, squares).T, lower=True)
    return not failed and float(np.min(lower.diagonal(), initial=1.0)) ** 2 > tolerance


def _unit(gram: Matrix, squares: Vector) -> Matrix:
    scale = np.sqrt(np.where(squares > 0.0, squares, 1.0))
    return np.asarray(gram / scale / scale[:, None])


def _kept_in_turn(gram: Matrix, squares: Vector, wanted: Vector) -> tuple[Indices, Matrix]:
    """Regress each column on the kept columns before it; it is kept if they leave more than the wanted share of it.

    Returns the kept columns and the regression coefficients of the others on them (a row of zeros for a kept one).
    """
    p = gram.shape[0]
    unit, scale = _unit(gram, squares), np.sqrt(np.where(squares > 0.0, squares, 1.0))
    combinations = np.zeros((p, p))
    if independent(
        gram, squares, float(np.max(wanted, initial=0.0))
    ):  # one call, where a loop would take as many as there are columns
        return np.arange(p), combinations
    kept: list[int] = []
    lower = np.zeros((p, p))  # rows of the factor, one per kept column
    for j in range(p):
        k = len(kept)
        row = solve_triangular(lower[:k, :k], unit[kept, j], lower=True, check_finite=False) if k else np.zeros(0)
        left = unit[j, j] - row @ row if squares[j] > 0.0 else 0.0
        if left > wanted[j]:
            lower[k, :k] = row
            lower[k, k] = np.sqrt(left)
            kept.append(j)
        elif k:
            on_kept = solve_triangular(lower[:k, :k], row, lower=True, trans=1, check_finite=False)
            combinations[j, kept] = on_kept * scale[j] / scale[kept]
    return np.array(kept, dtype=np.int64), combinations
