"""The design matrix: dense columns, categorical codes and sparse columns behind one set of block products."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.features import INTERCEPT, CategoricalFeature, Feature, NumericFeature, SparseFeatures
from loglik.kernels import products
from loglik.kernels.dense_rows import FEW_COLUMNS, weighted_gram
from loglik.parallel.blocks import rows_per_block

if TYPE_CHECKING:
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]


_LONG_RUNS = 4


@dataclass(frozen=True)
class Design:
    """Rows of predictors, ``X = [1, dense, one-hot(codes), sparse]``, with P coefficients in this *storage order*.

    The matrix is never formed. Level coefficients include the reference level and the intercept is always there:
    what the model leaves out is left out by the caller, who holds those coefficients at zero.

    Parameters
    ----------
    features : tuple of Feature
        The columns in the user's order (*list order*).
    dense : ndarray of shape (n, q)
        Numeric columns, float64 or float32, any memory layout.
    codes : ndarray of int32, shape (n, number of categorical columns)
        Storage position of the coefficient of each row's level.
    sparse : csr_matrix or None
        Sparse columns with sorted indices.
    center : ndarray of shape (q,)
        Subtracted from the dense columns on the fly; zeros unless `centered` was called.
    """

    features: tuple[Feature, ...]
    dense: npt.NDArray[np.floating]
    codes: npt.NDArray[np.int32]
    sparse: csr_matrix | None = None
    center: Vector = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.center.size != self.dense.shape[1]:
            object.__setattr__(self, "center", np.zeros(self.dense.shape[1]))

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return int(self.dense.shape[0])

    @cached_property
    def _is_centered(self) -> bool:
        return bool(self.center.any())

    @cached_property
    def is_plain(self) -> bool:
        """Whether the dense rows lie one after another in memory, and serve as they are."""
        return bool(self.dense.flags.c_contiguous) and not self._is_centered

    @cached_property
    def is_sparse_alone(self) -> bool:
        """Whether there is nothing but sparse columns."""
        return self.sparse is not None and self._first_sparse == 1

    @cached_property
    def n_coefficients(self) -> int:
        """P: the intercept, one per numeric or sparse column, one per level."""
        return 1 + sum(f.width for f in self.features)

    @property
    def _first_sparse(self) -> int:
        return self.n_coefficients - (self.sparse.shape[1] if self.sparse is not None else 0)

    @cached_property
    def block_rows(self) -> int:
        """Fixed number of rows in a block."""
        per_row = self.dense.shape[1] * self.dense.itemsize + 4 * self.codes.shape[1] + 64
        if self.sparse is not None:
            per_row += 12 * (self.sparse.nnz // max(self.n_rows, 1))
        return rows_per_block(per_row)

    @cached_property
    def run_rows(self) -> int:
        """Rows of a block for kernels that make nothing of its size: a few long runs, for few sums to be added up."""
        return max(self.block_rows, -(-self.n_rows // _LONG_RUNS))

    @cached_property
    def positions(self) -> list[Indices]:
        """Storage positions of each feature's coefficients."""
        return storage_positions(self.features)

    @cached_property
    def sparse_sizes(self) -> Vector:
        """Largest size of each sparse column."""
        if self.sparse is None or not self.sparse.shape[1]:
            return np.zeros(0)
        return np.asarray(abs(self.sparse).max(axis=0).todense()).ravel()

    @cached_property
    def list_order(self) -> Indices:
        """Storage positions in list order: the intercept, then the terms of each feature as the user named them."""
        if self.codes.shape[1] == 0 and self.sparse is None:
            return np.arange(self.n_coefficients)
        return np.concatenate([np.zeros(1, dtype=np.int64), *self.positions])

    @cached_property
    def term_names(self) -> tuple[str, ...]:
        """Name of each coefficient in storage order."""
        names = [INTERCEPT] * self.n_coefficients
        for feature, positions in zip(self.features, self.positions, strict=True):
            for position, name in zip(positions, feature.term_names, strict=True):
                names[position] = name
        return tuple(names)

    @cached_property
    def reference_positions(self) -> Indices:
        """Storage positions of the reference levels, whose coefficients are held at zero."""
        if self.codes.shape[1] == 0:
            return np.zeros(0, dtype=np.int64)
        return np.array(
            [
                positions[feature.reference]
                for feature, positions in zip(self.features, self.positions, strict=True)
                if isinstance(feature, CategoricalFeature)
            ],
            dtype=np.int64,
        )

    def centered(self, center: Vector) -> Design:
        """Subtract a constant from each dense column, on the fly."""
        return replace(self, center=center) if (center != self.center).any() else self

    def without_columns(self) -> Design:
        """Make a design of the same rows with the intercept alone."""
        return Design((), self.dense[:, :0], self.codes[:, :0])

    def rows(self, index: Indices) -> Design:
        """Make a design of some of the rows."""
        return replace(
            self,
            dense=np.ascontiguousarray(self.dense[index]),
            codes=self.codes[index],
            sparse=None if self.sparse is None else self.sparse[index],
        )

    def linear_predictor(self, lo: int, hi: int, beta: Matrix) -> Matrix:
        """``beta X'`` for rows lo..hi: C x B from C x P."""
        eta = np.empty((beta.shape[0], hi - lo))
        dense = self._dense_block(lo, hi)
        q = dense.shape[1]
        constant = beta[:, 0]
        if q:
            np.matmul(beta[:, 1 : 1 + q], dense.T, out=eta)
            eta += constant[:, None]
        else:
            eta[:] = constant[:, None]
        if self.codes.shape[1]:
            products.gather_add(self.codes[lo:hi], beta, eta)
        if self.sparse is not None:
            s = self.sparse
            products.csr_add(s.indptr, s.indices, s.data, lo, hi, self._first_sparse, beta, eta)
        return eta

    def predictor_of_rows(self, lo: int, hi: int, beta: Matrix) -> Matrix:
        """As `linear_predictor`, and each row has the same bits whichever rows stand beside it.

        A product of matrices adds up a row's terms in an order that depends on how many rows there are.
        """
        dense = self._dense_block(lo, hi)
        eta = np.repeat(beta[:, :1], hi - lo, axis=1)
        for j in range(dense.shape[1]):
            eta += beta[:, 1 + j, None] * dense[None, :, j]
        if self.codes.shape[1]:
            products.gather_add(self.codes[lo:hi], beta, eta)
        if self.sparse is not None:
            s = self.sparse
            products.csr_add(s.indptr, s.indices, s.data, lo, hi, self._first_sparse, beta, eta)
        return eta

    def add_gradient(self, lo: int, hi: int, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual X`` for rows lo..hi: C x B times B x P into C x P."""
        dense = self._dense_block(lo, hi)
        q = dense.shape[1]
        gradient[:, 0] += residual.sum(axis=1)
        if q:
            gradient[:, 1 : 1 + q] += residual @ dense
        if self.codes.shape[1]:
            products.scatter_add(self.codes[lo:hi], residual, gradient)
        if self.sparse is not None:
            s = self.sparse
            products.csr_transposed_add(s.indptr, s.indices, s.data, lo, hi, self._first_sparse, residual, gradient)

    def add_gram(self, lo: int, hi: int, weight: Vector, gram: Matrix, *, single: bool = False) -> None:
        """Add the upper triangle of ``X' diag(weight) X`` for rows lo..hi; weights are >= 0.

        Below the diagonal some blocks are filled too (products with codes and sparse columns); the caller uses
        `symmetric_from_parts`. With `single` the dense columns are multiplied in float32: twice as fast, for sums that
        only show the way.
        """
        dense = self._dense_block(lo, hi)
        alone = self.codes.shape[1] == 0 and self.sparse is None
        if dense.shape[1] <= FEW_COLUMNS:
            weighted_gram(dense, weight, gram)
        else:
            self._add_wide_gram(dense, weight, gram, single=single)
        if alone:
            return
        scaled = np.empty((hi - lo, 1 + dense.shape[1]))
        scaled[:, 0] = weight
        np.multiply(dense, weight[:, None], out=scaled[:, 1:])
        codes = self.codes[lo:hi]
        if self.codes.shape[1]:
            products.codes_dense_gram(codes, scaled, gram)
            products.codes_gram(codes, weight, gram)
        if self.sparse is not None:
            s, first = self.sparse, self._first_sparse
            products.csr_dense_gram(s.indptr, s.indices, s.data, lo, hi, first, scaled, gram)
            products.csr_gram(s.indptr, s.indices, s.data, lo, hi, first, weight, gram)
            if self.codes.shape[1]:
                products.csr_codes_gram(s.indptr, s.indices, s.data, lo, hi, first, codes, weight, gram)

    @staticmethod
    def _add_wide_gram(dense: npt.NDArray[np.floating], weight: Vector, gram: Matrix, *, single: bool) -> None:
        q = dense.shape[1]
        kind = np.float32 if single else np.float64
        # Rows of whole cache lines make the product a fifth faster; and no more of them than stay in the cache.
        width = -(-(1 + q) // 8) * 8
        padded = np.empty((min(rows_per_block(4 * width), weight.size), width), dtype=kind)
        padded[:, 1 + q :] = 0.0
        sums = np.zeros((width, width), dtype=kind)
        for lo in range(0, weight.size, padded.shape[0]):
            hi = min(lo + padded.shape[0], weight.size)
            root, scaled = np.sqrt(weight[lo:hi]), padded[: hi - lo]
            scaled[:, 0] = root
            np.multiply(dense[lo:hi], root[:, None], out=scaled[:, 1 : 1 + q], casting="same_kind")
            sums += scaled.T @ scaled
        gram[: 1 + q, : 1 + q] += sums[: 1 + q, : 1 + q]

    def add_curvature_product(self, lo: int, hi: int, curvature: Vector, v: Vector, image: Vector) -> None:
        """Add ``X' diag(curvature) X v`` for rows lo..hi, with the intercept first in v and the image."""
        if self.sparse is not None and self.is_sparse_alone:
            s = self.sparse
            products.csr_curvature_add(s.indptr, s.indices, s.data, lo, hi, curvature, v, image)
            return
        rows = self.linear_predictor(lo, hi, v[None])
        rows *= curvature
        self.add_gradient(lo, hi, rows, image[None])

    def add_squares(self, lo: int, hi: int, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i x_ij^2`` for rows lo..hi."""
        dense = self._dense_block(lo, hi)
        squares[0] += weight.sum()
        squares[1 : 1 + dense.shape[1]] += np.einsum("i,ij,ij->j", weight, dense, dense)
        if self.codes.shape[1]:
            products.scatter_add(self.codes[lo:hi], weight[None], squares[None])
        if self.sparse is not None:
            s = self.sparse
            products.csr_squares_add(s.indptr, s.indices, s.data, lo, hi, self._first_sparse, weight, squares)

    def symmetric_from_parts(self, gram: Matrix) -> Matrix:
        """Complete what `add_gram` summed to a symmetric matrix."""
        if self.codes.shape[1] == 0 and self.sparse is None:
            return gram  # a product of a matrix with itself is symmetric to the last bit
        q1 = 1 + self.dense.shape[1]
        gram[:q1, q1:] = gram[q1:, :q1].T
        upper = np.triu(gram)
        return upper + np.triu(upper, 1).T

    def _dense_block(self, lo: int, hi: int) -> npt.NDArray[np.floating]:
        block = self.dense[lo:hi]
        if self._is_centered:
            return block - self.center
        return block


def storage_positions(features: tuple[Feature, ...]) -> list[Indices]:
    """Where the coefficients of each feature are stored: after the intercept the numeric, level, sparse ones."""
    first = 1
    positions: dict[int, Indices] = {}
    for kind in (NumericFeature, CategoricalFeature, SparseFeatures):
        for i, feature in enumerate(features):
            if isinstance(feature, kind):
                positions[i] = np.arange(first, first + feature.width)
                first += feature.width
    return [positions[i] for i in range(len(features))]
