"""Matrices ``X'DX`` of a design with one long categorical column, whose levels are eliminated first.

No row has two levels of one column, so the block of its levels is a diagonal. With the levels first

    [ diag(d)  B ]   [ diag(d)^1/2        0 ] [ diag(d)^1/2  diag(d)^-1/2 B ]
    [ B'       A ] = [ B' diag(d)^-1/2    L ] [ 0            L'             ],   L L' = A - B' diag(d)^-1 B:

Cholesky's method leaves the diagonal as it is, and all that has to be factored is the Schur complement, as large as the
other columns together. A hundred thousand levels cost no more memory than their table against those columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.matrix import Design
from loglik.fit.gram import Weighting, variance
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.kernels.rows.products import border_add
from loglik.parallel.executor import MatrixSum, Nothing, RowKernel, Threads, nothing

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Matrix, Vector
    from loglik.design.rows import Rows
    from loglik.fit.objective import Evaluation, Objective
    from loglik.parallel.executor import Executor

_LEVELS_AT_A_TIME = 512
# Share of another column's sum of squares that elimination, which subtracts from it, leaves to rounding; and with what
# is left of one below this, the inverse has five digits.
_ROUNDED_OFF, _FIVE_DIGITS = 1e-12, 1e-10
# What entries of the factored matrix, divided by the roots of its diagonal, may miss by the elimination.
_ELIMINATION = 1e-11


@dataclass(frozen=True)
class HighCardinality:
    """The high-cardinality factor: the categorical column with the most levels, and with it the form of the Hessian.

    Parameters
    ----------
    column : int
        Which column of the codes.
    feature : int
        Which feature.
    first, stop : int
        Its storage positions.
    """

    column: int
    feature: int
    first: int
    stop: int
    is_whole = False

    @property
    def n_eliminated(self) -> int:
        """How many levels there are."""
        return self.stop - self.first

    def evaluate(self, objective: Objective, theta: Vector) -> Evaluation:
        """Evaluate an objective; its Hessian takes a read of its own."""
        return objective.evaluate(theta)

    def factor(self, objective: Objective, point: Evaluation) -> SchurFactor:
        """Factor the Hessian at a point, from a read of the rows of its own."""
        return SchurFactor.of(bordered_hessian(objective, point.theta, self), objective.threads)


@dataclass(frozen=True)
class Bordered:
    """``X' diag(w) X`` over the free coefficients, the levels of the long column apart.

    Parameters
    ----------
    levels, others : ndarray of int
        Places of the levels, and of all else, among the free coefficients.
    d : ndarray of shape (L,)
        Diagonal of the levels.
    border : ndarray of shape (L, M)
        Levels by others.
    rest : ndarray of shape (M, M)
        Others.
    """

    levels: Indices
    others: Indices
    d: Vector
    border: Matrix
    rest: Matrix

    def plus(self, diagonal: Vector) -> Bordered:
        """Add to the diagonal."""
        return replace(self, d=self.d + diagonal[self.levels], rest=self.rest + np.diag(diagonal[self.others]))

    def schur(self, threads: int) -> Matrix:
        """``A - B' diag(d)^-1 B``; levels without a row are left alone."""
        root = np.sqrt(np.where(self.d > 0.0, self.d, 1.0))
        eliminated = Threads(_Levels(self.border, root[None]), threads).sum(ELIMINATED, None)
        return np.asarray(self.rest - eliminated.sums)


def bordered_hessian(objective: Objective, theta: Vector, long: HighCardinality) -> Bordered:
    """Hessian at theta of an objective with two classes.

    Parameters
    ----------
    objective : Objective
        What to differentiate.
    theta : ndarray of shape (D,)
        Where.
    long : HighCardinality
        The column to set apart.
    """
    by = Weighting(variance, objective.at(theta))
    gram = bordered_gram(objective.executor, objective.free, long, by, objective.total_weight)
    objective.passes.count += 1
    return gram.plus(objective.alpha * (objective.free != 0)) if objective.alpha > 0.0 else gram


