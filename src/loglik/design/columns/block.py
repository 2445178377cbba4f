"""What a design asks of a block of its columns, and how all of it follows from two products.

A block knows which coefficients are its own, ``first <= j < stop``, and adds its part to results of all P of them. A new
way of storing columns is a class with `matvec` and `transpose_matvec`; it overrides what it can do faster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self, overload

import numpy as np

from loglik.kernels.rows import products

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Mask, Matrix, Vector

_COLUMNS_AT_A_TIME, _ROWS_AT_A_TIME = 64, 4_096


class ColumnBlock(ABC):
    """Columns X (n x width) that are stored together; C predictors, P coefficients, of which `span` are these columns'."""

    first: int
    """Position of the first coefficient."""

    @property
    @abstractmethod
    def width(self) -> int:
        """Number of columns."""

    @property
    @abstractmethod
    def n_rows(self) -> int:
        """Number of rows n."""

    @property
    @abstractmethod
    def entries_per_row(self) -> float:
        """Numbers in a row that are not zero, for estimates of cost."""

    @property
    @abstractmethod
    def bytes_per_row(self) -> int:
        """Bytes that are read for a row."""

    @abstractmethod
    def block(self, lo: int, hi: int) -> Self:
        """Rows lo..hi, without a copy."""

    def alone(self, lo: int, hi: int) -> Self:
        """Rows lo..hi and no others, to be sent, in the layout in which they are stored."""
        return self.block(lo, hi)

    @abstractmethod
    def rows(self, index: Indices) -> Self:
        """Copy some of the rows."""

    @abstractmethod
    def matvec(self, beta: Matrix, eta: Matrix) -> None:
        """Add ``beta X'`` to eta: C x P into C x n."""

    @abstractmethod
    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual X`` to the gradient: C x n into C x P."""

    @property
    def stop(self) -> int:
        """Position after the last coefficient."""
        return self.first + self.width

    @property
    def span(self) -> slice:
        """Positions of the coefficients."""
        return slice(self.first, self.stop)

    @overload
    def holds(self, positions: int) -> bool: ...
    @overload
    def holds(self, positions: Indices) -> Mask: ...
    def holds(self, positions: int | Indices) -> bool | Mask:
        """Which of these positions are coefficients of this block."""
        return (positions >= self.first) & (positions < self.stop)

    def sum_by_group(self, residual: Matrix, group: Indices, sums: Array) -> None:
        """Add ``residual_ci x_ij`` of each row to ``sums[c, group_i, j]``: C x n into C x G x P."""
        for lo in range(0, self.width, _COLUMNS_AT_A_TIME):
            places = np.arange(lo, min(lo + _COLUMNS_AT_A_TIME, self.width))
            columns = self.columns(places)
            for c in range(residual.shape[0]):
                products.add_by_group(columns, residual[c], group, sums[c, :, self.first + lo :])

    def columns(self, places: Indices) -> Matrix:
        """Some of the columns, by their place among those of the block, as dense ones: len(places) x n."""
        unit = np.zeros((places.size, self.stop))
        unit[np.arange(places.size), self.first + places] = 1.0
        out = np.zeros((places.size, self.n_rows))
        self.matvec(unit, out)
        return out

    def sandwich(self, weight: Vector, gram: Matrix) -> None:
        """Add the upper triangle of ``X' diag(weight) X``."""
        self.cross_sandwich(self, weight, gram)

    def cross_sandwich(self, other: ColumnBlock, weight: Vector, gram: Matrix) -> None:
        """Add ``Y' diag(weight) X`` to `gram`, Y being the columns of a block before this one."""
        for lo in range(0, other.width, _COLUMNS_AT_A_TIME):
            places = np.arange(lo, min(lo + _COLUMNS_AT_A_TIME, other.width))
            self.transpose_matvec(weight * other.columns(places), gram[other.first + places[0] :][: places.size])

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i x_ij^2`` to this block's part of `squares`."""
        for lo in range(0, self.width, _COLUMNS_AT_A_TIME):
            places = np.arange(lo, min(lo + _COLUMNS_AT_A_TIME, self.width))
            squares[self.first + places] += self.columns(places) ** 2 @ weight

    def reach(self, spread: Matrix, sizes: Vector) -> Vector:
        """Upper bound of ``sum_j |x_ij| spread_cj`` over all rows, for each c.

        Parameters
        ----------
        spread : ndarray of shape (C, P)
            Numbers >= 0.
        sizes : ndarray of shape (P,)
            Upper bounds of the columns' sizes.
        """
        return np.asarray(spread[:, self.span] @ sizes[self.span])

    @property
    def most_entries(self) -> int:
        """Upper bound of the numbers in a row that are not zero."""
        return self.width

    def sizes(self) -> Vector:
        """Largest size of each column."""
        largest = np.zeros(self.width)
        for lo in range(0, self.n_rows, _ROWS_AT_A_TIME):
            some = self.block(lo, min(lo + _ROWS_AT_A_TIME, self.n_rows))
            np.maximum(largest, np.abs(some.columns(np.arange(self.width))).max(axis=1), out=largest)
        return largest

    def indicated(self, weights: Vector) -> float:
        """Upper bound of ``sum_j w_j [x_ij != 0]`` over all rows, for P weights >= 0."""
        return float(weights[self.span].sum())

    def filled(self) -> Indices:
        """Rows in which each column may be other than zero, at most."""
        return np.full(self.width, self.n_rows)

    @property
    def is_exact(self) -> bool:
        """Whether every number is what it stands for, as those of indicators are, whatever is known of the data."""
        return False
