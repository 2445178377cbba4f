"""The middle of the sandwich: how the rows' scores vary, whatever the model says about it.

The score of row i is ``g_i = r_i (x) x_i`` with ``r_ik = w_i (p_ik - t_ik)``, the gradient of its loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from loglik.design.rows import Rows, SomeRows
from loglik.fit.loss import block_rows, terms
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import MatrixSum, RowKernel, Threads

if TYPE_CHECKING:
    from loglik.array_types import Indices, Matrix, Vector
    from loglik.fit.loss import At
    from loglik.fit.objective import Objective

# Sums of scores by cluster are kept whole up to this size; with more clusters, rows are taken cluster by cluster.
_WHOLE_BYTES = 1 << 27
_LEVERAGE_ONE = 1.0 - 1e-10


def score_outer_product(objective: Objective, theta: Vector, *, repeated: bool, shrink: Matrix | None = None) -> Matrix:
    """``sum_i g_i g_i'``, class by class: ``sum_i r_ik r_im x_i x_i'``.

    Parameters
    ----------
    objective : Objective
        The fit's.
    theta : ndarray of shape (D,)
        The estimate.
    repeated : bool
        Whether a weight w means w equal rows: their scores are then ``w`` times ``g g'`` of one of them, not ``w^2``.
    shrink : ndarray of shape (D, D), optional
        Inverse of the Hessian of the whole sum, for two classes: scores are divided by ``1 - h_i``, with
        ``h_i = w_i p_i (1 - p_i) x_i' V x_i`` the leverage of the row (of one of equal rows). Where one is 1, the answer
        has entries that are not finite.
    """
    of = _Scores(objective.at(theta), repeated, None if shrink is None else _root(objective, shrink))
    objective.passes.count += 1
    with single_threaded_blas():
        sums = objective.executor.sum(SCORES, of).sums
    pick = np.ix_(objective.free, objective.free)
    by_pair = dict(zip(of.pairs, (objective.design.symmetric_from_parts(part)[pick] for part in sums), strict=True))

    def block(k: int, m: int) -> Matrix:
        if k == m:
            return by_pair[k, k]
        return np.asarray((by_pair[min(k, m), max(k, m)] - by_pair[k, k] - by_pair[m, m]) / 2.0)

    classes = range(objective.n_classes_free)
    return np.block([[block(k, m) for m in classes] for k in classes])


def _root(objective: Objective, v: Matrix) -> Matrix:
    """Rows ``L'`` in storage order with ``L L' = V``: ``x' V x`` is the square of ``L' x``."""
    scale = np.sqrt(np.diag(v))
    lower = scale[:, None] * np.linalg.cholesky(v / np.outer(scale, scale))
    return np.concatenate([objective.expand(row) for row in np.ascontiguousarray(lower.T)])


@dataclass(frozen=True, eq=False)
class _Scores:
    """Where the scores are taken, whether weights count rows, and the root of the matrix that leverages are made of."""

    at: At
    repeated: bool
    root: Matrix | None

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return list(combinations_with_replacement(range(self.at.family.n_predictors), 2))


def _score_zeros(rows: Rows, of: _Scores) -> MatrixSum:
    p = rows.design.n_coefficients
    return MatrixSum(np.zeros((len(of.pairs), p, p)))


def _add_scores(block: Rows, of: _Scores, total: MatrixSum) -> None:
    found = terms(block, of.at)
    r = found.residual / np.sqrt(found.weight) if of.repeated else found.residual
    with np.errstate(divide="ignore", invalid="ignore"):
        if of.root is not None:
            images = block.design.matvec(of.root)
            h = found.variance * np.einsum("ij,ij->j", images, images)
            if of.repeated:
                h /= found.weight
            r = r / np.where(h < _LEVERAGE_ONE, 1.0 - h, 0.0)
        # The weights of sums of products must not be negative: r_k r_m = ((r_k + r_m)^2 - r_k^2 - r_m^2) / 2.
        for gram, (k, m) in zip(total.sums, of.pairs, strict=True):
            block.design.sandwich(r[k] ** 2 if k == m else (r[k] + r[m]) ** 2, gram)


def _score_block(rows: Rows, of: _Scores) -> int:
    return block_rows(rows, of.at.family.n_predictors, len(of.pairs))


SCORES = RowKernel(_score_zeros, _add_scores, _score_block)
"""Parts of the outer product of the rows' scores."""


