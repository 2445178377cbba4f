"""Sparse columns in compressed rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from loglik.cached import cached_property
from loglik.design.columns.block import ColumnBlock
from loglik.design.columns.categorical import CategoricalBlock
from loglik.design.columns.dense import DenseBlock
from loglik.kernels.rows import products

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    from loglik.array_types import Indices, Matrix, Vector


@dataclass(frozen=True)
class SparseBlock(ColumnBlock):
    """Columns S of which a row stores few numbers, in the order of the columns.

    Parameters
    ----------
    first : int
        Position of the first coefficient.
    indptr : ndarray of int, shape (n + 1,)
        Where the numbers of each row begin in `indices` and `data`.
    indices, data : ndarray
        Column and value of each number; those of other rows may be there too.
    n_columns : int
        Number of columns.
    """

    first: int
    indptr: npt.NDArray[np.integer]
    indices: npt.NDArray[np.integer]
    data: Vector
    n_columns: int

    @staticmethod
    def of(matrix: csr_matrix, first: int) -> SparseBlock:
        """Columns of a matrix with sorted indices."""
        return SparseBlock(first, matrix.indptr, matrix.indices, matrix.data, matrix.shape[1])

    @cached_property
    def matrix(self) -> csr_matrix:
        """The columns as SciPy has them."""
        start, end = self.indptr[0], self.indptr[-1]
        parts = self.data[start:end], self.indices[start:end], self.indptr - start if start else self.indptr
        return csr_array(parts, shape=(self.n_rows, self.n_columns), copy=False)

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.n_columns

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.indptr.size - 1)

    @property
    def n_stored(self) -> int:
        """Numbers that are stored."""
        return int(self.indptr[-1] - self.indptr[0])

    @property
    def entries_per_row(self) -> float:
        """As many as are stored in the middle."""
        return self.n_stored / max(self.n_rows, 1)

    @property
    def bytes_per_row(self) -> int:
        """Bytes that are read for a row."""
        return 12 * (self.n_stored // max(self.n_rows, 1))

    def block(self, lo: int, hi: int) -> SparseBlock:
        """Rows lo..hi, without a copy."""
        return SparseBlock(self.first, self.indptr[lo : hi + 1], self.indices, self.data, self.n_columns)

    def alone(self, lo: int, hi: int) -> SparseBlock:
        """Rows lo..hi and no others, to be sent."""
        start, end = self.indptr[lo], self.indptr[hi]
        indptr = self.indptr[lo : hi + 1] - start
        return SparseBlock(self.first, indptr, self.indices[start:end], self.data[start:end], self.n_columns)

    def rows(self, index: Indices) -> SparseBlock:
        """Copy some of the rows."""
        return SparseBlock.of(self.matrix[index], self.first)

    def matvec(self, beta: Matrix, eta: Matrix) -> None:
        """Add ``beta S'``."""
        products.csr_add(self.indptr, self.indices, self.data, 0, self.n_rows, self.first, beta, eta)

    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual S``."""
        products.csr_transposed_add(
            self.indptr, self.indices, self.data, 0, self.n_rows, self.first, residual, gradient
        )

    def sandwich(self, weight: Vector, gram: Matrix) -> None:
        """Add the upper triangle of ``S' diag(weight) S``."""
        products.csr_gram(self.indptr, self.indices, self.data, 0, self.n_rows, self.first, weight, gram)

    def cross_sandwich(self, other: ColumnBlock, weight: Vector, gram: Matrix) -> None:
        """Add the products with the columns of a block before; those with the dense ones to the rows of these columns."""
        rows = self.indptr, self.indices, self.data, 0, self.n_rows, self.first
        if isinstance(other, DenseBlock):
            products.csr_dense_gram(*rows, other.weighted(weight), gram)
        elif isinstance(other, CategoricalBlock):
            products.csr_codes_gram(*rows, other.codes, weight, gram)
        else:
            super().cross_sandwich(other, weight, gram)

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i s_ij^2``."""
        products.csr_squares_add(self.indptr, self.indices, self.data, 0, self.n_rows, self.first, weight, squares)

    def curvature_product(self, curvature: Vector, v: Vector, image: Vector) -> None:
        """Add ``[1, S]' diag(curvature) [1, S] v``, where there are no other columns: each row is read once."""
        products.csr_curvature_add(self.indptr, self.indices, self.data, 0, self.n_rows, curvature, v, image)

    def reach(self, spread: Matrix, sizes: Vector) -> Vector:  # noqa: ARG002
        """A row has few of the columns."""
        if not self.n_columns:
            return np.zeros(spread.shape[0])
        return np.asarray((abs(self.matrix) @ spread[:, self.span].T).max(axis=0))

    @property
    def most_entries(self) -> int:
        """Numbers stored in a row."""
        return int(np.diff(self.indptr).max(initial=0))

    def sizes(self) -> Vector:
        """Largest size of each column."""
        if not self.n_columns:
            return np.zeros(0)
        return np.asarray(abs(self.matrix).max(axis=0).todense()).ravel()

    def indicated(self, weights: Vector) -> float:
        """A row has few of the columns."""
        return float(np.max((self.matrix != 0) @ weights[self.span], initial=0.0)) if self.n_columns else 0.0

    def filled(self) -> Indices:
        """How many numbers of each column are stored."""
        return np.bincount(self.matrix.indices, minlength=self.n_columns)
