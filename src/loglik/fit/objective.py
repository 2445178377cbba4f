"""The objective of the fit as a sum over blocks of rows.

``f(b) = -(1/W) sum_i w_i log P_i(b) + (alpha/2) |b|^2`` with ``W = sum_i w_i`` (formula 8.1, with weights and an L2
penalty that spares the intercept).

Coefficients are a flat vector theta of the free ones, class by class: `expand` puts them into the C x P matrix in
storage order, with zeros for what is held at zero (reference levels, dropped columns).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.kernels.binary_rows import bernoulli_pass, moved_bernoulli_pass
from loglik.kernels.dense_rows import FEW_COLUMNS
from loglik.kernels.panels import PANEL, panel_rows
from loglik.kernels.sparse_rows import csr_bernoulli_pass
from loglik.parallel.blocks import rows_per_block, sum_over_blocks

if TYPE_CHECKING:
    from typing import Self

    import numpy.typing as npt

    from loglik.design.columns.sparse import SparseBlock
    from loglik.design.matrix import Design
    from loglik.families.canonical import RowLikelihood, RowTerms

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]


_MIN_SHARED_ROWS, _MOST_SHARED_ROWS = 256, 4_096
_LONG_BLOCKS = 16


@dataclass
class _Sums:
    """What is summed over rows: loss, gradient C x P, curvature blocks, residuals' sizes, and the smallest margin."""

    loss: float
    gradient: Matrix
    hessian: npt.NDArray[np.float64]
    missed: float = 0.0
    margin: float = np.inf

    def __iadd__(self, other: Self) -> Self:
        self.loss += other.loss
        self.gradient += other.gradient
        self.hessian += other.hessian
        self.missed += other.missed
        self.margin = min(self.margin, other.margin)
        return self


@dataclass(frozen=True)
class Evaluation:
    """The objective at one point.

    Parameters
    ----------
    theta : ndarray of shape (D,)
        The point.
    value : float
        Objective, in nats per unit of weight.
    gradient : ndarray of shape (D,)
        Its gradient.
    hessian : ndarray of shape (D, D) or None
        Its second derivatives, if asked for.
    log_likelihood : float
        ``sum_i w_i log P_i``, without the penalty.
    margin : float
        Smallest margin of any row; > 0 means that this point separates the classes completely.
    missed : (float, float) or None
        With two classes, ``sum_i w_i (1 - p_i)`` over the rows of each, p the probability of the class that came up.
    variance : ndarray of shape (n,) or None
        ``w p (1 - p)`` of each row, for two classes and sparse columns: products with the Hessian will want it.
    """

    theta: Vector
    value: float
    gradient: Vector
    hessian: Matrix | None
    log_likelihood: float
    margin: float
    missed: tuple[float, float] | None = None
    variance: Vector | None = None


@dataclass
class Passes:
    """How often the rows were read."""

    count: int = 0