def cluster_outer_product(objective: Objective, theta: Vector, codes: Indices, n_clusters: int) -> Matrix:
    """``sum_c G_c G_c'`` with ``G_c`` the sum of the scores of cluster c.

    Parameters
    ----------
    objective, theta
        As of `score_outer_product`.
    codes : ndarray of int, shape (n,)
        Cluster of each row.
    n_clusters : int
        How many there are.
    """
    objective.passes.count += 1
    at, parts = objective.at(theta), (objective.design, objective.label, objective.weight, objective.offset)
    beside = codes[None].astype(np.float64)
    with single_threaded_blas():
        if 8 * at.beta.size * n_clusters <= _WHOLE_BYTES:
            scores = Threads(Rows(*parts, beside), objective.threads).sum(CLUSTERS, (at, n_clusters)).sums
            return _products_of(scores, objective.free)
        order = _in_order(codes, n_clusters)
        rows: Rows = SomeRows(*parts, beside, index=order)
        of = _Sorted(at, objective.free, _divided(codes[order], block_rows(rows, at.family.n_predictors)))
        sums = Threads(rows, objective.threads).sum(SORTED_CLUSTERS, of).sums
        waiting = sums[objective.size :]
        return np.asarray(sums[: objective.size] + waiting.T @ waiting)


def _products_of(scores: Matrix, free: Indices) -> Matrix:
    """``sum_g s_g s_g'`` over the free coefficients, of sums C x G x P."""
    pick = np.ix_(free, free)
    return np.block([[(one.T @ other)[pick] for other in scores] for one in scores])


def _in_order(codes: Indices, n_clusters: int) -> Indices:
    """Rows in the order of their clusters, by counting: the columns of a sparse matrix with a one for each row."""
    n = codes.size
    ones = sparse.csr_array((np.ones(n, dtype=np.int8), codes, np.arange(n + 1)), shape=(n, n_clusters))
    return np.asarray(ones.tocsc().indices, dtype=np.int64)


def _divided(ordered: Indices, block: int) -> Indices:
    """Clusters that end in another block than they begin in."""
    starts = np.arange(block, ordered.size, block)
    return np.unique(ordered[starts][ordered[starts] == ordered[starts - 1]])


def _cluster_zeros(rows: Rows, of: tuple[At, int]) -> MatrixSum:  # noqa: ARG001
    c, p = of[0].beta.shape
    return MatrixSum(np.zeros((c, of[1], p)))


def _add_clusters(block: Rows, of: tuple[At, int], total: MatrixSum) -> None:
    block.design.sum_by_group(terms(block, of[0]).residual, block.kept[0].astype(np.int64), total.sums)


def _cluster_block(rows: Rows, of: tuple[At, int]) -> int:
    return block_rows(rows, of[0].family.n_predictors)


CLUSTERS = RowKernel(_cluster_zeros, _add_clusters, _cluster_block)
"""Sums of scores, C x G x P, by the cluster that stands beside each row."""


@dataclass(frozen=True, eq=False)
class _Sorted:
    """Where scores are taken, of which coefficients, and the clusters that more than one block holds some of."""

    at: At
    free: Indices
    divided: Indices

    @property
    def size(self) -> int:
        return self.at.family.n_predictors * self.free.size


def _sorted_zeros(rows: Rows, of: _Sorted) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros((of.size + of.divided.size, of.size)))


def _add_sorted(block: Rows, of: _Sorted, total: MatrixSum) -> None:
    clusters = block.kept[0].astype(np.int64)
    begins = np.concatenate([[True], clusters[1:] != clusters[:-1]])
    names = clusters[begins]
    sums = np.zeros((of.at.beta.shape[0], names.size, of.at.beta.shape[1]))
    block.design.sum_by_group(terms(block, of.at).residual, np.cumsum(begins) - 1, sums)
    waits = np.isin(names, of.divided)
    for c, scores in enumerate(sums):
        some = slice(c * of.free.size, (c + 1) * of.free.size)
        total.sums[of.size + np.searchsorted(of.divided, names[waits]), some] += scores[waits][:, of.free]
    sums[:, waits] = 0.0
    total.sums[: of.size] += _products_of(sums, of.free)


def _sorted_block(rows: Rows, of: _Sorted) -> int:
    return block_rows(rows, of.at.family.n_predictors)


SORTED_CLUSTERS = RowKernel(_sorted_zeros, _add_sorted, _sorted_block)
"""Outer product of the clusters' scores, rows in the order of clusters, and below it the scores of divided clusters."""
