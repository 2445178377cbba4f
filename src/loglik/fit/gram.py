"""``X' diag(w) X`` over rows, with weights that each row's likelihood gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.loss import block_rows, terms
from loglik.parallel.executor import MatrixSum, RowKernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Matrix
    from loglik.design.rows import Rows
    from loglik.fit.loss import At
    from loglik.parallel.executor import Executor

    RowWeights = Callable[[Rows, At | None], Matrix]


def ones(rows: Rows, at: At | None) -> Matrix:  # noqa: ARG001
    """Every row counts once."""
    return np.ones((1, rows.n_rows))


def variance(rows: Rows, at: At | None) -> Matrix:
    """``w p (1 - p)`` with two classes."""
    return terms(rows, _given(at)).variance[None]


def by_class(rows: Rows, at: At | None) -> Matrix:
    """``w p_k`` for each class, the reference class last."""
    found = terms(rows, _given(at))
    reference = np.maximum(1.0 - found.probability.sum(axis=0), 0.0)
    return np.asarray(found.weight * np.concatenate([found.probability, reference[None]]))


def least_curvature(rows: Rows, at: At | None) -> Matrix:
    """``w l``, l below the smallest eigenvalue of ``diag(p) - p p'``: ``l = 1/(1/min_k p_k + C/p_ref)``."""
    found, c = terms(rows, _given(at)), _given(at).family.n_predictors
    reference = np.maximum(1.0 - found.probability.sum(axis=0), np.finfo(float).tiny)
    smallest = np.maximum(found.probability.min(axis=0), np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        return np.asarray(found.weight / (1.0 / smallest + c / reference))[None]


def _given(at: At | None) -> At:
    if at is None:
        msg = "these weights depend on the coefficients"
        raise ValueError(msg)
    return at


@dataclass(frozen=True, eq=False)
class Weighting:
    """What rows are weighted with.

    Parameters
    ----------
    weights : callable
        A function of this module: m weights >= 0 for each row, m x B.
    at : At or None
        Where they are evaluated, if they depend on coefficients.
    count : int
        m.
    single : bool
        Sum in float32, where it only shows the way.
    """

    weights: RowWeights
    at: At | None = None
    count: int = 1
    single: bool = False


def _zeros(rows: Rows, by: Weighting) -> MatrixSum:
    p = rows.design.n_coefficients
    return MatrixSum(np.zeros((by.count, p, p)))


def _add(block: Rows, by: Weighting, total: MatrixSum) -> None:
    for weight, gram in zip(by.weights(block, by.at), total.sums, strict=True):
        block.design.sandwich(weight, gram, single=by.single)


def _block(rows: Rows, by: Weighting) -> int:
    return rows.block_rows if by.at is None else block_rows(rows, by.at.family.n_predictors)


GRAM = RowKernel(_zeros, _add, _block)
"""``X' diag(w) X`` for each of m weights: the parts that `Design.symmetric_from_parts` completes."""


def weighted_gram(executor: Executor[Rows], by: Weighting) -> Matrix:
    """``X' diag(w) X`` over all P coefficients, from one read of the rows: m x P x P.

    Parameters
    ----------
    executor : Executor
        Over the rows.
    by : Weighting
        What they are weighted with.
    """
    design = executor.rows.design
    grams = executor.sum(GRAM, by).sums
    for i, parts in enumerate(grams):
        grams[i] = design.symmetric_from_parts(parts)
    return grams
