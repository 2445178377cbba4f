"""Categorical columns: the position of the coefficient of each row's level, for each column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.block import ColumnBlock
from loglik.design.columns.dense import DenseBlock
from loglik.kernels.rows import products

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Labels, Matrix, Vector


@dataclass(frozen=True)
class CategoricalBlock(ColumnBlock):
    """Indicators Z of levels: a row has a single 1 in each column's levels, at the position that the codes say.

    Parameters
    ----------
    codes : ndarray of int32, shape (n, number of columns)
        Positions among all coefficients.
    edges : tuple of int
        Position of the first level of each column, and that after the last level of all.
    """

    codes: Labels
    edges: tuple[int, ...]

    @property
    def first(self) -> int:  # type: ignore[override]
        """Position of the first level."""
        return self.edges[0]

    @property
    def width(self) -> int:
        """Number of levels of all columns."""
        return self.edges[-1] - self.edges[0]

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.codes.shape[0])

    @property
    def entries_per_row(self) -> float:
        """One for each column."""
        return float(self.codes.shape[1])

    @property
    def bytes_per_row(self) -> int:
        """Bytes that are read for a row."""
        return 4 * int(self.codes.shape[1])

    @property
    def spans(self) -> list[slice]:
        """Positions of the levels of each column."""
        return [slice(a, b) for a, b in zip(self.edges, self.edges[1:], strict=False)]

    def block(self, lo: int, hi: int) -> CategoricalBlock:
        """Rows lo..hi, without a copy."""
        return CategoricalBlock(self.codes[lo:hi], self.edges)

    def rows(self, index: Indices) -> CategoricalBlock:
        """Copy some of the rows."""
        return CategoricalBlock(self.codes[index], self.edges)

    def without(self, column: int) -> CategoricalBlock:
        """All columns but one, their coefficients moved up."""
        first, stop = self.edges[column : column + 2]
        codes = np.delete(self.codes, column, axis=1)
        codes[codes >= stop] -= stop - first
        return CategoricalBlock(
            codes, (*self.edges[: column + 1], *(e - (stop - first) for e in self.edges[column + 2 :]))
        )

    def matvec(self, beta: Matrix, eta: Matrix) -> None:
        """Add ``beta Z'``: a look-up."""
        products.gather_add(self.codes, beta, eta)

    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual Z``."""
        products.scatter_add(self.codes, residual, gradient)

    def sum_by_group(self, residual: Matrix, group: Indices, sums: Array) -> None:
        """Add the rows' residuals to those of their levels and groups."""
        for c in range(residual.shape[0]):
            products.add_levels_by_group(self.codes, residual[c], group, sums[c])

    def sandwich(self, weight: Vector, gram: Matrix) -> None:
        """Add ``Z' diag(weight) Z``: weighted contingency tables."""
        products.codes_gram(self.codes, weight, gram)

    def cross_sandwich(self, other: ColumnBlock, weight: Vector, gram: Matrix) -> None:
        """Add the products with the columns of a block before; those with the dense ones to the rows of the levels."""
        if isinstance(other, DenseBlock):
            products.codes_dense_gram(self.codes, other.weighted(weight), gram)
        else:
            super().cross_sandwich(other, weight, gram)

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add the rows' weights to those of their levels."""
        products.scatter_add(self.codes, weight[None], squares[None])

    def reach(self, spread: Matrix, sizes: Vector) -> Vector:  # noqa: ARG002
        """A row has one level of each column."""
        total = np.zeros(spread.shape[0])
        for span in self.spans:
            total += spread[:, span].max(axis=1)
        return total

    @property
    def most_entries(self) -> int:
        """One for each column."""
        return int(self.codes.shape[1])

    def sizes(self) -> Vector:
        """All 1."""
        return np.ones(self.width)

    def indicated(self, weights: Vector) -> float:
        """A row has one level of each column."""
        return float(self.reach(weights[None], weights)[0])

    @property
    def is_exact(self) -> bool:
        """Indicators are."""
        return True
