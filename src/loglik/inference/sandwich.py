"""The middle of the sandwich: how the rows' scores vary, whatever the model says about it.

The score of row i is ``g_i = r_i (x) x_i`` with ``r_ik = w_i (p_ik - t_ik)``, the gradient of its loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.clusters import ordered
from loglik.design.rows import Rows, SomeRows
from loglik.fit.loss import block_rows, terms
from loglik.kernels.rows.dense import FEW_COLUMNS
from loglik.kernels.rows.scores import ordered_scores
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import MatrixSum, RowKernel, Threads, rows_per_block

if TYPE_CHECKING:
    from loglik.array_types import Indices, Matrix, Vector
    from loglik.fit.loss import At
    from loglik.fit.objective import Objective

# Sums of scores by cluster are kept whole up to this size, which caches hold; with more clusters, rows are gathered
# cluster by cluster.
_WHOLE_BYTES = 1 << 25
_NONE = np.zeros(0)
# Share of rows that are together with others below which these are looked at alone.
_MOSTLY_ALONE = 0.25
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
    several = np.bincount(codes, minlength=n_clusters)[codes] > 1
    if several.mean() < _MOSTLY_ALONE:
        return _of_rows_mostly_alone(objective, theta, codes, np.flatnonzero(several))
    objective.passes.count += 1
    at, parts = objective.at(theta), (objective.design, objective.label, objective.weight, objective.offset)
    with single_threaded_blas():
        rows = Rows(*parts, codes[None].astype(np.float64))
        if 8 * at.beta.size * n_clusters <= _WHOLE_BYTES:
            scores = Threads(rows, objective.threads).sum(CLUSTERS, (at, range(n_clusters))).sums
            return _products_of(scores, objective.free)
        groups = Groups.of(rows, codes, n_clusters)
        return Threads(groups, objective.threads).sum(GROUPS, (at, objective.free)).sums


def _of_rows_mostly_alone(objective: Objective, theta: Vector, codes: Indices, together: Indices) -> Matrix:
    """Rows as if each were a cluster, and those that are together put right."""
    total = score_outer_product(objective, theta, repeated=False)
    if not together.size:
        return total
    some, (found, number) = objective.subsample(together), np.unique(codes[together], return_inverse=True)
    total -= score_outer_product(some, theta, repeated=False)
    return total + cluster_outer_product(some, theta, number, found.size)


def _products_of(scores: Matrix, free: Indices) -> Matrix:
    """``sum_g s_g s_g'`` over the free coefficients, of sums C x G x P."""
    pick = np.ix_(free, free)
    return np.block([[(one.T @ other)[pick] for other in scores] for one in scores])


def _cluster_zeros(rows: Rows, of: tuple[At, range]) -> MatrixSum:  # noqa: ARG001
    c, p = of[0].beta.shape
    return MatrixSum(np.zeros((c, len(of[1]), p)))


def _add_clusters(block: Rows, of: tuple[At, range], total: MatrixSum) -> None:
    group = block.kept[0].astype(np.int64) - of[1].start
    block.design.sum_by_group(terms(block, of[0]).residual, group, total.sums)


def _cluster_block(rows: Rows, of: tuple[At, range]) -> int:
    return block_rows(rows, of[0].family.n_predictors)


CLUSTERS = RowKernel(_cluster_zeros, _add_clusters, _cluster_block)
"""Sums of scores, C x G x P, of a range of clusters, by the one that stands beside each row."""


@dataclass(slots=True, eq=False)
class Groups:
    """Rows in the order of their groups: what is walked are the groups.

    Parameters
    ----------
    rows : Rows
        All rows, as they are stored, with their groups beside them.
    order : ndarray of int, shape (n,)
        Rows in the order of their groups.
    ends : ndarray of int, shape (G,)
        Where in it each group ends.
    start : int
        Where the first one begins.
    first : int
        Its number.
    """

    rows: Rows
    order: Indices
    ends: Indices
    start: int = 0
    first: int = 0

    @staticmethod
    def of(rows: Rows, codes: Indices, n_groups: int) -> Groups:
        """Put rows in the order of their groups."""
        return Groups(rows, *ordered(codes, n_groups))

    @property
    def n_rows(self) -> int:
        """Number of groups."""
        return self.ends.size

    @property
    def block_rows(self) -> int:
        """Groups of a block: with as many rows, about, as a block of rows has."""
        return max(self.rows.block_rows * self.n_rows // max(self.order.size, 1), 1)

    def block(self, lo: int, hi: int) -> Groups:
        """Groups lo..hi."""
        start = int(self.ends[lo - 1]) if lo else self.start
        return Groups(self.rows, self.order, self.ends[lo:hi], start, self.first + lo)

    def keeping(self, beside: Matrix) -> Groups:
        """Nothing stands beside groups."""
        raise NotImplementedError


def _group_zeros(groups: Groups, of: tuple[At, Indices]) -> MatrixSum:  # noqa: ARG001
    at, free = of
    size = at.family.n_predictors * free.size
    return MatrixSum(np.zeros((size, size)))


def _add_groups(block: Groups, of: tuple[At, Indices], total: MatrixSum) -> None:
    at, free = of
    rows, design = block.rows, block.rows.design
    if at.family.n_predictors == 1 and len(design.blocks) == 1 and design.numeric.n_numbers <= FEW_COLUMNS:
        sums = np.zeros((1, block.n_rows, at.beta.shape[1]))
        ordered_scores(
            design.numeric.x, design.numeric.center, rows.label, rows.weight,
            _NONE if rows.offset is None else rows.offset[0], at.beta[0], block.order, block.start, block.ends, sums[0],
        )  # fmt: skip
    else:
        index = block.order[block.start : block.ends[-1]]
        some: Rows = SomeRows(design, rows.label, rows.weight, rows.offset, rows.beside, index=index)
        sums = Threads(some, 1).sum(CLUSTERS, (at, range(block.first, block.first + block.n_rows))).sums
    total.sums += _products_of(sums, free)


def _group_block(groups: Groups, of: tuple[At, Indices]) -> int:
    return min(groups.block_rows, rows_per_block(8 * of[0].beta.size))


GROUPS = RowKernel(_group_zeros, _add_groups, _group_block)
"""Outer product of the scores of groups, whose rows are gathered."""
