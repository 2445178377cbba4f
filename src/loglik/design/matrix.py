"""The design matrix: a list of column blocks, and the names and places of their coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.columns.categorical import CategoricalBlock
from loglik.design.columns.dense import DenseBlock
from loglik.design.columns.sparse import SparseBlock
from loglik.design.features import INTERCEPT, Feature, LevelsFeature, NumericFeature, SparseFeatures
from loglik.parallel.executor import rows_per_block

if TYPE_CHECKING:
    from types import UnionType

    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    from loglik.array_types import Array, Indices, Labels, Matrix, Vector
    from loglik.design.columns.block import ColumnBlock
    from loglik.parallel.executor import Reader

_LONG_RUNS = 4


@dataclass(frozen=True)
class Design:
    """Rows of predictors, ``X = [1, dense, one-hot(codes), sparse, ...]``, with P coefficients in this *storage order*.

    The matrix is never formed. Level coefficients include the reference level and the intercept is always there:
    what the model leaves out is left out by the caller, who holds those coefficients at zero.

    Parameters
    ----------
    features : tuple of Feature
        The columns in the user's order (*list order*).
    blocks : tuple of ColumnBlock
        The columns as they are stored; the first block has the intercept and the numbers.
    reader : Reader or None
        Who reads these rows for a fit, where that is not whoever asks.
    """

    features: tuple[Feature, ...]
    blocks: tuple[ColumnBlock, ...]
    reader: Reader | None = None

    @staticmethod
    def of(
        features: tuple[Feature, ...],
        dense: npt.NDArray[np.floating],
        codes: Labels,
        sparse: csr_matrix | None = None,
        center: Vector | None = None,
    ) -> Design:
        """Make a design of columns of the three usual kinds.

        Parameters
        ----------
        features : tuple of Feature
            The columns in list order.
        dense : ndarray of shape (n, q)
            Numeric columns, float64 or float32, any memory layout.
        codes : ndarray of int32, shape (n, number of categorical columns)
            Storage position of the coefficient of each row's level.
        sparse : csr_matrix or None
            Sparse columns with sorted indices.
        center : ndarray of shape (q,) or None
            Subtracted from the dense columns on the fly.
        """
        blocks: list[ColumnBlock] = [DenseBlock.of(dense, center)]
        if codes.shape[1]:
            widths = [f.width for f in features if isinstance(f, LevelsFeature)]
            first = blocks[0].stop
            blocks.append(CategoricalBlock(codes, (first, *(first + np.cumsum(widths)).tolist())))
        if sparse is not None:
            blocks.append(SparseBlock.of(sparse, blocks[-1].stop))
        return Design(features, tuple(blocks))

    @cached_property
    def numeric(self) -> DenseBlock:
        """The intercept and the columns of numbers."""
        block = self.blocks[0]
        if not isinstance(block, DenseBlock):
            msg = "the first block has the intercept"
            raise TypeError(msg)
        return block

    @cached_property
    def levels(self) -> CategoricalBlock:
        """The categorical columns; a block without any where there are none."""
        for block in self.blocks:
            if isinstance(block, CategoricalBlock):
                return block
        return CategoricalBlock(np.zeros((self.n_rows, 0), dtype=np.int32), (self.numeric.stop,))

    @cached_property
    def words(self) -> SparseBlock | None:
        """The sparse columns, if there are any."""
        return next((block for block in self.blocks if isinstance(block, SparseBlock)), None)

    @property
    def dense(self) -> npt.NDArray[np.floating]:
        """Numbers as they are stored, n x q."""
        return self.numeric.x

    @property
    def center(self) -> Vector:
        """What is subtracted from them."""
        return self.numeric.center

    @property
    def codes(self) -> Labels:
        """Positions of the levels' coefficients, n x number of categorical columns."""
        return self.levels.codes

    @property
    def sparse(self) -> csr_matrix | None:
        """Sparse columns."""
        return None if self.words is None else self.words.matrix

    @cached_property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self.blocks[0].n_rows

    @property
    def is_in_memory(self) -> bool:
        """Whether its numbers are one array, and not stored in chunks (`loglik.design.stored`)."""
        return isinstance(self.numeric.x, np.ndarray)

    @cached_property
    def n_coefficients(self) -> int:
        """P: the intercept, one per numeric or sparse column, one per level."""
        return self.blocks[-1].stop

    @property
    def is_sparse_alone(self) -> bool:
        """Whether there is nothing but sparse columns."""
        return self.words is not None and self.words.first == 1 and len(self.blocks) == 2

    @cached_property
    def is_usual(self) -> bool:
        """Whether there is nothing but numbers and levels, which one kernel reads together."""
        return all(isinstance(block, (DenseBlock, CategoricalBlock)) for block in self.blocks) and len(self.blocks) <= 2

    @property
    def entries_per_row(self) -> float:
        """Numbers in a row that are not zero, the intercept among them: what arithmetic on a row costs."""
        return sum(block.entries_per_row for block in self.blocks)

    @cached_property
    def block_rows(self) -> int:
        """Fixed number of rows in a block."""
        return rows_per_block(64 + sum(block.bytes_per_row for block in self.blocks))

    @cached_property
    def positions(self) -> list[Indices]:
        """Storage positions of each feature's coefficients."""
        return storage_positions(self.features)

    @cached_property
    def list_order(self) -> Indices:
        """Storage positions in list order: the intercept, then the terms of each feature as the user named them."""
        if len(self.blocks) == 1:
            return np.arange(self.n_coefficients)
        return np.concatenate([np.zeros(1, dtype=np.int64), *self.positions])

    @cached_property
    def term_names(self) -> tuple[str, ...]:
        """Name of each coefficient in storage order."""
        return term_names(self.features)

    @cached_property
    def reference_positions(self) -> Indices:
        """Storage positions of the reference levels, whose coefficients are held at zero."""
        return np.array(
            [
                positions[feature.reference]
                for feature, positions in zip(self.features, self.positions, strict=True)
                if isinstance(feature, LevelsFeature) and feature.reference is not None
            ]
            if self.levels.width
            else [],
            dtype=np.int64,
        )

    @cached_property
    def _sizes(self) -> list[Vector]:
        return [block.sizes() for block in self.blocks[1:]]

    def sizes(self, largest: Vector) -> Vector:
        """Largest size of each column, P of them.

        Parameters
        ----------
        largest : ndarray of shape (q,)
            Those of the columns of numbers.
        """
        return np.concatenate([np.ones(1), largest, *self._sizes])

    def centered(self, center: Vector) -> Design:
        """Subtract a constant from each dense column, on the fly."""
        if not (center != self.center).any():
            return self
        return replace(self, blocks=(self.numeric.centered(center), *self.blocks[1:]))

    def with_numeric(self, numeric: DenseBlock) -> Design:
        """Put other numbers in the place of those that are there."""
        return Design(self.features, (numeric, *self.blocks[1:]))

    def without_columns(self) -> Design:
        """Make a design of the same rows with the intercept alone."""
        return Design((), (DenseBlock.of(self.dense[:, :0]),), self.reader)

    def rows(self, index: Indices) -> Design:
        """Make a design of some of the rows."""
        return Design(self.features, tuple(block.rows(index) for block in self.blocks))

    def block(self, lo: int, hi: int) -> Design:
        """Rows lo..hi, without a copy."""
        if lo == 0 and hi == self.n_rows and self.is_in_memory:
            return self
        return Design(self.features, tuple([block.block(lo, hi) for block in self.blocks]))

    def alone(self, lo: int, hi: int) -> Design:
        """Rows lo..hi and no others, to be sent."""
        return Design(self.features, tuple(block.alone(lo, hi) for block in self.blocks))

    def over(self, stored: Design) -> Design:
        """These columns with the rows of a design that has the same ones, but for what is subtracted from the numbers."""
        numeric = DenseBlock(stored.dense[:, : self.numeric.n_numbers], self.center, self.numeric.is_centered)
        return Design(self.features, (numeric, *stored.blocks[1 : len(self.blocks)]))

    def column(self, position: int) -> Vector:
        """One column, as a dense one, whatever is subtracted from it."""
        if self.numeric.holds_number(position):
            return np.asarray(self.dense[:, position - 1], dtype=np.float64)
        block = next(block for block in self.blocks if block.holds(position))
        return np.asarray(block.columns(np.array([position - block.first]))[0])

    def matvec(self, beta: Matrix) -> Matrix:
        """Linear predictors ``beta X'``: C x n from C x P."""
        eta = self.numeric.predictor(beta)
        for block in self.blocks[1:]:
            block.matvec(beta, eta)
        return eta

    def matvec_of_rows(self, beta: Matrix) -> Matrix:
        """As `matvec`, and each row has the same bits whichever rows stand beside it."""
        eta = self.numeric.predictor_of_rows(beta)
        for block in self.blocks[1:]:
            block.matvec(beta, eta)
        return eta

    def transpose_matvec(self, residual: Matrix, gradient: Matrix) -> None:
        """Add ``residual X``: C x n times n x P into C x P."""
        for block in self.blocks:
            block.transpose_matvec(residual, gradient)

    def sum_by_group(self, residual: Matrix, group: Indices, sums: Array) -> None:
        """Add ``residual_ci x_i`` of each row to ``sums[c, group_i]``: C x n into C x G x P."""
        for block in self.blocks:
            block.sum_by_group(residual, group, sums)

    def sandwich(self, weight: Vector, gram: Matrix, *, single: bool = False) -> None:
        """Add the upper triangle of ``X' diag(weight) X``; weights are >= 0.

        Below the diagonal some blocks are filled too (products with the dense columns); the caller uses
        `symmetric_from_parts`. With `single` the dense columns are multiplied in float32: twice as fast, for sums that
        only show the way.
        """
        self.numeric.sandwich(weight, gram, single=single)
        if len(self.blocks) == 1:
            return
        for i, block in enumerate(self.blocks[1:], 1):
            for other in self.blocks[:i]:
                block.cross_sandwich(other, weight, gram)
            block.sandwich(weight, gram)

    def symmetric_from_parts(self, gram: Matrix) -> Matrix:
        """Complete what `sandwich` summed to a symmetric matrix."""
        if len(self.blocks) == 1:
            return gram  # a product of a matrix with itself is symmetric to the last bit
        dense = self.numeric.stop
        gram[:dense, dense:] += gram[dense:, :dense].T
        upper = np.triu(gram)
        return upper + np.triu(upper, 1).T

    def curvature_product(self, curvature: Vector, v: Vector, image: Vector) -> None:
        """Add ``X' diag(curvature) X v``."""
        if self.is_sparse_alone and self.words is not None:
            self.words.curvature_product(curvature, v, image)
            return
        rows = self.matvec(v[None])
        rows *= curvature
        self.transpose_matvec(rows, image[None])

    def squares(self, weight: Vector, squares: Vector) -> None:
        """Add ``sum_i w_i x_ij^2``."""
        for block in self.blocks:
            block.squares(weight, squares)


_KINDS: tuple[type | UnionType, ...] = (NumericFeature, LevelsFeature, SparseFeatures)


def storage_positions(features: tuple[Feature, ...]) -> list[Indices]:
    """Where the coefficients of each feature are stored: after the intercept the numeric, level, sparse ones, then others."""
    one = {type(feature): feature for feature in features}
    of = {t: next((k for k, kind in enumerate(_KINDS) if isinstance(f, kind)), len(_KINDS)) for t, f in one.items()}
    kinds = [of[type(feature)] for feature in features]
    first, positions = 1, {}
    for i in sorted(range(len(features)), key=kinds.__getitem__):
        positions[i] = np.arange(first, first + features[i].width)
        first += features[i].width
    return [positions[i] for i in range(len(features))]


def term_names(features: tuple[Feature, ...]) -> tuple[str, ...]:
    """Name of each coefficient in storage order."""
    places = storage_positions(features)
    names = [INTERCEPT] * (1 + sum(f.width for f in features))
    for feature, positions in zip(features, places, strict=True):
        for position, name in zip(positions, feature.term_names, strict=True):
            names[position] = name
    return tuple(names)