@dataclass(frozen=True)
class Objective:
    """Weighted mean negative log-likelihood of a design, with an L2 penalty.

    Parameters
    ----------
    design : Design
        Predictors.
    family : RowLikelihood
        Bernoulli or Categorical.
    label : ndarray of int32, shape (n,)
        Class of each row, the reference class being C.
    weight : ndarray of shape (n,)
        Weights, all > 0.
    offset : ndarray of shape (C, n) or None
        Added to the linear predictors.
    alpha : float
        L2 penalty on everything but the intercept.
    free : ndarray of int
        Storage positions of the coefficients that are estimated, in the order of theta.
    threads : int
        Threads that walk the blocks.
    passes : Passes
        Counter of reads of the rows, shared by objectives made with `with_free`.
    single : bool
        Sum Hessians in float32, where they only show the way.
    ridge : ndarray of shape (D,) or None
        Further penalty ``sum_j ridge_j theta_j^2 / 2``: holds a fit of a sample together, where levels may have no row.
    """

    design: Design
    family: RowLikelihood
    label: npt.NDArray[np.int32]
    weight: Vector
    offset: Matrix | None
    alpha: float
    free: Indices
    threads: int
    total_weight: float
    passes: Passes = field(default_factory=Passes)
    ridge: Vector | None = None
    single: bool = False

    @property
    def n_classes_free(self) -> int:
        """C, the number of linear predictors."""
        return self.family.n_predictors

    @property
    def size(self) -> int:
        """D, the length of theta."""
        return self.n_classes_free * self.free.size

    @cached_property
    def class_weights(self) -> Vector:
        """Sum of the weights of each class, the reference class last."""
        k, block = self.n_classes_free + 1, 1 << 17  # `bincount` copies its argument
        pieces = (slice(lo, lo + block) for lo in range(0, self.label.size, block))
        return np.asarray(sum(np.bincount(self.label[rows], self.weight[rows], minlength=k) for rows in pieces))

    @cached_property
    def _intercept(self) -> Indices:
        """Where the intercept is among the free coefficients of a class, if it is."""
        return np.flatnonzero(self.free == 0)

    def is_null(self, theta: Vector) -> bool:
        """Whether no column counts yet: all coefficients but the intercepts are 0."""
        return not self.expand(theta)[:, 1:].any()

    def gather(self, sums: Matrix) -> Vector:
        """Free entries of a C x P matrix: the opposite of `expand`."""
        return (sums if self._all_free else sums[:, self.free]).ravel()

    @cached_property
    def _all_free(self) -> bool:
        """Whether theta is the matrix of coefficients, row after row."""
        return bool(self.free.size == self.design.n_coefficients and (np.diff(self.free) == 1).all())

    def with_free(self, free: Indices) -> Objective:
        """Estimate another set of coefficients; shares the pass counter."""
        return replace(self, free=free)

    def expand(self, theta: Vector) -> Matrix:
        """Put theta into the C x P matrix of coefficients in storage order."""
        if self._all_free:
            return theta.reshape(self.n_classes_free, -1)
        beta = np.zeros((self.n_classes_free, self.design.n_coefficients))
        beta[:, self.free] = theta.reshape(self.n_classes_free, -1)
        return beta

    def subsample(self, index: Indices, ridge: Vector | None = None) -> Objective:
        """Make the same objective on some of the rows."""
        weight = self.weight[index]
        return replace(
            self,
            design=self.design.rows(index),
            label=self.label[index],
            weight=weight,
            offset=None if self.offset is None else np.ascontiguousarray(self.offset[:, index]),
            total_weight=float(weight.sum()),
            passes=Passes(),
            ridge=ridge,
        )

    def evaluate(self, theta: Vector, *, hessian: bool = False) -> Evaluation:
        """Value and gradient in one read of the rows, and on request the Hessian in the same read."""
        # Sparse columns are mostly too many for a Hessian; then each row's curvature is kept.
        words = self.design.words if self.design.is_sparse_alone else None
        if words is not None and self.n_classes_free == 1 and not hessian:
            variance = np.empty(self.design.n_rows)
            sums = self._sparse_sum(words, theta, variance)
        else:
            variance, sums = None, self._sum(theta, hessian=hessian)
        self.passes.count += 1
        w = self.total_weight
        log_likelihood = -sums.loss
        gradient = self.gather(sums.gradient) / w
        value = sums.loss / w
        full = self._assemble(sums.hessian) / w if hessian else None
        if self.alpha > 0.0:
            pull = self.penalty_product(theta)
            value += 0.5 * float(theta @ pull)
            gradient = gradient + pull
            if full is not None:
                full += self._penalty_matrix
        if self.ridge is not None:
            value += 0.5 * float(self.ridge @ theta**2)
            gradient = gradient + self.ridge * theta
            if full is not None:
                full += np.diag(self.ridge)
        # A residual is -w (1 - p) in a row of class 0 and w (1 - p) in one of class 1.
        drift = float(sums.gradient[0, 0])
        missed = ((sums.missed - drift) / 2.0, (sums.missed + drift) / 2.0) if self.n_classes_free == 1 else None
        return Evaluation(theta, value, gradient, full, log_likelihood, sums.margin, missed, variance)

    def penalty_product(self, theta: Vector) -> Vector:
        """Gradient of the penalty, ``alpha M b``.

        With K >= 3 classes the penalty is that of the symmetric form, in which each class has coefficients and they
        sum to zero: with the reference class at 0 it is ``|b|^2 - (1/K) |sum_k b_k|^2`` per column, so that
        ``M = I - 11'/K`` on the classes. With two classes it is ``|b|^2``.
        """
        b = self.alpha * theta.reshape(self.n_classes_free, -1)
        b[:, self._intercept] = 0.0
        if self.n_classes_free > 1:
            b -= b.sum(axis=0) / (self.n_classes_free + 1)
        return b.ravel()

    def penalty_classes(self) -> Matrix:
        """``M``, the class part of the penalty."""
        c = self.n_classes_free
        return np.asarray(np.eye(c) - (np.ones((c, c)) / (c + 1) if c > 1 else 0.0))

    def linear_predictors(self, theta: Vector) -> Matrix:
        """Linear predictors of all rows, offset included: C x n."""
        design, beta = self.design, self.expand(theta)
        eta = np.empty((self.n_classes_free, design.n_rows))
        for lo in range(0, design.n_rows, design.block_rows):
            hi = min(lo + design.block_rows, design.n_rows)
            eta[:, lo:hi] = design.linear_predictor(lo, hi, beta)
        return eta if self.offset is None else eta + self.offset

    def class_curvature(self, lo: int, hi: int, theta: Vector) -> Matrix:
        """``sum_i w_i (diag(p_i) - p_i p_i')`` over rows lo..hi: how the classes hang together, C x C."""
        terms = self.terms(lo, hi, self.expand(theta))
        if self.n_classes_free == 1:
            return np.array([[terms.variance.sum()]])
        weighted = terms.probability * terms.weight
        return np.asarray(np.diag(weighted.sum(axis=1)) - weighted @ terms.probability.T)

    def terms(self, lo: int, hi: int, beta: Matrix) -> RowTerms:
        """Likelihood of rows lo..hi."""
        eta = self.design.linear_predictor(lo, hi, beta)
        if self.offset is not None:
            eta += self.offset[:, lo:hi]
        return self.family.rows(eta, self.label[lo:hi], self.weight[lo:hi])

    def _sum(self, theta: Vector, *, hessian: bool) -> _Sums:
        design, c = self.design, self.n_classes_free
        beta = self.expand(theta)
        if c == 1 and design.is_usual and (not hessian or design.numeric.width <= 1 + FEW_COLUMNS):
            return self._binary_sum(beta[0], hessian=hessian)
        pairs = [(k, m) for k in range(c) for m in range(k, c)] if hessian else []
        p = design.n_coefficients

        def add(lo: int, hi: int, total: _Sums) -> None:
            terms = self.terms(lo, hi, beta)
            total.loss += float(terms.loss.sum())
            total.margin = min(total.margin, float(terms.margin.min()))
            if c == 1:
                total.missed += float(np.abs(terms.residual).sum())
            design.add_gradient(lo, hi, terms.residual, total.gradient)
            for part, (k, m) in enumerate(pairs):
                design.add_gram(lo, hi, self.family.curvature(terms, k, m), total.hessian[part], single=self.single)

        def zeros() -> _Sums:
            return _Sums(0.0, np.zeros((c, p)), np.zeros((len(pairs), p if pairs else 0, p)))

        return sum_over_blocks(
            design.n_rows, self.block_rows(len(pairs)), zeros, add,
            threads=self.threads, accumulator_bytes=8 * p * (c + len(pairs) * p),
        )  # fmt: skip

    def _binary_sum(self, beta: Vector, *, hessian: bool) -> _Sums:
        """As `_sum` for two classes and rows without sparse columns: one kernel for whole runs of rows."""
        design = self.design
        p = beta.size if hessian else 0
        offset = np.zeros(0) if self.offset is None else self.offset[0]

        def add(lo: int, hi: int, total: _Sums) -> None:
            sums, work = np.array([0.0, 0.0, np.inf]), np.empty((5, panel_rows(design.numeric.width - 1)))
            rows = (
                design.codes[lo:hi], self.label[lo:hi], self.weight[lo:hi], offset[lo:hi], beta, total.gradient[0],
                total.hessian[0], sums, work,
            )  # fmt: skip
            if design.numeric.is_plain:
                bernoulli_pass(design.dense[lo:hi], *rows)
            else:
                moved_bernoulli_pass(design.dense[lo:hi], design.center, *rows)
            total.loss += sums[0]
            total.missed += sums[1]
            total.margin = min(total.margin, sums[2])

        def zeros() -> _Sums:
            return _Sums(0.0, np.zeros((1, beta.size)), np.zeros((1, p, p)))

        # Panels are the kernel's own: a block may be long, as long as there are blocks enough to share.
        rows = min(4 * design.block_rows, max(design.block_rows, -(-design.n_rows // _LONG_BLOCKS)))
        return sum_over_blocks(
            design.n_rows, rows, zeros, add, threads=self.threads, accumulator_bytes=8 * beta.size * (1 + p)
        )

    def _sparse_sum(self, s: SparseBlock, theta: Vector, variance: Vector) -> _Sums:
        """As `_sum` for two classes and nothing but sparse columns: one kernel for whole runs of rows."""
        design, beta = self.design, self.expand(theta)[0]
        offset = np.zeros(0) if self.offset is None else self.offset[0]

        def add(lo: int, hi: int, total: _Sums) -> None:
            sums = np.array([0.0, 0.0, np.inf])
            csr_bernoulli_pass(
                s.indptr, s.indices, s.data, lo, hi, self.label, self.weight, offset, beta, total.gradient[0], variance,
                sums, np.empty((4, PANEL)),
            )  # fmt: skip
            total.loss += sums[0]
            total.missed += sums[1]
            total.margin = min(total.margin, sums[2])

        def zeros() -> _Sums:
            return _Sums(0.0, np.zeros((1, beta.size)), np.zeros((1, 0, 0)))

        return sum_over_blocks(
            design.n_rows, design.run_rows, zeros, add, threads=self.threads, accumulator_bytes=8 * beta.size
        )

    def block_rows(self, products: int = 1) -> int:
        """Rows of a block, of which so many products are summed."""
        # With many classes the C x B work arrays, not the columns, fill the cache.
        rows = rows_per_block(32 * self.n_classes_free)
        if products == 1:
            return min(self.design.block_rows, rows)
        # So many matrices are better not fetched too often; but threads may have their part of few rows too.
        rows = min(rows, _MOST_SHARED_ROWS)
        while rows > _MIN_SHARED_ROWS and 8 * rows > self.design.n_rows:
            rows //= 2
        return rows

    def _assemble(self, parts: npt.NDArray[np.float64]) -> Matrix:
        """Put the class-by-class curvature sums together to the D x D Hessian over the free coefficients."""
        c, p = self.n_classes_free, self.free.size
        if c == 1 and self._all_free:
            return self.design.symmetric_from_parts(parts[0])
        pick = np.ix_(self.free, self.free)
        if c == 1:
            return self.design.symmetric_from_parts(parts[0])[pick]
        full = np.empty((c * p, c * p))
        part = 0
        for k in range(c):
            for m in range(k, c):
                sign = 1 if k == m else -1  # d2 loss / d eta_k d eta_m = p_k (delta_km - p_m)
                block = sign * self.design.symmetric_from_parts(parts[part])[pick]
                full[k * p : (k + 1) * p, m * p : (m + 1) * p] = block
                full[m * p : (m + 1) * p, k * p : (k + 1) * p] = block
                part += 1
        return full

    @cached_property
    def _penalty_matrix(self) -> Matrix:
        return np.asarray(self.alpha * np.kron(self.penalty_classes(), np.diag((self.free != 0).astype(float))))
