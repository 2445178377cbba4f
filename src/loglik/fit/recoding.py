"""How the columns that are fitted come from the columns as they are, and the coefficients back.

The model does not change when a constant is subtracted from a column, or a combination of other columns: only its
coefficients do, linearly. A mean far from zero, or a column that nearly equals a combination of others, would cost the
Hessian its digits; what is left of the column after subtracting has them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.dense import DenseBlock
from loglik.design.rows import Rows
from loglik.fit.moved_slopes import moved_slopes
from loglik.parallel.executor import Nothing, RowKernel, executor_of, nothing
from loglik.special.double import two_prod, two_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Indices, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.moved_slopes import MovedSlopes


@dataclass(frozen=True)
class Recoding:
    """``x'_j = x_j - c_j - sum_k a_jk x_k``, hence ``b_k = b'_k - sum_j a_jk b'_j``; a constant is the intercept's share.

    Parameters
    ----------
    design : Design
        The columns as they are.
    center : ndarray of shape (q,)
        What is subtracted from each dense column; zeros where the model has no intercept.
    replaced : ndarray of int, shape (m,)
        Storage positions of the dense columns that others are subtracted from, each before those that need it.
    combination : ndarray of shape (m, P)
        What is subtracted: ``a_jk``, with the constant at position 0.
    slopes : MovedSlopes or None
        What is subtracted from slopes far from zero, before all else.
    """

    design: Design
    center: Vector
    replaced: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    combination: Matrix = field(default_factory=lambda: np.zeros((0, 0)))
    slopes: MovedSlopes | None = None

    @property
    def _numbers(self) -> slice:
        return self.design.numeric.numbers

    def coefficients(self, beta: Matrix) -> Matrix:
        """Coefficients (C x P) of the columns as they are, from those of the columns fitted."""
        return self.unreplaced(self.uncentered(beta))

    def fitted(self, beta: Matrix) -> Matrix:
        """Coefficients of the columns fitted, from those of the columns as they are: the opposite of `coefficients`."""
        beta = beta if self.slopes is None else self.slopes.fitted(beta)
        if self.replaced.size:
            moved = np.eye(self.replaced.size) - self.combination[:, self.replaced]
            beta = beta + np.linalg.solve(moved.T, beta[:, self.replaced].T).T @ self.combination
        else:
            beta = beta.copy()
        beta[:, 0] += beta[:, self._numbers] @ self.center
        return beta

    def uncentered(self, beta: Matrix) -> Matrix:
        """Put back the constants alone."""
        moved = beta.copy()
        moved[:, 0] -= beta[:, self._numbers] @ self.center
        return moved

    def unreplaced(self, beta: Matrix) -> Matrix:
        """Put back the replaced columns, and the slopes as they are."""
        beta = beta - beta[:, self.replaced] @ self.combination if self.replaced.size else beta
        return beta if self.slopes is None else self.slopes.coefficients(beta)

    def gradient(self, gradient: Matrix) -> Matrix:
        """Gradient (C x P) by the coefficients of the columns as they are, from that by those of the columns fitted."""
        original = gradient.copy()
        original[:, self._numbers] += gradient[:, :1] * self.center
        for j, row in zip(self.replaced, self.combination, strict=True):
            original[:, j] += original @ row
        return original if self.slopes is None else self.slopes.gradient(original)

    def changed(self, free: Indices) -> tuple[Indices, Matrix]:
        """Places among the free coefficients that are not the fitted ones, and what each of them is of these.

        Parameters
        ----------
        free : ndarray of int
            Storage positions of the estimated coefficients.

        Returns
        -------
        places : ndarray of int, shape (m,)
            Which.
        rows : ndarray of shape (m, free.size)
            Their rows of the Jacobian matrix ``db/db'`` of one class.
        """
        if self.slopes is not None:
            whole = self.slopes.jacobian(free, self.design.n_coefficients) @ replace(self, slopes=None).jacobian(free)
            places = np.flatnonzero((whole != np.eye(free.size)).any(axis=1))
            return places, whole[places]
        if not self.replaced.size and not self.center.any():
            return np.zeros(0, dtype=np.int64), np.zeros((0, free.size))
        constant = np.flatnonzero(free == 0) if self.center.any() else np.zeros(0, dtype=np.int64)
        used = np.flatnonzero(self.combination[:, free].any(axis=0)) if self.replaced.size else constant
        places = np.union1d(constant, used)
        rows = (places[:, None] == np.arange(free.size)).astype(np.float64)
        if self.replaced.size:
            place_of = {int(j): i for i, j in enumerate(free)}
            for j, row in zip(self.replaced, self.combination, strict=True):
                rows[:, place_of[int(j)]] -= row[free[places]]
        center = np.zeros(self.design.n_coefficients)
        center[self._numbers] = self.center
        rows[np.isin(places, constant)] -= center[free]
        return places, rows

    def jacobian(self, free: Indices) -> Matrix:
        """``db/db'`` of one class, over the free coefficients."""
        one = np.eye(free.size)
        places, rows = self.changed(free)
        one[places] = rows
        return one