def bordered_gram(
    executor: Executor[Rows], free: Indices, long: HighCardinality, by: Weighting, total_weight: float
) -> Bordered:
    """``X' diag(w) X / W``, from one read of the rows.

    Parameters
    ----------
    executor : Executor
        Over the rows.
    free : ndarray of int
        Storage positions of the free coefficients, in the order of theta.
    long : HighCardinality
        The column to set apart.
    by : Weighting
        Gives w.
    total_weight : float
        W.
    """
    design, width = executor.rows.design, long.n_eliminated
    m = design.n_coefficients - width
    sums = executor.sum(BORDERED, (long, by)).sums
    sums /= total_weight
    is_level = (free >= long.first) & (free < long.stop)
    of_level, of_other = free[is_level] - long.first, free[~is_level]
    of_other = np.where(of_other >= long.stop, of_other - width, of_other)
    rest, border = _others(design.block(0, 0), long).symmetric_from_parts(sums[:m]), sums[m:]
    return Bordered(
        np.flatnonzero(is_level),
        np.flatnonzero(~is_level),
        border[of_level, 0],  # a level with itself is a level with the intercept
        border[np.ix_(of_level, of_other)],
        rest[np.ix_(of_other, of_other)],
    )


@dataclass(frozen=True)
class SchurFactor:
    """Factor of a `Bordered` matrix: what `ScaledCholesky` is for a whole one.

    Parameters
    ----------
    matrix : Bordered
        The matrix.
    schur : ScaledCholesky
        Factor of its Schur complement.
    jitter : float
        What was added to the unit diagonal of the Schur complement; infinite if a level has no curvature.
    least_share : float
        Smallest share of one of the other columns that the levels and the columns before it leave unexplained.
    threads : int
        Threads for what goes level by level.
    """

    matrix: Bordered
    schur: ScaledCholesky
    jitter: float
    least_share: float
    threads: int

    @staticmethod
    def of(matrix: Bordered, threads: int) -> SchurFactor:
        """Factor a matrix; one that is not positive definite gets the smallest jitter that makes it so."""
        schur, squares = matrix.schur(threads), matrix.rest.diagonal()
        shares = schur.diagonal() / np.where(squares > 0.0, squares, 1.0)
        if shares.min() < _ROUNDED_OFF:  # what is left of some column is rounding; `refined` finds what it was
            schur += np.diag(_ROUNDED_OFF * squares)
        factor = ScaledCholesky.of(schur)
        least = 0.0 if factor.jitter else float((shares * factor.lower.diagonal() ** 2).min())
        if (matrix.d > 0.0).all():
            return SchurFactor(matrix, factor, factor.jitter, least, threads)
        filled = replace(matrix, d=np.where(matrix.d > 0.0, matrix.d, 1.0))
        return SchurFactor(filled, factor, np.inf, 0.0, threads)

    rounding = _ELIMINATION

    @property
    def has_digits(self) -> bool:
        """Whether elimination has left enough of each other column."""
        return self.least_share >= _FIVE_DIGITS

    @property
    def n_orthogonal(self) -> int:
        """The other columns."""
        return self.matrix.others.size

    def log_det(self) -> float:
        """``log det diag(d) + log det S``, S the Schur complement."""
        return float(np.log(self.matrix.d).sum()) + self.schur.log_det()

    def orthogonal(self) -> Matrix:
        """New columns in terms of the old ones, M x D: the others less what the levels explain of them, made orthogonal."""
        of, half = self.matrix, self.schur.half_inverse
        columns = np.empty((of.others.size, of.d.size + of.others.size))
        columns[:, of.others], columns[:, of.levels] = half, -half @ (of.border / of.d[:, None]).T
        return columns

    def times(self, lower: Matrix) -> SchurFactor:
        """As `ScaledCholesky.times`."""
        return replace(self, schur=self.schur.times(lower))

    def solve(self, b: Array) -> Array:
        """``H^-1 b``."""
        of = self.matrix
        d = of.d if b.ndim == 1 else of.d[:, None]
        own = b[of.levels] / d
        x = np.empty_like(b)
        x[of.others] = self.schur.solve(b[of.others] - of.border.T @ own)
        x[of.levels] = own - of.border @ x[of.others] / d
        return x

    def inverse_diagonal(self) -> Vector:
        """Diagonal of ``H^-1``."""
        return self._inverse_diagonal.copy()

    @cached_property
    def _inverse_diagonal(self) -> Vector:
        # That of S^-1, and 1/d + |L^-1 b|^2 / d^2 for each level.
        of, half = self.matrix, self.schur.half_inverse

        added = Threads(_Levels(of.border), self.threads).collect(LENGTHS, half, 1)[0]
        diagonal = np.empty(of.d.size + of.others.size)
        diagonal[of.levels] = 1.0 / of.d + added / of.d**2
        diagonal[of.others] = self.schur.inverse_diagonal()
        return diagonal

    def inverse(self) -> Matrix:
        """``H^-1``, whole."""
        of, inverse = self.matrix, self.schur.inverse()
        part = (of.border / of.d[:, None]) @ inverse
        whole = np.empty((of.d.size + of.others.size,) * 2)
        whole[np.ix_(of.others, of.others)] = inverse
        whole[np.ix_(of.levels, of.others)], whole[np.ix_(of.others, of.levels)] = -part, -part.T
        among = part @ (of.border / of.d[:, None]).T
        whole[np.ix_(of.levels, of.levels)] = (among + among.T) / 2.0 + np.diag(1.0 / of.d)
        return whole

    def diagonal(self) -> Vector:
        """Diagonal of H."""
        diagonal = np.empty(self.matrix.d.size + self.matrix.others.size)
        diagonal[self.matrix.levels], diagonal[self.matrix.others] = self.matrix.d, self.matrix.rest.diagonal()
        return diagonal


