"""The objective of the fit as a sum over blocks of rows.

``f(b) = -(1/W) sum_i w_i log P_i(b) + (alpha/2) |b|^2`` with ``W = sum_i w_i`` (formula 8.1, with weights and an L2
penalty that spares the intercept).

Coefficients are a flat vector theta of the free ones, class by class: `expand` puts them into the C x P matrix in
storage order, with zeros for what is held at zero (reference levels, dropped columns).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from loglik.cached import cached_property
from loglik.design.rows import Rows, SomeRows
from loglik.fit.loss import CLASS_WEIGHTS, SPARSE, At, kernel_for
from loglik.parallel.executor import executor_of

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.families.canonical import RowLikelihood
    from loglik.parallel.executor import Executor


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
    curvature : Executor or None
        Over rows with ``w p (1 - p)`` beside each, for two classes and sparse columns: products of the Hessian want it.
    """

    theta: Vector
    value: float
    gradient: Vector
    hessian: Matrix | None
    log_likelihood: float
    margin: float
    missed: tuple[float, float] | None = None
    curvature: Executor[Rows] | None = None


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
    label: Labels
    weight: Vector
    offset: Matrix | None
    alpha: float
    free: Indices
    threads: int
    total_weight: float
    passes: Passes = field(default_factory=Passes)
    ridge: Vector | None = None
    single: bool = False
    index: Indices | None = None

    @cached_property
    def executor(self) -> Executor[Rows]:
        """Who sums over the rows."""
        parts = self.design, self.label, self.weight, self.offset
        return executor_of(Rows(*parts) if self.index is None else SomeRows(*parts, index=self.index), self.threads)

    def at(self, theta: Vector, *, hessian: bool = False) -> At:
        """Where rows are evaluated."""
        return At(self.family, self.expand(theta), hessian, self.single)

    @property
    def likelihood(self) -> Objective:
        """The same without a prior on the coefficients."""
        return self

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
        return self.executor.sum(CLASS_WEIGHTS, self.n_classes_free + 1).sums

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
        """Estimate another set of coefficients; shares the pass counter, and what is known of the classes."""
        other = replace(self, free=free)
        if "class_weights" in vars(self):
            vars(other)["class_weights"] = self.class_weights
        return other

    def expand(self, theta: Vector) -> Matrix:
        """Put theta into the C x P matrix of coefficients in storage order."""
        if self._all_free:
            return theta.reshape(self.n_classes_free, -1)
        beta = np.zeros((self.n_classes_free, self.design.n_coefficients))
        beta[:, self.free] = theta.reshape(self.n_classes_free, -1)
        return beta

    def gathered(self, index: Indices) -> Objective:
        """As `subsample`, without a copy: each read gathers the rows."""
        return replace(self, index=index, total_weight=float(self.weight[index].sum()), passes=Passes())

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
        executor, at, kept = self.executor, self.at(theta, hessian=hessian), None
        # Sparse columns are mostly too many for a Hessian; then each row's curvature is kept.
        if self.design.is_sparse_alone and self.n_classes_free == 1 and not hessian:
            sums, kept = executor.keep(SPARSE, at, 1)
        else:
            sums = executor.sum(kernel_for(self.design, self.n_classes_free, hessian=hessian), at)
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
        return Evaluation(theta, value, gradient, full, log_likelihood, sums.margin, missed, kept)

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

    def _assemble(self, parts: Array) -> Matrix:
        """Put the class-by-class curvature sums together to the D x D Hessian over the free coefficients."""
        c, p = self.n_classes_free, self.free.size
        blocks = [self.design.symmetric_from_parts(part) for part in parts]
        if not self._all_free:
            blocks = [block[np.ix_(self.free, self.free)] for block in blocks]
        if c == 1:
            return blocks[0]
        full = np.empty((c * p, c * p))
        for block, (k, m) in zip(blocks, combinations_with_replacement(range(c), 2), strict=True):
            signed = block if k == m else -block  # d2 loss / d eta_k d eta_m = p_k (delta_km - p_m)
            full[k * p : (k + 1) * p, m * p : (m + 1) * p] = signed
            full[m * p : (m + 1) * p, k * p : (k + 1) * p] = signed
        return full

    @cached_property
    def _penalty_matrix(self) -> Matrix:
        return np.asarray(self.alpha * np.kron(self.penalty_classes(), np.diag((self.free != 0).astype(float))))