def centered(
    design: Design, center: Vector, *, slopes: bool = False, intercept: bool = True
) -> tuple[Design, Recoding]:
    """Subtract a constant from each dense column, on the fly, and on request from slopes far from zero."""
    moved, how = moved_slopes(design, intercept=intercept) if slopes else (design, None)
    return moved.centered(center), Recoding(design, center, slopes=how)


def replaced_columns(
    recoding: Recoding, design: Design, positions: Indices, weights: Matrix, threads: int = 1
) -> tuple[Design, Recoding]:
    """Put residuals on other columns in the place of dense columns.

    Parameters
    ----------
    recoding : Recoding
        The centering.
    design : Design
        The columns less their centers.
    positions : ndarray of int, shape (m,)
        Storage positions of the columns, each before those whose weights need it.
    weights : ndarray of shape (m, P)
        The residuals in terms of the centered columns: 1 at the column itself.
    threads : int
        Threads that walk the rows.

    Returns
    -------
    design : Design
        The columns to be fitted.
    recoding : Recoding
        Where they come from.
    """
    center = recoding.center.copy()
    dense = design.dense.astype(np.float64, order="C")
    combination = -weights
    combination[np.arange(positions.size), positions] = 0.0
    constants = np.array([_constant(row[0], row[design.numeric.numbers], recoding.center) for row in weights])
    residuals = executor_of(Rows(design), threads).collect(RESIDUALS, (weights, constants), positions.size)
    for j, residual in zip(positions, residuals, strict=True):
        dense[:, j - 1] = residual
    combination[:, 0] = -constants.sum(axis=1)
    center[positions - 1] = 0.0
    found = Recoding(recoding.design, center, positions, combination, recoding.slopes)
    return design.with_numeric(DenseBlock.of(dense, center)), found


def _constant(intercept: float, weights: Vector, center: Vector) -> tuple[float, float]:
    """``w_0 - sum_k w_k c_k`` in two doubles."""
    products, errors = two_prod(-weights, center)
    high, low = np.array([intercept]), np.array([errors.sum()])
    for product in products[:, None]:
        high, carried = two_sum(high, product)
        low = low + carried
    return float(high[0]), float(low[0])


def _residual(design: Design, row: Vector, constant: Vector) -> Vector:
    """``sum_k w_k x_k`` of each row, as if in twice the precision (Ogita, Rump and Oishi, SIAM J. Sci. Comput. 26, 2005).

    The terms cancel to the digits that they do not share; those are what is wanted.
    """
    high, low = np.full(design.n_rows, constant[0]), np.full(design.n_rows, constant[1])
    weights = row[design.numeric.numbers]
    for k in np.flatnonzero(weights):
        product, error = two_prod(weights[k], design.dense[:, k].astype(np.float64))
        high, carried = two_sum(high, product)
        low += carried + error
    for term in (*(row[code] for code in design.codes.T), *_others(design, row)):
        high, carried = two_sum(high, term)
        low += carried
    return np.asarray(high + low)


def _fill_residuals(block: Rows, parameters: tuple[Matrix, Matrix], total: Nothing) -> None:  # noqa: ARG001
    for residual, row, constant in zip(block.kept, *parameters, strict=True):
        residual[:] = _residual(block.design, row, constant)


RESIDUALS = RowKernel(nothing, _fill_residuals)
"""What combinations of the columns (m x P), and constants in two doubles (m x 2), add up to in each row, beside it."""


def _others(design: Design, row: Vector) -> Iterator[Vector]:
    """What columns of other kinds than numbers and levels have of the sum, kind by kind."""
    for block in design.blocks[1:]:
        if block is not design.levels:
            eta = np.zeros((1, design.n_rows))
            block.matvec(row[None], eta)
            yield eta[0]
