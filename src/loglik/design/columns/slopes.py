"""Slopes of a number in the cells of categorical columns, the cells as codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.block import ColumnBlock
from loglik.design.columns.categorical import CategoricalBlock
from loglik.design.columns.dense import DenseBlock
from loglik.kernels.rows import slopes

if TYPE_CHECKING:
    from loglik.array_types import Indices, Labels, Matrix, Vector


@dataclass(frozen=True)
class SlopesBlock(ColumnBlock):
    """Columns ``x [cell = l]`` for each cell l that has a slope: a row has one number, or none.

    Parameters
    ----------
    first : int
        Position of the first slope.
    place : ndarray of int32, shape (n,)
        Which slope is a row's; -1 for none.
    x : ndarray of shape (n,)
        The numbers.
    n_slopes : int
        How many slopes there are.
    """

    first: int
    place: Labels
    x: Vector
    n_slopes: int

    @property
    def width(self) -> int:
        """Number of slopes."""
        return self.n_slopes

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.x.size)

    @property
    def entries_per_row(self) -> float:
        """One."""
        return 1.0

    @property
    def bytes_per_row(self) -> int:
        """Bytes that are read for a row."""
        return 12

    def block(self, lo: int, hi: int) -> SlopesBlock:
        """Rows lo..hi, without a copy."""
        return SlopesBlock(self.first, self.place[lo:hi], self.x[lo:hi], self.n_slopes)

    def rows(self, index: Indices) -> SlopesBlock:
        """Copy some of the rows."""
        return SlopesBlock(self.first, self.place[index], self.x[index], self.n_slopes)

    def matvec(self, beta: Matrix, eta: Matrix) -> None:
        """Add ``b[place] x``."""
        slopes.slopes_add(self.place, self.x, self.first, beta, eta)

    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add the sums of ``r x`` over the rows of each slope."""
        slopes.slopes_transposed_add(self.place, self.x, self.first, residual, gradient)

    def sandwich(self, weight: Vector, gram: Matrix) -> None:
        """Add the sums of ``w x^2``: slopes of different cells have no row in common."""
        self.squares(weight, np.einsum("ii->i", gram))

    def cross_sandwich(self, other: ColumnBlock, weight: Vector, gram: Matrix) -> None:
        """Add the products with the columns of a block before; those with the dense ones to the rows of the slopes."""
        if isinstance(other, DenseBlock):
            slopes.slopes_dense_gram(self.place, self.x, self.first, other.weighted(weight), gram)
        elif isinstance(other, CategoricalBlock):
            slopes.slopes_codes_gram(self.place, self.x, self.first, other.codes, weight, gram)
        elif isinstance(other, SlopesBlock):
            slopes.slopes_pair_gram(
                self.place, self.x, self.first, other.place, other.x, other.first, weight, gram
            )  # fmt: skip
        else:
            super().cross_sandwich(other, weight, gram)

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i x_i^2`` of each slope's rows."""
        slopes.slopes_transposed_add(self.place, self.x, self.first, (weight * self.x)[None], squares[None])

    def root_mean_square(self) -> Vector:
        """Root mean square of each column, over all rows."""
        squares = np.zeros(self.stop)
        self.squares(np.ones(self.n_rows), squares)
        return np.asarray(np.sqrt(squares[self.span] / self.n_rows))

    def reach(self, spread: Matrix, sizes: Vector) -> Vector:
        """A row has one slope."""
        return np.asarray((spread[:, self.span] * sizes[self.span]).max(axis=1, initial=0.0))

    @property
    def most_entries(self) -> int:
        """One."""
        return 1

    def sizes(self) -> Vector:
        """Largest ``|x|`` among each slope's rows."""
        largest = np.zeros(self.n_slopes + 1)
        np.maximum.at(largest, self.place, np.abs(self.x))
        return largest[:-1]

    def indicated(self, weights: Vector) -> float:
        """A row has one slope."""
        return float(weights[self.span].max(initial=0.0))

    def filled(self) -> Indices:
        """Rows of each slope."""
        return np.bincount(self.place + 1, minlength=self.n_slopes + 1)[1:]
