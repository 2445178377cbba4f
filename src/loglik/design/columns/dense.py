"""The intercept and the columns of numbers, in one matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from loglik.design.columns.block import ColumnBlock
from loglik.kernels.rows import products
from loglik.kernels.rows.dense import FEW_COLUMNS, weighted_gram
from loglik.parallel.executor import rows_per_block

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Array, Indices, Mask, Matrix, Vector


@dataclass(frozen=True)
class DenseBlock(ColumnBlock):
    """``[1, X - c]``: the intercept, whose coefficient is the first of all, and q columns less a constant each.

    Parameters
    ----------
    x : ndarray of shape (n, q)
        float64 or float32, any memory layout.
    center : ndarray of shape (q,)
        What is subtracted on the fly.
    is_centered : bool
        Whether it is not all zero.
    """

    x: npt.NDArray[np.floating]
    center: Vector
    is_centered: bool
    first = 0

    @staticmethod
    def of(x: npt.NDArray[np.floating], center: Vector | None = None) -> DenseBlock:
        """Columns, less a constant each if one is given."""
        center = np.zeros(x.shape[1]) if center is None else center
        return DenseBlock(x, center, bool(center.any()))

    @property
    def width(self) -> int:
        """The intercept is a column too."""
        return 1 + self.n_numbers

    @property
    def n_numbers(self) -> int:
        """Columns other than the intercept."""
        return int(self.x.shape[1])

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.x.shape[0])

    @property
    def entries_per_row(self) -> float:
        """All of them."""
        return float(self.width)

    @property
    def bytes_per_row(self) -> int:
        """Bytes that are read for a row."""
        return int(self.x.shape[1] * self.x.itemsize)

    @property
    def numbers(self) -> slice:
        """Positions of the columns other than the intercept."""
        return slice(1, self.width)

    @overload
    def holds_number(self, positions: int) -> bool: ...
    @overload
    def holds_number(self, positions: Indices) -> Mask: ...
    def holds_number(self, positions: int | Indices) -> bool | Mask:
        """Which of these positions are coefficients of columns other than the intercept."""
        return (positions >= 1) & (positions < self.stop)

    @property
    def is_plain(self) -> bool:
        """Whether the rows lie one after another in memory, and serve as they are."""
        return bool(self.x.flags.c_contiguous) and not self.is_centered

    def constant(self, beta: Matrix) -> Vector:
        """What the subtracted constants are to the intercept: ``sum_j beta_j c_j`` for each predictor."""
        return np.asarray(beta[:, self.numbers] @ self.center)

    def centered(self, center: Vector) -> DenseBlock:
        """Subtract other constants."""
        return DenseBlock.of(self.x, center)

    def block(self, lo: int, hi: int) -> DenseBlock:
        """Rows lo..hi, without a copy."""
        return DenseBlock(self.x[lo:hi], self.center, self.is_centered)

    def alone(self, lo: int, hi: int) -> DenseBlock:
        """Rows lo..hi and no others, to be sent, row by row or column by column as they are."""
        some = self.x[lo:hi]
        by_row = some.strides[0] >= some.strides[1] if some.size else True
        alone = np.ascontiguousarray(some) if by_row else np.asfortranarray(some)
        return DenseBlock(alone, self.center, self.is_centered)

    def rows(self, index: Indices) -> DenseBlock:
        """Copy some of the rows."""
        return DenseBlock(np.ascontiguousarray(self.x[index]), self.center, self.is_centered)

    @property
    def values(self) -> npt.NDArray[np.floating]:
        """``X - c``."""
        return self.x - self.center if self.is_centered else self.x

    def predictor(self, beta: Matrix) -> Matrix:
        """``beta [1, X - c]'``, which other blocks add to."""
        x = self.values
        eta = np.empty((beta.shape[0], x.shape[0]))
        constant = beta[:, 0]
        if x.shape[1]:
            np.matmul(beta[:, self.numbers], x.T, out=eta)
            eta += constant[:, None]
        else:
            eta[:] = constant[:, None]
        return eta

    def predictor_of_rows(self, beta: Matrix) -> Matrix:
        """As `predictor`, and each row has the same bits whichever rows stand beside it.

        A product of matrices adds up a row's terms in an order that depends on how many rows there are.
        """
        x = self.values
        eta = np.repeat(beta[:, :1], x.shape[0], axis=1)
        for j in range(x.shape[1]):
            eta += beta[:, 1 + j, None] * x[None, :, j]
        return eta

    def matvec(self, beta: Matrix, eta: Matrix) -> None:
        """Add ``beta X'``."""
        eta += self.predictor(beta)

    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual X``."""
        gradient[:, 0] += residual.sum(axis=1)
        if self.x.shape[1]:
            gradient[:, self.numbers] += residual @ self.values

    def sum_by_group(self, residual: Matrix, group: Indices, sums: Array) -> None:
        """Add ``residual_ci x_ij`` of each row to ``sums[c, group_i, j]``."""
        for c in range(residual.shape[0]):
            products.add_numbers_by_group(self.x, self.center, residual[c], group, sums[c])

    def sandwich(self, weight: Vector, gram: Matrix, *, single: bool = False) -> None:
        """Add ``X' diag(weight) X``, weights >= 0; with `single` in float32: faster, for sums that only show the way."""
        if self.x.shape[1] <= FEW_COLUMNS:
            weighted_gram(self.values, weight, gram)
        else:
            self._wide_sandwich(weight, gram, single=single)

    def _wide_sandwich(self, weight: Vector, gram: Matrix, *, single: bool) -> None:
        x, width = self.values, self.width
        kind = np.float32 if single else np.float64
        # Rows of whole cache lines make the product a fifth faster; and no more of them than stay in the cache.
        padded_width = -(-width // 8) * 8
        padded = np.empty((min(rows_per_block(4 * padded_width), weight.size), padded_width), dtype=kind)
        padded[:, width:] = 0.0
        sums = np.zeros((padded_width, padded_width), dtype=kind)
        for lo in range(0, weight.size, padded.shape[0]):
            hi = min(lo + padded.shape[0], weight.size)
            root, scaled = np.sqrt(weight[lo:hi]), padded[: hi - lo]
            scaled[:, 0] = root
            np.multiply(x[lo:hi], root[:, None], out=scaled[:, 1:width], casting="same_kind")
            sums += scaled.T @ scaled
        gram[:width, :width] += sums[:width, :width]

    def weighted(self, weight: Vector) -> Matrix:
        """``diag(weight) [1, X - c]``, n x (1 + q)."""
        scaled = np.empty((weight.size, self.width))
        scaled[:, 0] = weight
        np.multiply(self.values, weight[:, None], out=scaled[:, 1:])
        return scaled

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i x_ij^2``."""
        x = self.values
        squares[0] += weight.sum()
        squares[self.numbers] += np.einsum("i,ij,ij->j", weight, x, x)

    def reach(self, spread: Matrix, sizes: Vector) -> Vector:
        """Upper bound of ``sum_j |x_ij| spread_cj``."""
        return np.asarray(spread[:, 0] + spread[:, self.numbers] @ sizes[self.numbers])