def _others(design: Design, long: HighCardinality) -> Design:
    """All columns but the one whose levels are set apart."""
    levels = design.levels.without(long.column)
    return Design((), (design.numeric, levels) if levels.width else (design.numeric,))


def _zeros(rows: Rows, parameters: tuple[HighCardinality, Weighting]) -> MatrixSum:
    p, long = rows.design.n_coefficients, parameters[0]
    return MatrixSum(np.zeros((p, p - long.n_eliminated)))


def _add(block: Rows, parameters: tuple[HighCardinality, Weighting], total: MatrixSum) -> None:
    long, by = parameters
    others, m = _others(block.design, long), total.sums.shape[1]
    for w in by.weights(block, by.at):
        others.sandwich(w, total.sums[:m])
        level = block.design.codes[:, long.column] - long.first
        border_add(level, others.codes, others.dense, others.center, w, total.sums[m:])


BORDERED = RowKernel(_zeros, _add)
"""``X' diag(w) X`` of the other columns, and below it that of the levels with them."""


@dataclass(frozen=True, eq=False)
class _Levels:
    """Rows of the border, one for each level, and a number beside each: the root of its diagonal, or what is asked for."""

    border: Matrix
    beside: Matrix = field(default_factory=lambda: np.zeros((1, 0)))
    block_rows = _LEVELS_AT_A_TIME

    @property
    def n_rows(self) -> int:
        return int(self.border.shape[0])

    def block(self, lo: int, hi: int) -> _Levels:
        return _Levels(self.border[lo:hi], self.beside[:, lo:hi])

    def keeping(self, beside: Matrix) -> _Levels:
        return _Levels(self.border, beside)


def _no_squares(levels: _Levels, parameters: None) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros((levels.border.shape[1],) * 2))


def _add_squares(levels: _Levels, parameters: None, total: MatrixSum) -> None:  # noqa: ARG001
    scaled = levels.border / levels.beside[0][:, None]
    total.sums += scaled.T @ scaled


ELIMINATED = RowKernel(_no_squares, _add_squares)
"""``B' diag(d)^-1 B``: what the levels explain of the other columns."""


def _fill_lengths(levels: _Levels, half: Matrix, total: Nothing) -> None:  # noqa: ARG001
    part = levels.border @ half.T
    levels.beside[0] = np.einsum("ij,ij->i", part, part)


LENGTHS = RowKernel(nothing, _fill_lengths)
"""``|L^-1 b|^2`` of each level's row of the border, the parameter being ``L^-1``."""
